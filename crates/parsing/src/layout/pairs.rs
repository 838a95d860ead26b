//! Values beside or below their labels, as forms and the heads of letters have them.
//!
//! What is taken for a pair must look like one: a label ends in a colon, or stands in a row of labels each with its
//! value, or above a value within a drawn box. Labels without any of these are left to extraction, which knows what it
//! looks for.

use domain::geometry::BBox;
use domain::parsed::{BlockKind, Cell, Line, Page, Pair, PairKind, Span, Table};

use super::count;
use super::tables::is_figure;

/// A label has no more words than this.
const LABEL_WORDS: usize = 5;

/// A value in the line of its label has no more words than this: more is a sentence.
const VALUE_WORDS: usize = 12;

/// A value right of its label begins within this part of the page's width.
const REACH: f64 = 0.45;

/// A value as near as this, in ems, is the label's whatever stands below it.
const NEAR: f64 = 6.0;

/// A value below its label begins this near to the label's left edge, and this near below it, in line heights.
const ALIGNED: f64 = 0.6;
const BELOW: f64 = 0.8;

/// A row of labels without colons has at least so many.
const LABELS: usize = 3;

/// A page has no more pairs than these.
const MOST: usize = 2_000;

/// On one height no more lines than these are looked at.
const LOOKS: usize = 100;

/// In a box the label's type is smaller than the value's by this factor.
const SMALLER: f32 = 0.9;

/// A value in a box has no more lines than this.
const BOX_LINES: usize = 3;

/// The pairs that are printed on a page, in reading order of their labels.
pub(crate) fn find(page: &Page) -> Vec<Pair> {
    let finder = Finder::new(page);
    let mut pairs = finder.in_lines();
    pairs.extend(finder.beside_and_below());
    pairs.extend(page.tables.iter().flat_map(|table| finder.in_table(table)));
    // A word has one label: of pairs that share words the one that came first is kept.
    pairs.retain(|pair| pair.value.contains(char::is_alphanumeric));
    let mut taken = vec![false; page.words.len()];
    pairs.retain(|pair| {
        let words = || {
            pair.label
                .iter()
                .chain(&pair.words)
                .filter_map(|word| usize::try_from(*word).ok())
        };
        let free = words().all(|word| taken.get(word) == Some(&false));
        if free {
            words().for_each(|word| {
                if let Some(taken) = taken.get_mut(word) {
                    *taken = true;
                }
            });
        }
        free
    });
    pairs.sort_by(|a, b| a.label.cmp(&b.label));
    pairs.truncate(MOST);
    pairs
}

struct Finder<'p> {
    page: &'p Page,
    /// What an em is across, as a part of the page's width, for a line of that height.
    height_over_width: f64,
    /// Lines outside of tables with places, from the top.
    by_height: Vec<&'p Line>,
    /// For each of the page's lines, whether it is part of running text.
    running: Vec<bool>,
}

impl<'p> Finder<'p> {
    fn new(page: &'p Page) -> Self {
        let mut outside: Vec<&Line> = Vec::new();
        let mut running = vec![false; page.lines.len()];
        for block in &page.blocks {
            let lines = block.lines.of(&page.lines);
            if !matches!(block.kind, BlockKind::Table(_)) {
                outside.extend(lines.iter().filter(|line| line.bbox.area() > 0.0));
            }
            if let Some(running) = running.get_mut(block.lines.range()) {
                running.fill(is_running_text(page, &block.bbox, lines));
            }
        }
        outside.sort_by(|a, b| a.bbox.center_y().total_cmp(&b.bbox.center_y()));
        Self {
            page,
            height_over_width: page.size.map_or(1.0, |size| size.height / size.width),
            by_height: outside,
            running,
        }
    }

    fn em(&self, line: &Line) -> f64 {
        line.bbox.height() * self.height_over_width
    }

