//! `docent token`: personal access tokens.

use std::process::ExitCode;

use anyhow::Context;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use domain::ability::AbilitySet;
use domain::event::Action;
use domain::id::{TokenId, UserId, WorkspaceId};
use domain::name::Name;
use domain::time::Timestamp;
use domain::token::{PlainToken, Token};
use domain::user::Email;
use storage::AnyConnection;
use storage::tokens::NewToken;

use super::database;
use crate::cli::TokenCommand;
use crate::config::Settings;
use crate::ops;

/// Makes, lists or revokes tokens.
#[expect(clippy::print_stdout, reason = "the output of the command")]
pub(super) async fn run(command: TokenCommand, settings: &Settings) -> anyhow::Result<ExitCode> {
    let db = database::open(settings)?;
    match command {
        TokenCommand::Create {
            email,
            abilities,
            name,
            workspace,
            expires_in,
        } => {
            anyhow::ensure!(
                !abilities.is_empty(),
                "a token without abilities is of no use: name some, or '*'"
            );
            let name: Name = name.parse().context("--name")?;
            let expires_at = expires_in.map(|span| database::now().plus(span.duration()));
            let wanted = Wanted {
                name,
                abilities,
                workspace,
                expires_at,
            };
            let token = db.write(move |conn| create_for(conn, &email, wanted)).await?;
            println!("{}", token.reveal());
        }
        TokenCommand::List { email } => {
            let mut tokens = db.read(storage::tokens::list_of_all_users).await?;
            tokens.retain(|(_, owner)| email.as_ref().is_none_or(|email| email.as_str() == owner));
            println!("{}", table(&tokens));
        }
        TokenCommand::Revoke { id } => revoke(&db, id).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What a new token is to be.
pub(super) struct Wanted {
    pub(super) name: Name,
    pub(super) abilities: AbilitySet,
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) expires_at: Option<Timestamp>,
}

fn create_for(conn: &mut AnyConnection, email: &Email, wanted: Wanted) -> anyhow::Result<PlainToken> {
    let user = storage::users::find_by_email(conn, email)?;
    let user =
        user.with_context(|| format!("there is no user {email}: make one with `docent user create`"))?;
    if let Some(workspace) = wanted.workspace {
        let scope = storage::members::scope_of(conn, user.id)?;
        anyhow::ensure!(
            scope.sees(workspace),
            "{email} is no member of a workspace {workspace}"
        );
    }
    create(conn, user.id, wanted)
}

/// Makes a token and writes it to the audit trail.
pub(super) fn create(conn: &mut AnyConnection, user: UserId, wanted: Wanted) -> anyhow::Result<PlainToken> {
    let token = ops::tokens::mint().context("the system gives no random bits")?;
    let now = database::now();
    let new = NewToken {
        user_id: user,
        name: wanted.name,
        hash: token.hash(),
        abilities: wanted.abilities,
        workspace_id: wanted.workspace,
        expires_at: wanted.expires_at,
    };
    let stored = storage::tokens::insert(conn, new, now)?;
    database::record(conn, wanted.workspace, Action::TokenCreated, &stored.id, now)?;
    Ok(token)
}

async fn revoke(db: &storage::Db, id: TokenId) -> anyhow::Result<()> {
    let revoked = db.write(move |conn| {
        let now = database::now();
        let revoked = storage::tokens::revoke_of_any_user(conn, id, now)?;
        if let Some(token) = &revoked {
            database::record(conn, token.workspace_id, Action::TokenRevoked, &id, now)?;
        }
        Ok::<bool, storage::Error>(revoked.is_some())
    });
    anyhow::ensure!(revoked.await?, "there is no token {id} that could be revoked");
    Ok(())
}

fn table(tokens: &[(Token, String)]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header([
        "ID",
        "USER",
        "NAME",
        "ABILITIES",
        "WORKSPACE",
        "LAST USED",
        "STATE",
    ]);
    for (token, owner) in tokens {
        table.add_row([
            token.id.to_string(),
            owner.clone(),
            token.name.clone(),
            token.abilities.to_string(),
            token
                .workspace_id
                .map_or_else(|| "all".to_owned(), |workspace| workspace.to_string()),
            token
                .last_used_at
                .map_or_else(|| "never".to_owned(), |time| time.to_string()),
            state(token),
        ]);
    }
    table
}

fn state(token: &Token) -> String {
    match (token.revoked_at, token.expires_at) {
        (Some(time), _) => format!("revoked {time}"),
        (None, Some(time)) if time <= database::now() => format!("expired {time}"),
        (None, Some(time)) => format!("until {time}"),
        (None, None) => "in force".to_owned(),
    }
}
