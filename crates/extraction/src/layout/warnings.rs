//! What the engine could not use of the schema, and what it missed, for the template's author.

use domain::evidence::{Audit, Place, Verdict};
use domain::schema::check::{CheckResult, Origin, Outcome};
use domain::schema::{CompiledSchema, Field, FieldKind};
use indexmap::IndexMap;

use super::tables::Claimed;

/// The warnings of a run.
pub(crate) fn of(
    schema: &CompiledSchema,
    audit: &Audit,
    claimed: &Claimed,
    checks: &IndexMap<String, Vec<CheckResult>>,
) -> Vec<String> {
    let mut found = unused(schema);
    found.extend(missing(schema, audit));
    found.extend(contradictions(audit));
    found.extend(claimed.shortfalls.iter().cloned());
    found.extend(checks.values().flatten().filter_map(short_sum));
    found
}

/// Lines that do not make the total: some may have been missed, or the total holds more.
fn short_sum(check: &CheckResult) -> Option<String> {
    let sums_lines = check.origin == Origin::Derived
        && check.expression.starts_with("sum(")
        && check.outcome == Outcome::Failed;
    sums_lines.then(|| {
        format!(
            "{}: the lines do not make the total ({}); some may be missing.",
            check.expression, check.detail
        )
    })
}

/// Where the XML of an e-invoice and its page say different things.
fn contradictions(audit: &Audit) -> Vec<String> {
    let mut found = Vec::new();
    audit.for_each_leaf(&mut |path, evidence| {
        let told = evidence
            .sources
            .iter()
            .find(|source| matches!(source.place, Place::Xml { .. }));
        if let (Some(told), Some(other)) = (told, evidence.alternatives.first()) {
            let (xml, page) = (&told.text, &other.value);
            found.push(format!("{path}: the e-invoice says “{xml}”, its page {page}."));
        }
    });
    found
}

/// Parts of the schema that speak to a language model.
fn unused(schema: &CompiledSchema) -> Vec<String> {
    let mut found = Vec::new();
    let engine = "the layout engine";
    if schema.config.system_message.is_some() {
        found.push(format!("config: {engine} has no use for a system message."));
    }
    if schema.config.extraction_title_prompt.is_some() {
        found.push(format!(
            "config: {engine} makes the title from the document's kind and number, not from a prompt."
        ));
    }
    for group in &schema.groups {
        if group.extraction_prompt.is_some() {
            found.push(format!(
                "{}: {engine} cannot follow an extraction prompt.",
                group.name
            ));
        }
        for field in &group.fields {
            prompts(&group.name, field, &mut found);
        }
    }
    found
}

fn prompts(prefix: &str, field: &Field, found: &mut Vec<String>) {
    let path = format!("{prefix}.{}", field.name);
    if field.extraction_prompt.is_some() {
        found.push(format!(
            "{path}: the layout engine cannot follow an extraction prompt; words that it quotes are taken as labels."
        ));
    }
    match &field.kind {
        FieldKind::Object(fields) => fields.iter().for_each(|inner| prompts(&path, inner, found)),
        FieldKind::Array(item) => prompts(prefix, item, found),
        _ => {}
    }
}

/// Fields that the schema says must be there and were not found.
fn missing(schema: &CompiledSchema, audit: &Audit) -> Vec<String> {
    let mut found = Vec::new();
    audit.for_each_leaf(&mut |path, evidence| {
        if evidence.verdict == Verdict::NotFound && is_required(schema, path) {
            found.push(format!("{path}: required, but not found."));
        }
    });
    found
}

fn is_required(schema: &CompiledSchema, path: &str) -> bool {
    let mut steps = path.split('.');
    let Some(group) = steps.next().and_then(|name| schema.group(name)) else {
        return false;
    };
    let mut fields = group.fields.as_slice();
    let mut required = false;
    for step in steps {
        let Some(field) = fields.iter().find(|field| field.name == step) else {
            continue;
        };
        required = field.required;
        fields = match &field.kind {
            FieldKind::Object(inner) => inner,
            FieldKind::Array(item) => match &item.kind {
                FieldKind::Object(inner) => inner,
                _ => &[],
            },
            _ => &[],
        };
    }
    required
}
