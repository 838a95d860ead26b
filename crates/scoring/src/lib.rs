//! How right extracted values are: predictions against the known answers of a corpus.
//!
//! A case is a document, what is asked of it, and the answers; a prediction is what was read out of the document. [`fields`]
//! counts, field by field, what was found and right, [`Counts`] makes precision, recall and F1 of that, [`Report`] judges
//! many cases and is shown as a table by source, and [`Calibration`] says how far confidence is a probability.
//!
//! The rules are those of the corpus' own `score.py`, down to the text of the table: a test compares both. What they are is
//! said there.
//!
//! Nothing here reads a document, and nothing that extracts may depend on this crate: answers stay on this side.
//!
//! | module | what it is about |
//! |---|---|
//! | `answers` | a case, as far as judging needs it |
//! | `values` | when two values are the same: numbers, truth values, texts |
//! | `dates` | when two dates are |
//! | `compare` | one value against another: exactly, loosely, and how much of it |
//! | `pairing` | which row found goes with which row that is there |
//! | `fields` | what is counted for a case whose values are asked for |
//! | `others` | what for one whose text is, or that is hostile |
//! | `counts` | precision, recall and F1 |
//! | `evidence` | what a prediction says of its values |
//! | `calibration` | whether confidence is a probability |
//! | `report`, `table` | all cases together, and the mistakes that tell most |

mod answers;
mod calibration;
mod compare;
mod counts;
mod dates;
mod evidence;
mod fields;
mod others;
mod pairing;
mod report;
mod table;
mod values;

pub use answers::{Answers, Kind, Source};
pub use calibration::{Calibration, Tenth};
pub use counts::Counts;
pub use evidence::{Evidence, Standing};
pub use fields::{Given, Mistake, Outcome, fields};
pub use report::{Finding, Report};
