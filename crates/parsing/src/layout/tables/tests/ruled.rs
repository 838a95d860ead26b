//! Tables between drawn lines.

use super::{spans, table};
use crate::layout::testing::page;

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
