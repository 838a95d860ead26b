//! Values of form fields that the file holds without a picture of them.

use hayro_interpret::kurbo::Affine;
use hayro_syntax::Pdf;
use hayro_syntax::page::Page;

use crate::layout::PlacedWord;

/// The form of a document.
pub(crate) struct Fields;

impl Fields {
    pub(crate) fn of(_pdf: &Pdf) -> Self {
        Self
    }

    pub(crate) fn add_to(&self, _page: &Page<'_>, _to_page: Affine, _words: &mut Vec<PlacedWord>) {}
}
