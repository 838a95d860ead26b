//! Whether values stand where they are said to: the words at each place are read once more.

use domain::evidence::Verdict;
use domain::extraction::Extraction;
use domain::id::DocumentId;
use domain::parsed::ParsedDocument;
use extraction::grounding;
use serde_json::Value;

use super::predict::Run;

/// Values that are said to be grounded or normalised.
#[derive(Debug, Default)]
pub(super) struct Standing {
    values: usize,
    /// Paths of those that are not, by the independent check.
    fallen: Vec<String>,
}

impl Standing {
    /// Checks every value of an extraction from that document.
    pub(super) fn of(extraction: &Extraction, id: DocumentId, parsed: &ParsedDocument) -> Self {
        let mut standing = Self::default();
        let document = |named| Some(parsed).filter(|_| named == id);
        extraction.audit.for_each_leaf(&mut |path, evidence| {
            let said = evidence.verdict;
            if !matches!(said, Verdict::Grounded | Verdict::Normalized) {
                return;
            }
            standing.values += 1;
            let pointer = format!("/{}", path.replace('.', "/"));
            let value = extraction.data.pointer(&pointer).unwrap_or(&Value::Null);
            let found = grounding::verify(&evidence.sources, value, document);
            // What stands there letter for letter can be read, too.
            let agrees = found == Some(said) || found == Some(Verdict::Grounded);
            if !agrees {
                standing.fallen.push(path.to_owned());
            }
        });
        standing
    }
}

/// How many stand, and which do not.
pub(super) fn line(runs: &[Run]) -> String {
    let values: usize = runs.iter().map(|run| run.standing.values).sum();
    let fallen: Vec<String> = runs
        .iter()
        .flat_map(|run| {
            let paths = run.standing.fallen.iter();
            paths.map(move |path| format!("  {} {path}\n", run.case))
        })
        .collect();
    let stand = values.saturating_sub(fallen.len());
    let share = match values {
        0 => "-".to_owned(),
        // Rounded down: all is all.
        values => format!("{} %", 100 * stand / values),
    };
    format!(
        "{stand} of {values} values ({share}) that are said to stand on the page were found there again\n{}",
        fallen.concat()
    )
}
