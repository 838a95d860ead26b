//! The checked configuration.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::parsing::ParseConfig;
use ipnet::IpNet;
use storage::DatabaseUrl;
use storage::blobs::{BlobsUrl, S3Options};
use url::Url;
use worker::mail::{MailFrom, SmtpUrl};
use zeroize::Zeroizing;

use super::options::{LogFormat, Options};
use super::units::{Size, Span};
use crate::middleware::cors::Origin;

/// Names of environment variables that begin like ours but are no options: they belong to scripts and tests.
const NOT_OPTIONS: [&str; 5] = [
    "DOCENT_CONFIG",
    "DOCENT_CORPUS",
    "DOCENT_TEST_POSTGRES",
    "DOCENT_TOKEN",
    "DOCENT_URL",
];

/// Everything the program is told from outside, checked. Read once, passed down.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database.
    pub database_url: DatabaseUrl,
    /// Folder for the embedded database and for files.
    pub data_dir: PathBuf,
    /// Where files are kept.
    pub blobs: BlobsUrl,
    /// How the bucket is reached, if files are kept in one.
    pub s3: S3Options,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address by which clients reach the server; none for the listening address.
    pub public_url: Option<Url>,
    /// Requests a minute for one client address; 0 for no limit.
    pub rate_limit: u32,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may use the API from a browser.
    pub cors_origins: Vec<Origin>,
    /// Largest document in bytes.
    pub max_upload_bytes: u64,
    /// Largest JSON body in bytes.
    pub max_body_bytes: u64,
    /// Most files in one batch.
    pub max_batch_files: usize,
    /// How documents are parsed where a template says nothing else.
    pub parse: ParseConfig,
    /// Longest time that parsing one document may take.
    pub parse_timeout: Duration,
    /// Folder of PP-OCR's models; they may be missing.
    pub models: PathBuf,
    /// Most memory that a process which parses may take, in bytes.
    pub parse_memory: u64,
    /// Documents worked on at the same time.
    pub workers: usize,
    /// How long a job is held before its worker must say that it is still there.
    pub lease: Duration,
    /// Key that signs URLs; none for the one kept in the database.
    pub secret_key: Option<SecretKey>,
    /// How invitations are mailed; none where they are not.
    pub mail: Option<MailSettings>,
    /// Longest wait when the server is asked to stop.
    pub shutdown_grace: Duration,
    /// What is logged.
    pub log: String,
    /// Form of the log.
    pub log_format: LogFormat,
    /// Serve the routes for `scripts/bench`.
    pub bench_routes: bool,
}

/// How mail is sent.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Where it is handed over.
    pub server: SmtpUrl,
    /// Whom it is from.
    pub from: MailFrom,
    /// What links in it begin with: nobody who reads them is where the server listens.
    pub public_url: Url,
}

/// A key given by configuration. Prints nothing of itself.
#[derive(Clone, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
pub struct SecretKey(String);

impl SecretKey {
    /// Fewer bytes than this could be guessed.
    const MIN_BYTES: usize = 32;

    /// The bytes to sign with.
    pub fn reveal(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(redacted)")
    }
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is not TOML, or holds an unknown key or a wrong value.
    #[error("the configuration file {path} is wrong: {message}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Where and what.
        message: String,
    },
    /// A value is wrong.
    #[error("{option}: {message}")]
    Value {
        /// The option's key.
        option: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// A variable looks like an option and is none.
    #[error("unknown environment variable {name}; known are {known}")]
    UnknownVariable {
        /// Its name.
        name: String,
        /// All names there are.
        known: String,
    },
}

