//! Personal access tokens. Only their hashes are here.

use std::time::Duration;

use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::ability::AbilitySet;
use domain::access::{Principal, Scope};
use domain::id::{TokenId, TokenKind, UserId, WorkspaceId};
use domain::name::Name;
use domain::pagination::{Page, PageRequest};
use domain::role::Role;
use domain::time::Timestamp;
use domain::token::{Token, TokenHash};

use crate::columns::{BytesCol, CountCol, EnumCol, IdCol, JsonCol, TimeCol};
use crate::connection::{AnyConnection, MultiBackend};
use crate::error::Error;
use crate::schema::{members, tokens};

/// The last use is recorded this often, not at every request.
const TOUCH_EVERY: Duration = Duration::from_mins(1);
/// More tokens than anybody has: a list is never without a limit.
const LIST_LIMIT: i64 = 1000;

/// A token to be kept.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Whose it is.
    pub user_id: UserId,
    /// What the owner calls it.
    pub name: Name,
    /// What is kept of its secret.
    pub hash: TokenHash,
    /// What it allows.
    pub abilities: AbilitySet,
    /// The one workspace to which it is confined; none for all of the owner's.
    pub workspace_id: Option<WorkspaceId>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tokens, check_for_backend(MultiBackend))]
struct TokenRow {
    id: IdCol<TokenKind>,
    user_id: i64,
    name: String,
    abilities: JsonCol<AbilitySet>,
    workspace_id: Option<i64>,
    expires_at: Option<TimeCol>,
    revoked_at: Option<TimeCol>,
    last_used_at: Option<TimeCol>,
    created_at: TimeCol,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        let TokenRow {
            id,
            user_id,
            name,
            abilities,
            workspace_id,
            expires_at,
            revoked_at,
            last_used_at,
            created_at,
        } = row;
        Self {
            id: id.0,
            user_id: UserId(user_id),
            name,
            abilities: abilities.0,
            workspace_id: workspace_id.map(WorkspaceId),
            expires_at: expires_at.map(|time| time.0),
            revoked_at: revoked_at.map(|time| time.0),
            last_used_at: last_used_at.map(|time| time.0),
            created_at: created_at.0,
        }
    }
}

/// Keeps a token.
pub fn insert(conn: &mut AnyConnection, new: NewToken, now: Timestamp) -> Result<Token, Error> {
    let id = TokenId::generate();
    diesel::insert_into(tokens::table)
        .values((
            tokens::id.eq(IdCol(id)),
            tokens::user_id.eq(new.user_id.0),
            tokens::name.eq(new.name.as_str()),
            tokens::hash.eq(BytesCol(*new.hash.as_bytes())),
            tokens::abilities.eq(JsonCol(new.abilities.clone())),
            tokens::workspace_id.eq(new.workspace_id.map(|workspace| workspace.0)),
            tokens::expires_at.eq(new.expires_at.map(TimeCol)),
            tokens::created_at.eq(TimeCol(now)),
        ))
        .execute(conn)?;
    Ok(Token {
        id,
        user_id: new.user_id,
        name: new.name.into(),
        abilities: new.abilities,
        workspace_id: new.workspace_id,
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
        created_at: now,
    })
}

/// A caller whose token is good.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// Who it is and what is theirs.
    pub principal: Principal,
    /// The last use is long enough ago to be recorded anew: call [`touch`] in a write of its own.
    pub touch_due: bool,
}

