//! Where the value of a label may stand: behind it on the same line, right of it, below it, or down its column.

use super::labels::Hit;
use super::rect::Rect;
use super::view::{Segment, View};

/// How far below a label its value may begin, in line heights.
const BELOW: f64 = 4.0;
/// How far below it may stand in a column headed by the label.
const COLUMN: f64 = 60.0;
/// At most so many segments right of a label are looked at, and so many below.
const RIGHT_SEGMENTS: usize = 4;
const BELOW_SEGMENTS: usize = 3;
/// Left edges closer than this many line heights are aligned.
const ALIGNED: f64 = 1.0;

/// How a place stands to a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    /// In the same segment, behind the label: `Total: 5.00`.
    Glued,
    /// On the same line, further right.
    Right,
    /// Below, within a few lines.
    Below,
    /// Further below, in the column that the label heads.
    Column,
}

/// Words that may hold the value of a label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Region {
    pub(crate) segment: usize,
    /// Words `from..to` of the segment.
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// How far text goes on: words that are labels elsewhere may stand in a name, unless a colon follows them.
    pub(crate) text_to: usize,
    pub(crate) relation: Relation,
    /// Distance in line heights.
    pub(crate) gap: f64,
    /// Segments that stand between.
    pub(crate) blocked: usize,
    /// 1 where an edge is shared exactly, 0 where the places only overlap.
    pub(crate) aligned: f64,
}

/// The labels of a page by the segment that they stand in.
pub(crate) struct HitIndex<'h> {
    hits: &'h [Hit],
    by_segment: Vec<Vec<usize>>,
}

impl<'h> HitIndex<'h> {
    pub(crate) fn new(hits: &'h [Hit], segments: usize) -> Self {
        let mut by_segment = vec![Vec::new(); segments];
        for (index, hit) in hits.iter().enumerate() {
            if let Some(list) = by_segment.get_mut(hit.segment) {
                list.push(index);
            }
        }
        Self { hits, by_segment }
    }

    /// The labels in a segment, left to right.
    pub(crate) fn of(&self, segment: usize) -> impl DoubleEndedIterator<Item = &'h Hit> {
        let list = self
            .by_segment
            .get(segment)
            .map(Vec::as_slice)
            .unwrap_or_default();
        list.iter().filter_map(|index| self.hits.get(*index))
    }

    /// Where the next label begins in the segment at or behind the word, or the end of the segment.
    pub(crate) fn next_from(&self, segment: &Segment, index: usize, word: usize) -> usize {
        self.of(index)
            .map(|hit| hit.from)
            .find(|from| *from >= word)
            .unwrap_or(segment.len())
    }

    /// Where the next label with a colon begins.
    pub(crate) fn next_colon(&self, segment: &Segment, index: usize, word: usize) -> usize {
        let mut behind = self.of(index).filter(|hit| hit.from >= word && hit.colon);
        behind.next().map_or(segment.len(), |hit| hit.from)
    }

    /// Whether the segment begins with a label.
    pub(crate) fn starts_with_label(&self, segment: usize) -> bool {
        self.of(segment).next().is_some_and(|hit| hit.from == 0)
    }
}

/// The places where the value of the label may stand, the nearest of each relation first.
pub(crate) fn regions(view: &View<'_>, index: &HitIndex<'_>, hit: &Hit) -> Vec<Region> {
    let Some(segment) = view.segment(hit.segment) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let end = index.next_from(segment, hit.segment, hit.to);
    // `Advertiser External ID:` is a longer label, not an advertiser.
    let longer_label = segment.slice(hit.to, end).ends_with(':') && !hit.colon;
    if has_content(segment.slice(hit.to, end)) && !longer_label {
        found.push(Region {
            segment: hit.segment,
            from: hit.to,
            to: end,
            text_to: index.next_colon(segment, hit.segment, hit.to).max(end),
            relation: Relation::Glued,
            gap: 0.0,
            blocked: 0,
            aligned: 1.0,
        });
    }
    right_of(view, index, hit, segment, &mut found);
    below(view, index, hit, &mut found);
    found
}

fn right_of(view: &View<'_>, index: &HitIndex<'_>, hit: &Hit, segment: &Segment, found: &mut Vec<Region>) {
    if is_bracketed(segment, hit) {
        return;
    }
    // Two labels side by side ("Invoice total net") may both stand for what is right of them, but not where the first
    // has a value of its own.
    let another = index.next_from(segment, hit.segment, hit.to) < segment.len();
    let behind_it = segment.slice(hit.to, segment.len());
    if another && behind_it.contains(|c: char| c == ':' || c.is_ascii_digit()) {
        return;
    }
    let behind = view
        .row_of(segment)
        .filter(|(other, _)| *other != hit.segment)
        .filter(|(_, s)| s.place.x0 >= hit.place.x1);
    let telling = behind.filter(|(_, neighbour)| !is_unit_alone(&neighbour.text));
    for (blocked, (other, neighbour)) in telling.take(RIGHT_SEGMENTS).enumerate() {
        if is_label(neighbour, index, other) {
            // "Advertiser  Name:  Harbour Ltd": the second label says no more than that a name follows.
            if index.of(other).next().is_some_and(|hit| hit.names_name) {
                continue;
            }
            break;
        }
        let from = 0;
        let to = index.next_from(neighbour, other, 1);
        found.push(Region {
            segment: other,
            from,
            to,
            text_to: index.next_colon(neighbour, other, 1).max(to),
            relation: Relation::Right,
            gap: hit.place.gap_to_right(&neighbour.place).max(0.0) / view.unit,
            blocked,
            aligned: 1.0,
        });
    }
}