impl Settings {
    /// Checks the options given by flags and environment, laid over those of the file.
    pub fn load(given: Options, file: Option<&Path>) -> Result<Self, ConfigError> {
        refuse_unknown_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))?;
        let from_file = file.map(read_file).transpose()?.unwrap_or_default();
        Self::check(given.or(from_file))
    }

    /// Checks options and fills in defaults.
    pub fn check(options: Options) -> Result<Self, ConfigError> {
        let data_dir = options.data_dir.unwrap_or_else(|| PathBuf::from("data"));
        let database_url = match options.database_url {
            Some(text) => text.parse().map_err(|error| wrong("database_url", &error))?,
            None => {
                DatabaseUrl::sqlite(&data_dir.join("docent.db")).map_err(|error| wrong("data_dir", &error))?
            }
        };
        let s3 = S3Options {
            // A server on this machine or in a closed network may speak plain HTTP: whoever names it by http:// knows.
            allow_http: options
                .s3_endpoint
                .as_ref()
                .is_some_and(|endpoint| endpoint.scheme() == "http"),
            endpoint: options.s3_endpoint.map(String::from),
            region: options.s3_region,
            virtual_hosted: false,
            access_key_id: options.s3_access_key,
            secret_access_key: options.s3_secret_key.map(Zeroizing::new),
        };
        let blobs = match options.blobs {
            Some(text) => text.parse().map_err(|error| wrong("blobs", &error))?,
            None => BlobsUrl::folder(&data_dir.join("blobs")).map_err(|error| wrong("data_dir", &error))?,
        };
        let defaults = ParseConfig::default();
        let parse = ParseConfig {
            ocr: options.ocr.unwrap_or(defaults.ocr),
            ocr_engine: options.ocr_engine.unwrap_or(defaults.ocr_engine),
            ocr_languages: ocr_languages(options.ocr_languages, defaults.ocr_languages)?,
            max_pages: options.max_pages.unwrap_or(defaults.max_pages).max(1),
        };
        let models = options.models.unwrap_or_else(|| data_dir.join("models"));
        let mail = mail(options.smtp_url, options.mail_from, options.public_url.as_ref())?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            database_url,
            blobs,
            s3,
            data_dir,
            listen: options
                .listen
                .unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)),
            public_url: options.public_url,
            rate_limit: options.rate_limit.unwrap_or(100),
            trusted_proxies: options.trusted_proxies.unwrap_or_default(),
            cors_origins: options.cors_origins.unwrap_or_default(),
            max_upload_bytes: options.max_upload.unwrap_or(Size::megabytes(100)).bytes(),
            max_body_bytes: options.max_body.unwrap_or(Size::megabytes(2)).bytes(),
            max_batch_files: options.max_batch_files.unwrap_or(50),
            parse,
            parse_timeout: options.parse_timeout.unwrap_or(Span::seconds(120)).duration(),
            parse_memory: parse_memory(options.parse_memory)?,
            models,
            workers: options.workers.unwrap_or(cores),
            lease: options.lease.unwrap_or(Span::seconds(30)).duration(),
            secret_key: options.secret_key.map(secret_key).transpose()?,
            mail,
            shutdown_grace: options.shutdown_grace.unwrap_or(Span::seconds(30)).duration(),
            log: options.log.unwrap_or_else(|| "info".to_owned()),
            log_format: options.log_format.unwrap_or(LogFormat::Text),
            bench_routes: options.bench_routes,
        })
    }
}

fn wrong(option: &'static str, error: &dyn std::fmt::Display) -> ConfigError {
    ConfigError::Value {
        option,
        message: error.to_string(),
    }
}

fn read_file(path: &Path) -> Result<Options, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    toml::from_str(&text).map_err(|error| ConfigError::File {
        path: path.to_owned(),
        message: error.to_string(),
    })
}

fn secret_key(text: String) -> Result<SecretKey, ConfigError> {
    if text.len() < SecretKey::MIN_BYTES {
        let message = format!("must have at least {} characters", SecretKey::MIN_BYTES);
        return Err(ConfigError::Value {
            option: "secret_key",
            message,
        });
    }
    Ok(SecretKey(text))
}

/// As a template may name them, too.
fn ocr_languages(given: Option<Vec<String>>, default: Vec<String>) -> Result<Vec<String>, ConfigError> {
    let Some(given) = given else { return Ok(default) };
    let overlaid = ParseConfig::default().overlaid(&serde_json::json!({ "ocr_languages": given }));
    let config = overlaid.map_err(|error| wrong("ocr_languages", &error.message))?;
    Ok(config.ocr_languages)
}

/// With less, not even the program itself fits.
fn parse_memory(size: Option<Size>) -> Result<u64, ConfigError> {
    let least = Size::megabytes(256);
    let size = size.unwrap_or(Size::megabytes(1000)).bytes();
    if size < least.bytes() {
        return Err(wrong("parse_memory", &format!("must be at least {least}")));
    }
    Ok(size)
}

