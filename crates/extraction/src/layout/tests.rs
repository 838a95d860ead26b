//! What the engine promises as a whole, on pages built by hand.

use domain::evidence::{Audit, Place, Verdict};
use domain::extraction::Extraction;
use domain::parsed::Page;
use domain::schema::check::Origin;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::{Sketch, document, input, schema, sheet};
use crate::{Input, extract, grounding};

fn invoice() -> Page {
    Sketch::new(1)
        .text(60.0, 60.0, "Nordwind Handels GmbH • Hafenweg 3 • 20457 Hamburg")
        .text(60.0, 90.0, "Seeblick AG")
        .text(60.0, 104.0, "Uferstraße 12")
        .text(60.0, 118.0, "78462 Konstanz")
        .sized(60.0, 200.0, 18.0, "Rechnung")
        .text(60.0, 240.0, "Rechnungsnummer:")
        .text(200.0, 240.0, "R-2024-117")
        .text(60.0, 254.0, "Rechnungsdatum:")
        .text(200.0, 254.0, "03.05.2024")
        .text(60.0, 300.0, "Pos")
        .text(100.0, 300.0, "Bezeichnung")
        .text(300.0, 300.0, "Menge")
        .text(370.0, 300.0, "Einzelpreis")
        .text(480.0, 300.0, "Gesamtpreis")
        .text(60.0, 320.0, "1")
        .text(100.0, 320.0, "Tauwerk")
        .text(310.0, 320.0, "3")
        .text(395.0, 320.0, "10,00")
        .text(505.0, 320.0, "30,00")
        .text(60.0, 340.0, "2")
        .text(100.0, 340.0, "Anker")
        .text(310.0, 340.0, "2")
        .text(390.0, 340.0, "135,00")
        .text(500.0, 340.0, "270,00")
        .text(370.0, 380.0, "Nettobetrag")
        .text(500.0, 380.0, "300,00")
        .text(370.0, 394.0, "MwSt. 19 %")
        .text(505.0, 394.0, "57,00")
        .text(370.0, 408.0, "Gesamtbetrag")
        .text(500.0, 408.0, "357,00")
        .text(60.0, 780.0, "USt-IdNr. DE136695976")
        .page()
}

fn invoice_schema() -> Value {
    let string = json!({"type": "string"});
    let number = json!({"type": "number"});
    json!({"groups": {
        "invoice": {
            "fields": {
                "invoice_number": string, "issue_date": {"type": "date"}, "net_total": number, "tax_total": number,
                "grand_total": number, "due_date": {"type": "date"}
            },
            "checks": {"sum": "net_total + tax_total == grand_total"}
        },
        "seller": {"fields": {"name": string, "city": string, "vat_id": string}},
        "buyer": {"fields": {"name": string, "street": string, "postcode": string, "city": string}},
        "line_items": {"repeated": true, "fields": {
            "description": string, "quantity": number, "unit_price": number, "line_total": number
        }}
    }})
}

#[expect(clippy::needless_pass_by_value, reason = "the schema is written at the call")]
fn run(pages: Vec<Page>, json: Value) -> Extraction {
    let parsed = document(pages);
    extract(&[input("invoice.pdf", &parsed)], &schema(&json))
}

#[test]
fn an_invoice_is_read_with_parties_totals_and_lines() {
    let found = run(vec![invoice()], invoice_schema());
    let wanted = json!({
        "invoice": {
            "invoice_number": "R-2024-117", "issue_date": "2024-05-03", "net_total": 300, "tax_total": 57,
            "grand_total": 357, "due_date": null
        },
        "seller": {"name": "Nordwind Handels GmbH", "city": "Hamburg", "vat_id": "DE136695976"},
        "buyer": {"name": "Seeblick AG", "street": "Uferstraße 12", "postcode": "78462", "city": "Konstanz"},
        "line_items": [
            {"description": "Tauwerk", "quantity": 3, "unit_price": 10, "line_total": 30},
            {"description": "Anker", "quantity": 2, "unit_price": 135, "line_total": 270}
        ]
    });
    assert_eq!(found.data, wanted);
    assert_eq!(found.title.as_deref(), Some("Rechnung R-2024-117"));
}

