//! The head of a receipt: who issued it and where they are, without a label for either.
//!
//! From the top each line is told as text, a telephone or register number, a title, a day; the first line of the sale
//! ends the head. The address is the run of text from its first line that names a street or a town; the name stands
//! above it.

use super::words;
use crate::layout::candidates::Part;
use crate::layout::rect::{Rect, float};
use crate::layout::regions::{HitIndex, has_content};
use crate::layout::scene::Sheet;
use crate::layout::spans::{Shape, Span};
use crate::layout::view::View;
use crate::lexicon::normal;
use crate::reading::{
    ReadingKind, is_legal_form, legal_form_end, looks_like_street, misread_organization, organization_score,
};

/// A head has no more lines.
const LINES: usize = 18;
/// Parts of a line closer than this, in line heights, were torn apart by recognition.
const TORN: f64 = 2.2;
/// Lines of an address stand no further apart, in line heights.
const LEADING: f64 = 2.4;
/// An address has no more lines.
const ADDRESS_LINES: usize = 7;
/// So many lines above the address may hold the name.
const NAME_LINES: usize = 5;
/// A line that reads so much like a part of an address begins one.
const STARTS: f64 = 0.5;
/// A name reads so much like an organisation's that it is no address.
const ORGANIZATION: f64 = 0.65;
/// Letters and digits that are mostly digits, and at least so many, are a number of something.
const CODE_DIGITS: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    /// Telephone, tax number, register number.
    Reference,
    Title,
    /// A day or a time.
    When,
    /// The sale begins.
    Sale,
}

#[derive(Debug, Clone)]
struct HeadLine {
    class: Class,
    /// One for each segment.
    parts: Vec<Part>,
    text: String,
    place: Rect,
    /// How surely it is part of an address.
    address: f64,
    /// How surely it is the name of an organisation.
    organization: f64,
}

/// What may be the name of the shop.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    pub(super) parts: Vec<Part>,
    pub(super) text: String,
    /// How surely it is the name of an organisation.
    pub(super) organization: f64,
    /// 1 right above the address, less further up.
    pub(super) close: f64,
    /// No text stands above it.
    pub(super) first: bool,
    /// How much larger it is printed than the head's other lines, -0.5..=1.
    pub(super) large: f64,
    /// How much surer another line is a name.
    pub(super) outdone: f64,
    /// Two lines, of which the second ends the name.
    pub(super) joined: bool,
    /// It is one of two lines that make a name together.
    pub(super) part: bool,
}

/// What may be its address.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Address {
    pub(super) parts: Vec<Part>,
    pub(super) text: String,
    /// How surely, 0..=1.
    pub(super) strength: f64,
    /// The postcode with its town.
    pub(super) town: Option<(Part, Span)>,
    /// The line that names the street.
    pub(super) street: Option<(Vec<Part>, String)>,
}

/// The head of a receipt.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) names: Vec<Name>,
    pub(super) address: Option<Address>,
    /// Segments of all its lines.
    segments: Vec<usize>,
}

impl Head {
    pub(super) fn of(_view: usize, sheet: &Sheet<'_>, hits: &HitIndex<'_>) -> Self {
        let lines = lines(sheet, hits);
        let address = address_lines(&lines);
        let above = match &address {
            Some(found) => found.start,
            None => first_reference(&lines),
        };
        let names = names(lines.get(..above).unwrap_or_default(), &lines);
        let address = address
            .and_then(|found| lines.get(found))
            .map(|lines| address_of(sheet, lines));
        let parts = lines.iter().flat_map(|line| &line.parts);
        Self {
            names,
            address,
            segments: parts.map(|part| part.segment).collect(),
        }
    }

    /// Whether one of the parts stands in it.
    pub(super) fn holds(&self, parts: &[Part]) -> bool {
        parts.iter().any(|part| self.segments.contains(&part.segment))
    }
}

/// The lines of the head, top to bottom.
fn lines(sheet: &Sheet<'_>, hits: &HitIndex<'_>) -> Vec<HeadLine> {
    let mut lines: Vec<HeadLine> = Vec::new();
    for row in &sheet.view.rows {
        for run in runs(&sheet.view, &row.segments) {
            let Some(line) = line_of(sheet, hits, &run) else {
                continue;
            };
            if line.class == Class::Sale && lines.iter().any(|line| line.class == Class::Text) {
                return lines;
            }
            if line.class != Class::Sale {
                lines.push(line);
            }
        }
        if lines.len() >= LINES {
            break;
        }
    }
    lines
}

