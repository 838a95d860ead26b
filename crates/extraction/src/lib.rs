//! Extraction: values for the fields of a schema out of parsed documents, each with the evidence for it.
//!
//! An [`Engine`] takes the documents of a run and a compiled schema and gives an [`Extraction`]: data in the shape of
//! the schema, evidence in the shape of the data, how the schema's checks came out, and warnings. The engine built in
//! is [`Layout`]: no model, no network; the same documents and schema give the same answer. A language model can stand
//! behind the same trait later.
//!
//! What this crate never does: read files, open connections, know of databases or of how documents were parsed. It
//! never reports a value as grounded or normalised that [`grounding::verify`] did not find at its sources, and that
//! check knows nothing of how the value was found.
//!
//! | module | what it holds |
//! |---|---|
//! | [`layout`] | the engine: labels, candidates, score, assignment, tables, parties |
//! | [`fitting`] | weights learned from values that are known to be right |
//! | [`grounding`] | the independent check of a value against the words at its sources |
//! | [`reading`] | dates, amounts, identifiers and the like in a line of words |
//! | [`lexicon`] | what documents call things, in seven languages |

pub mod fitting;
pub mod grounding;
pub mod layout;
pub mod lexicon;
pub mod reading;
#[cfg(test)]
mod testing;

use domain::extraction::Extraction;
use domain::id::DocumentId;
use domain::parsed::ParsedDocument;
use domain::schema::CompiledSchema;

pub use layout::{Calibration, Calibrations, Layout, Model, logit};

/// A document of a run.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Names the document in every source.
    pub id: DocumentId,
    /// Its file name, for people.
    pub name: &'a str,
    /// Hash of the configuration that it was parsed under: chunk ids follow from it.
    pub config_hash: &'a str,
    /// What was read out of it.
    pub parsed: &'a ParsedDocument,
}

/// Something that finds values.
pub trait Engine {
    /// Finds the schema's values in the documents, taken in their order.
    ///
    /// Data and audit have the shape of the schema, null (or an empty list) where nothing was found. Never panics.
    fn extract(&self, documents: &[Input<'_>], schema: &CompiledSchema) -> Extraction;

    /// Names engine, code and weights: results of the same version can be compared, and a result's hash takes it in.
    fn version(&self) -> String;
}

/// Finds the schema's values with the engine that is built in.
pub fn extract(documents: &[Input<'_>], schema: &CompiledSchema) -> Extraction {
    Layout::default().extract(documents, schema)
}

/// The version of the engine that [`extract`] uses: part of a result's hash.
pub fn engine_version() -> String {
    Layout::default().version()
}