#[test]
fn a_value_stands_where_its_source_says() {
    let found = run(vec![invoice()], invoice_schema());
    let Audit::Object(groups) = &found.audit else {
        panic!("no object")
    };
    let Audit::Object(fields) = &groups["invoice"] else {
        panic!("no object")
    };
    let Audit::Leaf(evidence) = &fields["issue_date"] else {
        panic!("no leaf")
    };
    assert_eq!(evidence.verdict, Verdict::Normalized);
    assert_eq!(evidence.sources.len(), 1);
    assert_eq!(evidence.sources[0].text, "03.05.2024");
    assert_eq!(evidence.sources[0].place, Place::Box);
    assert!(evidence.sources[0].chunk_id.is_some());
    assert!(
        evidence.reasoning.contains("Rechnungsdatum"),
        "{}",
        evidence.reasoning
    );
    assert!(evidence.confidence > 0.5);
}

#[test]
fn the_key_alone_is_enough() {
    let json = json!({"fields": {"invoice_number": {"type": "string"}, "grand_total": {"type": "number"}}});
    let found = run(vec![invoice()], json);
    assert_eq!(
        found.data,
        json!({"fields": {"invoice_number": "R-2024-117", "grand_total": 357}})
    );
}

#[test]
fn what_the_page_does_not_say_is_null_with_a_reason() {
    let found = run(
        vec![invoice()],
        json!({"fields": {"tracking_number": {"type": "string"}}}),
    );
    assert_eq!(found.data, json!({"fields": {"tracking_number": null}}));
    found.audit.for_each_leaf(&mut |_, evidence| {
        assert_eq!(evidence.verdict, Verdict::NotFound);
        assert!(!evidence.reasoning.is_empty());
    });
}

#[test]
fn an_alias_names_a_field_that_no_lexicon_knows() {
    let page = Sketch::new(1)
        .text(60.0, 100.0, "Zwirbelgrad:")
        .text(160.0, 100.0, "17,5")
        .page();
    let json = json!({"fields": {"twist": {"type": "number", "aliases": ["Zwirbelgrad"]}}});
    assert_eq!(run(vec![page], json).data, json!({"fields": {"twist": 17.5}}));
}

#[test]
fn totals_prove_each_other_without_labels_of_their_own() {
    let page = Sketch::new(1)
        .text(370.0, 380.0, "Zwischensumme")
        .text(500.0, 380.0, "300,00")
        .text(370.0, 394.0, "Anteil des Staates")
        .text(505.0, 394.0, "57,00")
        .text(370.0, 408.0, "Unterm Strich")
        .text(500.0, 408.0, "357,00")
        .page();
    let number = json!({"type": "number"});
    let json = json!({"fields": {"net_total": number, "tax_total": number, "grand_total": number}});
    let wanted = json!({"fields": {"net_total": 300, "tax_total": 57, "grand_total": 357}});
    assert_eq!(run(vec![page], json).data, wanted);
}

/// What a field of the type finds beside the label "Departure:".
fn departure(printed: &str, kind: &str) -> Value {
    let page = Sketch::new(1)
        .text(60.0, 100.0, "Departure:")
        .text(160.0, 100.0, printed)
        .page();
    let json = json!({"fields": {"departure": {"type": kind}}});
    run(vec![page], json).data["fields"]["departure"].clone()
}

#[test]
fn a_time_that_is_not_printed_is_not_given() {
    assert_eq!(departure("3 Jan 2024", "datetime"), Value::Null);
    assert_eq!(departure("3 Jan 2024", "date"), json!("2024-01-03"));
    assert_eq!(
        departure("3 Jan 2024 14:05", "datetime"),
        json!("2024-01-03T14:05:00")
    );
    assert_eq!(
        departure("3 Jan 2024 00:00", "datetime"),
        json!("2024-01-03T00:00:00")
    );
}

