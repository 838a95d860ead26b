//! What exists in Docent and what is allowed: the vocabulary of all other crates.
//!
//! Programs that talk to Docent can use it alone: to build and check a template's schema before it is sent, to read
//! results with their evidence, to work with parsed documents. `examples/check_template.rs` shows the first.
//!
//! It never does input or output, knows no database and no HTTP, and starts no thread. Time and random bits are
//! passed in.
//!
//! | Concern | Modules |
//! |---|---|
//! | Who asks and what is allowed | [`user`], [`invite`], [`token`], [`ability`], [`role`], [`access`] |
//! | The tenant and what belongs to it | [`workspace`], [`template`], [`session`], [`document`], [`upload`], [`result`] |
//! | What a template asks for | [`schema`] |
//! | What was read out of a document | [`parsed`], [`parsing`], [`geometry`] |
//! | Values and their proof | [`extraction`], [`evidence`] |
//! | Work and its trail | [`job`], [`event`] |
//! | Ids, names, times, pages of lists, JSON | [`id`], [`hash`], [`name`], [`time`], [`pagination`], [`json`] |

pub mod ability;
pub mod access;
pub mod document;
pub mod event;
pub mod evidence;
pub mod extraction;
pub mod geometry;
pub mod hash;
pub mod id;
pub mod invite;
pub mod job;
pub mod json;
pub mod name;
pub mod pagination;
pub mod parsed;
pub mod parsing;
pub mod password;
pub mod result;
pub mod role;
pub mod schema;
pub mod session;
pub mod template;
pub mod time;
pub mod token;
pub mod upload;
pub mod user;
pub mod workspace;
