//! What documents state in a structured way: the headers of a message.
//!
//! Such values need no looking for. They go through the same answers, checks and types as others, and mostly outrank
//! what the layout suggests.

mod mail;
mod mailbox;

use domain::schema::{Field, Group};

use self::mail::{Message, Wish};
use super::answer::Scored;
use super::ask::Ask;
use super::scene::Scene;
use super::tables::Located;

/// A name that means the header this surely takes nothing else for an answer.
const ALONE: f64 = 0.85;
/// What a name that may mean something else is worth where other fields ask for headers.
const AMONG_OTHERS: f64 = 0.9;

/// What the documents of a run state for the fields that are asked for.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    messages: Vec<Message>,
    /// One for each ask.
    wishes: Vec<Option<Wish>>,
}

impl Stated {
    pub(crate) fn new(scene: &Scene<'_>, schema: &[Group], asks: &[Ask<'_>]) -> Self {
        let messages = mail::messages(scene);
        if messages.is_empty() {
            return Self::default();
        }
        let mut wishes: Vec<Option<Wish>> = asks.iter().map(Wish::of_ask).collect();
        let sure = |wish: &Wish| wish.sure >= ALONE;
        let of_mail = wishes.iter().flatten().any(sure)
            || schema.iter().any(|group| mail::is_of_header(&group.name, group));
        for wish in wishes.iter_mut().flatten().filter(|_| of_mail) {
            wish.sure = wish.sure.max(AMONG_OTHERS);
        }
        Self { messages, wishes }
    }

    /// What is stated for a field, given as its index into all that is asked.
    pub(crate) fn candidates(&self, scene: &Scene<'_>, number: usize, ask: &Ask<'_>) -> Vec<Scored> {
        let wish = self.wishes.get(number).and_then(Option::as_ref);
        let messages = self.messages.iter();
        wish.map(|wish| {
            messages
                .flat_map(|message| message.candidates(scene, ask, wish))
                .collect()
        })
        .unwrap_or_default()
    }

    /// Whether a field asks for nothing but what is stated: the subject of a message is its header or none.
    pub(crate) fn alone(&self, number: usize) -> bool {
        let wish = self.wishes.get(number).and_then(Option::as_ref);
        wish.is_some_and(|wish| wish.sure >= ALONE)
    }
}

/// The entries of a list that documents state; none where it is to be looked for.
pub(crate) fn rows(
    scene: &Scene<'_>,
    group: &Group,
    path: &str,
    description: Option<&str>,
    fields: &[Field],
) -> Option<Located> {
    mail::rows(scene, group, path, description, fields)
}
