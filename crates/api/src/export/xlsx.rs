//! XLSX: the sheets Data, Audit and Metadata, written row by row into temporary files, so that memory does not grow with
//! what is exported.

mod sheet;

use std::fs::File;
use std::io::{self, Seek};

use domain::evidence::Audit;
use domain::time::Timestamp;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};
use serde_json::Value;

use self::sheet::Sheet;
use super::audit::{self, Filenames};
use super::cell::Cell;
use super::layout::Layout;
use super::metadata;
use super::table::About;

/// Headings before those of Audit and Metadata in a workbook about many sessions.
const ABOUT_SESSION: [&str; 3] = ["session_id", "session_name", "result_id"];

/// Rows at the end of Metadata that say what had no place.
const KEPT_ROWS: u32 = 4;

/// The workbook cannot be written: mostly a full disk.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// What the library says.
    #[error("the workbook cannot be written")]
    Xlsx(#[from] XlsxError),
    /// The file for it.
    #[error("the file for the workbook cannot be written")]
    File(#[from] io::Error),
}

/// The bytes of a workbook, for the document of the API.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct WorkbookFile(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// A workbook that is being written.
pub struct Book {
    workbook: Workbook,
    data: Sheet,
    audit: Sheet,
    metadata: Sheet,
    /// About many sessions: each row says which it is of.
    is_of_many: bool,
}

impl Book {
    /// A workbook about one result.
    pub fn of_one(now: Timestamp) -> Result<Self, BookError> {
        let mut book = Self::new(now, false)?;
        book.data.header(&["group", "field", "value"].map(Cell::text))?;
        Ok(book)
    }

    /// A workbook about many sessions, with the headings of their table.
    pub fn of_many(now: Timestamp, header: &[Cell<'_>]) -> Result<Self, BookError> {
        let mut book = Self::new(now, true)?;
        book.data.header(header)?;
        Ok(book)
    }

    fn new(now: Timestamp, is_of_many: bool) -> Result<Self, BookError> {
        let mut workbook = Workbook::new();
        let made = ExcelDateTime::from_timestamp(now.unix_seconds())?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let mut book = Self {
            data: Sheet::new(&mut workbook, "Data", 0)?,
            audit: Sheet::new(&mut workbook, "Audit", 0)?,
            metadata: Sheet::new(&mut workbook, "Metadata", KEPT_ROWS)?,
            workbook,
            is_of_many,
        };
        let before: &[&str] = if is_of_many { &ABOUT_SESSION } else { &[] };
        let headings = |own: &[&'static str]| -> Vec<Cell<'_>> {
            before.iter().chain(own).map(|name| Cell::text(name)).collect()
        };
        book.audit.header(&headings(&audit::HEADER))?;
        book.metadata.header(&headings(&metadata::HEADER))?;
        book.metadata_row(
            None,
            &metadata::row("Export", "time", Cell::owned(now.to_string())),
        )?;
        Ok(book)
    }

    /// The values of the one result: those that occur once a row each, the lists below as tables of their own.
    pub fn values(&mut self, layout: &Layout, data: &Value) -> Result<(), BookError> {
        for column in &layout.scalars {
            let (group, field) = (column.group(), column.name_within(column.group()));
            self.data
                .row(&[Cell::text(group), Cell::text(field), column.cell(data)])?;
        }
        for list in &layout.lists {
            let headings = list.columns.iter().map(|column| column.name_within(&list.name));
            let headings: Vec<Cell<'_>> = headings.map(Cell::text).collect();
            self.data.row(&[])?;
            self.data.bold_row(&[Cell::text(&list.name)])?;
            self.data.bold_row(&headings)?;
            for element in list.elements(data) {
                let cells: Vec<Cell<'_>> = list.columns.iter().map(|column| column.cell(element)).collect();
                self.data.row(&cells)?;
            }
        }
        Ok(())
    }

    /// Rows of the table of many sessions.
    pub fn rows<'a>(&mut self, rows: impl Iterator<Item = Vec<Cell<'a>>>) -> Result<(), BookError> {
        for row in rows {
            self.data.row(&row)?;
        }
        Ok(())
    }

    /// The evidence of a result.
    pub fn evidence(
        &mut self,
        about: &About,
        audit: &Audit,
        data: &Value,
        filenames: &Filenames,
    ) -> Result<(), BookError> {
        let before = self.before(Some(about));
        let sheet = &mut self.audit;
        audit::for_each_row(audit, data, filenames, &mut |row| {
            sheet.row(&[before.as_slice(), row].concat())
        })?;
        Ok(())
    }

    /// What else is known of a session and its result.
    pub fn metadata<'a>(
        &mut self,
        about: &About,
        rows: impl IntoIterator<Item = metadata::Row<'a>>,
    ) -> Result<(), BookError> {
        rows.into_iter()
            .try_for_each(|row| self.metadata_row(Some(about), &row))
    }

    fn metadata_row(&mut self, about: Option<&About>, row: &[Cell<'_>]) -> Result<(), BookError> {
        let row = [self.before(about).as_slice(), row].concat();
        Ok(self.metadata.row(&row)?)
    }

    /// What stands before a row of Audit or Metadata.
    fn before<'a>(&self, about: Option<&'a About>) -> Vec<Cell<'a>> {
        match about {
            _ if !self.is_of_many => Vec::new(),
            None => vec![Cell::Empty; ABOUT_SESSION.len()],
            Some(about) => vec![
                Cell::owned(about.session_id.to_string()),
                Cell::text(&about.session_name),
                about
                    .result_id
                    .map_or(Cell::Empty, |id| Cell::owned(id.to_string())),
            ],
        }
    }

    /// The whole workbook in a file without a name, at its beginning: it is gone when it is closed.
    pub fn finish(mut self) -> Result<File, BookError> {
        let sheets = [
            ("Data", &self.data),
            ("Audit", &self.audit),
            ("Metadata", &self.metadata),
        ];
        let left_out = sheets.map(|(name, sheet)| (name, sheet.left_out()));
        for (name, count) in left_out.into_iter().filter(|(_, count)| *count > 0) {
            let message = format!("{count} rows of {name} had no place: a worksheet ends after 1,048,576");
            let note = metadata::row("Export", "cut", Cell::owned(message));
            let row = [self.before(None).as_slice(), &note].concat();
            self.metadata.last_row(&row)?;
        }
        let Self {
            mut workbook,
            data,
            audit,
            metadata,
            ..
        } = self;
        workbook.push_worksheet(data.into_worksheet());
        workbook.push_worksheet(audit.into_worksheet());
        workbook.push_worksheet(metadata.into_worksheet());
        let mut file = tempfile::tempfile()?;
        workbook.save_to_writer(&file)?;
        file.rewind()?;
        Ok(file)
    }
}
