use proptest::prelude::*;

use super::*;

fn readings(words: &[String], style: &Style) -> (Line, Vec<Reading>) {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let line = Line::new(&words);
    let readings = read_all(&line, style);
    (line, readings)
}

/// Words made of what readers look at, so that their rules are reached.
fn telling_word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9.,/:' -]{1,12}",
        "[A-Z]{2}[0-9]{2,22}",
        "(Jan|March|märz|août|bis|to|de|of|und|1st|3\\.)",
        "(€|\\$|EUR|RM|US\\$|%|kg|x|\\(|\\)|-|#|Nr\\.|\\+49|@|www\\.)",
        "\\PC{0,8}",
        "[\\x00-\\x7f]{0,6}",
    ]
}

fn style() -> impl Strategy<Value = Style> {
    let order = prop_oneof![Just(DateOrder::Dmy), Just(DateOrder::Mdy), Just(DateOrder::Ymd)];
    let decimal = prop_oneof![Just(DecimalMark::Comma), Just(DecimalMark::Point)];
    (order, decimal).prop_map(|(date_order, decimal)| Style {
        date_order,
        decimal,
        ..Style::default()
    })
}

proptest! {
    #[test]
    fn no_words_make_a_reader_panic_and_readings_stand_where_they_say(
        words in proptest::collection::vec(telling_word(), 0..12),
        style in style(),
    ) {
        let (line, readings) = readings(&words, &style);
        for reading in readings {
            prop_assert!(!reading.words.is_empty() && reading.words.end <= words.len(), "{reading:?}");
            let printed = words[reading.words.clone()].join(" ");
            prop_assert!(printed.contains(&reading.text), "{reading:?} in {printed}");
            prop_assert!(line.text().contains(&reading.text));
            prop_assert!(!reading.text.trim().is_empty());
            prop_assert!((0.0..=1.0).contains(&reading.specificity));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let _ = looks_like_street(&words);
        let _ = organization_score(&words);
        let _ = Style::detect([words]);
    }

    #[test]
    fn any_day_reads_back_from_every_print(days in 0i32..73_000, form in 0usize..9) {
        let day = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::Duration::days(i64::from(days));
        let (pattern, order) = [
            ("%d.%m.%Y", DateOrder::Dmy), ("%-d/%-m/%Y", DateOrder::Dmy), ("%m/%d/%Y", DateOrder::Mdy),
            ("%Y-%m-%d", DateOrder::Ymd), ("%d-%b-%Y", DateOrder::Dmy), ("%B %-d, %Y", DateOrder::Mdy),
            ("%-d %B %Y", DateOrder::Dmy), ("%Y%m%d", DateOrder::Ymd), ("the %-dth day of %B, %Y", DateOrder::Dmy),
        ][form];
        let text = day.format(pattern).to_string();
        let style = Style { date_order: order, ..Style::default() };
        prop_assert_eq!(parse_date(&text, &style), Some(day), "{}", text);
    }
}

#[test]
fn a_long_line_is_read_in_proportion_to_its_length() {
    let words = vec!["1 234.56 12/03/2024 DE88 +49 89 Mar"; 2_000];
    let line = Line::new(
        &words
            .iter()
            .flat_map(|words| words.split(' '))
            .collect::<Vec<_>>(),
    );
    assert!(read_all(&line, &Style::default()).len() > 2_000);
}