/// Segments of a row that stand close together are one line.
fn runs(view: &View<'_>, row: &[usize]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut end: Option<Rect> = None;
    for index in row {
        let Some(segment) = view.segment(*index) else {
            continue;
        };
        let near = end.is_some_and(|end| end.gap_to_right(&segment.place) < TORN * segment.line_height());
        match runs.last_mut() {
            Some(run) if near => run.push(*index),
            _ => runs.push(vec![*index]),
        }
        end = Some(segment.place);
    }
    runs
}

fn line_of(sheet: &Sheet<'_>, hits: &HitIndex<'_>, run: &[usize]) -> Option<HeadLine> {
    let view = &sheet.view;
    let mut parts: Vec<Part> = Vec::new();
    let mut text = String::new();
    for index in run {
        let segment = view.segment(*index)?;
        let words: Vec<&str> = segment.text.split(' ').collect();
        // The address ends where a telephone number begins on the same line.
        let end = words::contact_at(&words).filter(|at| *at > 0);
        let to = end.unwrap_or(segment.len());
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(segment.slice(0, to));
        parts.push(Part {
            segment: *index,
            from: 0,
            to,
        });
        if end.is_some() {
            break;
        }
    }
    if !has_content(&text) {
        return None;
    }
    let place = Rect::around(
        parts
            .iter()
            .filter_map(|part| Some(view.segment(part.segment)?.place)),
    )?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let organization = organization_score(&words).max(misread_organization(&words));
    let town = run
        .iter()
        .flat_map(|index| sheet.spans.of(*index))
        .filter(|span| span.reading.kind == ReadingKind::PostcodeCity)
        .map(|span| span.specificity)
        .fold(0.0, f64::max);
    let address = street_score(&text).max(town);
    let class = class_of(sheet, hits, run, &text, address, organization);
    Some(HeadLine {
        class,
        parts,
        text,
        place,
        address,
        organization,
    })
}

/// How surely the line names a street; recognition often drops the blank behind a comma.
fn street_score(text: &str) -> f64 {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .collect();
    looks_like_street(&words)
}

fn class_of(
    sheet: &Sheet<'_>,
    hits: &HitIndex<'_>,
    run: &[usize],
    text: &str,
    address: f64,
    organization: f64,
) -> Class {
    let words: Vec<&str> = text.split_whitespace().collect();
    let spans = || run.iter().flat_map(|index| sheet.spans.of(*index));
    if words::is_title(text) {
        return Class::Title;
    }
    let reached = spans().any(|span| reaches(span, text));
    let bracketed = text.starts_with(['(', '[', '<']);
    if words::contact_at(&words) == Some(0) || reached || is_code(text) || bracketed && holds_code(&words) {
        return Class::Reference;
    }
    let when = |kind| {
        matches!(
            kind,
            ReadingKind::Date | ReadingKind::DateTime | ReadingKind::Time
        )
    };
    if spans().any(|span| when(span.reading.kind) && span.specificity > 0.5) && address < 0.9 {
        return Class::When;
    }
    if spans().any(|span| span.shape == Shape::Amount) && address < STARTS {
        return Class::Sale;
    }
    let begins = run
        .first()
        .is_some_and(|index| begins_with_label(sheet, hits, *index));
    let labelled = run.iter().flat_map(|index| hits.of(*index)).any(|hit| hit.colon);
    if (begins || labelled) && !bracketed && address < STARTS && organization < ORGANIZATION {
        return Class::Sale;
    }
    Class::Text
}

/// A mail or web address; `B.CAVES` only looks like one.
fn reaches(span: &Span, line: &str) -> bool {
    let printed = span.text.to_lowercase();
    match span.reading.kind {
        ReadingKind::Email => true,
        ReadingKind::Uri => {
            printed.contains("www") || printed.contains("://") || span.text.len() == line.trim().len()
        }
        _ => false,
    }
}

/// Whether one of the words holds a long number.
fn holds_code(words: &[&str]) -> bool {
    let digits = |word: &&&str| word.chars().filter(char::is_ascii_digit).count() >= CODE_DIGITS;
    words.iter().any(|word| digits(&word))
}

/// Whether the segment is a label, or one with its value: `Cashier: 4`, `Table`, `Receipt # 4711`.
fn begins_with_label(sheet: &Sheet<'_>, hits: &HitIndex<'_>, index: usize) -> bool {
    let Some(segment) = sheet.view.segment(index) else {
        return false;
    };
    let Some(first) = hits.of(index).find(|hit| hit.from == 0) else {
        let colon = segment.slice(0, segment.len().min(3)).contains(':') && segment.len() <= 6;
        return colon;
    };
    let rest = segment.slice(first.to, segment.len());
    let coded = rest.chars().any(|c| c.is_ascii_digit());
    let number = normal::squashed(segment.slice(first.from, first.to)) == "no";
    first.colon || !has_content(rest) || rest.starts_with('#') || (coded && !number)
}

