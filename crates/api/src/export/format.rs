//! The kinds of files.

use serde::Deserialize;

use crate::extract::PathSegment;

/// A kind of file. `xlsx` is another name of `excel`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ExportFormat)]
pub enum Format {
    /// A list of objects.
    #[default]
    Json,
    /// A table; comma separated, UTF-8 with a byte order mark.
    Csv,
    /// A workbook with the sheets Data, Audit and Metadata.
    #[serde(alias = "xlsx")]
    Excel,
}

impl Format {
    /// Its media type, as it is sent.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Excel => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// What a file's name ends in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Excel => "xlsx",
        }
    }
}

impl PathSegment for Format {
    const NAME: &'static str = "export format; there are json, csv and excel";

    fn from_segment(segment: &str) -> Option<Self> {
        match segment {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "excel" | "xlsx" => Some(Self::Excel),
            _ => None,
        }
    }
}
