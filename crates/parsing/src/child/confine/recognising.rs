//! What a process that recognises characters takes from itself: all but models, language data, and Tesseract.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope,
};
use rustix::process::{Resource, setrlimit};

use super::{Confined, both, calls};

/// Where programs find the libraries that they are linked with.
const LIBRARIES: [&str; 5] = ["/lib", "/lib64", "/usr/lib", "/usr/local/lib", "/etc/ld.so.cache"];

/// What the kernel starts in order that it loads those.
const LOADERS: [&str; 3] = [
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib/ld-musl-x86_64.so.1",
];

/// Where Tesseract's language data lies.
const LANGUAGES: [&str; 4] = [
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/local/share/tesseract-ocr",
    "/usr/local/share/tessdata",
];

/// What threads and processes look at themselves by.
const OF_THE_SYSTEM: [&str; 3] = ["/dev/null", "/dev/urandom", "/sys/devices/system/cpu"];

/// What a process that recognises characters may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognising {
    /// Bytes of memory, in all that the process maps; the same for each Tesseract that it starts.
    pub memory: u64,
    /// The folder of PP-OCR's models, to be read.
    pub models: Option<PathBuf>,
    /// Where else language data lies than usual, to be read.
    pub languages: Option<PathBuf>,
    /// Tesseract, to be started.
    pub tesseract: Option<PathBuf>,
}

/// Confines this process, and what it starts, for good. To be called before the first picture.
pub fn confine_recognising(wanted: &Recognising) -> Confined {
    let _ = setrlimit(Resource::Core, both(0));
    Confined {
        memory: setrlimit(Resource::As, both(wanted.memory)).is_ok(),
        files: close_other_files(wanted).unwrap_or(false),
        calls: calls::forbid_connections(),
    }
}

fn close_other_files(wanted: &Recognising) -> Result<bool, RulesetError> {
    let abi = ABI::V6;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let start = AccessFs::Execute | AccessFs::ReadFile;
    let named = [&wanted.models, &wanted.languages].into_iter().flatten();
    let readable = named.map(PathBuf::as_path).chain(
        [&LIBRARIES[..], &LANGUAGES, &OF_THE_SYSTEM]
            .into_iter()
            .flatten()
            .map(Path::new),
    );
    let started = wanted
        .tesseract
        .as_deref()
        .into_iter()
        .chain(LOADERS.map(Path::new));
    let mut rules = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?;
    let paths = readable
        .map(|path| (path, read))
        .chain(started.map(|path| (path, start)));
    for (path, access) in paths {
        // What is not there cannot be opened anyway.
        let Ok(opened) = PathFd::new(path) else { continue };
        // Rights to list a folder are not for files.
        let access = if path.is_dir() {
            access
        } else {
            access & AccessFs::from_file(abi)
        };
        rules = rules.add_rule(PathBeneath::new(opened, access))?;
    }
    // Tesseract may write to what it is given as its output, nowhere else.
    let null = PathFd::new("/dev/null");
    if let Ok(null) = null {
        rules = rules.add_rule(PathBeneath::new(null, AccessFs::WriteFile | AccessFs::ReadFile))?;
    }
    let status = rules.restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}
