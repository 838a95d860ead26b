//! What is sent: answers that several endpoints share.
//!
//! Each has the newest shape of the contract, with the older names of the same things beside it, so that clients of
//! either generation find what they look for. Workspaces and templates are sent as `domain` has them.

mod chunk;
mod document;
mod download;
mod event;
mod file;
mod growing;
mod list;
mod member;
mod message;
mod page;
mod result;
mod session;
mod stream;
mod token;

pub use chunk::ChunkBody;
pub use document::{DocumentBody, DocumentMeta, DocumentSource, ParsingBody};
pub use download::download;
pub use event::{ActorBody, EventBody};
pub use file::{DocumentFile, send_file, unchanged};
pub use growing::{Growing, GrowingLinks, GrowingMeta};
pub use list::{Data, PageLinks, Paged};
pub use member::MemberBody;
pub use message::Message;
pub use page::{PageBody, PagePicture, send_picture, unchanged_picture};
pub use result::ResultBody;
pub use session::SessionBody;
pub use stream::streamed_list;
pub use token::TokenBody;
