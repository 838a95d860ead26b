//! Blobs on disk: whole or not there; and in a bucket.

mod s3;

use bytes::Bytes;
use domain::hash::ContentHash;
use domain::id::{ParsingId, UploadId, WorkspaceId};
use futures_util::{StreamExt, TryStreamExt, stream};
use storage::blobs::{BlobError, BlobKey, Blobs, BlobsUrl, S3Options};
use tempfile::TempDir;

fn store() -> (Blobs, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = BlobsUrl::Disk(folder.path().join("blobs"));
    (Blobs::open(&url, &S3Options::default()).unwrap(), folder)
}

fn files_in(folder: &TempDir) -> usize {
    let mut open = vec![folder.path().to_owned()];
    let mut files = 0;
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files += 1;
            }
        }
    }
    files
}

fn pieces(number: usize, size: usize) -> impl stream::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::iter((0..number).map(move |_| Ok(Bytes::from(vec![7; size]))))
}

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn a_blob_comes_back() {
    let (blobs, _folder) = store();
    let key = BlobKey::parsed(WorkspaceId(1), ParsingId::generate());
    assert_eq!(blobs.size(&key).await.unwrap(), None);
    assert!(matches!(blobs.get(&key).await, Err(BlobError::NotFound)));
    blobs.put(&key, Bytes::from_static(b"hello")).await.unwrap();
    assert_eq!(blobs.get(&key).await.unwrap(), "hello");
    assert_eq!(blobs.size(&key).await.unwrap(), Some(5));
    let part = blobs.get_stream(&key, Some(1..3)).await.unwrap();
    assert_eq!(part.size, 5);
    let bytes: Vec<Bytes> = part.bytes.try_collect().await.unwrap();
    assert_eq!(bytes.concat(), b"el");
    blobs.delete(&key).await.unwrap();
    blobs.delete(&key).await.unwrap();
    assert_eq!(blobs.size(&key).await.unwrap(), None);
}

#[tokio::test]
async fn small_and_large_streams_come_back() {
    let (blobs, _folder) = store();
    for (number, size) in [(0, 0), (3, 10), (3, 5 * MIB), (1, 20 * MIB)] {
        let key = BlobKey::upload(UploadId::generate());
        let length = blobs
            .put_stream(&key, pieces(number, size), u64::MAX)
            .await
            .unwrap();
        assert_eq!(length, u64::try_from(number * size).unwrap());
        assert_eq!(blobs.size(&key).await.unwrap(), Some(length));
        assert_eq!(blobs.get(&key).await.unwrap(), vec![7; number * size]);
    }
}

#[tokio::test]
async fn a_stream_over_the_limit_leaves_nothing() {
    let (blobs, folder) = store();
    let key = BlobKey::upload(UploadId::generate());
    for (number, size, max) in [(3, 10, 29), (6, 5 * MIB, 29 * 1024 * 1024)] {
        let refused = blobs.put_stream(&key, pieces(number, size), max).await;
        assert!(
            matches!(refused, Err(BlobError::TooLarge { max: told }) if told == max),
            "{refused:?}"
        );
        assert_eq!(blobs.size(&key).await.unwrap(), None);
        assert_eq!(files_in(&folder), 0);
    }
    let exactly = blobs.put_stream(&key, pieces(3, 10), 30).await.unwrap();
    assert_eq!(exactly, 30);
}

#[tokio::test]
async fn a_stream_that_breaks_off_leaves_nothing() {
    let (blobs, folder) = store();
    let key = BlobKey::upload(UploadId::generate());
    for (number, size) in [(3, 10), (3, 5 * MIB)] {
        let broken = pieces(number, size).chain(stream::iter([Err(std::io::Error::other("gone"))]));
        let refused = blobs.put_stream(&key, broken, u64::MAX).await;
        assert!(matches!(refused, Err(BlobError::Interrupted(_))), "{refused:?}");
        assert_eq!(blobs.size(&key).await.unwrap(), None);
        assert_eq!(files_in(&folder), 0);
    }
}

