//! Where each blob lies.

use domain::hash::ContentHash;
use domain::id::{ParsingId, UploadId, WorkspaceId};
use object_store::path::Path;

/// The place of a blob. Made of ids and hashes only, never of names from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobKey(Place);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Upload(UploadId),
    Document(WorkspaceId, ContentHash),
    Parsed(WorkspaceId, ParsingId),
}

impl BlobKey {
    /// The bytes of an upload.
    pub const fn upload(id: UploadId) -> Self {
        Self(Place::Upload(id))
    }

    /// The bytes of a document.
    pub const fn document(workspace: WorkspaceId, sha256: ContentHash) -> Self {
        Self(Place::Document(workspace, sha256))
    }

    /// What was read out of a document.
    pub const fn parsed(workspace: WorkspaceId, parsing: ParsingId) -> Self {
        Self(Place::Parsed(workspace, parsing))
    }

    pub(super) fn path(&self) -> Path {
        match self.0 {
            Place::Upload(id) => Path::from(format!("uploads/{id}")),
            Place::Document(workspace, sha256) => {
                let [first, ..] = *sha256.as_bytes();
                // Folders of a bearable size.
                Path::from(format!("workspaces/{workspace}/documents/{first:02x}/{sha256}"))
            }
            Place::Parsed(workspace, parsing) => {
                Path::from(format!("workspaces/{workspace}/parsed/{parsing}"))
            }
        }
    }
}
