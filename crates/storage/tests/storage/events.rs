//! The audit trail.

use diesel::prelude::*;
use domain::event::{Action, Actor, Event};
use domain::id::{EventId, RequestId, TokenId, UserId, WorkspaceId};
use domain::pagination::{ListRequest, MOST_COUNTED, PageRequest};
use storage::events::{self, ListedEvent};
use storage::{AnyConnection, Error};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, read, tenant, write};

testkit::both![
    entries_are_listed_newest_first_with_who_did_it,
    entries_are_read_from_anchor_to_anchor,
    an_action_is_searched,
    entries_are_counted_up_to_a_limit,
    another_tenants_entries_are_not_there,
    an_entry_outlives_what_it_speaks_of,
];

fn entry(who: &Tenant, action: Action, seconds: u64) -> Event {
    Event {
        id: EventId::generate(),
        workspace_id: Some(who.workspace.id),
        actor: Actor::System,
        action,
        object_id: who.template.id.to_string(),
        request_id: None,
        created_at: at(seconds),
    }
}

fn keep(db: &TestDb, all: &[Event]) {
    write(db, |c| all.iter().try_for_each(|event| events::insert(c, event)));
}

fn of(per_page: u32) -> ListRequest<Action> {
    ListRequest {
        page: PageRequest::new(None, Some(per_page)).unwrap(),
        ..ListRequest::default()
    }
}

fn entries_are_listed_newest_first_with_who_did_it(db: &TestDb) {
    let ada = tenant(db, "ada");
    let by = |user| Actor::User {
        user,
        token: TokenId::generate(),
    };
    let all = [
        entry(&ada, Action::TemplateCreated, 4),
        Event {
            actor: Actor::CommandLine,
            ..entry(&ada, Action::TokenCreated, 3)
        },
        Event {
            actor: by(ada.user.id),
            request_id: Some(RequestId::generate()),
            ..entry(&ada, Action::TemplateCreated, 2)
        },
        Event {
            actor: by(UserId(999)),
            ..entry(&ada, Action::TemplateCreated, 1)
        },
    ];
    keep(db, &all);
    let page = read(db, |c| events::list(c, &ada.scope, ada.workspace.id, &of(15)));
    let users = [None, None, Some(ada.user.clone()), None];
    let listed = all.into_iter().zip(users);
    let listed: Vec<_> = listed.map(|(event, user)| ListedEvent { event, user }).collect();
    assert_eq!(page.items, listed);
    assert_eq!((page.total, page.next), (Some(4), None));
}

/// With instants that several have in common, so that ids decide.
fn entries_are_read_from_anchor_to_anchor(db: &TestDb) {
    let ada = tenant(db, "ada");
    let mut all: Vec<Event> = (0..11)
        .map(|number| entry(&ada, Action::SessionCreated, number / 4))
        .collect();
    keep(db, &all);
    all.sort_by_key(|event| std::cmp::Reverse((event.created_at, event.id)));
    let mut request = of(3);
    let mut found = Vec::new();
    loop {
        let page = read(db, |c| events::list(c, &ada.scope, ada.workspace.id, &request));
        assert_eq!(page.total, Some(11));
        found.extend(page.items.into_iter().map(|listed| listed.event));
        // What comes meanwhile stands before the anchor.
        keep(db, &[entry(&ada, Action::SessionDeleted, 99)]);
        request.status = Some(Action::SessionCreated);
        match page.next {
            Some(next) => request.after = Some(next),
            None => break,
        }
    }
    assert_eq!(found, all);
}

fn an_action_is_searched(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (made, gone) = (Action::TemplateCreated, Action::TemplateDeleted);
    keep(
        db,
        &[entry(&ada, made, 1), entry(&ada, gone, 2), entry(&ada, made, 3)],
    );
    let found = |action| {
        let request = ListRequest {
            status: Some(action),
            ..of(15)
        };
        let page = read(db, |c| events::list(c, &ada.scope, ada.workspace.id, &request));
        assert!(page.items.iter().all(|listed| listed.event.action == action));
        page.total
    };
    assert_eq!(found(made), Some(2));
    assert_eq!(found(gone), Some(1));
    assert_eq!(found(Action::UserCreated), Some(0));
}

fn entries_are_counted_up_to_a_limit(db: &TestDb) {
    let ada = tenant(db, "ada");
    write(db, |c| fill(c, &ada, MOST_COUNTED));
    let total = || read(db, |c| events::list(c, &ada.scope, ada.workspace.id, &of(1))).total;
    assert_eq!(total(), Some(MOST_COUNTED));
    keep(db, &[entry(&ada, Action::SessionCreated, 1)]);
    assert_eq!(total(), None);
}

/// Entries in one statement.
fn fill(c: &mut AnyConnection, who: &Tenant, count: u64) -> Result<(), Error> {
    let (id, time) = if matches!(c, AnyConnection::Postgres(_)) {
        ("gen_random_uuid()", "now()")
    } else {
        (
            "lower(hex(randomblob(4)) || '-0000-7000-8000-' || hex(randomblob(6)))",
            "'2026-03-04T12:00:00.000000Z'",
        )
    };
    diesel::sql_query(format!(
        "INSERT INTO events (id, workspace_id, actor, action, object_id, created_at) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT {id}, {workspace}, 'system', 'session.created', 'x', {time} FROM n",
        workspace = who.workspace.id,
    ))
    .execute(c)?;
    Ok(())
}

fn another_tenants_entries_are_not_there(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    keep(db, &[entry(&ada, Action::SessionCreated, 1)]);
    let list = |scope, workspace| read(db, |c| events::list(c, scope, workspace, &of(15)));
    let foreign = list(&bob.scope, ada.workspace.id);
    assert_eq!((foreign.items, foreign.total), (Vec::new(), Some(0)));
    assert_eq!(list(&bob.scope, bob.workspace.id).items, []);
    assert_eq!(list(&ada.scope, ada.workspace.id).items.len(), 1);
}

/// There is no foreign key: not even the workspace must exist.
fn an_entry_outlives_what_it_speaks_of(db: &TestDb) {
    let ada = tenant(db, "ada");
    let event = Event {
        workspace_id: Some(WorkspaceId(999)),
        ..entry(&ada, Action::WorkspaceCreated, 1)
    };
    keep(db, &[event]);
}
