//! Where each blob lies.

use domain::hash::ContentHash;
use domain::id::{ParsingId, UploadBlobId, UploadId, WorkspaceId};
use object_store::path::Path;

/// The place of a blob. Made of ids and hashes only, never of names from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobKey(Place);

/// The folder of what came in and is no document yet.
pub(super) const UPLOADS: &str = "uploads";

/// The folder of all that a workspace keeps.
pub(super) fn of_workspace(workspace: WorkspaceId) -> Path {
    Path::from(format!("workspaces/{workspace}"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Upload(UploadId),
    Received(UploadId, UploadBlobId),
    Document(WorkspaceId, ContentHash),
    Parsed(WorkspaceId, ParsingId),
    Picture(WorkspaceId, ContentHash, PictureKey),
}

/// The picture of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PictureKey {
    /// The page, from 1.
    pub page: u32,
    /// Pixels across.
    pub width: u32,
    /// What drew it: another version may draw it otherwise.
    pub drawer: &'static str,
    /// How it is written: `png`.
    pub extension: &'static str,
}

/// The folder of pictures of a document's pages.
pub(super) fn of_pictures(workspace: WorkspaceId, sha256: ContentHash) -> Path {
    of_workspace(workspace).join("pictures").join(sha256.to_string())
}

impl BlobKey {
    /// Where a client writes the bytes of an upload directly, and may do so again while its URL is good.
    pub const fn upload(id: UploadId) -> Self {
        Self(Place::Upload(id))
    }

    /// Bytes of an upload that only this server writes, once: those of one attempt to send them, or a copy of what a
    /// client wrote.
    pub const fn received(id: UploadId, blob: UploadBlobId) -> Self {
        Self(Place::Received(id, blob))
    }

    /// The bytes of a document.
    pub const fn document(workspace: WorkspaceId, sha256: ContentHash) -> Self {
        Self(Place::Document(workspace, sha256))
    }

    /// What was read out of a document.
    pub const fn parsed(workspace: WorkspaceId, parsing: ParsingId) -> Self {
        Self(Place::Parsed(workspace, parsing))
    }

    /// What a page of a document looks like.
    pub const fn picture(workspace: WorkspaceId, sha256: ContentHash, picture: PictureKey) -> Self {
        Self(Place::Picture(workspace, sha256, picture))
    }

    /// The upload to which a place below [`UPLOADS`] belongs, with its key. None for what is not ours.
    pub(super) fn of_upload(path: &Path) -> Option<(UploadId, Self)> {
        let name = path.filename()?;
        let Some((id, blob)) = name.split_once('.') else {
            let id = name.parse().ok()?;
            return Some((id, Self::upload(id)));
        };
        let (id, blob) = (id.parse().ok()?, blob.parse().ok()?);
        Some((id, Self::received(id, blob)))
    }

    pub(super) fn path(&self) -> Path {
        match self.0 {
            Place::Upload(id) => Path::from(format!("{UPLOADS}/{id}")),
            Place::Received(id, blob) => Path::from(format!("{UPLOADS}/{id}.{blob}")),
            Place::Document(workspace, sha256) => {
                let [first, ..] = *sha256.as_bytes();
                // Folders of a bearable size.
                let folder = of_workspace(workspace);
                folder
                    .join("documents")
                    .join(format!("{first:02x}"))
                    .join(sha256.to_string())
            }
            Place::Picture(workspace, sha256, picture) => {
                let PictureKey {
                    page,
                    width,
                    drawer,
                    extension,
                } = picture;
                of_pictures(workspace, sha256).join(format!("{page}-{width}-{drawer}.{extension}"))
            }
            Place::Parsed(workspace, parsing) => {
                of_workspace(workspace).join("parsed").join(parsing.to_string())
            }
        }
    }
}
