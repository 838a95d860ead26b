//! The tables, by hand; a test compares them with both catalogues.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::columns::SqlTime;
    instance (id) {
        id -> BigInt,
        secret_key -> Binary,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::columns::SqlTime;
    users (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::{SqlJson, SqlTime};
    workspaces (id) {
        id -> BigInt,
        name -> Text,
        icon -> Nullable<Text>,
        settings -> SqlJson,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        document_count -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::columns::SqlTime;
    members (workspace_id, user_id) {
        workspace_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    tokens (id) {
        id -> SqlUuid,
        user_id -> BigInt,
        name -> Text,
        hash -> Binary,
        abilities -> SqlJson,
        workspace_id -> Nullable<BigInt>,
        expires_at -> Nullable<SqlTime>,
        revoked_at -> Nullable<SqlTime>,
        last_used_at -> Nullable<SqlTime>,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    templates (id) {
        id -> SqlUuid,
        workspace_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        description -> Nullable<Text>,
        settings -> SqlJson,
        version_number -> BigInt,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        session_count -> BigInt,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    template_versions (id) {
        id -> SqlUuid,
        workspace_id -> BigInt,
        template_id -> SqlUuid,
        number -> BigInt,
        schema_json -> SqlJson,
        created_by -> BigInt,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::{SqlTime, SqlUuid};
    events (id) {
        id -> SqlUuid,
        workspace_id -> Nullable<BigInt>,
        actor -> Text,
        user_id -> Nullable<BigInt>,
        token_id -> Nullable<SqlUuid>,
        action -> Text,
        object_id -> Text,
        request_id -> Nullable<SqlUuid>,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::{SqlTime, SqlUuid};
    uploads (id) {
        id -> SqlUuid,
        user_id -> BigInt,
        filename -> Nullable<Text>,
        content_type -> Text,
        size -> Nullable<BigInt>,
        blob_id -> Nullable<SqlUuid>,
        session_id -> Nullable<SqlUuid>,
        created_at -> SqlTime,
        expires_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::columns::{SqlTime, SqlUuid};
    documents (id) {
        id -> SqlUuid,
        workspace_id -> BigInt,
        filename -> Text,
        mime -> Text,
        size -> BigInt,
        sha256 -> Binary,
        status -> Text,
        source_type -> Text,
        source_url -> Nullable<Text>,
        page_count -> Nullable<BigInt>,
        error -> Nullable<Text>,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        filename_folded -> Text,
        parent_id -> Nullable<SqlUuid>,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::columns::SqlUuid;
    attachments (parent_id, child_id) {
        parent_id -> SqlUuid,
        child_id -> SqlUuid,
        position -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    sessions (id) {
        id -> SqlUuid,
        workspace_id -> BigInt,
        template_id -> SqlUuid,
        name -> Text,
        settings -> SqlJson,
        status -> Text,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        name_folded -> Text,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::columns::{SqlTime, SqlUuid};
    session_documents (session_id, document_id) {
        session_id -> SqlUuid,
        document_id -> SqlUuid,
        position -> BigInt,
        attached_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    parsings (id) {
        id -> SqlUuid,
        workspace_id -> BigInt,
        document_id -> SqlUuid,
        config_hash -> Text,
        config -> SqlJson,
        parser_version -> Text,
        status -> Text,
        page_count -> Nullable<BigInt>,
        error -> Nullable<Text>,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        password -> Nullable<Binary>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Double, Nullable};
    use crate::columns::SqlUuid;
    pages (parsing_id, number) {
        parsing_id -> SqlUuid,
        number -> BigInt,
        width -> Nullable<Double>,
        height -> Nullable<Double>,
        word_count -> BigInt,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::columns::{SqlJson, SqlUuid};
    chunks (id) {
        id -> SqlUuid,
        parsing_id -> SqlUuid,
        chunk_index -> BigInt,
        page_from -> BigInt,
        page_to -> BigInt,
        blocks -> SqlJson,
        token_count -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    results (id) {
        id -> SqlUuid,
        workspace_id -> BigInt,
        session_id -> SqlUuid,
        template_version_id -> SqlUuid,
        status -> Text,
        config_hash -> Text,
        document_refs -> SqlJson,
        title -> Nullable<Text>,
        data -> Nullable<SqlJson>,
        audit -> Nullable<SqlJson>,
        checks -> SqlJson,
        warnings -> SqlJson,
        error -> Nullable<Text>,
        rereadings -> BigInt,
        created_at -> SqlTime,
        updated_at -> SqlTime,
        completed_at -> Nullable<SqlTime>,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::columns::SqlUuid;
    result_parsings (result_id, position) {
        result_id -> SqlUuid,
        position -> BigInt,
        parsing_id -> SqlUuid,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    jobs (id) {
        id -> SqlUuid,
        workspace_id -> BigInt,
        kind -> Text,
        task -> SqlJson,
        state -> Text,
        due_at -> Nullable<SqlTime>,
        attempts -> BigInt,
        lost_leases -> BigInt,
        lease_token -> Nullable<SqlUuid>,
        worker -> Nullable<Text>,
        last_error -> Nullable<Text>,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::columns::SqlTime;
    invites (id) {
        id -> BigInt,
        workspace_id -> BigInt,
        email -> Text,
        role -> Text,
        generation -> BigInt,
        invited_by -> Nullable<BigInt>,
        valid_until -> SqlTime,
        accepted_at -> Nullable<SqlTime>,
        created_at -> SqlTime,
        updated_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::columns::{SqlJson, SqlTime, SqlUuid};
    idempotency_keys (token_id, route, key) {
        token_id -> SqlUuid,
        route -> Text,
        key -> Text,
        fingerprint -> Nullable<Binary>,
        in_flight_until -> Nullable<SqlTime>,
        holder -> SqlUuid,
        status -> Nullable<BigInt>,
        headers -> Nullable<SqlJson>,
        body -> Nullable<Binary>,
        expires_at -> SqlTime,
        created_at -> SqlTime,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::columns::SqlTime;
    discarded_blobs (workspace_id, kind, name) {
        workspace_id -> BigInt,
        kind -> Text,
        name -> Text,
        created_at -> SqlTime,
    }
}

joinable!(invites -> workspaces (workspace_id));
joinable!(members -> users (user_id));
joinable!(members -> workspaces (workspace_id));
joinable!(template_versions -> templates (template_id));
joinable!(session_documents -> documents (document_id));
joinable!(session_documents -> sessions (session_id));
joinable!(parsings -> documents (document_id));
joinable!(pages -> parsings (parsing_id));
joinable!(chunks -> parsings (parsing_id));
joinable!(result_parsings -> results (result_id));
joinable!(result_parsings -> parsings (parsing_id));

allow_tables_to_appear_in_same_query!(invites, members, tokens, users, workspaces);
allow_tables_to_appear_in_same_query!(events, users);
allow_tables_to_appear_in_same_query!(idempotency_keys, members);
allow_tables_to_appear_in_same_query!(idempotency_keys, tokens);
allow_tables_to_appear_in_same_query!(template_versions, templates);
allow_tables_to_appear_in_same_query!(
    attachments,
    chunks,
    documents,
    pages,
    parsings,
    result_parsings,
    results,
    session_documents,
    sessions,
    uploads,
);
