use super::*;
use crate::reading::style::DateOrder;

fn style(order: DateOrder) -> Style {
    Style {
        date_order: order,
        ..Style::default()
    }
}

fn dates(text: &str, order: DateOrder) -> Vec<String> {
    let words: Vec<&str> = text.split(' ').collect();
    let readings = read_dates(&Line::new(&words), &style(order));
    readings
        .iter()
        .filter_map(|reading| match reading.value {
            Value::Date(date) => Some(date.to_string()),
            _ => None,
        })
        .collect()
}

#[test]
fn dates_are_read_as_they_are_printed_in_seven_languages() {
    for (text, expected) in [
        ("12.03.2024", "2024-03-12"),
        ("12/03/2024", "2024-03-12"),
        ("12-03-2024", "2024-03-12"),
        ("12. 03. 2024", "2024-03-12"),
        ("12 03 2024", "2024-03-12"),
        ("1.3.2024", "2024-03-01"),
        ("12.03.24", "2024-03-12"),
        ("31/12/99", "1999-12-31"),
        ("2024-03-12", "2024-03-12"),
        ("2024/3/2", "2024-03-02"),
        ("20240312", "2024-03-12"),
        ("12032024", "2024-03-12"),
        ("12 March 2024", "2024-03-12"),
        ("12-Mar-24", "2024-03-12"),
        ("12MAR2024", "2024-03-12"),
        ("12 Mar '24", "2024-03-12"),
        ("March 12, 2024", "2024-03-12"),
        ("Mar. 12, 2024", "2024-03-12"),
        ("May 8th, 2020", "2020-05-08"),
        ("Mar/12/2024", "2024-03-12"),
        ("2024-Mar-12", "2024-03-12"),
        ("the 3rd day of March, 2011", "2011-03-03"),
        ("Tuesday, March 12 2024", "2024-03-12"),
        ("Dienstag, 12. März 2024", "2024-03-12"),
        ("12. MÄRZ 2024", "2024-03-12"),
        ("12. Dez. 2024", "2024-12-12"),
        ("1er août 2024", "2024-08-01"),
        ("12 févr. 2024", "2024-02-12"),
        ("3 de marzo de 2024", "2024-03-03"),
        ("3 marzo 2024", "2024-03-03"),
        ("1º gennaio 2024", "2024-01-01"),
        ("3 mei 2024", "2024-05-03"),
        ("3 de março de 2024", "2024-03-03"),
        ("Datum:12.03.2024", "2024-03-12"),
        ("Rechnungsdatum12.03.2024", "2024-03-12"),
        ("(12.03.2024)", "2024-03-12"),
        ("2018-12-25T08:13:39Z", "2018-12-25"),
        ("25/12/2018 8:13:39 PM", "2018-12-25"),
        ("vom 12.03.2024.", "2024-03-12"),
    ] {
        assert_eq!(dates(text, DateOrder::Dmy), [expected], "{text}");
    }
}