#[tokio::test]
async fn a_half_written_upload_is_invisible() {
    let (blobs, _folder) = store();
    let key = BlobKey::upload(UploadId::generate());
    let (watching, watched) = (blobs.clone(), key);
    // Between any two pieces somebody looks.
    let looked_at = pieces(5, 5 * MIB).then(move |piece| {
        let blobs = watching.clone();
        async move {
            assert_eq!(blobs.size(&watched).await.unwrap(), None);
            piece
        }
    });
    blobs.put_stream(&key, looked_at, u64::MAX).await.unwrap();
    assert!(blobs.size(&key).await.unwrap().is_some());
}

#[tokio::test]
async fn an_upload_becomes_a_document_of_a_workspace() {
    let (blobs, _folder) = store();
    let upload = BlobKey::upload(UploadId::generate());
    blobs.put(&upload, Bytes::from_static(b"pdf")).await.unwrap();
    let sha256 = ContentHash::of(b"pdf");
    let document = BlobKey::document(WorkspaceId(1), sha256);
    blobs.copy(&upload, &document).await.unwrap();
    blobs.copy(&upload, &document).await.unwrap();
    blobs.delete(&upload).await.unwrap();
    assert_eq!(blobs.get(&document).await.unwrap(), "pdf");
    let elsewhere = BlobKey::document(WorkspaceId(2), sha256);
    assert_eq!(blobs.size(&elsewhere).await.unwrap(), None);
}

/// And nothing of workspaces whose ids begin alike.
async fn all_that_a_workspace_keeps_is_deleted(blobs: &Blobs) {
    for workspace in [WorkspaceId(1), WorkspaceId(12)] {
        for bytes in [b"1", b"2"] {
            let key = BlobKey::document(workspace, ContentHash::of(bytes));
            blobs.put(&key, Bytes::from_static(b"x")).await.unwrap();
        }
        let parsed = BlobKey::parsed(workspace, ParsingId::generate());
        blobs.put(&parsed, Bytes::from_static(b"x")).await.unwrap();
    }
    assert_eq!(blobs.delete_workspace(WorkspaceId(1)).await.unwrap(), 3);
    assert_eq!(blobs.delete_workspace(WorkspaceId(1)).await.unwrap(), 0);
    let document = |workspace| BlobKey::document(workspace, ContentHash::of(b"1"));
    assert_eq!(blobs.size(&document(WorkspaceId(1))).await.unwrap(), None);
    assert_eq!(blobs.size(&document(WorkspaceId(12))).await.unwrap(), Some(1));
}

#[tokio::test]
async fn all_that_a_workspace_keeps_is_deleted_from_disk() {
    let (blobs, folder) = store();
    all_that_a_workspace_keeps_is_deleted(&blobs).await;
    assert_eq!(files_in(&folder), 3, "the neighbours'");
}

#[tokio::test]
async fn a_disk_has_no_urls_and_a_bucket_has() {
    let (blobs, _folder) = store();
    let key = BlobKey::upload(UploadId::generate());
    let lifetime = std::time::Duration::from_mins(5);
    assert_eq!(blobs.put_url(&key, lifetime).await.unwrap(), None);
    let options = S3Options {
        region: Some("eu-central-1".to_owned()),
        access_key_id: Some("id".to_owned()),
        secret_access_key: Some("secret".to_owned().into()),
        ..S3Options::default()
    };
    let bucket = Blobs::open(&"s3://docs/docent".parse().unwrap(), &options).unwrap();
    let url = bucket.put_url(&key, lifetime).await.unwrap().unwrap();
    assert!(url.path().starts_with("/docs/docent/uploads/"), "{url}");
    assert!(url.query().unwrap().contains("X-Amz-Expires=300"), "{url}");
}
