//! XML as a page: what holds others is a heading, a value stands beside its name, rows of like elements are a table.

use domain::parsed::{BlockKind, XmlValue};

use super::tree::{Element, Tree};
use crate::ParseError;
use crate::flow::{Flow, Grid, GridCell, Place, Text};

/// More columns than this are no table that anyone reads.
const MOST_COLUMNS: usize = 24;

/// Sets the page, and tells the values where they stand on it.
pub(super) fn set(tree: &Tree, values: &mut [XmlValue], flow: &mut Flow) -> Result<(), ParseError> {
    let mut setting = Setting { tree, values, flow };
    // The depth of elements is limited, and with it that of the calls.
    setting.element(0)
}

struct Setting<'s> {
    tree: &'s Tree,
    values: &'s mut [XmlValue],
    flow: &'s mut Flow,
}

impl<'s> Setting<'s> {
    fn get(&self, index: usize) -> Option<&'s Element> {
        self.tree.elements.get(index)
    }

    fn element(&mut self, index: usize) -> Result<(), ParseError> {
        let Some(element) = self.get(index) else {
            return Ok(());
        };
        if let Some(leaf) = self.only_leaf(index) {
            return self.line(&element.name, leaf);
        }
        self.flow
            .block(BlockKind::Heading, &Text::plain(&spaced(&element.name)))?;
        self.own(index)?;
        let mut from = 0;
        while let Some(child) = element.children.get(from) {
            let rows = self.alike(element, from);
            if rows.len() > 1 && self.table(rows)? {
                from = from.saturating_add(rows.len());
                continue;
            }
            self.element(*child)?;
            from = from.saturating_add(1);
        }
        self.flow.end_block();
        Ok(())
    }

    /// The element itself if it holds no other, or the one at the end of a chain of elements that hold but one.
    fn only_leaf(&self, index: usize) -> Option<usize> {
        let mut at = index;
        loop {
            let element = self.get(at)?;
            match element.children.as_slice() {
                [] => return Some(at),
                [only] if element.values() == 0 => at = *only,
                _ => return None,
            }
        }
    }

    /// A line with a name and a value, and what attributes say of it.
    fn line(&mut self, name: &str, leaf: usize) -> Result<(), ParseError> {
        let Some(element) = self.get(leaf) else {
            return Ok(());
        };
        if element.text.is_empty() {
            // What says all in attributes.
            let title = spaced(name);
            if !element.attributes.is_empty() {
                self.flow.block(BlockKind::Heading, &Text::plain(&title))?;
            }
            return self.own(leaf);
        }
        self.flow.begin_block(BlockKind::Paragraph);
        let line = joined(element);
        let place = self.flow.value(&spaced(name), &line)?;
        self.flow.end_block();
        self.tell(element, &place);
        Ok(())
    }

    /// Attributes and text of an element that has no line, each in a line of its own.
    fn own(&mut self, index: usize) -> Result<(), ParseError> {
        let Some(element) = self.get(index) else {
            return Ok(());
        };
        let texts = (!element.text.is_empty()).then_some(("", element.text.as_str()));
        let attributes = element.attributes.iter();
        let all = attributes
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(texts);
        for (number, (name, value)) in all.enumerate() {
            self.flow.begin_block(BlockKind::Paragraph);
            let place = self.flow.value(&spaced(name), value)?;
            self.flow.end_block();
            self.put(
                element.first_value.saturating_add(number),
                &place,
                0..place.words.len(),
            );
        }
        Ok(())
    }

    /// Tells the values of an element where they stand in a place that holds its text, then its attributes.
    fn tell(&mut self, element: &Element, place: &Place) {
        let mut at = 0_usize;
        let text = (!element.text.is_empty()).then_some((element.attributes.len(), element.text.as_str()));
        let attributes = element
            .attributes
            .iter()
            .map(|(_, value)| value.as_str())
            .enumerate();
        for (number, value) in text.into_iter().chain(attributes) {
            let end = at.saturating_add(Text::plain(value).words());
            self.put(element.first_value.saturating_add(number), place, at..end);
            at = end;
        }
    }

    fn put(&mut self, value: usize, place: &Place, words: std::ops::Range<usize>) {
        let words = place.words.get(words).unwrap_or_default();
        if let Some(value) = self.values.get_mut(value)
            && !words.is_empty()
        {
            value.words = Some((place.page, words.to_vec()));
        }
    }

    /// Children of one name, one after the other.
    fn alike(&self, element: &'s Element, from: usize) -> &'s [usize] {
        let rest = element.children.get(from..).unwrap_or_default();
        let name = |index: &usize| self.get(*index).map(|child| child.name.as_str());
        let first = rest.first().and_then(name);
        let end = rest.iter().position(|child| name(child) != first);
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    /// Sets elements as rows of a table, if they are rows: none holds two values of one name.
    fn table(&mut self, rows: &[usize]) -> Result<bool, ParseError> {
        let mut columns: Vec<String> = Vec::new();
        let mut placed: Vec<(u32, usize, usize)> = Vec::new();
        for (row, index) in (1..).zip(rows) {
            let Some(leaves) = self.leaves(*index) else {
                return Ok(false);
            };
            let mut taken = Vec::new();
            for (name, leaf) in leaves {
                let found = columns.iter().position(|column| *column == name);
                let column = found.unwrap_or(columns.len());
                if found.is_none() {
                    columns.push(name);
                }
                if columns.len() > MOST_COLUMNS || taken.contains(&column) {
                    return Ok(false);
                }
                taken.push(column);
                placed.push((row, column, leaf));
            }
        }
        if columns.len() < 2 {
            return Ok(false);
        }
        let cell = |row: u32, column: usize, text: &str| GridCell {
            row,
            column: u32::try_from(column).unwrap_or(u32::MAX),
            text: Text::plain(text),
            ..GridCell::default()
        };
        let names = columns.iter().enumerate();
        let mut cells: Vec<GridCell> = names.map(|(column, name)| cell(0, column, name)).collect();
        for (row, column, leaf) in &placed {
            let text = self.get(*leaf).map(joined).unwrap_or_default();
            cells.push(cell(*row, *column, &text));
        }
        let grid = Grid {
            rows: u32::try_from(rows.len()).unwrap_or(u32::MAX).saturating_add(1),
            columns: u32::try_from(columns.len()).unwrap_or(u32::MAX),
            header_rows: 1,
            cells,
            ..Grid::default()
        };
        let mut places = Vec::new();
        self.flow
            .table_with(grid, |row, column, place| places.push(((row, column), place)))?;
        for (row, column, leaf) in placed {
            let key = (row, u32::try_from(column).unwrap_or(u32::MAX));
            // Rows come in order, and in a row the columns.
            let found = places.binary_search_by_key(&key, |(key, _)| *key).ok();
            if let (Some((_, place)), Some(element)) =
                (found.and_then(|found| places.get(found)), self.get(leaf))
            {
                self.tell(element, place);
            }
        }
        Ok(true)
    }

    /// Names and places of all that has a text in an element; None where something is no plain value of a row.
    fn leaves(&self, index: usize) -> Option<Vec<(String, usize)>> {
        let mut leaves = Vec::new();
        let mut open = vec![(index, String::new())];
        while let Some((at, name)) = open.pop() {
            let element = self.get(at)?;
            if element.children.is_empty() {
                if element.text.is_empty() && !element.attributes.is_empty() {
                    return None;
                }
                let name = if name.is_empty() {
                    spaced(&element.name)
                } else {
                    name
                };
                if !element.text.is_empty() {
                    leaves.push((name, at));
                }
                continue;
            }
            if element.values() > 0 || leaves.len() > MOST_COLUMNS || open.len() > MOST_COLUMNS {
                return None;
            }
            for child in element.children.iter().rev() {
                // A child that is alone is called as what holds it; the row itself has no name.
                let alone = element.children.len() == 1 && at != index;
                let own = spaced(&self.get(*child)?.name);
                let name = match (alone, name.is_empty()) {
                    (true, false) => name.clone(),
                    (false, false) => format!("{name} {own}"),
                    (_, true) => own,
                };
                open.push((*child, name));
            }
        }
        Some(leaves)
    }
}

/// The text of an element, and what attributes say of it: `19.00 EUR`.
fn joined(element: &Element) -> String {
    let mut line = element.text.clone();
    for (_, value) in &element.attributes {
        line.push(' ');
        line.push_str(value);
    }
    line
}

/// `IssueDateTime` as words: `Issue Date Time`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    let mut characters = name.chars().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        let lower_next = characters.peek().is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && lower_next);
        if begins {
            words.push(' ');
        }
        words.push(if c == '_' { ' ' } else { c });
        before = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        for (name, words) in [
            ("IssueDateTime", "Issue Date Time"),
            ("currencyID", "currency ID"),
            ("IBANID", "IBANID"),
            ("TaxTotalAmount", "Tax Total Amount"),
            ("URIUniversalCommunication", "URI Universal Communication"),
            ("name_of", "name of"),
        ] {
            assert_eq!(spaced(name), words);
        }
    }
}
