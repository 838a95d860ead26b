//! Text that is written from right to left: from the order in which it is seen to the order in which it is read.
//!
//! This is the way back from what Unicode's bidirectional algorithm does, for words and lines whose direction is that of
//! most of their letters.

use icu_properties::CodePointMapData;
use icu_properties::props::BidiClass;

/// Below this there are no letters written from right to left.
const FIRST_RTL: char = '\u{590}';

fn class(c: char) -> BidiClass {
    CodePointMapData::<BidiClass>::new().get(c)
}

/// Whether it is a letter written from right to left.
pub(crate) fn is_rtl(c: char) -> bool {
    c >= FIRST_RTL && matches!(class(c), BidiClass::RightToLeft | BidiClass::ArabicLetter)
}

/// Whether it is a mark that stands on a letter.
pub(crate) fn is_mark(c: char) -> bool {
    c >= '\u{300}' && class(c) == BidiClass::NonspacingMark
}

/// What a part of a text is to its direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rtl,
    Ltr,
    Number,
    /// A sign that belongs to the number next to it: `%`, `€`, `+`.
    WithNumber,
    /// A sign that belongs to the numbers on both of its sides: `.`, `:`, `/`.
    BetweenNumbers,
    Other,
}

fn kind(text: &str) -> Kind {
    let kinds = text.chars().map(|c| match class(c) {
        BidiClass::RightToLeft | BidiClass::ArabicLetter => Kind::Rtl,
        BidiClass::LeftToRight => Kind::Ltr,
        BidiClass::EuropeanNumber | BidiClass::ArabicNumber => Kind::Number,
        BidiClass::EuropeanTerminator => Kind::WithNumber,
        BidiClass::EuropeanSeparator | BidiClass::CommonSeparator => Kind::BetweenNumbers,
        _ => Kind::Other,
    });
    let strongest = |kind: Kind| match kind {
        Kind::Rtl => 0,
        Kind::Ltr => 1,
        Kind::Number => 2,
        Kind::WithNumber => 3,
        Kind::BetweenNumbers => 4,
        Kind::Other => 5,
    };
    kinds.min_by_key(|kind| strongest(*kind)).unwrap_or(Kind::Other)
}

/// The pieces of a word as they are read, given as they are seen from left to right. Unchanged where none of them is
/// written from right to left.
pub(crate) fn word(seen: &[&str]) -> String {
    let kinds: Vec<Kind> = seen.iter().map(|text| kind(text)).collect();
    if !kinds.contains(&Kind::Rtl) {
        return seen.concat();
    }
    let held = held_together(&kinds);
    let text: String = reordered(&held)
        .into_iter()
        .filter_map(|index| seen.get(index).copied())
        .collect();
    if is_mirrored(&text) { mirrored(&text) } else { text }
}

/// The order in which the words of a line are read, given as they are seen from left to right. Nothing where that is
/// the same.
pub(crate) fn line<'t>(seen: impl Iterator<Item = &'t str> + Clone) -> Option<Vec<usize>> {
    if !seen.clone().any(|text| text.chars().any(is_rtl)) {
        return None;
    }
    let kinds: Vec<Kind> = seen.map(kind).collect();
    let count = |wanted| kinds.iter().filter(|kind| **kind == wanted).count();
    if count(Kind::Rtl) < count(Kind::Ltr) {
        return None;
    }
    // Words of another script keep their order, with the numbers among them.
    let mut held: Vec<bool> = kinds.iter().map(|kind| *kind == Kind::Ltr).collect();
    bridge(
        &mut held,
        |between| between.iter().all(|kind| *kind != Kind::Rtl),
        &kinds,
    );
    Some(reordered(&held))
}

/// What of a word keeps its order: letters of other scripts, numbers, and the signs that belong to them.
fn held_together(kinds: &[Kind]) -> Vec<bool> {
    let mut held: Vec<bool> = kinds
        .iter()
        .map(|kind| matches!(kind, Kind::Ltr | Kind::Number))
        .collect();
    bridge(&mut held, |between| between == [Kind::BetweenNumbers], kinds);
    for (index, kind) in kinds.iter().enumerate() {
        let beside =
            |index: Option<usize>| index.is_some_and(|index| kinds.get(index) == Some(&Kind::Number));
        if *kind == Kind::WithNumber
            && (beside(index.checked_sub(1)) || beside(index.checked_add(1)))
            && let Some(held) = held.get_mut(index)
        {
            *held = true;
        }
    }
    held
}

/// Holds what lies between two held parts where it may be.
fn bridge(held: &mut [bool], may: impl Fn(&[Kind]) -> bool, kinds: &[Kind]) {
    let mut last: Option<usize> = None;
    for index in 0..held.len() {
        if held.get(index) != Some(&true) {
            continue;
        }
        if let Some(first) = last.map(|last| last + 1)
            && first < index
            && kinds.get(first..index).is_some_and(&may)
            && let Some(between) = held.get_mut(first..index)
        {
            between.fill(true);
        }
        last = Some(index);
    }
}

/// All from the last to the first, runs of held parts in their own order.
fn reordered(held: &[bool]) -> Vec<usize> {
    let mut order = Vec::with_capacity(held.len());
    let mut run = Vec::new();
    for (index, held) in held.iter().enumerate().rev() {
        if *held {
            run.push(index);
            continue;
        }
        order.extend(run.drain(..).rev());
        order.push(index);
    }
    order.extend(run.drain(..).rev());
    order
}

const BRACKETS: [(char, char); 5] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('<', '>'),
    ('\u{ab}', '\u{bb}'),
];

/// Whether brackets say what they look like instead of what they are: files do either. No word begins with a closing
/// one or ends with an opening one.
fn is_mirrored(text: &str) -> bool {
    let is_closing = |c: char| BRACKETS.iter().any(|(_, closing)| *closing == c);
    let is_opening = |c: char| BRACKETS.iter().any(|(opening, _)| *opening == c);
    text.chars().next().is_some_and(is_closing) || text.chars().next_back().is_some_and(is_opening)
}

fn mirrored(text: &str) -> String {
    let other = |c: char| {
        let pair = BRACKETS
            .iter()
            .find(|(opening, closing)| *opening == c || *closing == c);
        pair.map_or(
            c,
            |(opening, closing)| if *opening == c { *closing } else { *opening },
        )
    };
    text.chars().map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seen: &str) -> String {
        let parts: Vec<String> = seen.chars().map(String::from).collect();
        word(&parts.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_read_from_the_right_and_numbers_in_them_from_the_left() {
        assert_eq!(of("םולש"), "שלום");
        assert_eq!(of("total"), "total");
        assert_eq!(of("1,250.00"), "1,250.00");
        assert_eq!(of("12.50ח״ש"), "ש״ח12.50");
        assert_eq!(of("PDFב"), "בPDF");
        assert_eq!(of("17%ב"), "ב17%");
    }

    #[test]
    fn brackets_are_what_they_are_not_what_they_look_like() {
        assert_eq!(of("(םולש)"), "(שלום)");
        assert_eq!(of(")םולש("), "(שלום)");
    }

    #[test]
    fn lines_are_read_from_the_right_where_most_words_are() {
        let order = |words: &[&str]| line(words.iter().copied());
        assert_eq!(order(&["of", "the", "letter"]), None);
        assert_eq!(order(&["עולם", "שלום"]), Some(vec![1, 0]));
        assert_eq!(
            order(&["12", "Acme", "2", "Ltd", "חברת", "בעמ"]),
            Some(vec![5, 4, 1, 2, 3, 0])
        );
        assert_eq!(order(&["one", "two", "three", "שלום"]), None);
    }
}
