//! The client itself: where the server is, with which token, for how long a call may take.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use url::Url;

use crate::error::Error;

/// A connection is there within this time or not at all.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// A server that says nothing for so long has gone.
const SILENCE: Duration = Duration::from_mins(1);
/// For how long a call may take where nothing else was said.
const DEADLINE: Duration = Duration::from_mins(5);

/// Speaks to one server with one token. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Docent {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Url,
    pub(crate) authorization: HeaderValue,
    pub(crate) deadline: Duration,
}

impl Docent {
    /// A client of the server at `base_url` (`https://docent.example.org`), with a personal access token.
    /// Sends nothing yet.
    pub fn new(base_url: &str, token: &str) -> Result<Self, Error> {
        let base = address(base_url)?;
        let mut authorization =
            HeaderValue::try_from(format!("Bearer {token}")).map_err(|_hides_the_token| Error::Token)?;
        authorization.set_sensitive(true);
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(SILENCE)
            // The API never leads elsewhere, so a token is not carried elsewhere.
            .redirect(Policy::none())
            .build()
            .map_err(Error::transport)?;
        Ok(Self {
            http,
            base,
            authorization,
            deadline: DEADLINE,
        })
    }

    /// The same with another deadline: that of one call with its repetitions, of one [`Docent::wait`], of one whole
    /// [`Docent::extract`]. Five minutes otherwise.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Ends a piece of work at the deadline. Boxed here: what waits for something that waits for something is large.
    pub(crate) fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        let deadline = self.deadline;
        let ended = tokio::time::timeout(deadline, Box::pin(work));
        async move { ended.await.unwrap_or(Err(Error::Deadline(deadline))) }
    }
}

/// The address of a server, ending in a slash, so that paths are added to it and replace nothing of it.
fn address(base_url: &str) -> Result<Url, Error> {
    let refused = || Error::Address(base_url.to_owned());
    let mut base: Url = base_url.parse().map_err(|_unreadable| refused())?;
    if !matches!(base.scheme(), "http" | "https") {
        return Err(refused());
    }
    if !base.path().ends_with('/') {
        base.set_path(&format!("{}/", base.path()));
    }
    Ok(base)
}

/// Shows where it speaks to, and nothing of the token.
impl fmt::Debug for Docent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Docent")
            .field("base", &self.base.as_str())
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_token_is_printed() {
        let docent = Docent::new("http://127.0.0.1:1", "dct_secret").unwrap();
        assert!(!format!("{docent:?}").contains("secret"));
        let error = Docent::new("http://127.0.0.1:1", "dct_secret\n").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("secret"));
    }

    #[test]
    fn a_base_address_keeps_its_path_and_must_be_of_http() {
        let docent = Docent::new("http://host/docent", "t").unwrap();
        assert_eq!(
            docent.base.join("workspaces").unwrap().as_str(),
            "http://host/docent/workspaces"
        );
        for bad in ["", "host", "ftp://host"] {
            assert!(matches!(Docent::new(bad, "t"), Err(Error::Address(_))), "{bad}");
        }
    }
}
