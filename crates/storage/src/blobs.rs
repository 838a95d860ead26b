//! Bytes: uploads, documents, and what was read out of them, on disk or in an S3 bucket.
//!
//! A blob appears as a whole or not at all: one that is being written is nowhere to be seen, and one whose writing
//! was broken off leaves nothing. Blobs of a workspace are never shared with another.

mod key;
mod url;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use ::url::Url;
use bytes::{Bytes, BytesMut};
use domain::hash::ContentHash;
use domain::id::{UploadId, WorkspaceId};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt, pin_mut};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::signer::{Method, SignedUrlOptions, Signer};
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, WriteMultipart};

pub use self::key::{BlobKey, PictureKey};
pub use self::url::{BlobsUrl, BlobsUrlError, S3Options};

/// What is longer goes up in parts of this size. S3 takes none below 5 MiB.
const PART: usize = 8 * 1024 * 1024;
/// Parts that are under way at a time.
const PARTS_AT_ONCE: usize = 4;

/// Whatever lies beneath an error.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// A blob could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such blob.
    #[error("there is no such blob")]
    NotFound,
    /// More bytes came than are taken.
    #[error("more than {max} bytes came")]
    TooLarge {
        /// The limit.
        max: u64,
    },
    /// The sender stopped half-way.
    #[error("the bytes broke off")]
    Interrupted(#[source] Source),
    /// The folder or the bucket cannot be used.
    #[error("cannot open the blob store")]
    Open(#[source] Source),
    /// The store failed.
    #[error("the blob store failed")]
    Store(#[source] object_store::Error),
}

impl From<object_store::Error> for BlobError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

/// A blob store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// Makes URLs that a client can use directly; a disk has none.
    signer: Option<Bucket>,
}

#[derive(Debug, Clone)]
struct Bucket {
    s3: Arc<AmazonS3>,
    prefix: Path,
}

/// A blob that is being read.
pub struct BlobReader {
    /// Length of the whole blob in bytes.
    pub size: u64,
    /// The bytes asked for, piece by piece.
    pub bytes: BoxStream<'static, Result<Bytes, BlobError>>,
}

impl Blobs {
    /// Opens a store; a folder is made where there is none. A bucket is not looked at before it is used.
    pub fn open(url: &BlobsUrl, s3: &S3Options) -> Result<Self, BlobError> {
        match url {
            BlobsUrl::Disk(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| BlobError::Open(Box::new(error)))?;
                let disk = LocalFileSystem::new_with_prefix(folder)
                    .map_err(|error| BlobError::Open(Box::new(error)))?
                    .with_fsync(true);
                Ok(Self {
                    store: Arc::new(disk),
                    signer: None,
                })
            }
            BlobsUrl::S3 { bucket, prefix } => {
                let s3 = Arc::new(s3_store(bucket, s3)?);
                let prefix = Path::from(prefix.as_str());
                Ok(Self {
                    store: Arc::new(PrefixStore::new(Arc::clone(&s3), prefix.clone())),
                    signer: Some(Bucket { s3, prefix }),
                })
            }
        }
    }

    /// Writes bytes that are at hand as a whole, in the place of what was there.
    pub async fn put(&self, key: &BlobKey, bytes: Bytes) -> Result<(), BlobError> {
        self.store.put(&key.path(), bytes.into()).await?;
        Ok(())
    }

    /// Writes bytes as they come, `max` at most, and returns how many came. Too many, or a sender that breaks off,
    /// leave nothing behind.
    pub async fn put_stream<S, E>(&self, key: &BlobKey, bytes: S, max: u64) -> Result<u64, BlobError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Source>,
    {
        pin_mut!(bytes);
        let mut size = 0;
        let mut start = BytesMut::new();
        while start.len() < PART {
            let Some(piece) = next_piece(&mut bytes, &mut size, max).await? else {
                self.put(key, start.freeze()).await?;
                return Ok(size);
            };
            start.extend_from_slice(&piece);
        }
        let upload = self.store.put_multipart(&key.path()).await?;
        let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
        parts.put(start.freeze());
        loop {
            match next_piece(&mut bytes, &mut size, max).await {
                Ok(Some(piece)) => {
                    parts.wait_for_capacity(PARTS_AT_ONCE).await?;
                    parts.put(piece);
                }
                Ok(None) => {
                    parts.finish().await?;
                    return Ok(size);
                }
                Err(error) => {
                    parts.abort().await?;
                    return Err(error);
                }
            }
        }
    }

    /// Reads a blob whole.
    pub async fn get(&self, key: &BlobKey) -> Result<Bytes, BlobError> {
        Ok(self.store.get(&key.path()).await?.bytes().await?)
    }

    /// Reads a blob, or a range of its bytes, piece by piece.
    pub async fn get_stream(
        &self,
        key: &BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<BlobReader, BlobError> {
        let options = GetOptions {
            range: range.map(Into::into),
            ..GetOptions::default()
        };
        let found = self.store.get_opts(&key.path(), options).await?;
        Ok(BlobReader {
            size: found.meta.size,
            bytes: found.into_stream().map_err(BlobError::from).boxed(),
        })
    }

    /// Length of a blob in bytes; none where there is no such blob.
    pub async fn size(&self, key: &BlobKey) -> Result<Option<u64>, BlobError> {
        match self.store.head(&key.path()).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes a blob. One that is not there is as good as deleted.
    pub async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        match self.store.delete(&key.path()).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// All bytes of uploads that there are, one after the other: for the sweeper.
    pub fn uploads(&self) -> BoxStream<'static, Result<(UploadId, BlobKey), BlobError>> {
        let found = self.store.list(Some(&Path::from(key::UPLOADS)));
        found
            .try_filter_map(async |meta| Ok(BlobKey::of_upload(&meta.location)))
            .map_err(BlobError::from)
            .boxed()
    }

    /// Deletes all that a workspace keeps, and returns how many blobs that were: for the sweeper.
    pub async fn delete_workspace(&self, workspace: WorkspaceId) -> Result<usize, BlobError> {
        self.delete_below(&key::of_workspace(workspace)).await
    }

    /// Deletes the pictures of a document's pages, which can be drawn again, and returns how many there were.
    pub async fn delete_pictures(
        &self,
        workspace: WorkspaceId,
        sha256: ContentHash,
    ) -> Result<usize, BlobError> {
        self.delete_below(&key::of_pictures(workspace, sha256)).await
    }

    async fn delete_below(&self, folder: &Path) -> Result<usize, BlobError> {
        let found = self.store.list(Some(folder));
        let places = found.map_ok(|meta| meta.location).boxed();
        let mut gone = self.store.delete_stream(places);
        let mut deleted = 0;
        while let Some(place) = gone.next().await {
            match place {
                Ok(_) => deleted += 1,
                // Another sweeper was faster.
                Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(deleted)
    }

    /// Copies a blob within the store, in the place of what was there. On disk no byte is moved.
    pub async fn copy(&self, from: &BlobKey, to: &BlobKey) -> Result<(), BlobError> {
        Ok(self.store.copy(&from.path(), &to.path()).await?)
    }

    /// A URL by which a client may write the blob directly, for that long. None on disk: the server then takes the
    /// bytes itself.
    pub async fn put_url(&self, key: &BlobKey, lifetime: Duration) -> Result<Option<Url>, BlobError> {
        let Some(bucket) = &self.signer else {
            return Ok(None);
        };
        let url = bucket
            .s3
            .signed_url(Method::PUT, &bucket.path(key), lifetime)
            .await?;
        Ok(Some(url))
    }

    /// A URL by which a client may read the blob directly, for that long, with these headers in the answer. None on
    /// disk: the server then sends the bytes itself.
    pub async fn get_url(
        &self,
        key: &BlobKey,
        lifetime: Duration,
        headers: AnswerHeaders<'_>,
    ) -> Result<Option<Url>, BlobError> {
        let Some(bucket) = &self.signer else {
            return Ok(None);
        };
        let AnswerHeaders {
            content_type,
            content_disposition,
        } = headers;
        let options = SignedUrlOptions::new().with_query([
            ("response-content-disposition", content_disposition),
            ("response-content-type", content_type),
        ]);
        let url = bucket
            .s3
            .signed_url_opts(Method::GET, &bucket.path(key), lifetime, &options)
            .await?;
        Ok(Some(url))
    }
}

/// Headers of the answer to a signed URL. They are part of what is signed.
#[derive(Debug, Clone, Copy)]
pub struct AnswerHeaders<'a> {
    /// What the bytes are.
    pub content_type: &'a str,
    /// How they are to be shown, and under which name.
    pub content_disposition: &'a str,
}

impl Bucket {
    /// Where a blob lies, seen from the bucket.
    fn path(&self, key: &BlobKey) -> Path {
        self.prefix.parts().chain(key.path().parts()).collect()
    }
}

/// The next bytes, while no more have come than are taken.
async fn next_piece<S, E>(bytes: &mut S, size: &mut u64, max: u64) -> Result<Option<Bytes>, BlobError>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<Source>,
{
    let Some(piece) = bytes.next().await else {
        return Ok(None);
    };
    let piece = piece.map_err(|error| BlobError::Interrupted(error.into()))?;
    *size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
    if *size > max {
        return Err(BlobError::TooLarge { max });
    }
    Ok(Some(piece))
}

fn s3_store(bucket: &str, options: &S3Options) -> Result<AmazonS3, BlobError> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_allow_http(options.allow_http)
        .with_virtual_hosted_style_request(options.virtual_hosted);
    if let Some(region) = &options.region {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some((id, secret)) = options.credentials() {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret);
    }
    builder.build().map_err(|error| BlobError::Open(Box::new(error)))
}
