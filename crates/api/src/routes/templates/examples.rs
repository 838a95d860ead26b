//! Examples of `/extractions/templates`.

use domain::json::JsonText;
use domain::template::Template;
use serde_json::{Value, json};

use super::create::CreateTemplate;
use super::duplicate::DuplicateTemplate;
use super::update::UpdateTemplate;
use crate::error::ApiError;
use crate::openapi::examples::{Examples, story};

pub(in crate::routes) fn examples() -> Vec<Examples> {
    let made = json!({
        "name": "Supplier invoices",
        "description": "What we owe to whom, and by when.",
        "workspace_id": story::WORKSPACE,
        "schema_json": story::schema(),
        "settings": { "parsing": { "ocr": "auto" } },
    });
    let made_plainly = json!({
        "name": "Supplier invoices",
        "workspace_id": story::WORKSPACE,
        "schema_json": { "fields": { "invoice_number": { "type": "string" }, "total": { "type": "number" } } },
    });
    let mut schema = story::schema();
    if let Some(Value::Object(fields)) = schema.pointer_mut("/groups/invoice/fields") {
        fields.insert("due_date".to_owned(), json!({ "type": "date" }));
    }
    let updated = Template {
        schema_json: JsonText::from(&schema),
        version_id: story::id(12),
        updated_at: story::at(60),
        ..story::template()
    };
    let copy = Template {
        id: story::id(10),
        version_id: story::id(11),
        name: "Supplier invoices, abroad".to_owned(),
        created_at: story::at(60),
        updated_at: story::at(60),
        ..story::template()
    };
    let list = story::page("/workspaces/1/extractions/templates", story::template());
    vec![
        Examples::of("list_templates").gives(200, list),
        Examples::of("create_template")
            .takes_form::<CreateTemplate>("groups", made)
            .takes_form::<CreateTemplate>("plain", made_plainly)
            .gives(201, story::template()),
        Examples::of("get_template").gives(200, story::template()),
        Examples::of("update_template")
            .takes::<UpdateTemplate>(json!({ "schema_json": schema }))
            .gives(200, updated)
            .fails(ApiError::PreconditionFailed),
        Examples::of("delete_template").fails(ApiError::PreconditionFailed),
        Examples::of("duplicate_template")
            .takes::<DuplicateTemplate>(json!({ "name": "Supplier invoices, abroad" }))
            .gives(201, copy),
    ]
}
