//! The values of a document's XML, ready for asking by path.

use std::collections::HashMap;

use domain::parsed::XmlValue;

use super::syntax::{Condition, List, Step, Syntax, of_root};
use crate::layout::scene::Scene;

/// At most so many elements of a list are told.
const MOST_ELEMENTS: usize = 5_000;

/// A value with the steps of its path.
#[derive(Debug)]
struct Entry {
    /// Where each step ends in the path, in bytes; the root's first.
    ends: Vec<usize>,
    value: usize,
}

/// An e-invoice of the run.
#[derive(Debug)]
pub(crate) struct Xml<'a> {
    /// Index into the documents of the run.
    pub(super) document: usize,
    pub(super) syntax: &'static Syntax,
    values: &'a [XmlValue],
    texts: HashMap<&'a str, &'a str>,
    /// What is not part of an item.
    head: Vec<Entry>,
    /// The elements of the items with their values.
    items: Vec<(&'a str, Vec<Entry>)>,
    currency: &'a str,
}

/// Some of the values: those of an element, or all but the items'.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within<'x> {
    entries: &'x [Entry],
    depth: usize,
}

impl<'a> Xml<'a> {
    /// The first e-invoice among the documents.
    pub(crate) fn find(scene: &Scene<'a>) -> Option<Self> {
        scene.documents.iter().enumerate().find_map(|(document, input)| {
            let values = input.parsed.xml.as_slice();
            let root = values.first()?.path.split('/').nth(1)?;
            let syntax = of_root(name_of(root))?;
            Some(Self::new(document, syntax, values))
        })
    }

    fn new(document: usize, syntax: &'static Syntax, values: &'a [XmlValue]) -> Self {
        let texts = values
            .iter()
            .map(|value| (value.path.as_str(), value.text.as_str()));
        let mut xml = Self {
            document,
            syntax,
            values,
            texts: texts.collect(),
            head: Vec::new(),
            items: Vec::new(),
            currency: "",
        };
        let items = syntax.lists.first();
        for (value, xml_value) in values.iter().enumerate() {
            let ends = ends(&xml_value.path);
            let entry = Entry { ends, value };
            let Some(element) = items.and_then(|list| xml.element_of(&list.element, &entry, 0)) else {
                xml.head.push(entry);
                continue;
            };
            let many = xml.items.len() >= MOST_ELEMENTS;
            match xml.items.last_mut() {
                Some((known, entries)) if *known == element => entries.push(entry),
                _ if many => {}
                _ => xml.items.push((element, vec![entry])),
            }
        }
        let currency = xml.all(xml.head(), syntax.values.of("currency"));
        xml.currency = currency.first().map_or("", |value| value.text.as_str());
        xml
    }

    /// All but the items.
    pub(super) fn head(&self) -> Within<'_> {
        Within {
            entries: &self.head,
            depth: 0,
        }
    }

    /// The elements of a list, in order.
    pub(super) fn elements(&self, list: &List) -> Vec<Within<'_>> {
        let is_items = self
            .syntax
            .lists
            .first()
            .is_some_and(|items| std::ptr::eq(items, list));
        if !is_items {
            return self.below(self.head(), &list.element);
        }
        let depth = list.element.len();
        self.items
            .iter()
            .map(|(_, entries)| Within { entries, depth })
            .collect()
    }

    /// The elements at a path, in order.
    pub(super) fn below<'x>(&self, within: Within<'x>, path: &[Step]) -> Vec<Within<'x>> {
        let element = |entry: &Entry| self.element_of(path, entry, within.depth);
        let depth = within.depth + path.len();
        let runs = within.entries.chunk_by(|a, b| element(a) == element(b));
        let found = runs.filter(|run| run.first().is_some_and(|entry| element(entry).is_some()));
        found
            .map(|entries| Within { entries, depth })
            .take(MOST_ELEMENTS)
            .collect()
    }

    /// The values at the first of the paths that holds any.
    pub(super) fn all(&self, within: Within<'_>, paths: &[Vec<Step>]) -> Vec<&'a XmlValue> {
        for path in paths {
            let length = 1 + within.depth + path.len();
            let at = within.entries.iter().filter(|entry| {
                entry.ends.len() == length && self.element_of(path, entry, within.depth).is_some()
            });
            let found: Vec<&XmlValue> = at.filter_map(|entry| self.values.get(entry.value)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The attribute of an element.
    pub(super) fn attribute(&self, path: &str, name: &str) -> Option<&'a str> {
        self.texts.get(format!("{path}/@{name}").as_str()).copied()
    }

    /// The path of the element that the first steps behind `depth` (the root not counted) lead to, if they are those.
    fn element_of(&self, path: &[Step], entry: &Entry, depth: usize) -> Option<&'a str> {
        let whole = self.values.get(entry.value)?.path.as_str();
        for (step, ends) in path.iter().zip(entry.ends.get(depth..)?.windows(2)) {
            let [start, end] = ends else { return None };
            let name = name_of(whole.get(start + 1..*end)?);
            if !step.names.iter().any(|known| known == name) {
                return None;
            }
        }
        for (number, step) in path
            .iter()
            .enumerate()
            .filter(|(_, step)| step.condition.is_some())
        {
            let end = *entry.ends.get(depth + number + 1)?;
            if !self.holds(step, whole.get(..end)?) {
                return None;
            }
        }
        whole.get(..*entry.ends.get(depth + path.len())?)
    }

    fn holds(&self, step: &Step, element: &str) -> bool {
        let Some(Condition { path, values, not }) = &step.condition else {
            return true;
        };
        let Some(text) = self.texts.get(format!("{element}/{path}").as_str()) else {
            return false;
        };
        let is = |wanted: &String| match wanted.as_str() {
            "{currency}" => *text == self.currency,
            wanted => *text == wanted,
        };
        values.iter().any(is) != *not
    }
}

/// The name of a step without its position.
fn name_of(step: &str) -> &str {
    step.split_once('[').map_or(step, |(name, _)| name)
}

/// Where the steps of a path end.
fn ends(path: &str) -> Vec<usize> {
    let slashes = path.match_indices('/').map(|(at, _)| at).skip(1);
    slashes.chain(std::iter::once(path.len())).collect()
}
