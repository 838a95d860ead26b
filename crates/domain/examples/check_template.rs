//! Builds a template's schema, checks it, and shows what a mistake in it looks like.
//!
//! ```text
//! cargo run -p domain --example check_template
//! ```

use domain::schema::{CompiledSchema, Field, FieldKind, SchemaError};
use serde_json::json;

#[expect(clippy::print_stdout, reason = "an example that shows something")]
fn main() {
    let schema = json!({
        "groups": {
            "invoice": {
                "fields": {
                    "invoice_number": {"type": "string", "aliases": ["Invoice no."]},
                    "issued": {"type": "date"},
                    "net": {"$ref": "#/definitions/money"},
                    "tax": {"$ref": "#/definitions/money"},
                    "total": {"$ref": "#/definitions/money", "required": true},
                },
                "checks": {"adds_up": "net + tax == total", "lines_add_up": "sum(line_items.amount) == net"},
            },
            "line_items": {
                "repeated": true,
                "fields": {"description": {"type": "string"}, "amount": {"$ref": "#/definitions/money"}},
            },
        },
        "definitions": {"money": {"type": "number", "minimum": 0}},
    });
    match CompiledSchema::compile(&schema) {
        Ok(compiled) => println!("{}", describe(&compiled)),
        Err(errors) => println!("{}", list(&errors)),
    }

    let wrong = json!({"fields": {"total": {"type": "money"}, "date": {"$ref": "#/definitions/day"}}});
    if let Err(errors) = CompiledSchema::compile(&wrong) {
        println!("\nA schema with mistakes:\n{}", list(&errors));
    }
}

fn describe(schema: &CompiledSchema) -> String {
    let mut lines = Vec::new();
    for group in &schema.groups {
        lines.push(format!(
            "{}{}",
            group.name,
            if group.is_list() { " (any number)" } else { "" }
        ));
        lines.extend(
            group
                .fields
                .iter()
                .map(|field| format!("  {}: {}", field.name, kind(field))),
        );
        lines.extend(
            group
                .checks
                .iter()
                .map(|check| format!("  check {}: {}", check.name, check.expression)),
        );
    }
    lines.join("\n")
}

fn kind(field: &Field) -> &'static str {
    match field.kind {
        FieldKind::String(_) => "text",
        FieldKind::Number(_) | FieldKind::Integer(_) => "number",
        FieldKind::Boolean => "yes or no",
        FieldKind::Date | FieldKind::DateTime | FieldKind::Time => "date or time",
        FieldKind::Array(_) => "list",
        FieldKind::Object(_) => "object",
    }
}

fn list(errors: &[SchemaError]) -> String {
    let lines: Vec<String> = errors.iter().map(|error| format!("  {error}")).collect();
    lines.join("\n")
}
