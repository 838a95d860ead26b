//! How long the cases took, a page.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use super::predict::Run;

/// So many of the slowest are shown.
const SHOWN: usize = 5;

/// The times of a case, as they are written for other programs.
#[derive(Serialize)]
pub(super) struct Times<'r> {
    case: &'r str,
    source: &'r str,
    pages: usize,
    /// Reading the document; where that was kept, how long it took then.
    parse_ms: f64,
    /// CPU time of extraction; null where nothing was extracted.
    extract_ms: Option<f64>,
}

/// Those of all cases.
pub(super) fn listed(runs: &[Run]) -> Vec<Times<'_>> {
    let times = runs.iter().map(|run| Times {
        case: &run.case,
        source: &run.source,
        pages: run.pages,
        parse_ms: ms(run.reading),
        extract_ms: run.extracting.map(ms),
    });
    times.collect()
}

/// The medians, and the slowest cases. Nothing where no document has pages.
pub(super) fn table(runs: &[Run]) -> String {
    let parse = slowest_first(runs, |run| Some(run.reading));
    let extract = slowest_first(runs, |run| run.extracting);
    let mut text = String::new();
    for (what, pages) in [("parse", parse), ("extract", extract)] {
        let Some((median, _)) = pages.get(pages.len() / 2) else {
            continue;
        };
        let slowest: Vec<String> = pages
            .iter()
            .take(SHOWN)
            .map(|(ms, run)| format!("{} {ms:.1}", run.case))
            .collect();
        // A `String` takes everything.
        let _ = writeln!(
            text,
            "ms a page to {what}: median {median:.1}; slowest {}",
            slowest.join(", ")
        );
    }
    text
}

/// Milliseconds a page of the cases that have both.
fn slowest_first<'r>(runs: &'r [Run], time: impl Fn(&Run) -> Option<Duration>) -> Vec<(f64, &'r Run)> {
    let per_page = |run: &'r Run| {
        let pages = u32::try_from(run.pages).ok().filter(|pages| *pages > 0)?;
        Some((ms(time(run)?) / f64::from(pages), run))
    };
    let mut pages: Vec<(f64, &Run)> = runs.iter().filter_map(per_page).collect();
    pages.sort_by(|a, b| b.0.total_cmp(&a.0));
    pages
}

fn ms(time: Duration) -> f64 {
    1e3 * time.as_secs_f64()
}
