//! Grounding: does a value stand where its sources say it does?
//!
//! The check takes the value, the sources and the documents, and nothing of how the value was found: it reads the words
//! inside each box (the cell, the header, the element of XML) again and asks whether their text is the value, or reads
//! as the value. An engine's value that
//! fails is never reported as grounded or normalised.

use std::str::FromStr as _;

use domain::evidence::{Place, Source, Verdict};
use domain::id::DocumentId;
use domain::parsed::{Cell, Pair, PairKind, ParsedDocument, Table, TextOrigin, Word};
use rust_decimal::Decimal;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::reading::misread::same_but_misread;
use crate::reading::{self, DateOrder, Style, TimeUnit};

/// Checks a value against what its sources name.
///
/// `document` gives a document by its id. The verdict is [`Verdict::Grounded`] where the value's own text stands at the
/// places (blanks, line ends and outer punctuation aside), [`Verdict::Normalized`] where what stands there reads as the
/// value; none where neither holds, or where a source's text is not what stands there. A value that XML states and that
/// stands on a page as well must be proved by both, and is grounded where both are.
pub fn verify<'p>(
    sources: &[Source],
    value: &Value,
    document: impl Fn(DocumentId) -> Option<&'p ParsedDocument>,
) -> Option<Verdict> {
    let mut stated = Vec::new();
    let mut shown = Vec::new();
    let mut recognised = true;
    for source in sources {
        let document = document(source.document_id)?;
        let text = text_at(source, document)?;
        recognised &= document
            .page(source.page)
            .is_some_and(|page| page.origin != TextOrigin::Native);
        if blankless(&text) != blankless(&source.text) {
            return None;
        }
        match &source.place {
            Place::Xml { .. } => stated.push(text),
            _ => shown.push(text),
        }
    }
    let stated = (!stated.is_empty()).then(|| xml_standing(&stated, value));
    let shown = (!shown.is_empty()).then(|| {
        let text = shown.join(" ");
        standing(&text, value).or_else(|| misread_standing(&text, value).filter(|_| recognised))
    });
    let verdicts: Vec<Verdict> = stated.into_iter().chain(shown).collect::<Option<_>>()?;
    let grounded = verdicts.iter().all(|verdict| *verdict == Verdict::Grounded);
    let weaker = if grounded {
        Verdict::Grounded
    } else {
        Verdict::Normalized
    };
    (!verdicts.is_empty()).then_some(weaker)
}

/// What stands at the place that a source names.
fn text_at(source: &Source, document: &ParsedDocument) -> Option<String> {
    if let Place::Xml { path } = &source.place {
        let value = document.xml.iter().find(|value| value.path == *path)?;
        return Some(value.text.clone());
    }
    let page = document.page(source.page)?;
    match &source.place {
        Place::Box => {
            let bbox = source.bbox?;
            let any_visible = page.words.iter().any(|word| !word.hidden);
            let shown = |word: &&Word| !(word.hidden && any_visible);
            let words: Vec<&str> = page
                .words_in(&bbox)
                .filter(shown)
                .map(|word| word.text.as_str())
                .collect();
            (!words.is_empty()).then(|| words.join(" "))
        }
        Place::Cell { address, .. } => {
            let cell = page.tables.iter().find_map(|table| cell_at(table, address))?;
            Some(cell.text(page))
        }
        Place::Paragraph { index, .. } => {
            let block = page.blocks.get(usize::try_from(*index).ok()?)?;
            let text = page.block_text(block);
            blankless(&text)
                .contains(&blankless(&source.text))
                .then(|| source.text.clone())
        }
        Place::Header { name } => {
            let holds = |pair: &&Pair| {
                pair.kind == PairKind::Header
                    && pair.name == *name
                    && stands_in(&spaced(&pair.value), &spaced(&source.text))
            };
            page.pairs.iter().find(holds)?;
            Some(source.text.clone())
        }
        Place::Xml { .. } => None,
    }
}

