//! Processes that share a PostgreSQL database.

use serde_json::json;
use testkit::databases::TestDb;

use crate::docent::Docent;
use crate::flow::Api;

#[tokio::test]
async fn a_worker_does_the_jobs_of_a_server_that_has_none() {
    let Some(database) = TestDb::postgres() else {
        return;
    };
    let docent = Docent::on(&database.db.url().to_string());
    let token = docent.token();
    let serving = docent.serve(&["--workers", "0"]);
    let _worker = docent.work();
    let api = Api::new(&serving.address, &token);
    let template = api.template().await;
    let key = api.upload(7).await;
    let sessions = api.batch(template, &[key]).await;
    let result = api.result(sessions[0]).await;
    assert_eq!(result.value("/fields/invoice_number"), Some(&json!("INV-0007")));
}

#[test]
fn a_shared_database_is_migrated_by_command_only() {
    let Some(database) = TestDb::postgres() else {
        return;
    };
    let url = database.db.url();
    storage::migrations::revert_all(url).unwrap();
    let docent = Docent::on(&url.to_string());
    let complaint = docent.complaint(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(complaint.contains("run `docent migrate`"), "{complaint}");
    docent.ok(&["migrate"]);
    docent.token();
}
