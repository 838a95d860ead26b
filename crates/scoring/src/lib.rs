//! How right extracted values are: predictions against the known answers of a corpus.
//!
//! A case is a document, a schema and the answers; a prediction is what was extracted from the document by that schema.
//! [`fields`] counts, field by field, what was found and right, [`Counts`] makes precision, recall and F1 of that, and
//! [`Report`] a table by source.
//!
//! Nothing here reads a document, and nothing that extracts may depend on this crate: answers stay on this side.
//!
//! | module | what it is about |
//! |---|---|
//! | `values` | when two values are the same: numbers, truth values, texts |
//! | `dates` | when two dates are |
//! | `compare` | one value against another: exactly, loosely, and how much of it |
//! | `pairing` | which row found goes with which row that is there |
//! | `case` | what is counted for one case |
//! | `counts` | precision, recall and F1 |
//! | `report` | the table, and the mistakes that tell most |

mod case;
mod compare;
mod counts;
mod dates;
mod pairing;
mod report;
mod values;

pub use case::{Answers, Kind, Mistake, Outcome, fields};
pub use compare::{How, Order, Similarity, compare};
pub use counts::Counts;
pub use report::Report;
