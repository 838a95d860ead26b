//! Examples of `/user`.

use super::current::CurrentUser;
use crate::openapi::examples::{Examples, story};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let current = story::current().map(|current| CurrentUser::new(current, story::TOKEN));
    vec![Examples::of("get_user").gives(200, current)]
}
