//! Rows and cells of tables without lines.

use super::{spans, table};
use crate::layout::testing::page;

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
