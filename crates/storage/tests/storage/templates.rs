//! Templates and their versions.

use std::collections::HashSet;

use domain::pagination::{PageRequest, Sort};
use serde_json::json;
use storage::templates::TemplateChange;
use storage::uploads::NewUpload;
use storage::{Error, documents, results, sessions, templates, uploads};
use testkit::databases::{TestDb, at};

use crate::scene::{new_template, read, schema, tenant, write};

testkit::both![
    a_schema_keeps_its_text,
    a_changed_schema_is_a_new_version_and_the_old_one_stays,
    an_unchanged_schema_makes_no_version,
    another_order_of_fields_is_another_schema,
    what_is_not_named_in_a_change_stays,
    templates_come_in_pages_newest_first,
    a_name_is_searched_in_any_case_and_letter_by_letter,
    templates_are_sorted_by_name_or_age,
    no_two_states_of_a_template_are_called_the_same,
    a_deleted_template_takes_sessions_and_results_along_and_leaves_documents,
    what_was_uploaded_for_a_deleted_session_is_its_owners_again,
    a_template_that_may_not_be_deleted_stays,
];

fn a_schema_keeps_its_text(db: &TestDb) {
    let ada = tenant(db, "ada");
    let text = r#"{"z":1,"a":{"unknown":[1.50,"\u0000",null]},"m":1e3}"#;
    let new = new_template("Odd", serde_json::from_str(text).unwrap(), &ada.user);
    let template = write(db, |c| templates::insert(c, ada.workspace.id, new, at(1)));
    let found = read(db, |c| templates::find(c, &ada.scope, template.id)).unwrap();
    assert_eq!(found, template);
    assert_eq!(found.schema_json, template.schema_json);
}

fn a_changed_schema_is_a_new_version_and_the_old_one_stays(db: &TestDb) {
    let ada = tenant(db, "ada");
    let change = TemplateChange {
        schema_json: Some(json!({"fields": {"due": {"type": "date"}}}).into()),
        ..TemplateChange::default()
    };
    let updated = write(db, |c| {
        templates::update(
            c,
            ada.workspace.id,
            ada.template.id,
            change.clone(),
            ada.user.id,
            at(9),
        )
    })
    .unwrap();
    assert_ne!(updated.version_id, ada.template.version_id);
    assert_eq!(
        read(db, |c| templates::find(c, &ada.scope, updated.id)),
        Some(updated.clone())
    );
    let version = |id| read(db, |c| templates::find_version(c, &ada.scope, id)).unwrap();
    let (first, second) = (version(ada.template.version_id), version(updated.version_id));
    assert_eq!((first.number, first.schema_json), (1, schema()));
    assert_eq!((second.number, second.created_at), (2, at(9)));
    assert_eq!(Some(second.schema_json.into()), change.schema_json);
    assert_eq!(second.created_by, ada.user.id);
}

fn an_unchanged_schema_makes_no_version(db: &TestDb) {
    let ada = tenant(db, "ada");
    let change = TemplateChange {
        schema_json: Some(schema().into()),
        ..TemplateChange::default()
    };
    let updated = write(db, |c| {
        templates::update(c, ada.workspace.id, ada.template.id, change, ada.user.id, at(9))
    })
    .unwrap();
    assert_eq!(updated.version_id, ada.template.version_id);
}

fn another_order_of_fields_is_another_schema(db: &TestDb) {
    let ada = tenant(db, "ada");
    let change = TemplateChange {
        schema_json: Some(
            json!({"fields": {"amount": {"type": "number"}, "zip": {"type": "string"}}}).into(),
        ),
        ..TemplateChange::default()
    };
    let updated = write(db, |c| {
        templates::update(c, ada.workspace.id, ada.template.id, change, ada.user.id, at(9))
    })
    .unwrap();
    assert_ne!(updated.version_id, ada.template.version_id);
}

fn what_is_not_named_in_a_change_stays(db: &TestDb) {
    let ada = tenant(db, "ada");
    let update = |change, seconds| {
        write(db, |c| {
            templates::update(
                c,
                ada.workspace.id,
                ada.template.id,
                change,
                ada.user.id,
                at(seconds),
            )
        })
        .unwrap()
    };
    let described = TemplateChange {
        description: Some(Some("for suppliers".to_owned())),
        settings: Some(json!({"parsing": {"ocr": "off"}})),
        ..TemplateChange::default()
    };
    update(described, 8);
    let renamed = TemplateChange {
        name: Some("Bills".parse().unwrap()),
        ..TemplateChange::default()
    };
    update(renamed, 9);
    let found = read(db, |c| templates::find(c, &ada.scope, ada.template.id)).unwrap();
    assert_eq!(found.name, "Bills");
    assert_eq!(found.description.as_deref(), Some("for suppliers"));
    assert_eq!(found.settings, json!({"parsing": {"ocr": "off"}}));
    assert_eq!((found.created_at, found.updated_at), (at(0), at(9)));
    let cleared = TemplateChange {
        description: Some(None),
        ..TemplateChange::default()
    };
    assert_eq!(update(cleared, 10).description, None);
}

fn templates_come_in_pages_newest_first(db: &TestDb) {
    let ada = tenant(db, "ada");
    for number in 1..=4 {
        let new = new_template(&format!("T{number}"), schema(), &ada.user);
        write(db, |c| templates::insert(c, ada.workspace.id, new, at(number)));
    }
    let request = PageRequest::new(Some(2), Some(2)).unwrap();
    let page = read(db, |c| {
        templates::list(c, &ada.scope, ada.workspace.id, None, Sort::Newest, request)
    });
    let names: Vec<&str> = page.items.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["T2", "T1"]);
    assert_eq!((page.meta.total, page.meta.last_page), (5, 3));
    assert_eq!(page.items[0].schema_json, schema().into());
}

