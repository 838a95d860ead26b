//! The audit trail.

use domain::event::{Action, Actor, Event};
use domain::id::{EventId, RequestId, TokenId};
use domain::pagination::PageRequest;
use storage::events;
use testkit::databases::{TestDb, at};

use crate::scene::{read, tenant, write};

testkit::both![
    entries_are_listed_newest_first,
    an_entry_outlives_what_it_speaks_of
];

fn entries_are_listed_newest_first(db: &TestDb) {
    let ada = tenant(db, "ada");
    let entry = |actor, seconds, request_id| Event {
        id: EventId::generate(),
        workspace_id: Some(ada.workspace.id),
        actor,
        action: Action::TemplateCreated,
        object_id: ada.template.id.to_string(),
        request_id,
        created_at: at(seconds),
    };
    let by_user = Actor::User {
        user: ada.user.id,
        token: TokenId::generate(),
    };
    let all = [
        entry(Actor::System, 3, None),
        entry(Actor::CommandLine, 2, None),
        entry(by_user, 1, Some(RequestId::generate())),
    ];
    write(db, |c| all.iter().try_for_each(|event| events::insert(c, event)));
    let page = read(db, |c| {
        events::list(c, &ada.scope, ada.workspace.id, PageRequest::default())
    });
    assert_eq!(page.items, all);
    assert_eq!(page.meta.total, 3);
}

/// There is no foreign key: not even the workspace must exist.
fn an_entry_outlives_what_it_speaks_of(db: &TestDb) {
    let event = Event {
        id: EventId::generate(),
        workspace_id: Some(domain::id::WorkspaceId(999)),
        actor: Actor::System,
        action: Action::WorkspaceCreated,
        object_id: "999".to_owned(),
        request_id: None,
        created_at: at(1),
    };
    write(db, |c| events::insert(c, &event));
}
