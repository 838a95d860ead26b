//! A server of the S3 protocol for tests: in process, on a free port, with one bucket in a folder of its own.
//!
//! It checks the signature of every request and of every presigned address, as Amazon's does. It is meant for tests and
//! written by others (`s3s`): what passes here was not made to pass by us.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use storage::blobs::{Blobs, BlobsUrl, S3Options};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const BUCKET: &str = "docs";
/// What all keys of the store begin with: the bucket may hold other things, too.
const PREFIX: &str = "docent/blobs";
const KEY_ID: &str = "tests";
const SECRET: &str = "a secret for tests";

/// A server with a bucket. Both are gone when this is dropped.
pub struct S3Server {
    address: String,
    serving: JoinHandle<()>,
    folder: TempDir,
}

impl S3Server {
    /// Begins to take requests. To be called within a Tokio runtime, and lives as long as that.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        Self {
            address,
            serving: tokio::spawn(serve(listener, service.build())),
            folder,
        }
    }

    /// `http://127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The bucket as a blob store.
    pub fn blobs(&self) -> Blobs {
        self.blobs_with(SECRET)
    }

    /// The same for somebody with another secret.
    pub fn blobs_with(&self, secret: &str) -> Blobs {
        let url = BlobsUrl::S3 {
            bucket: BUCKET.to_owned(),
            prefix: PREFIX.to_owned(),
        };
        let options = S3Options {
            region: Some("eu-central-1".to_owned()),
            endpoint: Some(self.address.clone()),
            allow_http: true,
            virtual_hosted: false,
            access_key_id: Some(KEY_ID.to_owned()),
            secret_access_key: Some(secret.to_owned().into()),
        };
        Blobs::open(&url, &options).unwrap()
    }

    /// How many objects the bucket holds below the store's prefix. What is being written is not counted.
    pub fn objects(&self) -> usize {
        files_in(&self.folder.path().join(BUCKET).join(PREFIX))
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, service: S3Service) {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        let serving = http1::Builder::new().serve_connection(TokioIo::new(connection), service.clone());
        // A client that breaks off breaks off.
        tokio::spawn(async move { drop(serving.await) });
    }
}

fn files_in(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let counts = entries.map(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { files_in(&path) } else { 1 }
    });
    counts.sum()
}
