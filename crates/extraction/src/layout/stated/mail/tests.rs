use domain::parsed::{Page, ParsedDocument};
use domain::schema::{CompiledSchema, Field};
use serde_json::{Value, json};

use super::*;
use crate::testing::{Sketch, document, input, schema};

/// A message with these headers and a body, as parsing makes one.
fn message(headers: &[(&str, &str)], body: &str) -> ParsedDocument {
    let mut page = Page {
        size: None,
        ..Sketch::new(1).page()
    };
    let mut sketch = Sketch::new(1);
    for (line, (name, value)) in headers.iter().enumerate() {
        sketch = sketch.text(
            20.0,
            20.0 + 12.0 * crate::layout::rect::float(line),
            &format!("{name}: {value}"),
        );
    }
    sketch = sketch.text(20.0, 700.0, body);
    let laid_out = sketch.page();
    let mut at = 0;
    for (name, value) in headers {
        let words = u32::try_from(value.split_whitespace().count()).unwrap();
        page.pairs.push(Pair {
            kind: PairKind::Header,
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            label: vec![at],
            words: (at + 1..=at + words).collect(),
        });
        at += words + 1;
    }
    (page.words, page.lines, page.blocks) = (laid_out.words, laid_out.lines, laid_out.blocks);
    document(vec![page])
}

fn found(parsed: &ParsedDocument, json: &Value) -> Value {
    let inputs = [input("a.eml", parsed)];
    crate::extract(&inputs, &schema(json)).data
}

const HEADERS: &[(&str, &str)] = &[
    ("From", "Office Harbour <office@harbour.example>"),
    ("Sender", "list@lists.example"),
    ("To", "Doe, Jane <jane@a.example>, joe@b.example"),
    ("Cc", "Team <team@c.example>"),
    ("Subject", "Re: Your order of May"),
    ("Date", "Tue, 7 May 2024 23:05:01 -0700"),
    ("Message-ID", "<17.4@harbour.example>"),
    ("Attachment", "price list.pdf"),
    ("Attachment", "terms.txt"),
];

fn strings(keys: &[&str]) -> Value {
    let fields = keys
        .iter()
        .map(|key| ((*key).to_owned(), json!({"type": "string"})));
    json!({"fields": fields.collect::<serde_json::Map<_, _>>()})
}

#[test]
fn the_data_parses_and_every_name_is_written_as_labels_are_compared() {
    let data = parse().unwrap();
    assert!(data.header.len() > 8);
    for header in &data.header {
        assert!(!header.names.is_empty() && !header.keys.is_empty());
    }
}

#[test]
fn keys_alone_say_which_header_is_meant() {
    let parsed = message(HEADERS, "Hello Jane, see the lists. Sent: Monday, 6 May 2024");
    let data = found(
        &parsed,
        &strings(&[
            "sender",
            "from_name",
            "sender_email",
            "fromAddress",
            "subject",
            "to",
            "message_id",
            "betreff",
            "cc_email",
        ]),
    );
    assert_eq!(
        data["fields"],
        json!({
            "sender": "Office Harbour <office@harbour.example>",
            "from_name": "Office Harbour",
            "sender_email": "office@harbour.example",
            "fromAddress": "office@harbour.example",
            "subject": "Re: Your order of May",
            "to": "Doe, Jane <jane@a.example>, joe@b.example",
            "message_id": "17.4@harbour.example",
            "betreff": "Re: Your order of May",
            "cc_email": "team@c.example",
        })
    );
}

#[test]
fn short_keys_mean_headers_where_nothing_else_is_meant() {
    let parsed = message(HEADERS, "Hello Jane, see the lists.");
    let json = json!({"fields": {
        "from": {"type": "string"}, "to": {"type": "string"}, "title": {"type": "string"}, "date": {"type": "date"}
    }});
    assert_eq!(
        found(&parsed, &json)["fields"],
        json!({
            "from": "Office Harbour <office@harbour.example>",
            "to": "Doe, Jane <jane@a.example>, joe@b.example",
            "title": "Re: Your order of May",
            "date": "2024-05-07"
        })
    );
}

#[test]
fn the_date_is_that_of_its_time_zone() {
    let parsed = message(HEADERS, "Sent: Monday, 6 May 2024");
    let fields = json!({"fields": {
        "sent_on": {"type": "date"}, "date": {"type": "date"}, "sent_at": {"type": "datetime"}
    }});
    assert_eq!(
        found(&parsed, &fields)["fields"],
        json!({"sent_on": "2024-05-07", "date": "2024-05-07", "sent_at": "2024-05-07T23:05:01-07:00"})
    );
}

