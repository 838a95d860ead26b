//! How tables are found and read, on pages built by hand.

use domain::geometry::BBox;
use domain::parsed::{Cell, Page, Table};
use serde_json::{Value, json};

use crate::testing::{Sketch, document, input, schema};

fn rows(page: Page, fields: &Value) -> Value {
    let parsed = document(vec![page]);
    let json = json!({"groups": {"rows": {"repeated": true, "fields": fields}}});
    crate::extract(&[input("a.pdf", &parsed)], &schema(&json)).data["rows"].clone()
}

fn number() -> Value {
    json!({"type": "number"})
}

#[test]
fn what_stands_below_settles_headings_that_could_be_either() {
    // "Amount" is the quantity here: only the products tell.
    let page = Sketch::new(1)
        .text(60.0, 100.0, "Amount")
        .text(140.0, 100.0, "Product")
        .text(300.0, 100.0, "VAT")
        .text(360.0, 100.0, "Price")
        .text(440.0, 100.0, "Total")
        .text(60.0, 116.0, "4.00")
        .text(140.0, 116.0, "Rope")
        .text(300.0, 116.0, "7%")
        .text(360.0, 116.0, "2.50 €")
        .text(440.0, 116.0, "10.00 €")
        .text(60.0, 132.0, "2.00")
        .text(140.0, 132.0, "Sail")
        .text(300.0, 132.0, "19%")
        .text(360.0, 132.0, "8.00 €")
        .text(440.0, 132.0, "16.00 €")
        .page();
    let fields = json!({
        "quantity": number(), "unit_price": number(), "tax_rate": number(), "line_total": number()
    });
    let wanted = json!([
        {"quantity": 4, "unit_price": 2.5, "tax_rate": 7, "line_total": 10},
        {"quantity": 2, "unit_price": 8, "tax_rate": 19, "line_total": 16}
    ]);
    assert_eq!(rows(page, &fields), wanted);
}

#[test]
fn headings_over_several_lines_and_with_wide_blanks_are_one() {
    let page = Sketch::new(1)
        .text(60.0, 100.0, "Harbour")
        .text(200.0, 100.0, "Signed")
        .text(250.0, 100.0, "aid")
        .text(200.0, 112.0, "(millions)")
        .text(60.0, 128.0, "Algiers")
        .text(200.0, 128.0, "6.19")
        .text(60.0, 144.0, "Tunis")
        .text(200.0, 144.0, "2.60")
        .page();
    let fields = json!({
        "harbour": {"type": "string"},
        "aid": {"type": "number", "description": "Cell of the column headed 'Signed aid (millions)'"}
    });
    let wanted = json!([{"harbour": "Algiers", "aid": 6.19}, {"harbour": "Tunis", "aid": 2.6}]);
    assert_eq!(rows(page, &fields), wanted);
}

#[test]
fn a_further_line_of_an_entry_joins_its_text_and_one_with_a_label_does_not() {
    let page = Sketch::new(1)
        .text(60.0, 100.0, "Description")
        .text(300.0, 100.0, "Quantity")
        .text(400.0, 100.0, "Amount")
        .text(60.0, 116.0, "Rope, twisted,")
        .text(300.0, 116.0, "4")
        .text(400.0, 116.0, "10.00")
        .text(60.0, 128.0, "three strands")
        .text(60.0, 140.0, "GTIN: 4012345001235")
        .text(60.0, 156.0, "Sail")
        .text(300.0, 156.0, "2")
        .text(400.0, 156.0, "16.00")
        .page();
    let fields = json!({"description": {"type": "string"}, "quantity": number(), "amount": number()});
    let wanted = json!([
        {"description": "Rope, twisted, three strands", "quantity": 4, "amount": 10},
        {"description": "Sail", "quantity": 2, "amount": 16}
    ]);
    assert_eq!(rows(page, &fields), wanted);
}

