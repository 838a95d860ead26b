//! Whether a draft is a table.
//!
//! Columns of figures below names are one; so are words in columns below a head that is set off from them. Forms, with
//! names and values side by side, and texts in columns are not.

use super::draft::{Draft, DraftRow, area_of, is_filled, is_parted};
use super::figures::{is_figure, is_placeholder, is_year};
use crate::area::Area;
use crate::layout::count;
use crate::layout::rules::Rules;

/// In a table of words alone the pieces are no longer than this on average, in ems: else it is text in columns.
const WORDY: f64 = 12.0;

/// A table of words is told by so many lines between its rows, whatever stands in it.
const LINED: usize = 3;

impl Draft<'_> {
    pub(super) fn is_table(&self, rules: &Rules) -> bool {
        let enough = self.enough();
        let full = self.rows.iter().filter(|row| row.filled() >= enough).count();
        let corner_missing = self.head().is_some_and(|head| !is_filled(head, 0));
        let figures: Vec<usize> = (0..self.columns)
            .filter(|column| self.is_of_figures(*column))
            .collect();
        let named = self.head.is_some_and(|head| self.names_columns(head));
        if full < 2 || self.is_form() {
            return false;
        }
        match (self.columns, figures.as_slice()) {
            (0 | 1, _) => false,
            (2, [1] | [_, _]) => named && full >= 3,
            (_, []) if self.is_lined(rules) => named,
            (2, []) => named && full >= 3 && self.is_framed(rules),
            (2, _) => false,
            (_, []) => named && self.head_is_set_off(rules) && full >= 3 && self.mean_length() <= WORDY,
            (_, [_]) => named && (full >= 3 || !corner_missing),
            (_, [_, _, ..]) => named || full >= 3,
        }
    }

    /// Whether the head is in bold and the rest is not, or a line is drawn below it.
    pub(super) fn head_is_set_off(&self, rules: &Rules) -> bool {
        let (Some(head), Some(next)) = (self.head(), self.body().next()) else {
            return false;
        };
        (self.is_bold(head) && !self.is_bold(next)) || is_parted(head, next, rules)
    }

    /// Whether lines are drawn between the rows. In a form most of what stands between two lines is one thing.
    fn is_lined(&self, rules: &Rules) -> bool {
        let mut bands: Vec<Vec<&DraftRow>> = Vec::new();
        for row in &self.rows {
            let open = bands
                .last_mut()
                .filter(|band| !band.last().is_some_and(|above| is_parted(above, row, rules)));
            match open {
                Some(band) => band.push(row),
                None => bands.push(vec![row]),
            }
        }
        let is_full = |band: &&Vec<&DraftRow>| {
            let filled = (0..self.columns).filter(|column| band.iter().any(|row| is_filled(row, *column)));
            filled.count() >= self.enough()
        };
        let full = bands.iter().filter(is_full).count();
        let filled_rows = self
            .rows
            .iter()
            .filter(|row| row.filled() >= self.enough())
            .count();
        bands.len() > LINED
            && count(full) >= 0.8 * count(bands.len())
            && filled_rows <= bands.len().saturating_mul(2)
            && self.head_is_set_off(rules)
    }

    /// Whether lines over the whole width are drawn above and below the head and below the last row.
    fn is_framed(&self, rules: &Rules) -> bool {
        let Some(around) = Area::around(self.rows.iter().map(|row| &row.area)) else {
            return false;
        };
        let (Some(head), Some(next), Some(last)) = (self.head(), self.body().next(), self.rows.last()) else {
            return false;
        };
        let is_drawn = |from: f64, to: f64| {
            rules
                .across(from, to)
                .any(|rule| rule.overlap_x(&around) >= 0.9 * around.width())
        };
        let reach = head.size;
        is_drawn(around.y0 - reach, head.area.center_y())
            && is_drawn(head.area.center_y(), next.area.center_y())
            && is_drawn(last.area.center_y(), around.y1 + reach)
    }

    /// Whether one of the columns holds names with a colon: a form, whose names and values make no table.
    fn is_form(&self) -> bool {
        (0..self.columns.saturating_sub(1)).any(|column| {
            let cells: Vec<String> = self
                .rows
                .iter()
                .filter_map(|row| row.cells.get(column))
                .filter(|cell| !cell.is_empty())
                .map(|cell| self.text(cell))
                .collect();
            count(cells.iter().filter(|text| text.ends_with(':')).count()) > 0.3 * count(cells.len())
        })
    }

    /// Mean length of the filled cells, in ems.
    fn mean_length(&self) -> f64 {
        let lengths: Vec<f64> = self
            .rows
            .iter()
            .flat_map(|row| {
                row.cells
                    .iter()
                    .filter_map(|cell| Some(area_of(self.words, cell)?.width() / row.size))
            })
            .collect();
        if lengths.is_empty() {
            0.0
        } else {
            lengths.iter().sum::<f64>() / count(lengths.len())
        }
    }

    /// Whether the rows down to that one name the columns: words without figures, or years, over all columns but perhaps
    /// one. The corner above the names of the rows may be empty.
    fn names_columns(&self, head: usize) -> bool {
        let rows = self.rows.get(..=head).unwrap_or_default();
        let is_named = |column: usize| {
            rows.iter().any(|row| {
                row.cells
                    .iter()
                    .zip(&row.spans)
                    .enumerate()
                    .any(|(first, (cell, span))| !cell.is_empty() && (first..first + span).contains(&column))
            })
        };
        let named: Vec<bool> = (0..self.columns).map(is_named).collect();
        let missing = named.iter().filter(|named| !**named).count();
        let corner = !named.first().copied().unwrap_or(false) && !self.is_of_figures(0);
        let allowed = usize::from(self.columns > 3) + usize::from(self.columns > 6);
        missing <= allowed.max(usize::from(corner))
            && rows.iter().all(|row| {
                row.cells
                    .iter()
                    .enumerate()
                    .filter(|(_, cell)| !cell.is_empty())
                    .all(|(column, cell)| {
                        let text = self.text(cell);
                        self.is_name(column, &text) && !text.ends_with(':')
                    })
            })
    }

    /// Whether a text may name the column: it is no figure, or a year above figures that are none.
    fn is_name(&self, column: usize, text: &str) -> bool {
        !is_figure(text) && !is_placeholder(text) || is_year(text) && !self.is_of_years(column)
    }

    /// Whether most figures below the head in the column are years.
    fn is_of_years(&self, column: usize) -> bool {
        let cells = self
            .body()
            .filter(|row| !row.across)
            .filter_map(|row| row.cells.get(column));
        let texts: Vec<String> = cells
            .map(|cell| self.text(cell))
            .filter(|text| is_figure(text))
            .collect();
        2 * texts.iter().filter(|text| is_year(text)).count() > texts.len()
    }
}
