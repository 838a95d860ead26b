//! Addresses that carry their own permission: an HMAC-SHA256 over method, object and expiry. And other things that are
//! given away to be brought back unchanged ([`UrlSigner::tag`]).
//!
//! One key signs on every node (it is kept in the database, or configured), so an address made by one is good at all.

mod invites;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

pub use invites::{InviteLinks, Invited};

/// Length of a tag.
pub const TAG_BYTES: usize = 32;

/// Signs addresses and checks them. Prints nothing of its key.
#[derive(Clone)]
pub struct UrlSigner {
    /// Has taken in the key and nothing else.
    keyed: Hmac<Sha256>,
}

/// What a signature covers.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The one method that is allowed.
    pub method: &'static str,
    /// The one object that is meant: an upload's key, or a document.
    pub object: &'a str,
}

/// Expiry and signature, as they stand in the query of a signed address.
#[derive(Debug, Clone, Deserialize)]
pub struct SignedQuery {
    /// Seconds since 1970-01-01.
    pub expires: i64,
    /// Base64 without padding, in the alphabet for addresses.
    pub signature: String,
}

/// Why a signed address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It was not made with this key, or was changed.
    #[error("the signature does not fit")]
    Invalid,
    /// It is genuine and too old.
    #[error("the address has expired")]
    Expired,
}

impl UrlSigner {
    /// A signer with that key, of any length: it is hashed into the block that HMAC takes.
    pub fn new(key: &[u8]) -> Self {
        let mut block = Key::<Hmac<Sha256>>::default();
        for (to, from) in block.iter_mut().zip(Sha256::digest(key)) {
            *to = from;
        }
        let keyed = Hmac::new(&block);
        block.zeroize();
        Self { keyed }
    }

    /// Signs the grant until that time.
    pub fn sign(&self, grant: Grant<'_>, expires_at: Timestamp) -> SignedQuery {
        let expires = expires_at.unix_seconds();
        let signature = self.mac(grant, expires).finalize().into_bytes();
        SignedQuery {
            expires,
            signature: URL_SAFE_NO_PAD.encode(signature),
        }
    }

    /// Checks a signature, in constant time, and only then its expiry.
    pub fn verify(
        &self,
        grant: Grant<'_>,
        query: &SignedQuery,
        now: Timestamp,
    ) -> Result<(), SignatureError> {
        let signature = URL_SAFE_NO_PAD
            .decode(&query.signature)
            .map_err(|_error| SignatureError::Invalid)?;
        self.mac(grant, query.expires)
            .verify_slice(&signature)
            .map_err(|_error| SignatureError::Invalid)?;
        if query.expires < now.unix_seconds() {
            return Err(SignatureError::Expired);
        }
        Ok(())
    }

    /// A tag over parts, each told from the next. What is signed for one purpose is good for no other: `purpose` is a
    /// word in small letters, where grants begin with a method in capitals.
    pub fn tag(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; TAG_BYTES] {
        self.mac_of_parts(purpose, parts).finalize().into_bytes().into()
    }

    /// Checks a tag, in constant time.
    pub fn verify_tag(
        &self,
        purpose: &'static str,
        parts: &[&[u8]],
        tag: &[u8],
    ) -> Result<(), SignatureError> {
        self.mac_of_parts(purpose, parts)
            .verify_slice(tag)
            .map_err(|_error| SignatureError::Invalid)
    }

    fn mac_of_parts(&self, purpose: &'static str, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        mac.update(purpose.as_bytes());
        mac.update(b"\n");
        for part in parts {
            mac.update(&part.len().to_be_bytes());
            mac.update(part);
        }
        mac
    }

    /// The parts are separated by a character that neither methods nor keys hold.
    fn mac(&self, grant: Grant<'_>, expires: i64) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        mac.update(grant.method.as_bytes());
        mac.update(b"\n");
        mac.update(grant.object.as_bytes());
        mac.update(b"\n");
        mac.update(&expires.to_be_bytes());
        mac
    }
}

impl std::fmt::Debug for UrlSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UrlSigner(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const GRANT: Grant<'_> = Grant {
        method: "PUT",
        object: "tmp/1",
    };

    fn noon() -> Timestamp {
        "2026-03-04T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_signature_is_good_for_its_grant_until_it_expires() {
        let signer = UrlSigner::new(b"key");
        let signed = signer.sign(GRANT, noon().plus(Duration::from_mins(5)));
        assert_eq!(signer.verify(GRANT, &signed, noon()), Ok(()));
        let late = noon().plus(Duration::from_secs(301));
        assert_eq!(signer.verify(GRANT, &signed, late), Err(SignatureError::Expired));
    }

    #[test]
    fn a_tag_is_good_for_its_purpose_and_parts() {
        let signer = UrlSigner::new(b"key");
        let tag = signer.tag("cursor", &[b"ab", b"c"]);
        assert_eq!(signer.verify_tag("cursor", &[b"ab", b"c"], &tag), Ok(()));
        let invalid = Err(SignatureError::Invalid);
        assert_eq!(signer.verify_tag("invite", &[b"ab", b"c"], &tag), invalid);
        assert_eq!(signer.verify_tag("cursor", &[b"a", b"bc"], &tag), invalid);
        assert_eq!(signer.verify_tag("cursor", &[b"ab", b"c"], &[]), invalid);
        assert_eq!(
            UrlSigner::new(b"other").verify_tag("cursor", &[b"ab", b"c"], &tag),
            invalid
        );
    }

    #[test]
    fn nothing_of_it_can_be_changed() {
        let signer = UrlSigner::new(b"key");
        let signed = signer.sign(GRANT, noon());
        let invalid = Err(SignatureError::Invalid);
        let other_object = Grant {
            object: "tmp/2",
            ..GRANT
        };
        let other_method = Grant {
            method: "GET",
            ..GRANT
        };
        assert_eq!(signer.verify(other_object, &signed, noon()), invalid);
        assert_eq!(signer.verify(other_method, &signed, noon()), invalid);
        let longer = SignedQuery {
            expires: signed.expires + 1,
            ..signed.clone()
        };
        assert_eq!(signer.verify(GRANT, &longer, noon()), invalid);
        for signature in ["", "AAAA", "not base64!", signed.signature.split_at(1).1] {
            let forged = SignedQuery {
                signature: signature.to_owned(),
                ..signed.clone()
            };
            assert_eq!(signer.verify(GRANT, &forged, noon()), invalid, "{signature}");
        }
        assert_eq!(UrlSigner::new(b"other").verify(GRANT, &signed, noon()), invalid);
    }
}
