//! The story that the examples tell: the workspace "Accounting" reads supplier invoices. Its template "Supplier
//! invoices" has one session, "March", with one document, `invoice.pdf` (the sample of `docent demo`), and one result.
//!
//! Ids and times are fixed: the document of the API is the same whenever it is made.

mod invoice;
mod lists;
mod people;

use std::time::Duration;

use domain::document::{Document, DocumentStatus, SourceType};
use domain::hash::ContentHash;
use domain::id::{
    DocumentId, Id, Kind, ParsingId, RequestId, ResultId, SessionId, TemplateId, TemplateVersionId, UploadId,
    UserId, WorkspaceId,
};
use domain::parsed::PageSize;
use domain::parsing::{ParseConfig, Parsing, ParsingStatus};
use domain::result::{DocumentRef, ExtractionResult, ResultStatus, config_hash};
use domain::session::{Session, SessionStatus};
use domain::template::Template;
use domain::time::Timestamp;
use domain::upload::UploadKey;
use domain::workspace::Workspace;
use indexmap::IndexMap;
use serde_json::json;
use storage::parsings::PageFacts;
use uuid::Uuid;

pub use self::invoice::{chunk, csv, exported, schema};
pub use self::lists::{growing, page};
pub use self::people::{
    TOKEN, current, event, invite, invite_link, invited_token, invited_user, member, token,
};
use crate::ops::documents::{DownloadAddress, ReadDocument};
use crate::ops::sessions::SessionContents;
use crate::ops::uploads::Announcement;
use crate::signing::{Grant, SignedQuery, UrlSigner};
use crate::wire::{DocumentBody, ResultBody, SessionBody};

/// The request by which things are asked for.
pub const REQUEST: RequestId = id(1);
/// The one who asks.
pub const USER: UserId = UserId(1);
/// The workspace.
pub const WORKSPACE: WorkspaceId = WorkspaceId(1);
/// The template.
pub const TEMPLATE: TemplateId = id(2);
/// Its only version.
pub const VERSION: TemplateVersionId = id(3);
/// The session.
pub const SESSION: SessionId = id(4);
/// The upload that became the document.
pub const UPLOAD: UploadId = id(5);
/// The document.
pub const DOCUMENT: DocumentId = id(6);
/// Its parsing.
pub const PARSING: ParsingId = id(7);
/// The result.
pub const RESULT: ResultId = id(8);

/// By which address the server is reached.
pub const ADDRESS: &str = "http://127.0.0.1:8080";
/// The name of the file.
pub const FILENAME: &str = "invoice.pdf";
const FILE: &[u8] = include_bytes!("../../../assets/sample-invoice.pdf");
const PDF: &str = "application/pdf";

/// An id of the story's time, told from others by a number.
pub const fn id<K: Kind>(number: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(
        0x019c_e66c_8e80_7000_8000_0000_0000_0000 | number,
    ))
}

/// So many seconds after the story begins.
pub fn at(seconds: u64) -> Timestamp {
    let begin = Timestamp::UNIX_EPOCH.plus(Duration::from_hours(492_609));
    begin.plus(Duration::from_secs(seconds))
}

/// When the last of it has happened.
pub fn now() -> Timestamp {
    at(60)
}

