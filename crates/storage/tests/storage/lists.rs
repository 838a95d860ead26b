//! Lists that grow: their order, where they are read on, and how many items they have.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::document::DocumentStatus;
use domain::id::TemplateId;
use domain::pagination::{GrowingPage, ListRequest, MOST_COUNTED, PageRequest, Sort};
use domain::session::{Session, SessionStatus};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use storage::documents::NewDocument;
use storage::sessions::NewSession;
use storage::{AnyConnection, Error, documents, sessions, templates};
use testkit::databases::{TestDb, at};

use crate::scene::{Tenant, keep, new_document, new_template, read, schema, tenant, write};

testkit::both![
    a_list_is_read_from_anchor_to_anchor_in_every_order,
    what_comes_meanwhile_shifts_nothing,
    the_place_of_what_is_gone_is_still_a_place,
    a_name_is_searched_by_its_beginning_in_any_case,
    a_status_is_searched,
    matches_are_counted_up_to_a_limit,
    documents_are_listed_the_same_way,
    kept_counts_are_those_of_the_rows,
];

const ORDERS: [Sort; 4] = [Sort::Newest, Sort::Oldest, Sort::Name, Sort::NameBackwards];

fn make(db: &TestDb, who: &Tenant, name: &str, seconds: u64) -> Session {
    let new = NewSession {
        template_id: who.template.id,
        name: name.parse().unwrap(),
        settings: json!({}),
    };
    write(db, |c| sessions::insert(c, who.workspace.id, new, at(seconds)))
}

fn of(per_page: u32, sort: Sort) -> ListRequest<SessionStatus> {
    ListRequest {
        page: PageRequest::new(None, Some(per_page)).unwrap(),
        sort,
        ..ListRequest::default()
    }
}

fn list(db: &TestDb, who: &Tenant, request: &ListRequest<SessionStatus>) -> GrowingPage<Session> {
    let by_workspace = read(db, |c| sessions::list(c, &who.scope, who.workspace.id, request));
    let by_template = read(db, |c| {
        sessions::list_for_template(c, &who.scope, who.template.id, request)
    });
    assert_eq!(by_template, Some(by_workspace.clone()));
    by_workspace
}

fn names(page: &GrowingPage<Session>) -> Vec<&str> {
    page.items.iter().map(|session| session.name.as_str()).collect()
}

fn sorted(mut all: Vec<Session>, sort: Sort) -> Vec<Session> {
    match sort {
        Sort::Oldest | Sort::Newest => all.sort_by_key(|session| (session.created_at, session.id)),
        Sort::Name | Sort::NameBackwards => {
            all.sort_by_key(|session| (session.name.to_lowercase(), session.id));
        }
    }
    if matches!(sort, Sort::Newest | Sort::NameBackwards) {
        all.reverse();
    }
    all
}

/// With times and names that several have in common, so that ids decide.
fn a_list_is_read_from_anchor_to_anchor_in_every_order(db: &TestDb) {
    let ada = tenant(db, "ada");
    let all: Vec<Session> = (0..11)
        .map(|number| {
            make(
                db,
                &ada,
                ["b", "A", "Éa", "a"][number % 4],
                u64::try_from(number / 3).unwrap(),
            )
        })
        .collect();
    for sort in ORDERS {
        let mut request = of(2, sort);
        let mut found = Vec::new();
        loop {
            let page = list(db, &ada, &request);
            assert_eq!(page.total, Some(11));
            found.extend(page.items);
            match page.next {
                Some(next) => request.after = Some(next),
                None => break,
            }
        }
        assert_eq!(found, sorted(all.clone(), sort), "{sort:?}");
        let mut by_number = of(4, sort);
        by_number.page = PageRequest::new(Some(3), Some(4)).unwrap();
        let last = list(db, &ada, &by_number);
        assert_eq!(
            (last.items.as_slice(), last.next),
            (&found[8..], None),
            "{sort:?}"
        );
    }
}

fn what_comes_meanwhile_shifts_nothing(db: &TestDb) {
    let ada = tenant(db, "ada");
    for number in 1..=4 {
        make(db, &ada, &format!("S{number}"), number);
    }
    let mut request = of(2, Sort::Newest);
    let first = list(db, &ada, &request);
    make(db, &ada, "S5", 5);
    request.after = first.next;
    assert_eq!(names(&list(db, &ada, &request)), ["S2", "S1"]);
}

