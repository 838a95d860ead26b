//! Blocks of address lines.

use crate::layout::candidates::Part as Words;
use crate::layout::parties::is_salutation;
use crate::layout::rect::Rect;
use crate::layout::regions::{HitIndex, has_content};
use crate::layout::spans::{PageSpans, Span};
use crate::layout::view::{Segment, View};
use crate::reading::{ReadingKind, looks_like_street};

/// At most so many lines above the line of postcode and town.
const LINES_ABOVE: usize = 5;
/// Lines of a block stand no further apart, in line heights.
const LEADING: f64 = 1.45;
/// The town is sometimes set off from the street by a blank line.
const STREET_LEADING: f64 = 2.6;
/// Left edges of a block's lines differ by no more, in line heights.
const INDENT: f64 = 1.2;

/// Contact lines stand no further below the town, in line heights.
const CONTACT: f64 = 5.0;

/// One line of a block.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) words: Words,
    pub(crate) text: String,
}

/// Lines of an address, top to bottom, the one with postcode and town among them.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) view: usize,
    pub(crate) lines: Vec<Line>,
    /// Index of the line with postcode and town.
    pub(crate) anchor: usize,
    /// The reading of postcode and town.
    pub(crate) town: Span,
    pub(crate) place: Rect,
    /// All on one printed line.
    pub(crate) inline: bool,
    /// Lines with a telephone number, a mail or a web address follow.
    pub(crate) contact: bool,
}

/// The address blocks of a page.
pub(crate) fn blocks(
    view_index: usize,
    view: &View<'_>,
    spans: &PageSpans,
    hits: &HitIndex<'_>,
) -> Vec<Block> {
    let mut found = Vec::new();
    for (index, segment) in view.segments.iter().enumerate() {
        let towns = spans
            .of(index)
            .iter()
            .filter(|span| span.reading.kind == ReadingKind::PostcodeCity);
        let Some(town) = towns.max_by(|a, b| a.specificity.total_cmp(&b.specificity)) else {
            continue;
        };
        if let Some(block) = inline_block(view_index, segment, index, town) {
            found.push(block);
        } else if stands_alone(segment, town) {
            found.extend(stacked_block(view_index, view, spans, hits, index, segment, town));
        }
    }
    found
}

/// Postcode and town make up the line, but for a country before or behind.
fn stands_alone(segment: &Segment, town: &Span) -> bool {
    let others = segment.len().saturating_sub(town.to - town.from);
    others <= 2 || town.to - town.from > others
}

/// An address on one line, its parts set off by marks: a sender's line above an address window, a foot line.
fn inline_block(view: usize, segment: &Segment, index: usize, town: &Span) -> Option<Block> {
    let mut lines: Vec<Line> = Vec::new();
    let mut from = 0;
    let mut anchor = None;
    for word in 0..=segment.len() {
        let text = segment.slice(word, word + 1);
        let mark = word < segment.len() && !has_content(text);
        let ends = word < segment.len() && (text.ends_with(',') || text.ends_with(';'));
        if mark || word == segment.len() {
            push_line(&mut lines, &mut anchor, segment, index, from, word, town);
            from = word + 1;
        } else if ends {
            push_line(&mut lines, &mut anchor, segment, index, from, word + 1, town);
            from = word + 1;
        }
    }
    let anchor = anchor.filter(|anchor| *anchor >= 1 && lines.len() >= 3)?;
    Some(Block {
        view,
        lines,
        anchor,
        town: town.clone(),
        place: segment.place,
        inline: true,
        contact: false,
    })
}

fn push_line(
    lines: &mut Vec<Line>,
    anchor: &mut Option<usize>,
    segment: &Segment,
    index: usize,
    from: usize,
    to: usize,
    town: &Span,
) {
    if from >= to {
        return;
    }
    if from <= town.from && town.from < to {
        *anchor = Some(lines.len());
    }
    let text = segment.slice(from, to).trim_end_matches([',', ';']).to_owned();
    lines.push(Line {
        words: Words {
            segment: index,
            from,
            to,
        },
        text,
    });
}

/// An address on several lines.
fn stacked_block(
    view_index: usize,
    view: &View<'_>,
    spans: &PageSpans,
    hits: &HitIndex<'_>,
    index: usize,
    segment: &Segment,
    town: &Span,
) -> Option<Block> {
    let mut lines = vec![whole_line(segment, index)];
    let mut place = segment.place;
    let mut current = (index, segment);
    while lines.len() <= LINES_ABOVE {
        let Some((above, upper)) = line_above(view, current.1) else {
            break;
        };
        let line = match labelled_part(hits, upper, above) {
            LinePart::Whole => whole_line(upper, above),
            // A name may be a label's word too ("Le Client"), where the label of the block stands above it.
            LinePart::Label if lines.len() < 4 && heads_with_party(view, hits, upper) => {
                whole_line(upper, above)
            }
            LinePart::Behind(from) => {
                let words = Words {
                    segment: above,
                    from,
                    to: upper.len(),
                };
                lines.insert(
                    0,
                    Line {
                        words,
                        text: upper.slice(from, upper.len()).to_owned(),
                    },
                );
                break;
            }
            LinePart::Label => break,
        };
        let other_address = spans
            .of(above)
            .iter()
            .any(|span| span.reading.kind == ReadingKind::PostcodeCity);
        if upper.text.ends_with(':') || other_address || is_other_row(view, hits, upper, above) {
            break;
        }
        place = place.union(&upper.place);
        lines.insert(0, line);
        current = (above, upper);
        if is_salutation(&upper.text) {
            break;
        }
    }
    if lines.len() < 2 {
        return None;
    }
    let anchor = lines.len() - 1;
    Some(Block {
        view: view_index,
        lines,
        anchor,
        town: town.clone(),
        place,
        inline: false,
        contact: has_contact(view, spans, segment),
    })
}

