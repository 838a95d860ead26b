//! Files that cannot be read: the right status, words that help, and nothing left behind.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use storage::blobs::BlobKey;
use testkit::documents::Invoice;
use testkit::server::{Tenant, TestServer};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::server;

fn place_of(tenant: &Tenant) -> String {
    format!("/workspaces/{}/documents", tenant.workspace)
}

/// What is answered to a file that is no document, and that nothing stays of it.
async fn refused_at_once(name: &str, bytes: &[u8]) -> Value {
    let server = server();
    let ada = server.tenant("ada").await;
    let form = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = reqwest::multipart::Form::new().part("file", form);
    let answer = ada.client.post_form(&place_of(&ada), form).await.expect(422);
    assert_eq!(answer["code"], "validation_failed");
    let listed = ada.client.get(&place_of(&ada)).await.expect(200);
    assert_eq!(listed["data"], json!([]));
    assert_eq!(server.run_jobs().await, 0, "nothing is to be read");
    answer["errors"]["file"][0].clone()
}

/// Why a document could not be read; nothing that was read of it is kept.
async fn refused_when_read(server: &TestServer, name: &str, bytes: &[u8]) -> String {
    let ada = server.tenant(name.split('.').next().unwrap()).await;
    let key = ada.client.upload(name, bytes.to_vec()).await;
    let created = ada
        .client
        .post(&place_of(&ada), &json!({ "key": key }))
        .await
        .expect(201);
    server.run_jobs().await;
    let place = format!(
        "/extractions/documents/{}",
        created["document"]["id"].as_str().unwrap()
    );
    let document = ada.client.get(&place).await.expect(200);
    assert_eq!(document["status"], "failed", "{document}");
    let parsing = document["parsings"][0]["id"].as_str().unwrap().parse().unwrap();
    let key = BlobKey::parsed(ada.workspace, parsing);
    assert_eq!(server.blobs().size(&key).await.unwrap(), None);
    for list in ["chunks", "pages"] {
        ada.client.get(&format!("{place}/{list}")).await.expect(409);
    }
    document["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_empty_file_and_one_of_a_kind_that_is_not_read_are_refused_at_once() {
    assert_eq!(refused_at_once("a.pdf", b"").await, "the file is empty");
    let gif = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
    let said = refused_at_once("a.pdf", gif).await;
    let said = said.as_str().unwrap();
    assert!(
        said.starts_with("files of the type image/gif are not read; supported are PDF, "),
        "{said}"
    );
}

#[tokio::test]
async fn the_content_counts_whatever_the_name_says() {
    let server = server();
    let ada = server.tenant("ada").await;
    let key = ada.client.upload("photo.jpg", Invoice::default().to_pdf()).await;
    let body = json!({ "key": key, "filename": "table.xlsx" });
    let created = ada.client.post(&place_of(&ada), &body).await.expect(201);
    assert_eq!(created["document"]["mime"], "application/pdf");
    server.run_jobs().await;
    let place = format!(
        "/extractions/documents/{}",
        created["document"]["id"].as_str().unwrap()
    );
    assert_eq!(ada.client.get(&place).await.expect(200)["status"], "parsed");
}

#[tokio::test]
async fn a_file_that_is_cut_short_says_so() {
    let server = server();
    let pdf = Invoice::default().to_pdf();
    let said = refused_when_read(&server, "pdf.pdf", &pdf[..100]).await;
    assert!(
        said.starts_with("the file looks like application/pdf but cannot be read"),
        "{said}"
    );
    let docx = zipped(&[("word/document.xml", b"<w:document/>")]);
    let said = refused_when_read(&server, "docx.docx", &docx[..docx.len() - 30]).await;
    assert!(said.contains("cannot be read"), "{said}");
}

#[tokio::test]
async fn too_many_pages_name_the_limit() {
    let server = server();
    // The smallest text of that many pages.
    let said = refused_when_read(&server, "pages.txt", "page\u{c}".repeat(2001).as_bytes()).await;
    assert_eq!(said, "the file has 2001 pages; the limit is 2000");
}

#[tokio::test]
async fn too_large_a_picture_names_the_limit_and_is_never_unpacked() {
    let server = server();
    let said = refused_when_read(&server, "large.png", &png_that_claims(60_000, 60_000)).await;
    assert!(
        said.contains("picture of too many pixels; the limit is 100000000"),
        "{said}"
    );
}

#[tokio::test]
async fn an_archive_that_unpacks_without_end_names_the_limit() {
    let server = server();
    let blanks = vec![b' '; 201_000_000];
    let bomb = zipped(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("word/document.xml", &blanks),
    ]);
    assert!(bomb.len() < 1_000_000);
    let said = refused_when_read(&server, "bomb.docx", &bomb).await;
    assert!(
        said.contains("unpack to too many bytes; the limit is 200000000"),
        "{said}"
    );
}

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.\
    wordprocessingml.document.main+xml\"/></Types>";

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The head of a picture of that size, and next to nothing of its pixels.
fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(kind);
        crc.update(content);
        let length = u32::try_from(content.len()).unwrap();
        [&length.to_be_bytes()[..], kind, content, &crc.sum().to_be_bytes()].concat()
    };
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let head = [&size[..], &[8, 2, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]),
        chunk(b"IEND", &[]),
    ]
    .concat()
}
