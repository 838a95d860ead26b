//! What is done, in words.

use serde::Serialize;

/// Says that it is done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Message {
    /// What was done.
    pub message: &'static str,
}
