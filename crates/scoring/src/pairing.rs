//! Which row that was found goes with which row that is there.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Alikeness is counted in these parts of one.
const PARTS: f64 = 1e9;

/// Pairs rows with columns so that the sum of their scores is largest (Kuhn and Munkres). Scores are not negative; there
/// are as many pairs as the fewer of rows and columns.
pub(crate) fn pairs(rows: usize, columns: usize, score: impl Fn(usize, usize) -> f64) -> Vec<(usize, usize)> {
    if rows == 0 || columns == 0 {
        return Vec::new();
    }
    let weight = |row, column| whole(score(row, column));
    // The method wants no more rows than columns.
    if rows > columns {
        let weights = Matrix::from_fn(columns, rows, |(column, row)| weight(row, column));
        let (_, assigned) = kuhn_munkres(&weights);
        return assigned
            .into_iter()
            .enumerate()
            .map(|(column, row)| (row, column))
            .collect();
    }
    let weights = Matrix::from_fn(rows, columns, |(row, column)| weight(row, column));
    kuhn_munkres(&weights).1.into_iter().enumerate().collect()
}

fn whole(score: f64) -> i64 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "no row has a million fields; `as` saturates"
    )]
    let whole = (score * PARTS).round() as i64;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_decides_not_the_first_that_fits() {
        let scores = [[2.0, 1.9], [1.9, 0.0]];
        let mut found = pairs(2, 2, |row, column| scores[row][column]);
        found.sort_unstable();
        assert_eq!(found, [(0, 1), (1, 0)]);
        assert_eq!(pairs(3, 1, |row, _| if row == 2 { 1.0 } else { 0.0 }), [(2, 0)]);
        assert_eq!(pairs(0, 3, |_, _| 1.0), []);
    }
}