fn the_place_of_what_is_gone_is_still_a_place(db: &TestDb) {
    let ada = tenant(db, "ada");
    let new = new_template("Other", schema(), &ada.user);
    let other = write(db, |c| templates::insert(c, ada.workspace.id, new, at(0)));
    for number in 1..=4 {
        make(db, &ada, &format!("S{number}"), number * 2);
    }
    let gone = NewSession {
        template_id: other.id,
        name: "gone".parse().unwrap(),
        settings: json!({}),
    };
    write(db, |c| sessions::insert(c, ada.workspace.id, gone, at(5)));
    let mut request = of(3, Sort::Newest);
    let first = read(db, |c| sessions::list(c, &ada.scope, ada.workspace.id, &request));
    assert_eq!(names(&first), ["S4", "S3", "gone"]);
    write(db, |c| {
        templates::delete(c, ada.workspace.id, other.id, |_| Ok(()))
    });
    request.after = first.next;
    assert_eq!(names(&list(db, &ada, &request)), ["S2", "S1"]);
}

fn a_name_is_searched_by_its_beginning_in_any_case(db: &TestDb) {
    let ada = tenant(db, "ada");
    for (seconds, name) in [
        (1, "März 2"),
        (2, "MÄRZ 1"),
        (3, "a März"),
        (4, "Mär_"),
        (5, "100%"),
    ] {
        make(db, &ada, name, seconds);
    }
    let found = |name: &str, sort| {
        let request = ListRequest {
            name: Some(name.to_owned()),
            ..of(10, sort)
        };
        let page = list(db, &ada, &request);
        assert_eq!(page.total, u64::try_from(page.items.len()).ok());
        names(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found("mär", Sort::Newest), ["Mär_", "MÄRZ 1", "März 2"]);
    assert_eq!(found("MÄRZ", Sort::Name), ["MÄRZ 1", "März 2"]);
    assert_eq!(found("mär_", Sort::Name), ["Mär_"]);
    assert_eq!(found("%", Sort::Name), [""; 0]);
    assert_eq!(found("m\0", Sort::Name), [""; 0]);
}

fn a_status_is_searched(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (pending, failed) = (make(db, &ada, "one", 1), make(db, &ada, "two", 2));
    let document = ada.document(db, b"1");
    let parsing = ada.parsing(db, &document);
    ada.failed(db, &parsing);
    ada.run(db, &failed, &[(&document, &parsing)]);
    for sort in ORDERS {
        for (status, expected) in [
            (SessionStatus::Pending, vec![pending.id]),
            (SessionStatus::Failed, vec![failed.id]),
            (SessionStatus::Completed, vec![]),
        ] {
            let request = ListRequest {
                status: Some(status),
                ..of(10, sort)
            };
            let page = list(db, &ada, &request);
            let ids: Vec<_> = page.items.iter().map(|session| session.id).collect();
            assert_eq!((page.total, ids), (u64::try_from(expected.len()).ok(), expected));
        }
    }
}

fn matches_are_counted_up_to_a_limit(db: &TestDb) {
    let ada = tenant(db, "ada");
    write(db, |c| fill(c, &ada, MOST_COUNTED));
    let request = ListRequest {
        status: Some(SessionStatus::Pending),
        ..of(1, Sort::Newest)
    };
    assert_eq!(list(db, &ada, &request).total, Some(MOST_COUNTED));
    make(db, &ada, "one more", 1);
    let page = list(db, &ada, &request);
    assert_eq!((page.total, page.items.len()), (None, 1));
    assert!(page.next.is_some());
    assert_eq!(list(db, &ada, &of(1, Sort::Newest)).total, Some(MOST_COUNTED + 1));
}

/// Copies of a session, in one statement.
fn fill(c: &mut AnyConnection, who: &Tenant, count: u64) -> Result<(), Error> {
    let is_postgres = matches!(c, AnyConnection::Postgres(_));
    let (id, time) = if is_postgres {
        ("gen_random_uuid()", "now()")
    } else {
        (
            "lower(hex(randomblob(4)) || '-0000-7000-8000-' || hex(randomblob(6)))",
            "'2026-03-04T12:00:00.000000Z'",
        )
    };
    let (workspace, template) = (who.workspace.id, who.template.id);
    diesel::sql_query(format!(
        "INSERT INTO sessions (id, workspace_id, template_id, name, name_folded, settings, status, created_at, updated_at) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT {id}, {workspace}, {cast}, 'Copy', 'copy', '{{}}', 'pending', {time}, {time} FROM n",
        cast = if is_postgres { format!("'{template}'::uuid") } else { format!("'{template}'") },
    ))
    .execute(c)?;
    diesel::sql_query(format!(
        "UPDATE templates SET session_count = session_count + {count} WHERE id = '{template}'"
    ))
    .execute(c)?;
    Ok(())
}

fn documents_are_listed_the_same_way(db: &TestDb) {
    let ada = tenant(db, "ada");
    for (seconds, name) in (0..).zip(["b.pdf", "A.pdf", "a.pdf"]) {
        let new = NewDocument {
            filename: name.parse().unwrap(),
            ..new_document(name.as_bytes())
        };
        keep(db, &ada, new, at(seconds));
    }
    let part = |request: ListRequest<DocumentStatus>| {
        read(db, |c| documents::list(c, &ada.scope, ada.workspace.id, &request))
    };
    let first = part(ListRequest {
        page: PageRequest::new(None, Some(2)).unwrap(),
        sort: Sort::NameBackwards,
        ..ListRequest::default()
    });
    assert_eq!(
        (first.items[0].filename.as_str(), first.total),
        ("b.pdf", Some(3))
    );
    let rest = part(ListRequest {
        after: first.next,
        sort: Sort::NameBackwards,
        ..ListRequest::default()
    });
    assert_eq!((rest.items.len(), rest.next), (1, None));
    let filtered = part(ListRequest {
        status: Some(DocumentStatus::Uploaded),
        name: Some("A".to_owned()),
        ..ListRequest::default()
    });
    assert_eq!((filtered.items.len(), filtered.total), (2, Some(2)));
}

/// What may happen to the rows that are counted.
#[derive(Debug, Clone, Copy)]
enum Step {
    MakeTemplate,
    DeleteTemplate(usize),
    MakeSession(usize),
    BringDocument(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => Just(Step::MakeTemplate),
        1 => (0..4_usize).prop_map(Step::DeleteTemplate),
        6 => (0..4_usize).prop_map(Step::MakeSession),
        3 => (0..6_u8).prop_map(Step::BringDocument),
    ];
    proptest::collection::vec(step, 1..30)
}

fn kept_counts_are_those_of_the_rows(db: &TestDb) {
    let config = Config {
        cases: 16,
        failure_persistence: None,
        ..Config::default()
    };
    let tenants = std::cell::Cell::new(0);
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        tenants.set(tenants.get() + 1);
        let who = tenant(db, &format!("user{}", tenants.get()));
        let mut known = vec![who.template.id];
        for step in steps {
            take(db, &who, &mut known, step);
        }
        let (kept, counted) = counts(db, &who);
        prop_assert_eq!(kept, counted);
        Ok(())
    });
    outcome.unwrap();
}

