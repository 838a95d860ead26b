use serde_json::{Value, json};

use crate::testing::{Sketch, document, input, schema};
use crate::{Engine as _, Layout};

/// What is read off a receipt of these lines: a bar parts what stands left from what stands right.
fn read(lines: &[&str], fields: &Value) -> Value {
    let mut sketch = Sketch::new(1);
    let mut y = 20.0;
    for line in lines {
        let (left, right) = line.split_once('|').unwrap_or((line, ""));
        let x = if right.is_empty() && y < 90.0 { 40.0 } else { 20.0 };
        sketch = sketch.text(x, y, left);
        if !right.is_empty() {
            sketch = sketch.text(180.0, y, right);
        }
        y += 13.0;
    }
    let parsed = document(vec![sketch.page()]);
    let schema = schema(&json!({ "groups": { "receipt": { "fields": fields } } }));
    Layout::default()
        .extract(&[input("a.jpg", &parsed)], &schema)
        .data["receipt"]
        .clone()
}

fn usual() -> Value {
    json!({
        "company": { "type": "string" },
        "address": { "type": "string" },
        "date": { "type": "date" },
        "total": { "type": "number" },
    })
}

const GERMAN: [&str; 17] = [
    "Muster Markt GmbH",
    "Beispielstr. 12",
    "10115 Berlin",
    "Tel. 030 1234567",
    "UID Nr. DE123456789",
    "",
    "|EUR",
    "Brot|2,49 B",
    "Milch 3,5%|1,19 B",
    "Seife|3,95 A",
    "SUMME|7,63",
    "Bar|10,00",
    "Rückgeld|2,37",
    "MwSt A 19%  0,63|3,95",
    "MwSt B 7%  0,24|3,68",
    "13.05.2024 17:42 Bon-Nr. 4711",
    "Vielen Dank für Ihren Einkauf",
];

#[test]
fn a_german_receipt_gives_its_shop_address_day_and_total() {
    let wanted = json!({
        "company": "Muster Markt GmbH",
        "address": "Beispielstr. 12 10115 Berlin",
        "date": "2024-05-13",
        "total": 7.63,
    });
    assert_eq!(read(&GERMAN, &usual()), wanted);
}

#[test]
fn any_key_that_means_the_shop_gives_its_name() {
    for key in [
        "merchant",
        "store_name",
        "vendor_name",
        "shop",
        "company_name",
        "seller",
        "merchant_name",
        "issuer",
    ] {
        let read = read(&GERMAN, &json!({ key: { "type": "string" } }));
        assert_eq!(read[key], json!("Muster Markt GmbH"), "{key}");
    }
    let read = read(
        &GERMAN,
        &json!({ "merchant_address": { "type": "string" }, "merchant_city": { "type": "string" }, "merchant_postcode": { "type": "string" } }),
    );
    let wanted = json!({ "merchant_address": "Beispielstr. 12 10115 Berlin", "merchant_city": "Berlin", "merchant_postcode": "10115" });
    assert_eq!(read, wanted);
}

#[test]
fn what_a_receipt_does_not_hold_stays_null() {
    let fields = json!({
        "due_date": { "type": "date" },
        "iban": { "type": "string" },
        "customer_name": { "type": "string" },
        "customer_address": { "type": "string" },
        "order_number": { "type": "string" },
        "delivery_date": { "type": "date" },
    });
    let read = read(&GERMAN, &fields);
    for (key, value) in read.as_object().unwrap() {
        assert_eq!(value, &Value::Null, "{key}");
    }
}

#[test]
fn a_french_receipt_is_read() {
    let lines = [
        "BOULANGERIE EXEMPLE",
        "SARL au capital de 8000 EUR",
        "4 rue du Moulin",
        "69001 LYON",
        "Tél : 04 12 34 56 78",
        "SIRET 123 456 789 00012",
        "",
        "TICKET DE CAISSE",
        "2 x Croissant|2,40",
        "1 x Baguette|1,10",
        "TOTAL TTC|3,50 €",
        "Dont TVA 5,5 %|0,18",
        "Espèces|5,00",
        "Rendu|1,50",
        "Le 03/02/2023 à 08:15",
        "Merci de votre visite",
    ];
    let wanted = json!({
        "company": "BOULANGERIE EXEMPLE",
        "address": "4 rue du Moulin 69001 LYON",
        "date": "2023-02-03",
        "total": 3.5,
    });
    assert_eq!(read(&lines, &usual()), wanted);
}

