//! What concerns every request: its id, its span, its headers, the limit of its rate, and who sent it.
//!
//! Never permissions: what a caller may do is said by the handler's [`crate::extract::Caller`].

pub mod authenticate;
pub mod client_ip;
pub mod context;
pub mod rate_limit;
