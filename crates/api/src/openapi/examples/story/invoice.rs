//! What stands on the invoice, and what is read there.

use domain::evidence::{Alternative, Audit, Engine, Evidence, Place, Source, Verdict};
use domain::geometry::BBox;
use domain::id::ChunkId;
use domain::parsed::{Chunk, ChunkBlock, ChunkBlockKind, RowCell, TableOfChunk, TableRowOfChunk};
use domain::schema::CompiledSchema;
use domain::schema::check::CheckResult;
use domain::session::SessionStatus;
use indexmap::IndexMap;
use serde_json::{Value, json};
use storage::chunks::StoredChunk;

use super::{DOCUMENT, RESULT, SESSION, parse_config_hash, session};
use crate::export::csv::{BYTE_ORDER_MARK, lines};
use crate::export::json::ExportedSession;
use crate::export::layout::Layout;
use crate::export::table::{About, Table};
use crate::wire::ChunkBody;

/// The result's short name.
pub(super) const TITLE: &str = "Invoice INV-2026-0147";

/// What is asked of invoices.
pub fn schema() -> Value {
    json!({
        "groups": {
            "invoice": {
                "fields": {
                    "invoice_number": { "type": "string" },
                    "issue_date": { "type": "date" },
                    "net_total": { "type": "number" },
                    "tax_total": { "type": "number" },
                    "grand_total": { "type": "number", "aliases": ["Total due"] },
                },
                "checks": { "adds_up": "net_total + tax_total == grand_total" },
            },
        },
    })
}

/// The values.
pub(super) fn data() -> Value {
    json!({
        "invoice": {
            "invoice_number": "INV-2026-0147",
            "issue_date": "2026-03-12",
            "net_total": 375,
            "tax_total": 71.25,
            "grand_total": 446.25,
        },
    })
}

/// Their evidence.
pub(super) fn audit() -> Audit {
    let right_of = |label: &str| format!("Stands right of the label “{label}”.");
    let date = Evidence {
        alternatives: vec![Alternative {
            value: json!("2026-04-11"),
            confidence: 0.3498,
            sources: vec![source(
                "11 April 2026",
                BBox::new(0.7563, 0.207_13, 0.850_38, 0.218_41),
            )],
        }],
        ..evidence(
            right_of("Invoice date"),
            0.9811,
            Verdict::Normalized,
            source("12 March 2026", BBox::new(0.7563, 0.189_31, 0.8628, 0.200_59)),
        )
    };
    let number = evidence(
        right_of("Invoice number"),
        0.9921,
        Verdict::Grounded,
        source("INV-2026-0147", BBox::new(0.7563, 0.1715, 0.864_57, 0.182_78)),
    );
    let net = evidence(
        right_of("Net total"),
        0.9982,
        Verdict::Normalized,
        source("EUR 375.00", BBox::new(0.819_57, 0.464_85, 0.906_54, 0.476_13)),
    );
    let tax = evidence(
        right_of("VAT"),
        0.9966,
        Verdict::Grounded,
        source("EUR 71.25", BBox::new(0.828_45, 0.483_85, 0.906_54, 0.495_13)),
    );
    let total = evidence(
        right_of("Total due"),
        0.9991,
        Verdict::Grounded,
        source("EUR 446.25", BBox::new(0.805_94, 0.5038, 0.906_64, 0.516_86)),
    );
    let fields = [
        ("invoice_number", number),
        ("issue_date", date),
        ("net_total", net),
        ("tax_total", tax),
        ("grand_total", total),
    ];
    let leaf = |(name, evidence): (&str, Evidence)| (name.to_owned(), Audit::Leaf(Box::new(evidence)));
    let invoice = Audit::Object(fields.into_iter().map(leaf).collect());
    Audit::Object(IndexMap::from([("invoice".to_owned(), invoice)]))
}

fn evidence(reasoning: String, confidence: f64, verdict: Verdict, source: Source) -> Evidence {
    Evidence {
        reasoning,
        confidence,
        verdict,
        engine: Engine::Layout,
        sources: vec![source],
        alternatives: Vec::new(),
    }
}

fn source(text: &str, bbox: BBox) -> Source {
    Source {
        chunk_id: Some(chunk_id()),
        document_id: DOCUMENT,
        page: 1,
        text: text.to_owned(),
        bbox: Some(bbox),
        place: Place::Box,
    }
}

/// How the schema's checks come out.
pub(super) fn checks() -> IndexMap<String, Vec<CheckResult>> {
    let data = data();
    let Ok(schema) = CompiledSchema::compile(&schema()) else {
        return IndexMap::new();
    };
    let groups = schema.groups.iter();
    let results = groups.map(|group| {
        let checks = group.checks.iter();
        let results = checks.map(|check| check.evaluate(&group.name, &data)).collect();
        (group.name.clone(), results)
    });
    results.collect()
}

/// The page as text.
pub fn chunk() -> ChunkBody {
    let blocks = vec![
        block(0, ChunkBlockKind::Paragraph, "Invoice number INV-2026-0147"),
        block(1, ChunkBlockKind::Heading, "Invoice"),
        block(
            2,
            ChunkBlockKind::Table(TableOfChunk {
                table: 1,
                row_count: 2,
                col_count: 2,
            }),
            "",
        ),
        row(3, true, ["Description", "Amount"]),
        row(4, false, ["Recycled copy paper A4, 500 sheets", "168.00"]),
    ];
    let mut chunk = Chunk {
        index: 0,
        page_from: 1,
        page_to: 1,
        blocks,
        token_count: 0,
    };
    let characters = chunk.text().chars().count();
    chunk.token_count = u32::try_from(characters.div_ceil(4)).unwrap_or(u32::MAX);
    ChunkBody::from(StoredChunk {
        id: chunk_id(),
        document_id: DOCUMENT,
        chunk,
    })
}

fn chunk_id() -> ChunkId {
    ChunkId::derive(DOCUMENT, &parse_config_hash(), 0)
}

fn row(index: u32, is_header_row: bool, texts: [&str; 2]) -> ChunkBlock {
    let cells = texts.iter().zip(1_u32..).map(|(text, col_index)| RowCell {
        col_index,
        text: (*text).to_owned(),
    });
    let row = TableRowOfChunk {
        table: 1,
        is_header_row,
        cells: cells.collect(),
    };
    block(index, ChunkBlockKind::TableRow(row), &texts.join(" | "))
}

fn block(index: u32, kind: ChunkBlockKind, content: &str) -> ChunkBlock {
    ChunkBlock {
        page: 1,
        index,
        kind,
        content: content.to_owned(),
    }
}

/// The result in an export.
pub fn exported() -> ExportedSession {
    ExportedSession::new(about(), Some(data()))
}

/// The same as a table.
pub fn csv() -> String {
    let (about, data) = (about(), data());
    let Ok(schema) = CompiledSchema::compile(&schema()) else {
        return String::new();
    };
    let layout = Layout::of(&schema);
    let mut table = Table::default();
    let rows = match table.add(&layout) {
        Ok(()) => std::iter::once(table.header()).chain(table.rows(&about, &layout, &data)),
        Err(_too_many) => return String::new(),
    };
    let bytes = lines(rows).unwrap_or_default();
    let text = String::from_utf8(bytes).unwrap_or_default();
    format!("{BYTE_ORDER_MARK}{text}")
}

fn about() -> About {
    About {
        session_id: SESSION,
        session_name: session(SessionStatus::Completed).name,
        status: SessionStatus::Completed,
        result_id: Some(RESULT),
        title: Some(TITLE.to_owned()),
    }
}