/// Looks a token up and loads the workspaces that it sees, in one statement. Nothing for a token that is unknown,
/// revoked or has ended.
pub fn authenticate(
    conn: &mut AnyConnection,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Authenticated>, Error> {
    type Membership = Option<(i64, EnumCol<Role>)>;
    let in_reach = tokens::workspace_id
        .is_null()
        .or(tokens::workspace_id.eq(members::workspace_id.nullable()));
    let rows: Vec<(TokenRow, Membership)> = tokens::table
        .left_join(members::table.on(members::user_id.eq(tokens::user_id).and(in_reach)))
        .filter(tokens::hash.eq(BytesCol(*hash.as_bytes())))
        .filter(tokens::revoked_at.is_null())
        .filter(
            tokens::expires_at
                .is_null()
                .or(tokens::expires_at.gt(TimeCol(now))),
        )
        .select((
            TokenRow::as_select(),
            (members::workspace_id, members::role).nullable(),
        ))
        .load(conn)?;
    let memberships = rows
        .iter()
        .filter_map(|(_, membership)| membership.map(|(workspace, role)| (WorkspaceId(workspace), role.0)))
        .collect();
    let Some((token, _)) = rows.into_iter().next() else {
        return Ok(None);
    };
    let token = Token::from(token);
    let touch_due = token
        .last_used_at
        .is_none_or(|last| last.plus(TOUCH_EVERY) <= now);
    Ok(Some(Authenticated {
        principal: Principal {
            user: token.user_id,
            token: token.id,
            abilities: token.abilities,
            token_workspace: token.workspace_id,
            scope: Scope::new(memberships),
        },
        touch_due,
    }))
}

/// Records that the token was used, at most once a minute.
pub fn touch(conn: &mut AnyConnection, id: TokenId, now: Timestamp) -> Result<(), Error> {
    let long_ago = tokens::last_used_at
        .is_null()
        .or(tokens::last_used_at.le(TimeCol(now.minus(TOUCH_EVERY))));
    diesel::update(tokens::table.find(IdCol(id)).filter(long_ago))
        .set(tokens::last_used_at.eq(TimeCol(now)))
        .execute(conn)?;
    Ok(())
}

/// A page of a user's tokens, newest first, revoked ones included; only those confined to `within`, if it is given.
pub fn list_for_user(
    conn: &mut AnyConnection,
    user: UserId,
    within: Option<WorkspaceId>,
    request: PageRequest,
) -> Result<Page<Token>, Error> {
    let theirs = || {
        let all = tokens::table.filter(tokens::user_id.eq(user.0)).into_boxed();
        match within {
            Some(workspace) => all.filter(tokens::workspace_id.eq(workspace.0)),
            None => all,
        }
    };
    let total: CountCol<u64> = theirs().select(count_star()).first(conn)?;
    let rows: Vec<TokenRow> = theirs()
        .order((tokens::created_at.desc(), tokens::id.desc()))
        .limit(request.limit())
        .offset(request.offset())
        .select(TokenRow::as_select())
        .load(conn)?;
    let items = rows.into_iter().map(Token::from).collect();
    Ok(Page::new(items, request, total.0))
}

/// A user's token, whatever became of it.
pub fn find_for_user(conn: &mut AnyConnection, user: UserId, id: TokenId) -> Result<Option<Token>, Error> {
    let row: Option<TokenRow> = tokens::table
        .find(IdCol(id))
        .filter(tokens::user_id.eq(user.0))
        .select(TokenRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Token::from))
}

/// A user's token that is in force, held until the transaction ends: it is not revoked meanwhile. On SQLite the
/// transaction holds the whole file.
pub fn hold_for_user(
    conn: &mut AnyConnection,
    user: UserId,
    id: TokenId,
    now: Timestamp,
) -> Result<Option<Token>, Error> {
    if let AnyConnection::Postgres(inner) = conn {
        tokens::table
            .find(IdCol(id))
            .select(tokens::user_id)
            .for_no_key_update()
            .first::<i64>(inner)
            .optional()?;
    }
    let token = find_for_user(conn, user, id)?;
    Ok(token.filter(|token| token.is_in_force(now)))
}

/// Everybody's tokens with their owners' addresses, for the command line on the server.
pub fn list_of_all_users(conn: &mut AnyConnection) -> Result<Vec<(Token, String)>, Error> {
    use crate::schema::users;
    let rows: Vec<(TokenRow, String)> = tokens::table
        .inner_join(users::table.on(users::id.eq(tokens::user_id)))
        .order((users::email, tokens::created_at.desc(), tokens::id.desc()))
        .limit(LIST_LIMIT)
        .select((TokenRow::as_select(), users::email))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(token, email)| (token.into(), email))
        .collect())
}

/// Ends a user's token. False where the user has no such token, or it was ended before.
pub fn revoke(conn: &mut AnyConnection, user: UserId, id: TokenId, now: Timestamp) -> Result<bool, Error> {
    let token = tokens::table
        .find(IdCol(id))
        .filter(tokens::user_id.eq(user.0))
        .filter(tokens::revoked_at.is_null());
    let ended = diesel::update(token)
        .set(tokens::revoked_at.eq(TimeCol(now)))
        .execute(conn)?;
    Ok(ended > 0)
}

/// Ends anybody's token, for the command line on the server, and returns it. Nothing where there is no such token, or it
/// was ended before.
pub fn revoke_of_any_user(
    conn: &mut AnyConnection,
    id: TokenId,
    now: Timestamp,
) -> Result<Option<Token>, Error> {
    let token: Option<TokenRow> = tokens::table
        .find(IdCol(id))
        .filter(tokens::revoked_at.is_null())
        .select(TokenRow::as_select())
        .first(conn)
        .optional()?;
    let Some(token) = token.map(Token::from) else {
        return Ok(None);
    };
    let was_first = revoke(conn, token.user_id, id, now)?;
    Ok(was_first.then_some(token))
}