#[test]
fn recipients_and_attachments_are_rows() {
    let parsed = message(HEADERS, "Hello");
    let string = json!({"type": "string"});
    let schema = json!({
        "recipients": {"repeated": true, "fields": {"name": string, "address": string}},
        "attachments": {"repeated": true, "fields": {"file_name": string}},
        "mail": {"fields": {
            "cc": {"type": "array", "items": {"type": "string", "format": "email"}},
            "sender": {"type": "object", "properties": {"name": string, "email": string}},
            "all": {"type": "array", "description": "Those in the To or Cc header", "items": {
                "type": "object", "properties": {"email": string}
            }},
            "everyone": {"type": "array", "description": "E-mail addresses in the To and Cc headers", "items": string}
        }}
    });
    let data = found(&parsed, &json!({ "groups": schema }));
    assert_eq!(
        data["recipients"],
        json!([
            {"name": "Doe, Jane", "address": "jane@a.example"},
            {"name": null, "address": "joe@b.example"}
        ])
    );
    assert_eq!(
        data["attachments"],
        json!([{"file_name": "price list.pdf"}, {"file_name": "terms.txt"}])
    );
    assert_eq!(data["mail"]["cc"], json!(["team@c.example"]));
    assert_eq!(
        data["mail"]["sender"],
        json!({"name": "Office Harbour", "email": "office@harbour.example"})
    );
    assert_eq!(
        data["mail"]["everyone"],
        json!(["jane@a.example", "joe@b.example", "team@c.example"])
    );
}

#[test]
fn what_the_message_does_not_say_stays_empty() {
    let headers = [
        ("From", "office@harbour.example"),
        ("To", "undisclosed-recipients:;"),
    ];
    let parsed = message(&headers, "Sent: Monday, 6 May 2024 Subject: Old news");
    let schema = json!({"groups": {
        "mail": {"fields": {
            "from_name": {"type": "string"}, "subject": {"type": "string"}, "sent_on": {"type": "date"}
        }},
        "recipients": {"repeated": true, "fields": {"address": {"type": "string"}}},
        "attachments": {"repeated": true, "fields": {"file_name": {"type": "string"}}},
    }});
    let data = found(&parsed, &schema);
    assert_eq!(
        data["mail"],
        json!({"from_name": null, "subject": null, "sent_on": null})
    );
    assert_eq!(data["recipients"], json!([]));
    assert_eq!(data["attachments"], json!([]));
}

#[test]
fn a_field_of_the_body_is_found_in_the_body() {
    let parsed = message(HEADERS, "Invoice number: 4711 Due date: 12 June 2024");
    let schema = json!({"fields": {
        "invoice_number": {"type": "string"}, "due_date": {"type": "date"}, "order_number": {"type": "string"}
    }});
    let data = found(&parsed, &schema);
    assert_eq!(
        data["fields"],
        json!({"invoice_number": "4711", "due_date": "2024-06-12", "order_number": null})
    );
}

#[test]
fn headers_are_the_evidence() {
    let parsed = message(HEADERS, "Hello");
    let inputs = [input("a.eml", &parsed)];
    let found = crate::extract(&inputs, &schema(&strings(&["from_name"])));
    found.audit.for_each_leaf(&mut |_, evidence| {
        let source = &evidence.sources[0];
        assert_eq!(source.text, "Office Harbour");
        assert_eq!(source.bbox, None);
        assert_eq!(
            source.place,
            domain::evidence::Place::Header {
                name: "From".to_owned()
            }
        );
        assert_eq!(evidence.verdict, domain::evidence::Verdict::Grounded);
        assert!(evidence.confidence > 0.9);
    });
}

#[test]
fn descriptions_name_headers() {
    let wish = |key: &str, description: &str| {
        let json = json!({"fields": {key: {"type": "string", "description": description}}});
        let compiled: CompiledSchema = schema(&json);
        let field: &Field = &compiled.groups[0].fields[0];
        Wish::of(field, "mail").map(|wish| {
            let names = wish
                .headers
                .iter()
                .map(|index| DATA.header[*index].names[0].clone());
            (names.collect::<Vec<_>>(), wish.what)
        })
    };
    let expected =
        |names: &[&str], what| Some((names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>(), what));
    assert_eq!(
        wish("who", "Name of the sender, as in the From header"),
        expected(&["From"], What::Name)
    );
    assert_eq!(
        wish("address", "E-mail address of the sender"),
        expected(&["From"], What::Address)
    );
    assert_eq!(
        wish("everybody", "All in the To, Cc and Bcc headers"),
        expected(&["To", "Cc", "Bcc"], What::Whole)
    );
    assert_eq!(
        wish("topic", "As in the Subject header"),
        expected(&["Subject"], What::Whole)
    );
    assert_eq!(wish("phone", "Phone number of the sender"), None);
    assert_eq!(wish("invoice_number", "Number of the invoice"), None);
}