fn take(db: &TestDb, who: &Tenant, known: &mut Vec<TemplateId>, step: Step) {
    match step {
        Step::MakeTemplate => {
            let new = new_template("Another", schema(), &who.user);
            known.push(write(db, |c| templates::insert(c, who.workspace.id, new, at(0))).id);
        }
        Step::DeleteTemplate(index) if index < known.len() => {
            let id = known.remove(index);
            assert!(write(db, |c| templates::delete(c, who.workspace.id, id, |_| Ok(
                ()
            ))));
        }
        Step::MakeSession(index) if index < known.len() => {
            let new = NewSession {
                template_id: known[index],
                name: "March".parse().unwrap(),
                settings: json!({}),
            };
            write(db, |c| sessions::insert(c, who.workspace.id, new, at(1)));
        }
        Step::BringDocument(content) => {
            who.document(db, &[content]);
        }
        Step::DeleteTemplate(_) | Step::MakeSession(_) => {}
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    kept: i64,
    #[diesel(sql_type = BigInt)]
    counted: i64,
}

/// Per template and for the workspace's documents: what is kept, and what is there.
fn counts(db: &TestDb, who: &Tenant) -> (Vec<i64>, Vec<i64>) {
    let sql = format!(
        "SELECT session_count AS kept, \
         (SELECT count(*) FROM sessions WHERE template_id = templates.id) AS counted \
         FROM templates WHERE workspace_id = {workspace} \
         UNION ALL SELECT document_count, \
         (SELECT count(*) FROM documents WHERE workspace_id = workspaces.id) \
         FROM workspaces WHERE id = {workspace}",
        workspace = who.workspace.id
    );
    let rows: Vec<Count> = read(db, |c| Ok(diesel::sql_query(&sql).load(c)?));
    let by_workspace = read(db, |c| {
        sessions::list(c, &who.scope, who.workspace.id, &ListRequest::default())
    });
    let (_, of_templates) = rows.split_last().unwrap();
    let sessions: i64 = of_templates.iter().map(|row| row.kept).sum();
    assert_eq!(by_workspace.total, u64::try_from(sessions).ok());
    rows.iter().map(|row| (row.kept, row.counted)).unzip()
}
