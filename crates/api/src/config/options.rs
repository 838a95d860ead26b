//! Every option there is, as flag, environment variable and key of the file.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use domain::parsing::{OcrEngineChoice, OcrMode};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use super::units::{Size, Span};
use crate::middleware::cors::Origin;

/// Options as they were given; what is missing takes its default in [`super::Settings`].
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[command(next_help_heading = "Configuration")]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The database.
    #[arg(
        long,
        help = "Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME [default: sqlite:DATA_DIR/docent.db]",
        env = "DATABASE_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL"
    )]
    pub database_url: Option<String>,

    /// Folder for the embedded database and for files [default: ./data]
    #[arg(long, env = "DOCENT_DATA_DIR", global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Where files are kept.
    #[arg(
        long,
        help = "Where files are kept: file:FOLDER or s3://BUCKET/PREFIX [default: file:DATA_DIR/blobs]",
        env = "BLOBS",
        global = true,
        value_name = "PLACE"
    )]
    pub blobs: Option<String>,

    /// Address of the S3 service, where it is not Amazon's
    #[arg(long, env = "AWS_ENDPOINT_URL", global = true, value_name = "URL")]
    pub s3_endpoint: Option<Url>,

    /// Region of the bucket [default: us-east-1]
    #[arg(long, env = "AWS_REGION", global = true, value_name = "NAME")]
    pub s3_region: Option<String>,

    /// Access key for the bucket
    #[arg(long, env = "AWS_ACCESS_KEY_ID", global = true, value_name = "KEY")]
    pub s3_access_key: Option<String>,

    /// Secret key for the bucket
    #[arg(
        long,
        env = "AWS_SECRET_ACCESS_KEY",
        hide_env_values = true,
        global = true,
        value_name = "KEY"
    )]
    pub s3_secret_key: Option<String>,

    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "DOCENT_LISTEN", global = true, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,

    /// Address by which clients reach the server; prefixes signed URLs and links of invitations [default: the listening address]
    #[arg(long, env = "DOCENT_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<Url>,

    /// Requests a minute for one client address; 0 for no limit [default: 100]
    #[arg(long, env = "DOCENT_RATE_LIMIT", global = true, value_name = "COUNT")]
    pub rate_limit: Option<u32>,

    /// Proxies whose X-Forwarded-For is believed, as addresses or networks, separated by commas
    #[arg(
        long,
        env = "DOCENT_TRUSTED_PROXIES",
        global = true,
        value_name = "NETS",
        value_delimiter = ','
    )]
    pub trusted_proxies: Option<Vec<IpNet>>,

    /// Origins whose pages may use the API from a browser, separated by commas; * for all [default: none]
    #[arg(
        long,
        env = "DOCENT_CORS_ORIGINS",
        global = true,
        value_name = "ORIGINS",
        value_delimiter = ','
    )]
    pub cors_origins: Option<Vec<Origin>>,

    /// Largest document [default: 100MB]
    #[arg(long, env = "DOCENT_MAX_UPLOAD", global = true, value_name = "SIZE")]
    pub max_upload: Option<Size>,

    /// Largest JSON body of a request [default: 2MB]
    #[arg(long, env = "DOCENT_MAX_BODY", global = true, value_name = "SIZE")]
    pub max_body: Option<Size>,

    /// Most files in one batch [default: 50]
    #[arg(long, env = "DOCENT_MAX_BATCH_FILES", global = true, value_name = "COUNT")]
    pub max_batch_files: Option<usize>,

    /// Most pages of a document [default: 2000]
    #[arg(long, env = "DOCENT_MAX_PAGES", global = true, value_name = "COUNT")]
    pub max_pages: Option<u32>,

    /// Longest time that parsing one document may take [default: 2m]
    #[arg(long, env = "DOCENT_PARSE_TIMEOUT", global = true, value_name = "TIME")]
    pub parse_timeout: Option<Span>,

    /// Most memory that parsing one document may take [default: 1GB]
    #[arg(long, env = "DOCENT_PARSE_MEMORY", global = true, value_name = "SIZE")]
    pub parse_memory: Option<Size>,

    /// When pictures of text are read: auto or off [default: auto]
    #[arg(long, env = "DOCENT_OCR", global = true, value_name = "MODE", value_parser = ocr_mode)]
    pub ocr: Option<OcrMode>,

    /// What reads pictures of text: auto, pp-ocr or tesseract [default: auto, the better of those that are installed and
    /// know the languages]
    #[arg(long, env = "DOCENT_OCR_ENGINE", global = true, value_name = "ENGINE", value_parser = ocr_engine)]
    pub ocr_engine: Option<OcrEngineChoice>,

    /// Languages of pictures of text, by their codes, separated by commas [default: eng]
    #[arg(
        long,
        env = "DOCENT_OCR_LANGUAGES",
        global = true,
        value_name = "LIST",
        value_delimiter = ','
    )]
    pub ocr_languages: Option<Vec<String>>,

    /// Folder of PP-OCR's models [default: models in the data folder]
    #[arg(long, env = "DOCENT_MODELS", global = true, value_name = "DIR")]
    pub models: Option<PathBuf>,

    /// Documents worked on at the same time; 0 for none in this process [default: the number of cores]
    #[arg(long, env = "DOCENT_WORKERS", global = true, value_name = "COUNT")]
    pub workers: Option<usize>,

    /// How long a job is held before its worker must say that it is still there; a killed one delays it by this
    /// [default: 30s]
    #[arg(long, env = "DOCENT_LEASE", global = true, value_name = "TIME")]
    pub lease: Option<Span>,

    /// Key that signs URLs, the same on every node [default: one kept in the database]
    #[arg(
        long,
        env = "DOCENT_SECRET_KEY",
        hide_env_values = true,
        global = true,
        value_name = "KEY"
    )]
    pub secret_key: Option<String>,

    /// Mail server that invitations are handed to.
    #[arg(
        long,
        help = "Mail server for invitations: smtps://USER:PASSWORD@HOST, smtp://USER:PASSWORD@HOST?tls=required or \
                smtp://HOST; needs --mail-from and --public-url [default: none, nothing is mailed]",
        env = "DOCENT_SMTP_URL",
        hide_env_values = true,
        global = true,
        value_name = "URL"
    )]
    pub smtp_url: Option<String>,

    /// Whom mail is from.
    #[arg(
        long,
        help = "Whom mail is from: an address, or \"NAME <ADDRESS>\"",
        env = "DOCENT_MAIL_FROM",
        global = true,
        value_name = "SENDER"
    )]
    pub mail_from: Option<String>,

    /// Longest wait for running requests and jobs when the server is asked to stop [default: 30s]
    #[arg(long, env = "DOCENT_SHUTDOWN_GRACE", global = true, value_name = "TIME")]
    pub shutdown_grace: Option<Span>,

    /// What is logged: error, warn, info, debug, trace, or a filter such as info,worker=debug [default: info]
    #[arg(long, env = "DOCENT_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,

    /// Form of the log [default: text]
    #[arg(long, env = "DOCENT_LOG_FORMAT", global = true, value_enum)]
    pub log_format: Option<LogFormat>,

    /// Routes for `scripts/bench`; of no use otherwise.
    #[arg(long, env = "DOCENT_BENCH_ROUTES", global = true, hide = true)]
    #[serde(skip)]
    pub bench_routes: bool,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

