//! Lines to blocks: paragraphs, headings, entries of lists.

use domain::geometry::BBox;
use domain::parsed::{Block, BlockKind, Line, Page, Span};

use super::count;
use super::running::Running;

/// Lines further apart than this, in heights of a line, are two blocks.
const LINE_GAP: f64 = 0.85;

/// Sizes that differ by more than this factor are two blocks.
const SAME_SIZE: f32 = 1.2;

/// Type larger than the page's usual size by this factor is a heading.
const HEADING_SIZE: f32 = 1.18;

/// A heading has no more lines and words than these.
const HEADING_LINES: usize = 3;
const HEADING_WORDS: usize = 16;

/// Neighbours on one row further apart than this, in heights of a line, are two blocks.
const ROW_GAP: f64 = 6.0;

/// The first line of a paragraph is indented by this much, in ems; more than the second is something else.
const INDENT: f64 = 0.9;
const DEEPEST_INDENT: f64 = 5.0;

/// What stands this far left of the further lines of a list's entry is not of it, in ems.
const OUTDENT: f64 = 0.5;

/// Marks of lists; the last ones are those of symbol fonts.
const BULLETS: [&str; 22] = [
    "\u{2022}", "\u{25aa}", "\u{25cf}", "\u{25e6}", "\u{2023}", "\u{b7}", "-", "\u{2013}", "\u{2014}", "*",
    "\u{25a0}", "\u{25a1}", "\u{25cb}", "\u{25ba}", "\u{27a2}", "\u{2756}", "\u{2713}", "\u{2714}",
    "\u{f0b7}", "\u{f0a7}", "\u{f0d8}", "\u{f076}",
];

/// Groups the page's lines, which stand in reading order.
pub(crate) fn group(page: &Page, running: &[Running]) -> Vec<Block> {
    let tables = lines_of_tables(page);
    let usual = usual_size(page);
    let facts: Vec<Facts> = page
        .lines
        .iter()
        .enumerate()
        .map(|(index, line)| Facts {
            bbox: line.bbox,
            size: line
                .words
                .of(&page.words)
                .iter()
                .map(|word| word.size)
                .fold(0.0, f32::max),
            bold: line.words.of(&page.words).iter().all(|word| word.bold),
            mark: mark_of(page, line, page.lines.get(index + 1)),
            running: running.get(index).copied().unwrap_or(Running::Not),
            table: tables.get(index).copied().flatten(),
            words: line.words.range().len(),
            worded: is_worded(page, line),
        })
        .collect();

    let height_over_width = page.size.map_or(1.0, |size| size.height / size.width);
    let mut blocks = Vec::new();
    let mut start = 0;
    let mut around: Option<BBox> = None;
    for index in 1..=facts.len() {
        let open = facts.get(start..index).unwrap_or_default();
        let last = open.last().map(|line| &line.bbox);
        around = BBox::around(around.iter().chain(last));
        if facts
            .get(index)
            .is_some_and(|next| continues(open, around.as_ref(), next, height_over_width))
        {
            continue;
        }
        around = None;
        let before = start.checked_sub(1).and_then(|before| facts.get(before));
        blocks.extend(block(open, start, usual, before));
        start = index;
    }
    blocks
}

/// What decides to which block a line belongs.
struct Facts {
    bbox: BBox,
    size: f32,
    bold: bool,
    mark: Mark,
    running: Running,
    table: Option<u32>,
    words: usize,
    /// It has a word of letters in it.
    worded: bool,
}

/// Whether a line begins a paragraph by its place: its first line is indented, where those before it were not; or it
/// stands left of the further lines of an entry of a list.
fn begins_paragraph(open: &[Facts], next: &Facts, height_over_width: f64) -> bool {
    let em = next.bbox.height() * height_over_width;
    let (Some(first), Some(last)) = (open.first(), open.last()) else {
        return false;
    };
    let further = open
        .iter()
        .skip(1)
        .filter(|line| !on_one_row(&line.bbox, &first.bbox));
    let edge = further.map(|line| line.bbox.x0()).min_by(f64::total_cmp);
    let Some(edge) = edge else { return false };
    let shift = next.bbox.x0() - edge;
    let outdented = first.mark != Mark::None && shift < -OUTDENT * em;
    let indented = (INDENT * em..=DEEPEST_INDENT * em).contains(&shift)
        && (last.bbox.x0() - edge).abs() <= 0.3 * em
        && first.mark == Mark::None;
    outdented || indented
}

