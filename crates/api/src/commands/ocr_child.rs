//! `docent ocr-child`: recognises the text of pictures for a parent process.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use parsing::child::{Recognising, confine_recognising};
use parsing::{Installed, ocr_child};

/// Answers requests on stdin until it closes, with that much memory in bytes, without network, and with no files but
/// models and language data.
pub(super) fn run(
    memory: u64,
    models: Option<PathBuf>,
    tesseract: Option<PathBuf>,
) -> anyhow::Result<ExitCode> {
    let wanted = Recognising {
        memory,
        models,
        tesseract,
        languages: std::env::var_os("TESSDATA_PREFIX").map(|folder: OsString| folder.into()),
    };
    confine_recognising(&wanted);
    let engines = Installed::of(wanted.models.as_deref(), wanted.tesseract.as_deref());
    ocr_child::serve(std::io::stdin(), std::io::stdout(), &engines)?;
    Ok(ExitCode::SUCCESS)
}
