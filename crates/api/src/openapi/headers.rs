//! Headers of answers that no handler sends: described once, and referred to wherever they come.

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
    if situation.is_limited {
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
                "Names the request in the server's log, in the audit trail and in errors: that of the request, where it \
                 was sent there and is a UUID.",
                uuid,
                story::REQUEST.to_string(),
            ),
        ),
        (
            RATE_LIMIT,
            header(
                "Where the client stands: `r` requests may follow at once, and in `t` seconds the whole quota is there \
                 again; where the request was refused, the next one is allowed then. Not sent by a server without a \
                 limit, like the other headers about it.",
                text(),
                "\"default\";r=99;t=1",
            ),
        ),
        (
            RATE_LIMIT_POLICY,
            header(
                "The limit: `q` requests in `w` seconds.",
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
                "When the whole quota is there again or, where the request was refused, the next one is allowed; in \
                 seconds since 1970-01-01.",
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
                "`true` where the answer is that of an earlier request with the same `Idempotency-Key`; else not sent.",
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
