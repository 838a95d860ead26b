//! All pages of a run, read once: segments, typed readings, labels.

use super::labels::{Hit, LabelBook};
use super::score::Model;
use super::spans::PageSpans;
use super::view::View;
use crate::Input;
use crate::reading::Style;

/// A page with what was read on it.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    pub(crate) view: View<'a>,
    pub(crate) spans: PageSpans,
}

/// The documents of a run.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) documents: &'a [Input<'a>],
    /// What judges candidates.
    pub(crate) model: &'a Model,
    /// What is looked at in cells is kept: weights are being fitted.
    pub(crate) watched: bool,
    /// The pages of all documents, in order.
    pub(crate) sheets: Vec<Sheet<'a>>,
    /// One for each document.
    pub(crate) styles: Vec<Style>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(documents: &'a [Input<'a>], model: &'a Model) -> Self {
        let mut sheets = Vec::new();
        let mut styles = Vec::new();
        for (index, document) in documents.iter().enumerate() {
            let views: Vec<View<'a>> = document
                .parsed
                .pages
                .iter()
                .map(|page| View::new(index, page))
                .collect();
            let style = style_of(&views);
            sheets.extend(views.into_iter().map(|view| {
                let spans = PageSpans::new(&view, &style);
                Sheet { view, spans }
            }));
            styles.push(style);
        }
        Self {
            documents,
            model,
            watched: false,
            sheets,
            styles,
        }
    }

    /// The labels of every page.
    pub(crate) fn find(&self, book: &LabelBook) -> Vec<Vec<Hit>> {
        self.sheets.iter().map(|sheet| book.find(&sheet.view)).collect()
    }
}

fn style_of(views: &[View<'_>]) -> Style {
    let lines: Vec<Vec<&str>> = views
        .iter()
        .flat_map(|view| &view.segments)
        .map(|segment| segment.text.split(' ').collect())
        .collect();
    Style::detect(lines.iter())
}
