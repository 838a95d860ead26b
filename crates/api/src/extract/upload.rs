//! Files that come with a request, or are named in it: to a session in three generations.

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use domain::name::Name;
use domain::password::{DocumentPassword, DocumentPasswordError};
use futures_util::TryStreamExt;
use futures_util::future::{FutureExt, LocalBoxFuture};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::JsonBody;
use crate::error::{ApiError, FieldErrors};

/// A body that says something, or is a form that holds a file.
pub enum JsonOrFile<T> {
    /// What the body says.
    Json(T),
    /// The file.
    File(MultipartFile),
}

/// Which files are meant, or the file itself.
pub enum UploadForm {
    /// Files that were uploaded before (the newest form).
    Keys {
        /// The keys.
        keys: Vec<String>,
        /// What opens those that are locked.
        password: Option<DocumentPassword>,
    },
    /// One such file, with a name.
    Key {
        /// The key.
        key: String,
        /// The name the document shall have.
        filename: Option<Name>,
        /// What opens it, if it is locked.
        password: Option<DocumentPassword>,
    },
    /// The file itself (the oldest form).
    File(MultipartFile),
}

/// Files that were uploaded before: `keys`, or in the older form `key` and `filename`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub struct UploadByKey {
    /// The keys of uploaded files.
    #[schema(min_items = 1, max_items = 50, nullable = false)]
    keys: Option<Vec<String>>,
    /// The key of one uploaded file; older form.
    #[schema(nullable = false)]
    key: Option<String>,
    /// The name the document shall have; older form.
    #[schema(nullable = false)]
    filename: Option<Name>,
    /// What opens those of the files that are locked. It is kept sealed until they are read, and no longer.
    #[schema(nullable = false)]
    password: Option<DocumentPassword>,
}

/// A file as a field of a form.
#[derive(Debug, utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the OpenAPI document; its parts are read as they come"
)]
pub struct FileForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What opens the file, if it is locked. It is kept sealed until the file is read, and no longer.
    #[schema(value_type = Option<String>, format = Password, max_length = 256, nullable = false)]
    password: Option<DocumentPassword>,
}

/// A form that holds a file, not read yet.
pub struct MultipartFile(Multipart);

/// The file of a form, at its first byte.
pub struct FileField {
    /// The name that the client gave it.
    pub filename: Option<Name>,
    /// What opens it, if that was sent before it.
    pub password: Option<DocumentPassword>,
    /// Its bytes.
    pub bytes: Field,
    /// To be kept as long as the file is read: its bytes come through it.
    pub form: Multipart,
}

impl MultipartFile {
    const FIELD: &'static str = "file";

    const PASSWORD: &'static str = "password";

    /// Goes on to the field `file`; what stands before it is skipped, but for the password.
    pub async fn into_file(self) -> Result<FileField, ApiError> {
        let mut form = self.0;
        let mut password = None;
        loop {
            let part = form.try_next().await.map_err(unreadable)?;
            let Some(mut bytes) = part else {
                return Err(ApiError::field(Self::FIELD, "is required"));
            };
            if bytes.name() == Some(Self::FIELD) {
                let filename = bytes
                    .content_disposition()
                    .and_then(|disposition| disposition.get_filename());
                let filename = filename.map(|name| Name::lossy(base_name(name), "document"));
                return Ok(FileField {
                    filename,
                    password,
                    bytes,
                    form,
                });
            }
            if bytes.name() == Some(Self::PASSWORD) {
                password = Some(read_password(&mut bytes).await?);
                continue;
            }
            while bytes.try_next().await.map_err(unreadable)?.is_some() {}
        }
    }
}

impl FileField {
    /// So many fields are looked at behind the file, and so much of each.
    const BEHIND: usize = 20;
    const LOOKED_AT: usize = 64 * 1024;

    /// The password that was sent behind the file, where one was. To be called when the file was read.
    pub async fn password_behind(mut form: Multipart) -> Result<Option<DocumentPassword>, ApiError> {
        for _ in 0..Self::BEHIND {
            let Some(mut field) = form.try_next().await.map_err(unreadable)? else {
                break;
            };
            if field.name() == Some(MultipartFile::PASSWORD) {
                return read_password(&mut field).await.map(Some);
            }
            let mut seen = 0;
            while let Some(piece) = field.try_next().await.map_err(unreadable)? {
                seen += piece.len();
                if seen > Self::LOOKED_AT {
                    return Ok(None);
                }
            }
        }
        Ok(None)
    }
}

async fn read_password(field: &mut Field) -> Result<DocumentPassword, ApiError> {
    let wrong = |error: DocumentPasswordError| ApiError::field(MultipartFile::PASSWORD, error.to_string());
    let mut bytes = Vec::new();
    while let Some(piece) = field.try_next().await.map_err(unreadable)? {
        bytes.extend_from_slice(&piece);
        // A character has four bytes at most.
        if bytes.len() > 4 * DocumentPassword::MOST_CHARACTERS {
            return Err(wrong(DocumentPasswordError));
        }
    }
    let text = String::from_utf8(bytes).map_err(|_not_text| wrong(DocumentPasswordError))?;
    DocumentPassword::try_from(text).map_err(wrong)
}

/// Some browsers send the whole path.
fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
pub(crate) fn unreadable(error: actix_multipart::MultipartError) -> ApiError {
    ApiError::BodyUnreadable(error.to_string())
}

impl<T: DeserializeOwned + 'static> FromRequest for JsonOrFile<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if is_multipart(request.headers()) {
            let form = Multipart::new(request.headers(), payload.take());
            return std::future::ready(Ok(Self::File(MultipartFile(form)))).boxed_local();
        }
        let body = JsonBody::<T>::from_request(request, payload);
        async move { Ok(Self::Json(body.await?.0)) }.boxed_local()
    }
}

impl FromRequest for UploadForm {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = JsonOrFile::<UploadByKey>::from_request(request, payload);
        async move {
            match body.await? {
                JsonOrFile::Json(body) => choose(body),
                JsonOrFile::File(file) => Ok(Self::File(file)),
            }
        }
        .boxed_local()
    }
}

/// Whether the body is a form.
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.to_ascii_lowercase().starts_with("multipart/form-data"))
}

fn choose(body: UploadByKey) -> Result<UploadForm, ApiError> {
    let UploadByKey {
        keys,
        key,
        filename,
        password,
    } = body;
    match (keys, key) {
        (Some(keys), _) if keys.is_empty() => Err(ApiError::field("keys", "must name at least one file")),
        (Some(keys), _) => Ok(UploadForm::Keys { keys, password }),
        (None, Some(key)) => Ok(UploadForm::Key {
            key,
            filename,
            password,
        }),
        (None, None) => Err(ApiError::Validation(FieldErrors::one("keys", "is required"))),
    }
}
