//! All readers at once.

use crate::reading::{self, Line, Reading, Style};

/// Every typed reading of a line.
pub(crate) fn read_all(line: &Line, style: &Style) -> Vec<Reading> {
    let mut all = reading::read_dates(line, style);
    all.extend(reading::read_times(line));
    all.extend(reading::read_numbers(line, style));
    all.extend(reading::currencies::read_currencies(line));
    all
}
