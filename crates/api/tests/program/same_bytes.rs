//! The same bytes give the same reading, whatever the database and however many work at once.

use domain::hash::ContentHash;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use testkit::databases::TestDb;
use testkit::documents::{Sample, samples};

use crate::docent::Docent;

/// What was read of each sample: its pages and chunks, by its name.
async fn read_all(docent: &Docent, workers: &str, samples: &[Sample]) -> Vec<(String, Value)> {
    let token = docent.token();
    let serving = docent.serve(&["--workers", workers, "--ocr-engine", "tesseract"]);
    let http = reqwest::Client::new();
    let get = async |path: String| -> Value {
        let request = http.get(format!("{}{path}", serving.address)).bearer_auth(&token);
        request.send().await.unwrap().json().await.unwrap()
    };
    let post =
        async |path: String, make: &dyn Fn(reqwest::RequestBuilder) -> reqwest::RequestBuilder| -> Value {
            let request = http
                .post(format!("{}{path}", serving.address))
                .bearer_auth(&token);
            make(request).send().await.unwrap().json().await.unwrap()
        };
    let made = post("/workspaces/create".to_owned(), &|request| {
        request.json(&json!({ "name": "Post" }))
    })
    .await;
    let documents = format!("/workspaces/{}/documents", made["id"]);
    let mut sent = Vec::new();
    for sample in samples {
        let made = post(documents.clone(), &|request| {
            let file = Part::bytes(sample.bytes.clone()).file_name(format!("sample.{}", sample.extension));
            request.multipart(Form::new().part("file", file))
        })
        .await;
        assert!(made["document"]["id"].is_string(), "{}: {made}", sample.extension);
        sent.push((sample.extension.to_owned(), made["document"]["id"].clone()));
    }
    for status in ["queued", "parsing", "queued", "parsing"] {
        while get(format!("{documents}?status={status}")).await["data"] != json!([]) {}
    }
    let mut read = Vec::new();
    for (name, id) in sent {
        let place = format!("/extractions/documents/{}", id.as_str().unwrap());
        let document = get(place.clone()).await;
        assert_eq!(document["status"], "parsed", "{name}: {}", document["error"]);
        let pages = get(format!("{place}/pages")).await;
        let mut chunks = get(format!("{place}/chunks")).await;
        without_ids(&mut chunks);
        read.push((name, json!([pages, chunks])));
    }
    read
}

/// Ids follow from the document's, which is another in each run.
fn without_ids(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(without_ids),
        Value::Object(members) => {
            members.retain(|name, _| !matches!(name.as_str(), "id" | "document_id" | "block_id"));
            members.values_mut().for_each(without_ids);
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_read_alike_on_both_databases_by_one_and_by_many() {
    let Some(database) = TestDb::postgres() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let samples = samples(folder.path());
    let shared = Docent::on(&database.db.url().to_string());
    let by_one = read_all(&Docent::new(), "1", &samples).await;
    let by_many = read_all(&shared, "4", &samples).await;
    for (one, many) in by_one.iter().zip(&by_many) {
        assert_eq!(one, many);
    }
    assert_eq!(by_one.len(), samples.len());
    let texts: std::collections::BTreeSet<ContentHash> = by_one
        .iter()
        .map(|(_, read)| ContentHash::of(read.to_string().as_bytes()))
        .collect();
    assert!(texts.len() > 10, "the samples are not all empty");
}
