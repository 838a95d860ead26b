//! A page made ready for looking at: words gathered into segments (runs without a wide gap) and segments into rows
//! across the page, all in points.
//!
//! Formats without page geometry are laid out here on an imagined page (a line a line, a table's cells on a grid),
//! so that everything after works the same for a spreadsheet as for a PDF. Such places never reach the evidence.

use std::collections::HashSet;

use domain::parsed::{Page, Rule, Table, Word};

use super::rect::{Rect, float};

/// A blank wider than this many line heights ends a segment: words of running text stand a quarter apart.
const SEGMENT_GAP: f64 = 0.85;
/// Segments that share so much of the lower one's height stand on one line.
const SAME_LINE: f64 = 0.6;
/// A mark between two parts of a line (a bullet) may stand this far from them, in line heights.
const MARK_GAP: f64 = 2.2;
/// Imagined width of a character and height of a line where the format lays out no pages.
const CHAR: f64 = 6.0;
const LINE: f64 = 12.0;
const COLUMN: f64 = 50.0 * CHAR;
/// Used where a page does not say how large it is.
const A4: (f64, f64) = (595.0, 842.0);

/// A page with its segments and rows.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// Index into the documents of the run.
    pub(crate) document: usize,
    pub(crate) page: &'a Page,
    /// In points.
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// In reading order of the rows: top to bottom, left to right.
    pub(crate) segments: Vec<Segment>,
    /// Top to bottom.
    pub(crate) rows: Vec<Row>,
    /// The usual height of a line.
    pub(crate) unit: f64,
}

/// Words on one line without a wide gap between them, or a cell of a spreadsheet.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Indices into the page's words, left to right; empty for a cell that has no words. A word that was cut in two
    /// stands there twice.
    pub(crate) words: Vec<usize>,
    /// The cell, as (table, cell) of the page, where the format has cells but no words.
    pub(crate) cell: Option<(usize, usize)>,
    /// The words with one blank between.
    pub(crate) text: String,
    /// Where each word starts in `text`, in bytes.
    pub(crate) starts: Vec<usize>,
    /// Where each word stands.
    pub(crate) places: Vec<Rect>,
    pub(crate) place: Rect,
    /// Index into the rows.
    pub(crate) row: usize,
    pub(crate) bold: bool,
}

/// Segments side by side, left to right.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) segments: Vec<usize>,
    pub(crate) place: Rect,
}

impl Segment {
    fn of_words(words: &[usize], page: &[Word], places: Vec<Rect>) -> Option<Self> {
        let place = Rect::around(places.iter().copied())?;
        let mut text = String::new();
        let mut starts = Vec::with_capacity(words.len());
        let mut indices = Vec::with_capacity(words.len());
        let mut parts = Vec::with_capacity(words.len());
        let mut bold = 0;
        for ((index, word), place) in words
            .iter()
            .filter_map(|index| Some((*index, page.get(*index)?)))
            .zip(places)
        {
            for (part, place) in at_colon(&word.text, place) {
                if !text.is_empty() {
                    text.push(' ');
                }
                starts.push(text.len());
                text.push_str(part);
                indices.push(index);
                parts.push(place);
            }
            bold += usize::from(word.bold);
        }
        let bold = bold * 2 > words.len();
        Some(Self {
            words: indices,
            cell: None,
            text,
            starts,
            places: parts,
            place,
            row: 0,
            bold,
        })
    }

    fn of_text(text: String, cell: Option<(usize, usize)>, x: f64, y: f64) -> Self {
        let mut starts = Vec::new();
        let mut places = Vec::new();
        let mut at = 0;
        for word in text.split(' ') {
            let left = x + float(at) * CHAR;
            starts.push(at);
            places.push(Rect {
                x0: left,
                y0: y,
                x1: left + float(word.len()) * CHAR,
                y1: y + LINE * 0.8,
            });
            at += word.len() + 1;
        }
        let place = Rect {
            x0: x,
            y0: y,
            x1: x + float(text.len()) * CHAR,
            y1: y + LINE * 0.8,
        };
        Self {
            words: Vec::new(),
            cell,
            text,
            starts,
            places,
            place,
            row: 0,
            bold: false,
        }
    }

    /// Number of words.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The text of the words `from..to`.
    pub(crate) fn slice(&self, from: usize, to: usize) -> &str {
        let start = self.starts.get(from).copied().unwrap_or(self.text.len());
        let end = self
            .starts
            .get(to)
            .map_or(self.text.len(), |next| next.saturating_sub(1));
        self.text.get(start..end).unwrap_or_default()
    }

    /// Where the words `from..to` stand.
    pub(crate) fn place_of(&self, from: usize, to: usize) -> Rect {
        let places = self.places.get(from..to).unwrap_or_default();
        Rect::around(places.iter().copied()).unwrap_or(self.place)
    }

