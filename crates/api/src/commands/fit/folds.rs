//! Weights fitted without a part of the makers, and what they make of that part.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::hash::ContentHash;
use extraction::{Calibrations, Model, fitting};
use scoring::{Evidence, Report};

use super::examples::Examples;
use super::known::{Known, Library};
use crate::cli::Fit;
use crate::commands::eval::asked::Asked;

/// Weights that were fitted without some makers.
pub(super) struct Fold {
    model: Model,
    /// The makers left out; all where the fold is of all.
    out: Option<Vec<String>>,
}

/// A value that was given for a document of a maker that the weights had not seen.
pub(super) struct Told {
    fold: usize,
    /// The logit of what was told as its probability.
    logit: f64,
    right: bool,
    in_row: bool,
}

impl Fold {
    /// Weights that are asked of every document.
    pub(super) fn of_all(model: Model) -> Self {
        Self { model, out: None }
    }

    fn reads(&self, known: &Known) -> bool {
        self.out.as_ref().is_none_or(|out| out.contains(&known.maker))
    }

    /// The same weights, calibrated by what was told of the documents of the other folds.
    pub(super) fn calibrated(&self, told: &[Told], index: usize) -> anyhow::Result<Self> {
        let others = told.iter().filter(|told| told.fold != index);
        Ok(Self {
            model: self.model.calibrated(calibrations(others)?),
            out: self.out.clone(),
        })
    }
}

/// Fits the weights once for each part of the makers, without it. Parts follow from the makers' names alone.
pub(super) fn fitted(
    library: &Library,
    examples: &Examples,
    prior: &Model,
    arguments: &Fit,
) -> anyhow::Result<Vec<Fold>> {
    let mut makers: Vec<String> = library.makers().into_iter().map(str::to_owned).collect();
    makers.sort_by_cached_key(|maker| ContentHash::of(maker.as_bytes()).to_string());
    let mut parts: Vec<Vec<String>> = vec![Vec::new(); arguments.folds.clamp(2, makers.len().max(2))];
    let count = parts.len();
    for (index, maker) in makers.into_iter().enumerate() {
        if let Some(part) = parts.get_mut(index % count) {
            part.push(maker);
        }
    }
    parts
        .into_iter()
        .map(|out| {
            let kept = examples.only(|index| {
                let known = library.documents.get(index);
                known.is_some_and(|known| !out.contains(&known.maker))
            });
            let model = fitting::fit(prior, &kept, arguments.hold)?;
            Ok(Fold {
                model,
                out: Some(out),
            })
        })
        .collect()
}

/// Every value that the folds give for the documents that they had not seen.
pub(super) fn told(library: &Library, folds: &[Fold]) -> anyhow::Result<Vec<Told>> {
    let mut all = Vec::new();
    for known in &library.documents {
        for (index, fold) in folds.iter().enumerate().filter(|(_, fold)| fold.reads(known)) {
            let prediction = known.read_with(&fold.model, &known.schema);
            for given in scoring::fields(&known.answers, &prediction)?.given {
                let Some(evidence) = Evidence::of(&prediction, &given.field, given.row) else {
                    continue;
                };
                all.push(Told {
                    fold: index,
                    logit: extraction::logit(evidence.confidence),
                    right: given.right,
                    in_row: given.row.is_some(),
                });
            }
        }
    }
    Ok(all)
}

/// The calibrations under which what was told is likeliest.
pub(super) fn calibrations<'t>(told: impl IntoIterator<Item = &'t Told>) -> anyhow::Result<Calibrations> {
    let told: Vec<&Told> = told.into_iter().collect();
    let of = |in_row: bool| -> Vec<(f64, bool)> {
        let those = told.iter().filter(|told| told.in_row == in_row);
        those.map(|told| (told.logit, told.right)).collect()
    };
    Ok(Calibrations {
        field: fitting::calibrate(&of(false))?,
        row: fitting::calibrate(&of(true))?,
    })
}

/// What the folds make of the documents that they had not seen: the table by source, whether confidence is a
/// probability, and how many of the fields that documents lack got a value.
pub(super) fn report(library: &Library, folds: &[Fold]) -> anyhow::Result<String> {
    let mut report = Report::default();
    for known in &library.documents {
        for fold in folds.iter().filter(|fold| fold.reads(known)) {
            let prediction = known.read_with(&fold.model, &known.schema);
            report.judge(&known.answers, Some(&prediction))?;
        }
    }
    let mut lacking: BTreeMap<&str, Asked> = BTreeMap::new();
    for asked in &library.lacking {
        let Some(known) = library.documents.get(asked.document) else {
            continue;
        };
        for fold in folds.iter().filter(|fold| fold.reads(known)) {
            let prediction = known.read_with(&fold.model, &asked.schema);
            lacking
                .entry(&asked.what)
                .or_default()
                .add(Asked::of(&asked.schema, &prediction));
        }
    }
    let mut text = format!("{report}\n{}\n", report.calibration());
    let mut all = Asked::default();
    // A `String` takes everything.
    for (what, asked) in lacking {
        let _ = writeln!(text, "fields that documents lack, {what}: {asked}");
        all.add(asked);
    }
    let _ = writeln!(text, "fields that documents lack, in all: {all}");
    Ok(text)
}