#[test]
fn a_date_that_may_be_read_in_two_ways_names_the_other_and_is_less_sure() {
    let evidence = |printed: &str| {
        let page = Sketch::new(1)
            .text(60.0, 100.0, "Invoice date:")
            .text(160.0, 100.0, printed)
            .page();
        let found = run(vec![page], json!({"fields": {"issue_date": {"type": "date"}}}));
        let mut leaf = None;
        found
            .audit
            .for_each_leaf(&mut |_, evidence| leaf = Some(evidence.clone()));
        leaf.unwrap()
    };
    let (open, settled) = (evidence("01/03/2024"), evidence("31/03/2024"));
    assert_eq!(open.alternatives[0].value, json!("2024-01-03"));
    assert!(settled.alternatives.is_empty());
    assert!(open.confidence < settled.confidence);
}

#[test]
fn a_choice_that_is_not_made_is_not_guessed() {
    for (printed, wanted) in [
        ("[ ] yes [ ] no", Value::Null),
        ("yes / no", Value::Null),
        ("[x] yes [ ] no", json!(true)),
        ("yes", json!(true)),
        ("nein", json!(false)),
    ] {
        assert_eq!(departure(printed, "boolean"), wanted, "{printed}");
    }
    let page = |printed: &str| {
        Sketch::new(1)
            .text(60.0, 100.0, "Status:")
            .text(160.0, 100.0, printed)
            .page()
    };
    let json = json!({"fields": {"status": {"type": "string", "enum": ["open", "paid"]}}});
    for (printed, wanted) in [
        ("not paid", Value::Null),
        ("open or paid", Value::Null),
        ("fully PAID", json!("paid")),
    ] {
        let found = run(vec![page(printed)], json.clone());
        assert_eq!(found.data["fields"]["status"], wanted, "{printed}");
    }
}

#[test]
fn a_whole_number_keeps_every_digit_or_is_not_given() {
    assert_eq!(departure("18446744073709551615", "integer"), json!(u64::MAX));
    assert_eq!(departure("18446744073709551616", "integer"), Value::Null);
}

#[test]
fn checks_that_follow_from_the_fields_are_listed_behind_the_schemas_own() {
    let found = run(vec![invoice()], invoice_schema());
    let said: Vec<(&str, Origin, &str)> = found
        .checks
        .values()
        .flatten()
        .map(|check| (check.name.as_str(), check.origin, check.detail.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("sum", Origin::Schema, "300 + 57 == 357"),
            (
                "sum(line_items.line_total) == net_total",
                Origin::Derived,
                "300 == 300"
            ),
            (
                "quantity * unit_price == line_total",
                Origin::Derived,
                "3 * 10 == 30"
            ),
        ]
    );
}

/// A page whose "Subtotal" holds the tax, and whose net total has a label that no lexicon knows.
fn totals_by_sum() -> Sketch {
    Sketch::new(1)
        .text(60.0, 100.0, "Before the state has its share")
        .text(400.0, 100.0, "€ 50.00")
        .text(60.0, 114.0, "VAT 20%")
        .text(400.0, 114.0, "€ 10.00")
        .text(60.0, 128.0, "Subtotal")
        .text(400.0, 128.0, "€ 60.00")
        .text(60.0, 142.0, "Grand total")
        .text(400.0, 142.0, "€ 60.00")
}

#[test]
fn a_tax_that_nobody_asked_for_proves_the_totals() {
    let number = json!({"type": "number"});
    let fields = json!({"fields": {"net_total": number, "grand_total": number}});
    let found = run(vec![totals_by_sum().page()], fields);
    assert_eq!(found.data["fields"], json!({"net_total": 50, "grand_total": 60}));
}

