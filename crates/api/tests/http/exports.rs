//! `/extractions/results/{resultId}/export` and `/extractions/templates/{templateId}/sessions/batch/export`

mod office;
mod scene;

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use domain::id::SessionId;
use serde_json::{Value, json};
use testkit::server::TestServer;

use self::scene::{Scene, audit_of};
use super::{DOCENT, NOBODYS, TEXT, schema as plain_schema, server};

/// Values that occur once, an object, a list of objects with a list in it, and a list of plain values.
fn schema() -> Value {
    json!({ "groups": {
        "invoice": { "fields": {
            "number": { "type": "string" },
            "issued": { "type": "date" },
            "total": { "type": "number" },
            "paid": { "type": "boolean" },
            "seller": { "type": "object", "properties": { "name": { "type": "string" } } },
            "tags": { "type": "array", "items": { "type": "string" } },
        }},
        "lines": { "repeated": true, "fields": {
            "text": { "type": "string" },
            "net": { "type": "number" },
            "parts": { "type": "array", "items": { "properties": { "sku": { "type": "string" } } } },
        }},
    }})
}

/// What spreadsheets are known to get wrong.
fn data() -> Value {
    json!({
        "invoice": {
            "number": "007",
            "issued": "2026-03-04",
            "total": -1190.5,
            "paid": true,
            "seller": { "name": "=HYPERLINK(\"http://example.org\",\"Müller & 株式会社\")" },
            "tags": ["a", "b;\"c\""],
        },
        "lines": [
            { "text": "-Rabatt\nzwei", "net": 3, "parts": [{ "sku": "1" }] },
            { "text": "@sum, \"quoted\"", "net": null, "parts": [] },
        ],
    })
}

