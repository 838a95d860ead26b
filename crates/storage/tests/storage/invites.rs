//! Invitations: one an address, accepted once, by the newest link.

use std::thread;

use domain::access::Scope;
use domain::id::{InviteId, WorkspaceId};
use domain::invite::Invite;
use domain::role::Role;
use storage::invites::{NewInvite, Renewal};
use storage::{Constraint, Error, invites, workspaces};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, read, tenant, write};

testkit::both![
    an_invitation_is_listed_newest_first_and_found_by_its_link,
    an_address_waits_for_one_invitation_to_a_workspace,
    an_invitation_that_was_sent_again_has_another_link,
    an_invitation_is_accepted_once,
    an_invitation_that_was_accepted_is_neither_renewed_nor_cancelled,
    an_invitation_that_was_cancelled_is_gone,
    another_workspaces_invitation_is_not_touched,
    of_many_who_accept_at_once_one_does,
    who_accepts_and_who_cancels_at_once_do_not_both_succeed,
    an_invitation_outlives_the_account_of_who_asked,
    an_invitation_goes_with_its_workspace,
];

fn new_invite(ada: &Tenant, name: &str) -> NewInvite {
    NewInvite {
        email: format!("{name}@example.org").parse().unwrap(),
        role: Role::User,
        invited_by: ada.user.id,
        valid_until: at(100),
    }
}

fn invite(db: &TestDb, ada: &Tenant, name: &str, seconds: u64) -> Invite {
    let new = new_invite(ada, name);
    write(db, |c| invites::insert(c, ada.workspace.id, &new, at(seconds)))
}

fn renewal(ada: &Tenant, role: Option<Role>) -> Renewal {
    Renewal {
        role,
        invited_by: ada.user.id,
        valid_until: at(200),
    }
}

fn found(db: &TestDb, ada: &Tenant, id: InviteId) -> Option<Invite> {
    read(db, |c| invites::find(c, &ada.scope, ada.workspace.id, id))
}

fn an_invitation_is_listed_newest_first_and_found_by_its_link(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let older = invite(db, &ada, "eve", 1);
    let newer = invite(db, &ada, "kim", 2);
    assert_eq!((older.generation, older.role), (1, Role::User));
    assert_eq!(older.invited_by, Some(ada.user.id));
    let list = |scope: &Scope| read(db, |c| invites::list(c, scope, ada.workspace.id));
    assert_eq!(list(&ada.scope), [newer, older.clone()]);
    assert_eq!(list(&bob.scope), []);
    assert_eq!(found(db, &ada, older.id), Some(older.clone()));
    let by_link = |generation| read(db, |c| invites::find_by_link(c, older.id, generation));
    assert_eq!(by_link(1), Some(older.clone()));
    assert_eq!(by_link(2), None);
}

fn an_address_waits_for_one_invitation_to_a_workspace(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let first = invite(db, &ada, "eve", 1);
    let again = db
        .db
        .write_blocking(|c| invites::insert(c, ada.workspace.id, &new_invite(&ada, "eve"), at(2)));
    assert!(
        matches!(again, Err(Error::Conflict(Constraint::PendingInvite))),
        "{again:?}"
    );
    let waiting = |workspace: WorkspaceId| {
        write(db, |c| {
            invites::hold_waiting(c, workspace, &"eve@example.org".parse().unwrap())
        })
    };
    assert_eq!(waiting(ada.workspace.id), Some(first.clone()));
    assert_eq!(waiting(bob.workspace.id), None);
    invite(db, &bob, "eve", 3);
    assert!(write(db, |c| invites::accept(
        c,
        ada.workspace.id,
        first.id,
        at(4)
    )));
    assert_eq!(waiting(ada.workspace.id), None);
    // Whoever was removed may be invited anew.
    invite(db, &ada, "eve", 5);
}

fn an_invitation_that_was_sent_again_has_another_link(db: &TestDb) {
    let ada = tenant(db, "ada");
    let first = invite(db, &ada, "eve", 1);
    let renew = |role, seconds| {
        let renewal = renewal(&ada, role);
        write(db, |c| {
            invites::renew(c, ada.workspace.id, first.id, &renewal, at(seconds))
        })
        .unwrap()
    };
    let second = renew(None, 5);
    let expected = Invite {
        generation: 2,
        valid_until: at(200),
        updated_at: at(5),
        ..first.clone()
    };
    assert_eq!(second, expected);
    assert_eq!(renew(Some(Role::Readonly), 6).role, Role::Readonly);
    let by_link = |generation| read(db, |c| invites::find_by_link(c, first.id, generation)).is_some();
    assert_eq!([by_link(1), by_link(2), by_link(3)], [false, false, true]);
}

fn an_invitation_is_accepted_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let first = invite(db, &ada, "eve", 1);
    let accept = |seconds| {
        write(db, |c| {
            invites::accept(c, ada.workspace.id, first.id, at(seconds))
        })
    };
    assert!(accept(5));
    assert!(!accept(6));
    assert_eq!(found(db, &ada, first.id).unwrap().accepted_at, Some(at(5)));
}

