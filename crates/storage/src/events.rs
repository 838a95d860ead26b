//! The audit trail. Entries are only ever added, and outlive what they speak of.

use diesel::prelude::*;
use domain::access::Scope;
use domain::event::{Action, Actor, Event};
use domain::id::{EventKind, RequestKind, TokenKind, UserId, WorkspaceId};
use domain::pagination::{Page, PageRequest};
use serde::{Deserialize, Serialize};

use crate::columns::{EnumCol, IdCol, TimeCol, storable};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::schema::events;

/// An [`Actor`] without its ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ActorKind {
    User,
    CommandLine,
    System,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(MultiBackend))]
struct EventRow {
    id: IdCol<EventKind>,
    workspace_id: Option<i64>,
    actor: EnumCol<ActorKind>,
    user_id: Option<i64>,
    token_id: Option<IdCol<TokenKind>>,
    action: EnumCol<Action>,
    object_id: String,
    request_id: Option<IdCol<RequestKind>>,
    created_at: TimeCol,
}

impl TryFrom<EventRow> for Event {
    type Error = Error;

    fn try_from(row: EventRow) -> Result<Self, Error> {
        let EventRow {
            id,
            workspace_id,
            actor,
            user_id,
            token_id,
            action,
            object_id,
            request_id,
            created_at,
        } = row;
        let actor = match (actor.0, user_id, token_id) {
            (ActorKind::User, Some(user), Some(token)) => Actor::User {
                user: UserId(user),
                token: token.0,
            },
            (ActorKind::User, _, _) => {
                return Err(Error::Inconsistent {
                    column: "events.user_id".to_owned(),
                    source: "a user's entry without user or token".into(),
                });
            }
            (ActorKind::CommandLine, _, _) => Actor::CommandLine,
            (ActorKind::System, _, _) => Actor::System,
        };
        Ok(Self {
            id: id.0,
            workspace_id: workspace_id.map(WorkspaceId),
            actor,
            action: action.0,
            object_id,
            request_id: request_id.map(|id| id.0),
            created_at: created_at.0,
        })
    }
}

/// Adds an entry. Call it in the transaction of what it speaks of.
pub fn insert(conn: &mut AnyConnection, event: &Event) -> Result<(), Error> {
    let (actor, user, token) = match event.actor {
        Actor::User { user, token } => (ActorKind::User, Some(user), Some(token)),
        Actor::CommandLine => (ActorKind::CommandLine, None, None),
        Actor::System => (ActorKind::System, None, None),
    };
    diesel::insert_into(events::table)
        .values((
            events::id.eq(IdCol(event.id)),
            events::workspace_id.eq(event.workspace_id.map(|workspace| workspace.0)),
            events::actor.eq(EnumCol(actor)),
            events::user_id.eq(user.map(|user| user.0)),
            events::token_id.eq(token.map(IdCol)),
            events::action.eq(EnumCol(event.action)),
            events::object_id.eq(storable(&event.object_id)),
            events::request_id.eq(event.request_id.map(IdCol)),
            events::created_at.eq(TimeCol(event.created_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A page of a workspace's entries, newest first.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    request: PageRequest,
) -> Result<Page<Event>, Error> {
    if !scope.sees(workspace) {
        return Ok(Page::new(Vec::new(), request, 0));
    }
    let of_workspace = events::workspace_id.eq(workspace.0);
    let total: i64 = events::table.filter(of_workspace).count().get_result(conn)?;
    let rows: Vec<EventRow> = events::table
        .filter(of_workspace)
        .order((events::created_at.desc(), events::id.desc()))
        .limit(request.limit())
        .offset(request.offset())
        .select(EventRow::as_select())
        .load(conn)?;
    let items = rows.into_iter().map(Event::try_from).collect::<Result<_, _>>()?;
    Ok(Page::new(items, request, u64::try_from(total).unwrap_or(0)))
}
