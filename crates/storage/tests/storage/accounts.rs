//! Users, tokens, workspaces, members.

use domain::ability::Ability;
use domain::access::Scope;
use domain::id::{TokenId, UserId, WorkspaceId};
use domain::pagination::PageRequest;
use domain::role::Role;
use domain::token::{PlainToken, Token, TokenHash};
use serde_json::json;
use storage::tokens::NewToken;
use storage::{Constraint, Error, members, tokens, users, workspaces};
use testkit::databases::{TestDb, at};

use crate::scene::{read, tenant, write};

testkit::both![
    an_address_is_one_account,
    a_user_is_found_by_address_and_by_id,
    a_good_token_brings_its_owners_workspaces,
    a_token_confined_to_a_workspace_sees_no_other,
    an_ended_a_revoked_and_an_unknown_token_bring_nothing,
    the_last_use_is_recorded_once_a_minute,
    a_token_is_listed_and_revoked_by_its_owner_only,
    tokens_come_in_pages_and_by_the_workspace_they_are_confined_to,
    a_token_is_held_by_its_owner_while_it_is_in_force,
    the_command_line_lists_and_revokes_everybodys_tokens,
    two_tokens_with_one_hash_are_a_conflict,
    a_creator_is_admin_of_the_workspace,
    a_user_is_a_member_once,
    a_token_of_an_unknown_user_is_refused,
];

fn hash(seed: u8) -> TokenHash {
    PlainToken::mint([seed; 32]).hash()
}

fn new_token(user: UserId, seed: u8) -> NewToken {
    NewToken {
        user_id: user,
        name: "laptop".parse().unwrap(),
        hash: hash(seed),
        abilities: "templates-read,sessions-write".parse().unwrap(),
        workspace_id: None,
        expires_at: Some(at(1000)),
    }
}

fn listed(db: &TestDb, user: UserId, within: Option<WorkspaceId>) -> Vec<Token> {
    let page = PageRequest::default();
    read(db, |c| tokens::list_for_user(c, user, within, page)).items
}

fn an_address_is_one_account(db: &TestDb) {
    tenant(db, "ada");
    let again = db.db.write_blocking(|c| {
        users::insert(
            c,
            &"ADA@example.org".parse().unwrap(),
            &"Ada".parse().unwrap(),
            at(1),
        )
    });
    assert!(
        matches!(again, Err(Error::Conflict(Constraint::UserEmail))),
        "{again:?}"
    );
}

fn a_user_is_found_by_address_and_by_id(db: &TestDb) {
    let ada = tenant(db, "ada").user;
    assert_eq!(
        read(db, |c| users::find_by_email(c, &ada.email)),
        Some(ada.clone())
    );
    assert_eq!(read(db, |c| users::find(c, ada.id)), Some(ada));
    let nobody = "nobody@example.org".parse().unwrap();
    assert_eq!(read(db, |c| users::find_by_email(c, &nobody)), None);
    assert_eq!(read(db, |c| users::find(c, UserId(999))), None);
}

fn a_good_token_brings_its_owners_workspaces(db: &TestDb) {
    let ada = tenant(db, "ada");
    let bob = tenant(db, "bob");
    write(db, |c| {
        members::insert(c, bob.workspace.id, ada.user.id, Role::Readonly, at(1))
    });
    let token = write(db, |c| tokens::insert(c, new_token(ada.user.id, 1), at(1)));
    let found = read(db, |c| tokens::authenticate(c, &hash(1), at(2))).unwrap();
    let principal = found.principal;
    assert_eq!(principal.user, ada.user.id);
    assert_eq!(principal.token, token.id);
    assert!(principal.abilities.allows(Ability::SessionsWrite));
    assert!(!principal.abilities.allows(Ability::TokensRead));
    let expected = Scope::new(vec![
        (ada.workspace.id, Role::Admin),
        (bob.workspace.id, Role::Readonly),
    ]);
    assert_eq!(principal.scope, expected);
}

