//! Sizes and durations with their units, as people write them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A number of bytes: `100MB`, `1MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size(bytesize::ByteSize);

impl Size {
    /// That many millions of bytes.
    pub const fn megabytes(count: u64) -> Self {
        Self(bytesize::ByteSize::mb(count))
    }

    /// That many bytes.
    pub const fn of_bytes(count: u64) -> Self {
        Self(bytesize::ByteSize::b(count))
    }

    /// In bytes.
    pub const fn bytes(self) -> u64 {
        self.0.as_u64()
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse()
            .map(Self)
            .map_err(|_error: String| "expected a size such as 100MB".to_owned())
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.display().si())
    }
}

/// A length of time: `30s`, `5m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(Duration);

impl Span {
    /// That many seconds.
    pub const fn seconds(count: u64) -> Self {
        Self(Duration::from_secs(count))
    }

    /// What the standard library has.
    pub const fn of(duration: Duration) -> Self {
        Self(duration)
    }

    /// As the standard library has it.
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = humantime::parse_duration(text);
        span.map(Self)
            .map_err(|_error| "expected a duration such as 30s or 5m".to_owned())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", humantime::format_duration(self.0))
    }
}

macro_rules! through_text {
    ($($name:ident),*) => {$(
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )*};
}

through_text!(Size, Span);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        assert_eq!("100MB".parse::<Size>().unwrap(), Size::megabytes(100));
        let size = Size::megabytes(100);
        assert_eq!(size.to_string().parse::<Size>().unwrap(), size);
        assert_eq!("5m".parse::<Span>().unwrap(), Span::seconds(300));
        assert_eq!(Span::seconds(90).to_string(), "1m 30s");
    }

    #[test]
    fn a_number_alone_is_no_duration() {
        assert_eq!(
            "30".parse::<Span>().unwrap_err(),
            "expected a duration such as 30s or 5m"
        );
        assert_eq!(
            "much".parse::<Size>().unwrap_err(),
            "expected a size such as 100MB"
        );
    }
}
