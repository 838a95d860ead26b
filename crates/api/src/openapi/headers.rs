//! Headers of answers that no handler sends: described once, and referred to from the answers that have them.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{KnownFormat, SchemaFormat};
use utoipa::openapi::{ObjectBuilder, OpenApi, Ref, RefOr, Response, Type};

use super::common::{Takes, operations};
use super::examples::story;

const REQUEST_ID: &str = "X-Request-Id";
const REPLAYED: &str = "Idempotency-Replayed";
const RETRY_AFTER: &str = "Retry-After";
const AUTHENTICATE: &str = "WWW-Authenticate";
const RATE_LIMIT: &str = "RateLimit";
const RATE_LIMIT_POLICY: &str = "RateLimit-Policy";
const LIMIT: &str = "X-RateLimit-Limit";
const REMAINING: &str = "X-RateLimit-Remaining";
const RESET: &str = "X-RateLimit-Reset";

/// What decides on the headers of an operation's answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation {
    /// Its requests are counted.
    pub(super) is_limited: bool,
    /// It takes an `Idempotency-Key`.
    pub(super) takes_key: bool,
}

/// Describes the headers, and adds them to all answers that have them.
pub(super) fn complete(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        operations(item).for_each(add_to_operation);
    }
    let components = document.components.get_or_insert_default();
    for (name, header) in described() {
        components.headers.insert(name.to_owned(), header.into());
    }
}

fn add_to_operation(operation: &mut Operation) {
    let takes = Takes::of(operation);
    let situation = Situation {
        is_limited: takes.is_limited(),
        takes_key: takes.key,
    };
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response {
            add_to(response, status, situation);
        }
    }
}

/// Adds what goes with an answer of that status.
pub(super) fn add_to(response: &mut Response, status: &str, situation: Situation) {
    let mut add = |name: &str| {
        let reference = Ref::new(format!("#/components/headers/{name}"));
        response.headers.insert(name.to_owned(), RefOr::Ref(reference));
    };
    add(REQUEST_ID);
    // Sent with every answer; said where callers look for it, else they would read it ten times an operation.
    if situation.is_limited && (status.starts_with('2') || status == "429") {
        [RATE_LIMIT, RATE_LIMIT_POLICY, LIMIT, REMAINING, RESET]
            .into_iter()
            .for_each(&mut add);
    }
    match status {
        "401" => add(AUTHENTICATE),
        "429" | "503" => add(RETRY_AFTER),
        "409" if situation.takes_key => add(RETRY_AFTER),
        _ if status.starts_with('2') && situation.takes_key => add(REPLAYED),
        _ => {}
    }
}

fn described() -> [(&'static str, Header); 9] {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let count = |least: f64| {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(least))
    };
    let uuid = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    [
        (
            REQUEST_ID,
            header(
                "Names the request in the server's log; the one that was sent, where that is a UUID.",
                uuid,
                story::REQUEST.to_string(),
            ),
        ),
        (
            RATE_LIMIT,
            header(
                "`r` requests may follow at once; in `t` seconds all may again, or the refused one.",
                text(),
                "\"default\";r=99;t=1",
            ),
        ),
        (
            RATE_LIMIT_POLICY,
            header(
                "`q` requests are allowed in `w` seconds.",
                text(),
                "\"default\";q=100;w=60",
            ),
        ),
        (LIMIT, header("Requests a minute.", count(1.0), 100)),
        (
            REMAINING,
            header("Requests that may follow at once.", count(0.0), 99),
        ),
        (
            RESET,
            header(
                "When all may again, or the refused one, in seconds since 1970-01-01.",
                count(0.0),
                story::now().unix_seconds() + 1,
            ),
        ),
        (
            RETRY_AFTER,
            header("Seconds after which to try again.", count(0.0), 12),
        ),
        (
            AUTHENTICATE,
            header(
                "`Bearer`, with the error where a token was sent.",
                text(),
                "Bearer error=\"invalid_token\"",
            ),
        ),
        (
            REPLAYED,
            header(
                "`true` where the answer is that of an earlier request with this key.",
                text().enum_values(Some(["true"])),
                "true",
            ),
        ),
    ]
}

fn header(description: &str, schema: ObjectBuilder, example: impl Into<serde_json::Value>) -> Header {
    HeaderBuilder::new()
        .description(Some(description))
        .schema(Some(schema))
        .example(Some(example.into()))
        .build()
}
