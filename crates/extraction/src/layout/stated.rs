//! What documents state in a structured way: the headers of a message, the XML of an e-invoice.
//!
//! Such values need no looking for. They go through the same checks and types as others, and mostly outrank what the
//! layout suggests.

mod mail;
mod mailbox;
mod xml;

use domain::schema::{Field, Group};

use self::mail::{Message, Wish};
use self::xml::Xml;
use super::answer::Scored;
use super::ask::Ask;
use super::scene::Scene;
use super::slots::Answer;
use super::tables::Located;

/// A name that means the header this surely takes nothing else for an answer.
const ALONE: f64 = 0.85;
/// What a name that may mean something else is worth where other fields ask for headers.
const AMONG_OTHERS: f64 = 0.9;

/// What the documents of a run state for the fields that are asked for.
#[derive(Debug, Default)]
pub(crate) struct Stated<'a> {
    messages: Vec<Message>,
    /// One for each ask.
    wishes: Vec<Option<Wish>>,
    xml: Option<Xml<'a>>,
}

impl<'a> Stated<'a> {
    pub(crate) fn new(scene: &Scene<'a>, schema: &[Group], asks: &[Ask<'_>]) -> Self {
        let xml = Xml::find(scene);
        let messages = mail::messages(scene);
        if messages.is_empty() {
            return Self {
                xml,
                ..Self::default()
            };
        }
        let mut wishes: Vec<Option<Wish>> = asks.iter().map(Wish::of_ask).collect();
        let sure = |wish: &Wish| wish.sure >= ALONE;
        let of_mail = wishes.iter().flatten().any(sure)
            || schema.iter().any(|group| mail::is_of_header(&group.name, group));
        for wish in wishes.iter_mut().flatten().filter(|_| of_mail) {
            wish.sure = wish.sure.max(AMONG_OTHERS);
        }
        Self {
            messages,
            wishes,
            xml,
        }
    }

    /// What is stated for a field, given as its index into all that is asked.
    pub(crate) fn candidates(&self, scene: &Scene<'_>, number: usize, ask: &Ask<'_>) -> Vec<Scored> {
        let Some(wish) = self.wishes.get(number).and_then(Option::as_ref) else {
            return Vec::new();
        };
        let messages = self.messages.iter();
        messages
            .flat_map(|message| message.candidates(scene, ask, wish))
            .collect()
    }

    /// Whether a field asks for nothing but what is stated: the subject of a message is its header or none.
    pub(crate) fn alone(&self, number: usize) -> bool {
        let wish = self.wishes.get(number).and_then(Option::as_ref);
        wish.is_some_and(|wish| wish.sure >= ALONE)
    }

    /// The answer to a field: what the e-invoice says, or what was found on the page. An element of a list that a group
    /// runs over is a place on the page, of which the e-invoice knows nothing.
    pub(crate) fn told(&self, scene: &Scene<'_>, ask: &Ask<'_>, within: bool, page: Answer) -> Answer {
        match &self.xml {
            Some(xml) if !within => xml::single(scene, xml, ask, page),
            _ => page,
        }
    }

    /// The entries of a list, named by its path and described so: what the documents state, or what `find` finds on
    /// the pages.
    pub(crate) fn rows(
        &self,
        scene: &Scene<'_>,
        group: &Group,
        (path, description): (&str, Option<&str>),
        fields: &[Field],
        find: impl FnOnce() -> Located,
    ) -> Located {
        if let Some(found) = mail::rows(scene, group, path, description, fields) {
            return found;
        }
        let page = find();
        match &self.xml {
            Some(xml) => xml::rows(scene, xml, group, path, fields, page),
            None => page,
        }
    }
}
