//! The command line.

use serde_json::Value;
use testkit::documents::Invoice;

use crate::docent::Docent;

#[test]
fn a_token_is_alone_on_stdout_and_listed_without_its_secret() {
    let docent = Docent::new();
    let token = docent.token();
    assert!(
        domain::token::PlainToken::parse(&token).is_ok(),
        "nothing but the token"
    );
    let list = docent.ok(&["token", "list"]);
    assert!(
        list.contains("ada@example.org") && list.contains("in force"),
        "{list}"
    );
    assert!(!list.contains("dct_"), "{list}");
}

#[test]
fn a_revoked_token_says_so_in_the_list() {
    let docent = Docent::new();
    docent.token();
    let list = docent.ok(&["token", "list"]);
    let id = list
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    docent.ok(&["token", "revoke", &id]);
    assert!(docent.ok(&["token", "list"]).contains("revoked"));
    let complaint = docent.complaint(&["token", "revoke", "01890000-0000-7000-8000-000000000000"]);
    assert!(complaint.contains("there is no token"), "{complaint}");
}

#[test]
fn mistakes_are_told_in_words() {
    let docent = Docent::new();
    docent.token();
    let cases: [(&[&str], &str); 6] = [
        (
            &["user", "create", "ada@example.org"],
            "there is a user ada@example.org already",
        ),
        (&["user", "create", "ada"], "must be a valid e-mail address"),
        (
            &["token", "create", "bob@example.org", "--abilities", "*"],
            "there is no user bob@example.org",
        ),
        (
            &["token", "create", "ada@example.org", "--abilities", "fly"],
            "unknown ability \"fly\"",
        ),
        (&["worker"], "needs a database that processes share"),
        (
            &["serve", "--database-url", "mysql://x"],
            "the database must be given as sqlite:PATH or postgres://",
        ),
    ];
    for (arguments, words) in cases {
        let complaint = docent.complaint(arguments);
        assert!(complaint.contains(words), "{arguments:?}: {complaint}");
    }
}

#[test]
fn the_configuration_is_shown_without_secrets_and_an_unknown_key_is_refused() {
    let docent = Docent::new();
    let file = docent.folder().join("docent.toml");
    std::fs::write(
        &file,
        "rate_limit = 7\nsecret_key = \"0123456789abcdef0123456789abcdef\"\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let shown = docent.ok(&[
        "config",
        "--config",
        file,
        "--database-url",
        "postgres://docent:sesame@db/docent",
    ]);
    // The test's environment says 0, and the environment wins over the file.
    assert!(shown.contains("rate_limit = 0"), "{shown}");
    assert!(shown.contains("secret_key = \"(hidden)\""), "{shown}");
    assert!(
        !shown.contains("sesame") && !shown.contains("0123456789abcdef"),
        "{shown}"
    );

    std::fs::write(file, "rate_limits = 7\n").unwrap();
    let complaint = docent.complaint(&["config", "--config", file]);
    assert!(complaint.contains("unknown field `rate_limits`"), "{complaint}");
    let output = docent
        .command(&["config"])
        .env("DOCENT_RATE_LIMITS", "7")
        .output()
        .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(
        complaint.contains("unknown environment variable DOCENT_RATE_LIMITS"),
        "{complaint}"
    );
}

#[test]
fn a_file_is_extracted_without_server_and_database() {
    let docent = Docent::new();
    let (pdf, schema) = (
        docent.folder().join("invoice.pdf"),
        docent.folder().join("schema.json"),
    );
    std::fs::write(&pdf, Invoice::default().to_pdf()).unwrap();
    std::fs::write(
        &schema,
        r#"{"fields": {"invoice_number": {"type": "string"}, "due_date": {"type": "date"}}}"#,
    )
    .unwrap();
    let output = docent.ok(&[
        "extract",
        pdf.to_str().unwrap(),
        "--schema",
        schema.to_str().unwrap(),
    ]);
    let answer: Value = serde_json::from_str(&output).unwrap();
    assert_eq!(answer["data"]["fields"]["invoice_number"], "INV-2026-0147");
    assert_eq!(answer["data"]["fields"]["due_date"], "2026-04-11");
    assert_eq!(
        answer["audit_data"]["fields"]["invoice_number"]["verdict"],
        "grounded"
    );
    assert!(
        !docent.folder().join("docent.db").exists(),
        "no database was made"
    );

    std::fs::write(&schema, r#"{"fields": {"total": {"type": "money"}}}"#).unwrap();
    let complaint = docent.complaint(&[
        "extract",
        pdf.to_str().unwrap(),
        "--schema",
        schema.to_str().unwrap(),
    ]);
    assert!(
        complaint.contains("fields.total.type: unknown type \"money\""),
        "{complaint}"
    );
}

#[test]
fn the_demo_shows_values_with_their_places() {
    let docent = Docent::new();
    let shown = docent.ok(&["demo", "--once", "--listen", "127.0.0.1:0"]);
    for value in [
        "INV-2026-0147",
        "2026-03-12",
        "2026-04-11",
        "375",
        "71.25",
        "446.25",
    ] {
        let line = shown.lines().find(|line| line.contains(value));
        let line = line.unwrap_or_else(|| panic!("{value} is not in\n{shown}"));
        assert!(line.contains("grounded") || line.contains("normalized"), "{line}");
        assert!(line.contains("0."), "a box: {line}");
    }
}

#[test]
fn migrating_twice_changes_nothing_the_second_time() {
    let docent = Docent::new();
    let first = docent.run(&["migrate"]);
    assert!(String::from_utf8_lossy(&first.stderr).contains("applied"));
    let second = docent.run(&["migrate"]);
    assert!(String::from_utf8_lossy(&second.stderr).contains("up to date"));
}