fn ocr_mode(text: &str) -> Result<OcrMode, String> {
    match text {
        "auto" => Ok(OcrMode::Auto),
        "off" => Ok(OcrMode::Off),
        _ => Err("expected auto or off".to_owned()),
    }
}

fn ocr_engine(text: &str) -> Result<OcrEngineChoice, String> {
    match text {
        "auto" => Ok(OcrEngineChoice::Auto),
        "pp-ocr" => Ok(OcrEngineChoice::PpOcr),
        "tesseract" => Ok(OcrEngineChoice::Tesseract),
        _ => Err("expected auto, pp-ocr or tesseract".to_owned()),
    }
}

impl Options {
    /// These options, with those of `other` where there is none.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            database_url: self.database_url.or(other.database_url),
            data_dir: self.data_dir.or(other.data_dir),
            blobs: self.blobs.or(other.blobs),
            s3_endpoint: self.s3_endpoint.or(other.s3_endpoint),
            s3_region: self.s3_region.or(other.s3_region),
            s3_access_key: self.s3_access_key.or(other.s3_access_key),
            s3_secret_key: self.s3_secret_key.or(other.s3_secret_key),
            listen: self.listen.or(other.listen),
            public_url: self.public_url.or(other.public_url),
            rate_limit: self.rate_limit.or(other.rate_limit),
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            cors_origins: self.cors_origins.or(other.cors_origins),
            max_upload: self.max_upload.or(other.max_upload),
            max_body: self.max_body.or(other.max_body),
            max_batch_files: self.max_batch_files.or(other.max_batch_files),
            max_pages: self.max_pages.or(other.max_pages),
            parse_timeout: self.parse_timeout.or(other.parse_timeout),
            parse_memory: self.parse_memory.or(other.parse_memory),
            ocr: self.ocr.or(other.ocr),
            ocr_engine: self.ocr_engine.or(other.ocr_engine),
            ocr_languages: self.ocr_languages.or(other.ocr_languages),
            models: self.models.or(other.models),
            workers: self.workers.or(other.workers),
            lease: self.lease.or(other.lease),
            secret_key: self.secret_key.or(other.secret_key),
            smtp_url: self.smtp_url.or(other.smtp_url),
            mail_from: self.mail_from.or(other.mail_from),
            shutdown_grace: self.shutdown_grace.or(other.shutdown_grace),
            log: self.log.or(other.log),
            log_format: self.log_format.or(other.log_format),
            bench_routes: self.bench_routes || other.bench_routes,
        }
    }

    /// The environment variables that the options are read from.
    pub fn variables() -> Vec<String> {
        let command = Self::augment_args(clap::Command::new("docent"));
        let names = command.get_arguments().filter_map(|argument| argument.get_env());
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    }
}