/// A page with a text table of two columns, and running text below it.
fn text_table() -> Page {
    Sketch::new(1)
        .text(60.0, 100.0, "Scale")
        .text(200.0, 100.0, "Use")
        .text(60.0, 116.0, "Visual")
        .text(200.0, 116.0, "A line with")
        .text(60.0, 128.0, "analog")
        .text(200.0, 128.0, "two ends")
        .text(60.0, 144.0, "Likert")
        .text(200.0, 144.0, "Five steps")
        .text(
            60.0,
            172.0,
            "Both of them have been in use for more than fifty years now.",
        )
        .page()
}

fn text_fields() -> Value {
    let string = json!({"type": "string"});
    json!({"scale": string, "use": string})
}

#[test]
fn running_text_ends_a_text_table() {
    let found = rows(text_table(), &text_fields());
    let scales: Vec<&Value> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["scale"])
        .collect();
    assert_eq!(scales, ["Visual", "analog", "Likert"]);
}

#[test]
fn the_cells_of_a_table_say_what_belongs_to_one_entry() {
    let mut page = text_table();
    let bands = [(98.0, 112.0), (114.0, 140.0), (142.0, 156.0)];
    let place = |top: f64, bottom: f64| BBox::new(0.1, top / 842.0, 0.9, bottom / 842.0);
    let cells = (0_u32..)
        .zip(bands)
        .map(|(row, (top, bottom))| Cell {
            row,
            column: 0,
            row_span: 1,
            column_span: 2,
            bbox: place(top, bottom),
            words: Vec::new(),
            value: String::new(),
            address: String::new(),
        })
        .collect();
    let table = Table {
        bbox: place(98.0, 156.0),
        rows: 3,
        columns: 2,
        header_rows: 1,
        cells,
        ruled: true,
        continues: false,
    };
    page.tables.push(table);
    let wanted = json!([
        {"scale": "Visual analog", "use": "A line with two ends"},
        {"scale": "Likert", "use": "Five steps"}
    ]);
    assert_eq!(rows(page, &text_fields()), wanted);
}

/// Rows of a table of numbered items, one below the other: number, text, quantity, price, amount.
fn items(mut sketch: Sketch, y: f64, rows: &[[&str; 5]]) -> Sketch {
    let mut y = y;
    for row in rows {
        for (x, text) in [60.0, 90.0, 300.0, 380.0, 460.0].into_iter().zip(row) {
            sketch = sketch.text(x, y, text);
        }
        y += 14.0;
    }
    sketch
}

const HEADINGS: [&str; 5] = ["No.", "Description", "Quantity", "Unit price", "Amount"];

fn item_fields() -> Value {
    json!({"description": {"type": "string"}, "quantity": number(), "line_total": number()})
}

#[test]
fn headings_of_sections_and_sums_within_a_table_are_no_rows() {
    let rows_of = [
        HEADINGS,
        ["", "Deck", "", "", ""],
        ["1", "Rope", "2", "4.00", "8.00"],
        ["2", "Sail", "1", "9.00", "9.00"],
        ["", "Subtotal", "", "", "17.00"],
        ["", "Cabin", "", "", ""],
        ["3", "Lamp", "3", "5.00", "15.00"],
        ["", "Subtotal", "", "", "15.00"],
        ["", "VAT 20%", "", "", "6.40"],
        ["", "Total", "", "", "38.40"],
    ];
    let wanted = json!([
        {"description": "Rope", "quantity": 2, "line_total": 8},
        {"description": "Sail", "quantity": 1, "line_total": 9},
        {"description": "Lamp", "quantity": 3, "line_total": 15}
    ]);
    assert_eq!(
        rows(items(Sketch::new(1), 100.0, &rows_of).page(), &item_fields()),
        wanted
    );
}

