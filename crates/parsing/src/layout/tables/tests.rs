//! Tables as they stand in reports and invoices.

mod heads;
mod rows;
mod ruled;

use domain::parsed::{Page, Table};
use proptest::prelude::*;

use crate::layout::testing::{page, pages, rows, tables};

/// The one table of a drawing with the number of its header rows.
fn table(drawing: &str) -> (usize, Vec<String>) {
    let page = page(drawing);
    assert_eq!(page.tables.len(), 1, "{:?}", tables(drawing));
    let table = &page.tables[0];
    (usize::try_from(table.header_rows).unwrap(), rows(&page, table))
}

fn spans(table: &Table, row: u32) -> Vec<(u32, u32)> {
    let cells = table.cells.iter().filter(|cell| cell.row == row);
    cells.map(|cell| (cell.column, cell.column_span)).collect()
}

#[test]
fn running_text_beside_a_table_is_not_of_it() {
    let (_, rows) = table(
        "
The table on the right gives the       Country        Total
figures of all states that answered    Austria         12.1
in time. The others are given in       Belgium         10.2
the annex, with the reasons they       Cyprus           9.2
gave for being late with it. Mean      Denmark          8.1
values are weighted by the size of
the population of each state, as
in the years before this one. They
are not comparable with the year
2001 and before, because the
",
    );
    assert_eq!(
        rows,
        [
            "Country | Total",
            "Austria | 12.1",
            "Belgium | 10.2",
            "Cyprus | 9.2",
            "Denmark | 8.1"
        ]
    );
}

#[test]
fn text_in_columns_is_no_table() {
    let text = "
The first column of the article       The second column goes on with what
runs down here and says nothing       was said before and ends here with
of any importance to anybody who      nothing more to be said about any of
reads it. There is nothing in it.     the things named above it in 1999.
It goes on for a while and then       There are 12 of them. None of these
stops. Then the other one begins.     is a table, and none has rows at all
";
    assert_eq!(tables(text), Vec::<Vec<String>>::new());
    let form = "
Name:          Jane Public        Date:        1 May 2024
Street:        1 High Street      Number:      4711
Town:          Leeds              Amount:      120.00
";
    assert_eq!(tables(form), Vec::<Vec<String>>::new());
}

#[test]
fn what_stands_above_and_below_a_table_is_not_of_it() {
    let (head, rows) = table(
        "
Table 3. Number of establishments by size, 2004-2006

Size class          2004      2005      2006
1 to 4              1,200     1,250     1,300
5 to 9                800       810       820
10 and more           300       305       310
All sizes           2,300     2,365     2,430
1 Provisional. 2 Without agriculture and fishing, which are counted in another survey.
Source: Office of statistics, survey of the year 2006, own computation.
",
    );
    assert_eq!((head, rows.len()), (1, 5));
    assert_eq!(rows[4], "All sizes | 2,300 | 2,365 | 2,430");
}

#[test]
fn a_table_goes_on_over_pages() {
    let bare = [
        "
Article          Weight     Price    Amount
Chair              4.00     80.00    160.00
Desk              30.00    250.00    250.00
",
        "
Lamp               2.00     35.00     70.00
Shelf             12.00     90.00     90.00

Thank you for your order, which we were glad to deliver.
",
    ];
    let again = [
        bare[0],
        "
Article          Weight     Price    Amount
Lamp               2.00     35.00     70.00
Shelf             12.00     90.00     90.00
",
    ];
    let ruled = [
        "
-------------------------------
| Name       | Town           |
-------------------------------
| Smith      | Leeds          |
-------------------------------
",
        "
-------------------------------
| Jones      | York           |
-------------------------------
| Brown      | Hull           |
-------------------------------
",
    ];
    let continues = |drawings: &[&str]| {
        let pages = pages(drawings);
        let marks = |page: &Page| {
            page.tables
                .iter()
                .map(|table| table.continues)
                .collect::<Vec<_>>()
        };
        pages.iter().map(marks).collect::<Vec<_>>()
    };
    for drawings in [bare, again, ruled] {
        assert_eq!(continues(&drawings), [[false], [true]], "{}", drawings[1]);
    }
    let other = [
        bare[0],
        "
Month            Sales      Profit
May                 12           3
June                14           5
",
    ];
    assert_eq!(continues(&other), [[false], [false]]);
    let ended = [
        "
Article          Weight     Price    Amount
Chair              4.00     80.00    160.00
Desk              30.00    250.00    250.00

The sum is to be paid within thirty days.
",
        bare[1],
    ];
    assert!(!continues(&ended)[1].contains(&true));
}

/// A table of any shape: texts of cells by row, some of them empty.
fn any_table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2_usize..6, 3_usize..12).prop_flat_map(|(columns, rows)| {
        prop::collection::vec(
            prop::collection::vec("[A-Za-z]{0,9}|[0-9]{0,6}|[0-9]{1,3},[0-9]{2}", columns),
            rows,
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn cells_are_disjoint_and_within_their_table(texts in any_table(), step in 8_usize..14, lines in any::<bool>()) {
        let cell = |text: &String| format!("{text:step$}");
        let row_text = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().concat();
        let between = |row: &Vec<String>| if lines { "-".repeat(step * row.len()) } else { String::new() };
        let drawn = texts.iter().map(|row| format!("{}\n{}\n", row_text(row), between(row)));
        let drawing = drawn.collect::<Vec<_>>().concat();
        let page = page(&drawing);
        for table in &page.tables {
            let mut seen = std::collections::HashSet::new();
            let mut places = std::collections::HashSet::new();
            prop_assert!(table.header_rows <= table.rows);
            for cell in &table.cells {
                prop_assert!(cell.row_span > 0 && cell.column_span > 0);
                prop_assert!(cell.row + cell.row_span <= table.rows && cell.column + cell.column_span <= table.columns);
                prop_assert!(!cell.words.is_empty());
                prop_assert!(cell.words.iter().all(|word| seen.insert(*word)));
                for row in cell.row..cell.row + cell.row_span {
                    for column in cell.column..cell.column + cell.column_span {
                        prop_assert!(places.insert((row, column)), "two cells at {row}, {column} of\n{drawing}");
                    }
                }
            }
        }
    }
}
