//! The table by source, and the mistakes that tell most.

use std::collections::BTreeMap;
use std::fmt;

use crate::case::Outcome;
use crate::counts::Counts;

/// What came out of many cases.
#[derive(Debug, Clone, Default)]
pub struct Report {
    sources: BTreeMap<String, Source>,
}

#[derive(Debug, Clone, Default)]
struct Source {
    counts: Counts,
    cases: u32,
    /// Cases without a mistake.
    all_right: u32,
    /// Fields that the documents do not hold, and those of them that got a value.
    invented: u32,
}

impl Report {
    /// Takes in a case.
    pub fn add(&mut self, source: &str, outcome: &Outcome) {
        let entry = self.sources.entry(source.to_owned()).or_default();
        entry.counts.add(&outcome.total());
        entry.cases += 1;
        entry.all_right += u32::from(outcome.mistakes.is_empty());
        let invented = outcome
            .mistakes
            .iter()
            .filter(|mistake| mistake.expected.is_null());
        entry.invented += u32::try_from(invented.count()).unwrap_or(u32::MAX);
    }

    /// The counts of each source.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &Counts)> {
        self.sources
            .iter()
            .map(|(name, source)| (name.as_str(), &source.counts))
    }

    /// The plain mean of the sources' F1, so that one with many cases does not drown the others; nothing without sources.
    #[must_use]
    pub fn mean_of_sources(&self) -> Option<f64> {
        let count = u32::try_from(self.sources.len())
            .ok()
            .filter(|count| *count > 0)?;
        let sum: f64 = self.sources.values().map(|source| source.counts.f1()).sum();
        Some(sum / f64::from(count))
    }

    fn all(&self) -> Source {
        let mut all = Source::default();
        for source in self.sources.values() {
            all.counts.add(&source.counts);
            all.cases += source.cases;
            all.all_right += source.all_right;
            all.invented += source.invented;
        }
        all
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(mean) = self.mean_of_sources() else {
            return Ok(());
        };
        writeln!(
            f,
            "{:<20}{:>6}{:>8}{:>9}{:>7}{:>7}{:>10}{:>7}{:>11}{:>11}",
            "source", "cases", "values", "exact P", "R", "F1", "loose F1", "ANLS", "all right", "silent ok"
        )?;
        for (name, source) in &self.sources {
            row(f, name, source)?;
        }
        row(f, "all (micro)", &self.all())?;
        writeln!(f, "mean of sources: exact F1 {mean:.3}")
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, source: &Source) -> fmt::Result {
    let counts = &source.counts;
    let empty = counts.silent + source.invented;
    let silent = if empty == 0 {
        "-".to_owned()
    } else {
        format!("{}/{empty}", counts.silent)
    };
    writeln!(
        f,
        "{name:<20}{:>6}{:>8}{:>9.3}{:>7.3}{:>7.3}{:>10.3}{:>7.3}{:>11.3}{silent:>11}",
        source.cases,
        counts.values,
        counts.precision(),
        counts.recall(),
        counts.f1(),
        counts.loose_f1(),
        counts.parts / f64::from(counts.values.max(1)),
        f64::from(source.all_right) / f64::from(source.cases.max(1)),
    )
}
