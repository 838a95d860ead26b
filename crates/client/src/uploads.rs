//! Sending files.

use std::path::Path;
use std::time::Duration;

use domain::upload::UploadKey;
use reqwest::header::CONTENT_LENGTH;
use serde_json::json;
use tokio::fs::File;

use crate::backoff::Backoff;
use crate::docent::Docent;
use crate::error::Error;
use crate::send::send_once;
use crate::wire::UploadAddress;

/// So often a file is sent at most, each time to an address of its own: one that bytes came to takes no others.
const ATTEMPTS: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

impl Docent {
    /// Sends a file; its bytes are streamed. The key names it in what follows, and is of use to this token's owner
    /// only.
    pub async fn upload(&self, path: impl AsRef<Path>) -> Result<UploadKey, Error> {
        self.in_time(self.upload_again(path.as_ref())).await
    }

    async fn upload_again(&self, path: &Path) -> Result<UploadKey, Error> {
        let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
        for _ in 1..ATTEMPTS {
            match self.upload_once(path).await {
                Err(error) => self.pause(error, &mut backoff).await?,
                done => return done,
            }
        }
        self.upload_once(path).await
    }

    async fn upload_once(&self, path: &Path) -> Result<UploadKey, Error> {
        let unreadable = |source| Error::File {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).await.map_err(unreadable)?;
        let length = file.metadata().await.map_err(unreadable)?.len();
        let filename = path.file_name().map(|name| name.to_string_lossy());
        let address: UploadAddress = self
            .post("vapor/signed-storage-url", &json!({ "filename": filename }))
            .await?;
        // The address is the permission: the token is nobody's business there, which may be another host.
        let mut request = self
            .http
            .put(&address.url)
            .header(CONTENT_LENGTH, length)
            .body(file);
        for (name, value) in &address.headers {
            request = request.header(name, value);
        }
        send_once(request).await?;
        Ok(address.key)
    }
}
