//! Where the database is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use url::Url;

/// Address of a database. Passwords are not printed.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file: `sqlite:data/docent.db`, `sqlite:///var/lib/docent/docent.db`. Absolute.
    Sqlite(PathBuf),
    /// A server: `postgres://user:password@host/database`.
    Postgres(PostgresUrl),
}

/// Address of a PostgreSQL server and database, perhaps with a password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Url);

/// The text is no address of a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Nothing that we know.
    #[error("the database must be given as sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")]
    Scheme,
    /// No file after `sqlite:`.
    #[error("the database address names no file: write sqlite:PATH, for example sqlite:data/docent.db")]
    NoFile,
    /// It begins as an address of PostgreSQL but does not read as one.
    #[error("the address of the PostgreSQL database cannot be read: {0}")]
    Postgres(url::ParseError),
}

impl DatabaseUrl {
    /// The SQLite database in that file.
    pub fn sqlite(file: &Path) -> Result<Self, DatabaseUrlError> {
        // Absolute, so that neither a change of folder nor a name such as `:memory:` or `file:x` means anything else.
        let absolute = std::path::absolute(file).map_err(|_empty| DatabaseUrlError::NoFile)?;
        Ok(Self::Sqlite(absolute))
    }

    /// Whether it is PostgreSQL: many processes may then share it.
    pub const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

impl PostgresUrl {
    /// The whole address, password included, for one attempt that ends in time.
    pub(crate) fn to_connect(&self, patience: Duration) -> String {
        let mut url = self.0.clone();
        let given = |name| self.0.query_pairs().any(|(key, _)| key == name);
        if !given("connect_timeout") {
            // libpq takes whole seconds, and counts 1 as 2.
            let seconds = patience.as_secs().max(2).to_string();
            url.query_pairs_mut().append_pair("connect_timeout", &seconds);
        }
        if !given("application_name") {
            url.query_pairs_mut().append_pair("application_name", "docent");
        }
        url.into()
    }

    /// The same server with another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(name);
        Self(url)
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let url = Url::parse(text).map_err(DatabaseUrlError::Postgres)?;
            return Ok(Self::Postgres(PostgresUrl(url)));
        }
        let file = text.strip_prefix("sqlite:").ok_or(DatabaseUrlError::Scheme)?;
        let file = file.strip_prefix("//").unwrap_or(file);
        if file.is_empty() || file == ":memory:" {
            return Err(DatabaseUrlError::NoFile);
        }
        Self::sqlite(Path::new(file))
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        if shown.password().is_some() {
            // It fails only for addresses that have no place for a password.
            let _ = shown.set_password(Some("***"));
        }
        // The query may hold a password as well, and nothing that one must see.
        shown.set_query(None);
        shown.fmt(f)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_address_names_a_file() {
        for text in ["sqlite:/data/docent.db", "sqlite:///data/docent.db"] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert_eq!(url, DatabaseUrl::Sqlite("/data/docent.db".into()), "{text}");
        }
        let DatabaseUrl::Sqlite(relative) = "sqlite:docent.db".parse().unwrap() else {
            panic!("not SQLite");
        };
        assert!(relative.is_absolute() && relative.ends_with("docent.db"));
        for text in ["sqlite:", "sqlite://", "sqlite::memory:"] {
            assert_eq!(
                text.parse::<DatabaseUrl>(),
                Err(DatabaseUrlError::NoFile),
                "{text}"
            );
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://ada:s3cret@db.example/docent",
            "postgresql://ada@db.example/docent?password=s3cret",
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            let shown = format!("{url} {url:?}");
            assert!(!shown.contains("s3cret"), "{shown}");
            assert!(shown.contains("db.example"), "{shown}");
        }
    }

    #[test]
    fn an_attempt_to_connect_ends_in_time_unless_the_address_says_otherwise() {
        let patience = Duration::from_secs(5);
        let connect = |text: &str| match text.parse().unwrap() {
            DatabaseUrl::Postgres(url) => url.to_connect(patience),
            DatabaseUrl::Sqlite(_) => panic!("not PostgreSQL"),
        };
        let plain = connect("postgres://db.example/docent");
        assert_eq!(
            plain,
            "postgres://db.example/docent?connect_timeout=5&application_name=docent"
        );
        let given = "postgres:///docent?host=/run/postgresql&connect_timeout=60&application_name=x";
        assert_eq!(connect(given), given);
    }

    #[test]
    fn an_unknown_scheme_says_what_is_known() {
        for text in ["", "docent.db", "mysql://host/db", "postgres:host"] {
            let error = text.parse::<DatabaseUrl>().unwrap_err();
            assert_eq!(error, DatabaseUrlError::Scheme, "{text}");
            assert!(error.to_string().contains("sqlite:PATH"));
        }
    }
}