    /// `Label: value` in one line.
    fn in_lines(&self) -> Vec<Pair> {
        let lines = self.page.lines.iter().zip(&self.running);
        let quiet = lines.filter(|(_, running)| !**running).map(|(line, _)| line);
        quiet
            .filter_map(|line| {
                let label = self.label_at_start(line)?;
                let value = Span::new(label.range().end..line.words.range().end);
                let words = value.of(&self.page.words);
                let other = words.iter().any(|word| word.text.ends_with(':'));
                let sentence = words.len() > VALUE_WORDS;
                (!words.is_empty() && !other && !sentence).then(|| self.pair(label, value))
            })
            .take(MOST)
            .collect()
    }

    /// Labels that are a line of their own, with the value right of them or below.
    fn beside_and_below(&self) -> Vec<Pair> {
        let lines = self.by_height.iter().filter(|line| self.is_label(line));
        let found = lines.filter_map(|label| {
            let is_value = |line: &&Line| !self.opens_with_label(line);
            let beside = self.right_of(label).filter(is_value);
            let below = self.below(label).filter(is_value);
            let gap = beside.map_or(f64::INFINITY, |line| line.bbox.x0() - label.bbox.x1());
            // What stands far off is the value of a row of labels, not of a label with a text of its own below.
            let value = if gap > NEAR * self.em(label) {
                below.or(beside)
            } else {
                beside
            };
            Some(self.pair(label.words, value?.words))
        });
        found.take(MOST).collect()
    }