/// The cell of a sheet by its address. Cells are sorted by row, then by column, and a sheet has many.
fn cell_at<'t>(table: &'t Table, address: &str) -> Option<&'t Cell> {
    let wanted = place_of(address);
    let at = table
        .cells
        .partition_point(|cell| place_of(&cell.address) < wanted);
    table.cells.get(at).filter(|cell| cell.address == address)
}

/// `B7` as (7, 1, "B"): row, number of letters and letters sort as cells do.
fn place_of(address: &str) -> (u64, usize, &str) {
    let letters = address
        .find(|c: char| c.is_ascii_digit())
        .unwrap_or(address.len());
    let (column, row) = address.split_at(letters);
    (row.parse().unwrap_or(0), column.len(), column)
}

/// How the texts of XML elements relate to a value: a number has one form there, a day may be written without marks.
fn xml_standing(texts: &[String], value: &Value) -> Option<Verdict> {
    match (value, texts) {
        (Value::Number(number), [text]) => {
            let wanted = number.to_string();
            let equal = decimal(text.trim())? == decimal(&wanted)?;
            let verdict = if text.trim() == wanted {
                Verdict::Grounded
            } else {
                Verdict::Normalized
            };
            equal.then_some(verdict)
        }
        (Value::Bool(wanted), [text]) => {
            let says = match text.trim() {
                "true" | "1" => true,
                "false" | "0" => false,
                _ => return None,
            };
            (says == *wanted).then_some(Verdict::Normalized)
        }
        (Value::String(wanted), _) => {
            let joined = texts.join(" ");
            let day = is_compact_day(&joined, wanted).then_some(Verdict::Normalized);
            day.or_else(|| text_standing(&joined, wanted))
        }
        _ => None,
    }
}

/// Whether `20240507` or `202405071405` is that day, or that time.
fn is_compact_day(text: &str, wanted: &str) -> bool {
    let digits: String = wanted.chars().filter(char::is_ascii_digit).collect();
    let is_day = text.len() >= 8 && text.chars().all(|c| c.is_ascii_digit());
    is_day && digits.len() >= 8 && text.starts_with(&digits)
}

/// How a text relates to a value.
fn standing(text: &str, value: &Value) -> Option<Verdict> {
    match value {
        Value::String(wanted) => text_standing(text, wanted),
        Value::Number(number) => number_standing(text, &number.to_string()),
        Value::Bool(_) if reading::leaves_open(text) => None,
        Value::Bool(wanted) => {
            let agrees = readings(text)
                .iter()
                .any(|found| found.value == reading::Value::Boolean(*wanted));
            agrees.then_some(Verdict::Normalized)
        }
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// How a text that was recognised on a picture relates to a value, digits allowed for that have a letter's shape.
fn misread_standing(text: &str, value: &Value) -> Option<Verdict> {
    let same = same_but_misread(text, value.as_str()?);
    same.then_some(Verdict::Normalized)
}

fn text_standing(text: &str, wanted: &str) -> Option<Verdict> {
    if stands_in(&blankless(text), &blankless(wanted)) {
        return Some(Verdict::Grounded);
    }
    let reads = reads_as_day(text, wanted)
        || same_letters(text, wanted)
        || reads_as_text(text, wanted)
        || reading::is_place(text, wanted)
        || reads_as_span(text, wanted);
    reads.then_some(Verdict::Normalized)
}

/// Whether `wanted` is all of `text` but for marks around it, or a part of one that marks set off.
fn stands_in(text: &str, wanted: &str) -> bool {
    if wanted.is_empty() {
        return false;
    }
    text.match_indices(wanted).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + wanted.len()..).unwrap_or_default();
        let set_off_before = !before.chars().next_back().is_some_and(char::is_alphanumeric);
        let set_off_after = !after.chars().next().is_some_and(char::is_alphanumeric);
        set_off_before && set_off_after
    })
}

