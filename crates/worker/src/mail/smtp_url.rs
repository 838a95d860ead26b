//! Where mail is handed over.

use std::fmt;
use std::str::FromStr;

use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use url::{Host, Url};

/// A mail server: `smtps://USER:PASSWORD@HOST`, `smtp://USER:PASSWORD@HOST?tls=required` (STARTTLS), or
/// `smtp://localhost` for one that is near. Shows its password to nobody.
#[derive(Clone)]
pub struct SmtpUrl(Url);

/// The text names no mail server that can be used. It says nothing of the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SmtpUrlError {
    /// It is not of the form.
    #[error("expected smtps://USER:PASSWORD@HOST, smtp://USER:PASSWORD@HOST?tls=required or smtp://HOST")]
    Form,
    /// The password would go over the line for everybody to read.
    #[error("a password is sent over an encrypted line only: use smtps://, or smtp://...?tls=required")]
    Readable,
}

impl SmtpUrl {
    /// What sends mail there.
    pub(super) fn transport(&self) -> Result<AsyncSmtpTransportBuilder, SmtpUrlError> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(self.0.as_str()).map_err(|_error| SmtpUrlError::Form)
    }
}

impl FromStr for SmtpUrl {
    type Err = SmtpUrlError;

    fn from_str(text: &str) -> Result<Self, SmtpUrlError> {
        let url = Url::parse(text).map_err(|_error| SmtpUrlError::Form)?;
        // Half of what it takes to log in would be ignored in silence.
        if url.username().is_empty() != url.password().is_none() {
            return Err(SmtpUrlError::Form);
        }
        if url.password().is_some() && !is_private(&url) {
            return Err(SmtpUrlError::Readable);
        }
        let url = Self(url);
        url.transport()?;
        Ok(url)
    }
}

/// Whether nobody reads along: the line is encrypted, or ends on this machine.
fn is_private(url: &Url) -> bool {
    let must_encrypt = url
        .query_pairs()
        .any(|(key, value)| key == "tls" && value == "required");
    let is_near = match url.host() {
        // `smtp:` is no scheme of the web: its host is taken as it is written.
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "smtps" || must_encrypt || is_near
}

/// With the password hidden.
impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if shown.password().is_some() && shown.set_password(Some("hidden")).is_err() {
            return f.write_str("(hidden)");
        }
        shown.fmt(f)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_shown_to_nobody() {
        let url: SmtpUrl = "smtps://docent:open%20sesame@mail.example.org:465"
            .parse()
            .unwrap();
        let shown = format!("{url} {url:?}");
        assert!(
            shown.contains("docent:hidden@mail.example.org:465") && !shown.contains("sesame"),
            "{shown}"
        );
    }

    #[test]
    fn a_password_is_sent_over_encrypted_lines_and_within_this_machine_only() {
        for good in [
            "smtps://u:p@mail.example.org",
            "smtp://u:p@mail.example.org?tls=required",
            "smtp://u:p@127.0.0.1:2525",
            "smtp://u:p@[::1]",
            "smtp://u:p@localhost",
            "smtp://mail.example.org",
            "smtp://mail.example.org:25?tls=opportunistic",
        ] {
            assert!(good.parse::<SmtpUrl>().is_ok(), "{good}");
        }
        for readable in [
            "smtp://u:p@mail.example.org",
            "smtp://u:p@mail.example.org?tls=opportunistic",
        ] {
            assert_eq!(
                readable.parse::<SmtpUrl>().unwrap_err(),
                SmtpUrlError::Readable,
                "{readable}"
            );
        }
    }

    #[test]
    fn what_names_no_mail_server_is_refused_without_being_repeated() {
        for bad in [
            "",
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtps://user-without-password@mail.example.org",
            "smtp://mail.example.org?tls=maybe",
        ] {
            assert_eq!(bad.parse::<SmtpUrl>().unwrap_err(), SmtpUrlError::Form, "{bad}");
        }
    }
}
