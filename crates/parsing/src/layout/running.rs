//! Running heads and feet: what repeats in the same place from page to page.

use std::collections::HashMap;

use domain::parsed::{Line, Page};

use super::count;

/// The head and the foot of a page are this part of its height.
const MARGIN: f64 = 0.12;

/// A line must stand at the same height within this part of the page's.
const STEPS: f64 = 50.0;

/// A line counts as running when at least this part of the pages has it.
const SHARE: f64 = 0.5;

/// What a line is in the run of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Running {
    Head,
    Foot,
    Not,
}

/// For each page, for each of its lines, whether it is running.
pub(crate) fn find(pages: &[Page]) -> Vec<Vec<Running>> {
    let mut seen: HashMap<(String, i64), usize> = HashMap::new();
    for page in pages {
        let mut keys: Vec<_> = page.lines.iter().filter_map(|line| key(page, line)).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            *seen.entry(key).or_default() += 1;
        }
    }
    let enough = |times: usize| times >= 2 && count(times) >= SHARE * count(pages.len());
    let is_running = |page: &Page, line: &Line| {
        key(page, line)
            .and_then(|key| seen.get(&key))
            .is_some_and(|times| enough(*times))
    };
    pages
        .iter()
        .map(|page| {
            let kind = |line| match is_running(page, line) {
                true if in_head(line) => Running::Head,
                true => Running::Foot,
                false => Running::Not,
            };
            page.lines.iter().map(kind).collect()
        })
        .collect()
}

fn in_head(line: &Line) -> bool {
    line.bbox.y1() <= MARGIN
}

/// The line's text with its digits made equal (page numbers differ) and its height on the page; nothing for lines
/// outside of head and foot.
fn key(page: &Page, line: &Line) -> Option<(String, i64)> {
    let in_foot = line.bbox.y0() >= 1.0 - MARGIN;
    if page.size.is_none() || !(in_head(line) || in_foot) {
        return None;
    }
    let text = page
        .line_text(line)
        .chars()
        .map(|c| if c.is_numeric() { '0' } else { c })
        .collect();
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "0..=50 fits"
    )]
    let step = (line.bbox.center_y() * STEPS).round() as i64;
    Some((text, step))
}
