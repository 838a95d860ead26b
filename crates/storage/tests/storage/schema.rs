//! The schema: the same on both databases, every foreign key indexed, every uniqueness rule known by name.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use storage::{AnyConnection, Constraint};
use testkit::databases::TestDb;

use crate::scene::read;

testkit::both![
    foreign_keys_are_indexed_and_say_what_happens_on_delete,
    uniqueness_rules_are_known_by_name,
];

/// What a database says of itself, in the same words for both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Catalogue {
    /// (table, column) to whether it may be null.
    pub(crate) columns: BTreeMap<(String, String), bool>,
    /// (table, columns in order) of every index, those of keys and uniqueness rules included.
    pub(crate) indexes: BTreeSet<(String, String)>,
    /// (table, column, table that is referred to) to the rule for deletes.
    pub(crate) foreign_keys: BTreeMap<(String, String, String), String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
    #[diesel(sql_type = Nullable<Text>)]
    c: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d: Option<String>,
}

fn rows(c: &mut AnyConnection, sql: &str) -> Vec<Row> {
    diesel::sql_query(sql).load(c).unwrap()
}

pub(crate) fn catalogue(db: &TestDb) -> Catalogue {
    read(db, |c| {
        Ok(if db.db.url().is_postgres() {
            postgres(c)
        } else {
            sqlite(c)
        })
    })
}

const SQLITE_TABLES: &str = "sqlite_master AS t WHERE t.type = 'table' \
     AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'";

fn sqlite(c: &mut AnyConnection) -> Catalogue {
    let columns = rows(
        c,
        &SQLITE_TABLES.replace(
            "sqlite_master AS t WHERE",
            "SELECT t.name AS a, i.name AS b, \
         CASE WHEN i.\"notnull\" THEN NULL ELSE 'null' END AS c, NULL AS d \
         FROM sqlite_master AS t, pragma_table_info(t.name) AS i WHERE",
        ),
    );
    let indexes = rows(
        c,
        &SQLITE_TABLES.replace(
            "sqlite_master AS t WHERE",
            "SELECT t.name AS a, \
         (SELECT group_concat(n.name, ', ') FROM pragma_index_info(i.name) AS n) AS b, NULL AS c, NULL AS d \
         FROM sqlite_master AS t, pragma_index_list(t.name) AS i WHERE",
        ),
    );
    let foreign_keys = rows(
        c,
        &SQLITE_TABLES.replace("sqlite_master AS t WHERE", "SELECT t.name AS a, f.\"from\" AS b, \
         f.\"table\" AS c, f.on_delete AS d FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS f WHERE"),
    );
    gathered(columns, indexes, foreign_keys)
}

fn postgres(c: &mut AnyConnection) -> Catalogue {
    let columns = rows(
        c,
        "SELECT table_name::text AS a, column_name::text AS b, \
         CASE is_nullable WHEN 'YES' THEN 'null' END AS c, NULL::text AS d \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
    );
    let indexes = rows(
        c,
        "SELECT t.relname::text AS a, (SELECT string_agg(a.attname::text, ', ' ORDER BY k.place) \
         FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) AS b, NULL::text AS c, NULL::text AS d \
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid \
         WHERE t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_\\_%'",
    );
    let foreign_keys = rows(
        c,
        "SELECT t.relname::text AS a, a.attname::text AS b, r.relname::text AS c, \
         CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT' WHEN 'n' THEN 'SET NULL' \
         ELSE 'NO ACTION' END AS d \
         FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] WHERE k.contype = 'f'",
    );
    gathered(columns, indexes, foreign_keys)
}

fn gathered(columns: Vec<Row>, indexes: Vec<Row>, foreign_keys: Vec<Row>) -> Catalogue {
    Catalogue {
        columns: columns
            .into_iter()
            .map(|row| ((row.a, row.b), row.c.is_some()))
            .collect(),
        indexes: indexes.into_iter().map(|row| (row.a, row.b)).collect(),
        foreign_keys: foreign_keys
            .into_iter()
            .map(|row| ((row.a, row.b, row.c.unwrap()), row.d.unwrap()))
            .collect(),
    }
}

/// Keys of one whole number are no index of their own on SQLite.
fn without_counted_keys(mut catalogue: Catalogue) -> Catalogue {
    catalogue.indexes.retain(|(table, columns)| {
        columns != "id" || !matches!(table.as_str(), "instance" | "invites" | "users" | "workspaces")
    });
    catalogue
}

