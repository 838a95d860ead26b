//! Personal access tokens: `dct_`, 43 base-62 characters that hold 256 random bits, 6 of checksum.
//!
//! The checksum lets a mistyped or cut token be told without a look at the database, and lets secret scanners be
//! sure of what they found. Only the SHA-256 of a token is ever stored; the token itself is shown once.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::ability::AbilitySet;
use crate::id::{TokenId, UserId, WorkspaceId};
use crate::time::Timestamp;

const PREFIX: &str = "dct_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^43 > 2^256 > 62^42.
const RANDOM_DIGITS: usize = 43;
/// 62^6 > 2^32.
const CHECK_DIGITS: usize = 6;

/// A token in the clear. Prints nothing of itself and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PlainToken(String);

/// The SHA-256 of a token: all that is stored of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

/// The text is not a token. It says nothing of the text, which may be a secret with a slip in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Wrong prefix, length or characters.
    #[error("not a token: expected dct_ and 49 letters and digits")]
    Form,
    /// A character is wrong or two are swapped.
    #[error("the token's checksum does not fit: it was not copied whole")]
    Checksum,
}

impl PlainToken {
    /// Makes a token of 256 random bits.
    pub fn mint(random: [u8; 32]) -> Self {
        let mut number = random;
        let mut digits = [0_u8; RANDOM_DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = divide_by_62(&mut number);
        }
        let mut text = String::with_capacity(PREFIX.len() + RANDOM_DIGITS + CHECK_DIGITS);
        text.push_str(PREFIX);
        text.extend(digits.iter().filter_map(|digit| digit_char(u32::from(*digit))));
        digits.zeroize();
        let check = checksum(&text);
        text.push_str(&check);
        Self(text)
    }

    /// Reads a token; checks form and checksum.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let body = text.strip_prefix(PREFIX).ok_or(TokenError::Form)?;
        let fits = body.len() == RANDOM_DIGITS + CHECK_DIGITS && body.bytes().all(|b| ALPHABET.contains(&b));
        if !fits {
            return Err(TokenError::Form);
        }
        let (signed, check) = text
            .split_at_checked(PREFIX.len() + RANDOM_DIGITS)
            .ok_or(TokenError::Form)?;
        if checksum(signed) != check {
            return Err(TokenError::Checksum);
        }
        Ok(Self(text.to_owned()))
    }

    /// The token itself, to be shown once or sent.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl TokenHash {
    /// Takes a hash that was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainToken(redacted)")
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(redacted)")
    }
}

/// Divides a big-endian number by 62 in place and returns the remainder.
fn divide_by_62(number: &mut [u8; 32]) -> u8 {
    let mut remainder = 0_u16;
    for byte in number.iter_mut() {
        let value = remainder * 256 + u16::from(*byte);
        // Both fit a byte: the remainder is below 62, so value / 62 is below 256.
        *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
        remainder = value % 62;
    }
    u8::try_from(remainder).unwrap_or(u8::MAX)
}

/// The first 32 bits of the SHA-256 of the text, in base 62.
fn checksum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let mut number = digest
        .iter()
        .take(4)
        .fold(0_u32, |n, byte| (n << 8) | u32::from(*byte));
    let mut digits = Vec::with_capacity(CHECK_DIGITS);
    for _ in 0..CHECK_DIGITS {
        digits.extend(digit_char(number % 62));
        number /= 62;
    }
    digits.iter().rev().collect()
}

fn digit_char(digit: u32) -> Option<char> {
    let byte = ALPHABET.get(usize::try_from(digit).ok()?)?;
    Some(char::from(*byte))
}

/// A personal access token as it is listed: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the owner calls it.
    pub name: String,
    /// What it allows.
    pub abilities: AbilitySet,
    /// The one workspace to which it is confined; none for all of the owner's.
    pub workspace_id: Option<WorkspaceId>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Token {
    /// Whether it is good: neither revoked nor at its end.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_minted_token_parses_to_itself(random: [u8; 32]) {
            let token = PlainToken::mint(random);
            prop_assert_eq!(token.reveal().len(), 53);
            prop_assert_eq!(PlainToken::parse(token.reveal()), Ok(token));
        }

        #[test]
        fn different_bits_give_different_tokens(a: [u8; 32], b: [u8; 32]) {
            prop_assume!(a != b);
            prop_assert_ne!(PlainToken::mint(a), PlainToken::mint(b));
        }

        #[test]
        fn no_text_makes_parsing_panic(text: String) {
            let _ = PlainToken::parse(&text);
            let _ = PlainToken::parse(&format!("dct_{text}"));
        }

        #[test]
        fn one_changed_character_is_noticed(random: [u8; 32], at in 4_usize..53) {
            let token = PlainToken::mint(random);
            let mut bytes = token.reveal().as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(PlainToken::parse(&changed), Err(TokenError::Checksum));
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let token = PlainToken::mint([7; 32]);
        assert_eq!(
            format!("{token:?} {:?}", token.hash()),
            "PlainToken(redacted) TokenHash(redacted)"
        );
    }
}
