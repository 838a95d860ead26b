//! Texts and slides of office programs.
//!
//! The newer formats are read here, element by element. undoc, which would read them as well, loses where pages end,
//! keeps text that was moved away, takes a text that repeats itself for an attack and has no bound on how deep tables
//! lie in each other.

mod docx;
mod legacy;
mod package;
mod pieces;
mod pptx;

pub(crate) use docx::parse as parse_docx;
pub(crate) use legacy::{parse_doc, parse_ppt};
pub(crate) use pptx::parse as parse_pptx;
