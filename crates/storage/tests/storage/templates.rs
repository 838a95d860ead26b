//! Templates and their versions.

use domain::pagination::{PageRequest, Sort};
use serde_json::json;
use storage::templates;
use storage::templates::TemplateChange;
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
];

fn a_schema_keeps_its_text(db: &TestDb) {
    let ada = tenant(db, "ada");
    let text = r#"{"z":1,"a":{"unknown":[1.50,"\u0000",null]},"m":1e3}"#;
    let new = new_template("Odd", serde_json::from_str(text).unwrap(), &ada.user);
    let template = write(db, |c| templates::insert(c, ada.workspace.id, new, at(1)));
    let found = read(db, |c| templates::find(c, &ada.scope, template.id)).unwrap();
    assert_eq!(found, template);
    assert_eq!(found.schema_json.to_string(), template.schema_json.to_string());
}

fn a_changed_schema_is_a_new_version_and_the_old_one_stays(db: &TestDb) {
    let ada = tenant(db, "ada");
    let change = TemplateChange {
        schema_json: Some(json!({"fields": {"due": {"type": "date"}}})),
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
    assert_eq!(Some(second.schema_json), change.schema_json);
    assert_eq!(second.created_by, ada.user.id);
}

fn an_unchanged_schema_makes_no_version(db: &TestDb) {
    let ada = tenant(db, "ada");
    let change = TemplateChange {
        schema_json: Some(schema()),
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
        schema_json: Some(json!({"fields": {"amount": {"type": "number"}, "zip": {"type": "string"}}})),
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
    assert_eq!(page.items[0].schema_json, schema());
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
