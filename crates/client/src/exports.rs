//! Results as files.

use domain::id::ResultId;

use crate::docent::Docent;
use crate::error::Error;

/// The form of an exported result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// The values with the name of their session.
    Json,
    /// A table; lists become rows.
    Csv,
    /// A workbook with the values, their evidence and where they come from.
    Excel,
}

impl ExportFormat {
    /// As it stands in the path.
    fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Excel => "excel",
        }
    }
}

impl Docent {
    /// The bytes of a completed result as a file.
    pub async fn export(&self, id: ResultId, format: ExportFormat) -> Result<Vec<u8>, Error> {
        let path = format!("extractions/results/{id}/export/{}", format.name());
        self.get_bytes(&path).await
    }
}
