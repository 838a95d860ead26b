use domain::parsed::{Page, ParsedDocument};
use serde_json::{Value, json};

use crate::testing::{document, input, schema, sheet};

fn named(name: &str, rows: &[&[&str]]) -> Page {
    let mut page = sheet(rows);
    page.name = name.to_owned();
    // Empty cells are not there.
    for table in &mut page.tables {
        table.cells.retain(|cell| !cell.value.is_empty());
        table.columns = u32::try_from(rows.iter().map(|row| row.len()).max().unwrap_or(0)).unwrap();
    }
    page
}

fn workbook(mut pages: Vec<Page>) -> ParsedDocument {
    for (number, page) in (1..).zip(&mut pages) {
        page.number = number;
    }
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    ParsedDocument {
        media_type,
        ..document(pages)
    }
}

fn rows_of(parsed: &ParsedDocument, description: &str, fields: &Value) -> Value {
    let groups = json!({"groups": {"rows": {
        "repeated": true, "description": description, "fields": fields
    }}});
    let inputs = [input("a.xlsx", parsed)];
    crate::extract(&inputs, &schema(&groups)).data["rows"].clone()
}

fn number() -> Value {
    json!({"type": "number"})
}

fn string() -> Value {
    json!({"type": "string"})
}

fn prices(factor: u32) -> Page {
    let price = |n: u32| (n * factor).to_string();
    named(
        "Prices",
        &[
            &["Article", "Description", "Unit price"],
            &["A-1", "Rope, twisted", &price(3)],
            &["A-2", "Sail", &price(120)],
        ],
    )
}

fn article_fields() -> Value {
    json!({"article_number": string(), "description": string(), "unit_price": number()})
}

#[test]
fn rows_are_read_from_their_cells() {
    let parsed = workbook(vec![prices(1)]);
    assert_eq!(
        rows_of(&parsed, "", &article_fields()),
        json!([
            {"article_number": "A-1", "description": "Rope, twisted", "unit_price": 3},
            {"article_number": "A-2", "description": "Sail", "unit_price": 120}
        ])
    );
}

#[test]
fn the_evidence_is_the_cell() {
    let parsed = workbook(vec![prices(1)]);
    let groups = json!({"groups": {"rows": {"repeated": true, "fields": article_fields()}}});
    let inputs = [input("a.xlsx", &parsed)];
    let found = crate::extract(&inputs, &schema(&groups));
    let mut places = Vec::new();
    found.audit.for_each_leaf(&mut |_, evidence| {
        assert_eq!(evidence.verdict, domain::evidence::Verdict::Grounded);
        places.extend(evidence.sources.iter().map(|source| match &source.place {
            domain::evidence::Place::Cell { sheet, address } => format!("{sheet}!{address}"),
            other => format!("{other:?}"),
        }));
    });
    assert_eq!(
        places,
        [
            "Prices!A2",
            "Prices!B2",
            "Prices!C2",
            "Prices!A3",
            "Prices!B3",
            "Prices!C3"
        ]
    );
}

#[test]
fn the_sheet_that_is_named_wins() {
    let april = Page {
        name: "April".to_owned(),
        ..prices(2)
    };
    let after = Page {
        name: "April and after".to_owned(),
        ..prices(5)
    };
    let parsed = workbook(vec![prices(1), april, after]);
    for (description, first) in [
        ("One entry for each row of the sheet 'April'", json!([6])),
        (
            "One entry for each row of the sheet “April and after”",
            json!([15]),
        ),
        ("Les prix de la feuille « April »", json!([6])),
        ("All that is on the sheet Prices", json!([3])),
        ("One entry for each article", json!([3, 6, 15])),
    ] {
        let found = rows_of(&parsed, description, &article_fields());
        let ropes: Vec<&Value> = found
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["article_number"] == "A-1")
            .map(|row| &row["unit_price"])
            .collect();
        assert_eq!(json!(ropes), first, "{description}");
    }
}