#[test]
fn the_day_by_which_to_pay_stands_in_the_terms_and_is_not_that_of_a_discount() {
    for (terms, day) in [
        (
            "Zahlbar innerhalb 30 Tagen netto bis 04.07.2023, 3% Skonto bis 15.06.2023",
            "2023-07-04",
        ),
        (
            "2% Skonto bei Zahlung bis 15.06.2023, netto zahlbar bis zum 04.07.2023",
            "2023-07-04",
        ),
        (
            "We ask for payment without deduction by 4 July 2023.",
            "2023-07-04",
        ),
        (
            "Nous vous prions de payer la somme au plus tard le 04/07/2023",
            "2023-07-04",
        ),
        (
            "Gelieve dit bedrag te betalen uiterlijk op 4 juli 2023",
            "2023-07-04",
        ),
        (
            "Si prega di effettuare il pagamento entro il 4 luglio 2023",
            "2023-07-04",
        ),
    ] {
        let page = Sketch::new(1)
            .text(60.0, 60.0, "Invoice 4711")
            .text(60.0, 300.0, terms)
            .page();
        let found = run(
            vec![page],
            json!({"groups": {"invoice": {"fields": {"due_date": {"type": "date"}}}}}),
        );
        assert_eq!(found.data["invoice"]["due_date"], day, "{terms}");
    }
    for terms in [
        "Payable within 30 days.",
        "The goods left our harbour on 4 July 2023",
        "3% Skonto bei Zahlung bis 15.06.2023",
    ] {
        let page = Sketch::new(1)
            .text(60.0, 60.0, "Invoice 4711")
            .text(60.0, 300.0, terms)
            .page();
        let found = run(
            vec![page],
            json!({"groups": {"invoice": {"fields": {"due_date": {"type": "date"}}}}}),
        );
        assert_eq!(found.data["invoice"]["due_date"], Value::Null, "{terms}");
    }
}

#[test]
fn a_number_sign_in_the_same_word_is_no_part_of_the_number_and_an_item_of_a_list_is_none() {
    let wanted =
        json!({"fields": {"invoice_number": {"type": "string"}, "contract_number": {"type": "string"}}});
    let page = Sketch::new(1)
        .text(60.0, 60.0, "Facture n°562044387 du 2 juillet 2015")
        .text(60.0, 100.0, "the terms of this contract")
        .text(60.0, 114.0, "4. Delivery within two days")
        .page();
    let found = run(vec![page], wanted);
    assert_eq!(
        found.data["fields"],
        json!({"invoice_number": "562044387", "contract_number": null})
    );
}

/// An invoice that is one of several in a file.
fn short_invoice(page: u32, number: &str, day: &str, total: &str) -> Page {
    Sketch::new(page)
        .text(60.0, 60.0, "Harbour Ltd")
        .text(300.0, 60.0, &format!("Invoice number: {number}"))
        .text(300.0, 74.0, &format!("Invoice date: {day}"))
        .text(60.0, 300.0, &format!("Grand total: EUR {total}"))
        .page()
}

#[test]
fn a_group_runs_once_for_each_value_of_a_list() {
    let pages = vec![
        short_invoice(1, "R-101", "3 May 2024", "12.50"),
        short_invoice(2, "R-102", "4 May 2024", "7.25"),
        Sketch::new(3).text(60.0, 60.0, "Paid in full: 9 May 2024").page(),
        short_invoice(4, "R-103", "5 May 2024", "99.00"),
    ];
    let json = json!({"groups": {
        "file": {"fields": {"invoice_numbers": {
            "type": "array", "items": {"type": "string"}, "aliases": ["Invoice number"]
        }}},
        "invoices": {"config": {"iterates_on": "file.invoice_numbers"}, "fields": {
            "issue_date": {"type": "date"}, "grand_total": {"type": "number"}
        }}
    }});
    let found = run(pages, json);
    assert_eq!(
        found.data["file"]["invoice_numbers"],
        json!(["R-101", "R-102", "R-103"])
    );
    assert_eq!(
        found.data["invoices"],
        json!([
            {"issue_date": "2024-05-03", "grand_total": 12.5},
            {"issue_date": "2024-05-04", "grand_total": 7.25},
            {"issue_date": "2024-05-05", "grand_total": 99}
        ])
    );
}

