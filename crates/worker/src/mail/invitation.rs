//! The mail by which somebody is invited.

use std::time::SystemTime;

use domain::id::InviteId;
use domain::role::Role;
use domain::time::Timestamp;
use domain::user::Email;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::{Address, Message};
use url::{Host, Url};

/// What stands in an invitation.
#[derive(Debug)]
pub(crate) struct Invitation {
    pub(crate) id: InviteId,
    pub(crate) generation: u32,
    pub(crate) to: Email,
    pub(crate) role: Role,
    /// The workspace's name.
    pub(crate) workspace: String,
    /// The name of whoever asks; none where the account is gone.
    pub(crate) inviter: Option<String>,
    pub(crate) valid_until: Timestamp,
    /// When it is sent.
    pub(crate) now: Timestamp,
}

/// There is no mail for that.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnwritableError {
    /// Mail cannot be sent to that address.
    #[error("mail knows no such address")]
    Address(#[from] AddressError),
    /// The parts make no mail.
    #[error("the parts make no mail")]
    Message(#[from] lettre::error::Error),
}

impl Invitation {
    /// The mail, as plain text. Names stand where no name can be taken for a header: lettre encodes what is not plain.
    pub(super) fn write(&self, from: &Mailbox, link: &Url) -> Result<Message, UnwritableError> {
        let to = Mailbox::new(None, address(&self.to)?);
        // The same for each try: whoever gets it twice can tell.
        let id = format!("<invite-{}-{}@{}>", self.id, self.generation, from.email.domain());
        // No one is to answer that they are on holiday (RFC 3834).
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let message = Message::builder()
            .from(from.clone())
            .to(to)
            .subject(format!("Invitation to {}", self.workspace))
            .date(SystemTime::from(self.now.as_datetime()))
            .message_id(Some(id))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN)
            .body(self.text(link))?;
        Ok(message)
    }

    fn text(&self, link: &Url) -> String {
        let Self { workspace, role, .. } = self;
        let inviter = self.inviter.as_deref().unwrap_or("Somebody");
        let until = self.valid_until.as_datetime().format("%Y-%m-%d %H:%M UTC");
        format!(
            "{inviter} invites you to the workspace \"{workspace}\" of Docent.\n\
             Your role there will be: {role}.\n\
             \n\
             What to do is said here, until {until}:\n\
             \n\
             {link}\n\
             \n\
             Keep the link to yourself: whoever has it can accept in your place.\n\
             If you do not know what this is about, do nothing.\n"
        )
    }
}

/// The address as every mail server takes it: a domain in other letters than ASCII in the form that DNS has of it.
fn address(email: &Email) -> Result<Address, AddressError> {
    let (user, domain) = email
        .as_str()
        .rsplit_once('@')
        .ok_or(AddressError::MissingParts)?;
    match Host::parse(domain) {
        Ok(Host::Domain(ascii)) => Address::new(user, ascii),
        // An address of the network in brackets.
        _ => Address::new(user, domain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation(workspace: &str, to: &str) -> Invitation {
        let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        Invitation {
            id: InviteId(7),
            generation: 2,
            to: to.parse().unwrap(),
            role: Role::Readonly,
            workspace: workspace.to_owned(),
            inviter: Some("Ada".to_owned()),
            valid_until: now.plus(std::time::Duration::from_hours(24)),
            now,
        }
    }

    fn written(invitation: &Invitation) -> String {
        let link = Url::parse("https://docent.example.org/invite/x").unwrap();
        let from = "Docent <docent@example.org>".parse().unwrap();
        let message = invitation.write(&from, &link).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn it_says_who_invites_whom_to_what_until_when() {
        let mail = written(&invitation("Accounting", "eve@example.org"));
        for part in [
            "From: Docent <docent@example.org>\r\n",
            "To: eve@example.org\r\n",
            "Subject: Invitation to Accounting\r\n",
            "Message-ID: <invite-7-2@example.org>\r\n",
            "Date: Wed, 04 Mar 2026 12:00:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Ada invites you to the workspace \"Accounting\"",
            "Your role there will be: readonly.",
            "until 2026-03-05 12:00 UTC",
            "\r\nhttps://docent.example.org/invite/x\r\n",
        ] {
            assert!(mail.contains(part), "{part}\n{mail}");
        }
    }

    #[test]
    fn no_name_becomes_a_header() {
        // No name holds line breaks; even if one did, it would stay within its header.
        let mail = written(&invitation(
            "A\r\nBcc: mallory@example.org\r\n\r\nText",
            "eve@example.org",
        ));
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("\r\nBcc:"), "{head}");
        assert!(!head.contains("\r\nText"), "{head}");
    }

    #[test]
    fn names_of_all_languages_travel() {
        let mail = written(&invitation("Büro 🧾", "eve@bücher.example"));
        assert!(mail.is_ascii(), "{mail}");
        assert!(mail.contains("To: eve@xn--bcher-kva.example\r\n"), "{mail}");
    }
}