fn report() -> Page {
    named(
        "Report",
        &[
            &["In thousands", "", "2023", "2023", "2022"],
            &["", "Note", "Sales", "Cost", "Sales"],
            &["Goods", "", "", "", ""],
            &["  Water", "1", "12.5", "-3", "11"],
            &["  Food", "", "13", "", "10"],
            &["Services", "", "", "", ""],
            &["  Repairs", "2", "7", "-1", "—"],
            &["Total", "", "32.5", "-4", "21"],
            &[
                "Sales are without tax; costs are those of the goods that were sold.",
                "",
                "",
                "",
                "",
            ],
        ],
    )
}

#[test]
fn headings_over_several_rows_sections_and_totals() {
    let fields = json!({
        "row_label": {"type": "string", "description": "Cell of the first column, which has no heading"},
        "sales_2023": number(),
        "sales_2022": number()
    });
    let parsed = workbook(vec![report()]);
    let rows = |every: bool| {
        let mut rows = vec![
            json!({"row_label": "Water", "sales_2023": 12.5, "sales_2022": 11}),
            json!({"row_label": "Food", "sales_2023": 13, "sales_2022": 10}),
            json!({"row_label": "Repairs", "sales_2023": 7, "sales_2022": null}),
        ];
        if every {
            rows.push(json!({"row_label": "Total", "sales_2023": 32.5, "sales_2022": 21}));
        }
        Value::Array(rows)
    };
    assert_eq!(
        rows_of(&parsed, "Sales of each good and service", &fields),
        rows(false)
    );
    assert_eq!(
        rows_of(&parsed, "One entry for each row of the table", &fields),
        rows(true)
    );
}

#[test]
fn a_range_of_rows_is_named_by_its_ends() {
    let fields = json!({"row_label": string(), "sales_2023": number()});
    let parsed = workbook(vec![report()]);
    for description in [
        "From 'Food' to 'Repairs'",
        "von „Food“ bis „Repairs“",
        "de « Food » à « Repairs »",
    ] {
        assert_eq!(
            rows_of(&parsed, description, &fields),
            json!([
                {"row_label": "Food", "sales_2023": 13},
                {"row_label": "Repairs", "sales_2023": 7}
            ]),
            "{description}"
        );
    }
}

#[test]
fn a_table_below_another_with_other_headings_is_another_one() {
    let year = |year: &str, sales: &str| -> Vec<Vec<String>> {
        [["In thousands", year], ["", "Sales"], ["Water", sales]]
            .iter()
            .map(|row| row.iter().map(|text| (*text).to_owned()).collect())
            .collect()
    };
    let rows: Vec<Vec<String>> = [year("2023", "5"), year("2022", "4")].concat();
    let rows: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let parsed = workbook(vec![named("Sales", &rows)]);
    let fields = json!({"row_label": string(), "sales": number()});
    assert_eq!(
        rows_of(&parsed, "", &fields),
        json!([{"row_label": "Water", "sales": 5}])
    );
}

#[test]
fn a_heading_over_columns_and_a_label_over_rows_hold_for_each() {
    let mut page = named(
        "Hours",
        &[
            &["Team", "Person", "May", "", "June", ""],
            &["", "", "hours", "days", "hours", "days"],
            &["North", "Person A", "8", "1", "16", "2"],
            &["", "Person B", "4", "1", "5", "1"],
        ],
    );
    for cell in &mut page.tables[0].cells {
        match cell.address.as_str() {
            "C1" | "E1" => cell.column_span = 2,
            "A3" => cell.row_span = 2,
            _ => {}
        }
    }
    let fields = json!({"team": string(), "person": string(), "may_hours": number(), "june_hours": number()});
    assert_eq!(
        rows_of(&workbook(vec![page]), "", &fields),
        json!([
            {"team": "North", "person": "Person A", "may_hours": 8, "june_hours": 16},
            {"team": "North", "person": "Person B", "may_hours": 4, "june_hours": 5}
        ])
    );
}

