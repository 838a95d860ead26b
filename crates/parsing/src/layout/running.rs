//! Running heads and feet: what repeats in the same place from page to page.

use std::collections::HashMap;

use domain::parsed::{Line, Page};

use super::count;

/// The head and the foot of a page are this part of its height.
const MARGIN: f64 = 0.12;

/// A line must stand at the same height within this part of the page's.
const SAME_HEIGHT: f64 = 0.015;

/// A line counts as running when at least this part of the pages has it: left and right pages may have different ones.
const SHARE: f64 = 0.3;

/// Of equal lines on one page no more than these are compared.
const MOST_A_PAGE: usize = 20;

/// What a line is in the run of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Running {
    Head,
    Foot,
    Not,
}

/// For each page, for each of its lines, whether it is running.
pub(crate) fn find(pages: &[Page]) -> Vec<Vec<Running>> {
    // Heights at which each text stands, page by page.
    let mut seen: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
    for (number, page) in pages.iter().enumerate() {
        for (text, height) in page.lines.iter().filter_map(|line| key(page, line)) {
            let places = seen.entry(text).or_default();
            // One a page at each height is enough.
            let known = places.iter().rev().take_while(|place| place.0 == number);
            if known.take(MOST_A_PAGE).all(|place| !is_near(place.1, height)) {
                places.push((number, height));
            }
        }
    }
    let enough = |times: usize| times >= 2 && count(times) >= SHARE * count(pages.len());
    let is_running = |page: &Page, line: &Line| {
        key(page, line).is_some_and(|(text, height)| {
            let places = seen.get(&text).map(Vec::as_slice).unwrap_or_default();
            enough(places.iter().filter(|place| is_near(place.1, height)).count())
        })
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

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_HEIGHT
}

fn in_head(line: &Line) -> bool {
    line.bbox.y1() <= MARGIN
}

/// The line's text with its numbers made equal (those of pages differ) and its height on the page; nothing for lines
/// outside of head and foot.
fn key(page: &Page, line: &Line) -> Option<(String, f64)> {
    let in_foot = line.bbox.y0() >= 1.0 - MARGIN;
    if page.size.is_none() || !(in_head(line) || in_foot) {
        return None;
    }
    let mut text = String::new();
    for c in page.line_text(line).chars() {
        if !c.is_numeric() {
            text.push(c);
        } else if !text.ends_with('0') {
            text.push('0');
        }
    }
    Some((text, line.bbox.center_y()))
}

#[cfg(test)]
mod tests {
    use domain::parsed::BlockKind;

    use crate::layout::testing::pages;

    /// The texts of the heads and feet of each page.
    fn running(drawings: &[String]) -> Vec<Vec<String>> {
        let drawings: Vec<&str> = drawings.iter().map(String::as_str).collect();
        let of_page = |page: &domain::parsed::Page| {
            let blocks = page.blocks.iter();
            let running = blocks.filter(|block| matches!(block.kind, BlockKind::Header | BlockKind::Footer));
            running.map(|block| page.block_text(block)).collect()
        };
        pages(&drawings).iter().map(of_page).collect()
    }

    #[test]
    fn left_and_right_pages_have_heads_of_their_own_and_numbers_grow() {
        let body = "\n\n\n\n\n\n\n\n\n\n\nSomething else on every page: ";
        let pages: Vec<String> = (7..13)
            .map(|n| {
                let head = if n % 2 == 0 {
                    "The author"
                } else {
                    "The title of the book"
                };
                let foot = "\n".repeat(48);
                format!("{head}{body}{}{foot}             Page {n}", "x".repeat(n))
            })
            .collect();
        let found = running(&pages);
        assert_eq!(found[0], ["The title of the book", "Page 7"]);
        assert_eq!(found[3], ["The author", "Page 10"]);
    }

    #[test]
    fn what_stands_once_is_not_running() {
        let pages = [
            "A letter".to_owned(),
            "Its second page".to_owned(),
            "Its third".to_owned(),
        ];
        assert!(running(&pages).iter().all(Vec::is_empty));
    }
}
