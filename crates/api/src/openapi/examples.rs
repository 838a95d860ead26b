//! Examples: what every operation takes and answers, as values of the types by which it does, so that they cannot
//! differ from what is sent.
//!
//! Together they tell one story, see [`story`]. Each resource tells its part in `routes/<resource>/examples.rs`, a line
//! an operation:
//!
//! ```text
//! Examples::of("create_workspace")
//!     .takes::<CreateWorkspace>(json!({ "name": "Accounting" }))
//!     .gives(201, story::workspace()),
//! ```

pub mod story;

use std::collections::HashMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, OpenApi, RefOr};

use super::common::operations;
use crate::error::ApiError;

const JSON: &str = "application/json";

/// The examples of one operation.
pub struct Examples {
    operation: &'static str,
    bodies: Vec<Body>,
    answers: Vec<Answer>,
    errors: Vec<ApiError>,
}

/// A body that the operation takes.
struct Body {
    /// Which of several forms it is.
    form: &'static str,
    value: Value,
    /// Reads it as the operation does.
    #[cfg_attr(not(test), expect(dead_code, reason = "asked by a test of all examples"))]
    read: fn(Value) -> Result<(), String>,
}

/// A body that it answers with.
struct Answer {
    status: u16,
    media_type: &'static str,
    value: Value,
}

impl Examples {
    /// Those of the operation with this id.
    pub fn of(operation: &'static str) -> Self {
        Self {
            operation,
            bodies: Vec::new(),
            answers: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// A body, which the handler reads as `T`.
    #[must_use]
    pub fn takes<T: DeserializeOwned>(self, body: Value) -> Self {
        self.takes_form::<T>("body", body)
    }

    /// A body in one of several forms, whose name tells it from the others. They are shown by their names.
    #[must_use]
    pub fn takes_form<T: DeserializeOwned>(mut self, form: &'static str, value: Value) -> Self {
        self.bodies.push(Body {
            form,
            value,
            read: |value| {
                let read = serde_json::from_value::<T>(value);
                read.map(drop).map_err(|error| error.to_string())
            },
        });
        self
    }

    /// An answer in JSON.
    #[must_use]
    pub fn gives<T: Serialize>(mut self, status: u16, body: T) -> Self {
        self.answers.push(Answer {
            status,
            media_type: JSON,
            // What has no JSON form fails the test that holds examples against their schemas.
            value: serde_json::to_value(body).unwrap_or_default(),
        });
        self
    }

    /// An answer that is a text of that type.
    #[must_use]
    pub fn gives_text(mut self, status: u16, media_type: &'static str, text: &str) -> Self {
        self.answers.push(Answer {
            status,
            media_type,
            value: text.into(),
        });
        self
    }

    /// An error of its own. Those that many operations have stand in the document already.
    #[must_use]
    pub fn fails(mut self, error: ApiError) -> Self {
        self.errors.push(error);
        self
    }
}

/// The errors of operations' own, by the operation's id.
pub(super) fn take_errors(examples: &mut [Examples]) -> HashMap<&'static str, Vec<ApiError>> {
    let of_each = examples
        .iter_mut()
        .map(|example| (example.operation, std::mem::take(&mut example.errors)));
    of_each.collect()
}

/// Puts the examples into the document. Returns what has no place there: an operation, a body or an answer that the
/// document does not know.
pub(super) fn complete(document: &mut OpenApi, examples: Vec<Examples>) -> Vec<String> {
    let mut examples: HashMap<&str, Examples> = examples
        .into_iter()
        .map(|example| (example.operation, example))
        .collect();
    let mut misplaced = Vec::new();
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            if let Some(examples) = examples.remove(id) {
                misplaced.extend(put(operation, examples));
            }
        }
    }
    misplaced.extend(examples.into_keys().map(str::to_owned));
    misplaced
}

fn put(operation: &mut Operation, examples: Examples) -> Vec<String> {
    let Examples {
        operation: id,
        bodies,
        answers,
        errors: _,
    } = examples;
    let mut misplaced = Vec::new();
    if !bodies.is_empty() {
        match body_of(operation) {
            Some(content) => put_bodies(content, bodies),
            None => misplaced.push(format!("{id}: takes no JSON")),
        }
    }
    for answer in answers {
        let Answer {
            status,
            media_type,
            value,
        } = answer;
        match answer_of(operation, status, media_type) {
            Some(content) => content.example = Some(value),
            None => misplaced.push(format!("{id}: does not answer {status} with {media_type}")),
        }
    }
    misplaced
}

fn put_bodies(content: &mut Content, bodies: Vec<Body>) {
    if let [Body { value, .. }] = bodies.as_slice() {
        content.example = Some(value.clone());
        return;
    }
    for Body { form, value, .. } in bodies {
        let example = ExampleBuilder::new().value(Some(value)).build();
        content.examples.insert(form.to_owned(), example.into());
    }
}

fn body_of(operation: &mut Operation) -> Option<&mut Content> {
    match operation.request_body.as_mut()? {
        RefOr::T(body) => content(body.content.get_mut(JSON)),
        RefOr::Ref(_) => None,
    }
}

fn answer_of<'a>(operation: &'a mut Operation, status: u16, media_type: &str) -> Option<&'a mut Content> {
    match operation.responses.responses.get_mut(&status.to_string())? {
        RefOr::T(response) => content(response.content.get_mut(media_type)),
        RefOr::Ref(_) => None,
    }
}

fn content(content: Option<&mut RefOr<Content>>) -> Option<&mut Content> {
    match content? {
        RefOr::T(content) => Some(content),
        RefOr::Ref(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::{openapi, routes};

    #[test]
    fn every_example_of_a_body_is_read_as_its_operation_reads_it() {
        for Examples {
            operation, bodies, ..
        } in routes::examples()
        {
            for Body { form, value, read } in bodies {
                assert_eq!(read(value), Ok(()), "{operation}: {form}");
            }
        }
    }

    #[test]
    fn no_example_is_for_something_that_is_not_there() {
        let misplaced = complete(&mut openapi::document(), routes::examples());
        assert!(misplaced.is_empty(), "{misplaced:?}");
        let mut seen = HashSet::new();
        for Examples { operation, .. } in routes::examples() {
            assert!(seen.insert(operation), "{operation} has two lists of examples");
        }
    }
}