#[test]
fn bank_statements_as_text_are_read_in_their_own_style() {
    let page = named(
        "",
        &[
            &["Buchungstag", "Verwendungszweck", "Betrag", "Währung"],
            &["03.05.2024", "Miete Mai", "-1.234,50", "EUR"],
            &["07.05.2024", "Rechnung 4711", "99,00", "EUR"],
        ],
    );
    let parsed = ParsedDocument {
        media_type: "text/csv".to_owned(),
        ..workbook(vec![page])
    };
    let fields = json!({
        "booking_date": {"type": "date", "aliases": ["Buchungstag"]},
        "purpose": {"type": "string", "aliases": ["Verwendungszweck"]},
        "amount": number(),
        "currency": string()
    });
    assert_eq!(
        rows_of(&parsed, "Die Buchungen", &fields),
        json!([
            {"booking_date": "2024-05-03", "purpose": "Miete Mai", "amount": -1234.5, "currency": "EUR"},
            {"booking_date": "2024-05-07", "purpose": "Rechnung 4711", "amount": 99, "currency": "EUR"}
        ])
    );
}

#[test]
fn a_table_goes_on_over_pages() {
    let mut next = named(
        "",
        &[
            &["Article", "Description", "Unit price"],
            &["A-3", "Oar", "45.125"],
        ],
    );
    next.tables[0].continues = true;
    let parsed = workbook(vec![prices(1), next]);
    let found = rows_of(&parsed, "", &article_fields());
    let articles: Vec<&Value> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["unit_price"])
        .collect();
    assert_eq!(json!(articles), json!([3, 120, 45.125]));
}

#[test]
fn tables_of_something_else_give_nothing() {
    let parsed = workbook(vec![prices(1), report()]);
    let fields = json!({"employee": string(), "date_of_birth": {"type": "date"}, "salary": number()});
    assert_eq!(rows_of(&parsed, "", &fields), json!([]));
}

#[test]
fn words_alone_make_rows_too() {
    let page = named(
        "",
        &[
            &["Name", "Town", "Phone"],
            &["Harbour Ltd", "Dover", ""],
            &["Sail Co", "", ""],
        ],
    );
    let fields = json!({"name": string(), "city": string()});
    assert_eq!(
        rows_of(&workbook(vec![page]), "", &fields),
        json!([{"name": "Harbour Ltd", "city": "Dover"}, {"name": "Sail Co", "city": null}])
    );
}

#[test]
fn a_large_sheet_takes_time_in_proportion() {
    let texts: Vec<[String; 3]> = (0..6_000)
        .map(|row| [format!("A-{row}"), "total".to_owned(), format!("{row}.5")])
        .collect();
    let mut rows: Vec<Vec<&str>> = vec![vec!["Article", "Description", "Unit price"]];
    rows.extend(
        texts
            .iter()
            .map(|row| row.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let parsed = workbook(vec![named("", &rows)]);
    let begun = std::time::Instant::now();
    let found = rows_of(&parsed, "", &article_fields());
    assert_eq!(found.as_array().unwrap().len(), 6_000);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

#[test]
fn the_table_below_a_heading_that_is_named_wins() {
    let list = |price: &'static str| sheet(&[&["Article", "Price"], &["Rope", price]]).tables.remove(0);
    let text = crate::testing::Sketch::new(1)
        .text(20.0, 20.0, "Prices of last year")
        .text(20.0, 40.0, "(table)")
        .text(20.0, 60.0, "Prices of this year")
        .text(20.0, 80.0, "(table)")
        .page();
    let mut page = Page {
        size: None,
        tables: vec![list("3"), list("4")],
        ..text
    };
    for cell in &mut page.tables[1].cells {
        cell.address.push('1');
    }
    page.blocks[1].kind = domain::parsed::BlockKind::Table(0);
    page.blocks[3].kind = domain::parsed::BlockKind::Table(1);
    let parsed = document(vec![page]);
    let fields = json!({"article": string(), "price": number()});
    for (description, price) in [
        ("The table 'Prices of this year'", 4),
        ("What is below the heading Prices of last year", 3),
    ] {
        assert_eq!(
            rows_of(&parsed, description, &fields),
            json!([{"article": "Rope", "price": price}]),
            "{description}"
        );
    }
}
