//! Which table, and which of its rows, a description asks for: "the sheet 'May'", "from 'Water' to 'Food'".

use std::sync::LazyLock;

use domain::schema::{Field, Group};
use serde::Deserialize;

use crate::lexicon::normal::{key_words, squashed, words};

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Data {
    /// Words between the first and the last of several.
    through: Vec<String>,
    /// Words that ask for all rows, totals as well.
    every: Vec<String>,
    /// Names of fields that ask for the name of the row.
    row_labels: Vec<String>,
    /// What descriptions say of the column that has no heading.
    first_column: Vec<String>,
}

fn parse() -> Result<Data, toml::de::Error> {
    toml::from_str(include_str!("../../../data/tables.toml"))
}

static DATA: LazyLock<Data> = LazyLock::new(|| parse().unwrap_or_default());

/// At most so many words stand between two quotations that name the ends of a range.
const BETWEEN: usize = 3;

/// What is said of the table.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// All that is said, as words.
    said: Vec<String>,
    /// Words in quotation marks, squashed.
    quoted: Vec<String>,
    /// First and last of what is asked for, squashed.
    pub(super) ranges: Vec<(String, String)>,
    /// Every row is asked for, totals as well.
    pub(super) every_row: bool,
}

impl Wanted {
    pub(super) fn new(group: &Group, path: &str) -> Self {
        let texts = [&group.description, &group.search_query, &group.extraction_prompt];
        let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
        let mut wanted = Self {
            said: path.rsplit('.').next().map(key_words).unwrap_or_default(),
            ..Self::default()
        };
        for text in texts {
            let quotations = quotations(text);
            let pairs = quotations.iter().zip(quotations.iter().skip(1));
            wanted.ranges.extend(pairs.filter_map(|(first, last)| {
                let between = words(text.get(first.end..last.start)?);
                let through = between.iter().any(|word| DATA.through.contains(word));
                (through && between.len() <= BETWEEN).then(|| (squashed(first.text), squashed(last.text)))
            }));
            wanted
                .quoted
                .extend(quotations.iter().map(|one| squashed(one.text)));
            wanted.said.extend(words(text));
        }
        wanted.quoted.retain(|text| !text.is_empty());
        wanted.every_row = DATA.every.iter().any(|every| wanted.says(&words(every)));
        wanted
    }

    fn says(&self, part: &[String]) -> bool {
        !part.is_empty() && self.said.windows(part.len()).any(|said| said == part)
    }

    /// How well a sheet, slide or title is named: 0 where it is not, more for longer names and for those in quotation
    /// marks.
    pub(super) fn names(&self, name: &str) -> usize {
        let parts = words(name);
        let length = parts.concat().chars().count();
        if parts.is_empty() || length < 2 {
            return 0;
        }
        if self.quoted.contains(&parts.concat()) {
            return 2 * length + 1;
        }
        if self.says(&parts) { length } else { 0 }
    }
}

/// Words in quotation marks and where they stand, marks included.
struct Quotation<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

fn quotations(text: &str) -> Vec<Quotation<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, open)) = text
        .get(at..)
        .and_then(|rest| rest.char_indices().find(|(_, c)| is_open(*c)))
        .map(|(offset, open)| (at + offset, open))
    {
        let inside = start + open.len_utf8();
        // The mark of an apostrophe stands within a word.
        let in_word = text
            .get(..start)
            .is_some_and(|before| before.ends_with(char::is_alphanumeric));
        let close = if in_word {
            None
        } else {
            closing(text, inside, open)
        };
        let Some(close) = close else {
            at = inside;
            continue;
        };
        let end = close
            + text
                .get(close..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8);
        found.push(Quotation {
            text: text.get(inside..close).unwrap_or_default(),
            start,
            end,
        });
        at = end;
    }
    found
}

fn is_open(c: char) -> bool {
    matches!(c, '\'' | '"' | '“' | '„' | '«' | '‘' | '`' | '»')
}

/// Where the quotation ends: at the mark that no letter follows.
fn closing(text: &str, inside: usize, open: char) -> Option<usize> {
    let closes = |c: char| match open {
        '“' => c == '”',
        '„' => matches!(c, '“' | '”'),
        '«' => c == '»',
        '»' => c == '«',
        '‘' => c == '’',
        mark => c == mark,
    };
    let rest = text.get(inside..)?;
    let at = rest.char_indices().find(|(at, c)| {
        let behind = rest.get(at + c.len_utf8()..).unwrap_or_default();
        closes(*c) && !behind.starts_with(char::is_alphanumeric)
    })?;
    Some(inside + at.0)
}

/// Whether a field asks for the cell at the head of the row, whose column has no heading.
pub(super) fn is_row_label(field: &Field) -> bool {
    let key = key_words(&field.name).concat();
    let by_key = DATA.row_labels.iter().any(|label| squashed(label) == key);
    let said = words(field.description.as_deref().unwrap_or_default());
    let by_description = DATA.first_column.iter().any(|text| {
        let text = words(text);
        said.windows(text.len()).any(|part| part == text.as_slice())
    });
    by_key || by_description
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_parses() {
        let data = parse().unwrap();
        assert!(!data.through.is_empty() && !data.row_labels.is_empty() && !data.first_column.is_empty());
    }

    #[test]
    fn quotations_are_found_in_all_marks() {
        let text = "the sheet 'Year's end', the „Preise“, \"a\" and « b », not the seller's";
        let found: Vec<&str> = quotations(text).iter().map(|one| one.text).collect();
        assert_eq!(found, ["Year's end", "Preise", "a", " b "]);
    }
}