fn a_token_confined_to_a_workspace_sees_no_other(db: &TestDb) {
    let ada = tenant(db, "ada");
    let second = write(db, |c| {
        workspaces::insert(c, ada.user.id, &"Second".parse().unwrap(), None, json!({}), at(1))
    });
    let confined = NewToken {
        workspace_id: Some(second.id),
        ..new_token(ada.user.id, 1)
    };
    write(db, |c| tokens::insert(c, confined, at(1)));
    let found = read(db, |c| tokens::authenticate(c, &hash(1), at(2))).unwrap();
    assert_eq!(found.principal.scope, Scope::new(vec![(second.id, Role::Admin)]));
    assert_eq!(found.principal.token_workspace, Some(second.id));
}

fn an_ended_a_revoked_and_an_unknown_token_bring_nothing(db: &TestDb) {
    let ada = tenant(db, "ada");
    let token = write(db, |c| tokens::insert(c, new_token(ada.user.id, 1), at(1)));
    let good_at = |seconds, seed| read(db, |c| tokens::authenticate(c, &hash(seed), at(seconds))).is_some();
    assert!(good_at(999, 1));
    assert!(!good_at(1000, 1), "it ended");
    assert!(!good_at(2, 2), "nobody has it");
    assert!(write(db, |c| tokens::revoke(c, ada.user.id, token.id, at(3))));
    assert!(!good_at(4, 1), "it was revoked");
}

fn the_last_use_is_recorded_once_a_minute(db: &TestDb) {
    let ada = tenant(db, "ada");
    let token = write(db, |c| tokens::insert(c, new_token(ada.user.id, 1), at(0)));
    let due = |seconds| {
        read(db, |c| tokens::authenticate(c, &hash(1), at(seconds)))
            .unwrap()
            .touch_due
    };
    let used = || listed(db, ada.user.id, None)[0].last_used_at;
    assert!(due(10));
    write(db, |c| tokens::touch(c, token.id, at(10)));
    assert_eq!(used(), Some(at(10)));
    assert!(!due(69));
    write(db, |c| tokens::touch(c, token.id, at(69)));
    assert_eq!(used(), Some(at(10)));
    assert!(due(70));
    write(db, |c| tokens::touch(c, token.id, at(70)));
    assert_eq!(used(), Some(at(70)));
}

fn a_token_is_listed_and_revoked_by_its_owner_only(db: &TestDb) {
    let ada = tenant(db, "ada");
    let bob = tenant(db, "bob");
    let older = write(db, |c| tokens::insert(c, new_token(ada.user.id, 1), at(1)));
    let newer = write(db, |c| tokens::insert(c, new_token(ada.user.id, 2), at(2)));
    assert_eq!(listed(db, ada.user.id, None), [newer, older.clone()]);
    assert_eq!(listed(db, bob.user.id, None), []);
    assert!(!write(db, |c| tokens::revoke(c, bob.user.id, older.id, at(3))));
    assert!(write(db, |c| tokens::revoke(c, ada.user.id, older.id, at(4))));
    assert!(
        !write(db, |c| tokens::revoke(c, ada.user.id, older.id, at(5))),
        "it is revoked already"
    );
    assert_eq!(listed(db, ada.user.id, None)[1].revoked_at, Some(at(4)));
}

fn tokens_come_in_pages_and_by_the_workspace_they_are_confined_to(db: &TestDb) {
    let ada = tenant(db, "ada");
    let all: Vec<Token> = (1..=5)
        .map(|seed| {
            let new = NewToken {
                workspace_id: (seed % 2 == 0).then_some(ada.workspace.id),
                ..new_token(ada.user.id, seed)
            };
            write(db, |c| tokens::insert(c, new, at(u64::from(seed))))
        })
        .collect();
    let confined = listed(db, ada.user.id, Some(ada.workspace.id));
    assert_eq!(confined, [all[3].clone(), all[1].clone()]);
    assert_eq!(listed(db, ada.user.id, Some(WorkspaceId(999))), []);
    let request = PageRequest::new(Some(2), Some(2)).unwrap();
    let page = read(db, |c| tokens::list_for_user(c, ada.user.id, None, request));
    assert_eq!(page.items, [all[2].clone(), all[1].clone()]);
    assert_eq!((page.meta.total, page.meta.last_page), (5, 3));
}