fn an_invitation_that_was_accepted_is_neither_renewed_nor_cancelled(db: &TestDb) {
    let ada = tenant(db, "ada");
    let first = invite(db, &ada, "eve", 1);
    write(db, |c| invites::accept(c, ada.workspace.id, first.id, at(5)));
    let renewal = renewal(&ada, None);
    let renewed = write(db, |c| {
        invites::renew(c, ada.workspace.id, first.id, &renewal, at(6))
    });
    assert_eq!(renewed, None);
    assert!(!write(db, |c| invites::cancel(c, ada.workspace.id, first.id)));
    assert!(found(db, &ada, first.id).is_some());
}

fn an_invitation_that_was_cancelled_is_gone(db: &TestDb) {
    let ada = tenant(db, "ada");
    let first = invite(db, &ada, "eve", 1);
    assert!(write(db, |c| invites::cancel(c, ada.workspace.id, first.id)));
    assert!(!write(db, |c| invites::cancel(c, ada.workspace.id, first.id)));
    assert!(!write(db, |c| invites::accept(
        c,
        ada.workspace.id,
        first.id,
        at(5)
    )));
    assert_eq!(found(db, &ada, first.id), None);
    // Its id is not given away again: an old link would lead to another's invitation.
    assert_ne!(invite(db, &ada, "kim", 2).id, first.id);
}

fn another_workspaces_invitation_is_not_touched(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let first = invite(db, &ada, "eve", 1);
    let foreign = bob.workspace.id;
    let renewal = renewal(&bob, None);
    assert_eq!(
        read(db, |c| invites::find(c, &bob.scope, foreign, first.id)),
        None
    );
    assert_eq!(
        read(db, |c| invites::find(c, &bob.scope, ada.workspace.id, first.id)),
        None
    );
    assert_eq!(write(db, |c| invites::hold(c, foreign, first.id)), None);
    assert_eq!(
        write(db, |c| invites::renew(c, foreign, first.id, &renewal, at(2))),
        None
    );
    assert!(!write(db, |c| invites::accept(c, foreign, first.id, at(2))));
    assert!(!write(db, |c| invites::cancel(c, foreign, first.id)));
    assert_eq!(found(db, &ada, first.id), Some(first));
}

fn of_many_who_accept_at_once_one_does(db: &TestDb) {
    let ada = tenant(db, "ada");
    let first = invite(db, &ada, "eve", 1);
    let accept = || {
        db.db.write_blocking(|c| {
            let held = invites::hold(c, ada.workspace.id, first.id)?.unwrap();
            let is_open = held.accepted_at.is_none();
            if is_open {
                assert!(invites::accept(c, ada.workspace.id, first.id, at(5))?);
            }
            Ok::<_, Error>(is_open)
        })
    };
    let accepted = thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(accept)).collect();
        let outcomes = threads.into_iter().map(|thread| thread.join().unwrap().unwrap());
        outcomes.filter(|accepted| *accepted).count()
    });
    assert_eq!(accepted, 1);
}

fn who_accepts_and_who_cancels_at_once_do_not_both_succeed(db: &TestDb) {
    let ada = tenant(db, "ada");
    for round in 0..8 {
        let first = invite(db, &ada, &format!("eve{round}"), round);
        let (accepted, cancelled) = thread::scope(|scope| {
            let accept = scope.spawn(|| {
                db.db.write_blocking(|c| {
                    let held = invites::hold(c, ada.workspace.id, first.id)?;
                    match held {
                        Some(_) => invites::accept(c, ada.workspace.id, first.id, at(5)),
                        None => Ok(false),
                    }
                })
            });
            let cancel = scope.spawn(|| {
                db.db
                    .write_blocking(|c| invites::cancel(c, ada.workspace.id, first.id))
            });
            (accept.join().unwrap().unwrap(), cancel.join().unwrap().unwrap())
        });
        assert_ne!(accepted, cancelled, "round {round}");
        assert_eq!(found(db, &ada, first.id).is_some(), accepted);
    }
}

fn an_invitation_outlives_the_account_of_who_asked(db: &TestDb) {
    use diesel::connection::SimpleConnection;
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let renewal = Renewal {
        role: None,
        invited_by: bob.user.id,
        valid_until: at(200),
    };
    let first = invite(db, &ada, "eve", 1);
    write(db, |c| {
        invites::renew(c, ada.workspace.id, first.id, &renewal, at(2))
    });
    let id = bob.user.id;
    write(db, |c| {
        Ok(c.batch_execute(&format!(
            "DELETE FROM workspaces WHERE id = {}; DELETE FROM users WHERE id = {id}",
            bob.workspace.id
        ))?)
    });
    assert_eq!(found(db, &ada, first.id).unwrap().invited_by, None);
}

fn an_invitation_goes_with_its_workspace(db: &TestDb) {
    use diesel::connection::SimpleConnection;
    let ada = tenant(db, "ada");
    let second = write(db, |c| {
        workspaces::insert(
            c,
            ada.user.id,
            &"Second".parse().unwrap(),
            None,
            serde_json::json!({}),
            at(0),
        )
    });
    let new = new_invite(&ada, "eve");
    let made = write(db, |c| invites::insert(c, second.id, &new, at(1)));
    let statement = format!("DELETE FROM workspaces WHERE id = {}", second.id);
    write(db, |c| Ok(c.batch_execute(&statement)?));
    assert_eq!(
        read(db, |c| invites::find_by_link(c, made.id, made.generation)),
        None
    );
    let refused = db
        .db
        .write_blocking(|c| invites::insert(c, second.id, &new, at(2)));
    assert!(matches!(refused, Err(Error::MissingReference)), "{refused:?}");
}