#[test]
fn an_american_receipt_is_read_month_first() {
    let lines = [
        "HARBOUR DELI",
        "204 Main Street",
        "Springfield, IL 62704",
        "(217) 555-0100",
        "",
        "Server: 12",
        "03/04/2024 12:31 PM",
        "1 Sandwich|8.50",
        "1 Coffee|3.00",
        "SUBTOTAL|11.50",
        "SALES TAX|1.04",
        "TOTAL|$12.54",
        "CASH|$20.00",
        "CHANGE DUE|$7.46",
        "THANK YOU",
    ];
    let wanted = json!({
        "company": "HARBOUR DELI",
        "address": "204 Main Street Springfield, IL 62704",
        "date": "2024-03-04",
        "total": 12.54,
    });
    assert_eq!(read(&lines, &usual()), wanted);
}

#[test]
fn a_name_over_two_lines_ends_with_its_legal_form_and_without_its_number() {
    let lines = [
        "EXAMPLE BOOKS (KL)",
        "SDN BHD (123456-X)",
        "GST ID : 000123456789",
        "LOT 3, JALAN CONTOH 7/4,",
        "50000 KUALA LUMPUR.",
        "TEL : 03-1234567",
        "TAX INVOICE",
        "RECEIPT # : CS0001",
        "DATE : 25/12/2018 11:13",
        "PEN|2.00",
        "TOTAL SALES (EXCLUDING GST)|2.00",
        "TOTAL GST|0.12",
        "TOTAL SALES (INCLUSIVE OF GST)|2.12",
        "ROUNDING ADJUSTMENT|-0.02",
        "ROUNDED TOTAL (RM)|2.10",
        "CASH|5.00",
        "CHANGE|2.90",
        "GST SUMMARY   AMOUNT (RM)|TAX (RM)",
        "SR (6%)  2.00|0.12",
        "TOTAL :  2.00|0.12",
        "GOODS SOLD ARE NOT RETURNABLE",
    ];
    let wanted = json!({
        "company": "EXAMPLE BOOKS (KL) SDN BHD",
        "address": "LOT 3, JALAN CONTOH 7/4, 50000 KUALA LUMPUR.",
        "date": "2018-12-25",
        "total": 2.1,
    });
    assert_eq!(read(&lines, &usual()), wanted);
}

#[test]
fn what_was_paid_tells_a_total_without_a_label() {
    let lines = [
        "CORNER CAFE",
        "12 Market Street",
        "London SW1A 1AA",
        "Table 4",
        "Tea|2.20",
        "Scone|3.10",
        "|5.30",
        "CASH|10.00",
        "CHANGE|4.70",
        "Thank you 12/03/2024",
    ];
    assert_eq!(read(&lines, &usual())["total"], json!(5.3));
}

#[test]
fn the_head_of_a_letter_is_no_receipt() {
    let lines = [
        "Example Ltd",
        "12 Market Street",
        "London SW1A 1AA",
        "",
        "Dear Sir or Madam,",
        "thank you for your letter.",
    ];
    let read = read(
        &lines,
        &json!({ "company": { "type": "string" }, "total": { "type": "number" } }),
    );
    assert_eq!(read, json!({ "company": null, "total": null }));
}

#[test]
fn a_receipt_without_tax_has_none() {
    let lines = [
        "CORNER CAFE",
        "12 Market Street",
        "London SW1A 1AA",
        "Tea|2.20",
        "Scone|3.10",
        "TOTAL|5.30",
        "CASH|10.00",
        "CHANGE|4.70",
        "Thank you",
    ];
    let number = json!({ "type": "number" });
    let fields = json!({ "grand_total": number, "tax_total": number, "net_total": number });
    let wanted = json!({ "grand_total": 5.3, "tax_total": null, "net_total": null });
    assert_eq!(read(&lines, &fields), wanted);
}
