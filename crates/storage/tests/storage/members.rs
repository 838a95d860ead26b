//! Members: their roles, and the admin that a workspace keeps.

use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::access::Scope;
use domain::hash::ContentHash;
use domain::id::{KeyHolder, UserId};
use domain::role::Role;
use domain::token::TokenHash;
use storage::idempotency::{self, Claim, KeptAnswer, Reservation, Slot};
use storage::members::{self, Change};
use storage::tokens::{self, NewToken};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, read, tenant, write};

testkit::both![
    a_membership_ends_and_no_other_with_it,
    a_role_is_changed_and_no_other_with_it,
    the_only_admin_stays_one,
    whoever_is_no_member_loses_nothing,
    the_admins_of_a_workspace_are_those_of_no_other,
    of_admins_that_go_at_once_one_stays,
    of_admins_that_demote_each_other_at_once_one_stays,
    an_admin_who_comes_while_another_goes_is_seen,
    answers_die_with_what_was_seen_when_they_were_made,
];

/// Another member of somebody's workspace.
fn member(db: &TestDb, place: &Tenant, name: &str, role: Role) -> UserId {
    let user = tenant(db, name).user.id;
    write(db, |c| members::insert(c, place.workspace.id, user, role, at(1)));
    user
}

fn role(db: &TestDb, place: &Tenant, user: UserId) -> Option<Role> {
    read(db, |c| {
        members::role_of(c, &place.scope, place.workspace.id, user)
    })
}

fn remove(db: &TestDb, place: &Tenant, user: UserId) -> Change {
    write(db, |c| members::remove(c, place.workspace.id, user))
}

fn set_role(db: &TestDb, place: &Tenant, user: UserId, role: Role) -> Change {
    write(db, |c| members::set_role(c, place.workspace.id, user, role))
}

const fn done(before: Role) -> Change {
    Change::Done { before }
}

fn a_membership_ends_and_no_other_with_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (bob, eve) = (
        member(db, &ada, "bob", Role::User),
        member(db, &ada, "eve", Role::User),
    );
    assert_eq!(remove(db, &ada, bob), done(Role::User));
    assert_eq!(remove(db, &ada, bob), Change::NoMember);
    assert_eq!(role(db, &ada, bob), None);
    assert_eq!(role(db, &ada, eve), Some(Role::User));
    // Bob's own workspace is still his.
    let scope = read(db, |c| members::scope_of(c, bob));
    assert_eq!(scope.workspaces().len(), 1);
}

fn a_role_is_changed_and_no_other_with_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (bob, eve) = (
        member(db, &ada, "bob", Role::User),
        member(db, &ada, "eve", Role::User),
    );
    assert_eq!(set_role(db, &ada, bob, Role::Admin), done(Role::User));
    assert_eq!(set_role(db, &ada, bob, Role::Admin), done(Role::Admin));
    assert_eq!(set_role(db, &ada, ada.user.id, Role::Readonly), done(Role::Admin));
    let roles = [ada.user.id, bob, eve].map(|user| role(db, &ada, user));
    assert_eq!(roles, [Some(Role::Readonly), Some(Role::Admin), Some(Role::User)]);
    let scope = read(db, |c| members::scope_of(c, bob));
    assert_eq!(scope.role_in(ada.workspace.id), Some(Role::Admin));
}

fn the_only_admin_stays_one(db: &TestDb) {
    let ada = tenant(db, "ada");
    let bob = member(db, &ada, "bob", Role::User);
    let her = ada.user.id;
    assert_eq!(remove(db, &ada, her), Change::LastAdmin);
    assert_eq!(set_role(db, &ada, her, Role::User), Change::LastAdmin);
    assert_eq!(set_role(db, &ada, her, Role::Admin), done(Role::Admin));
    assert_eq!(role(db, &ada, her), Some(Role::Admin));
    set_role(db, &ada, bob, Role::Admin);
    assert_eq!(remove(db, &ada, her), done(Role::Admin));
    assert_eq!(remove(db, &ada, bob), Change::LastAdmin);
}

fn whoever_is_no_member_loses_nothing(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    assert_eq!(remove(db, &ada, bob.user.id), Change::NoMember);
    assert_eq!(set_role(db, &ada, bob.user.id, Role::Readonly), Change::NoMember);
    assert_eq!(remove(db, &ada, UserId(999)), Change::NoMember);
    assert_eq!(role(db, &bob, bob.user.id), Some(Role::Admin));
}

fn the_admins_of_a_workspace_are_those_of_no_other(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let eve = member(db, &ada, "eve", Role::Admin);
    member(db, &ada, "joe", Role::User);
    let admins = |place: &Tenant| write(db, |c| members::hold_admins(c, place.workspace.id));
    assert_eq!(admins(&ada), [ada.user.id, eve]);
    assert_eq!(admins(&bob), [bob.user.id]);
}

