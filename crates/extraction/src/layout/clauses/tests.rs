//! Contracts made up for the tests, unlike any that was looked at.

use domain::extraction::Extraction;
use serde_json::{Value, json};

use crate::Engine as _;
use crate::layout::Layout;
use crate::testing::{Sketch, document, input, schema};

/// Lines of running text on pages of forty lines.
pub(super) fn extract(lines: &[&str], groups: &Value) -> Extraction {
    let pages = (1..).zip(lines.chunks(40)).map(|(number, lines)| {
        let mut sketch = Sketch::new(number);
        for (at, line) in (0_u32..).zip(lines) {
            sketch = sketch.text(40.0, 40.0 + 14.0 * f64::from(at), line);
        }
        sketch.page()
    });
    let parsed = document(pages.collect());
    Layout::default().extract(&[input("a.pdf", &parsed)], &schema(&json!({ "groups": groups })))
}

/// The value of a field of the group `agreement`.
fn value(lines: &[&str], key: &str, field: Value) -> Value {
    let mut fields = serde_json::Map::new();
    fields.insert(key.to_owned(), field);
    let found = extract(lines, &json!({"agreement": {"fields": fields}}));
    found.data["agreement"][key].clone()
}

fn text() -> Value {
    json!({"type": "string"})
}

/// A contract whose last line is the one that matters.
fn contract(clause: &str) -> Vec<&str> {
    vec![
        "SERVICES AGREEMENT",
        "The parties to this Agreement hereby covenant and agree that each party shall keep",
        "to the terms set out herein, and that neither party shall be bound otherwise.",
        clause,
    ]
}

#[test]
fn the_law_that_governs_is_the_place_it_is_of() {
    for (clause, place) in [
        (
            "This Agreement is governed by, and shall be construed under, the laws of the State of Ohio.",
            "Ohio",
        ),
        (
            "9. Choice of Law. The laws of the Commonwealth of Virginia shall govern all disputes.",
            "Virginia",
        ),
        (
            "The construction of this deed is governed by English law and by nothing else.",
            "England",
        ),
        (
            "Texas law governs this contract without regard to its conflict rules.",
            "Texas",
        ),
        (
            "This lease shall be interpreted under the laws of NEW JERSEY, as amended.",
            "New Jersey",
        ),
        ("Governing law: State of Oregon", "Oregon"),
    ] {
        assert_eq!(
            value(&contract(clause), "governing_law", text()),
            json!(place),
            "{clause}"
        );
    }
    for clause in [
        "Harbour Ltd is a corporation organized under the laws of the State of Delaware.",
        "The parties shall obey all laws of nature and of good sense.",
    ] {
        assert_eq!(
            value(&contract(clause), "governing_law", text()),
            Value::Null,
            "{clause}"
        );
    }
}

#[test]
fn how_long_a_contract_lasts_is_not_how_long_a_notice_runs() {
    for (clause, term) in [
        (
            "This Agreement shall remain in force for a period of three (3) years from the date above.",
            "3 years",
        ),
        (
            "The term of this Agreement shall be eighteen (18) months commencing on the first of May.",
            "18 months",
        ),
        (
            "Term. This Agreement expires on the second anniversary of its date.",
            "2 years",
        ),
        (
            "The term of this contract is one year, and may be ended by either side.",
            "1 year",
        ),
    ] {
        let field = json!({"type": "string", "description": "How long it lasts, such as '2 years'"});
        assert_eq!(value(&contract(clause), "term", field), json!(term), "{clause}");
        let months = value(&contract(clause), "term_months", json!({"type": "integer"}));
        let expected = match term {
            "18 months" => 18,
            years => 12 * years.split(' ').next().unwrap().parse::<i64>().unwrap(),
        };
        assert_eq!(months, json!(expected), "{clause}");
    }
    for clause in [
        "Either party may terminate this Agreement upon thirty (30) days prior written notice.",
        "For two years after leaving, the employee shall not solicit customers of the company.",
        "Invoices under this Agreement are paid within 30 days after they were received.",
    ] {
        assert_eq!(value(&contract(clause), "term", text()), Value::Null, "{clause}");
    }
    let clause = "Either party may terminate this Agreement upon thirty (30) days prior written notice.";
    assert_eq!(
        value(&contract(clause), "notice_period", text()),
        json!("30 days")
    );
    assert_eq!(
        value(
            &contract(clause),
            "notice_period_days",
            json!({"type": "integer"})
        ),
        json!(30)
    );
}

#[test]
fn the_day_from_which_it_binds_is_read_in_any_form() {
    for opening in [
        "THIS AGREEMENT is made and entered into as of this 5th day of June, 2019, by the parties.",
        "This agreement, dated June 5, 2019 (the \"Effective Date\"), binds both parties.",
        "This agreement takes effect on 5 June 2019 between the parties.",
    ] {
        let lines = [
            "LICENSE AGREEMENT",
            opening,
            "The parties hereby agree that each party shall keep to the terms herein.",
            "The agreement dated March 3, 2011 between others is not touched by it.",
        ];
        assert_eq!(
            value(&lines, "effective_date", json!({"type": "date"})),
            json!("2019-06-05"),
            "{opening}"
        );
    }
    let blank = [
        "LICENSE AGREEMENT",
        "THIS AGREEMENT is made as of this ____ day of ________, 20__, by the parties.",
        "The parties hereby agree that each party shall keep to the terms herein.",
    ];
    assert_eq!(
        value(&blank, "effective_date", json!({"type": "date"})),
        Value::Null
    );
}

#[test]
fn every_value_has_its_place_a_source_a_line() {
    let lines = [
        "LEASE",
        "The parties hereby agree that the tenant shall keep the rooms. The term of this lease is two",
        "(2) years. It is governed by the laws of New",
        "York and of no other state.",
    ];
    let groups =
        json!({"lease": {"fields": {"term": {"type": "string"}, "governing_law": {"type": "string"}}}});
    let found = extract(&lines, &groups);
    assert_eq!(
        found.data["lease"],
        json!({"term": "2 years", "governing_law": "New York"})
    );
    let audit = serde_json::to_value(&found.audit).unwrap();
    for (key, verdict) in [("term", "normalized"), ("governing_law", "grounded")] {
        let leaf = &audit["lease"][key];
        assert_eq!(leaf["verdict"], json!(verdict));
        assert_eq!(leaf["sources"].as_array().map(Vec::len), Some(2), "{key}");
    }
}