#[test]
fn sums_carried_to_the_next_page_are_no_rows() {
    for (over, from) in [
        ("Carried forward", "Brought forward"),
        ("Übertrag", "Übertrag"),
        ("A reporter", "Report"),
        ("A riportare", "Riporto"),
        ("Suma y sigue", "Suma anterior"),
    ] {
        let first = items(
            Sketch::new(1),
            700.0,
            &[
                HEADINGS,
                ["1", "Rope", "2", "4.00", "8.00"],
                ["2", "Sail", "1", "9.00", "9.00"],
                ["", over, "", "", "17.00"],
            ],
        );
        let second = items(
            Sketch::new(2),
            60.0,
            &[
                ["", from, "", "", "17.00"],
                ["3", "Lamp", "3", "5.00", "15.00"],
                ["", "Total", "", "", "32.00"],
            ],
        );
        let parsed = document(vec![first.page(), second.page()]);
        let json = json!({"groups": {"rows": {"repeated": true, "fields": item_fields()}}});
        let found = crate::extract(&[input("a.pdf", &parsed)], &schema(&json));
        let amounts: Vec<&Value> = found.data["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["line_total"])
            .collect();
        assert_eq!(amounts, [8, 9, 15], "{over}");
    }
}

#[test]
fn a_number_that_is_missing_among_those_of_the_entries_is_told() {
    let rows_of = [
        HEADINGS,
        ["1", "Rope", "2", "4.00", "8.00"],
        ["2", "Sail", "1", "9.00", "9.00"],
        ["4", "Lamp", "3", "5.00", "15.00"],
    ];
    let parsed = document(vec![items(Sketch::new(1), 100.0, &rows_of).page()]);
    let json = json!({"groups": {"rows": {"repeated": true, "fields": item_fields()}}});
    let found = crate::extract(&[input("a.pdf", &parsed)], &schema(&json));
    assert_eq!(
        found.warnings,
        ["rows: the entries are numbered, and no entry was read for 3."]
    );
}

#[test]
fn headings_that_run_into_each_other_are_cut_by_what_stands_below() {
    let mut page = Sketch::new(1)
        .text(60.0, 100.0, "Omschrijving")
        .text(250.0, 100.0, "Aantal")
        .text(350.0, 100.0, "Prijs per stuk")
        .text(450.0, 100.0, "BTW Prijs incl. BTW");
    for (y, text, price) in [
        (116.0, "Touw", "€ 4,00"),
        (130.0, "Zeil", "€ 9,50"),
        (144.0, "Lamp", "€ 5,00"),
    ] {
        page = page
            .text(60.0, y, text)
            .text(260.0, y, "1")
            .text(380.0, y, price)
            .text(450.0, y, "21%")
            .text(500.0, y, price);
    }
    let fields = json!({
        "description": {"type": "string"}, "quantity": number(), "tax_rate": number(), "line_total": number()
    });
    let wanted = json!([
        {"description": "Touw", "quantity": 1, "tax_rate": 21, "line_total": 4},
        {"description": "Zeil", "quantity": 1, "tax_rate": 21, "line_total": 9.5},
        {"description": "Lamp", "quantity": 1, "tax_rate": 21, "line_total": 5}
    ]);
    assert_eq!(rows(page.page(), &fields), wanted);
}

#[test]
fn words_broken_at_the_end_of_a_line_are_one_again() {
    let page = Sketch::new(1)
        .text(60.0, 100.0, "Bezeichnung")
        .text(300.0, 100.0, "Menge")
        .text(400.0, 100.0, "Betrag")
        .text(60.0, 116.0, "Segel-")
        .text(300.0, 116.0, "4")
        .text(400.0, 116.0, "10,00")
        .text(60.0, 128.0, "tuch für Vor-")
        .text(60.0, 140.0, "und Groß-Segel")
        .page();
    let fields = json!({"description": {"type": "string"}, "quantity": number(), "line_total": number()});
    let wanted =
        json!([{"description": "Segeltuch für Vor- und Groß-Segel", "quantity": 4, "line_total": 10}]);
    assert_eq!(rows(page, &fields), wanted);
}

fn receipt_fields() -> Value {
    json!({
        "description": {"type": "string"}, "quantity": number(), "unit_price": number(), "line_total": number()
    })
}

#[test]
fn lines_without_headings_are_items_where_they_make_the_total() {
    let page = Sketch::new(1)
        .text(60.0, 40.0, "Harbour Shop")
        .text(60.0, 54.0, "Tel 030 12.34")
        .text(60.0, 80.0, "Rye bread")
        .text(260.0, 80.0, "3.20 A")
        .text(60.0, 94.0, "Milk 1,5l")
        .text(60.0, 108.0, "2 x 1.10")
        .text(260.0, 108.0, "2.20 A")
        .text(60.0, 122.0, "Candle")
        .text(260.0, 122.0, "4.50 B")
        .text(60.0, 136.0, "3 x 1.50")
        .text(60.0, 150.0, "Total EUR")
        .text(260.0, 150.0, "9.90")
        .page();
    let wanted = json!([
        {"description": "Rye bread", "quantity": null, "unit_price": null, "line_total": 3.2},
        {"description": "Milk 1,5l", "quantity": 2, "unit_price": 1.1, "line_total": 2.2},
        {"description": "Candle", "quantity": 3, "unit_price": 1.5, "line_total": 4.5}
    ]);
    assert_eq!(rows(page, &receipt_fields()), wanted);
}

#[test]
fn what_a_total_is_made_of_is_no_item() {
    let page = Sketch::new(1)
        .text(60.0, 80.0, "Premium of the year")
        .text(260.0, 80.0, "100.00")
        .text(60.0, 94.0, "Levy of the state")
        .text(260.0, 94.0, "19.00")
        .text(60.0, 108.0, "Grand total")
        .text(260.0, 108.0, "119.00")
        .page();
    assert_eq!(rows(page, &receipt_fields()), json!([]));
}

#[test]
fn lines_that_make_no_total_are_items_where_their_figures_prove_them() {
    let line =
        |count: &str, text: &str, price: &str, amount: &str| format!("{count} {text} {price} {amount}");
    let page = Sketch::new(1)
        .text(60.0, 80.0, &line("2", "Rope", "4.50", "9.00"))
        .text(60.0, 94.0, &line("3", "Sail cloth", "7.00", "21.00"))
        .page();
    let wanted = json!([
        {"description": "Rope", "quantity": 2, "unit_price": 4.5, "line_total": 9},
        {"description": "Sail cloth", "quantity": 3, "unit_price": 7, "line_total": 21}
    ]);
    assert_eq!(rows(page, &receipt_fields()), wanted);
    let prose = Sketch::new(1)
        .text(60.0, 80.0, "The fee under section 4 is 12.00")
        .text(60.0, 94.0, "and the deposit is 30.00")
        .page();
    assert_eq!(rows(prose, &receipt_fields()), json!([]));
}

#[test]
fn fields_of_objects_and_lists_have_columns_of_their_own() {
    let rows_of = [
        ["No.", "Description", "Quantity", "Unit price", "Amount"],
        ["1", "Rope", "2", "4.00", "8.00"],
        ["2", "Sail", "3", "9.00", "27.00"],
    ];
    let fields = json!({
        "item": {"type": "object", "properties": {
            "description": {"type": "string"},
            "price": {"type": "object", "properties": {"unit_price": number()}}
        }},
        "amounts": {"type": "array", "items": number(), "aliases": ["Amount"]}
    });
    let wanted = json!([
        {"item": {"description": "Rope", "price": {"unit_price": 4}}, "amounts": [8]},
        {"item": {"description": "Sail", "price": {"unit_price": 9}}, "amounts": [27]}
    ]);
    assert_eq!(
        rows(items(Sketch::new(1), 100.0, &rows_of).page(), &fields),
        wanted
    );
}