fn same_letters(text: &str, wanted: &str) -> bool {
    let letters = |text: &str| -> String {
        text.nfkc()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = letters(wanted);
    if wanted.is_empty() {
        return false;
    }
    wanted == letters(text)
        || wanted == letters(&spelt_out(text, " and "))
        || text.split_whitespace().any(|word| letters(word) == wanted)
}

/// The text with a word for the sign "&".
fn spelt_out(text: &str, and: &str) -> String {
    text.replace('&', and)
}

/// Whether the text reads as that day (or day and time) in any order of day, month and year. A time that is not printed
/// is not read, midnight neither.
fn reads_as_day(text: &str, wanted: &str) -> bool {
    styles().iter().any(|style| {
        let line = reading::Line::new(&text.split_whitespace().collect::<Vec<_>>());
        reading::read_dates(&line, style)
            .iter()
            .any(|found| match &found.value {
                reading::Value::Date(day) => day.to_string() == wanted,
                reading::Value::DateTime { local, .. } => {
                    let (day, time) = (
                        local.date().to_string(),
                        local.format("%Y-%m-%dT%H:%M:%S").to_string(),
                    );
                    day == wanted || wanted.starts_with(&time)
                }
                _ => false,
            })
    }) || reading::parse_time(text).is_some_and(|time| time.format("%H:%M:%S").to_string() == wanted)
}

/// Whether both are the same span of time: `two (2) years` and `2 years`.
fn reads_as_span(text: &str, wanted: &str) -> bool {
    let spans = reading::parse_duration(text).zip(reading::parse_duration(wanted));
    spans.is_some_and(|(printed, wanted)| printed.is(&wanted))
}

/// Whether the text is a span of time of so many of some unit: two years are 24 months.
fn counts(text: &str, wanted: Decimal) -> bool {
    let Some(span) = reading::parse_duration(text) else {
        return false;
    };
    [TimeUnit::Year, TimeUnit::Month, TimeUnit::Week, TimeUnit::Day]
        .into_iter()
        .filter_map(|unit| span.counted_in(unit))
        .any(|count| Decimal::from(count) == wanted)
}

/// Whether the text reads as a currency, an account, a phone number and the like in its usual form.
fn reads_as_text(text: &str, wanted: &str) -> bool {
    readings(text).iter().any(|found| {
        let is_text = matches!(&found.value, reading::Value::Text(read) if read == wanted);
        is_text || found.currency.as_deref() == Some(wanted)
    })
}

/// Every reading of the text on its own.
fn readings(text: &str) -> Vec<reading::Reading> {
    let line = reading::Line::new(&text.split_whitespace().collect::<Vec<_>>());
    reading::read_all(&line, &Style::default())
}

fn styles() -> [Style; 3] {
    [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd].map(|order| Style {
        date_order: order,
        ..Style::default()
    })
}

/// Whether a number stands in the text: digit for digit, or after its marks are read either way.
///
/// Numbers are compared as decimals: digits that a float cannot tell apart are still different digits.
fn number_standing(text: &str, wanted: &str) -> Option<Verdict> {
    let runs = number_runs(text);
    let value = decimal(wanted)?;
    let speaks = |run: &&Run| value.is_sign_negative() || !run.negative || reads_as_number(text, value);
    if runs.iter().filter(speaks).any(|run| run.digits == wanted) {
        return Some(Verdict::Grounded);
    }
    let reads = runs
        .iter()
        .filter(speaks)
        .flat_map(|run| readings_of(&run.digits))
        .any(|read| read == value.abs());
    let sign_fits = !value.is_sign_negative()
        || text.contains(is_minus)
        || text.contains('(')
        || text.to_uppercase().contains("CR");
    (reads && sign_fits || counts(text, value)).then_some(Verdict::Normalized)
}

fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str(text)
        .or_else(|_| Decimal::from_scientific(text))
        .ok()
}

/// Whether the text as a whole reads as the number, its sign included.
fn reads_as_number(text: &str, wanted: Decimal) -> bool {
    readings(text)
        .iter()
        .any(|found| found.value == reading::Value::Number(wanted))
}

/// Digits with the marks and blanks between them, as printed.
#[derive(Debug, PartialEq)]
struct Run {
    digits: String,
    /// A minus stands directly before or behind it, or brackets around it.
    negative: bool,
}

