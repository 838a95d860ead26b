//! The flow of the Rust client's documentation, against the program as it is run.

use std::path::PathBuf;

use client::{Docent, Error, ExportFormat, NewTemplate};
use domain::evidence::Verdict;
use domain::result::ResultStatus;
use serde_json::json;

use crate::docent;

fn sample() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets/sample-invoice.pdf")
}

#[tokio::test]
async fn the_flow_of_the_documentation_takes_a_file_to_proven_values() {
    let program = docent::Docent::new();
    let token = program.token();
    let serving = program.serve(&[]);
    let docent = Docent::new(&serving.address, &token).unwrap();

    let workspace = docent.create_workspace("Accounting").await.unwrap();
    let schema = json!({"groups": {"invoice": {"fields": {
        "invoice_number": {"type": "string"},
        "issue_date": {"type": "date"},
        "total": {"type": "number", "aliases": ["Total due"]},
    }}}});
    let template = NewTemplate::new(workspace.id, "Invoices", schema);
    let template = docent.create_template(&template).await.unwrap();

    let key = docent.upload(sample()).await.unwrap();
    let session = docent.create_session(template.id).await.unwrap();
    docent.add_uploads(session.id, &[key]).await.unwrap();
    let run = docent.run(session.id).await.unwrap();
    let mut seen = Vec::new();
    let result = docent
        .wait_and_tell(run.id, |result| seen.push(result.status))
        .await
        .unwrap();
    assert_eq!(seen.last(), Some(&ResultStatus::Completed), "{seen:?}");
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "{seen:?}");

    assert_eq!(result.value("/invoice/total"), Some(&json!(446.25)));
    let evidence = result.evidence("/invoice/total").unwrap();
    assert_eq!(evidence.verdict, Verdict::Grounded);
    assert_eq!(evidence.sources[0].page, 1);
    assert!(evidence.sources[0].bbox.is_some());

    let workbook = docent.export(result.id, ExportFormat::Excel).await.unwrap();
    assert!(workbook.starts_with(b"PK"));
    for format in [ExportFormat::Json, ExportFormat::Csv] {
        let text = String::from_utf8(docent.export(result.id, format).await.unwrap()).unwrap();
        assert!(text.contains("INV-2026-0147"), "{text}");
    }
}

#[tokio::test]
async fn one_call_extracts_a_file_and_a_refusal_names_the_mistake() {
    let program = docent::Docent::new();
    let token = program.token();
    let serving = program.serve(&[]);
    let docent = Docent::new(&serving.address, &token).unwrap();
    let workspace = docent.create_workspace("Accounting").await.unwrap();

    let wrong = json!({"fields": {"total": {"type": "money"}}});
    let refused = docent
        .create_template(&NewTemplate::new(workspace.id, "Wrong", wrong))
        .await;
    let Err(Error::Refused(refusal)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(refusal.status, 422);
    assert!(!refusal.errors["schema_json.fields.total.type"].is_empty());

    let schema = json!({"fields": {"invoice_number": {"type": "string"}}});
    let template = NewTemplate::new(workspace.id, "Invoices", schema);
    let template = docent.create_template(&template).await.unwrap();
    let result = docent.extract(sample(), template.id).await.unwrap();
    assert_eq!(
        result.value("/fields/invoice_number"),
        Some(&json!("INV-2026-0147"))
    );
}
