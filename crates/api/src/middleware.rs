//! What concerns every request: its id, its span, its headers, the limit of its rate, who sent it, and whether it
//! was sent before.
//!
//! Never permissions: what a caller may do is said by the handler's [`crate::extract::Caller`].

pub mod authenticate;
pub mod client_ip;
pub mod compress;
pub mod context;
pub mod cors;
pub mod head;
pub mod idempotency;
pub mod rate_limit;