#[test]
fn elements_of_a_list_on_one_page_have_the_lines_down_to_the_next() {
    let mut sketch = Sketch::new(1).text(60.0, 40.0, "Deliveries of May");
    for (y, number, total) in [
        (80.0, "B-1", "12.50"),
        (180.0, "B-2", "7.25"),
        (280.0, "B-3", "99.00"),
    ] {
        sketch = sketch.text(60.0, y, &format!("Order number: {number}")).text(
            60.0,
            y + 14.0,
            &format!("Grand total: EUR {total}"),
        );
    }
    let json = json!({"groups": {
        "file": {"fields": {"order_numbers": {
            "type": "array", "items": {"type": "string"}, "aliases": ["Order number"]
        }}},
        "orders": {"config": {"iterates_on": "file.order_numbers"}, "fields": {"grand_total": {"type": "number"}}}
    }});
    let found = run(vec![sketch.page()], json);
    assert_eq!(
        found.data["orders"],
        json!([{"grand_total": 12.5}, {"grand_total": 7.25}, {"grand_total": 99}])
    );
}

#[test]
fn a_template_may_want_to_be_surer() {
    let mut wanted = invoice_schema();
    wanted["config"] = json!({"confidence_threshold": 0.999});
    wanted["groups"]["invoice"]["fields"]["grand_total"]["confidence_threshold"] = json!(0.5);
    let found = run(vec![invoice()], wanted);
    assert_eq!(found.data["invoice"]["invoice_number"], Value::Null);
    assert_eq!(found.data["invoice"]["grand_total"], 357);
    let mut withheld = Vec::new();
    found.audit.for_each_leaf(&mut |path, evidence| {
        if path.ends_with("invoice_number") || path == "line_items.0.quantity" {
            assert_eq!(evidence.verdict, Verdict::NotFound);
            withheld.push(evidence.alternatives[0].value.clone());
        }
    });
    assert_eq!(withheld, [json!("R-2024-117"), json!(3)]);
}

#[test]
fn a_value_that_is_given_is_at_least_as_sure_as_the_threshold() {
    let page = |label: &str| {
        Sketch::new(1)
            .text(60.0, 100.0, label)
            .text(300.0, 116.0, "357,00")
            .page()
    };
    let number = json!({"type": "number"});
    let json = json!({"fields": {"grand_total": number, "amount_due": number}});
    for label in ["Total", "Summe aller Posten", "Gesamtbetrag", "Total (see below)"] {
        let found = run(vec![page(label)], json.clone());
        found.audit.for_each_leaf(&mut |path, evidence| {
            let given = evidence.verdict != Verdict::NotFound;
            assert!(
                !given || evidence.confidence >= 0.5,
                "{label} {path} {}",
                evidence.confidence
            );
        });
    }
}

#[test]
fn rules_of_the_schema_bound_the_candidates() {
    let page = || {
        Sketch::new(1)
            .text(60.0, 100.0, "Status:")
            .text(160.0, 100.0, "teilweise BEZAHLT")
            .page()
    };
    let json = json!({"fields": {"status": {"type": "string", "enum": ["offen", "bezahlt"]}}});
    assert_eq!(
        run(vec![page()], json).data,
        json!({"fields": {"status": "bezahlt"}})
    );
    let json = json!({"fields": {"status": {"type": "string", "pattern": "^[0-9]+$"}}});
    assert_eq!(run(vec![page()], json).data, json!({"fields": {"status": null}}));
}

