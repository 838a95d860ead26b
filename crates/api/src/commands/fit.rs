//! `docent fit`: weights of the layout engine learned from documents whose values are known.
//!
//! What the engine weighs in each document is gathered once (`examples`). Then the weights are fitted as many times as
//! there are parts of the makers of documents, each time without one part, whose documents are then read with them
//! (`folds`): how well that goes says what the weights are worth on documents of makers never seen. The weights that are
//! written are fitted to all.
//!
//! | module | what it does |
//! |---|---|
//! | `plan` | who made a document, and which fields documents surely lack |
//! | `known` | the documents with their answers |
//! | `examples` | what is weighed in them, and what of it is right |
//! | `folds` | weights fitted without a part, and what they make of it |

mod examples;
mod folds;
mod known;
mod plan;

use std::process::ExitCode;

use anyhow::Context;
use extraction::{Calibrations, Model, fitting};

use self::examples::Examples;
use self::folds::{Fold, Told};
use self::known::Library;
use self::plan::Plan;
use crate::cli::Fit;
use crate::config::Settings;

/// Fits, cross-validates, and writes the weights.
#[expect(clippy::print_stdout, reason = "the report is the output of the command")]
pub(super) fn run(arguments: &Fit, settings: &Settings) -> anyhow::Result<ExitCode> {
    let plan = Plan::read(&arguments.plan)?;
    let prior = std::fs::read_to_string(&arguments.prior)
        .with_context(|| format!("cannot read {}", arguments.prior.display()))?;
    let prior = Model::from_toml(&prior)?.calibrated(Calibrations::default());
    let library = Library::load(arguments, settings, &plan)?;
    let examples = Examples::of(&library, &prior)?;
    println!(
        "{} documents of {} makers, {} fields weighed",
        library.documents.len(),
        library.makers().len(),
        examples.len()
    );

    let folds = folds::fitted(&library, &examples, &prior, arguments)?;
    let told: Vec<Told> = folds::told(&library, &folds)?;
    let calibrated: Vec<Fold> = folds
        .iter()
        .enumerate()
        .map(|(index, fold)| fold.calibrated(&told, index))
        .collect::<anyhow::Result<_>>()?;
    println!("\nCross-validated: each document read with weights fitted without its maker's.\n");
    print!("{}", folds::report(&library, &calibrated)?);

    let fitted = fitting::fit(&prior, &examples.all(), arguments.hold)?;
    let calibrations = folds::calibrations(&told)?;
    let fitted = fitted.calibrated(calibrations).named(&plan.version);
    println!("\nFitted to all of them, calibrated by the above.\n");
    print!("{}", folds::report(&library, &[Fold::of_all(fitted.clone())])?);
    if let Some(file) = &arguments.weights {
        let text = format!("{HEAD}{}", fitted.to_toml()?);
        std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What stands above the weights.
const HEAD: &str = "\
# Weights of the layout engine's score: of the candidates of a field and \"nothing\", each has the share
# exp(bias + sum(weight * feature)) of all, \"nothing\" being 1. What each feature means stands in src/layout/score.rs.
# A probability is told after its calibration, a line through its logit.
# Written by scripts/fit from the weights in scripts/fitting/prior.toml; see docs/extraction.md.
";