#[test]
fn both_databases_hold_the_same_tables() {
    let Some(postgres) = TestDb::postgres() else {
        return;
    };
    let sqlite = catalogue(&TestDb::sqlite());
    assert!(sqlite.columns.len() > 100, "the catalogue was not read");
    assert_eq!(sqlite, without_counted_keys(catalogue(&postgres)));
}

/// What is written by hand in `storage::schema` is what the database holds: every column can be selected.
#[test]
fn the_declared_tables_are_those_of_the_database() {
    let db = TestDb::sqlite();
    let declared = include_str!("../../src/schema.rs");
    let catalogue = catalogue(&db);
    for (table, column) in catalogue.columns.keys() {
        let body = declared
            .split(&format!("\n    {table} ("))
            .nth(1)
            .unwrap_or_else(|| panic!("{table} is not declared"));
        let body = body.split("\n    }").next().unwrap();
        assert!(
            body.contains(&format!("\n        {column} -> ")),
            "{table}.{column} is not declared"
        );
    }
    let declared_columns = declared
        .lines()
        .filter(|line| line.starts_with("        ") && line.contains(" -> "));
    assert_eq!(declared_columns.count(), catalogue.columns.len());
}

fn foreign_keys_are_indexed_and_say_what_happens_on_delete(db: &TestDb) {
    let catalogue = catalogue(db);
    assert!(catalogue.foreign_keys.len() > 20, "the catalogue was not read");
    for ((table, column, _), rule) in &catalogue.foreign_keys {
        assert_ne!(rule, "NO ACTION", "{table}.{column}");
        let indexed = catalogue
            .indexes
            .iter()
            .any(|(indexed, columns)| indexed == table && columns.split(", ").next() == Some(column));
        assert!(indexed, "{table}.{column} is not indexed");
    }
}

/// Those of single ids apart: ids are made by us, and one that is there already is a mistake, not a conflict.
fn uniqueness_rules_are_known_by_name(db: &TestDb) {
    let known: BTreeSet<String> = Constraint::ALL
        .iter()
        .map(|rule| {
            if db.db.url().is_postgres() {
                rule.postgres_name().to_owned()
            } else {
                rule.sqlite_columns().to_owned()
            }
        })
        .collect();
    let sql = if db.db.url().is_postgres() {
        "SELECT r.relname::text AS a, '' AS b, NULL::text AS c, NULL::text AS d FROM pg_index i \
         JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class r ON r.oid = i.indexrelid WHERE i.indisunique \
         AND t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_\\_%' \
         AND (NOT i.indisprimary OR i.indnatts > 1)"
            .to_owned()
    } else {
        SQLITE_TABLES.replace(
            "sqlite_master AS t WHERE",
            "SELECT (SELECT group_concat(t.name || '.' || n.name, ', ') FROM pragma_index_info(i.name) AS n) AS a, \
             '' AS b, NULL AS c, NULL AS d FROM sqlite_master AS t, pragma_index_list(t.name) AS i \
             WHERE i.\"unique\" AND (i.origin = 'u' OR \
             (SELECT count(*) FROM pragma_index_info(i.name)) > 1) AND",
        )
    };
    let found: BTreeSet<String> = read(db, |c| Ok(rows(c, &sql)))
        .into_iter()
        .map(|row| row.a)
        .collect();
    assert_eq!(known, found);
}

/// The plan of a claim, and of the lists, walks an index; nothing is sorted and no table is read whole.
#[test]
fn claims_and_lists_walk_an_index() {
    let db = TestDb::sqlite();
    let claims_and_small_lists = [
        "SELECT id FROM jobs WHERE kind = 'parse' AND due_at <= 'x' ORDER BY due_at, id LIMIT 5",
        "SELECT id FROM results WHERE session_id = 'x' ORDER BY created_at DESC, id DESC LIMIT 5",
        "SELECT id FROM results WHERE session_id = 'x' AND status = 'completed' AND workspace_id IN (1) \
         ORDER BY created_at DESC, id DESC LIMIT 1",
        "SELECT id FROM tokens WHERE user_id = 1 ORDER BY created_at DESC, id DESC LIMIT 5",
        "SELECT id FROM uploads WHERE expires_at < 'x' ORDER BY expires_at, id LIMIT 5",
        "SELECT document_id FROM session_documents WHERE session_id = 'x' ORDER BY position LIMIT 5",
    ];
    for query in claims_and_small_lists {
        assert_walks_an_index(&db, query);
    }
    for query in lists_that_grow() {
        let plan = assert_walks_an_index(&db, &query);
        // The page begins in the index where the anchor stands: nothing before it is read.
        let is_entered_at_the_anchor = plan.contains("<?") || plan.contains(">?");
        assert_eq!(
            is_entered_at_the_anchor,
            query.contains(" OR id "),
            "{query}: {plan}"
        );
    }
}