/// `(123456-X)`, `002043319-W`: a number of something, with hardly a letter.
fn is_code(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    digits >= CODE_DIGITS && letters * 2 <= digits
}

/// The lines of the address.
fn address_lines(lines: &[HeadLine]) -> Option<std::ops::Range<usize>> {
    let is_start = |line: &HeadLine| {
        line.class == Class::Text && line.address >= STARTS && line.organization < ORGANIZATION
    };
    let mut start = lines.iter().position(is_start)?;
    let first_text = lines.iter().position(|line| line.class == Class::Text)?;
    // A line that ends with a comma goes on in the next.
    while let Some(above) = start.checked_sub(1).filter(|above| *above > first_text) {
        let line = lines.get(above)?;
        let goes_on =
            line.class == Class::Text && line.text.ends_with(',') && line.organization < ORGANIZATION;
        if !goes_on {
            break;
        }
        start = above;
    }
    let mut end = start + 1;
    while let Some((last, next)) = lines.get(end - 1).zip(lines.get(end)) {
        let height = last.place.height().max(next.place.height());
        let far = last.place.gap_to_below(&next.place) > LEADING * height;
        if next.class != Class::Text
            || far
            || next.organization > ORGANIZATION
            || end - start >= ADDRESS_LINES
        {
            break;
        }
        end += 1;
    }
    Some(start..end)
}

/// Where no address is: the names stand above the first number or title that follows a text.
fn first_reference(lines: &[HeadLine]) -> usize {
    let text = lines
        .iter()
        .position(|line| line.class == Class::Text)
        .unwrap_or(0);
    let behind = lines.iter().skip(text).position(|line| line.class != Class::Text);
    behind.map_or(lines.len(), |behind| text + behind)
}

fn address_of(sheet: &Sheet<'_>, lines: &[HeadLine]) -> Address {
    let text: Vec<&str> = lines.iter().map(|line| line.text.trim()).collect();
    let text = text.join(" ");
    let text = text.trim_end_matches([',', ';', ' ']).to_owned();
    let parts: Vec<Part> = lines.iter().flat_map(|line| line.parts.iter().copied()).collect();
    let evidence = lines.iter().map(|line| line.address);
    let strength = evidence.clone().fold(0.0, f64::max) * 0.7 + (evidence.sum::<f64>() * 0.3).min(0.3);
    let town = parts.iter().find_map(|part| {
        let mut towns = sheet
            .spans
            .of(part.segment)
            .iter()
            .filter(|span| span.reading.kind == ReadingKind::PostcodeCity && span.to <= part.to);
        towns.next().map(|span| (*part, span.clone()))
    });
    let street = lines.iter().filter(|line| street_score(&line.text) >= STARTS);
    let street = street
        .max_by(|a, b| a.address.total_cmp(&b.address))
        .map(|line| (line.parts.clone(), line.text.clone()));
    Address {
        parts,
        text,
        strength,
        town,
        street,
    }
}

/// What may be the name, of the lines above the address.
fn names(above: &[HeadLine], all: &[HeadLine]) -> Vec<Name> {
    let texts: Vec<&HeadLine> = above.iter().filter(|line| line.class == Class::Text).collect();
    let skipped = texts.len().saturating_sub(NAME_LINES);
    let texts = texts.get(skipped..).unwrap_or_default();
    let mut heights: Vec<f64> = all.iter().map(|line| line.place.height()).collect();
    heights.sort_by(f64::total_cmp);
    let usual = heights.get(heights.len() / 2).copied().unwrap_or(1.0).max(1.0);
    let best = texts.iter().map(|line| line.organization).fold(0.0, f64::max);
    let mut found = Vec::new();
    for (index, line) in texts.iter().enumerate() {
        let below = texts.get(index + 1).filter(|below| completes(line, below));
        let over = index.checked_sub(1).and_then(|over| texts.get(over));
        let name = Name {
            parts: line.parts.clone(),
            text: line.text.clone(),
            organization: line.organization,
            close: 1.0 / float(texts.len() - index),
            first: index == 0,
            large: (line.place.height() / usual - 1.0).clamp(-0.5, 1.0),
            outdone: (best - line.organization).max(0.0),
            joined: false,
            part: below.is_some() || over.is_some_and(|over| completes(over, line)),
        };
        if let Some(below) = below {
            found.push(Name {
                parts: line.parts.iter().chain(&below.parts).copied().collect(),
                text: format!("{} {}", line.text, below.text),
                organization: below.organization.max(line.organization),
                close: 1.0 / float(texts.len() - index - 1),
                outdone: 0.0,
                joined: true,
                part: false,
                ..name.clone()
            });
        }
        found.push(name);
    }
    found
}

