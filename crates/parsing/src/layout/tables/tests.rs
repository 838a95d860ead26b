//! Tables as they stand in reports and invoices.

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
fn years_name_columns() {
    let (head, rows) = table(
        "
Intro text of the report which runs over the page as a paragraph and says things about
the table below, which has rows and columns of figures.

                     1991     1994     1995
National Brands      80.6     75.0     75.3
Own Brands           14.7     17.1     17.4
Low price items       4.7      7.9      7.3

Source: somebody
",
    );
    assert_eq!(head, 1);
    assert_eq!(
        rows,
        [
            " | 1991 | 1994 | 1995",
            "National Brands | 80.6 | 75.0 | 75.3",
            "Own Brands | 14.7 | 17.1 | 17.4",
            "Low price items | 4.7 | 7.9 | 7.3",
        ]
    );
}

#[test]
fn words_between_lines_across_are_a_table() {
    let two = "
--------------------------------------------
*Term            *Meaning
--------------------------------------------
Accrual          Income~that~was~earned~but
                 not~yet~received
Bond             A~promise~to~pay
Coupon           Interest~of~a~bond
--------------------------------------------
";
    let expected = [
        "Term | Meaning",
        "Accrual | Income that was earned but not yet received",
        "Bond | A promise to pay",
        "Coupon | Interest of a bond",
    ];
    assert_eq!(table(two), (1, expected.map(str::to_owned).to_vec()));
    let three = "
----------------------------------------------------------
Country          Capital            Currency
----------------------------------------------------------
Austria          Vienna             Euro
Bulgaria         Sofia              Lev
Hungary          Budapest           Forint
----------------------------------------------------------
";
    let (head, rows) = table(three);
    assert_eq!((head, rows.len()), (1, 4));
}

#[test]
fn lines_between_rows_make_a_table_of_any_words() {
    let (head, rows) = table(
        "
----------------------------------------------------------------------
Type               Description
----------------------------------------------------------------------
Visual~scale       A~line~of~fixed~length~with~words~at~the~ends~and~no
                   words~that~describe~what~stands~between~them
----------------------------------------------------------------------
Rating~scale       A~set~of~categories~from~which~one~is~chosen~by~whoever
                   is~asked~to~do~so
----------------------------------------------------------------------
Checklist          A~choice~between~a~small~number~of~options
----------------------------------------------------------------------
",
    );
    assert_eq!((head, rows.len()), (1, 4));
    assert!(rows[1].starts_with("Visual scale | A line of") && rows[1].ends_with("between them"));
}

#[test]
fn rows_of_words_are_told_by_the_gaps_between_them() {
    let (head, rows) = table(
        "
*Term            *Use                     *Example
Accrual          Income that was earned   Interest of a
                 but not yet received     bond

Bond             A promise to pay         Treasury bond

Coupon           Interest of a bond       Five per cent
                 in a year                of the bond
",
    );
    assert_eq!(head, 1);
    assert_eq!(
        rows,
        [
            "Term | Use | Example",
            "Accrual | Income that was earned but not yet received | Interest of a bond",
            "Bond | A promise to pay | Treasury bond",
            "Coupon | Interest of a bond in a year | Five per cent of the bond",
        ]
    );
}

#[test]
fn a_name_over_several_columns_is_a_cell_over_them() {
    let bare = "
                       2007                2008
Country            Men     Women       Men     Women
Austria           12.1      13.4      11.0      12.2
Belgium           10.5       9.4      10.1       9.0
Bulgaria           7.5       8.1       7.0       7.7
";
    let underlined = "
-----------------------------------------------------
                        Men               Women
                   -------------      ---------------
Country            2007     2008       2007     2008
-----------------------------------------------------
Austria           12.1      13.4      11.0      12.2
Belgium           10.5       9.4      10.1       9.0
-----------------------------------------------------
Total             30.1      30.9      28.1      28.9
-----------------------------------------------------
Note: figures are rounded.
";
    let three = "
                      1998                     1999
Country       Men   Women   Both        Men   Women   Both
Austria      12.1    13.4   12.7       11.0    12.2   11.9
Belgium      10.5     9.4   10.0       10.1     9.0    9.5
Bulgaria      7.5     8.1    7.7        7.0     7.7    7.2
";
    for (drawing, wide) in [
        (bare, [(1, 2), (3, 2)]),
        (underlined, [(1, 2), (3, 2)]),
        (three, [(1, 3), (4, 3)]),
    ] {
        let page = page(drawing);
        let table = &page.tables[0];
        assert_eq!(table.header_rows, 2, "{:?}", rows(&page, table));
        assert_eq!(spans(table, 0), wide, "{:?}", rows(&page, table));
        assert!(rows(&page, table)[1].starts_with("Country |"));
    }
}