/// Whether a line belongs to the open block, around whose lines that box is.
fn continues(open: &[Facts], around: Option<&BBox>, next: &Facts, height_over_width: f64) -> bool {
    let Some(last) = open.last() else { return false };
    if last.table.is_some() || next.table.is_some() {
        return last.table == next.table;
    }
    if last.running != next.running {
        return false;
    }
    if next.bbox.area() <= 0.0 && last.bbox.area() <= 0.0 {
        // Formats without places: an empty line ends a block, and those are not there. Every line is one.
        return false;
    }
    let height = last.bbox.height().max(next.bbox.height());
    if on_one_row(&last.bbox, &next.bbox) {
        let gap = next.bbox.x0() - last.bbox.x1();
        return gap >= -0.01 && gap <= ROW_GAP * height * height_over_width;
    }
    let similar = next.size <= last.size * SAME_SIZE && last.size <= next.size * SAME_SIZE;
    let beside = around.is_none_or(|all| all.overlap_x(&next.bbox) <= 0.0);
    let gap = next.bbox.y0() - last.bbox.y1();
    similar
        && last.bold == next.bold
        && next.mark == Mark::None
        && !begins_paragraph(open, next, height_over_width)
        && !beside
        && gap > -0.5 * height
        && gap <= LINE_GAP * height
}

/// The block of these lines, the first of which is the page's line of that index; `before` is the line read before.
fn block(lines: &[Facts], start: usize, usual: f32, before: Option<&Facts>) -> Option<Block> {
    let first = lines.first()?;
    let bbox = BBox::around(lines.iter().map(|line| &line.bbox))?;
    let words: usize = lines.iter().map(|line| line.words).sum();
    // What stands behind something else on the same row is its value, however large or bold it is.
    let is_value = before.is_some_and(|before| on_one_row(&before.bbox, &first.bbox));
    let worded = lines.iter().any(|line| line.worded);
    let short = lines.len() <= HEADING_LINES && words <= HEADING_WORDS;
    let large = usual > 0.0 && lines.iter().all(|line| line.size >= usual * HEADING_SIZE);
    let heading = short && worded && !is_value && (large || lines.iter().all(|line| line.bold));
    let kind = match (first.table, first.running) {
        (Some(table), _) => BlockKind::Table(table),
        (None, Running::Head) => BlockKind::Header,
        (None, Running::Foot) => BlockKind::Footer,
        // A heading may have a number.
        (None, Running::Not) if heading && first.mark != Mark::Bullet => BlockKind::Heading,
        (None, Running::Not) if first.mark != Mark::None => BlockKind::ListItem,
        (None, Running::Not) => BlockKind::Paragraph,
    };
    let end = start.saturating_add(lines.len());
    Some(Block {
        kind,
        lines: Span::new(start..end),
        bbox,
    })
}

fn on_one_row(a: &BBox, b: &BBox) -> bool {
    a.overlap_y(b) > 0.5 * a.height().min(b.height())
}

fn is_worded(page: &Page, line: &Line) -> bool {
    let is_word = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    line.words.of(&page.words).iter().any(|word| is_word(&word.text))
}

/// For each line, the table it belongs to.
fn lines_of_tables(page: &Page) -> Vec<Option<u32>> {
    let mut table_of_word: Vec<Option<u32>> = vec![None; page.words.len()];
    for (number, table) in (0..).zip(&page.tables) {
        for word in table.cells.iter().flat_map(|cell| &cell.words) {
            if let Some(slot) = usize::try_from(*word)
                .ok()
                .and_then(|word| table_of_word.get_mut(word))
            {
                *slot = Some(number);
            }
        }
    }
    page.lines
        .iter()
        .map(|line| line.words.of(&table_of_word).first().copied().flatten())
        .collect()
}

/// The size most of the page's characters have.
fn usual_size(page: &Page) -> f32 {
    let mut sizes: Vec<(f32, usize)> = page
        .words
        .iter()
        .filter(|word| word.size > 0.0)
        .map(|word| (word.size, word.text.len()))
        .collect();
    sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: usize = sizes.iter().map(|(_, length)| length).sum();
    let mut before = 0;
    for (size, length) in sizes {
        before += length;
        if count(before) * 2.0 >= count(all) {
            return size;
        }
    }
    0.0
}

/// What opens a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Bullet,
    /// A number or letter with a dot or bracket.
    Number,
    None,
}

/// The mark of an entry of a list at the start of the line. It may be a line of its own beside the `next` one.
fn mark_of(page: &Page, line: &Line, next: Option<&Line>) -> Mark {
    let words = line.words.of(&page.words);
    let Some(first) = words.first() else {
        return Mark::None;
    };
    let followed = words.len() > 1
        || next.is_some_and(|next| next.bbox.x0() > line.bbox.x1() && on_one_row(&line.bbox, &next.bbox));
    let mark = first.text.as_str();
    if !followed {
        return Mark::None;
    }
    if BULLETS.contains(&mark) {
        return Mark::Bullet;
    }
    let inner = mark.strip_prefix('(').unwrap_or(mark);
    let Some(inner) = inner.strip_suffix(')').or_else(|| inner.strip_suffix('.')) else {
        return Mark::None;
    };
    let numbered = !inner.is_empty() && inner.len() <= 2 && inner.bytes().all(|b| b.is_ascii_digit());
    let lettered = inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_lowercase());
    let roman =
        !inner.is_empty() && inner.len() <= 4 && inner.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
    if numbered || lettered || roman {
        Mark::Number
    } else {
        Mark::None
    }
}
