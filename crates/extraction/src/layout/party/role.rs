//! Whose block it is, and whose section of the page a value stands in.

use super::block::Block;
use crate::layout::labels::Hit;
use crate::layout::rect::Rect;
use crate::layout::view::{Segment, View};

/// A label speaks for a block below it up to this distance, in line heights.
const HEADING_ABOVE: f64 = 6.0;
/// The part of a letter's first page that holds its addresses, from the top.
const HEAD: f64 = 0.36;
/// Lines of so many words are running text.
const PROSE_LINE: usize = 9;
/// How sure a block is whose section says whose it is, at least.
const IN_SECTION: f64 = 0.65;
/// A section heading speaks for what stands below it up to this distance.
const SECTION: f64 = 14.0;

/// How sure it is that a block is a party's, by role; the best first.
pub(crate) fn roles(view: &View<'_>, hits: &[Hit], block: &Block, all: &[Block]) -> Vec<(String, f64)> {
    let mut found: Vec<(String, f64)> = Vec::new();
    let mut add = |role: &str, strength: f64| match found.iter_mut().find(|(known, _)| known == role) {
        Some((_, known)) => *known = known.max(strength),
        None => found.push((role.to_owned(), strength)),
    };
    let named = nearest_heading(view, hits, block);
    if let Some((role, strength)) = &named {
        add(role, *strength);
    }
    if named.is_none()
        && let Some((role, strength)) = section(hits, view.unit, &block.place)
    {
        add(&role, IN_SECTION + 0.3 * strength);
    } else if named.is_none() {
        // Down a page of running text, places say little; at its head it may still be a letter.
        let head = block.place.center_y() < HEAD * view.height;
        let trust = match (is_prose(view), head) {
            (false, _) => 1.0,
            (true, true) => 0.85,
            (true, false) => 0.5,
        };
        for (role, strength) in by_place(view, block, all) {
            add(role, strength * trust);
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

/// Whether most of the page's words stand in long lines.
fn is_prose(view: &View<'_>) -> bool {
    let words = |long: bool| -> usize {
        let lines = view.segments.iter().map(Segment::len);
        lines.filter(|length| (*length >= PROSE_LINE) == long).sum()
    };
    words(true) > words(false)
}

/// The party in whose section the block stands, with how surely.
fn section(hits: &[Hit], unit: f64, place: &Rect) -> Option<(String, f64)> {
    let headings = Sections::new(hits).into_places();
    let (role, strength) = strongest_section(&headings, unit, place)?;
    (strength > 0.25).then(|| (role.to_owned(), strength))
}

/// The party label that heads the block: inside its first line, above it, or left of it.
fn nearest_heading(view: &View<'_>, hits: &[Hit], block: &Block) -> Option<(String, f64)> {
    let mut best: Option<(String, f64)> = None;
    for hit in hits {
        let Some(role) = &hit.party else { continue };
        let strength = heading_strength(view, &hit.place, hit, &block.place);
        if strength > best.as_ref().map_or(0.0, |(_, known)| *known) {
            best = Some((role.clone(), strength));
        }
    }
    best
}

fn heading_strength(view: &View<'_>, label: &Rect, hit: &Hit, block: &Rect) -> f64 {
    let unit = view.unit;
    // "Adresse du client": the label may end its line.
    let whole = hit.before == 0 || (hit.after == 0 && hit.before <= 3);
    let above = label.gap_to_below(block) / unit;
    let under = label.overlap_x(block) > 0.0
        || (label.x0 - block.x0).abs() < 6.0 * unit && label.x0 <= block.x0 + unit;
    let inside = label.overlap_y(block) > 0.0;
    if inside && label.x1 <= block.x0 + unit {
        let gap = label.gap_to_right(block) / unit;
        return if gap < 25.0 && whole {
            0.9 - 0.01 * gap.max(0.0)
        } else {
            0.0
        };
    }
    if inside && label.overlap_x(block) > 0.0 {
        return if whole { 0.85 } else { 0.0 };
    }
    if !under || !whole || !(-0.5..HEADING_ABOVE).contains(&above) {
        return 0.0;
    }
    0.95 - 0.08 * above.max(0.0)
}

/// Where letters carry sender and receiver.
fn by_place(view: &View<'_>, block: &Block, all: &[Block]) -> Vec<(&'static str, f64)> {
    let (x, y) = (block.place.x0 / view.width, block.place.center_y() / view.height);
    let first = view.page.number == 1;
    let under_sender_line = all.iter().any(|other| {
        other.inline
            && other.view == block.view
            && (0.0..8.0).contains(&(other.place.gap_to_below(&block.place) / view.unit))
            && (other.place.x0 - block.place.x0).abs() < 6.0 * view.unit
    });
    if block.inline {
        return vec![("seller", if first { 0.75 } else { 0.6 })];
    }
    if !first {
        return vec![("seller", 0.3)];
    }
    if y > 0.72 {
        return vec![("seller", 0.6)];
    }
    if block.contact {
        // Letters tell how to reach who sends them.
        return vec![("seller", 0.65), ("buyer", 0.3)];
    }
    if under_sender_line {
        return vec![("buyer", 0.85)];
    }
    let window = x < 0.5 && (0.08..0.36).contains(&y);
    let letterhead = x >= 0.5 && y < 0.3;
    let top = y < 0.12;
    match (window, letterhead, top) {
        (_, _, true) => vec![("seller", 0.55), ("buyer", 0.35)],
        (true, _, _) => vec![("buyer", 0.6), ("seller", 0.35)],
        (_, true, _) => vec![("seller", 0.55), ("buyer", 0.4)],
        _ => vec![("seller", 0.35), ("buyer", 0.35)],
    }
}

/// Party labels that head sections of a page.
pub(crate) struct Sections(Vec<(String, Rect)>);

impl Sections {
    pub(crate) fn new(hits: &[Hit]) -> Self {
        let heads = hits
            .iter()
            .filter(|hit| hit.before == 0 || (hit.after == 0 && hit.before <= 2));
        Self(
            heads
                .filter_map(|hit| Some((hit.party.clone()?, hit.place)))
                .collect(),
        )
    }

    pub(crate) fn into_places(self) -> Vec<(String, Rect)> {
        self.0
    }
}

/// The role whose section the place stands in: the nearest party label above it in its column.
pub(crate) fn section_at<'s>(headings: &'s [(String, Rect)], unit: f64, place: &Rect) -> Option<&'s str> {
    strongest_section(headings, unit, place).map(|(role, _)| role)
}

fn strongest_section<'s>(headings: &'s [(String, Rect)], unit: f64, place: &Rect) -> Option<(&'s str, f64)> {
    let mut best: Option<(&str, f64)> = None;
    for (role, heading) in headings {
        let above = (place.y0 - heading.y0) / unit;
        let left = heading.x0 <= place.x0 + 3.0 * unit;
        if !(-0.5..SECTION).contains(&above) || !left {
            continue;
        }
        let aside = ((place.x0 - heading.x0) / unit).abs() / 40.0;
        let strength = (1.0 - above / SECTION) * (1.0 - aside).max(0.0);
        if best.is_none_or(|(_, known)| strength > known) {
            best = Some((role, strength));
        }
    }
    best.filter(|(_, strength)| *strength > 0.0)
}
