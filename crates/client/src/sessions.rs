//! Sessions: documents that are extracted together.

use domain::id::{DocumentId, SessionId, TemplateId};
use domain::session::Session;
use domain::upload::UploadKey;
use serde_json::json;

use crate::docent::Docent;
use crate::error::Error;
use crate::wire::{BatchSession, Data, Document, SessionContents};

impl Docent {
    /// Makes a session without documents.
    pub async fn create_session(&self, template: TemplateId) -> Result<Session, Error> {
        let body = json!({ "extraction_template_id": template });
        self.post("extractions/sessions", &body).await
    }

    /// A session with what is in it.
    pub async fn session(&self, id: SessionId) -> Result<SessionContents, Error> {
        self.get(&format!("extractions/sessions/{id}")).await
    }

    /// Makes documents of uploaded files and attaches them, in that order. A file that the workspace has already
    /// becomes no second document.
    pub async fn add_uploads(&self, session: SessionId, keys: &[UploadKey]) -> Result<Vec<Document>, Error> {
        let path = format!("extractions/sessions/{session}/documents/upload");
        let list: Data<Document> = self.post(&path, &json!({ "keys": keys })).await?;
        Ok(list.data)
    }

    /// Attaches documents that the workspace has already.
    pub async fn attach(&self, session: SessionId, documents: &[DocumentId]) -> Result<Vec<Document>, Error> {
        let path = format!("extractions/sessions/{session}/documents/attach");
        let list: Data<Document> = self.post(&path, &json!({ "document_ids": documents })).await?;
        Ok(list.data)
    }

    /// Makes a session of each uploaded file and runs it as soon as its document is read: all of them, or none.
    /// [`Docent::wait_for_session`] waits for one.
    pub async fn create_batch(
        &self,
        template: TemplateId,
        keys: &[UploadKey],
    ) -> Result<Vec<BatchSession>, Error> {
        let path = format!("extractions/templates/{template}/sessions/batch");
        let body = json!({ "files": keys, "settings": { "auto_extract": true } });
        self.post(&path, &body).await
    }
}