    /// Lines whose middle lies between these heights.
    fn between(&self, from: f64, to: f64) -> impl Iterator<Item = &'p Line> {
        let start = self.by_height.partition_point(|line| line.bbox.center_y() < from);
        let rest = self.by_height.get(start..).unwrap_or_default().iter().copied();
        rest.take_while(move |line| line.bbox.center_y() <= to)
            .take(LOOKS)
    }

    /// The nearest line right of that one on the same height.
    fn right_of(&self, label: &Line) -> Option<&'p Line> {
        let half = label.bbox.height() / 2.0;
        let middle = label.bbox.center_y();
        self.between(middle - half, middle + half)
            .filter(|line| line.bbox.x0() >= label.bbox.x1())
            .min_by(|a, b| a.bbox.x0().total_cmp(&b.bbox.x0()))
            .filter(|line| line.bbox.x0() - label.bbox.x1() <= REACH)
    }

    /// The line closely below that one, set as it is.
    fn below(&self, label: &Line) -> Option<&'p Line> {
        let height = label.bbox.height();
        let from = label.bbox.y1();
        self.between(from, from + (BELOW + 1.0) * height).find(|line| {
            (line.bbox.x0() - label.bbox.x0()).abs() <= ALIGNED * self.em(label)
                && line.bbox.y0() - from <= BELOW * height
                && line.words.range().len() <= VALUE_WORDS
        })
    }

    /// Cells of a form: labels left of their values, or above them within the cell.
    fn in_table(&self, table: &Table) -> Vec<Pair> {
        if !table.ruled || table.header_rows > 0 {
            return Vec::new();
        }
        let mut pairs: Vec<Pair> = table.cells.iter().filter_map(|cell| self.in_cell(cell)).collect();
        if table.columns == 2 {
            pairs.extend(self.in_rows(table));
        }
        pairs
    }

    /// A table of two columns without a head, whose first holds names.
    fn in_rows(&self, table: &Table) -> Vec<Pair> {
        let names = || table.cells.iter().filter(|cell| cell.column == 0);
        let is_name = |cell: &&Cell| {
            let text = cell.text(self.page);
            cell.words.len() <= LABEL_WORDS && !is_figure(&text) && is_worded(&text)
        };
        let labels = names().filter(is_name).count();
        if labels < LABELS.min(usize::try_from(table.rows).unwrap_or(LABELS)) || labels < names().count() {
            return Vec::new();
        }
        let rows = names().filter_map(|name| {
            let value = table
                .cell(name.row, 1)
                .filter(|value| value.row == name.row && value.column == 1)?;
            Some(self.pair_of(name.words.clone(), value.words.clone()))
        });
        rows.collect()
    }

    /// A cell whose first line names what stands below it.
    fn in_cell(&self, cell: &Cell) -> Option<Pair> {
        let first = usize::try_from(*cell.words.first()?).ok()?;
        let label = self.line_of(first)?.words;
        let end = label.range().end;
        let inside = |word: &u32| usize::try_from(*word).is_ok_and(|word| word >= end);
        let value: Vec<u32> = cell.words.iter().copied().filter(inside).collect();
        let next = usize::try_from(*value.first()?).ok()?;
        let lines = self.lines_from(next).take_while(|line| {
            cell.words
                .iter()
                .any(|word| usize::try_from(*word).is_ok_and(|word| line.words.contains(word)))
        });
        let (above, below) = (self.page.words.get(first)?, self.page.words.get(next)?);
        let told = self.ends_in_colon(label)
            || above.size < SMALLER * below.size
            || above.bold != below.bold && above.size <= below.size;
        let short = label.range().len() <= LABEL_WORDS && lines.take(BOX_LINES + 1).count() <= BOX_LINES;
        let text = self.text(label);
        (told && short && is_worded(&text) && !text.contains(|c: char| c.is_ascii_digit()))
            .then(|| self.pair_of(indices(label), value))
    }

    fn line_of(&self, word: usize) -> Option<&'p Line> {
        self.lines_from(word).next()
    }

    fn lines_from(&self, word: usize) -> impl Iterator<Item = &'p Line> {
        let lines = &self.page.lines;
        let at = lines.partition_point(|line| line.words.range().end <= word);
        lines.get(at..).unwrap_or_default().iter()
    }

    /// Whether the line is a label and nothing else.
    fn is_label(&self, line: &Line) -> bool {
        self.label_at_start(line).is_some_and(|label| label == line.words)
    }

    fn opens_with_label(&self, line: &Line) -> bool {
        self.label_at_start(line).is_some()
    }

    /// The words of a line up to its first colon, where they are a label.
    fn label_at_start(&self, line: &Line) -> Option<Span> {
        let words = line.words.of(&self.page.words);
        let length = 1 + words
            .iter()
            .take(LABEL_WORDS + 1)
            .position(|word| word.text.ends_with(':'))?;
        let start = line.words.range().start;
        let label = Span::new(start..start + length);
        let text = self.text(label);
        (is_worded(&text) && !text.starts_with('(') && !text.contains("://")).then_some(label)
    }

    fn ends_in_colon(&self, words: Span) -> bool {
        let words = words.of(&self.page.words);
        words.last().is_some_and(|word| word.text.ends_with(':'))
    }

    fn text(&self, words: Span) -> String {
        let texts: Vec<&str> = words
            .of(&self.page.words)
            .iter()
            .map(|word| word.text.as_str())
            .collect();
        texts.join(" ")
    }

    fn pair(&self, label: Span, value: Span) -> Pair {
        self.pair_of(indices(label), indices(value))
    }

    fn pair_of(&self, label: Vec<u32>, words: Vec<u32>) -> Pair {
        let text = |indices: &[u32]| {
            let words = indices
                .iter()
                .filter_map(|index| self.page.words.get(usize::try_from(*index).ok()?));
            words.map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        };
        Pair {
            kind: PairKind::Printed,
            name: text(&label).trim_end_matches([':', ' ']).to_owned(),
            value: text(&words),
            label,
            words,
        }
    }
}

fn indices(span: Span) -> Vec<u32> {
    (span.start..span.end).collect()
}

