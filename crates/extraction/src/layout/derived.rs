//! Checks that follow from what the fields mean, though the schema does not list them: net and tax make the total,
//! quantity times price makes the amount of a line, and the lines make the net total.

use domain::schema::check::{Check, CheckResult, Origin, Outcome};
use domain::schema::{CompiledSchema, Field, FieldKind, Group};
use serde_json::Value;

use crate::lexicon::Lexicon;

/// How sure the meaning of a key must be.
const SURE: f64 = 0.7;

/// What a field of numbers means, and its path within the group.
struct Role {
    concept: String,
    path: String,
}

/// The derived checks of a group that can be decided.
pub(crate) fn checks(schema: &CompiledSchema, group: &Group, data: &Value) -> Vec<CheckResult> {
    let roles = roles(&group.fields);
    let mut found = Vec::new();
    if group.is_list() {
        found.extend(best(schema, group, data, &row_expressions(&roles)));
    } else {
        found.extend(best(schema, group, data, &sum_expressions(&roles)));
        found.extend(best(schema, group, data, &due_expressions(&roles)));
        found.extend(best(schema, group, data, &rate_expressions(&roles)));
        for list in lists(schema, group, data) {
            found.extend(best(schema, group, data, &line_expressions(&roles, &list)));
        }
    }
    found
}

/// The numbers of a group by what they mean; of several with the same meaning none tells which is meant.
fn roles(fields: &[Field]) -> Vec<Role> {
    let mut found = Vec::new();
    collect(fields, "", &mut found);
    found
}

fn collect(fields: &[Field], prefix: &str, found: &mut Vec<Role>) {
    for field in fields {
        let path = if prefix.is_empty() {
            field.name.clone()
        } else {
            format!("{prefix}.{}", field.name)
        };
        match &field.kind {
            FieldKind::Object(inner) => collect(inner, &path, found),
            FieldKind::Number(_) | FieldKind::Integer(_) => {
                let concept = meaning(field);
                found.extend(concept.map(|concept| Role { concept, path }));
            }
            _ => {}
        }
    }
}

fn meaning(field: &Field) -> Option<String> {
    let lexicon = Lexicon::builtin();
    let values = lexicon
        .meaning_of_key(&field.name, field.description.as_deref())
        .values;
    let (concept, sure) = values.first()?;
    (*sure >= SURE).then(|| lexicon.name(*concept).to_owned())
}

/// The path of the one field that means this.
fn the<'r>(roles: &'r [Role], concepts: &[&str]) -> Option<&'r str> {
    let mut matching = roles
        .iter()
        .filter(|role| concepts.contains(&role.concept.as_str()));
    let first = matching.next()?;
    matching.next().is_none().then_some(first.path.as_str())
}

fn sum_expressions(roles: &[Role]) -> Vec<String> {
    let (Some(net), Some(tax), Some(gross)) = (
        the(roles, &["net_total"]),
        the(roles, &["tax_total"]),
        the(roles, &["grand_total"]),
    ) else {
        return Vec::new();
    };
    let mut more = String::new();
    let mut expressions = vec![format!("{net} + {tax} == {gross}")];
    for (sign, concept) in [
        ("-", "discount_total"),
        ("+", "charge_total"),
        ("+", "shipping_cost"),
        ("+", "rounding"),
    ] {
        if let Some(path) = the(roles, &[concept]) {
            expressions.push(format!("{net} + {tax} {sign} {path} == {gross}"));
            more = format!("{more} {sign} {path}");
        }
    }
    expressions.push(format!("{net} + {tax}{more} == {gross}"));
    expressions
}

fn due_expressions(roles: &[Role]) -> Vec<String> {
    let (Some(gross), Some(paid), Some(due)) = (
        the(roles, &["grand_total"]),
        the(roles, &["amount_paid"]),
        the(roles, &["amount_due"]),
    ) else {
        return Vec::new();
    };
    vec![format!("{gross} - {paid} == {due}")]
}

fn rate_expressions(roles: &[Role]) -> Vec<String> {
    let (Some(net), Some(rate), Some(tax)) = (
        the(roles, &["net_total"]),
        the(roles, &["tax_rate"]),
        the(roles, &["tax_total"]),
    ) else {
        return Vec::new();
    };
    vec![format!("{net} * {rate} / 100 == {tax}")]
}

/// The lines make the net total, or the gross one where prices include the tax.
fn line_expressions(roles: &[Role], list: &str) -> Vec<String> {
    [the(roles, &["net_total"]), the(roles, &["grand_total"])]
        .into_iter()
        .flatten()
        .map(|total| format!("sum({list}) == {total}"))
        .collect()
}

fn row_expressions(roles: &[Role]) -> Vec<String> {
    let (Some(quantity), Some(price), Some(amount)) = (
        the(roles, &["quantity"]),
        the(roles, &["unit_price"]),
        the(roles, &["line_total"]),
    ) else {
        return Vec::new();
    };
    let mut expressions = vec![format!("{quantity} * {price} == {amount}")];
    if let Some(discount) = the(roles, &["discount"]) {
        expressions.push(format!(
            "{quantity} * {price} * (1 - {discount} / 100) == {amount}"
        ));
        expressions.push(format!("{quantity} * {price} - {discount} == {amount}"));
    }
    expressions
}