#[test]
fn a_table_goes_on_over_pages_and_totals_are_no_rows() {
    let second = Sketch::new(2)
        .text(60.0, 60.0, "3")
        .text(100.0, 60.0, "Segel")
        .text(310.0, 60.0, "1")
        .text(390.0, 60.0, "900,00")
        .text(500.0, 60.0, "900,00")
        .text(370.0, 100.0, "Gesamtbetrag")
        .text(500.0, 100.0, "1.200,00")
        .page();
    let mut first = invoice();
    let kept = first
        .lines
        .iter()
        .take_while(|line| line.bbox.y0() < 0.44)
        .count();
    first.lines.truncate(kept);
    let found = run(vec![first, second], invoice_schema());
    let rows = found.data["line_items"].as_array().unwrap();
    let names: Vec<&Value> = rows.iter().map(|row| &row["description"]).collect();
    assert_eq!(names, ["Tauwerk", "Anker", "Segel"]);
}

#[test]
fn lists_of_several_documents_are_joined_and_sources_name_theirs() {
    let (a, b) = (document(vec![invoice()]), document(vec![invoice()]));
    let inputs = [input("a.pdf", &a), input("b.pdf", &b)];
    let found = extract(&inputs, &schema(&invoice_schema()));
    assert_eq!(found.data["line_items"].as_array().unwrap().len(), 4);
    let mut documents = Vec::new();
    found.audit.for_each_leaf(&mut |path, evidence| {
        if path.ends_with("description") {
            documents.push(evidence.sources[0].document_id);
        }
    });
    assert_eq!(
        documents,
        [inputs[0].id, inputs[0].id, inputs[1].id, inputs[1].id]
    );
}

#[test]
fn a_group_runs_once_for_each_row_that_it_iterates_on() {
    let mut json = invoice_schema();
    json["groups"]["prices"] = json!({"config": {"iterates_on": "line_items.description"}, "fields": {"origin": {"type": "string"}}});
    let found = run(vec![invoice()], json);
    assert_eq!(found.data["prices"], json!([{"origin": null}, {"origin": null}]));
}

#[test]
fn a_spreadsheet_is_read_from_its_cells() {
    let page = sheet(&[&["Year", "Ducks"], &["2019", "12"], &["2020", "15"]]);
    let number = json!({"type": "number"});
    let json = json!({"groups": {"rows": {"repeated": true, "fields": {"year": number, "ducks": number}}}});
    let found = run(vec![page], json);
    assert_eq!(
        found.data,
        json!({"rows": [{"year": 2019, "ducks": 12}, {"year": 2020, "ducks": 15}]})
    );
    found.audit.for_each_leaf(&mut |_, evidence| {
        assert!(matches!(evidence.sources[0].place, Place::Cell { .. }));
        assert!(evidence.sources[0].bbox.is_none());
    });
}

#[test]
fn what_speaks_to_a_language_model_is_listed_in_the_warnings() {
    let json = json!({"fields": {"total": {"type": "number", "extraction_prompt": "think hard"}}});
    let found = run(vec![invoice()], json);
    assert!(
        found
            .warnings
            .iter()
            .any(|warning| warning.starts_with("fields.total:")),
        "{:?}",
        found.warnings
    );
}

#[test]
fn no_documents_and_empty_pages_give_nulls() {
    let empty = document(vec![Page {
        number: 1,
        ..Page::default()
    }]);
    for inputs in [&[][..], &[input("empty.pdf", &empty)]] {
        let found = extract(inputs, &schema(&invoice_schema()));
        assert_eq!(found.data["invoice"]["grand_total"], Value::Null);
        assert_eq!(found.data["line_items"], json!([]));
        assert!(mirrors(&found.data, &found.audit));
    }
}

