//! Values as files for other programs: JSON, CSV and XLSX.
//!
//! This is the shape alone, without a database and without HTTP; [`crate::ops::exports`] feeds it a page of results at
//! a time.
//!
//! | What | Module |
//! |---|---|
//! | Which columns and lists a schema makes | [`layout`] |
//! | Results of one or many schemas as one table | [`table`] |
//! | What stands in a cell | [`cell`] |
//! | The evidence, a row a source | [`audit`] |
//! | What is known of a result besides its values | [`metadata`] |
//! | The files themselves | [`csv`], [`json`], [`xlsx`] |

pub mod audit;
pub mod cell;
pub mod csv;
pub mod format;
pub mod json;
pub mod layout;
pub mod metadata;
pub mod table;
pub mod xlsx;

pub use format::Format;
