//! Configuration: flags, then the environment, then a TOML file, then defaults.
//!
//! One list of options, [`Options`], serves all three: clap reads flags and environment into it, serde the file. An
//! unknown key is refused wherever it stands. [`Settings`] is the checked result that everything else takes; nothing
//! else in the program looks at the environment.

mod options;
mod settings;
mod units;

pub use options::{LogFormat, Options};
pub use settings::{ConfigError, MailSettings, Settings};
pub use units::{Size, Span};
