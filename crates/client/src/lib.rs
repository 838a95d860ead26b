//! A client of Docent's API, over the types of [`domain`].
//!
//! It uploads a file, runs an extraction, waits for it and reads values with their proof. Each call repeats what may
//! be repeated (a lost connection, a server that is busy or limits the rate) until its deadline, not before the time
//! that the server names; what creates carries an `Idempotency-Key`, so that a repetition creates nothing twice.
//!
//! The main flow, step by step:
//!
//! ```no_run
//! use client::{Docent, ExportFormat, NewTemplate};
//! use serde_json::json;
//!
//! # async fn flow() -> Result<(), client::Error> {
//! let docent = Docent::new("http://127.0.0.1:8080", "dct_...")?;
//!
//! let workspace = docent.create_workspace("Accounting").await?;
//! let schema = json!({"groups": {"invoice": {"fields": {
//!     "invoice_number": {"type": "string"},
//!     "issue_date": {"type": "date"},
//!     "total": {"type": "number", "aliases": ["Total due"]},
//! }}}});
//! let template = docent.create_template(&NewTemplate::new(workspace.id, "Invoices", schema)).await?;
//!
//! let key = docent.upload("invoice.pdf").await?;
//! let session = docent.create_session(template.id).await?;
//! docent.add_uploads(session.id, &[key]).await?;
//! let run = docent.run(session.id).await?;
//! let result = docent.wait_and_tell(run.id, |seen| eprintln!("{:?}", seen.status)).await?;
//!
//! println!("{:?}", result.value("/invoice/total"));
//! if let Some(evidence) = result.evidence("/invoice/total") {
//!     for source in &evidence.sources {
//!         println!("{:?} on page {} at {:?}", evidence.verdict, source.page, source.bbox);
//!     }
//! }
//! let workbook = docent.export(result.id, ExportFormat::Excel).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Everything from the upload to the result in one call: [`Docent::extract`]. What the server refuses says why:
//!
//! ```no_run
//! # async fn refused(docent: client::Docent, template: client::NewTemplate) -> Result<(), client::Error> {
//! match docent.create_template(&template).await {
//!     Err(client::Error::Refused(refusal)) if refusal.status == 422 => {
//!         for (field, mistakes) in &refusal.errors {
//!             eprintln!("{field}: {}", mistakes.join(" "));
//!         }
//!     }
//!     answer => println!("{}", answer?.id),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | Concern | Module |
//! |---|---|
//! | Where the server is, with which token, for how long | [`Docent`] |
//! | What can go wrong | [`Error`], [`Refusal`] |
//! | What is sent and what comes back where `domain` has no type for it | [`wire`] |

mod backoff;
mod docent;
mod error;
mod exports;
mod extract;
mod results;
mod send;
mod sessions;
mod templates;
mod uploads;
pub mod wire;
mod workspaces;

pub use docent::Docent;
pub use error::{Error, Refusal};
pub use exports::ExportFormat;
pub use wire::{NewTemplate, RunResult};