/// The amounts of all lists of lines that a group's total may sum up, as paths.
fn lists(schema: &CompiledSchema, group: &Group, data: &Value) -> Vec<String> {
    let any = |value: Option<&Value>| {
        value
            .and_then(Value::as_array)
            .is_some_and(|rows| !rows.is_empty())
    };
    let mut found = Vec::new();
    for other in schema.groups.iter().filter(|other| other.repeated) {
        let roles = roles(&other.fields);
        let amount = the(&roles, &["line_total"]).filter(|_| any(data.get(&other.name)));
        found.extend(amount.map(|path| format!("{}.{path}", other.name)));
    }
    for field in &group.fields {
        let rows = data.get(&group.name).and_then(|data| data.get(&field.name));
        if let FieldKind::Array(item) = &field.kind
            && let FieldKind::Object(inner) = &item.kind
            && any(rows)
        {
            let roles = roles(inner);
            found.extend(the(&roles, &["line_total"]).map(|path| format!("{}.{path}", field.name)));
        }
    }
    found
}

/// Of several ways in which the same may hold, the first that does, else the first that can be decided.
fn best(schema: &CompiledSchema, group: &Group, data: &Value, expressions: &[String]) -> Option<CheckResult> {
    let decided: Vec<CheckResult> = expressions
        .iter()
        .filter_map(|expression| Check::parse(expression, expression, group, &schema.groups).ok())
        .filter(|check| !listed(group, check))
        .map(|check| check.evaluate(&group.name, data))
        .filter(|result| result.outcome != Outcome::Unknown)
        .map(|result| CheckResult {
            origin: Origin::Derived,
            ..result
        })
        .collect();
    let holding = decided
        .iter()
        .position(|result| result.outcome == Outcome::Passed)
        .unwrap_or(0);
    decided.into_iter().nth(holding)
}

/// Whether the schema has a check of the same fields itself.
fn listed(group: &Group, check: &Check) -> bool {
    let same = |known: &Check| {
        known.fields.len() == check.fields.len()
            && known.fields.iter().all(|field| check.fields.contains(field))
    };
    group.checks.iter().any(same)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The derived checks of the groups `invoice` and `lines`, each with its outcome and figures.
    fn derived(data: &Value) -> Vec<(String, Outcome, String)> {
        let number = json!({"type": "number"});
        let schema = CompiledSchema::compile(&json!({"groups": {
            "invoice": {"fields": {
                "net_total": number, "tax_total": number, "grand_total": number, "shipping_cost": number,
                "amount_paid": number, "amount_due": number
            }},
            "lines": {"repeated": true, "fields": {
                "quantity": number, "unit_price": number, "line_total": number, "discount": number
            }}
        }}))
        .unwrap();
        let all = schema
            .groups
            .iter()
            .flat_map(|group| checks(&schema, group, data));
        all.map(|result| {
            assert_eq!(result.origin, Origin::Derived);
            (result.expression, result.outcome, result.detail)
        })
        .collect()
    }

    #[test]
    fn totals_and_lines_are_checked_by_what_they_mean() {
        let data = json!({
            "invoice": {"net_total": 50, "tax_total": 10, "grand_total": 60, "amount_paid": 20, "amount_due": 41},
            "lines": [
                {"quantity": 2, "unit_price": 10, "line_total": 20, "discount": null},
                {"quantity": 3, "unit_price": 10, "line_total": 30, "discount": null}
            ]
        });
        let said =
            |expression: &str, outcome, detail: &str| (expression.to_owned(), outcome, detail.to_owned());
        assert_eq!(
            derived(&data),
            [
                said(
                    "net_total + tax_total == grand_total",
                    Outcome::Passed,
                    "50 + 10 == 60"
                ),
                said(
                    "grand_total - amount_paid == amount_due",
                    Outcome::Failed,
                    "60 - 20 == 41"
                ),
                said("sum(lines.line_total) == net_total", Outcome::Passed, "50 == 50"),
                said(
                    "quantity * unit_price == line_total",
                    Outcome::Passed,
                    "2 * 10 == 20"
                ),
            ]
        );
    }

    #[test]
    fn charges_discounts_and_prices_with_tax_count_where_they_hold() {
        let data = json!({
            "invoice": {"net_total": 50, "tax_total": 10, "grand_total": 64.5, "shipping_cost": 4.5},
            "lines": [{"quantity": 4, "unit_price": 10, "line_total": 38, "discount": 5}]
        });
        let holding: Vec<String> = derived(&data)
            .into_iter()
            .filter(|(_, outcome, _)| *outcome == Outcome::Passed)
            .map(|(expression, _, _)| expression)
            .collect();
        assert_eq!(
            holding,
            [
                "net_total + tax_total + shipping_cost == grand_total",
                "quantity * unit_price * (1 - discount / 100) == line_total",
            ]
        );
    }

    #[test]
    fn what_was_not_found_is_not_checked() {
        assert_eq!(derived(&json!({"invoice": {"net_total": 50}, "lines": []})), []);
    }
}
