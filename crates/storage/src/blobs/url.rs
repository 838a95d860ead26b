//! Where the blob store is.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use zeroize::Zeroizing;

/// Address of a blob store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobsUrl {
    /// A folder: `file:data/blobs`. Absolute.
    Disk(PathBuf),
    /// A bucket, below a prefix: `s3://bucket/prefix`.
    S3 {
        /// Name of the bucket.
        bucket: String,
        /// What all keys begin with; may be empty.
        prefix: String,
    },
}

/// The text is no address of a blob store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the blob store must be given as file:FOLDER or s3://BUCKET/PREFIX")]
pub struct BlobsUrlError;

impl BlobsUrl {
    /// The store in that folder.
    pub fn folder(folder: &Path) -> Result<Self, BlobsUrlError> {
        // Fails for an empty path only.
        let absolute = std::path::absolute(folder).map_err(|_empty| BlobsUrlError)?;
        Ok(Self::Disk(absolute))
    }
}

impl FromStr for BlobsUrl {
    type Err = BlobsUrlError;

    fn from_str(text: &str) -> Result<Self, BlobsUrlError> {
        if let Some(place) = text.strip_prefix("s3://") {
            let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
            if bucket.is_empty() {
                return Err(BlobsUrlError);
            }
            return Ok(Self::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.trim_matches('/').to_owned(),
            });
        }
        let folder = text.strip_prefix("file:").ok_or(BlobsUrlError)?;
        let folder = folder.strip_prefix("//").unwrap_or(folder);
        Self::folder(Path::new(folder))
    }
}

impl fmt::Display for BlobsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(folder) => write!(f, "file:{}", folder.display()),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

/// How to reach a bucket. Without keys the machine's own role is used.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct S3Options {
    /// `eu-central-1`.
    pub region: Option<String>,
    /// Address of a server that is not Amazon's.
    pub endpoint: Option<String>,
    /// Speak HTTP without TLS: for a server on the same machine.
    pub allow_http: bool,
    /// The bucket is part of the host's name, not of the path.
    pub virtual_hosted: bool,
    /// Id of the access key.
    pub access_key_id: Option<String>,
    /// The access key's secret.
    pub secret_access_key: Option<Zeroizing<String>>,
}

impl S3Options {
    /// Id and secret of the access key, if both were given.
    pub(super) fn credentials(&self) -> Option<(&str, &str)> {
        self.access_key_id
            .as_deref()
            .zip(self.secret_access_key.as_ref().map(|secret| secret.as_str()))
    }
}

/// The secret is not printed.
impl fmt::Debug for S3Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            region,
            endpoint,
            allow_http,
            virtual_hosted,
            access_key_id,
            secret_access_key: _,
        } = self;
        f.debug_struct("S3Options")
            .field("region", region)
            .field("endpoint", endpoint)
            .field("allow_http", allow_http)
            .field("virtual_hosted", virtual_hosted)
            .field("access_key_id", access_key_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_folder_or_a_bucket() {
        assert_eq!(
            "file:/data/blobs".parse(),
            Ok(BlobsUrl::Disk("/data/blobs".into()))
        );
        let bucket = BlobsUrl::S3 {
            bucket: "docs".to_owned(),
            prefix: "docent/blobs".to_owned(),
        };
        assert_eq!("s3://docs/docent/blobs/".parse(), Ok(bucket));
        for bad in ["", "file:", "s3://", "s3:///x", "/data", "gs://bucket"] {
            assert_eq!(bad.parse::<BlobsUrl>(), Err(BlobsUrlError), "{bad}");
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        let options = S3Options {
            secret_access_key: Some("s3cret".to_owned().into()),
            ..S3Options::default()
        };
        assert!(!format!("{options:?}").contains("s3cret"));
    }
}
