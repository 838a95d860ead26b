//! What most tests begin with: somebody with a workspace, and things in it.

use domain::access::Scope;
use domain::document::{Document, SourceType};
use domain::hash::ContentHash;
use domain::id::{DocumentId, ResultId, TemplateVersionId};
use domain::parsed::{Chunk, ChunkBlock, ChunkBlockKind, PageSize};
use domain::parsing::{ParseConfig, Parsing};
use domain::session::Session;
use domain::template::Template;
use domain::time::Timestamp;
use domain::user::User;
use domain::workspace::Workspace;
use serde_json::{Value, json};
use storage::chunks::StoredChunk;
use storage::documents::NewDocument;
use storage::parsings::PageFacts;
use storage::results::NewResult;
use storage::sessions::{Attached, NewSession};
use storage::templates::NewTemplate;
use storage::{
    AnyConnection, Error, chunks, discarded, documents, parsings, results, sessions, templates, users,
    workspaces,
};
use testkit::databases::{TestDb, at};

pub(crate) const PARSER: &str = "parser 1";

/// Runs `work` in a write transaction and expects it to succeed.
pub(crate) fn write<T>(db: &TestDb, work: impl FnOnce(&mut AnyConnection) -> Result<T, Error>) -> T {
    db.db.write_blocking(work).unwrap()
}

/// Runs `work` in a read transaction and expects it to succeed.
pub(crate) fn read<T>(db: &TestDb, work: impl FnOnce(&mut AnyConnection) -> Result<T, Error>) -> T {
    db.db.read_blocking(work).unwrap()
}

/// Somebody with a workspace and a template.
pub(crate) struct Tenant {
    pub(crate) user: User,
    pub(crate) workspace: Workspace,
    pub(crate) template: Template,
    pub(crate) scope: Scope,
}

pub(crate) fn tenant(db: &TestDb, name: &str) -> Tenant {
    write(db, |c| {
        let email = format!("{name}@example.org").parse().unwrap();
        let user = users::insert(c, &email, &name.parse().unwrap(), at(0))?;
        let workspace =
            workspaces::insert(c, user.id, &"Accounting".parse().unwrap(), None, json!({}), at(0))?;
        let new = new_template("Invoices", schema(), &user);
        let template = templates::insert(c, workspace.id, new, at(0))?;
        let scope = Scope::of_job(workspace.id);
        Ok(Tenant {
            user,
            workspace,
            template,
            scope,
        })
    })
}

pub(crate) fn schema() -> Value {
    json!({"fields": {"zip": {"type": "string"}, "amount": {"type": "number"}}})
}

pub(crate) fn new_template(name: &str, schema_json: Value, user: &User) -> NewTemplate {
    NewTemplate {
        name: name.parse().unwrap(),
        description: None,
        schema_json: schema_json.into(),
        settings: json!({}),
        created_by: user.id,
    }
}

pub(crate) fn new_document(bytes: &[u8]) -> NewDocument {
    NewDocument {
        filename: "invoice.pdf".parse().unwrap(),
        mime: "application/pdf".to_owned(),
        size: u64::try_from(bytes.len()).unwrap(),
        sha256: ContentHash::of(bytes),
        source_type: SourceType::Upload,
        source_url: None,
        parent_id: None,
        announced_at: at(1),
    }
}

/// Keeps a document as an upload does: its bytes are announced first.
pub(crate) fn keep(db: &TestDb, tenant: &Tenant, new: NewDocument, now: Timestamp) -> (Document, bool) {
    let (workspace, sha256) = (tenant.workspace.id, new.sha256);
    write(db, |c| discarded::announce_document(c, workspace, sha256, now));
    let new = NewDocument {
        announced_at: now,
        ..new
    };
    write(db, |c| documents::insert_or_reuse(c, workspace, new, now))
}

impl Tenant {
    pub(crate) fn document(&self, db: &TestDb, bytes: &[u8]) -> Document {
        keep(db, self, new_document(bytes), at(1)).0
    }

    pub(crate) fn session(&self, db: &TestDb) -> Session {
        let new = NewSession {
            template_id: self.template.id,
            name: "March".parse().unwrap(),
            settings: json!({"auto_extract": true}),
        };
        write(db, |c| sessions::insert(c, self.workspace.id, new, at(1)))
    }

    pub(crate) fn attach(&self, db: &TestDb, session: &Session, documents: &[&Document]) {
        let ids: Vec<_> = documents.iter().map(|document| document.id).collect();
        let attached = write(db, |c| {
            sessions::attach(c, self.workspace.id, session.id, &ids, at(2))
        });
        assert_eq!(attached, Attached::All);
    }

    pub(crate) fn parsing(&self, db: &TestDb, document: &Document) -> Parsing {
        let config = ParseConfig::default();
        write(db, |c| {
            parsings::ensure(c, self.workspace.id, document.id, &config, PARSER, at(3))
        })
        .0
    }

    pub(crate) fn parsed(&self, db: &TestDb, parsing: &Parsing) {
        let done = write(db, |c| {
            parsings::complete(
                c,
                self.workspace.id,
                parsing.id,
                &[page(1)],
                &[chunk(0, "text")],
                at(5),
            )
        });
        assert!(done);
    }

    pub(crate) fn failed(&self, db: &TestDb, parsing: &Parsing) {
        let done = write(db, |c| {
            parsings::fail(c, self.workspace.id, parsing.id, "the file is damaged", at(5))
        });
        assert!(done);
    }

    /// Starts a run over documents whose parsings exist.
    pub(crate) fn run(&self, db: &TestDb, session: &Session, inputs: &[(&Document, &Parsing)]) -> ResultId {
        let new = new_result(session, self.template.version_id, inputs);
        write(db, |c| results::insert(c, self.workspace.id, new, at(4))).id
    }
}

pub(crate) fn new_result(
    session: &Session,
    version: TemplateVersionId,
    inputs: &[(&Document, &Parsing)],
) -> NewResult {
    NewResult {
        session_id: session.id,
        template_version_id: version,
        config_hash: "cfg".to_owned(),
        inputs: inputs
            .iter()
            .map(|(document, parsing)| ((*document).clone(), parsing.id))
            .collect(),
    }
}

pub(crate) fn page(number: u32) -> PageFacts {
    PageFacts {
        number,
        size: Some(PageSize {
            width: 595.276,
            height: 841.89,
        }),
        word_count: 120,
    }
}

pub(crate) fn chunk(index: u32, text: &str) -> Chunk {
    Chunk {
        index,
        page_from: index + 1,
        page_to: index + 1,
        blocks: vec![ChunkBlock {
            page: index + 1,
            index: 0,
            kind: ChunkBlockKind::Paragraph,
            content: text.to_owned(),
        }],
        token_count: 3,
    }
}

/// All chunks of a document in order; none before it is read.
pub(crate) fn chunks_of(
    conn: &mut AnyConnection,
    scope: &Scope,
    document: DocumentId,
) -> Result<Vec<StoredChunk>, Error> {
    match chunks::find_list(conn, scope, document)? {
        Some(list) => chunks::list(conn, scope, &list, 0, u32::MAX),
        None => Ok(Vec::new()),
    }
}
