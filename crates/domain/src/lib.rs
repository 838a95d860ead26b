//! What exists in Docent and what is allowed.
pub mod evidence;
pub mod extraction;
pub mod geometry;
pub mod hash;
pub mod id;
pub mod parsed;
pub mod parsing;
pub mod schema;
pub mod time;
