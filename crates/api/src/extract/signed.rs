//! Permissions that stand in the address.

use serde::Deserialize;

use crate::signing::SignedQuery;

/// The permission, as it stands in the address.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Permission {
    /// Until when, in seconds since 1970-01-01.
    #[param(minimum = 0)]
    expires: Option<i64>,
    /// Signature over method, object and expiry.
    #[param(min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]+$")]
    signature: Option<String>,
}

impl Permission {
    /// The permission, where it is there as a whole.
    pub fn whole(self) -> Option<SignedQuery> {
        let Self { expires, signature } = self;
        Some(SignedQuery {
            expires: expires?,
            signature: signature?,
        })
    }
}
