//! `GET /extractions/documents/{documentId}/pages`, and pictures of them

use image::ImageFormat;
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use serde_json::{Value, json};
use testkit::documents::Invoice;

use super::{document_of, parsed, server};
use crate::TEXT;

#[tokio::test]
async fn the_pages_of_a_document_have_a_size_and_a_number_of_words() {
    let server = server();
    let (ada, place, _) = parsed(&server, &Invoice::default().to_pdf()).await;
    let pages = ada.client.get(&format!("{place}/pages")).await.expect(200);
    let words = pages["data"][0]["word_count"].as_u64().unwrap();
    assert!(words > 50, "{pages}");
    let page = json!({ "number": 1, "width": 595.0, "height": 842.0, "word_count": words });
    assert_eq!(pages, json!({ "data": [page] }));
}

#[tokio::test]
async fn a_format_without_a_layout_has_pages_without_size_and_without_pictures() {
    let server = server();
    let (ada, place, _) = parsed(&server, TEXT.as_bytes()).await;
    let pages = ada.client.get(&format!("{place}/pages")).await.expect(200);
    assert_eq!(
        pages["data"],
        json!([{ "number": 1, "width": null, "height": null, "word_count": 6 }])
    );
    let refused = ada.client.get(&format!("{place}/pages/1")).await.expect(422);
    assert_eq!(refused["code"], "page_not_drawn");
    assert_eq!(
        refused["message"],
        "files of this kind have no pages that can be drawn"
    );
}

#[tokio::test]
async fn a_document_that_is_not_read_has_no_pages_yet() {
    let server = server();
    let ada = server.tenant("ada").await;
    let place = document_of(&ada, &Invoice::default().to_pdf()).await;
    for address in [format!("{place}/pages"), format!("{place}/pages/1")] {
        assert_eq!(ada.client.get(&address).await.expect(409)["code"], "conflict");
    }
}

#[tokio::test]
async fn a_page_is_drawn_as_wide_as_it_is_asked_for_and_in_the_form_that_is_liked() {
    let server = server();
    let (ada, place, _) = parsed(&server, &Invoice::default().to_pdf()).await;
    let cases = [
        ("", "*/*", ImageFormat::Png, 1240),
        ("?width=300", "image/png", ImageFormat::Png, 300),
        ("?width=300", "image/webp", ImageFormat::WebP, 300),
    ];
    for (query, accept, format, width) in cases {
        let address = format!("{place}/pages/1{query}");
        let answer = ada.client.get_with(&address, &[(ACCEPT, accept)]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers[CONTENT_TYPE], format.to_mime_type());
        assert!(answer.headers[VARY].to_str().unwrap().contains("Accept"));
        let picture = image::load_from_memory_with_format(&answer.bytes, format).unwrap();
        assert_eq!(picture.width(), width);
        let shape = f64::from(picture.height()) / f64::from(width);
        assert!((shape - 842.0 / 595.0).abs() < 0.01, "{shape}");
        let dark = picture
            .to_luma8()
            .pixels()
            .filter(|pixel| pixel.0[0] < 100)
            .count();
        assert!(dark > 100, "there is print on it: {dark}");
        // The second time it comes from the store.
        let again = ada.client.get_with(&address, &[(ACCEPT, accept)]).await;
        assert_eq!(again.bytes, answer.bytes);
    }
}

#[tokio::test]
async fn a_picture_that_the_client_has_is_not_sent_again() {
    let server = server();
    let (ada, place, _) = parsed(&server, &Invoice::default().to_pdf()).await;
    let address = format!("{place}/pages/1?width=100");
    let first = ada.client.get_with(&address, &[]).await;
    let tag = first.headers[ETAG].to_str().unwrap().to_owned();
    assert_eq!(first.headers[CACHE_CONTROL], "private, no-cache");
    let again = ada.client.get_with(&address, &[(IF_NONE_MATCH, &tag)]).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(again.headers[ETAG].to_str().unwrap(), tag);
    let wider = ada
        .client
        .get_with(&format!("{place}/pages/1?width=101"), &[(IF_NONE_MATCH, &tag)])
        .await;
    assert_eq!(wider.status, 200);
}

#[tokio::test]
async fn what_is_no_page_and_no_width_is_told() {
    let server = server();
    let (ada, place, _) = parsed(&server, &Invoice::default().to_pdf()).await;
    for page in ["0", "2", "-1", "one", "99999999999"] {
        let answer = ada.client.get(&format!("{place}/pages/{page}")).await;
        assert_eq!(answer.expect(404)["message"], "there is no such page", "{page}");
    }
    for width in ["0", "15", "4001"] {
        let answer = ada.client.get(&format!("{place}/pages/1?width={width}")).await;
        let refused: Value = answer.expect(422);
        assert_eq!(refused["errors"]["width"], json!(["must be 16 to 4000"]));
    }
    let answer = ada.client.get(&format!("{place}/pages/1?width=wide")).await;
    assert_eq!(answer.expect(400)["code"], "bad_parameter");
    let bob = server.tenant("bob").await;
    for address in [format!("{place}/pages"), format!("{place}/pages/1")] {
        bob.client.get(&address).await.expect(404);
    }
}
