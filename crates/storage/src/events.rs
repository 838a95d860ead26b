//! The audit trail. Entries are only ever added, and outlive what they speak of.

use diesel::prelude::*;
use domain::access::Scope;
use domain::event::{Action, Actor, Event};
use domain::id::{EventId, EventKind, RequestKind, TokenKind, UserId, WorkspaceId};
use domain::pagination::{Anchor, GrowingPage, ListRequest, Sort};
use domain::user::User;
use serde::{Deserialize, Serialize};

use crate::columns::{EnumCol, IdCol, TimeCol, storable};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::growing::{self, Place};
use crate::schema::{events, users};
use crate::users::UserRow;

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

/// An entry with the account of whoever did it, where it was a user whose account is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEvent {
    /// The entry.
    pub event: Event,
    /// Who did it.
    pub user: Option<User>,
}

/// A part of a workspace's entries, the newest first; only those of one action, if it is given.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    workspace: WorkspaceId,
    request: &ListRequest<Action>,
) -> Result<GrowingPage<ListedEvent>, Error> {
    if !scope.sees(workspace) {
        return Ok(GrowingPage::empty());
    }
    // There is no other order.
    let request = &ListRequest {
        sort: Sort::Newest,
        ..request.clone()
    };
    let total = count(conn, workspace, request.status)?;
    let rows = part(conn, workspace, request)?.into_iter().map(placed);
    let rows = rows.collect::<Result<_, Error>>()?;
    Ok(growing::page(rows, request, total))
}

fn count(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    action: Option<Action>,
) -> Result<Option<u64>, Error> {
    let mut rows = events::table
        .filter(events::workspace_id.eq(workspace.0))
        .into_boxed::<MultiBackend>();
    if let Some(action) = action {
        rows = rows.filter(events::action.eq(EnumCol(action)));
    }
    growing::count(conn, rows.select(events::id).limit(growing::most_counted()))
}

/// The order and the place are written so that an index is entered at the anchor, as in [`growing`].
fn part(
    conn: &mut AnyConnection,
    workspace: WorkspaceId,
    request: &ListRequest<Action>,
) -> Result<Vec<(EventRow, Option<UserRow>)>, Error> {
    let mut rows = events::table
        .left_join(users::table.on(users::id.nullable().eq(events::user_id)))
        .filter(events::workspace_id.eq(workspace.0))
        .order((events::created_at.desc(), events::id.desc()))
        .limit(growing::limit(request))
        .offset(request.offset())
        .select((EventRow::as_select(), Option::<UserRow>::as_select()))
        .into_boxed::<MultiBackend>();
    if let Some(action) = request.status {
        rows = rows.filter(events::action.eq(EnumCol(action)));
    }
    if let Some(Anchor::Age { created_at, id }) = &request.after {
        let (time, id) = (TimeCol(*created_at), IdCol(EventId::from_uuid(*id)));
        rows = rows
            .filter(events::created_at.le(time))
            .filter(events::created_at.lt(time).or(events::id.lt(id)));
    }
    Ok(rows.load(conn)?)
}

fn placed((row, user): (EventRow, Option<UserRow>)) -> Result<(ListedEvent, Place), Error> {
    let event = Event::try_from(row)?;
    let place = Place {
        created_at: event.created_at,
        folded: String::new(),
        id: event.id.as_uuid(),
    };
    let user = user.map(User::from);
    Ok((ListedEvent { event, user }, place))
}
