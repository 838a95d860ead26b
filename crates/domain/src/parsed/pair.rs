//! Values that come with their names: headers of a mail, fields of a form, labels beside what they label, elements of XML.

use serde::{Deserialize, Serialize};

/// A value and what it is called, as the file says or as it stands on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// What says so.
    pub kind: PairKind,
    /// The label as printed without its colon, the name of the header (`Subject`) or of the form's field.
    pub name: String,
    /// The value as text; `true` or `false` for a mark, empty for an empty field.
    pub value: String,
    /// Indices into the page's words: the label, where it is printed.
    pub label: Vec<u32>,
    /// Indices into the page's words: the value, in reading order. None for a mark that is no word.
    pub words: Vec<u32>,
}

/// What says that a value belongs to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairKind {
    /// The page: the value stands beside or below its label.
    Printed,
    /// A header of the message.
    Header,
    /// A field of the form that takes text or a choice.
    FormField,
    /// A box of the form to be ticked, or one button of several.
    Mark,
}

/// A value of an XML document, as e-invoices are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct XmlValue {
    /// Path of the element or attribute by local names, with positions where a name repeats among its siblings:
    /// `/CrossIndustryInvoice/ExchangedDocument/ID`, `/Invoice/InvoiceLine[2]/ID`, `/Invoice/TaxTotal/TaxAmount/@currencyID`.
    pub path: String,
    /// Its text, blanks at both ends taken off; never empty.
    pub text: String,
    /// Where it stands in the words of a page, if the document shows its XML as pages: number of the page and indices
    /// into its words. None for XML inside another file.
    pub words: Option<(u32, Vec<u32>)>,
}

/// A file inside the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachedFile {
    /// Its name as given, for people; may be empty.
    pub name: String,
    /// The type its bytes were found to have.
    pub media_type: String,
    /// How many bytes it has.
    pub size: u64,
}
