//! What is known of a result besides its values: rows of section, name and value.

use std::collections::{BTreeSet, HashMap};

use domain::evidence::{Audit, Engine};
use domain::id::{DocumentId, TemplateVersionId};
use domain::result::ExtractionResult;
use domain::schema::check::{CheckResult, Outcome};

use super::audit::engine_name;
use super::cell::Cell;
use super::table::{About, status_name};

/// The headings.
pub const HEADER: [&str; 3] = ["section", "name", "value"];

/// The template by which a result was made.
#[derive(Debug, Clone)]
pub struct TemplateFacts {
    /// Its name.
    pub name: String,
    /// The state of its schema.
    pub version_id: TemplateVersionId,
    /// The same, counted from 1.
    pub version_number: i64,
}

/// A result with what its rows need from elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The session.
    pub about: &'a About,
    /// The result.
    pub result: &'a ExtractionResult,
    /// Its template.
    pub template: &'a TemplateFacts,
    /// How many pages of each document were read.
    pub page_counts: &'a HashMap<DocumentId, u32>,
    /// Which engines found the values.
    pub engines: &'a BTreeSet<&'static str>,
}

/// One row.
pub type Row<'a> = [Cell<'a>; 3];

/// The engines that evidence names.
pub fn engines_of(audit: &Audit) -> BTreeSet<&'static str> {
    let mut engines = BTreeSet::new();
    audit.for_each_leaf(&mut |_path, evidence| {
        let engine: Engine = evidence.engine;
        engines.insert(engine_name(engine));
    });
    engines
}

/// What is said of a session, whether it has a result or not.
pub fn session_rows(about: &About) -> Vec<Row<'_>> {
    vec![
        row("Session", "id", Cell::owned(about.session_id.to_string())),
        row("Session", "name", Cell::text(&about.session_name)),
        row("Session", "status", Cell::text(status_name(about.status))),
    ]
}

/// What is said of a completed result.
pub fn result_rows<'a>(facts: &Facts<'a>) -> Vec<Row<'a>> {
    let Facts {
        about,
        result,
        template,
        engines,
        ..
    } = *facts;
    let engines: Vec<&str> = engines.iter().copied().collect();
    let completed = result.completed_at.map(|time| time.to_string());
    let mut rows = vec![
        row("Result", "id", Cell::owned(result.id.to_string())),
        row("Result", "title", Cell::optional(result.title.as_deref())),
        row("Result", "status", Cell::text("completed")),
        row("Result", "created", Cell::owned(result.created_at.to_string())),
        row("Result", "completed", completed.map_or(Cell::Empty, Cell::owned)),
        row("Result", "engine", Cell::owned(engines.join(", "))),
        row("Result", "config hash", Cell::text(&result.config_hash)),
        row("Template", "name", Cell::owned(template.name.clone())),
        row(
            "Template",
            "version",
            Cell::owned(template.version_number.to_string()),
        ),
        row(
            "Template",
            "version id",
            Cell::owned(template.version_id.to_string()),
        ),
    ];
    rows.extend(session_rows(about));
    add_documents(&mut rows, facts);
    for (group, checks) in &result.checks {
        rows.extend(checks.iter().map(|check| check_row(group, check)));
    }
    for (number, warning) in (1_u64..).zip(&result.warnings) {
        rows.push([Cell::text("Warning"), Cell::count(number), Cell::text(warning)]);
    }
    rows
}

fn add_documents<'a>(rows: &mut Vec<Row<'a>>, facts: &Facts<'a>) {
    for (number, document) in (1_u64..).zip(&facts.result.document_refs) {
        let section = format!("Document {number}");
        let mut add = |name, value| rows.push([Cell::owned(section.clone()), Cell::text(name), value]);
        let pages = facts.page_counts.get(&document.document_id).copied();
        add("filename", Cell::text(&document.filename));
        add("id", Cell::owned(document.document_id.to_string()));
        add("sha256", Cell::owned(document.sha256.to_string()));
        add("pages", pages.map_or(Cell::Empty, Cell::count));
    }
}

/// `Check | invoice: sum | passed: 1000 + 190 == 1190`
fn check_row<'a>(group: &str, check: &CheckResult) -> Row<'a> {
    let CheckResult {
        name,
        expression,
        outcome,
        detail,
        origin: _,
    } = check;
    let outcome = match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Unknown => "unknown",
    };
    let said = if detail.is_empty() { expression } else { detail };
    [
        Cell::text("Check"),
        Cell::owned(format!("{group}: {name}")),
        Cell::owned(format!("{outcome}: {said}")),
    ]
}

/// A row.
pub(super) fn row<'a>(section: &'static str, name: &'static str, value: Cell<'a>) -> Row<'a> {
    [Cell::text(section), Cell::text(name), value]
}