    /// Height of its line.
    pub(crate) fn line_height(&self) -> f64 {
        self.place.height().max(1.0)
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(document: usize, page: &'a Page) -> Self {
        let segments = match page.size {
            Some(size) => laid_out(page, size.width.max(1.0), size.height.max(1.0)),
            None => imagined(page),
        };
        let (width, height) = page
            .size
            .map_or(A4, |size| (size.width.max(1.0), size.height.max(1.0)));
        let (segments, rows) = into_rows(segments);
        let unit = median(segments.iter().map(Segment::line_height)).unwrap_or(LINE);
        Self {
            document,
            page,
            width,
            height,
            segments,
            rows,
            unit,
        }
    }

    pub(crate) fn segment(&self, index: usize) -> Option<&Segment> {
        self.segments.get(index)
    }

    /// The segments of the row that the segment stands in, with their indices, left to right.
    pub(crate) fn row_of(&self, segment: &Segment) -> impl DoubleEndedIterator<Item = (usize, &Segment)> {
        let row = self
            .rows
            .get(segment.row)
            .map(|row| row.segments.as_slice())
            .unwrap_or_default();
        row.iter()
            .filter_map(|index| Some((*index, self.segments.get(*index)?)))
    }
}

/// A word in two parts where a label and its value stand together without a blank: `Total:12.50`.
fn at_colon(word: &str, place: Rect) -> Vec<(&str, Rect)> {
    let cut = word.find(':').map(|at| at + 1).filter(|cut| *cut < word.len());
    let Some((label, value)) = cut.and_then(|cut| word.split_at_checked(cut)) else {
        return vec![(word, place)];
    };
    let letters = label.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 2 || label.chars().any(|c| c.is_ascii_digit()) || value.starts_with(['/', ':']) {
        return vec![(word, place)];
    }
    let middle = place.x0 + place.width() * float(label.chars().count()) / float(word.chars().count().max(1));
    vec![
        (label, Rect { x1: middle, ..place }),
        (value, Rect { x0: middle, ..place }),
    ]
}

/// Segments of a page with geometry.
fn laid_out(page: &Page, width: f64, height: f64) -> Vec<Segment> {
    let all_hidden = page.words.iter().all(|word| word.hidden);
    let walls: Vec<Rect> = page
        .rules
        .iter()
        .filter(|rule| is_wall(rule))
        .map(|rule| Rect::on_page(&rule.bbox, width, height))
        .collect();
    let mut segments = Vec::new();
    for line in &page.lines {
        let mut run: Vec<usize> = Vec::new();
        let mut places: Vec<Rect> = Vec::new();
        for index in line.words.range() {
            let Some(word) = page.words.get(index) else { break };
            if word.hidden && !all_hidden {
                continue;
            }
            let place = Rect::on_page(&word.bbox, width, height);
            let before = run.last().and_then(|last| page.words.get(*last));
            let marks = is_bullet(&word.text) || before.is_some_and(|before| is_bullet(&before.text));
            let limit = if marks { MARK_GAP } else { SEGMENT_GAP };
            if places
                .last()
                .is_some_and(|last| parted(last, &place, limit, &walls))
            {
                segments.extend(Segment::of_words(
                    &std::mem::take(&mut run),
                    &page.words,
                    std::mem::take(&mut places),
                ));
            }
            run.push(index);
            places.push(place);
        }
        segments.extend(Segment::of_words(&run, &page.words, places));
    }
    segments
}

/// A mark that sets off parts of a line from each other.
fn is_bullet(text: &str) -> bool {
    matches!(text, "●" | "•" | "·" | "|" | "∙" | "▪" | "■" | "◆" | "*")
}

fn is_wall(rule: &Rule) -> bool {
    !rule.horizontal
}

/// Whether two words that follow each other on a line belong to different segments.
fn parted(left: &Rect, right: &Rect, limit: f64, walls: &[Rect]) -> bool {
    let height = left.height().max(right.height()).max(1.0);
    let gap = left.gap_to_right(right);
    if gap > limit * height || gap < -2.0 * height || !left.on_line_with(right) {
        return true;
    }
    let y = left.center_y();
    walls.iter().any(|wall| {
        wall.y0 <= y && y <= wall.y1 && left.center_x() < wall.x0 && wall.x1 < right.center_x() && gap > 0.0
    })
}

/// Segments of a page whose format has no geometry: cells on a grid, other lines one below the other.
fn imagined(page: &Page) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut y = 0.0;
    let in_tables: HashSet<usize> = page
        .tables
        .iter()
        .flat_map(|table| &table.cells)
        .flat_map(|cell| &cell.words)
        .filter_map(|index| usize::try_from(*index).ok())
        .collect();
    for line in &page.lines {
        let words: Vec<usize> = line
            .words
            .range()
            .filter(|index| !in_tables.contains(index))
            .collect();
        segments.extend(imagined_line(page, &words, 0.0, y));
        y += LINE;
    }
    for (index, table) in page.tables.iter().enumerate() {
        segments.extend(imagined_table(page, index, table, y));
        y += LINE * (f64::from(table.rows) + 1.0);
    }
    segments
}

