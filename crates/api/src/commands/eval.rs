//! `docent eval`: predictions for every case of a corpus, and then how right they are.
//!
//! Two steps, in this order. `predict` reads documents and schemas and writes one file a case; what it reads of a case
//! has no field for the answers. `judge` alone reads the answers, and of the rest only what was written.
//!
//! | module | what it does |
//! |---|---|
//! | `case` | a case without its answers |
//! | `read` | what stands in its document: read now, kept from before, or as annotated |
//! | `kept` | what was read, kept for the next run |
//! | `words` | the annotated text of a picture |
//! | `predict` | the predictions, on a few threads |
//! | `clock` | the time of a thread |
//! | `standing` | whether values stand where they are said to |
//! | `times` | how long it took, and the slowest cases |
//! | `asked` | of a schema that is asked of every document: how much of it got a value |
//! | `judge` | the answers, the table, and the worst mistakes |

pub(super) mod asked;
pub(super) mod case;
mod clock;
mod judge;
mod kept;
mod predict;
pub(super) mod read;
mod standing;
mod times;
mod words;

use std::process::ExitCode;

use anyhow::Context;

use self::predict::Predicted;
use crate::cli::Eval;
use crate::config::Settings;

/// Predicts, then judges. Fails where a case could not be run; not over answers that are missing or wrong.
#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "figures are the output of the command; what went wrong is for the person at the terminal"
)]
pub(super) fn run(arguments: &Eval, settings: &Settings) -> anyhow::Result<ExitCode> {
    let cases = case::find(&arguments.cases, &arguments.source)?;
    let predicted = predict::all(&cases, arguments, settings)?;
    let Predicted { runs, failures } = &predicted;
    for failure in failures {
        eprintln!("{failure}");
    }
    eprintln!(
        "{} cases, predictions in {}",
        cases.len(),
        arguments.predictions.display()
    );
    if let Some(file) = &arguments.times {
        let times = serde_json::to_string_pretty(&times::listed(runs))?;
        std::fs::write(file, times + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }

    if arguments.schema.is_some() {
        print!("{}", asked::table(runs));
    } else {
        print!(
            "{}",
            judge::judged(&cases, &arguments.predictions, arguments.worst)
        );
    }
    print!("{}{}", standing::line(runs), times::table(runs));
    anyhow::ensure!(failures.is_empty(), "{} cases could not be run", failures.len());
    Ok(ExitCode::SUCCESS)
}
