//! Mail: how it is sent, and by whom.
//!
//! Mail goes out as a job, so that no request waits for a mail server and none is lost with a process.

mod invitation;
mod smtp_url;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use domain::id::InviteId;
use lettre::message::Mailbox;
use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use url::Url;

pub(crate) use invitation::{Invitation, UnwritableError};
pub use smtp_url::{SmtpUrl, SmtpUrlError};

/// Longest wait for a mail server to answer a command.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends mail.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: MailFrom,
    invite_link: InviteLink,
}

/// Makes the link of an invitation of that generation. It is signed, which is the API's to do.
pub type InviteLink = Arc<dyn Fn(InviteId, u32) -> Url + Send + Sync>;

/// Whom mail is from: `Docent <docent@example.org>`, or the address alone.
#[derive(Debug, Clone)]
pub struct MailFrom(Mailbox);

/// The text is no sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address, or a name with an address: Docent <docent@example.org>")]
pub struct MailFromError;

impl FromStr for MailFrom {
    type Err = MailFromError;

    fn from_str(text: &str) -> Result<Self, MailFromError> {
        text.parse().map(Self).map_err(|_error| MailFromError)
    }
}

impl fmt::Display for MailFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A mail was not sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    /// It is for an address, or of a kind, that the server does not take: it never will.
    #[error("the mail server refuses the mail")]
    Refused(#[source] smtp::Error),
    /// The server is away, busy, or does not know us. That may pass.
    #[error("the mail server takes no mail")]
    Unavailable(#[source] smtp::Error),
    /// There is no mail for that.
    #[error("the mail cannot be written")]
    Unwritable(#[from] UnwritableError),
}

impl MailError {
    /// Whether trying again would change nothing.
    pub(crate) const fn is_final(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Unwritable(_))
    }
}

impl From<smtp::Error> for MailError {
    fn from(error: smtp::Error) -> Self {
        // Credentials that are wrong are the operator's to correct, and no fault of the mail.
        let is_login = error
            .status()
            .is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538));
        if error.is_permanent() && !is_login {
            Self::Refused(error)
        } else {
            Self::Unavailable(error)
        }
    }
}

impl Mailer {
    /// Sends by that server, from that sender. Connects when there is mail to send.
    pub fn new(server: &SmtpUrl, from: MailFrom, invite_link: InviteLink) -> Result<Self, SmtpUrlError> {
        let transport = server.transport()?.timeout(Some(TIMEOUT)).build();
        Ok(Self {
            transport,
            from,
            invite_link,
        })
    }

    /// Sends an invitation.
    pub(crate) async fn send_invitation(&self, invitation: &Invitation) -> Result<(), MailError> {
        let link = (self.invite_link)(invitation.id, invitation.generation);
        self.send(invitation.write(&self.from.0, &link)?).await
    }

    async fn send(&self, message: Message) -> Result<(), MailError> {
        self.transport.send(message).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        for (text, shown) in [
            ("docent@example.org", "docent@example.org"),
            ("Docent <docent@example.org>", "Docent <docent@example.org>"),
        ] {
            assert_eq!(text.parse::<MailFrom>().unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "docent",
            "Docent <docent>",
            "a@example.org\r\nBcc: b@example.org",
        ] {
            assert!(bad.parse::<MailFrom>().is_err(), "{bad}");
        }
    }
}
