//! Recognised words become part of their page.

use domain::parsed::{Page, PageSize, Pair, ParsedDocument, TextOrigin, Word};

use super::{OcrReason, OcrRequest, OcrWord, Recognised};
use crate::area::Area;
use crate::direction::Direction;
use crate::layout::{self, PlacedWord, Sheet};
use crate::{Parsed, chunks};

/// A recognised word of which at least this part lies under a word of the page's own is the same word.
const SAME_PLACE: f64 = 0.3;

/// Pages stand askew by less than this; what is turned further is meant so.
const ASKEW_DEGREES: f64 = 20.0;

/// Below the line that a word of the file's own stands on lies this part of its type.
const DESCENT: f64 = 0.2;

/// Puts recognised words on their pages and finishes the document: blocks, heads and feet, chunks.
/// A page that was not recognised is named in the document's warnings.
pub fn merge(parsed: Parsed, recognised: Vec<Recognised>) -> ParsedDocument {
    let mut document = parsed.document;
    let is_answered = |request: &&OcrRequest| recognised.iter().any(|(page, _)| *page == request.page);
    let unanswered = parsed.ocr.iter().filter(|request| !is_answered(request));
    document
        .warnings
        .extend(unanswered.filter_map(OcrRequest::unanswered));
    for (number, words) in recognised {
        let words = match words {
            Ok(words) => words,
            Err(error) => {
                document.warnings.push(format!("page {number}: {error}"));
                continue;
            }
        };
        let request = parsed.ocr.iter().find(|request| request.page == number);
        let page = document.pages.iter_mut().find(|page| page.number == number);
        if let (Some(request), Some(page)) = (request, page) {
            put(page, request, &words);
        }
    }
    layout::finish(&mut document.pages);
    document.chunks = chunks::make(&document.pages);
    document
}

/// Words replace those of the page, or join them where it has some that count.
fn put(page: &mut Page, request: &OcrRequest, words: &[OcrWord]) {
    let Some(size) = page.size else { return };
    let own: Vec<PlacedWord> = match request.reason {
        OcrReason::Mixed => page.words.iter().map(|word| own(word, size)).collect(),
        OcrReason::Picture | OcrReason::UnknownGlyphs => Vec::new(),
    };
    let mut placed = placed(words, size);
    placed.retain(|word| !own.iter().any(|own| is_under(&word.area, &own.area)));
    if placed.is_empty() {
        return;
    }
    let origin = if own.is_empty() {
        TextOrigin::Ocr
    } else {
        TextOrigin::Mixed
    };
    placed.extend(own);
    let sheet = Sheet {
        number: page.number,
        size,
        origin,
        words: placed,
        rules: Vec::new(),
        pictures: Vec::new(),
    };
    let before = std::mem::replace(page, layout::arrange(sheet, &mut None));
    page.pairs = moved(&before, page);
    (page.rules, page.pictures) = (before.rules, before.pictures);
}

/// The pairs of a page whose words were set anew.
fn moved(before: &Page, page: &Page) -> Vec<Pair> {
    let new_index = |old: &u32| {
        let old = before.words.get(usize::try_from(*old).ok()?)?;
        let same = |word: &Word| word.text == old.text && word.bbox.holds_center_of(&old.bbox);
        u32::try_from(page.words.iter().position(same)?).ok()
    };
    let moved = |pair: &Pair| Pair {
        label: pair.label.iter().filter_map(new_index).collect(),
        words: pair.words.iter().filter_map(new_index).collect(),
        ..pair.clone()
    };
    before.pairs.iter().map(moved).collect()
}

fn is_under(word: &Area, own: &Area) -> bool {
    let all = word.width() * word.height();
    let shared = word.overlap_x(own) * word.overlap_y(own);
    all > 0.0 && shared / all >= SAME_PLACE
}

/// A word that the file itself says, as it was before it was set in lines.
fn own(word: &Word, size: PageSize) -> PlacedWord {
    let area = area(&word.bbox, size);
    let type_size = f64::from(word.size);
    PlacedWord {
        text: word.text.clone(),
        area,
        direction: Direction::RIGHT,
        start: area.x0,
        end: area.x1,
        baseline: area.y1 - DESCENT * type_size,
        size: type_size,
        bold: word.bold,
        hidden: word.hidden,
        confidence: word.confidence,
    }
}

fn area(bbox: &domain::geometry::BBox, size: PageSize) -> Area {
    Area {
        x0: bbox.x0() * size.width,
        y0: bbox.y0() * size.height,
        x1: bbox.x1() * size.width,
        y1: bbox.y1() * size.height,
    }
}

/// Words in points, in the frame of the page: lines of a page that stands askew are laid straight, their boxes stay
/// where they are seen.
fn placed(words: &[OcrWord], size: PageSize) -> Vec<PlacedWord> {
    let askew = askew(words, size);
    words
        .iter()
        .filter_map(|word| {
            let text: String = word
                .text
                .chars()
                .filter(|c| !c.is_whitespace() && !c.is_control())
                .collect();
            let [from, to] = word.baseline.map(|place| straight(points(place, size), askew));
            let (x, y) = (to.0 - from.0, to.1 - from.1);
            let direction = if x == 0.0 && y == 0.0 {
                Direction::RIGHT
            } else {
                nearest_quarter(x, y)
            };
            let (start, baseline) = direction.along_and_across(from.0, from.1);
            let (end, _) = direction.along_and_across(to.0, to.1);
            (!text.is_empty()).then(|| PlacedWord {
                text: unicode_normalization::UnicodeNormalization::nfc(text.as_str()).collect(),
                area: area(&word.bbox, size),
                direction,
                start: start.min(end),
                end: start.max(end),
                baseline,
                size: word.size * size.height,
                bold: false,
                hidden: false,
                confidence: word.confidence.clamp(0.0, 1.0),
            })
        })
        .collect()
}