fn sheets(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

/// The rows of a sheet as text.
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> Vec<Vec<String>> {
    let range = book.worksheet_range(sheet).unwrap();
    let rows = range.rows().map(|row| {
        row.iter()
            .map(|cell| match cell {
                Data::DateTime(day) => day.as_datetime().unwrap().format("%Y-%m-%d").to_string(),
                other => other.to_string(),
            })
            .collect()
    });
    rows.collect()
}

fn header(headers: &reqwest::header::HeaderMap, name: &str) -> String {
    headers[name].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_result_is_exported_as_a_workbook() {
    let scene = Scene::new(&schema()).await;
    let made = scene.completed("March", data()).await;
    let (headers, bytes) = scene
        .get(&format!("/extractions/results/{}/export/excel", made.result))
        .await;
    assert_eq!(
        header(&headers, "content-disposition"),
        "attachment; filename=\"extraction_result.xlsx\""
    );
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(header(&headers, "content-type"), media_type);
    assert_eq!(header(&headers, "content-length"), bytes.len().to_string());
    let mut book = sheets(bytes);
    assert_eq!(book.sheet_names(), ["Data", "Audit", "Metadata"]);
    let expected = [
        ["group", "field", "value"],
        ["invoice", "number", "007"],
        ["invoice", "issued", "2026-03-04"],
        ["invoice", "total", "-1190.5"],
        ["invoice", "paid", "true"],
        [
            "invoice",
            "seller.name",
            "=HYPERLINK(\"http://example.org\",\"Müller & 株式会社\")",
        ],
        ["invoice", "tags", "[\"a\",\"b;\\\"c\\\"\"]"],
        ["", "", ""],
        ["lines", "", ""],
        ["text", "net", "parts"],
        ["-Rabatt\nzwei", "3", "[{\"sku\":\"1\"}]"],
        ["@sum, \"quoted\"", "", "[]"],
    ];
    assert_eq!(rows(&mut book, "Data"), expected);
    let range = book.worksheet_range("Data").unwrap();
    assert!(
        matches!(range.get_value((1, 2)), Some(Data::String(_))),
        "an id is text"
    );
    assert!(
        matches!(range.get_value((2, 2)), Some(Data::DateTime(_))),
        "a day is a date"
    );
    assert!(
        matches!(range.get_value((3, 2)), Some(Data::Float(_))),
        "a number is a number"
    );
    let formulas = book.worksheet_formula("Data").unwrap();
    assert!(formulas.is_empty(), "nothing is run");
}

#[tokio::test]
async fn a_workbook_holds_the_evidence_and_what_else_is_known() {
    let scene = Scene::new(&schema()).await;
    let made = scene.completed("March", data()).await;
    let (_, bytes) = scene
        .get(&format!("/extractions/results/{}/export/excel", made.result))
        .await;
    let mut book = sheets(bytes);
    let audit = rows(&mut book, "Audit");
    let expected = [
        [
            "group",
            "field",
            "value",
            "verdict",
            "confidence",
            "page",
            "x0",
            "y0",
            "x1",
            "y1",
            "place",
            "text",
            "document",
            "reasoning",
            "alternatives",
            "engine",
        ],
        [
            "invoice",
            "number",
            "007",
            "grounded",
            "0.75",
            "1",
            "0.1",
            "0.2",
            "0.3",
            "0.4",
            "",
            "=\"007\"",
            "one.txt",
            "stands beside its label",
            "other (0.25)",
            "layout",
        ],
        [
            "invoice",
            "number",
            "007",
            "grounded",
            "0.75",
            "1",
            "",
            "",
            "",
            "",
            "May!B7",
            "=\"007\"",
            "two.txt",
            "stands beside its label",
            "other (0.25)",
            "layout",
        ],
    ];
    assert_eq!(audit[..3], expected);
    assert!(
        audit
            .iter()
            .any(|row| row[..3] == ["lines", "1.text", "@sum, \"quoted\""])
    );
    let metadata = rows(&mut book, "Metadata");
    let value = |section: &str, name: &str| {
        let row = metadata.iter().find(|row| row[0] == section && row[1] == name);
        row.unwrap_or_else(|| panic!("{section} {name}: {metadata:?}"))[2].clone()
    };
    assert_eq!(value("Result", "id"), made.result);
    assert_eq!(value("Result", "title"), "=Invoice 17");
    assert_eq!(value("Result", "engine"), "layout");
    assert_eq!(value("Template", "name"), "Invoices");
    assert_eq!(value("Template", "version"), "1");
    assert_eq!(value("Session", "name"), "March");
    assert_eq!(value("Document 2", "filename"), "two.txt");
    assert_eq!(value("Document 2", "pages"), "1");
    assert_eq!(value("Document 1", "sha256").len(), 64);
    assert_eq!(value("Check", "invoice: sum"), "failed: 1 == 2");
    assert_eq!(value("Warning", "1"), "page 3 is empty");
    assert!(!value("Result", "completed").is_empty());
}

#[tokio::test]
async fn a_result_is_exported_as_csv_without_formulas() {
    let scene = Scene::new(&schema()).await;
    let made = scene.completed("March", data()).await;
    let (headers, bytes) = scene
        .get(&format!("/extractions/results/{}/export/csv", made.result))
        .await;
    assert_eq!(
        header(&headers, "content-disposition"),
        "attachment; filename=\"extraction_result.csv\""
    );
    assert_eq!(header(&headers, "content-type"), "text/csv; charset=utf-8");
    let once = "007,2026-03-04,-1190.5,true,\
                \"'=HYPERLINK(\"\"http://example.org\"\",\"\"Müller & 株式会社\"\")\",\
                \"[\"\"a\"\",\"\"b;\\\"\"c\\\"\"\"\"]\"";
    let about = format!("{},March,completed,{},'=Invoice 17", made.session, made.result);
    let expected = format!(
        "\u{feff}session_id,session_name,status,result_id,title,list,row,invoice.number,invoice.issued,invoice.total,\
         invoice.paid,invoice.seller.name,invoice.tags,lines.text,lines.net,lines.parts\r\n\
         {about},lines,1,{once},\"'-Rabatt\nzwei\",3,\"[{{\"\"sku\"\":\"\"1\"\"}}]\"\r\n\
         {about},lines,2,{once},\"'@sum, \"\"quoted\"\"\",,[]\r\n"
    );
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[tokio::test]
async fn a_result_is_exported_as_json() {
    let scene = Scene::new(&schema()).await;
    let made = scene.completed("March", data()).await;
    let place = format!("/extractions/results/{}/export/json", made.result);
    let answer = scene.ada.client.get(&place).await;
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"extraction_result.json\""
    );
    let expected = json!({
        "session_id": made.session, "session_name": "March", "status": "completed",
        "result_id": made.result, "title": "=Invoice 17", "data": data(),
    });
    assert_eq!(answer.expect(200), expected);
}

#[tokio::test]
async fn only_a_completed_result_can_be_exported() {
    let scene = Scene::new(&schema()).await;
    let (_, pending) = scene.started("pending").await;
    let (_, failed) = scene.started("failed").await;
    scene.fail(failed).await;
    for format in ["excel", "csv", "json"] {
        for result in [pending, failed] {
            let place = format!("/extractions/results/{result}/export/{format}");
            scene.ada.client.get(&place).await.expect_error(409, "conflict");
        }
        let place = format!("/extractions/results/{NOBODYS}/export/{format}");
        scene.ada.client.get(&place).await.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn many_sessions_are_exported_in_their_order_in_every_form_of_the_request() {
    let scene = Scene::new(&schema()).await;
    let (one, two) = (
        scene.completed("one", data()).await,
        scene.completed("two", data()).await,
    );
    let (pending, _) = scene.started("pending").await;
    let ids = json!([two.session, pending, one.session, two.session]);
    let named = |form: &Value| -> Vec<String> {
        let items = form.as_array().unwrap().iter();
        items
            .map(|item| item["session_name"].as_str().unwrap().to_owned())
            .collect()
    };
    let client = &scene.ada.client;
    for (place, body) in [
        (scene.batch(), json!({ "session_ids": ids })),
        (scene.batch(), json!({ "session_ids": ids, "format": "json" })),
        (format!("{}/json", scene.batch()), json!({ "session_ids": ids })),
    ] {
        let list = client.post(&place, &body).await.expect(200);
        assert_eq!(named(&list), ["two", "pending", "one"]);
        assert_eq!(
            (&list[0]["data"], &list[0]["result_id"]),
            (&data(), &json!(two.result))
        );
        let nothing = (&Value::Null, &Value::Null, &json!("processing"));
        assert_eq!(
            (&list[1]["data"], &list[1]["result_id"], &list[1]["status"]),
            nothing
        );
    }
    for (place, body) in [
        (scene.batch(), json!({ "session_ids": ids, "format": "csv" })),
        (format!("{}/csv", scene.batch()), json!({ "session_ids": ids })),
    ] {
        let (headers, bytes) = scene.post(&place, &body).await;
        assert_eq!(
            header(&headers, "content-disposition"),
            "attachment; filename=\"extraction_results.csv\""
        );
        let text = String::from_utf8(bytes).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
        let names: Vec<&str> = records.iter().map(|record| &record[1]).collect();
        assert_eq!(names, ["two", "two", "pending", "one", "one"]);
        assert!(records[2].iter().skip(3).all(str::is_empty), "{:?}", records[2]);
    }
    for (place, body) in [
        (scene.batch(), json!({ "session_ids": ids, "format": "excel" })),
        (scene.batch(), json!({ "session_ids": ids, "format": "xlsx" })),
        (format!("{}/excel", scene.batch()), json!({ "session_ids": ids })),
        (format!("{}/xlsx", scene.batch()), json!({ "session_ids": ids })),
    ] {
        let (_, bytes) = scene.post(&place, &body).await;
        let mut book = sheets(bytes);
        let names: Vec<String> = rows(&mut book, "Data")
            .into_iter()
            .map(|row| row[1].clone())
            .collect();
        assert_eq!(names, ["session_name", "two", "two", "pending", "one", "one"]);
        let audit = rows(&mut book, "Audit");
        assert_eq!(
            audit[0][..4],
            ["session_id", "session_name", "result_id", "group"]
        );
        assert_eq!(audit[1][..4], [&two.session, "two", &two.result, "invoice"]);
        let metadata = rows(&mut book, "Metadata");
        assert!(
            metadata
                .iter()
                .any(|row| row[1] == "pending" && row[4] == "status" && row[5] == "processing")
        );
    }
}

#[tokio::test]
async fn the_latest_completed_result_counts_and_runs_after_it_do_not() {
    let scene = Scene::new(&plain_schema()).await;
    let made = scene
        .completed("March", json!({ "fields": { "total": 1 } }))
        .await;
    let session: SessionId = made.session.parse().unwrap();
    let newer = scene.run(session, 20).await;
    let data = json!({ "fields": { "total": 2 } });
    scene
        .complete(newer, data.clone(), audit_of(&data, &scene.documents))
        .await;
    let failed = scene.run(session, 30).await;
    scene.fail(failed).await;
    let list = scene
        .ada
        .client
        .post(&scene.batch(), &json!({ "session_ids": [session] }))
        .await
        .expect(200);
    assert_eq!(list[0]["result_id"], newer.to_string());
    assert_eq!((&list[0]["data"], &list[0]["status"]), (&data, &json!("failed")));
}

#[tokio::test]
async fn results_of_several_schema_versions_share_one_table() {
    let scene = Scene::new(&plain_schema()).await;
    let old = scene
        .completed("old", json!({ "fields": { "invoice_number": "1", "total": 2 } }))
        .await;
    let changed = json!({ "schema_json": { "groups": {
        "fields": { "fields": { "total": { "type": "number" }, "due": { "type": "date" } } },
        "rows": { "repeated": true, "fields": { "net": { "type": "number" } } },
    }}});
    let place = format!("/extractions/templates/{}", scene.template);
    scene.ada.client.put(&place, &changed).await.expect(200);
    let data = json!({ "fields": { "total": 3, "due": "2026-01-01" }, "rows": [{ "net": 4 }] });
    let new = scene.completed("new", data).await;
    let body = json!({ "session_ids": [old.session, new.session], "format": "csv" });
    let (_, bytes) = scene.post(&scene.batch(), &body).await;
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split(',').skip(5).collect())
        .collect();
    let expected = [
        [
            "list",
            "row",
            "fields.invoice_number",
            "fields.total",
            "fields.due",
            "rows.net",
        ],
        ["", "", "1", "2", "", ""],
        ["rows", "1", "", "3", "2026-01-01", "4"],
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_batch_is_all_or_nothing_and_names_the_bad_ids() {
    let scene = Scene::new(&schema()).await;
    let client = &scene.ada.client;
    let own = scene.completed("one", data()).await;
    let other_template = client.template(scene.ada.workspace, &plain_schema()).await;
    let others = client.session(&other_template).await;
    let bob = scene.server.tenant("bob").await;
    let bobs = bob
        .client
        .session(&bob.client.template(bob.workspace, &plain_schema()).await)
        .await;
    let body = json!({ "session_ids": [own.session, others, bobs, NOBODYS] });
    for place in [scene.batch(), format!("{}/excel", scene.batch())] {
        let error = client
            .post(&place, &body)
            .await
            .expect_error(422, "validation_failed");
        let mut paths: Vec<&String> = error["errors"].as_object().unwrap().keys().collect();
        paths.sort();
        assert_eq!(paths, ["session_ids.1", "session_ids.2", "session_ids.3"]);
    }
    let too_many = vec![NOBODYS; 1_001];
    for (ids, path) in [
        (json!([]), "session_ids"),
        (json!(too_many), "session_ids"),
        (json!(["x"]), "session_ids.0"),
        (json!("x"), "session_ids"),
        (Value::Null, "session_ids"),
    ] {
        let error = client.post(&scene.batch(), &json!({ "session_ids": ids })).await;
        let error = error.expect_error(422, "validation_failed");
        assert!(error["errors"].get(path).is_some(), "{path}: {error}");
    }
    let body = json!({ "session_ids": [own.session], "format": "pdf" });
    let error = client
        .post(&scene.batch(), &body)
        .await
        .expect_error(422, "validation_failed");
    assert!(error["errors"]["format"].is_array(), "{error}");
    let body = json!({ "session_ids": [own.session] });
    let unknown = format!("{}/pdf", scene.batch());
    client.post(&unknown, &body).await.expect_error(404, "not_found");
    let nobodys = format!("/extractions/templates/{NOBODYS}/sessions/batch/export");
    client.post(&nobodys, &body).await.expect_error(404, "not_found");
    bob.client
        .post(&scene.batch(), &body)
        .await
        .expect_error(404, "not_found");
}

#[tokio::test]
async fn an_export_of_many_pages_is_whole() {
    let scene = Scene::new(&plain_schema()).await;
    many_pages(&scene).await;
}

#[tokio::test]
async fn an_export_of_many_pages_is_whole_on_postgres() {
    if let Some(server) = TestServer::on_postgres(DOCENT) {
        many_pages(&Scene::on(server, &plain_schema()).await).await;
    }
}

async fn many_pages(scene: &Scene) {
    let mut ids = Vec::new();
    for number in 0..60 {
        let data = json!({ "fields": { "invoice_number": format!("0{number}"), "total": number } });
        ids.push(scene.completed("s", data).await.session);
    }
    let list = scene
        .ada
        .client
        .post(&scene.batch(), &json!({ "session_ids": ids }))
        .await
        .expect(200);
    let totals: Vec<u64> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["data"]["fields"]["total"].as_u64().unwrap())
        .collect();
    assert_eq!(totals, (0..60).collect::<Vec<_>>());
    let (_, bytes) = scene
        .post(&format!("{}/csv", scene.batch()), &json!({ "session_ids": ids }))
        .await;
    assert_eq!(String::from_utf8(bytes).unwrap().lines().count(), 61);
    let (_, bytes) = scene
        .post(
            &format!("{}/excel", scene.batch()),
            &json!({ "session_ids": ids }),
        )
        .await;
    assert_eq!(rows(&mut sheets(bytes), "Data").len(), 61);
}

/// A value that can be written and not be read back: an export that meets it in the midst must not look whole.
#[tokio::test]
async fn an_export_that_fails_in_the_midst_breaks_the_connection_off() {
    let scene = Scene::new(&plain_schema()).await;
    let mut ids = Vec::new();
    for number in 0..40 {
        let nested = (0..200).fold(json!(number), |inner, _| json!([inner]));
        let value = if number == 39 { nested } else { json!(number) };
        let data = json!({ "fields": { "total": value } });
        let audit = audit_of(&json!({ "fields": { "total": number } }), &scene.documents);
        ids.push(scene.with_audit("s", data, audit).await.session);
    }
    for format in ["json", "csv"] {
        let place = format!("{}/{format}", scene.batch());
        let request = scene.ada.client.request(reqwest::Method::POST, &place);
        // How much of it has left the server by then is a matter of time.
        let whole = match request.json(&json!({ "session_ids": ids })).send().await {
            Ok(begun) => {
                assert_eq!(begun.status(), 200, "the first page was good");
                begun.bytes().await
            }
            Err(broken_off) => Err(broken_off),
        };
        assert!(whole.is_err(), "{format} looks whole");
    }
    // A workbook is written before its answer begins, and so is the first page.
    let place = format!("{}/excel", scene.batch());
    let client = &scene.ada.client;
    client
        .post(&place, &json!({ "session_ids": ids }))
        .await
        .expect_error(500, "internal");
    let bad = json!({ "session_ids": [ids[39]] });
    client
        .post(&scene.batch(), &bad)
        .await
        .expect_error(500, "internal");
}

#[tokio::test]
async fn a_real_run_is_exported() {
    let server = server();
    let ada = server.tenant("ada").await;
    let template = ada.client.template(ada.workspace, &plain_schema()).await;
    let key = ada.client.upload("a.txt", TEXT).await;
    let place = format!("/extractions/templates/{template}/sessions/batch");
    let body = json!({ "files": [key], "settings": { "auto_extract": true } });
    let session = ada.client.post(&place, &body).await.expect(201)[0]["id"].clone();
    server.run_jobs().await;
    let body = json!({ "session_ids": [session] });
    let list = ada
        .client
        .post(&format!("{place}/export"), &body)
        .await
        .expect(200);
    assert_eq!(list[0]["data"]["fields"]["total"], 120.5, "{list}");
    let result = list[0]["result_id"].as_str().unwrap();
    let place = format!("/extractions/results/{result}/export/excel");
    let response = ada
        .client
        .request(reqwest::Method::GET, &place)
        .send()
        .await
        .unwrap();
    let mut book = sheets(response.bytes().await.unwrap().to_vec());
    assert!(rows(&mut book, "Data").contains(&["fields", "total", "120.5"].map(str::to_owned).to_vec()));
    assert!(rows(&mut book, "Audit").len() > 2);
}
