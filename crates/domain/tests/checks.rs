//! What checks promise.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use domain::schema::CompiledSchema;
use domain::schema::check::{CheckResult, Outcome};
use proptest::prelude::*;
use serde_json::{Value, json};

fn schema(expression: &str) -> Value {
    json!({"groups": {
        "invoice": {
            "fields": {
                "net": {"type": "number"}, "tax": {"type": "number"}, "total": {"type": "number"},
                "issued": {"type": "date"}, "due": {"type": "date"}, "paid": {"type": "boolean"},
                "notes": {"type": "array", "items": {"type": "string"}},
                "seller": {"type": "object", "properties": {"city": {"type": "string"}}},
            },
            "checks": {"check": expression},
        },
        "line_items": {"repeated": true, "fields": {"amount": {"type": "number"}, "quantity": {"type": "number"}}},
    }})
}

fn data() -> Value {
    json!({
        "invoice": {"net": 1000, "tax": 190, "total": 1190.0, "issued": "2024-03-01", "due": "2024-03-15", "paid": null,
                    "notes": ["a", "b"], "seller": {"city": "Berlin"}},
        "line_items": [{"amount": 400, "quantity": 2}, {"amount": 600, "quantity": 3}],
    })
}

fn evaluate(expression: &str) -> CheckResult {
    let compiled = CompiledSchema::compile(&schema(expression)).unwrap();
    compiled.groups[0].checks[0].evaluate("invoice", &data())
}

fn mistake(expression: &str) -> String {
    let errors = CompiledSchema::compile(&schema(expression)).unwrap_err();
    assert_eq!(errors[0].path, "groups.invoice.checks.check");
    errors[0].message.clone()
}

#[test]
fn figures_are_put_in() {
    let result = evaluate("net + tax == total");
    assert_eq!(
        (result.outcome, result.detail.as_str()),
        (Outcome::Passed, "1000 + 190 == 1190.0")
    );
    let result = evaluate("net == total");
    assert_eq!(
        (result.outcome, result.detail.as_str()),
        (Outcome::Failed, "1000 == 1190.0")
    );
}

#[test]
fn expressions_that_hold() {
    for expression in [
        "issued <= due",
        "sum(line_items.amount) == net",
        "count(line_items) == 2 and count(notes) == 2",
        "max(line_items.amount) - min(line_items.amount) == 200",
        "not net > total",
        "net * 0.19 == tax",
        "round(tax / 3, 1) == 63.3",
        "abs(net - total) == 190",
        "-net < 0 or paid == 'x'",
        "seller.city == \"Berlin\"",
        "1 + 2 * 3 == 7 and (1 + 2) * 3 == 9",
        "net + tax == total + 0.01",
    ] {
        assert_eq!(evaluate(expression).outcome, Outcome::Passed, "{expression}");
    }
}

#[test]
fn what_was_not_found_leaves_a_check_undecided() {
    for expression in ["paid == 'x'", "net / 0 == 1", "net == 'x'", "seller.city > 1"] {
        assert_eq!(evaluate(expression).outcome, Outcome::Unknown, "{expression}");
    }
}

#[test]
fn the_check_of_a_repeated_group_is_made_row_by_row() {
    let schema = json!({"groups": {"lines": {
        "repeated": true,
        "fields": {"quantity": {"type": "number"}, "price": {"type": "number"}, "amount": {"type": "number"}},
        "checks": ["quantity * price == amount"],
    }}});
    let compiled = CompiledSchema::compile(&schema).unwrap();
    let check = &compiled.groups[0].checks[0];
    let good = json!({"quantity": 2, "price": 3, "amount": 6});
    let bad = json!({"quantity": 2, "price": 3, "amount": 7});
    let result = check.evaluate("lines", &json!({"lines": [good, bad]}));
    assert_eq!(
        (result.outcome, result.detail.as_str()),
        (Outcome::Failed, "2 * 3 == 7")
    );
    assert_eq!(
        check.evaluate("lines", &json!({"lines": [good]})).outcome,
        Outcome::Passed
    );
    assert_eq!(
        check.evaluate("lines", &json!({"lines": []})).outcome,
        Outcome::Unknown
    );
}

#[test]
fn mistakes_say_what_and_where() {
    let cases = [
        (
            "net + vat == total",
            "there is no field or group \"vat\"; known are: due, invoice, issued, line_items, net, notes, paid, seller and 2 more (at character 7)",
        ),
        (
            "net + tax",
            "must be a comparison, such as \"net + tax == total\" (at character 1)",
        ),
        ("net = total", "compare with == (at character 5)"),
        ("net == ", "the expression ends too early (at character 8)"),
        ("(net == total", "expected \")\" (at character 14)"),
        (
            "net == total total",
            "an operator is missing here (at character 14)",
        ),
        (
            "line_items.amount == net",
            "line_items.amount is a list: use sum, count, min or max (at character 1)",
        ),
        ("sum(net) == 1", "net is not a list (at character 5)"),
        (
            "average(net) == 1",
            "unknown function \"average\"; known are sum, count, min, max, abs, round (at character 1)",
        ),
        ("net == total and 5", "and joins comparisons (at character 14)"),
        (
            "seller.town == 'x'",
            "seller has no field \"town\"; known are: city (at character 1)",
        ),
        ("net § 5", "unexpected character '§' (at character 5)"),
    ];
    for (expression, message) in cases {
        assert_eq!(mistake(expression), message, "{expression}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_check_panic(expression in "[a-z0-9()+*/<>=!.,'\" §-]{0,60}") {
        if let Ok(compiled) = CompiledSchema::compile(&schema(&expression)) {
            let _ = compiled.groups[0].checks[0].evaluate("invoice", &data());
        }
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_stack_overflow(depth in 100_usize..5_000) {
        let expression = format!("{}net{} == 1", "(".repeat(depth), ")".repeat(depth));
        prop_assert!(CompiledSchema::compile(&schema(&expression)).is_err());
    }
}