#[test]
fn what_is_no_date_is_not_read_as_one() {
    for text in [
        "January __, 2005",
        "March 2024",
        "192.168.10.12",
        "1.12.03.2024",
        "RE-20170509/505",
        "INV-2024-03-12",
        "31.02.2024",
        "12.03.1789",
        "99999999",
        "12 March 10:30",
        "1.234,56",
        "12/2024",
        "May 5 20 units",
        "3.12.4",
        "",
    ] {
        assert_eq!(dates(text, DateOrder::Dmy), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_style_decides_the_order_and_the_other_day_is_kept() {
    let line = Line::new(&["03/04/2020"]);
    let american = &read_dates(&line, &style(DateOrder::Mdy))[0];
    assert_eq!(
        american.value,
        Value::Date(NaiveDate::from_ymd_opt(2020, 3, 4).unwrap())
    );
    assert_eq!(
        american.other,
        Some(Value::Date(NaiveDate::from_ymd_opt(2020, 4, 3).unwrap()))
    );
    assert!(american.ambiguous);
    assert!(!american.exact);
    assert_eq!(dates("25/12/2018", DateOrder::Mdy), ["2018-12-25"]);
    assert_eq!(dates("12/25/2018", DateOrder::Dmy), ["2018-12-25"]);
    assert_eq!(dates("20-03-12", DateOrder::Ymd), ["2020-03-12"]);
}

#[test]
fn both_ends_of_a_range_are_read_and_say_which_they_are() {
    for (text, first, last) in [
        ("05/08/20 - 05/14/20", "2020-05-08", "2020-05-14"),
        ("05/08/20-05/14/20", "2020-05-08", "2020-05-14"),
        ("5/8 - 5/14/20", "2020-05-08", "2020-05-14"),
        ("1-5 March 2024", "2024-03-01", "2024-03-05"),
        ("1. - 5. März 2024", "2024-03-01", "2024-03-05"),
        ("1 March to 5 April 2024", "2024-03-01", "2024-04-05"),
        ("May 1-5, 2024", "2024-05-01", "2024-05-05"),
        ("May 1 - June 5, 2024", "2024-05-01", "2024-06-05"),
        ("du 1er mars 2024 au 31 mars 2024", "2024-03-01", "2024-03-31"),
        ("28.12. - 05.01.2024", "2023-12-28", "2024-01-05"),
        ("01.03.2024 bis zum 31.03.2024", "2024-03-01", "2024-03-31"),
        ("1 mei t/m 5 mei 2024", "2024-05-01", "2024-05-05"),
        ("between 1 May 2024 and 5 May 2024", "2024-05-01", "2024-05-05"),
    ] {
        let words: Vec<&str> = text.split(' ').collect();
        let order = if text.contains('/') {
            DateOrder::Mdy
        } else {
            DateOrder::Dmy
        };
        let readings = read_dates(&Line::new(&words), &style(order));
        let ends: Vec<(String, Option<RangeEnd>)> = readings
            .iter()
            .filter_map(|reading| match reading.value {
                Value::Date(date) => Some((date.to_string(), reading.range_end)),
                _ => None,
            })
            .collect();
        let expected = [
            (first.to_owned(), Some(RangeEnd::First)),
            (last.to_owned(), Some(RangeEnd::Last)),
        ];
        assert_eq!(ends, expected, "{text}");
    }
}

#[test]
fn two_dates_joined_by_and_are_no_range() {
    let line = Line::new(&["1", "May", "2024", "and", "5", "May", "2024"]);
    assert!(
        read_dates(&line, &Style::default())
            .iter()
            .all(|reading| reading.range_end.is_none())
    );
}

#[test]
fn a_date_with_its_time_is_read_as_both() {
    let line = Line::new(&["25/12/2018", "8:13:39", "PM"]);
    let both = &read_dates(&line, &Style::default())[0];
    assert_eq!(both.kind, ReadingKind::DateTime);
    assert_eq!(both.words, 0..3);
    let Value::DateTime { local, offset } = both.value else {
        panic!("{both:?}")
    };
    assert_eq!(local.to_string(), "2018-12-25 20:13:39");
    assert_eq!(offset, None);
}

#[test]
fn the_text_is_the_very_part_that_was_read() {
    let line = Line::new(&["Datum:12.03.2024,", "Seite", "1"]);
    let date = &read_dates(&line, &Style::default())[0];
    assert_eq!((date.words.clone(), date.text.as_str()), (0..1, "12.03.2024"));
}

#[test]
fn one_date_is_parsed_and_two_are_not() {
    let style = Style::default();
    assert_eq!(
        parse_date("Paid on 3 May 2024", &style),
        NaiveDate::from_ymd_opt(2024, 5, 3)
    );
    assert_eq!(parse_date("3 May 2024 - 5 May 2024", &style), None);
}

#[test]
fn raised_letters_may_stand_apart() {
    let style = Style::default();
    for text in ["this 24 th day of February, 2005", "February 24 th , 2005"] {
        assert_eq!(
            parse_date(text, &style),
            NaiveDate::from_ymd_opt(2005, 2, 24),
            "{text}"
        );
    }
}