/// Whether the evidence has the shape of the data, and null exactly where nothing was found.
fn mirrors(data: &Value, audit: &Audit) -> bool {
    match (data, audit) {
        (value, Audit::Leaf(evidence)) => value.is_null() == (evidence.verdict == Verdict::NotFound),
        (Value::Array(values), Audit::List(audits)) => {
            values.len() == audits.len()
                && values
                    .iter()
                    .zip(audits)
                    .all(|(value, audit)| mirrors(value, audit))
        }
        (Value::Object(fields), Audit::Object(audits)) => {
            fields.len() == audits.len()
                && fields
                    .iter()
                    .all(|(key, value)| audits.get(key).is_some_and(|audit| mirrors(value, audit)))
        }
        _ => false,
    }
}

/// Whether every value that is called grounded or normalised passes the check again.
fn proven(found: &Extraction, inputs: &[Input<'_>]) -> bool {
    let mut all = true;
    found.audit.for_each_leaf(&mut |path, evidence| {
        if !matches!(evidence.verdict, Verdict::Grounded | Verdict::Normalized) {
            return;
        }
        let value = found
            .data
            .pointer(&format!("/{}", path.replace('.', "/")))
            .cloned()
            .unwrap_or_default();
        let document = |id| Some(inputs.iter().find(|input| input.id == id)?.parsed);
        all &= grounding::verify(&evidence.sources, &value, document) == Some(evidence.verdict);
    });
    all
}

/// Words that documents are made of.
fn words() -> impl Strategy<Value = Vec<(u32, u32, String)>> {
    let word = prop_oneof![
        "[A-Za-z]{1,9}:?",
        "[0-9]{1,4}[.,][0-9]{2}",
        "[0-9]{1,2}[./][0-9]{1,2}[./]20[0-9]{2}",
        Just("Total".to_owned()),
        Just("Invoice No.:".to_owned()),
        Just("Description Quantity Price Amount".to_owned()),
        Just("10115 Berlin".to_owned()),
        Just("Bill to".to_owned()),
        Just("€ ● (x) ::".to_owned()),
        "\\PC{1,12}",
    ];
    prop::collection::vec((0_u32..560, 0_u32..820, word), 0..60)
}

fn page_of(words: &[(u32, u32, String)]) -> Page {
    let sketch = Sketch::new(1);
    let snapped = |y: u32| f64::from(y / 14 * 14);
    words
        .iter()
        .fold(sketch, |page, (x, y, text)| {
            page.text(f64::from(*x), snapped(*y), text)
        })
        .page()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_page_gives_a_result_of_the_schemas_shape_that_proves_itself(words in words()) {
        let parsed = document(vec![page_of(&words)]);
        let inputs = [input("any.pdf", &parsed)];
        let schema = schema(&invoice_schema());
        let found = extract(&inputs, &schema);
        prop_assert!(mirrors(&found.data, &found.audit));
        prop_assert!(proven(&found, &inputs));
        found.audit.for_each_leaf(&mut |path, evidence| {
            let given = evidence.verdict != Verdict::NotFound;
            assert!(!given || evidence.confidence >= 0.5, "{path}");
        });
        prop_assert_eq!(&extract(&inputs, &schema), &found);
        let keys: Vec<&String> = found.data.as_object().unwrap().keys().collect();
        prop_assert_eq!(keys, ["invoice", "seller", "buyer", "line_items"]);
    }

    #[test]
    fn any_schema_of_fields_gives_every_key(keys in prop::collection::hash_set("[a-z_]{1,14}", 1..8)) {
        let kinds = ["string", "number", "integer", "boolean", "date", "datetime", "time"];
        let fields: serde_json::Map<String, Value> = keys
            .iter()
            .zip(kinds.iter().cycle())
            .map(|(key, kind)| (key.clone(), json!({"type": kind})))
            .collect();
        let parsed = document(vec![invoice()]);
        let inputs = [input("any.pdf", &parsed)];
        let found = extract(&inputs, &schema(&json!({"fields": fields})));
        prop_assert!(keys.iter().all(|key| found.data["fields"].get(key).is_some()));
        prop_assert!(mirrors(&found.data, &found.audit));
        prop_assert!(proven(&found, &inputs));
    }
}
