//! The pages of documents: what is known of them, and what they look like.

use std::sync::Arc;

use bytes::Bytes;
use domain::access::Scope;
use domain::document::Document;
use domain::id::DocumentId;
use domain::parsing::ParseConfig;
use parsing::{PARSER_VERSION, ParseError, PictureForm, Scale, Source};
use storage::AnyConnection;
use storage::blobs::{BlobError, BlobKey, PictureKey};
use storage::parsings::PageFacts;

use super::chunks::find_list;
use crate::error::{ApiError, chain};
use crate::extract::Requester;
use crate::state::AppState;

/// The picture of a page that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureWanted {
    /// The page, from 1.
    pub page: u32,
    /// Pixels across.
    pub width: u32,
    /// How it is written.
    pub form: PictureForm,
}

/// The pages of a document of the caller's, from its newest parsing.
pub async fn pages(state: &AppState, who: &Requester, id: DocumentId) -> Result<Vec<PageFacts>, ApiError> {
    let scope = who.scope().clone();
    state.db.read(move |conn| pages_of(conn, &scope, id)).await
}

fn pages_of(conn: &mut AnyConnection, scope: &Scope, id: DocumentId) -> Result<Vec<PageFacts>, ApiError> {
    let parsing = find_list(conn, scope, id)?.parsing_id;
    Ok(storage::parsings::pages_of(conn, scope, parsing)?)
}

/// The document of which a page is wanted, where it has that page. Before it is read its pages are not known.
pub async fn find_page(
    state: &AppState,
    who: &Requester,
    id: DocumentId,
    page: u32,
) -> Result<Document, ApiError> {
    let scope = who.scope().clone();
    state
        .db
        .read(move |conn| {
            let document = storage::documents::find(conn, &scope, id)?;
            let document = document.ok_or(ApiError::NotFound("document"))?;
            let pages = pages_of(conn, &scope, id)?;
            match pages.iter().find(|facts| facts.number == page) {
                None => Err(ApiError::NotFound("page")),
                Some(PageFacts { size: None, .. }) => Err(not_drawn(&ParseError::NotDrawn)),
                Some(_) => Ok(document),
            }
        })
        .await
}

/// Names the picture: another one has another name.
pub fn revision_of(document: &Document, wanted: PictureWanted) -> String {
    let PictureWanted { page, width, form } = wanted;
    let extension = extension(form);
    format!("{}-{page}-{width}-{PARSER_VERSION}.{extension}", document.sha256)
}

/// The picture, from the store where it was drawn before.
pub async fn picture(
    state: &AppState,
    document: &Document,
    wanted: PictureWanted,
) -> Result<Bytes, ApiError> {
    let key = BlobKey::picture(
        document.workspace_id,
        document.sha256,
        PictureKey {
            page: wanted.page,
            width: wanted.width,
            drawer: PARSER_VERSION,
            extension: extension(wanted.form),
        },
    );
    match state.blobs.get(&key).await {
        Ok(picture) => return Ok(picture),
        Err(BlobError::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    let bytes = super::open_whole(state, document).await?;
    let picture = Bytes::from(draw(state, bytes, wanted).await?);
    // It is drawn again where it cannot be kept.
    if let Err(error) = state.blobs.put(&key, picture.clone()).await {
        tracing::warn!(error = chain(&error), "cannot keep the picture of a page");
    }
    Ok(picture)
}

/// In a child process, on a thread that waits for it; a few at a time.
#[expect(
    clippy::disallowed_methods,
    reason = "bounded by the turns, of which there are as many as cores"
)]
async fn draw(state: &AppState, bytes: Bytes, wanted: PictureWanted) -> Result<Vec<u8>, ApiError> {
    let turn = Arc::clone(&state.drawings).acquire_owned().await;
    let turn = turn.map_err(ApiError::internal)?;
    let (parser, limit) = (Arc::clone(&state.parser), state.parse_timeout);
    let drawn = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let config = ParseConfig::default();
        let source = Source::new(&bytes, &config);
        parser.draw(
            &source,
            wanted.page,
            Scale::Width(wanted.width),
            wanted.form,
            limit,
        )
    });
    let drawn = drawn.await.map_err(ApiError::internal)?;
    drawn.map_err(|error| match error {
        ParseError::NotRun { detail } => ApiError::internal(detail),
        error => not_drawn(&error),
    })
}

fn not_drawn(error: &ParseError) -> ApiError {
    ApiError::NotDrawn(match error {
        // It was read with a password that is kept no longer than reading takes.
        ParseError::PasswordNeeded => "the document is locked: its pages cannot be drawn".to_owned(),
        error => error.to_string(),
    })
}

fn extension(form: PictureForm) -> &'static str {
    match form {
        PictureForm::Png => "png",
        PictureForm::WebP => "webp",
    }
}
