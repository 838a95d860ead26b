//! The elements of an XML file, and the paths of their values.

use std::collections::BTreeMap;

use domain::parsed::XmlValue;

use super::{MEDIA_TYPE, Node, Walk};
use crate::ParseError;
use crate::limits::Limit;

/// All elements in their order.
pub(super) struct Tree {
    pub(super) elements: Vec<Element>,
}

/// An element.
#[derive(Default)]
pub(super) struct Element {
    pub(super) name: String,
    /// By index.
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    /// Which of its parent's children of that name it is, from 1.
    position: u32,
    /// Its parent has more children of that name.
    pub(super) repeated: bool,
    pub(super) attributes: Vec<(String, String)>,
    /// Its own characters, without those of what lies in it.
    pub(super) text: String,
    /// Index of its first value.
    pub(super) first_value: usize,
}

impl Element {
    /// How many values it has itself: its attributes, then its text.
    pub(super) fn values(&self) -> usize {
        self.attributes
            .len()
            .saturating_add(usize::from(!self.text.is_empty()))
    }
}

impl Tree {
    pub(super) fn read(text: &str) -> Result<Self, ParseError> {
        let mut walk = Walk::new(text, MEDIA_TYPE);
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        // How many children of each name an element has so far.
        let mut counted: BTreeMap<(Option<usize>, String), (usize, u32)> = BTreeMap::new();
        while let Some(node) = walk.next()? {
            match node {
                Node::Open(tag) => {
                    let index = elements.len();
                    Limit::Elements.check(u64::try_from(index).unwrap_or(u64::MAX))?;
                    let parent = open.last().copied();
                    let name = tag.name();
                    let (first, count) = counted.entry((parent, name.clone())).or_insert((index, 0));
                    *count = count.saturating_add(1);
                    let position = *count;
                    if position == 2
                        && let Some(first) = elements.get_mut(*first)
                    {
                        first.repeated = true;
                    }
                    if let Some(parent) = parent.and_then(|parent| elements.get_mut(parent)) {
                        parent.children.push(index);
                    }
                    let attributes = tag.attributes();
                    elements.push(Element {
                        name,
                        parent,
                        position,
                        repeated: position > 1,
                        attributes: attributes
                            .map(|(name, value)| (name, value.trim().to_owned()))
                            .filter(|(_, value)| !value.is_empty())
                            .collect(),
                        ..Element::default()
                    });
                    open.push(index);
                }
                Node::Text(text) => {
                    let element = open.last().and_then(|index| elements.get_mut(*index));
                    if let Some(element) = element {
                        element.text.push_str(&text);
                    }
                }
                Node::Close => {
                    let element = open.pop().and_then(|index| elements.get_mut(index));
                    if let Some(element) = element {
                        element.text = element.text.trim().to_owned();
                    }
                }
            }
        }
        if elements.is_empty() {
            return Err(ParseError::Broken {
                media_type: MEDIA_TYPE.to_owned(),
                reason: "it has no element".to_owned(),
            });
        }
        let mut next = 0_usize;
        for element in &mut elements {
            element.first_value = next;
            next = next.saturating_add(element.values());
        }
        Ok(Self { elements })
    }

    /// All values with their paths: of each element its attributes, then its text.
    pub(super) fn values(&self) -> Result<Vec<XmlValue>, ParseError> {
        let mut values = Vec::new();
        let mut characters = 0_u64;
        let mut add = |path: String, text: &str| {
            let length = path.len().saturating_add(text.len());
            characters = characters.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
            Limit::Characters.check(characters)?;
            values.push(XmlValue {
                path,
                text: text.to_owned(),
                words: None,
            });
            Ok(())
        };
        for (index, element) in self.elements.iter().enumerate() {
            if element.values() == 0 {
                continue;
            }
            let path = self.path(index);
            for (name, value) in &element.attributes {
                add(format!("{path}/@{name}"), value)?;
            }
            if !element.text.is_empty() {
                add(path, &element.text)?;
            }
        }
        Ok(values)
    }

    fn path(&self, index: usize) -> String {
        let mut steps = Vec::new();
        let mut next = Some(index);
        while let Some(element) = next.and_then(|index| self.elements.get(index)) {
            steps.push(if element.repeated {
                format!("/{}[{}]", element.name, element.position)
            } else {
                format!("/{}", element.name)
            });
            next = element.parent;
        }
        steps.reverse();
        steps.concat()
    }
}