fn a_name_is_searched_in_any_case_and_letter_by_letter(db: &TestDb) {
    let ada = tenant(db, "ada");
    for name in ["Übersicht 100%", "Other_one"] {
        let new = new_template(name, schema(), &ada.user);
        write(db, |c| templates::insert(c, ada.workspace.id, new, at(1)));
    }
    let found = |text| {
        let request = PageRequest::default();
        let page = read(db, |c| {
            templates::list(c, &ada.scope, ada.workspace.id, Some(text), Sort::Name, request)
        });
        assert_eq!(u64::try_from(page.items.len()).unwrap(), page.meta.total);
        page.items
            .into_iter()
            .map(|template| template.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("ÜBER"), ["Übersicht 100%"]);
    assert_eq!(found("0%"), ["Übersicht 100%"]);
    assert_eq!(found("r_o"), ["Other_one"]);
    assert_eq!(found("x%y"), [""; 0]);
    assert_eq!(found("\\"), [""; 0]);
}

fn templates_are_sorted_by_name_or_age(db: &TestDb) {
    let ada = tenant(db, "ada");
    for (name, seconds) in [("b", 1), ("C", 2), ("A", 3)] {
        let new = new_template(name, schema(), &ada.user);
        write(db, |c| templates::insert(c, ada.workspace.id, new, at(seconds)));
    }
    for (sort, expected) in [
        (Sort::Newest, ["A", "C", "b", "Invoices"]),
        (Sort::Oldest, ["Invoices", "b", "C", "A"]),
        (Sort::Name, ["A", "b", "C", "Invoices"]),
        (Sort::NameBackwards, ["Invoices", "C", "b", "A"]),
    ] {
        let page = read(db, |c| {
            templates::list(
                c,
                &ada.scope,
                ada.workspace.id,
                None,
                sort,
                PageRequest::default(),
            )
        });
        let names: Vec<&str> = page.items.iter().map(|template| template.name.as_str()).collect();
        assert_eq!(names, expected, "{sort:?}");
    }
}

/// Even where they follow each other within the resolution of the clock.
fn no_two_states_of_a_template_are_called_the_same(db: &TestDb) {
    let ada = tenant(db, "ada");
    let mut revisions = vec![ada.template.revision()];
    for name in ["one", "two", "two"] {
        let change = TemplateChange {
            name: Some(name.parse().unwrap()),
            ..TemplateChange::default()
        };
        let (workspace, id) = (ada.workspace.id, ada.template.id);
        let updated = write(db, |c| {
            templates::update(c, workspace, id, change, ada.user.id, at(0))
        });
        revisions.push(updated.unwrap().revision());
        let found = read(db, |c| templates::find(c, &ada.scope, id)).unwrap();
        assert_eq!(Some(&found.revision()), revisions.last());
    }
    let different: HashSet<String> = revisions.iter().cloned().collect();
    assert_eq!(different.len(), 4, "{revisions:?}");
}

fn a_deleted_template_takes_sessions_and_results_along_and_leaves_documents(db: &TestDb) {
    let (ada, bob) = (tenant(db, "ada"), tenant(db, "bob"));
    let (session, document) = (ada.session(db), ada.document(db, b"1"));
    ada.attach(db, &session, &[&document]);
    let parsing = ada.parsing(db, &document);
    ada.parsed(db, &parsing);
    let run = ada.run(db, &session, &[(&document, &parsing)]);
    let kept = bob.session(db);
    let (workspace, id) = (ada.workspace.id, ada.template.id);
    assert!(!write(db, |c| templates::delete(
        c,
        bob.workspace.id,
        id,
        |_| Ok(())
    )));
    assert!(write(db, |c| templates::delete(c, workspace, id, |_| Ok(()))));
    assert!(!write(db, |c| templates::delete(c, workspace, id, |_| Ok(()))));
    read(db, |c| {
        assert_eq!(templates::find(c, &ada.scope, id)?, None);
        assert_eq!(
            templates::find_version(c, &ada.scope, ada.template.version_id)?,
            None
        );
        assert_eq!(sessions::find(c, &ada.scope, session.id)?, None);
        assert_eq!(results::find(c, &ada.scope, run)?, None);
        assert!(documents::find(c, &ada.scope, document.id)?.is_some());
        assert!(sessions::find(c, &bob.scope, kept.id)?.is_some());
        Ok(())
    });
}

fn what_was_uploaded_for_a_deleted_session_is_its_owners_again(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (user, session) = (ada.user.id, ada.session(db).id);
    let new = NewUpload {
        user_id: user,
        filename: None,
        content_type: "application/pdf".to_owned(),
        expires_at: at(900),
    };
    let upload = write(db, |c| uploads::insert(c, new, at(1)));
    let bound = write(db, |c| uploads::bind(c, user, upload.id, session));
    assert!(bound);
    write(db, |c| {
        templates::delete(c, ada.workspace.id, ada.template.id, |_| Ok(()))
    });
    assert!(read(db, |c| uploads::find_for_user(c, user, upload.id)).is_some());
}

fn a_template_that_may_not_be_deleted_stays(db: &TestDb) {
    let ada = tenant(db, "ada");
    let (workspace, id) = (ada.workspace.id, ada.template.id);
    let refused = db.db.write_blocking(|c| {
        templates::delete(c, workspace, id, |present| {
            assert_eq!(present, &ada.template);
            Err(Error::Busy)
        })
    });
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    assert!(read(db, |c| templates::find(c, &ada.scope, id)).is_some());
}