/// Whether the label stands in brackets, as an aside to another: "Net (excl. VAT)".
fn is_bracketed(segment: &Segment, hit: &Hit) -> bool {
    let before = segment.slice(0, hit.from);
    let own = segment.slice(hit.from, hit.to);
    let depth = |text: &str| text.matches('(').count() > text.matches(')').count();
    depth(before) || own.starts_with('(')
}

/// A currency or a unit between a label and its amount is no value of its own.
fn is_unit_alone(text: &str) -> bool {
    text.chars().count() <= 4
        && !text.chars().any(|c| c.is_ascii_digit())
        && crate::reading::currencies::currency_code(text).is_some()
}

/// A label with a colon, or one that fills its segment, is not another label's value.
fn is_label(segment: &Segment, index: &HitIndex<'_>, at: usize) -> bool {
    let Some(first) = index.of(at).next() else {
        return false;
    };
    first.from == 0 && (first.colon || !has_content(segment.slice(first.to, segment.len())))
}

fn below(view: &View<'_>, index: &HitIndex<'_>, hit: &Hit, found: &mut Vec<Region>) {
    let Some(row) = view.segment(hit.segment).map(|segment| segment.row) else {
        return;
    };
    let mut met = 0;
    for (other, segment) in view
        .rows
        .iter()
        .skip(row + 1)
        .flat_map(|row| &row.segments)
        .filter_map(|other| {
            let segment = view.segment(*other)?;
            Some((*other, segment))
        })
    {
        let gap = hit.place.gap_to_below(&segment.place) / view.unit;
        if gap > COLUMN {
            break;
        }
        if gap < -0.5 || !stands_under(&hit.place, segment, view.unit) {
            continue;
        }
        if index.starts_with_label(other) {
            if met == 0 && gap < 1.5 && index.of(other).next().is_some_and(|label| !label.colon) {
                met += 1;
            }
            continue;
        }
        let relation = if met < BELOW_SEGMENTS && gap <= BELOW {
            Relation::Below
        } else {
            Relation::Column
        };
        let to = index.next_from(segment, other, 0);
        if to > 0 {
            found.push(Region {
                segment: other,
                from: 0,
                to,
                text_to: index.next_colon(segment, other, 0).max(to),
                relation,
                gap: gap.max(0.0),
                blocked: met,
                aligned: alignment(&hit.place, &segment.place, view.unit),
            });
        }
        met += 1;
    }
}

fn stands_under(label: &Rect, segment: &Segment, unit: f64) -> bool {
    label.overlap_x(&segment.place) > 0.3 * label.width().min(segment.place.width())
        || (label.x0 - segment.place.x0).abs() < ALIGNED * unit
        || (label.x1 - segment.place.x1).abs() < ALIGNED * unit
}

/// How well two places share an edge or their middle, 0..=1.
pub(crate) fn alignment(a: &Rect, b: &Rect, unit: f64) -> f64 {
    let apart = [a.x0 - b.x0, a.x1 - b.x1, a.center_x() - b.center_x()];
    let nearest = apart.iter().map(|d| d.abs()).fold(f64::MAX, f64::min);
    (1.0 - nearest / (2.0 * unit)).clamp(0.0, 1.0)
}

/// Anything but punctuation.
pub(crate) fn has_content(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::labels::{Claim, LabelBook};
    use crate::testing::Sketch;

    /// Where the value of "Total" may stand: the relation and the text.
    fn of_total(sketch: Sketch) -> Vec<(Relation, String)> {
        let mut book = LabelBook::default();
        book.claim("total", Claim::new(0, 1.0));
        book.foreign("tax");
        let page = sketch.page();
        let view = View::new(0, &page);
        let hits = book.find(&view);
        let index = HitIndex::new(&hits, view.segments.len());
        let hit = hits.iter().find(|hit| hit.claims_ask(0)).unwrap();
        let text = |region: &Region| {
            view.segments[region.segment]
                .slice(region.from, region.to)
                .to_owned()
        };
        regions(&view, &index, hit)
            .iter()
            .map(|region| (region.relation, text(region)))
            .collect()
    }

    #[test]
    fn a_value_stands_behind_right_of_or_below_its_label() {
        let sketch = Sketch::new(1)
            .text(50.0, 50.0, "Total: 5.00")
            .text(200.0, 50.0, "6.00")
            .text(50.0, 64.0, "7.00")
            .text(50.0, 400.0, "8.00");
        let wanted = [
            (Relation::Glued, "5.00"),
            (Relation::Right, "6.00"),
            (Relation::Below, "7.00"),
            (Relation::Column, "8.00"),
        ];
        assert_eq!(
            of_total(sketch),
            wanted.map(|(relation, text)| (relation, text.to_owned()))
        );
    }

    #[test]
    fn another_label_ends_the_search_to_the_right() {
        let sketch = Sketch::new(1)
            .text(50.0, 50.0, "Total")
            .text(150.0, 50.0, "Tax:")
            .text(250.0, 50.0, "1.00");
        assert_eq!(of_total(sketch), []);
    }

    #[test]
    fn the_beginning_of_a_longer_label_has_no_value_behind_it() {
        let sketch = Sketch::new(1).text(50.0, 50.0, "Total spots:");
        assert_eq!(of_total(sketch), []);
    }
}