#[test]
fn names_over_several_lines_are_one_row() {
    let (head, rows) = table(
        "
                     Number of      Share of
                     districts      districts     Mean
Region               surveyed       in sample     score
North                     120          12.4%       3.4
South                     230          22.0%       3.1
West                       98           9.1%       2.9
",
    );
    assert_eq!(head, 1);
    assert_eq!(
        rows[0],
        "Region | Number of districts surveyed | Share of districts in sample | Mean score"
    );
    let (head, rows) = table(
        "
Country        Imports      Exports      Balance
               (EUR m)      (EUR m)      (EUR m)
Austria          1,234        1,100         -134
Belgium            934          900          -34
Total            2,203        2,012         -190
",
    );
    assert_eq!(
        (head, rows[0].as_str()),
        (1, "Country | Imports (EUR m) | Exports (EUR m) | Balance (EUR m)")
    );
}

#[test]
fn rows_of_dots_lead_to_their_figures() {
    for dots in ["", " "] {
        let leader = |name: &str, to: usize| {
            let mut text = format!("{name} ");
            while text.len() + 1 < to {
                text += ".";
                text += dots;
            }
            format!("{text:to$}")
        };
        let drawing = [
            ("State", "", "     Total      Rural"),
            ("Alabama", "x", "4,447      1,981"),
            ("Alaska", "xxx", "627        215"),
            ("Arizona", "x", "5,130        607"),
        ]
        .map(|(name, more, rest)| match more {
            "" => format!("{name:26}{rest}\n"),
            _ => format!("{}{rest}\n", leader(name, 28 + 2 * more.len())),
        })
        .concat();
        let (_, rows) = table(&drawing);
        assert_eq!(rows[0], "State | Total | Rural", "{drawing}");
        assert!(
            rows[2].starts_with("Alaska .") && rows[2].ends_with(" | 627 | 215"),
            "{rows:?}"
        );
    }
}

#[test]
fn signs_belong_to_their_figures() {
    let (_, rows) = table(
        "
Item                2007         2008
Revenue           $  1,200     $  1,300
Cost                   800          900
Interest                12           14
Net               $    388     $    386
",
    );
    assert_eq!(rows[1], "Revenue | $ 1,200 | $ 1,300");
    assert_eq!(rows[2], "Cost | 800 | 900");
}

#[test]
fn blanks_part_thousands_not_columns() {
    let (_, rows) = table(
        "
Country          Imports       Exports      Balance
Austria         1~234~567     1~100~200     -134~367
Belgium           934~100       900~100      -34~000
Bulgaria           34~500        12~100      -22~400
",
    );
    assert_eq!(rows[1], "Austria | 1 234 567 | 1 100 200 | -134 367");
}

