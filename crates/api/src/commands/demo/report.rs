//! The result as a table for people.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde_json::Value;

/// Field, value, page, box, verdict, confidence: a line for every value.
pub(super) fn table(result: &Value) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header([
        "Field",
        "Value",
        "Page",
        "Box (x0 y0 x1 y1)",
        "Verdict",
        "Confidence",
    ]);
    let mut rows = Vec::new();
    collect(&result["data"], &result["audit_data"], String::new(), &mut rows);
    table.add_rows(rows);
    if let Some(column) = table.column_mut(5) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// Evidence has the shape of the data: a leaf is what carries a verdict.
fn collect(data: &Value, audit: &Value, path: String, rows: &mut Vec<Vec<String>>) {
    if let Some(verdict) = audit["verdict"].as_str() {
        let source = &audit["sources"][0];
        rows.push(vec![
            path,
            plain(data),
            plain(&source["page"]),
            place(&source["bbox"]),
            verdict.to_owned(),
            audit["confidence"]
                .as_f64()
                .map_or_else(String::new, |confidence| format!("{confidence:.2}")),
        ]);
        return;
    }
    let join = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match audit {
        Value::Object(fields) => {
            for (name, field) in fields {
                collect(&data[name], field, join(name), rows);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&data[index], item, join(&index.to_string()), rows);
            }
        }
        _ => {}
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn place(bbox: &Value) -> String {
    let sides: Vec<String> = ["x0", "y0", "x1", "y1"]
        .iter()
        .filter_map(|side| Some(format!("{:.3}", bbox[side].as_f64()?)))
        .collect();
    sides.join(" ")
}