fn imagined_table(page: &Page, index: usize, table: &Table, y: f64) -> Vec<Segment> {
    let mut segments = Vec::new();
    for (number, cell) in table.cells.iter().enumerate() {
        let (x, y) = (f64::from(cell.column) * COLUMN, y + f64::from(cell.row) * LINE);
        if cell.words.is_empty() {
            let text = cell.value.split_whitespace().collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                segments.push(Segment::of_text(text, Some((index, number)), x, y));
            }
            continue;
        }
        let words: Vec<usize> = cell
            .words
            .iter()
            .filter_map(|word| usize::try_from(*word).ok())
            .collect();
        segments.extend(imagined_line(page, &words, x, y));
    }
    segments
}

fn imagined_line(page: &Page, words: &[usize], x: f64, y: f64) -> Option<Segment> {
    let mut at = x;
    let mut places = Vec::with_capacity(words.len());
    for index in words {
        let length = page.words.get(*index).map_or(0, |word| word.text.chars().count());
        let width = float(length) * CHAR;
        places.push(Rect {
            x0: at,
            y0: y,
            x1: at + width,
            y1: y + LINE * 0.8,
        });
        at += width + CHAR;
    }
    Segment::of_words(words, &page.words, places)
}

/// Puts segments that share a line into rows, and both in reading order.
fn into_rows(mut segments: Vec<Segment>) -> (Vec<Segment>, Vec<Row>) {
    segments.sort_by(|a, b| a.place.center_y().total_cmp(&b.place.center_y()));
    let mut groups: Vec<(Rect, Vec<Segment>)> = Vec::new();
    for segment in segments {
        let open = groups.last_mut().filter(|(first, _)| {
            // Small labels and the larger values beside them share a line though not a middle.
            first.overlap_y(&segment.place) > SAME_LINE * first.height().min(segment.place.height())
        });
        match open {
            Some((_, members)) => members.push(segment),
            None => groups.push((segment.place, vec![segment])),
        }
    }
    let mut ordered = Vec::new();
    let mut rows = Vec::new();
    for (place, mut members) in groups {
        members.sort_by(|a, b| a.place.x0.total_cmp(&b.place.x0));
        let first = ordered.len();
        let place = Rect::around(members.iter().map(|segment| segment.place)).unwrap_or(place);
        for mut segment in members {
            segment.row = rows.len();
            ordered.push(segment);
        }
        rows.push(Row {
            segments: (first..ordered.len()).collect(),
            place,
        });
    }
    (ordered, rows)
}

/// The middle one of some measures.
pub(crate) fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Sketch, sheet};

    fn texts<'v>(view: &'v View<'_>) -> Vec<&'v str> {
        view.segments
            .iter()
            .map(|segment| segment.text.as_str())
            .collect()
    }

    #[test]
    fn a_label_and_its_value_without_a_blank_are_two_words_with_one_source() {
        let page = Sketch::new(1)
            .text(50.0, 50.0, "Total:12.50 at 12:30 http://a.example")
            .page();
        let view = View::new(0, &page);
        assert_eq!(texts(&view), ["Total: 12.50 at 12:30 http://a.example"]);
        assert_eq!(view.segments[0].words, [0, 0, 1, 2, 3]);
    }

    #[test]
    fn small_labels_and_larger_values_share_a_row() {
        let page = Sketch::new(1)
            .sized(50.0, 50.0, 7.0, "Number")
            .sized(150.0, 51.0, 11.0, "4711")
            .sized(50.0, 64.0, 7.0, "Date")
            .sized(150.0, 65.0, 11.0, "today")
            .page();
        let view = View::new(0, &page);
        let rows: Vec<Vec<&str>> = view
            .rows
            .iter()
            .map(|row| {
                row.segments
                    .iter()
                    .map(|index| view.segments[*index].text.as_str())
                    .collect()
            })
            .collect();
        assert_eq!(rows, [["Number", "4711"], ["Date", "today"]]);
    }

    #[test]
    fn a_sheets_cells_stand_on_a_grid() {
        let page = sheet(&[&["Year", "Ducks"], &["2019", "12"]]);
        let view = View::new(0, &page);
        assert_eq!(texts(&view), ["Year", "Ducks", "2019", "12"]);
        assert_eq!(view.rows.len(), 2);
        assert!(view.segments[0].place.x0 < view.segments[1].place.x0);
    }
}
