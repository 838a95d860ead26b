use proptest::prelude::*;

use super::*;
use crate::reading::style::DecimalMark;

fn style(decimal: DecimalMark) -> Style {
    Style {
        decimal,
        ..Style::default()
    }
}

fn read(text: &str, decimal: DecimalMark) -> Vec<Reading> {
    let words: Vec<&str> = text.split(' ').collect();
    read_numbers(&Line::new(&words), &style(decimal))
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().unwrap())
}

#[test]
fn numbers_are_read_in_both_styles() {
    use DecimalMark::{Comma, Point};
    for (text, decimal, expected) in [
        ("1.234,56", Comma, "1234.56"),
        ("1.234,56", Point, "1234.56"),
        ("1,234.56", Point, "1234.56"),
        ("1'234.56", Point, "1234.56"),
        ("1’234.56", Point, "1234.56"),
        ("1234.5", Point, "1234.5"),
        ("12,50", Comma, "12.50"),
        ("12,50", Point, "12.50"),
        ("1.234", Comma, "1234"),
        ("1.234", Point, "1.234"),
        ("1,234", Point, "1234"),
        ("0,125", Point, "0.125"),
        ("1.234.567", Point, "1234567"),
        ("1,23,456.00", Point, "123456.00"),
        ("-5", Point, "-5"),
        ("−5,00", Comma, "-5.00"),
        ("(5.00)", Point, "-5.00"),
        ("5.00-", Point, "-5.00"),
        ("$(5)", Point, "5"),
        ("($5.00)", Point, "-5.00"),
        ("(35,13 €)", Comma, "35.13"),
        (".50", Point, "0.50"),
        ("$.50", Point, "0.50"),
        ("12,-", Comma, "12"),
        ("3.3333", Point, "3.3333"),
        ("007", Point, "7"),
        ("€ 12,00", Comma, "12.00"),
        ("EUR 12.00", Point, "12.00"),
        ("12,00€", Comma, "12.00"),
        ("RM5.00", Point, "5.00"),
        ("-$5.00", Point, "-5.00"),
        ("$-5.00", Point, "-5.00"),
        ("US$ 1,234", Point, "1234"),
        ("(19%)", Point, "19"),
        ("19,00 %", Comma, "19.00"),
        ("Total:12.50", Point, "12.50"),
        ("Total12.50", Point, "12.50"),
        ("2x", Point, "2"),
        ("x2", Point, "2"),
        ("1,5 h", Comma, "1.5"),
        ("12.50.", Point, "12.50"),
    ] {
        let readings = read(text, decimal);
        let values: Vec<&Value> = readings.iter().map(|reading| &reading.value).collect();
        assert_eq!(values, [&number(expected)], "{text} {decimal:?}");
    }
}

#[test]
fn what_is_no_number_is_not_read_as_one() {
    for text in [
        "12.03.2024",
        "03/04/2020",
        "201/113/40209",
        "RE-20170509/505",
        "A4",
        "TB100A4",
        "13:38",
        "192.168.1.1",
        "1-2",
        "C3PO",
        "",
        "-",
        "$",
        "a@1.de",
        "1,2,3",
    ] {
        assert_eq!(read(text, DecimalMark::Point), [], "{text}");
    }
}

#[test]
fn currency_unit_and_per_cent_make_the_kind() {
    let kinds = |text: &str| {
        let found = read(text, DecimalMark::Comma).remove(0);
        (found.kind, found.currency, found.unit, found.text)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        kinds("€ 12,00"),
        (ReadingKind::Amount, some("EUR"), None, "€ 12,00".into())
    );
    assert_eq!(
        kinds("(RM 5.00)"),
        (ReadingKind::Amount, some("MYR"), None, "(RM 5.00)".into())
    );
    assert_eq!(kinds("(19%)"), (ReadingKind::Percent, None, None, "19%".into()));
    assert_eq!(
        kinds("2 Stk"),
        (ReadingKind::Quantity, None, some("Stk"), "2 Stk".into())
    );
    assert_eq!(
        kinds("3kg"),
        (ReadingKind::Quantity, None, some("kg"), "3kg".into())
    );
    assert_eq!(
        kinds("12 m2"),
        (ReadingKind::Quantity, None, some("m2"), "12 m2".into())
    );
    assert_eq!(kinds("12,00"), (ReadingKind::Amount, None, None, "12,00".into()));
    assert_eq!(kinds("12"), (ReadingKind::Integer, None, None, "12".into()));
}

#[test]
fn a_currency_belongs_to_one_number() {
    let currencies = |text: &str| -> Vec<String> {
        read(text, DecimalMark::Comma)
            .into_iter()
            .map(|reading| reading.text)
            .collect()
    };
    assert_eq!(currencies("12,00 € 15,00 €"), ["12,00 €", "15,00 €"]);
    assert_eq!(currencies("€ 12,00 € 15,00"), ["€ 12,00", "€ 15,00"]);
}

#[test]
fn a_number_over_words_is_read_whole_and_in_parts() {
    let values: Vec<Value> = read("1 234,56", DecimalMark::Comma)
        .into_iter()
        .map(|reading| reading.value)
        .collect();
    assert_eq!(values, [number("1234.56"), number("1"), number("234.56")]);
    assert_eq!(
        parse_number("1 234,56 €", &style(DecimalMark::Comma)),
        Some("1234.56".parse().unwrap())
    );
    assert_eq!(parse_number("12,50 15,00", &style(DecimalMark::Comma)), None);
}

#[test]
fn one_mark_before_three_digits_keeps_both_values() {
    let found = read("1.234", DecimalMark::Comma).remove(0);
    assert!(found.ambiguous && !found.exact);
    assert_eq!(found.other, Some(number("1.234")));
    let found = read("12.50", DecimalMark::Comma).remove(0);
    assert!(!found.ambiguous && found.exact);
}

/// An amount as a style prints it.
fn printed(cents: i64, mark: char, thousands: &str) -> String {
    let (whole, rest) = (cents / 100, cents % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push_str(thousands);
        }
        grouped.push(digit);
    }
    format!("{grouped}{mark}{rest:02}")
}

proptest! {
    #[test]
    fn a_printed_amount_reads_back(cents in 0i64..100_000_000_000, form in 0usize..6) {
        let (mark, thousands, decimal) = [
            (',', ".", DecimalMark::Comma), ('.', ",", DecimalMark::Point), (',', "", DecimalMark::Comma),
            ('.', "'", DecimalMark::Point), (',', " ", DecimalMark::Comma), ('.', " ", DecimalMark::Point),
        ][form];
        let text = printed(cents, mark, thousands);
        prop_assert_eq!(parse_number(&text, &style(decimal)), Some(Decimal::new(cents, 2)), "{}", text);
    }
}
