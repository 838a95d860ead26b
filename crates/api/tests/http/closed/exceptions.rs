//! What the walk does not try, each with its reason. The list is to stay short.

/// Operations that need no token.
const PUBLIC: [(&str, &str); 5] = [
    (
        "accept_invitation",
        "the link is the permission; who has an account shows its token beside it",
    ),
    ("get_invitation", "the link is the permission"),
    ("download_document", "the signed address is the permission"),
    ("get_liveness", "probes have no token"),
    ("receive_upload", "the signed address is the permission"),
];

/// Operations that take any token, whatever its abilities.
const ANY_TOKEN: [(&str, &str); 2] = [
    ("create_upload_url", "the contract asks for no ability"),
    ("get_user", "a token may always tell whose it is"),
];

/// Operations in which no role stands in the way, though the ability is one that roles forbid.
const NO_ROLE: [(&str, &str); 2] = [
    ("create_workspace", "whoever makes a workspace is its admin"),
    ("leave_workspace", "nobody has to stay"),
];

/// Operations for admins, though roles allow the ability.
const ADMINS: [(&str, &str); 2] = [
    (
        "get_invite_link",
        "the link is a credential: who has it becomes a member",
    ),
    ("list_events", "what members do is for those who answer for it"),
];

fn holds(list: &[(&str, &str)], id: &str) -> bool {
    list.iter().any(|(listed, _reason)| *listed == id)
}

pub(crate) fn is_public(id: &str) -> bool {
    holds(&PUBLIC, id)
}

pub(super) fn takes_any_token(id: &str) -> bool {
    holds(&ANY_TOKEN, id)
}

pub(super) fn asks_for_no_role(id: &str) -> bool {
    holds(&NO_ROLE, id)
}

pub(super) fn is_for_admins(id: &str) -> bool {
    holds(&ADMINS, id)
}

/// All that are named here.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    let lists: [&[(&str, &str)]; 4] = [&PUBLIC, &ANY_TOKEN, &NO_ROLE, &ADMINS];
    lists.into_iter().flatten().map(|(id, _reason)| *id)
}