#[test]
fn names_of_rows_that_follow_are_rows() {
    let (head, rows) = table(
        "
Category            2005     2006     2007
Energy
  Coal              12.1     12.0     11.5
  Oil               40.2     41.0     42.2
Transport
  Road              22.0     22.5     23.0
  Rail               4.4      4.5      4.6
Total               78.7     80.0     81.3
",
    );
    assert_eq!(head, 1);
    assert_eq!(
        rows.iter()
            .map(|row| row.split(" | ").next().unwrap().trim_end_matches(" |  |  |"))
            .collect::<Vec<_>>(),
        [
            "Category",
            "Energy",
            "Coal",
            "Oil",
            "Transport",
            "Road",
            "Rail",
            "Total"
        ]
    );
    let wide = page(
        "
Industry                        2005     2006
Agriculture                     12.1     12.0
Manufacturing~of~goods~that~are~not~food
  Textiles                      40.2     41.0
  Machinery                     22.0     22.5
Services~which~are~sold~to~households
  Trade                          4.4      4.5
  Transport                      4.4      4.5
",
    );
    assert_eq!((wide.tables.len(), wide.tables[0].rows), (1, 8));
    assert_eq!(spans(&wide.tables[0], 2), [(0, 2)]);
    let (_, rows) = table(
        "
Country           2004      2005      2006
                     Number~of~cases
Austria             12        11        13
Belgium             10         9         8
                    Share~of~all~cases
Austria           1.2%      1.1%      1.3%
Belgium           1.0%      0.9%      0.8%
",
    );
    assert_eq!(rows.len(), 7);
    assert!(rows[1].contains("Number of cases") && rows[4].contains("Share of all cases"));
}

#[test]
fn wrapped_names_are_one_cell_wherever_the_figures_stand() {
    let first = "
Indicator                   2005     2006
Share of pupils in          12.1     12.0
private schools
Number of teachers for      40.2     41.0
each hundred pupils
Expenditure                 22.0     22.5
";
    let last = "
Indicator                   2005     2006
Share of pupils in
private schools             12.1     12.0
Number of teachers for
each hundred pupils         40.2     41.0
Expenditure                 22.0     22.5
";
    for drawing in [first, last] {
        assert_eq!(
            table(drawing).1,
            [
                "Indicator | 2005 | 2006",
                "Share of pupils in private schools | 12.1 | 12.0",
                "Number of teachers for each hundred pupils | 40.2 | 41.0",
                "Expenditure | 22.0 | 22.5",
            ]
        );
    }
}

#[test]
fn rows_have_gaps_and_signs_for_what_is_not_known() {
    let (head, rows) = table(
        "
Country          2004      2005      2006
Austria          12.0      n.a.      13.0
Belgium          n.a.      n.a.      10.1
Cyprus              -       4.0
Denmark             :       5.0       5.1
",
    );
    assert_eq!(head, 1);
    assert_eq!(
        rows[2..],
        [
            "Belgium | n.a. | n.a. | 10.1",
            "Cyprus | - | 4.0 |",
            "Denmark | : | 5.0 | 5.1"
        ]
    );
}

#[test]
fn one_name_above_the_figures_is_a_head() {
    let drawing = "
                    Amount
Salaries            12,000
Rent                 3,000
Travel               1,200
Total               16,200
";
    assert_eq!(table(drawing).0, 1);
    assert_eq!(table(drawing).1[..2], [" | Amount", "Salaries | 12,000"]);
}

#[test]
fn two_columns_of_figures_are_a_table_below_their_names() {
    let drawing = "
Year            Pupils
2019            12,345
2020            12,876
2021            13,001
";
    assert_eq!(table(drawing).1[1], "2019 | 12,345");
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
fn drawn_columns_without_lines_between_rows_have_rows() {
    let (_, rows) = table(
        "
-----------------------------------------
| Name       | Town       | Remark      |
-----------------------------------------
| Smith      | Leeds      | none        |
| Jones      | York       | left in     |
|            |            | May         |
| Brown      | Hull       | none        |
-----------------------------------------
",
    );
    assert_eq!(
        rows,
        [
            "Name | Town | Remark",
            "Smith | Leeds | none",
            "Jones | York | left in May",
            "Brown | Hull | none"
        ]
    );
}

#[test]
fn cells_between_lines_span_what_no_line_parts() {
    let page = page(
        "
------------------------------------------
| Country    |      Share of             |
|            ----------------------------
|            | men         | women       |
------------------------------------------
| Austria    | 12          | 13          |
------------------------------------------
| Belgium    | 14          | 15          |
------------------------------------------
",
    );
    let table = &page.tables[0];
    assert!(table.ruled);
    assert_eq!(table.header_rows, 2);
    assert_eq!(spans(table, 0), [(0, 1), (1, 2)]);
    assert_eq!(table.cell(1, 0).map(|cell| cell.row_span), Some(2));
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
