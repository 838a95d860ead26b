//! Passwords of documents while they wait to be used: sealed, so that whoever reads the database or a backup of it
//! learns none.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::error::Unspecified;
use domain::id::WorkspaceId;
use domain::password::DocumentPassword;

/// What the instance's key is mixed with: a key for this is good for nothing else.
const PURPOSE: &[u8] = b"docent: passwords of documents\0";

/// Seals passwords and opens them again. Prints nothing of its key.
pub struct Passwords {
    key: RandomizedNonceKey,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords(redacted)")
    }
}

/// A password cannot be sealed: the system has no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("cannot seal a password")]
pub struct SealError;

impl Passwords {
    /// With a key that follows from the instance's, which all nodes share.
    pub fn new(instance_key: &[u8]) -> Result<Self, SealError> {
        let mut hash = Context::new(&SHA256);
        hash.update(PURPOSE);
        hash.update(instance_key);
        let key = RandomizedNonceKey::new(&AES_256_GCM, hash.finish().as_ref());
        Ok(Self {
            key: key.map_err(|_unspecified: Unspecified| SealError)?,
        })
    }

    /// The password as it is kept: a nonce, and what only this workspace's documents can be opened with.
    pub fn seal(&self, workspace: WorkspaceId, password: &DocumentPassword) -> Result<Vec<u8>, SealError> {
        let mut sealed = password.reveal().as_bytes().to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(bound_to(workspace), &mut sealed)
            .map_err(|_unspecified: Unspecified| SealError)?;
        Ok([&nonce.as_ref()[..], &sealed].concat())
    }

    /// The password, if it was sealed for this workspace with this key.
    pub fn open(&self, workspace: WorkspaceId, sealed: &[u8]) -> Option<DocumentPassword> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut rest = rest.to_vec();
        let opened = self
            .key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                bound_to(workspace),
                &mut rest,
            )
            .ok()?;
        String::from_utf8(opened.to_vec()).ok()?.try_into().ok()
    }
}

fn bound_to(workspace: WorkspaceId) -> Aad<[u8; 8]> {
    Aad::from(workspace.0.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> DocumentPassword {
        text.to_owned().try_into().unwrap()
    }

    #[test]
    fn a_password_opens_in_its_own_workspace_with_the_same_key_alone() {
        let passwords = Passwords::new(b"the key of an instance").unwrap();
        let sealed = passwords.seal(WorkspaceId(1), &password("open sesame")).unwrap();
        assert!(!sealed.windows(4).any(|four| four == b"open"));
        assert_eq!(
            passwords.open(WorkspaceId(1), &sealed),
            Some(password("open sesame"))
        );
        assert_eq!(passwords.open(WorkspaceId(2), &sealed), None);
        let other = Passwords::new(b"the key of another").unwrap();
        assert_eq!(other.open(WorkspaceId(1), &sealed), None);
        assert_eq!(passwords.open(WorkspaceId(1), b"short"), None);
    }
}