/// Each in a thread of its own, all at the same moment.
fn at_once(users: &[UserId], change: impl Fn(UserId) -> Change + Sync) -> Vec<Change> {
    let barrier = Barrier::new(users.len());
    let change = |user: UserId| {
        barrier.wait();
        change(user)
    };
    thread::scope(|scope| {
        let all: Vec<_> = users.iter().map(|user| scope.spawn(|| change(*user))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn of_admins_that_go_at_once_one_stays(db: &TestDb) {
    for round in 0..10 {
        let ada = tenant(db, &format!("ada{round}"));
        let others = ["b", "c", "d"].map(|name| member(db, &ada, &format!("{name}{round}"), Role::Admin));
        let all = [&[ada.user.id], others.as_slice()].concat();
        let changes = at_once(&all, |user| remove(db, &ada, user));
        let refused = changes.iter().filter(|change| **change == Change::LastAdmin);
        assert_eq!(refused.count(), 1, "{changes:?}");
        let admins = write(db, |c| members::hold_admins(c, ada.workspace.id));
        assert_eq!(admins.len(), 1);
    }
}

fn of_admins_that_demote_each_other_at_once_one_stays(db: &TestDb) {
    for round in 0..10 {
        let ada = tenant(db, &format!("ada{round}"));
        let bob = member(db, &ada, &format!("bob{round}"), Role::Admin);
        let changes = at_once(&[ada.user.id, bob], |user| {
            set_role(db, &ada, user, Role::Readonly)
        });
        assert!(
            changes.contains(&Change::LastAdmin) && changes.contains(&done(Role::Admin)),
            "{changes:?}"
        );
        let admins = write(db, |c| members::hold_admins(c, ada.workspace.id));
        assert_eq!(admins.len(), 1);
    }
}

/// On PostgreSQL the second waits for the first, and began before there was another admin.
fn an_admin_who_comes_while_another_goes_is_seen(db: &TestDb) {
    let ada = tenant(db, "ada");
    let bob = member(db, &ada, "bob", Role::User);
    let made = Barrier::new(2);
    thread::scope(|scope| {
        let leaving = scope.spawn(|| {
            made.wait();
            remove(db, &ada, ada.user.id)
        });
        write(db, |c| {
            let change = members::set_role(c, ada.workspace.id, bob, Role::Admin)?;
            made.wait();
            while db.db.url().is_postgres() && !somebody_waits(db) {}
            Ok(change)
        });
        assert_eq!(leaving.join().unwrap(), done(Role::Admin));
    });
}

fn somebody_waits(db: &TestDb) -> bool {
    #[derive(QueryableByName)]
    struct Waiting {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let sql = "SELECT count(*) AS number FROM pg_locks JOIN pg_stat_activity USING (pid) \
               WHERE NOT granted AND datname = current_database()";
    let waiting: Waiting = read(db, |c| Ok(diesel::sql_query(sql).get_result(c)?));
    waiting.number > 0
}

/// An answer to a request of the user's, kept.
fn answered(db: &TestDb, user: UserId, seed: u8) -> Slot {
    let new = NewToken {
        user_id: user,
        name: "test".parse().unwrap(),
        hash: TokenHash::from_bytes([seed; 32]),
        abilities: "*".parse().unwrap(),
        workspace_id: None,
        expires_at: None,
    };
    let token = write(db, |c| tokens::insert(c, new, at(1))).id;
    let slot = Slot {
        token,
        route: "POST /extractions/templates".to_owned(),
        key: "k".to_owned(),
    };
    let claim = claim();
    write(db, |c| idempotency::reserve(c, &slot, &claim, at(1)));
    let answer = KeptAnswer {
        fingerprint: ContentHash::of(b"a"),
        status: 201,
        headers: Vec::new(),
        body: b"{}".to_vec(),
    };
    assert!(write(db, |c| idempotency::complete(
        c,
        &slot,
        claim.holder,
        answer
    )));
    slot
}

fn claim() -> Claim {
    Claim {
        holder: KeyHolder::generate(),
        fingerprint: Some(ContentHash::of(b"a")),
        in_flight_until: at(60),
        expires_at: at(86_400),
    }
}

fn is_kept(db: &TestDb, slot: &Slot) -> bool {
    let found = write(db, |c| idempotency::reserve(c, slot, &claim(), at(2)));
    matches!(found, Reservation::Answered(_))
}

fn answers_die_with_what_was_seen_when_they_were_made(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (bob, eve) = (
        member(db, &ada, "bob", Role::User),
        member(db, &ada, "eve", Role::User),
    );
    let hers = answered(db, ada.user.id, 1);
    let (raised, lowered) = (answered(db, bob, 2), answered(db, eve, 3));
    set_role(db, &ada, bob, Role::Admin);
    set_role(db, &ada, eve, Role::Readonly);
    assert!(is_kept(db, &raised) && !is_kept(db, &lowered));
    assert_eq!(remove(db, &ada, bob), done(Role::Admin));
    assert!(!is_kept(db, &raised) && is_kept(db, &hers));
    let nowhere = Scope::default();
    assert_eq!(
        read(db, |c| members::role_of(c, &nowhere, ada.workspace.id, eve)),
        None
    );
}