/// All that mail takes, or nothing of it: a part of it is a mistake that would show only when somebody is invited.
fn mail(
    smtp_url: Option<String>,
    mail_from: Option<String>,
    public_url: Option<&Url>,
) -> Result<Option<MailSettings>, ConfigError> {
    let missing = |option: &'static str, message: &'static str| Err(wrong(option, &message));
    let (server, from) = match (smtp_url, mail_from) {
        (None, None) => return Ok(None),
        (Some(server), Some(from)) => (server, from),
        (Some(_), None) => return missing("mail_from", "is needed where smtp_url is set"),
        (None, Some(_)) => return missing("smtp_url", "is needed where mail_from is set"),
    };
    let Some(public_url) = public_url.cloned() else {
        return missing(
            "public_url",
            "is needed where mail is sent: links in it begin with it",
        );
    };
    Ok(Some(MailSettings {
        server: server.parse().map_err(|error| wrong("smtp_url", &error))?,
        from: from.parse().map_err(|error| wrong("mail_from", &error))?,
        public_url,
    }))
}

/// A slip in a variable's name would otherwise leave a default in force in silence.
fn refuse_unknown_variables(names: impl Iterator<Item = String>) -> Result<(), ConfigError> {
    let known = Options::variables();
    for name in names.filter(|name| name.starts_with("DOCENT_")) {
        if !known.contains(&name) && !NOT_OPTIONS.contains(&name.as_str()) {
            let ours: Vec<String> = known
                .into_iter()
                .filter(|name| name.starts_with("DOCENT_"))
                .collect();
            return Err(ConfigError::UnknownVariable {
                name,
                known: ours.join(", "),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_wins_over_the_file_and_the_file_over_defaults() {
        let file: Options = toml::from_str("rate_limit = 5\nmax_upload = \"1MB\"").unwrap();
        let given = Options {
            rate_limit: Some(7),
            ..Options::default()
        };
        let settings = Settings::check(given.or(file)).unwrap();
        assert_eq!((settings.rate_limit, settings.max_upload_bytes), (7, 1_000_000));
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn an_unknown_key_of_the_file_is_refused_by_name() {
        let error = toml::from_str::<Options>("rate_limits = 5")
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `rate_limits`"), "{error}");
    }

    #[test]
    fn an_unknown_variable_is_refused_by_name() {
        let variables = |name: &str| std::iter::once(name.to_owned());
        assert!(refuse_unknown_variables(variables("DOCENT_RATE_LIMIT")).is_ok());
        assert!(refuse_unknown_variables(variables("DOCENT_CORPUS")).is_ok());
        let error = refuse_unknown_variables(variables("DOCENT_RATE_LIMITS"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("unknown environment variable DOCENT_RATE_LIMITS; known are DOCENT_"),
            "{error}"
        );
    }

    #[test]
    fn mail_is_configured_as_a_whole_or_not_at_all() {
        let options = |smtp: Option<&str>, from: Option<&str>, url: Option<&str>| Options {
            smtp_url: smtp.map(str::to_owned),
            mail_from: from.map(str::to_owned),
            public_url: url.map(|url| url.parse().unwrap()),
            ..Options::default()
        };
        let (smtp, from) = (Some("smtp://localhost"), Some("docent@example.org"));
        let url = Some("https://docent.example.org");
        assert!(Settings::check(options(None, None, url)).unwrap().mail.is_none());
        assert!(Settings::check(options(smtp, from, url)).unwrap().mail.is_some());
        for (partial, named) in [
            (options(smtp, None, url), "mail_from: "),
            (options(None, from, url), "smtp_url: "),
            (options(smtp, from, None), "public_url: "),
            (options(Some("mail.example.org"), from, url), "smtp_url: "),
            (options(smtp, Some("docent"), url), "mail_from: "),
        ] {
            let error = Settings::check(partial).unwrap_err().to_string();
            assert!(error.starts_with(named), "{error}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let options = Options {
            secret_key: Some("0123456789abcdef0123456789abcdef".to_owned()),
            database_url: Some("postgres://docent:open-sesame@db/docent".to_owned()),
            smtp_url: Some("smtps://docent:open-sesame@mail.example.org".to_owned()),
            mail_from: Some("docent@example.org".to_owned()),
            public_url: Some("https://docent.example.org".parse().unwrap()),
            ..Options::default()
        };
        let text = format!("{:?}", Settings::check(options).unwrap());
        assert!(
            !text.contains("0123456789abcdef") && !text.contains("open-sesame"),
            "{text}"
        );
    }
}