/// Whether a telephone number, a mail or a web address stands right below.
fn has_contact(view: &View<'_>, spans: &PageSpans, town: &Segment) -> bool {
    let rows = view.rows.iter().skip(town.row + 1).take(4);
    rows.flat_map(|row| &row.segments).any(|index| {
        let below = view.segment(*index).is_some_and(|segment| {
            (segment.place.x0 - town.place.x0).abs() < INDENT * view.unit
                && town.place.gap_to_below(&segment.place) < CONTACT * view.unit
        });
        let reaches = |kind| matches!(kind, ReadingKind::Phone | ReadingKind::Email | ReadingKind::Uri);
        below && spans.of(*index).iter().any(|span| reaches(span.reading.kind))
    })
}

/// Whether a party's label stands right above the line.
fn heads_with_party(view: &View<'_>, hits: &HitIndex<'_>, segment: &Segment) -> bool {
    let rows = view.rows.get(..segment.row).unwrap_or_default();
    rows.iter()
        .rev()
        .take(2)
        .flat_map(|row| &row.segments)
        .any(|index| {
            let near = view.segment(*index).is_some_and(|upper| {
                upper.place.gap_to_below(&segment.place) < 2.0 * view.unit
                    && (upper.place.x0 - segment.place.x0).abs() < 4.0 * view.unit
            });
            near && hits.of(*index).any(|hit| hit.party.is_some())
        })
}

fn whole_line(segment: &Segment, index: usize) -> Line {
    Line {
        words: Words {
            segment: index,
            from: 0,
            to: segment.len(),
        },
        text: segment.text.clone(),
    }
}

/// What of a line belongs to the block.
enum LinePart {
    Whole,
    /// From that word on: a label stands before it.
    Behind(usize),
    /// Nothing: it is a label, or a label with another value.
    Label,
}

fn labelled_part(hits: &HitIndex<'_>, segment: &Segment, index: usize) -> LinePart {
    let Some(first) = hits.of(index).find(|hit| hit.from == 0) else {
        return LinePart::Whole;
    };
    let covers = !has_content(segment.slice(first.to, segment.len()));
    match (covers, first.colon) {
        (true, _) => LinePart::Label,
        (false, true) if first.party.is_some() => LinePart::Behind(first.to),
        (false, true) => LinePart::Label,
        (false, false) => LinePart::Whole,
    }
}

/// The line above in the same column: aligned left, or by their middles, without a gap.
fn line_above<'v>(view: &'v View<'_>, segment: &Segment) -> Option<(usize, &'v Segment)> {
    let rows = view.rows.get(..segment.row)?;
    for row in rows.iter().rev().take(6) {
        let mut nearest = None;
        for index in &row.segments {
            let Some(upper) = view.segment(*index) else {
                continue;
            };
            let gap = upper.place.gap_to_below(&segment.place);
            let words: Vec<&str> = upper.text.split(' ').collect();
            let leading = if looks_like_street(&words) > 0.0 {
                STREET_LEADING
            } else {
                LEADING
            };
            if gap > leading * segment.line_height().max(upper.line_height()) {
                continue;
            }
            let aligned = (upper.place.x0 - segment.place.x0).abs() < INDENT * view.unit
                || (upper.place.center_x() - segment.place.center_x()).abs() < 0.5 * view.unit;
            if aligned && gap > -0.6 * segment.line_height() {
                nearest = Some((*index, upper));
            }
        }
        if nearest.is_some() {
            return nearest;
        }
    }
    None
}

/// Whether a label left of the line says that it is no part of a name or an address.
fn is_other_row(view: &View<'_>, hits: &HitIndex<'_>, segment: &Segment, index: usize) -> bool {
    let left = view
        .row_of(segment)
        .rfind(|(other, s)| *other != index && s.place.x1 <= segment.place.x0);
    let Some((other, neighbour)) = left else {
        return false;
    };
    if neighbour.place.gap_to_right(&segment.place) > 25.0 * view.unit {
        return false;
    }
    match hits.of(other).next_back() {
        Some(hit) => !hit.address,
        None => neighbour.text.ends_with(':'),
    }
}
