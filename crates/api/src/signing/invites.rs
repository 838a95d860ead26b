//! Links of invitations.
//!
//! Nothing secret is stored for them: a link is the invitation's id and generation with a tag over both, which nobody
//! makes up without the instance's key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::InviteId;
use url::Url;

use super::{TAG_BYTES, UrlSigner};
use crate::public_url::PublicUrl;

/// Makes links of invitations, and reads them.
#[derive(Debug, Clone)]
pub struct InviteLinks {
    signer: UrlSigner,
    public_url: PublicUrl,
}

/// Which invitation a link is of. Whether that link is still good is known by the invitation's generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invited {
    /// The invitation.
    pub id: InviteId,
    /// Which of its links it is.
    pub generation: u32,
}

impl InviteLinks {
    const PURPOSE: &'static str = "invite";
    /// Characters of what stands in a link: tag, id and generation.
    pub const TOKEN_CHARS: usize = 59;

    /// Links that begin with that address, signed by that signer.
    pub fn new(signer: UrlSigner, public_url: PublicUrl) -> Self {
        Self { signer, public_url }
    }

    /// The link of an invitation.
    pub fn link(&self, id: InviteId, generation: u32) -> Url {
        let (id, generation) = (id.0.to_be_bytes(), generation.to_be_bytes());
        let mut token = self.signer.tag(Self::PURPOSE, &[&id, &generation]).to_vec();
        token.extend(id);
        token.extend(generation);
        let token = URL_SAFE_NO_PAD.encode(token);
        self.public_url.address(&format!("/invite/{token}"))
    }

    /// What the last part of a link says. Nothing where it was not made here.
    pub fn read(&self, token: &str) -> Option<Invited> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (tag, rest) = token.split_at_checked(TAG_BYTES)?;
        let (id, generation) = rest.split_at_checked(size_of::<i64>())?;
        self.signer
            .verify_tag(Self::PURPOSE, &[id, generation], tag)
            .ok()?;
        Some(Invited {
            id: InviteId(i64::from_be_bytes(id.try_into().ok()?)),
            generation: u32::from_be_bytes(generation.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(key: &[u8]) -> InviteLinks {
        let url = Url::parse("https://docent.example.org/api/").unwrap();
        InviteLinks::new(UrlSigner::new(key), url.into())
    }

    fn token(link: &Url) -> &str {
        link.path().strip_prefix("/api/invite/").unwrap()
    }

    #[test]
    fn a_link_says_which_invitation_it_is_of() {
        let links = links(b"key");
        let link = links.link(InviteId(7), 3);
        assert_eq!(token(&link).len(), InviteLinks::TOKEN_CHARS);
        let expected = Invited {
            id: InviteId(7),
            generation: 3,
        };
        assert_eq!(links.read(token(&link)), Some(expected));
    }

    #[test]
    fn nothing_of_a_link_can_be_changed() {
        let genuine = links(b"key");
        let link = genuine.link(InviteId(7), 3);
        let token = token(&link);
        for at in 0..token.len() {
            for other in ["A", "B"] {
                let mut changed = token.to_owned();
                changed.replace_range(at..=at, other);
                if changed != token {
                    assert_eq!(genuine.read(&changed), None, "{changed}");
                }
            }
        }
        let short = token.split_at(58).0;
        for other in ["", "x", short, &format!("{token}A"), &format!("{token}AAAA"), "%"] {
            assert_eq!(genuine.read(other), None, "{other}");
        }
        assert_eq!(links(b"other").read(token), None);
    }
}
