//! Whether all rows of a table were read: the numbers that count its entries must have no gap.

use super::body::{Entry, PageOf};
use super::header::Header;
use crate::layout::ask::Ask;

/// Fewer numbers than this count nothing.
const LEAST: usize = 3;
/// Steps in which entries are counted: 1, 2, 3 or 10, 20, 30.
const STEPS: [u32; 4] = [1, 5, 10, 100];

/// The number that an entry begins with, where the first column counts entries.
pub(crate) fn number_of(
    page: &PageOf<'_, '_>,
    header: &Header,
    columns: &[Ask<'_>],
    entry: &Entry,
) -> Option<u32> {
    let first = entry.main.pieces.iter().min_by(|a, b| {
        let left =
            |piece: &super::body::Piece| page.view.segment(piece.part.segment).map_or(0.0, |s| s.place.x0);
        left(a).total_cmp(&left(b))
    })?;
    let asked = header.headings.get(first.heading)?.column;
    let counts_other = asked
        .and_then(|(column, _)| columns.get(column))
        .is_some_and(|ask| ask.want.is_numeric() && !ask.is(&["position"]));
    if first.heading > 0 || counts_other {
        return None;
    }
    let segment = page.view.segment(first.part.segment)?;
    let word = segment.slice(first.part.from, first.part.from + 1);
    word.trim_matches(|c: char| !c.is_alphanumeric()).parse().ok()
}

/// The numbers that are missing between those of the entries, where they count in even steps.
pub(crate) fn gaps(numbers: &[Option<u32>]) -> Vec<u32> {
    let known: Option<Vec<u32>> = numbers.iter().copied().collect();
    let Some(known) = known.filter(|known| known.len() >= LEAST) else {
        return Vec::new();
    };
    let pairs = || known.iter().zip(known.iter().skip(1));
    let steps: Option<Vec<u32>> = pairs()
        .map(|(a, b)| b.checked_sub(*a).filter(|step| *step > 0))
        .collect();
    let Some(steps) = steps else { return Vec::new() };
    let Some(step) = steps.iter().copied().min().filter(|step| STEPS.contains(step)) else {
        return Vec::new();
    };
    let even = steps.iter().all(|found| found % step == 0);
    let usual = steps.iter().filter(|found| **found == step).count();
    let missing: u32 = steps
        .iter()
        .map(|found| (found / step).saturating_sub(1))
        .fold(0, u32::saturating_add);
    let few = usize::try_from(missing).is_ok_and(|missing| missing < known.len());
    if !even || !few || usual * 2 < steps.len() {
        return Vec::new();
    }
    pairs()
        .flat_map(|(a, b)| (1..(b - a) / step).map(move |at| a + at * step))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(numbers: &[u32]) -> Vec<u32> {
        gaps(&numbers.iter().copied().map(Some).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_that_count_have_no_gap() {
        assert_eq!(missing(&[1, 2, 4, 5]), [3]);
        assert_eq!(missing(&[10, 20, 30, 60]), [40, 50]);
        assert_eq!(missing(&[1, 2, 3]), [0; 0]);
    }

    #[test]
    fn other_numbers_count_nothing() {
        for numbers in [
            &[1, 2][..],
            &[3, 1, 2],
            &[7, 7, 7],
            &[100_245, 100_246, 999_999],
            &[2, 9, 31, 32],
        ] {
            assert_eq!(missing(numbers), [0; 0], "{numbers:?}");
        }
        assert_eq!(gaps(&[Some(1), None, Some(3), Some(4)]), [0; 0]);
    }
}
