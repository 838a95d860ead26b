//! The same in a bucket, over the S3 protocol.

use std::time::Duration;

use bytes::Bytes;
use domain::hash::ContentHash;
use domain::id::{ParsingId, UploadBlobId, UploadId, WorkspaceId};
use futures_util::{StreamExt, TryStreamExt, stream};
use storage::blobs::{AnswerHeaders, BlobError, BlobKey};
use testkit::s3::S3Server;
use url::Url;

use super::{MIB, all_that_a_workspace_keeps_is_deleted, pieces};

const LIFETIME: Duration = Duration::from_mins(5);

#[tokio::test]
async fn a_blob_comes_back_from_a_bucket() {
    let server = S3Server::start().await;
    let blobs = server.blobs();
    let key = BlobKey::parsed(WorkspaceId(1), ParsingId::generate());
    assert_eq!(blobs.size(&key).await.unwrap(), None);
    assert!(matches!(blobs.get(&key).await, Err(BlobError::NotFound)));
    blobs.put(&key, Bytes::from_static(b"hello")).await.unwrap();
    assert_eq!(blobs.get(&key).await.unwrap(), "hello");
    assert_eq!(blobs.size(&key).await.unwrap(), Some(5));
    assert_eq!(server.objects(), 1);
    let part = blobs.get_stream(&key, Some(1..3)).await.unwrap();
    assert_eq!(part.size, 5);
    let bytes: Vec<Bytes> = part.bytes.try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"el");
    blobs.delete(&key).await.unwrap();
    blobs.delete(&key).await.unwrap();
    assert_eq!((blobs.size(&key).await.unwrap(), server.objects()), (None, 0));
}

#[tokio::test]
async fn small_and_large_streams_come_back_from_a_bucket() {
    let server = S3Server::start().await;
    let blobs = server.blobs();
    for (number, size) in [(0, 0), (3, 10), (1, 8 * MIB), (5, 5 * MIB)] {
        let key = BlobKey::upload(UploadId::generate());
        let length = blobs
            .put_stream(&key, pieces(number, size), u64::MAX)
            .await
            .unwrap();
        assert_eq!(length, u64::try_from(number * size).unwrap());
        assert_eq!(blobs.size(&key).await.unwrap(), Some(length));
        assert!(blobs.get(&key).await.unwrap() == vec![7; number * size]);
    }
}

#[tokio::test]
async fn a_stream_to_a_bucket_that_does_not_end_well_leaves_nothing() {
    let server = S3Server::start().await;
    let blobs = server.blobs();
    let key = BlobKey::upload(UploadId::generate());
    for (number, size) in [(3, 10), (4, 5 * MIB)] {
        let max = u64::try_from(number * size - 1).unwrap();
        let refused = blobs.put_stream(&key, pieces(number, size), max).await;
        assert!(matches!(refused, Err(BlobError::TooLarge { .. })), "{refused:?}");
        let broken = pieces(number, size).chain(stream::iter([Err(std::io::Error::other("gone"))]));
        let refused = blobs.put_stream(&key, broken, u64::MAX).await;
        assert!(matches!(refused, Err(BlobError::Interrupted(_))), "{refused:?}");
        assert_eq!((blobs.size(&key).await.unwrap(), server.objects()), (None, 0));
    }
}

#[tokio::test]
async fn the_uploads_of_a_bucket_are_listed_and_copied() {
    let server = S3Server::start().await;
    let blobs = server.blobs();
    let (first, second) = (UploadId::generate(), UploadId::generate());
    let received = BlobKey::received(second, UploadBlobId::generate());
    let document = BlobKey::document(WorkspaceId(1), ContentHash::of(b"pdf"));
    let sent = BlobKey::upload(first);
    blobs.put(&sent, Bytes::from_static(b"pdf")).await.unwrap();
    blobs.copy(&sent, &received).await.unwrap();
    blobs.copy(&received, &document).await.unwrap();
    blobs.copy(&received, &document).await.unwrap();
    let mut listed: Vec<(UploadId, BlobKey)> = blobs.uploads().try_collect().await.unwrap();
    listed.sort_by_key(|(id, _)| *id);
    assert_eq!(listed, [(first, sent), (second, received)]);
    blobs.delete(&sent).await.unwrap();
    assert_eq!(blobs.get(&document).await.unwrap(), "pdf");
    let nowhere = blobs.copy(&sent, &received).await;
    assert!(matches!(nowhere, Err(BlobError::NotFound)), "{nowhere:?}");
}

#[tokio::test]
async fn all_that_a_workspace_keeps_is_deleted_from_a_bucket() {
    let server = S3Server::start().await;
    all_that_a_workspace_keeps_is_deleted(&server.blobs()).await;
    assert_eq!(server.objects(), 3, "the neighbours'");
}

#[tokio::test]
async fn whoever_has_an_address_writes_or_reads_that_blob_and_no_other() {
    let server = S3Server::start().await;
    let (blobs, http) = (server.blobs(), reqwest::Client::new());
    let (key, other) = (
        BlobKey::upload(UploadId::generate()),
        BlobKey::upload(UploadId::generate()),
    );
    let put = blobs.put_url(&key, LIFETIME).await.unwrap().unwrap();
    assert!(put.as_str().starts_with(server.address()), "{put}");
    let sent = http
        .put(put.clone())
        .header("content-type", "application/pdf")
        .body("%PDF-1.7");
    assert_eq!(sent.send().await.unwrap().status(), 200);
    assert_eq!(blobs.get(&key).await.unwrap(), "%PDF-1.7");

    let headers = AnswerHeaders {
        content_type: "application/pdf",
        content_disposition: "attachment; filename=\"R_ch.pdf\"; filename*=UTF-8''R%C3%A4ch.pdf",
    };
    let get = blobs.get_url(&key, LIFETIME, headers).await.unwrap().unwrap();
    let answer = http.get(get.clone()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), headers.content_type);
    assert_eq!(header("content-disposition"), headers.content_disposition);
    assert_eq!(answer.text().await.unwrap(), "%PDF-1.7");

    let name_of = |url: &Url| url.path_segments().unwrap().next_back().unwrap().to_owned();
    let elsewhere = blobs.put_url(&other, LIFETIME).await.unwrap().unwrap();
    let shown = get.as_str().replace("attachment", "inline");
    assert_ne!(shown, get.as_str());
    for forged in [
        get.as_str().replace(&name_of(&get), &name_of(&elsewhere)),
        get.as_str().replace("X-Amz-Expires=300", "X-Amz-Expires=301"),
        shown,
        put.to_string(),
    ] {
        let refused = http.get(forged.as_str()).send().await.unwrap();
        assert_eq!(refused.status(), 403, "{forged}");
    }
    let refused = http.put(get).body("x").send().await.unwrap();
    assert_eq!(refused.status(), 403, "to read is not to write");
    assert_eq!(blobs.get(&key).await.unwrap(), "%PDF-1.7");
}

#[tokio::test]
async fn a_bucket_that_refuses_is_no_missing_blob() {
    let server = S3Server::start().await;
    let stranger = server.blobs_with("another secret");
    let key = BlobKey::upload(UploadId::generate());
    for failed in [
        stranger.get(&key).await.map(drop),
        stranger.size(&key).await.map(drop),
        stranger.put(&key, Bytes::from_static(b"x")).await,
    ] {
        assert!(matches!(failed, Err(BlobError::Store(_))), "{failed:?}");
    }
    assert_eq!(server.objects(), 0);
}
