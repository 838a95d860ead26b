//! Examples of `/extractions/sessions`, and of lists and batches of sessions.

use domain::session::{PENDING_NAME, Session, SessionStatus};
use serde_json::json;

use super::attach::AttachDocuments;
use super::create::CreateSession;
use super::create_batch::{BatchSession, CreateSessionBatch};
use super::delete_batch::DeleteSessionBatch;
use super::execute_batch::{ExecuteSessionBatch, ExecutedSessionBatch};
use super::export_batch::{ExportSessionBatch, ExportSessionBatchAs};
use super::update::UpdateSession;
use crate::extract::UploadByKey;
use crate::openapi::examples::{Examples, story};
use crate::wire::{Data, DocumentBody};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    [lists(), one(), documents(), batches()]
        .into_iter()
        .flatten()
        .collect()
}

fn lists() -> Vec<Examples> {
    let session = || story::session(SessionStatus::Completed);
    let of_workspace = story::growing("/workspaces/1/extractions/sessions", session());
    let place = format!("/extractions/templates/{}/sessions", story::TEMPLATE);
    vec![
        Examples::of("list_workspace_sessions").gives(200, of_workspace),
        Examples::of("list_template_sessions").gives(200, story::growing(&place, session())),
    ]
}

fn one() -> Vec<Examples> {
    let made = json!({ "extraction_template_id": story::TEMPLATE, "name": "March" });
    let mut renamed = story::session_with_contents();
    renamed.session = Session {
        name: "March, paid".to_owned(),
        updated_at: story::now(),
        ..renamed.session
    };
    vec![
        Examples::of("create_session")
            .takes::<CreateSession>(made)
            .gives(201, story::new_session()),
        Examples::of("get_session").gives(200, story::session_with_contents()),
        Examples::of("update_session")
            .takes::<UpdateSession>(json!({ "name": "March, paid" }))
            .gives(200, renamed),
    ]
}

fn documents() -> Vec<Examples> {
    let by_keys = || json!({ "keys": [story::upload_key()] });
    let by_key = || json!({ "key": story::upload_key(), "filename": story::FILENAME });
    let came = || Data {
        data: vec![story::uploaded_document()],
    };
    let place = format!("/extractions/sessions/{}/documents", story::SESSION);
    let attached = || story::document().through(story::SESSION);
    vec![
        Examples::of("upload_documents")
            .takes_form::<UploadByKey>("keys", by_keys())
            .takes_form::<UploadByKey>("one_key", by_key())
            .gives(201, came()),
        Examples::of("create_document")
            .takes_form::<UploadByKey>("keys", by_keys())
            .takes_form::<UploadByKey>("one_key", by_key())
            .gives(201, came()),
        Examples::of("list_session_documents").gives(200, story::page(&place, attached())),
        Examples::of("attach_documents")
            .takes::<AttachDocuments>(json!({ "document_ids": [story::DOCUMENT] }))
            .gives::<Data<DocumentBody>>(
                200,
                Data {
                    data: vec![attached()],
                },
            ),
    ]
}

fn batches() -> Vec<Examples> {
    let made = json!({ "files": [story::upload_key()], "settings": { "auto_extract": true } });
    let session = BatchSession::from(Session {
        name: PENDING_NAME.to_owned(),
        ..story::session(SessionStatus::Pending)
    });
    let these = || json!({ "session_ids": [story::SESSION] });
    let as_csv = json!({ "session_ids": [story::SESSION], "format": "csv" });
    vec![
        Examples::of("create_session_batch")
            .takes::<CreateSessionBatch>(made)
            .gives(201, vec![session]),
        Examples::of("execute_session_batch")
            .takes::<ExecuteSessionBatch>(these())
            .gives(200, ExecutedSessionBatch::new(1)),
        Examples::of("delete_session_batch").takes::<DeleteSessionBatch>(these()),
        Examples::of("delete_sessions").takes::<DeleteSessionBatch>(these()),
        Examples::of("export_session_batch")
            .takes_form::<ExportSessionBatch>("as_json", these())
            .takes_form::<ExportSessionBatch>("as_csv", as_csv)
            .gives(200, vec![story::exported()])
            .gives_text(200, "text/csv", &story::csv()),
        Examples::of("export_session_batch_as")
            .takes::<ExportSessionBatchAs>(these())
            .gives(200, vec![story::exported()])
            .gives_text(200, "text/csv", &story::csv()),
    ]
}