/// Whether a text has a word of letters in it.
fn is_worded(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// Whether lines run on from one to the next: most of them reach the right edge of their block, and few have a colon.
fn is_running_text(page: &Page, block: &BBox, lines: &[Line]) -> bool {
    let [upper @ .., _] = lines else { return false };
    let full = upper
        .iter()
        .filter(|line| line.bbox.width() >= 0.85 * block.width());
    let has_colon = |line: &&Line| {
        line.words
            .of(&page.words)
            .iter()
            .any(|word| word.text.ends_with(':'))
    };
    let with_colon = lines.iter().filter(has_colon).count();
    !upper.is_empty()
        && block.area() > 0.0
        && 2 * full.count() > upper.len()
        && count(with_colon) < 0.5 * count(lines.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::layout::testing::page;

    fn pairs(drawing: &str) -> Vec<(String, String)> {
        let page = page(drawing);
        page.pairs
            .iter()
            .map(|pair| (pair.name.clone(), pair.value.clone()))
            .collect()
    }

    fn expected(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_value_in_the_line_of_its_label() {
        let found = pairs(
            "
Invoice No.: 4711

Date : 1 May 2024          Your contact: Jane Public
",
        );
        assert_eq!(
            found,
            expected(&[
                ("Invoice No.", "4711"),
                ("Date", "1 May 2024"),
                ("Your contact", "Jane Public")
            ])
        );
    }

    #[test]
    fn a_value_beside_its_label_in_two_columns() {
        let found = pairs(
            "
Invoice number:         4711
Date:                   1 March 2024
Customer:               Example Ltd
",
        );
        assert_eq!(
            found,
            expected(&[
                ("Invoice number", "4711"),
                ("Date", "1 March 2024"),
                ("Customer", "Example Ltd")
            ])
        );
    }

    #[test]
    fn a_value_below_its_label() {
        let found = pairs(
            "
Deliver to:                     Order number:
Example Ltd                     4711

",
        );
        assert_eq!(
            found,
            expected(&[("Deliver to", "Example Ltd"), ("Order number", "4711")])
        );
    }

    #[test]
    fn a_box_with_names_and_values() {
        let found = pairs(
            "
-----------------------------------
| Order     | 278756              |
-----------------------------------
| Deal      | Spring sale         |
-----------------------------------
| Agency    | TV15780             |
-----------------------------------
",
        );
        assert_eq!(
            found,
            expected(&[
                ("Order", "278756"),
                ("Deal", "Spring sale"),
                ("Agency", "TV15780")
            ])
        );
    }

    #[test]
    fn a_label_above_its_value_in_a_box() {
        let found = pairs(
            "
-----------------------------------
| *Name           | *Town         |
| Jane Public     | Leeds         |
-----------------------------------
| *Street         | *Country      |
| 1 High Street   | England       |
-----------------------------------
",
        );
        assert_eq!(
            found,
            expected(&[
                ("Name", "Jane Public"),
                ("Town", "Leeds"),
                ("Street", "1 High Street"),
                ("Country", "England")
            ])
        );
    }

    #[test]
    fn running_text_with_a_colon_is_no_pair() {
        let found = pairs(
            "
There is one thing that must be said about the goods that were delivered to you in
May: they are not paid for. We would like to ask you for the sum that is named above
and remind you of what was agreed upon in the contract: payment within thirty days.
",
        );
        assert_eq!(found, expected(&[]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn words_of_pairs_are_on_the_page_and_in_one_pair(lines in prop::collection::vec("([A-Z][a-z]{1,6}:? {1,9}){0,4}", 0..12)) {
            let page = page(&lines.join("\n"));
            let mut seen = std::collections::HashSet::new();
            for pair in &page.pairs {
                prop_assert!(!pair.name.is_empty() && !pair.value.is_empty());
                for word in pair.label.iter().chain(&pair.words) {
                    prop_assert!(usize::try_from(*word).unwrap() < page.words.len());
                    prop_assert!(seen.insert(*word));
                }
            }
        }
    }
}