/// Whether the name goes on in the line below: hardly more than a legal form stands there, in type as large.
fn completes(line: &HeadLine, below: &HeadLine) -> bool {
    let words: Vec<&str> = below.text.split_whitespace().collect();
    let Some(end) = legal_form_end(&words) else {
        return false;
    };
    let height = line.place.height().max(below.place.height());
    let alike = (line.place.height() - below.place.height()).abs() < 0.3 * height;
    let near = line.place.gap_to_below(&below.place) < 1.2 * height;
    let own = own_words(&words, end);
    let bracket = below.text.starts_with('(');
    (own == 0 || bracket || own == 1 && alike) && near && line.organization < ORGANIZATION
}

/// Words before the legal form that ends at `end`.
fn own_words(words: &[&str], end: usize) -> usize {
    let form = (0..end).find(|start| is_legal_form(words.get(*start..end).unwrap_or_default()));
    form.unwrap_or(end)
}

/// The text of a name without a register number behind it, and with the blanks that recognition dropped at brackets.
pub(super) fn clean_name(view: &View<'_>, parts: &[Part]) -> Option<(Vec<Part>, String)> {
    let mut words: Vec<(Part, &str)> = Vec::new();
    for part in parts {
        let segment = view.segment(part.segment)?;
        words.extend((part.from..part.to).map(|word| {
            let place = Part {
                segment: part.segment,
                from: word,
                to: word + 1,
            };
            (place, segment.slice(word, word + 1))
        }));
    }
    let texts: Vec<&str> = words.iter().map(|(_, text)| *text).collect();
    words.truncate(name_end(&texts));
    let from = words.iter().position(|(_, text)| has_content(text))?;
    let kept = words.get(from..)?;
    let texts: Vec<&str> = kept.iter().map(|(_, text)| *text).collect();
    let ends =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '*' | '-' | '~' | '=' | '_' | '|');
    let text = with_blanks(texts.join(" ").trim_matches(ends));
    let parts = kept
        .iter()
        .fold(Vec::new(), |parts, (place, _)| joined(parts, *place));
    text.chars().any(char::is_alphabetic).then_some((parts, text))
}

/// The parts with a word more, which belongs to the last one where it stands in its segment.
fn joined(mut parts: Vec<Part>, word: Part) -> Vec<Part> {
    match parts.last_mut() {
        Some(last) if last.segment == word.segment => last.to = word.to,
        _ => parts.push(word),
    }
    parts
}

/// Where a name ends before its number: `(123456-X)`, `(Co. No: 123456-X)`, `123456-X`, `Reg. No ...`.
fn name_end(words: &[&str]) -> usize {
    let digits = |words: &[&str]| -> usize {
        let chars = words.iter().flat_map(|word| word.chars());
        chars.filter(char::is_ascii_digit).count()
    };
    let ends = |index: &usize| {
        let rest = words.get(*index..).unwrap_or_default();
        let word = rest.first().copied().unwrap_or_default();
        let close = rest.iter().position(|word| word.ends_with([')', ']', '>']));
        let inside = rest
            .get(..close.map_or(rest.len(), |close| close + 1))
            .unwrap_or_default();
        let bracketed = word.starts_with(['(', '[', '<']) && digits(inside) >= 4;
        let labelled = words::contact_at(rest) == Some(0) && digits(rest) >= 4;
        bracketed || labelled || is_code(word)
    };
    (1..words.len()).find(ends).unwrap_or(words.len())
}

/// A blank before a bracket that opens, behind one that closes, and between the words of a legal form (`SDN.BHD`).
fn with_blanks(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.split_once('.') {
        Some((first, second))
            if first.chars().count() > 1 && second.chars().count() > 1 && is_legal_form(&[first, second]) =>
        {
            format!("{first}. {second}")
        }
        _ => word.to_owned(),
    });
    let text = words.collect::<Vec<_>>().join(" ");
    let mut spaced = String::with_capacity(text.len() + 2);
    let mut before: Option<char> = None;
    for c in text.chars() {
        let opens = c == '(' && before.is_some_and(|before| before.is_alphanumeric() || before == '.');
        let closed = before == Some(')') && c.is_alphanumeric();
        if opens || closed {
            spaced.push(' ');
        }
        spaced.push(c);
        before = Some(c);
    }
    spaced
}
