//! The layout engine: values by their labels, their form and their place, without a model.
//!
//! A run goes through these steps, each a module:
//!
//! 1. `view` gathers the words of a page into segments and rows, `spans` reads dates, amounts and the like in them
//!    (`scene` holds both for all pages).
//! 2. `ask` and `naming` say what each field wants and how it may be called; `book` puts the labels together
//!    and `labels` finds them on the pages.
//! 3. `tables` builds the rows of repeated groups and of lists of objects.
//!    `forms` reads filled-in forms: boxes with their printed names, boxes to be ticked.
//! 4. `gather` collects the candidates of a field: `regions` says where a label's value may stand, `candidates`
//!    what is there; `parties` adds what address blocks say, `unlabelled` what needs no label,
//!    `till` what receipts print without one, `clauses` what running text says. `features` describes each candidate and
//!    `score` makes a probability of it.
//! 5. `assign` chooses the fields of a group together, `relations` says which values agree.
//! 6. `answer` proves the value by its sources (`sources`, [`crate::grounding`]) and gives reasons;
//!    `elements` says where the elements of lists stand that groups run for,
//!    `derived` lists the checks that follow from what the fields mean, `run` puts everything in the shape of the schema (`slots`), `title` names the result.

mod answer;
mod ask;
mod assign;
mod book;
mod candidates;
mod clauses;
mod derived;
mod elements;
mod features;
mod fold;
mod forms;
mod gather;
mod ground;
mod labels;
mod naming;
mod parties;
mod party;
mod rect;
mod regions;
mod relations;
mod run;
mod scalars;
mod scene;
mod score;
mod slots;
mod sources;
mod spans;
mod stated;
mod tables;
mod terms;
mod till;
mod title;
mod unlabelled;
mod view;
mod warnings;

#[cfg(test)]
mod tests;

use domain::extraction::Extraction;
use domain::schema::CompiledSchema;

use crate::{Engine, Input};

/// Counts up with every change of the engine that may change a result.
const CODE: u32 = 2;

pub use score::{Calibration, Calibrations, Model, WeightsError, logit};

pub(crate) use run::{watch, weigh};
pub(crate) use score::Features;

/// The engine that is built in, with the weights of this build or with others.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'m> {
    model: &'m Model,
}

impl Default for Layout<'_> {
    fn default() -> Self {
        Self {
            model: Model::builtin(),
        }
    }
}

impl<'m> Layout<'m> {
    /// The engine with other weights than those of this build.
    pub fn with(model: &'m Model) -> Self {
        Self { model }
    }
}

impl Engine for Layout<'_> {
    fn extract(&self, documents: &[Input<'_>], schema: &CompiledSchema) -> Extraction {
        run::run(documents, schema, self.model)
    }

    fn version(&self) -> String {
        format!("layout {CODE}, weights {}", self.model.version())
    }
}
