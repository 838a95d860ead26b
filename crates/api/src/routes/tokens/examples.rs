//! Examples of `/tokens`.

use domain::token::PlainToken;
use serde_json::json;

use super::create::{CreateToken, CreatedToken};
use crate::openapi::examples::{Examples, story};
use crate::wire::TokenBody;

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let token = story::token();
    let made =
        json!({ "name": token.name, "abilities": token.abilities, "workspace_id": token.workspace_id });
    // Not the token by which it was asked for.
    let about = TokenBody::new(token, story::id(0));
    // Nobody's.
    let secret = PlainToken::mint([0; 32]);
    let list = story::page("/tokens", TokenBody::new(story::token(), story::TOKEN));
    vec![
        Examples::of("list_tokens").gives(200, list),
        Examples::of("create_token")
            .takes::<CreateToken>(made)
            .gives(201, CreatedToken::new(about, Some(secret))),
    ]
}
