//! What is sent: answers that several endpoints share.
//!
//! Each has the newest shape of the contract, with the older names of the same things beside it, so that clients of
//! either generation find what they look for. Workspaces and templates are sent as `domain` has them.

mod chunk;
mod document;
mod download;
mod file;
mod growing;
mod list;
mod result;
mod session;
mod stream;

pub use chunk::ChunkBody;
pub use document::{DocumentBody, DocumentMeta, DocumentSource, ParsingBody};
pub use download::download;
pub use file::{DocumentFile, send_file, unchanged};
pub use growing::{Growing, GrowingLinks, GrowingMeta};
pub use list::{Data, PageLinks, Paged};
pub use result::ResultBody;
pub use session::SessionBody;
pub use stream::streamed_list;
