//! Errors as callers get them, written by the code that writes them for callers.

use utoipa::openapi::example::{Example, ExampleBuilder};
use utoipa::openapi::{Content, Ref, RefOr, Response};

use crate::error::{ApiError, ErrorBody, PROBLEM_JSON, Problem};
use crate::openapi::examples::story;

/// How an error is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// As plain JSON.
    Plain,
    /// As a problem document, for those who ask for it.
    Problem,
}

impl Form {
    pub(super) const ALL: [Self; 2] = [Self::Plain, Self::Problem];

    const fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "application/json",
            Self::Problem => PROBLEM_JSON,
        }
    }

    /// The name of its schema.
    const fn schema(self) -> &'static str {
        match self {
            Self::Plain => "Error",
            Self::Problem => "Problem",
        }
    }

    fn example(self, error: &ApiError) -> Example {
        let value = match self {
            Self::Plain => serde_json::to_value(ErrorBody::new(error, story::REQUEST)),
            Self::Problem => serde_json::to_value(Problem::new(error, story::REQUEST)),
        };
        ExampleBuilder::new().value(value.ok()).build()
    }

    /// The name of a shared example.
    fn name(self, error: &ApiError) -> String {
        let code = error.code().name();
        match self {
            Self::Plain => code.to_owned(),
            Self::Problem => format!("{code}_problem"),
        }
    }
}

/// An example that answers refer to, with its name.
pub(super) fn shared_example(form: Form, error: &ApiError) -> (String, Example) {
    (form.name(error), form.example(error))
}

/// Gives an answer both forms: with references to examples that are shared, and examples of its own.
pub(super) fn fill(response: &mut Response, shared: &[ApiError], own: &[&ApiError]) {
    for form in Form::ALL {
        let schema = || Content::new(Some(Ref::from_schema_name(form.schema())));
        let content = response
            .content
            .entry(form.media_type().to_owned())
            .or_insert_with(|| schema().into());
        let RefOr::T(content) = content else {
            continue;
        };
        for error in shared {
            let reference = Ref::new(format!("#/components/examples/{}", form.name(error)));
            content
                .examples
                .insert(error.code().name().to_owned(), RefOr::Ref(reference));
        }
        for error in own {
            let example = form.example(error);
            content
                .examples
                .insert(error.code().name().to_owned(), example.into());
        }
    }
}
