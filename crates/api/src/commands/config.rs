//! `docent config`: the configuration in force.

use std::process::ExitCode;

use url::Url;

use crate::config::{Settings, Size, Span};

/// Prints the settings in the form of the configuration file, secrets hidden.
#[expect(clippy::print_stdout, reason = "the output of the command")]
pub(super) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    print!("{}", toml::to_string(&table(settings))?);
    Ok(ExitCode::SUCCESS)
}

const HIDDEN: &str = "(hidden)";

/// Everything by its key in the file. Complete on purpose: a new setting does not compile until it is shown.
fn table(settings: &Settings) -> toml::Table {
    let Settings {
        database_url,
        data_dir,
        blobs,
        s3,
        listen,
        public_url,
        rate_limit,
        trusted_proxies,
        cors_origins,
        max_upload_bytes,
        max_body_bytes,
        max_batch_files,
        parse,
        parse_timeout,
        parse_memory,
        models,
        workers,
        lease,
        secret_key,
        mail,
        shutdown_grace,
        log,
        log_format,
        bench_routes: _,
    } = settings;
    let proxies: Vec<String> = trusted_proxies.iter().map(ToString::to_string).collect();
    let origins: Vec<String> = cors_origins.iter().cloned().map(String::from).collect();
    let entries: [(&str, toml::Value); 30] = [
        // Its text hides the password.
        ("database_url", database_url.to_string().into()),
        ("data_dir", data_dir.display().to_string().into()),
        ("blobs", blobs.to_string().into()),
        ("s3_endpoint", text(s3.endpoint.as_deref())),
        ("s3_region", text(s3.region.as_deref())),
        ("s3_access_key", text(s3.access_key_id.as_deref())),
        (
            "s3_secret_key",
            text(s3.secret_access_key.as_ref().map(|_| HIDDEN)),
        ),
        ("listen", listen.to_string().into()),
        ("public_url", text(public_url.as_ref().map(Url::as_str))),
        ("rate_limit", i64::from(*rate_limit).into()),
        ("trusted_proxies", proxies.into()),
        ("cors_origins", origins.into()),
        ("max_upload", Size::of_bytes(*max_upload_bytes).to_string().into()),
        ("max_body", Size::of_bytes(*max_body_bytes).to_string().into()),
        ("max_batch_files", count(*max_batch_files)),
        ("max_pages", i64::from(parse.max_pages).into()),
        ("parse_timeout", Span::of(*parse_timeout).to_string().into()),
        ("ocr", name_of(&parse.ocr)),
        ("ocr_engine", name_of(&parse.ocr_engine)),
        ("ocr_languages", parse.ocr_languages.clone().into()),
        ("models", models.display().to_string().into()),
        ("parse_memory", Size::of_bytes(*parse_memory).to_string().into()),
        ("workers", count(*workers)),
        ("lease", Span::of(*lease).to_string().into()),
        ("secret_key", text(secret_key.as_ref().map(|_| HIDDEN))),
        // Its text hides the password.
        (
            "smtp_url",
            text(mail.as_ref().map(|mail| mail.server.to_string()).as_deref()),
        ),
        (
            "mail_from",
            text(mail.as_ref().map(|mail| mail.from.to_string()).as_deref()),
        ),
        ("shutdown_grace", Span::of(*shutdown_grace).to_string().into()),
        ("log", log.as_str().into()),
        ("log_format", format!("{log_format:?}").to_lowercase().into()),
    ];
    entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// What is not set shows as empty.
fn text(value: Option<&str>) -> toml::Value {
    value.unwrap_or_default().into()
}

/// As it is written in the file.
fn name_of(setting: &impl serde::Serialize) -> toml::Value {
    toml::Value::try_from(setting).unwrap_or_else(|_error| toml::Value::String(String::new()))
}

fn count(number: usize) -> toml::Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}