fn a_token_is_held_by_its_owner_while_it_is_in_force(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let token = write(db, |c| tokens::insert(c, new_token(ada.user.id, 1), at(1)));
    let held = |user, seconds| write(db, |c| tokens::hold_for_user(c, user, token.id, at(seconds)));
    assert_eq!(held(ada.user.id, 999), Some(token.clone()));
    assert_eq!(held(ada.user.id, 1000), None, "it ended");
    assert_eq!(held(bob.user.id, 2), None);
    write(db, |c| tokens::revoke(c, ada.user.id, token.id, at(3)));
    assert_eq!(held(ada.user.id, 4), None, "it was revoked");
    let found = |user| read(db, |c| tokens::find_for_user(c, user, token.id));
    assert_eq!(found(ada.user.id).unwrap().revoked_at, Some(at(3)));
    assert_eq!(found(bob.user.id), None);
}

fn the_command_line_lists_and_revokes_everybodys_tokens(db: &TestDb) {
    let ada = tenant(db, "ada");
    let token = write(db, |c| tokens::insert(c, new_token(ada.user.id, 1), at(1)));
    let listed = read(db, tokens::list_of_all_users);
    assert_eq!(listed, [(token.clone(), "ada@example.org".to_owned())]);
    let revoke = |id| write(db, |c| tokens::revoke_of_any_user(c, id, at(2)));
    assert_eq!(revoke(token.id), Some(token.clone()));
    assert_eq!(revoke(token.id), None, "it is revoked already");
    assert_eq!(revoke(TokenId::generate()), None);
}

fn two_tokens_with_one_hash_are_a_conflict(db: &TestDb) {
    let ada = tenant(db, "ada");
    write(db, |c| tokens::insert(c, new_token(ada.user.id, 1), at(1)));
    let again = db
        .db
        .write_blocking(|c| tokens::insert(c, new_token(ada.user.id, 1), at(1)));
    assert!(
        matches!(again, Err(Error::Conflict(Constraint::TokenHash))),
        "{again:?}"
    );
}

fn a_creator_is_admin_of_the_workspace(db: &TestDb) {
    let ada = tenant(db, "ada");
    let role = read(db, |c| {
        members::role_of(c, &ada.scope, ada.workspace.id, ada.user.id)
    });
    assert_eq!(role, Some(Role::Admin));
    assert_eq!(
        read(db, |c| members::scope_of(c, ada.user.id)),
        Scope::new(vec![(ada.workspace.id, Role::Admin)])
    );
    let listed = read(db, |c| members::list(c, &ada.scope, ada.workspace.id));
    assert_eq!(listed, [(ada.user, Role::Admin)]);
    assert_eq!(read(db, |c| workspaces::list(c, &ada.scope)), [ada.workspace]);
}

fn a_user_is_a_member_once(db: &TestDb) {
    let ada = tenant(db, "ada");
    let again = db
        .db
        .write_blocking(|c| members::insert(c, ada.workspace.id, ada.user.id, Role::User, at(1)));
    assert!(
        matches!(again, Err(Error::Conflict(Constraint::Member))),
        "{again:?}"
    );
    let nowhere = db
        .db
        .write_blocking(|c| members::insert(c, WorkspaceId(999), ada.user.id, Role::User, at(1)));
    assert!(matches!(nowhere, Err(Error::MissingReference)), "{nowhere:?}");
}

fn a_token_of_an_unknown_user_is_refused(db: &TestDb) {
    let refused = db
        .db
        .write_blocking(|c| tokens::insert(c, new_token(UserId(999), 1), at(1)));
    assert!(matches!(refused, Err(Error::MissingReference)), "{refused:?}");
}
