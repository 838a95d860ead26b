//! The result as a table for people.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};
use serde_json::Value;

/// Field, value, page, box, verdict, confidence: a line for every value.
pub(super) fn table(result: &Value) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header([
        "FIELD",
        "VALUE",
        "PAGE",
        "BOX (x0 y0 x1 y1)",
        "VERDICT",
        "CONFIDENCE",
    ]);
    let mut rows = Vec::new();
    collect(result.get("data"), result.get("audit_data"), "", &mut rows);
    table.add_rows(rows);
    table
}

/// Evidence has the shape of the data: a leaf is what carries a verdict.
fn collect(data: Option<&Value>, audit: Option<&Value>, path: &str, rows: &mut Vec<Vec<String>>) {
    let join = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match audit {
        Some(leaf) if leaf.get("verdict").is_some_and(Value::is_string) => rows.push(row(path, data, leaf)),
        Some(Value::Object(fields)) => {
            for (name, field) in fields {
                collect(
                    data.and_then(|data| data.get(name)),
                    Some(field),
                    &join(name),
                    rows,
                );
            }
        }
        Some(Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                collect(
                    data.and_then(|data| data.get(index)),
                    Some(item),
                    &join(&index.to_string()),
                    rows,
                );
            }
        }
        _ => {}
    }
}

fn row(path: &str, data: Option<&Value>, evidence: &Value) -> Vec<String> {
    let source = evidence.pointer("/sources/0");
    let confidence = evidence.get("confidence").and_then(Value::as_f64);
    vec![
        path.to_owned(),
        plain(data),
        plain(source.and_then(|source| source.get("page"))),
        place(source.and_then(|source| source.get("bbox"))),
        plain(evidence.get("verdict")),
        confidence.map_or_else(String::new, |confidence| format!("{confidence:.2}")),
    ]
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn place(bbox: Option<&Value>) -> String {
    let sides = ["x0", "y0", "x1", "y1"]
        .iter()
        .filter_map(|side| bbox?.get(side)?.as_f64());
    let sides: Vec<String> = sides.map(|side| format!("{side:.3}")).collect();
    sides.join(" ")
}
