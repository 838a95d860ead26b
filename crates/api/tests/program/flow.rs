//! The main flow with the Rust client, as far as these tests need it.

use std::time::Duration;

use client::wire::SessionContents;
use client::{Docent, NewTemplate, RunResult};
use domain::id::{SessionId, TemplateId};
use domain::session::SessionStatus;
use domain::upload::UploadKey;
use serde_json::json;
use tempfile::TempDir;
use testkit::documents::Invoice;

/// Speaks to whichever process serves now.
pub(crate) struct Api {
    docent: Docent,
    files: TempDir,
}

impl Api {
    pub(crate) fn new(address: &str, token: &str) -> Self {
        Self {
            docent: Docent::new(address, token).unwrap(),
            files: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) async fn upload(&self, number: usize) -> UploadKey {
        let file = self.files.path().join(format!("{number}.pdf"));
        let pdf = Invoice::numbered(format!("INV-{number:04}")).to_pdf();
        std::fs::write(&file, pdf).unwrap();
        self.docent.upload(file).await.unwrap()
    }

    pub(crate) async fn template(&self) -> TemplateId {
        let workspace = self.docent.create_workspace("Accounting").await.unwrap();
        let schema =
            json!({"fields": {"invoice_number": {"type": "string"}, "grand_total": {"type": "number"}}});
        let template = NewTemplate::new(workspace.id, "Invoices", schema);
        self.docent.create_template(&template).await.unwrap().id
    }

    /// A session for each upload, extracted by itself.
    pub(crate) async fn batch(&self, template: TemplateId, keys: &[UploadKey]) -> Vec<SessionId> {
        let batch = self.docent.create_batch(template, keys).await.unwrap();
        batch.iter().map(|session| session.id).collect()
    }

    pub(crate) async fn session(&self, id: SessionId) -> SessionContents {
        self.docent.session(id).await.unwrap()
    }

    /// The result of a session, once it is there. It must be completed.
    pub(crate) async fn result(&self, session: SessionId) -> RunResult {
        self.docent.wait_for_session(session).await.unwrap()
    }

    /// How many of the sessions are at their end.
    async fn ended(&self, sessions: &[SessionId]) -> usize {
        let mut ended = 0;
        for session in sessions {
            let status = self.session(*session).await.status;
            ended += usize::from(matches!(status, SessionStatus::Completed | SessionStatus::Failed));
        }
        ended
    }

    /// Waits until at least so many sessions are at their end; looks on a little later each time.
    pub(crate) async fn wait_until_ended(&self, sessions: &[SessionId], at_least: usize) -> usize {
        for _ in 0..1200 {
            let ended = self.ended(sessions).await;
            if ended >= at_least {
                return ended;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the sessions did not end");
    }
}
