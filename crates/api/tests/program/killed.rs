//! A server that is killed loses nothing.

use serde_json::json;

use crate::docent::Docent;
use crate::flow::Api;

const DOCUMENTS: usize = 50;

#[tokio::test]
async fn a_killed_server_completes_every_result_once_when_it_comes_back() {
    let docent = Docent::new();
    let token = docent.token();
    let options = ["--lease", "2s", "--workers", "2"];

    let first = docent.serve(&options);
    let address = first.address.clone();
    let api = Api::new(&address, &token);
    let template = api.template().await;
    let mut keys = Vec::new();
    for number in 0..DOCUMENTS {
        keys.push(api.upload(number).await);
    }
    let sessions = api.batch(template, &keys).await;
    let ended = api.wait_until_ended(&sessions, 3).await;
    first.kill();
    assert!(
        ended < DOCUMENTS,
        "everything was done before the kill: the test proves nothing"
    );

    let second = docent.serve(&options);
    let api = Api::new(&second.address, &token);
    api.wait_until_ended(&sessions, DOCUMENTS).await;
    for (number, session) in sessions.iter().enumerate() {
        let results = api.session(*session).await.results;
        assert_eq!(results.len(), 1, "session {number} has one result");
        let result = api.result(*session).await;
        let expected = json!(format!("INV-{number:04}"));
        assert_eq!(
            result.value("/fields/invoice_number"),
            Some(&expected),
            "session {number}"
        );
    }
}

#[tokio::test]
async fn a_server_that_is_asked_to_end_ends_well() {
    let docent = Docent::new();
    let serving = docent.serve(&[]);
    let answer = reqwest::get(format!("{}/livez", serving.address)).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(serving.terminate());
}