/// The workspace.
pub fn workspace() -> Workspace {
    Workspace {
        id: WORKSPACE,
        name: "Accounting".to_owned(),
        icon: Some("🧾".to_owned()),
        settings: json!({}),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// The template.
pub fn template() -> Template {
    Template {
        id: TEMPLATE,
        name: "Supplier invoices".to_owned(),
        description: Some("What we owe to whom, and by when.".to_owned()),
        schema_json: schema().into(),
        settings: json!({ "parsing": { "ocr": "auto" } }),
        workspace_id: WORKSPACE,
        created_at: at(10),
        updated_at: at(10),
        version_id: VERSION,
    }
}

/// What names the uploaded file.
pub fn upload_key() -> UploadKey {
    UploadKey(UPLOAD)
}

/// What is answered to whoever asks for an address for the file.
pub fn announcement() -> Announcement {
    let key = upload_key().to_string();
    let (query, _) = signed("PUT", &key, at(20).plus(Duration::from_mins(5)));
    Announcement {
        upload: UPLOAD,
        url: format!("{ADDRESS}/vapor/uploads/{UPLOAD}?{query}"),
        headers: IndexMap::from([("Content-Type".to_owned(), PDF.to_owned())]),
    }
}

/// The session, in that state.
pub fn session(status: SessionStatus) -> Session {
    Session {
        id: SESSION,
        name: "March".to_owned(),
        template_id: TEMPLATE,
        workspace_id: WORKSPACE,
        settings: json!({}),
        status,
        created_at: at(30),
        updated_at: at(30),
    }
}

/// The session when it was made.
pub fn new_session() -> SessionBody {
    SessionBody::empty(session(SessionStatus::Pending))
}

/// The session with its document and its result.
pub fn session_with_contents() -> SessionBody {
    SessionBody::from(SessionContents {
        session: session(SessionStatus::Completed),
        documents: vec![read_document(DocumentStatus::Processed)],
        results: vec![completed()],
    })
}

/// The document when it came in through the session.
pub fn uploaded_document() -> DocumentBody {
    DocumentBody::from(read_document(DocumentStatus::Queued)).through(SESSION)
}

/// The document when all is done.
pub fn document() -> DocumentBody {
    DocumentBody::from(read_document(DocumentStatus::Processed))
}

/// The document as it is known to the server.
pub fn document_row(status: DocumentStatus) -> Document {
    let is_read = matches!(status, DocumentStatus::Parsed | DocumentStatus::Processed);
    Document {
        id: DOCUMENT,
        workspace_id: WORKSPACE,
        filename: FILENAME.to_owned(),
        mime: PDF.to_owned(),
        size: FILE.len().try_into().unwrap_or(u64::MAX),
        sha256: ContentHash::of(FILE),
        status,
        source_type: SourceType::Upload,
        source_url: None,
        page_count: is_read.then_some(1),
        error: None,
        parent_id: None,
        created_at: at(40),
        updated_at: if is_read { at(42) } else { at(40) },
    }
}

/// Its only page.
pub fn page_facts() -> PageFacts {
    PageFacts {
        number: 1,
        size: Some(PageSize {
            width: 595.28,
            height: 841.89,
        }),
        word_count: 214,
    }
}

/// The document with its parsing.
pub fn read_document(status: DocumentStatus) -> ReadDocument {
    let reading = match status {
        DocumentStatus::Parsed | DocumentStatus::Processed => ParsingStatus::Parsed,
        _ => ParsingStatus::Queued,
    };
    ReadDocument {
        document: document_row(status),
        parsings: vec![parsing(reading)],
    }
}

/// Where its bytes are.
pub fn download_address() -> DownloadAddress {
    let object = DOCUMENT.to_string();
    let (query, expires_at) = signed("GET", &object, now().plus(Duration::from_mins(10)));
    DownloadAddress {
        url: format!("{ADDRESS}/vapor/documents/{DOCUMENT}?{query}"),
        expires_at,
    }
}

/// Signs what is shown, with nobody's key.
fn signer() -> UrlSigner {
    UrlSigner::new(b"of an example")
}

/// The query of an address that carries its permission, and until when that is good.
fn signed(method: &'static str, object: &str, expires_at: Timestamp) -> (String, Timestamp) {
    let grant = Grant { method, object };
    let SignedQuery { expires, signature } = signer().sign(grant, expires_at);
    (format!("expires={expires}&signature={signature}"), expires_at)
}

fn parsing(status: ParsingStatus) -> Parsing {
    let is_read = status == ParsingStatus::Parsed;
    Parsing {
        id: PARSING,
        document_id: DOCUMENT,
        config_hash: parse_config_hash(),
        status,
        parser_version: PARSER_VERSION.to_owned(),
        page_count: is_read.then_some(1),
        error: None,
        updated_at: if is_read { at(42) } else { at(40) },
    }
}

/// Not the present version: a new one would be no reason for another document.
const PARSER_VERSION: &str = "1";

fn parse_config_hash() -> String {
    ParseConfig::default().hash(PARSER_VERSION)
}

/// The run when it was started.
pub fn run() -> ResultBody {
    ResultBody::from(started())
}

/// The result.
pub fn result() -> ResultBody {
    ResultBody::from(completed())
}

fn started() -> ExtractionResult {
    ExtractionResult {
        id: RESULT,
        session_id: SESSION,
        workspace_id: WORKSPACE,
        template_version_id: VERSION,
        status: ResultStatus::Created,
        config_hash: config_hash(&parse_config_hash(), &schema().into(), "layout 1"),
        document_refs: vec![DocumentRef::from(&document_row(DocumentStatus::Parsed))],
        title: None,
        data: None,
        audit: None,
        checks: IndexMap::new(),
        warnings: Vec::new(),
        error: None,
        created_at: at(50),
        updated_at: at(50),
        completed_at: None,
    }
}

fn completed() -> ExtractionResult {
    ExtractionResult {
        status: ResultStatus::Completed,
        title: Some(invoice::TITLE.to_owned()),
        data: Some(invoice::data()),
        audit: serde_json::to_value(invoice::audit()).ok(),
        checks: invoice::checks(),
        updated_at: at(52),
        completed_at: Some(at(52)),
        ..started()
    }
}
