//! The rows that name the columns.

use super::{spans, table};
use crate::layout::testing::{page, rows};

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