/// Every order of every list that grows, with and without a status, from the beginning and from an anchor: the
/// conditions as `storage::growing` writes them.
fn lists_that_grow() -> Vec<String> {
    let mut queries = Vec::new();
    for (table, owner, name) in [
        ("sessions", "workspace_id = 1", "name_folded"),
        ("sessions", "template_id = 'x'", "name_folded"),
        ("documents", "workspace_id = 1", "filename_folded"),
    ] {
        for (key, status) in [
            ("created_at", ""),
            (name, ""),
            ("created_at", "AND status = 'failed'"),
            (name, "AND status = 'failed'"),
        ] {
            for (passes, direction) in [("<", "DESC"), (">", "ASC")] {
                let order = format!("ORDER BY {key} {direction}, id {direction} LIMIT 5");
                let anchor = format!("AND {key} {passes}= 'a' AND ({key} {passes} 'a' OR id {passes} 'b')");
                queries.push(format!("SELECT id FROM {table} WHERE {owner} {status} {order}"));
                queries.push(format!(
                    "SELECT id FROM {table} WHERE {owner} {status} {anchor} {order}"
                ));
            }
        }
    }
    for action in ["", "AND action = 'token.created'"] {
        let order = "ORDER BY created_at DESC, id DESC LIMIT 5";
        let anchor = "AND created_at <= 'a' AND (created_at < 'a' OR id < 'b')";
        queries.push(format!(
            "SELECT id FROM events WHERE workspace_id = 1 {action} {order}"
        ));
        queries.push(format!(
            "SELECT id FROM events WHERE workspace_id = 1 {action} {anchor} {order}"
        ));
    }
    for key in ["created_at", "name_folded"] {
        queries.push(format!(
            "SELECT id FROM templates WHERE workspace_id = 1 ORDER BY {key} DESC, id DESC LIMIT 5"
        ));
    }
    queries
}

fn assert_walks_an_index(db: &TestDb, query: &str) -> String {
    let plan = read(db, |c| {
        let sql = format!("EXPLAIN QUERY PLAN {query}");
        Ok(diesel::sql_query(sql).load::<Plan>(c)?)
    });
    let plan: Vec<String> = plan.into_iter().map(|step| step.detail).collect();
    assert!(
        plan.iter().all(|step| step.starts_with("SEARCH")),
        "{query}: {plan:?}"
    );
    plan.join("; ")
}

/// The same on PostgreSQL, told not to sort and not to read tables whole where there is any other way.
#[test]
fn lists_that_grow_walk_an_index_on_postgres() {
    let Some(db) = TestDb::postgres() else {
        return;
    };
    for query in lists_that_grow() {
        let query = query
            .replace("'x'", "'00000000-0000-7000-8000-000000000000'")
            .replace("id < 'b'", "id < '00000000-0000-7000-8000-000000000000'")
            .replace("id > 'b'", "id > '00000000-0000-7000-8000-000000000000'");
        let query = if query.contains("ORDER BY created_at") {
            query.replace("'a'", "'2026-03-04T12:00:00Z'")
        } else {
            query
        };
        let plan: Vec<PostgresPlan> = read(&db, |c| {
            for setting in ["enable_seqscan", "enable_bitmapscan", "enable_sort"] {
                diesel::sql_query(format!("SET LOCAL {setting} = off")).execute(c)?;
            }
            Ok(diesel::sql_query(format!("EXPLAIN {query}")).load(c)?)
        });
        let plan: Vec<String> = plan.into_iter().map(|step| step.detail).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("Index"), "{query}: {plan}");
        assert!(
            !plan.contains("Sort") && !plan.contains("Seq Scan"),
            "{query}: {plan}"
        );
        let conditions = plan.lines().find(|line| line.contains("Index Cond")).unwrap();
        let is_entered_at_the_anchor = conditions.contains("<=") || conditions.contains(">=");
        assert_eq!(
            is_entered_at_the_anchor,
            query.contains(" OR id "),
            "{query}: {plan}"
        );
    }
}

#[derive(QueryableByName)]
struct PostgresPlan {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    detail: String,
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Text)]
    detail: String,
}