/// The runs of a text: a number whose thousands are set off by blanks is one, other digits with blanks between them
/// are several.
fn number_runs(text: &str) -> Vec<Run> {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let starts = is_digit(at) || (chars.get(at) == Some(&'.') && is_digit(at + 1));
        if !starts {
            at += 1;
            continue;
        }
        let start = at;
        while is_digit(at) || (is_digit(at + 1) && chars.get(at).is_some_and(|c| joins(*c))) {
            at += 1;
        }
        let printed: String = chars.get(start..at).unwrap_or_default().iter().collect();
        let negative = is_negative(&chars, start, at);
        if printed.contains(is_blank) && !is_grouped_by_blanks(&printed) {
            let parts = printed.split(is_blank).filter(|part| !part.is_empty());
            let last = parts.clone().count().saturating_sub(1);
            runs.extend(parts.enumerate().map(|(index, part)| Run {
                digits: part.to_owned(),
                negative: negative && (index == 0 || index == last),
            }));
        } else {
            let digits = printed;
            runs.push(Run { digits, negative });
        }
    }
    runs
}

/// A mark or a blank that may stand between the digits of one number.
fn joins(mark: char) -> bool {
    matches!(mark, '.' | ',' | '\'' | '’') || is_blank(mark)
}

fn is_blank(mark: char) -> bool {
    matches!(mark, ' ' | '\u{a0}' | '\u{202f}')
}

fn is_minus(mark: char) -> bool {
    matches!(mark, '-' | '−' | '–' | '‐')
}

/// Whether blanks part the digits in threes: `1 234` and `12 345 678,90`, but not `2 15`.
fn is_grouped_by_blanks(printed: &str) -> bool {
    let whole = printed.split([',', '.']).next().unwrap_or_default();
    let mut groups = whole.split(is_blank);
    let leads = groups.next().is_some_and(|first| (1..=3).contains(&first.len()));
    let in_threes = groups.all(|group| group.len() == 3);
    let decimals = printed.get(whole.len()..).unwrap_or_default();
    leads && in_threes && !decimals.contains(is_blank)
}

/// Whether the print makes the digits at `start..end` a negative number: a minus that joins no other word stands
/// before or behind them, or brackets hold them, a currency's sign aside.
fn is_negative(chars: &[char], start: usize, end: usize) -> bool {
    let before = chars.get(..start).unwrap_or_default();
    let after = chars.get(end..).unwrap_or_default();
    let sign_of_currency = |c: &&char| is_blank(**c) || matches!(c, '$' | '€' | '£' | '¥');
    let mut before = before.iter().rev().skip_while(sign_of_currency);
    let mut after = after.iter().skip_while(sign_of_currency);
    let (left, right) = (before.next(), after.next());
    let minus = |mark: Option<&char>| mark.is_some_and(|c| is_minus(*c));
    let joined = |beyond: Option<&char>| beyond.is_some_and(|c| c.is_alphanumeric());
    let in_brackets = left == Some(&'(') && right == Some(&')');
    let leading = minus(left) && !joined(before.next());
    let trailing = minus(right) && after.next().is_none();
    in_brackets || leading || trailing
}

/// The numbers that digits with marks may mean: all marks group thousands, or the last one is the decimal mark.
fn readings_of(run: &str) -> Vec<Decimal> {
    let only = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut found: Vec<Decimal> = decimal(&only(run)).into_iter().collect();
    if let Some(last) = run.rfind([',', '.']) {
        let (whole, part) = run.split_at(last);
        found.extend(decimal(&format!("{}.{}", only(whole), only(part))));
    }
    found
}

/// Text with one blank between words, in compatibility form, with one kind of quote and dash.
fn spaced(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(blankless).collect();
    words.join(" ")
}

