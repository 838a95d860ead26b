//! What fields are looked for in: the pages with their labels, parties, titles and tables.

use super::clauses::Clauses;
use super::forms::Forms;
use super::labels::Hit;
use super::parties::Parties;
use super::scene::Scene;
use super::stated::Stated;
use super::tables::Claimed;
use super::till::Tills;
use super::title::Titles;

/// What the fields are looked for in.
pub(crate) struct Ground<'g, 'a> {
    pub(crate) scene: &'g Scene<'a>,
    /// By page.
    pub(crate) hits: &'g [Vec<Hit>],
    pub(crate) parties: &'g Parties,
    /// Receipts among the pages.
    pub(crate) tills: &'g Tills,
    /// What running text says.
    pub(crate) clauses: &'g Clauses,
    /// What filled-in forms say.
    pub(crate) forms: &'g Forms,
    /// What the documents call themselves.
    pub(crate) titles: &'g Titles,
    /// What the documents state outside of running text.
    pub(crate) stated: &'g Stated<'a>,
    /// Rows that tables have taken.
    pub(crate) claimed: &'g Claimed,
    /// The share of what is asked for that has no label in the documents, 0..=1.
    pub(crate) unfamiliar: f64,
    /// For each document whether it reads like a contract.
    pub(crate) agreements: &'g [bool],
    /// Only these rows of pages, where a group runs for one element of a list.
    pub(crate) scope: Option<Vec<Scope>>,
}

/// Rows `from..to` of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) view: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Scope {
    pub(crate) fn holds(&self, view: usize, row: usize) -> bool {
        self.view == view && (self.from..self.to).contains(&row)
    }
}
