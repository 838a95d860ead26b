//! `docent demo`: the main job on a sample, over HTTP, as a client would do it.

mod client;
mod report;

use std::process::ExitCode;

use anyhow::Context;
use domain::ability::AbilitySet;
use domain::name::Name;
use domain::user::Email;
use serde_json::{Value, json};

use self::client::Client;
use super::database;
use super::node::Running;
use super::token::{self, Wanted};
use super::user;
use crate::cli::Demo;
use crate::config::{Settings, Span};

/// The invoice that is extracted. The project made it: see the example `sample_invoice` of the crate `testkit`.
const SAMPLE: &[u8] = include_bytes!("../../assets/sample-invoice.pdf");
/// What is asked for.
const SCHEMA: &str = include_str!("../../assets/sample-schema.json");
/// Whose workspace it is.
const EMAIL: &str = "demo@localhost.localdomain";
/// A token of a former demo is of no use to the next: its secret is gone.
const TOKEN_LIFE: Span = Span::seconds(24 * 60 * 60);

/// Sets up, extracts the sample, shows what was found and where; then serves on, unless it is asked not to.
#[expect(clippy::print_stdout, reason = "the output of the command")]
pub(super) async fn run(arguments: &Demo, settings: Settings) -> anyhow::Result<ExitCode> {
    let token = prepare(&settings).await?;
    let mut node = Running::start(&settings).await?;
    let base = format!("http://{}", node.address());
    let result = walk(&Client::new(&base, &token)).await?;
    println!("{}", report::table(&result));
    println!("Data folder  {}", settings.data_dir.display());
    println!("API          {base}/openapi.json");
    if arguments.once {
        node.stop().await?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("Swagger UI   {base}/docs");
    println!("Token        {token} (for a day)");
    println!("\nServing. Press Ctrl-C to end.");
    node.until_asked_to_end().await?;
    node.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// A user and a token, made as at the command line.
async fn prepare(settings: &Settings) -> anyhow::Result<String> {
    let db = database::open(settings)?;
    let email: Email = EMAIL.parse()?;
    let name: Name = "Demo".parse()?;
    let token = db.write(move |conn| {
        let user = match storage::users::find_by_email(conn, &email)? {
            Some(user) => user,
            None => user::create(conn, &email, &name)?,
        };
        let expires_at = Some(database::now().plus(TOKEN_LIFE.duration()));
        let wanted = Wanted {
            name,
            abilities: AbilitySet::all(),
            workspace: None,
            expires_at,
        };
        token::create(conn, user.id, wanted)
    });
    Ok(token.await?.reveal().to_owned())
}

/// Workspace, template, upload, session, run, result: the flow of the README.
async fn walk(client: &Client) -> anyhow::Result<Value> {
    let workspace = client
        .post("/workspaces/create", &json!({ "name": "Demo" }))
        .await?;
    let schema: Value = serde_json::from_str(SCHEMA)?;
    let template = json!({ "name": "Invoices", "workspace_id": workspace.get("id"), "schema_json": schema });
    let template = client.post("/extractions/templates", &template).await?;
    let session = json!({ "extraction_template_id": text(&template, "id")? });
    let session = client.post("/extractions/sessions", &session).await?;
    let session = text(&session, "id")?;

    let announced = json!({ "content_type": "application/pdf", "filename": "sample-invoice.pdf" });
    let upload = client.post("/vapor/signed-storage-url", &announced).await?;
    client.put(text(&upload, "url")?, SAMPLE).await?;
    let keys = json!({ "keys": [text(&upload, "key")?] });
    client
        .post(
            &format!("/extractions/sessions/{session}/documents/upload"),
            &keys,
        )
        .await?;

    let result = client
        .post(&format!("/extractions/sessions/{session}/results"), &json!({}))
        .await?;
    client.wait_for(text(&result, "id")?).await
}

/// A member of an answer that must be there.
fn text<'a>(answer: &'a Value, member: &str) -> anyhow::Result<&'a str> {
    let found = answer.get(member).and_then(Value::as_str);
    found.with_context(|| format!("the server answered without {member}"))
}