fn points((x, y): (f64, f64), size: PageSize) -> (f64, f64) {
    (x * size.width, y * size.height)
}

/// Turned back by that angle (radians) about the page's corner.
fn straight((x, y): (f64, f64), askew: f64) -> (f64, f64) {
    let (sin, cos) = askew.sin_cos();
    (x * cos + y * sin, y * cos - x * sin)
}

/// The quarter turn that a nearly straight direction is meant to be, else the direction itself.
fn nearest_quarter(x: f64, y: f64) -> Direction {
    let degrees = y.atan2(x).to_degrees();
    let quarter = (degrees / 90.0).round() * 90.0;
    if (degrees - quarter).abs() > ASKEW_DEGREES {
        return Direction::towards(x, y);
    }
    let (sin, cos) = quarter.to_radians().sin_cos();
    Direction::towards(cos, sin)
}

/// By how much the page stands askew, in radians: the angle to the nearest quarter turn in which half of its words,
/// by their length, stand at least.
fn askew(words: &[OcrWord], size: PageSize) -> f64 {
    let mut angles: Vec<(f64, f64)> = words
        .iter()
        .map(|word| {
            let [from, to] = word.baseline.map(|place| points(place, size));
            let (x, y) = (to.0 - from.0, to.1 - from.1);
            let degrees = y.atan2(x).to_degrees();
            (degrees - (degrees / 90.0).round() * 90.0, x.hypot(y))
        })
        .filter(|(angle, _)| angle.abs() <= ASKEW_DEGREES)
        .collect();
    angles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = angles.iter().map(|(_, length)| length).sum::<f64>() / 2.0;
    let mut passed = 0.0;
    let middle = angles.iter().find(|(_, length)| {
        passed += length;
        passed >= half
    });
    middle.map_or(0.0, |(angle, _)| angle.to_radians())
}

#[cfg(test)]
mod tests {
    use domain::geometry::BBox;

    use super::*;

    const SIZE: PageSize = PageSize {
        width: 600.0,
        height: 800.0,
    };

    /// A word of 10 points on a line through that place, which falls by so many degrees.
    fn word(text: &str, x: f64, y: f64, degrees: f64) -> OcrWord {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (to_x, to_y) = (x + 40.0 * cos, y + 40.0 * sin);
        let fraction = |x: f64, y: f64| (x / SIZE.width, y / SIZE.height);
        OcrWord {
            text: text.to_owned(),
            bbox: BBox::new(
                x / SIZE.width,
                (y.min(to_y) - 8.0) / SIZE.height,
                to_x / SIZE.width,
                y.max(to_y) / SIZE.height,
            ),
            confidence: 0.9,
            baseline: [fraction(x, y), fraction(to_x, to_y)],
            size: 10.0 / SIZE.height,
        }
    }

    fn merged(reason: OcrReason, own: Vec<Word>, words: Vec<OcrWord>) -> Page {
        let page = Page {
            number: 1,
            size: Some(SIZE),
            words: own,
            ..Page::default()
        };
        let request = OcrRequest {
            page: 1,
            size: SIZE,
            reason,
        };
        let parsed = Parsed {
            document: ParsedDocument {
                pages: vec![page],
                ..ParsedDocument::default()
            },
            ocr: vec![request],
            ..Parsed::default()
        };
        let mut document = merge(parsed, vec![(1, Ok(words))]);
        document.pages.remove(0)
    }

    #[test]
    fn lines_of_a_page_that_stands_askew_are_lines() {
        let degrees = 4.0_f64;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let rows = (0..3_u8).flat_map(|row| (0..6_u8).map(move |column| (f64::from(row), f64::from(column))));
        let words = rows.map(|(row, column)| {
            // No columns: it is running text.
            let (x, y) = (column * 50.0 + row * 23.0, row * 14.0);
            let place = (100.0 + x * cos - y * sin, 100.0 + x * sin + y * cos);
            word(&format!("r{row}c{column}"), place.0, place.1, degrees)
        });
        let page = merged(OcrReason::Picture, Vec::new(), words.collect());
        let expected: Vec<String> = (0..3)
            .map(|row| {
                (0..6)
                    .map(|column| format!("r{row}c{column}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        assert_eq!(page.text(), expected.join("\n"));
        assert_eq!(page.origin, TextOrigin::Ocr);
    }

    #[test]
    fn a_stamp_over_a_scan_stays_and_is_not_read_twice() {
        let stamp = Word {
            text: "RECEIVED".into(),
            bbox: BBox::new(0.1, 0.05, 0.2, 0.07),
            size: 12.0,
            bold: true,
            hidden: false,
            confidence: 1.0,
        };
        let recognised = vec![
            word("RECE1VED", 65.0, 52.0, 0.0),
            word("Invoice", 60.0, 200.0, 0.0),
        ];
        let page = merged(OcrReason::Mixed, vec![stamp], recognised);
        assert_eq!(page.text(), "RECEIVED\nInvoice");
        assert_eq!(page.origin, TextOrigin::Mixed);
    }

    #[test]
    fn text_that_nobody_could_read_better_stays() {
        let own = Word {
            text: "?".into(),
            bbox: BBox::new(0.1, 0.05, 0.2, 0.07),
            size: 12.0,
            bold: false,
            hidden: false,
            confidence: 1.0,
        };
        let page = merged(OcrReason::UnknownGlyphs, vec![own.clone()], Vec::new());
        assert_eq!(page.words, [own]);
    }
}