/// Text without blanks, in compatibility form, with one kind of quote and dash.
fn blankless(text: &str) -> String {
    text.nfkc()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '‘' | '’' | '`' | '´' => '\'',
            '“' | '”' | '„' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::geometry::BBox;
    use serde_json::json;

    use super::*;
    use crate::testing::{Sketch, document, input};

    /// The verdict for a value whose source is the words of a line.
    fn verdict(printed: &str, value: &Value) -> Option<Verdict> {
        let page = Sketch::new(1).text(50.0, 50.0, printed).page();
        let bbox = BBox::around(page.words.iter().map(|word| &word.bbox));
        let parsed = document(vec![page]);
        let id = input("a.pdf", &parsed).id;
        let text = printed.to_owned();
        let source = Source {
            chunk_id: None,
            document_id: id,
            page: 1,
            text,
            bbox,
            place: Place::Box,
        };
        verify(&[source], value, |_| Some(&parsed))
    }

    #[test]
    fn what_stands_there_is_grounded_and_what_reads_so_is_normalised() {
        for (printed, value) in [
            ("Seeblick AG,", json!("Seeblick AG")),
            ("3 kg", json!(3)),
            ("DE12 3400", json!("DE123400")),
        ] {
            assert_eq!(verdict(printed, &value), Some(Verdict::Grounded), "{printed}");
        }
        for (printed, value) in [
            ("1.234,50", json!(1234.5)),
            ("1,234.50 €", json!(1234.5)),
            ("-14,73", json!(-14.73)),
            ("(14.73)", json!(-14.73)),
            ("1 234", json!(1234)),
            ("12 345,60", json!(12345.6)),
            ("3 Jan 2024 14:05", json!("2024-01-03T14:05:00")),
            ("3 Jan 2024", json!("2024-01-03")),
            ("05/08/20", json!("2020-05-08")),
            ("€ 5", json!("EUR")),
            ("SEEBLICK ag", json!("Seeblick AG")),
        ] {
            assert_eq!(verdict(printed, &value), Some(Verdict::Normalized), "{printed}");
        }
    }

    #[test]
    fn digits_of_a_letters_shape_are_allowed_for_where_text_was_recognised() {
        let verdict = |sketch: Sketch| {
            let page = sketch.text(50.0, 50.0, "Ja1an Contoh 19").page();
            let bbox = BBox::around(page.words.iter().map(|word| &word.bbox));
            let parsed = document(vec![page]);
            let source = Source {
                chunk_id: None,
                document_id: input("a.jpg", &parsed).id,
                page: 1,
                text: "Ja1an Contoh 19".to_owned(),
                bbox,
                place: Place::Box,
            };
            verify(&[source], &json!("Jalan Contoh 19"), |_| Some(&parsed))
        };
        assert_eq!(verdict(Sketch::new(1).recognised()), Some(Verdict::Normalized));
        assert_eq!(verdict(Sketch::new(1)), None);
    }

    #[test]
    fn what_does_not_stand_there_is_refused() {
        for (printed, value) in [
            ("1.234,50", json!(1234)),
            ("14,73", json!(-14.73)),
            ("-14,73", json!(14.73)),
            ("-14.73", json!(14.73)),
            ("14.73-", json!(14.73)),
            ("-$14.73", json!(14.73)),
            ("(14.73)", json!(14.73)),
            ("($14.73)", json!(14.73)),
            ("10,000,000,001", json!(10_000_000_002_i64)),
            ("10000000001", json!(10_000_000_002_i64)),
            ("1 234", json!(234)),
            ("2 15", json!(215)),
            ("[ ] yes [ ] no", json!(true)),
            ("yes / no", json!(false)),
            ("3 Jan 2024", json!("2024-01-03T00:00:00")),
            ("3 Jan 2024", json!("2024-03-01")),
            ("4711", json!("471")),
            ("Seeblick", json!("Blick")),
            ("Seeblick", json!("")),
            ("Seeblick", Value::Null),
        ] {
            assert_eq!(verdict(printed, &value), None, "{printed} {value}");
        }
    }

    #[test]
    fn a_source_whose_text_is_not_in_its_box_proves_nothing() {
        let page = Sketch::new(1).text(50.0, 50.0, "4711").page();
        let bbox = Some(page.words[0].bbox);
        let parsed = document(vec![page]);
        let id = input("a.pdf", &parsed).id;
        let text = "4712".to_owned();
        let source = Source {
            chunk_id: None,
            document_id: id,
            page: 1,
            text,
            bbox,
            place: Place::Box,
        };
        assert_eq!(
            verify(std::slice::from_ref(&source), &json!("4712"), |_| Some(&parsed)),
            None
        );
        assert_eq!(verify(&[source], &json!("4712"), |_| None), None);
        assert_eq!(verify(&[], &json!("4712"), |_| Some(&parsed)), None);
    }

    fn stated(place: Place, text: &str) -> Source {
        Source {
            chunk_id: None,
            document_id: input("a.pdf", &document(Vec::new())).id,
            page: 1,
            text: text.to_owned(),
            bbox: None,
            place,
        }
    }

    #[test]
    fn a_header_proves_what_the_message_says_in_it() {
        let mut page = Sketch::new(1)
            .text(50.0, 50.0, "Subject: Bill 4711 of May")
            .page();
        page.pairs.push(Pair {
            kind: PairKind::Header,
            name: "Subject".to_owned(),
            value: "Bill 4711 of May".to_owned(),
            label: vec![0],
            words: vec![1, 2, 3, 4],
        });
        let parsed = document(vec![page]);
        let verdict = |name: &str, text: &str, value: Value| {
            let place = Place::Header {
                name: name.to_owned(),
            };
            verify(&[stated(place, text)], &value, |_| Some(&parsed))
        };
        let whole = "Bill 4711 of May";
        assert_eq!(verdict("Subject", whole, json!(whole)), Some(Verdict::Grounded));
        assert_eq!(verdict("Subject", "4711", json!("4711")), Some(Verdict::Grounded));
        assert_eq!(verdict("Subject", "471", json!("471")), None);
        assert_eq!(verdict("From", whole, json!(whole)), None);
        assert_eq!(verdict("Subject", "Bill 4712", json!("4712")), None);
    }

    #[test]
    fn xml_proves_what_its_element_says() {
        let mut parsed = document(vec![Sketch::new(1).text(50.0, 50.0, "496,00 EUR").page()]);
        let element = |path: &str, text: &str| domain::parsed::XmlValue {
            path: path.to_owned(),
            text: text.to_owned(),
            words: None,
        };
        parsed.xml = vec![
            element("/a/total", "496.00"),
            element("/a/day", "20240507"),
            element("/a/name", "Harbour Ltd"),
            element("/a/last", "true"),
        ];
        let source = |path: &str, text: &str| {
            stated(
                Place::Xml {
                    path: path.to_owned(),
                },
                text,
            )
        };
        let verdict = |sources: &[Source], value: Value| verify(sources, &value, |_| Some(&parsed));
        let one = |path: &str, text: &str, value: Value| verdict(&[source(path, text)], value);
        assert_eq!(one("/a/total", "496.00", json!(496)), Some(Verdict::Normalized));
        assert_eq!(
            one("/a/day", "20240507", json!("2024-05-07")),
            Some(Verdict::Normalized)
        );
        assert_eq!(
            one("/a/name", "Harbour Ltd", json!("Harbour Ltd")),
            Some(Verdict::Grounded)
        );
        assert_eq!(one("/a/last", "true", json!(true)), Some(Verdict::Normalized));
        assert_eq!(one("/a/total", "496.00", json!(49600)), None);
        assert_eq!(one("/a/day", "20240507", json!("2024-05-08")), None);
        assert_eq!(one("/a/total", "497.00", json!(497)), None);
        assert_eq!(one("/a/none", "496.00", json!(496)), None);

        let page = parsed.pages.first().unwrap();
        let printed = Source {
            text: "496,00".to_owned(),
            bbox: Some(page.words[0].bbox),
            ..stated(Place::Box, "")
        };
        let both = [source("/a/total", "496.00"), printed.clone()];
        assert_eq!(verdict(&both, json!(496)), Some(Verdict::Normalized));
        let torn = [source("/a/name", "Harbour Ltd"), printed];
        assert_eq!(verdict(&torn, json!("Harbour Ltd")), None);
    }
}
