//! The fingerprint of a form while it streams by: names, file names and bytes of its fields, whatever the boundary.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_multipart::{Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::HeaderMap;
use bytes::Bytes;
use domain::hash::ContentHash;
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt, Stream, StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};

use crate::error::ApiError;
use crate::extract::unreadable;

/// What a form may hold beside its files, and between its fields.
const BESIDE_FILES: u64 = 1024 * 1024;

/// A form that is read by two: by whoever takes its pieces, and by a second reader that hashes its fields.
#[derive(Clone)]
pub(super) struct HashedForm(Rc<RefCell<Shared>>);

struct Shared {
    source: Payload,
    pieces: Pieces,
    hashing: LocalBoxFuture<'static, Result<ContentHash, MultipartError>>,
    outcome: Option<Result<ContentHash, MultipartError>>,
}

impl HashedForm {
    pub(super) fn new(headers: &HeaderMap, source: Payload) -> Self {
        let pieces = Pieces::default();
        let form = Multipart::new(headers, pieces.clone());
        Self(Rc::new(RefCell::new(Shared {
            source,
            pieces,
            hashing: hash(form).boxed_local(),
            outcome: None,
        })))
    }

    /// Its pieces as they come. All that share them take from the same source.
    pub(super) fn passing(&self) -> impl Stream<Item = Result<Bytes, PayloadError>> + use<> {
        let shared = Rc::clone(&self.0);
        futures_util::stream::poll_fn(move |context| shared.borrow_mut().poll_piece(context))
    }

    /// Reads what nobody took yet, and says what the whole form holds.
    pub(super) async fn read_whole(self, limit: u64) -> Result<ContentHash, ApiError> {
        let most = limit.saturating_add(BESIDE_FILES);
        let (mut rest, mut read) = (self.passing(), 0_u64);
        while let Some(piece) = rest.next().await {
            let piece = piece.map_err(|error| ApiError::BodyUnreadable(error.to_string()))?;
            read = read.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if read > most {
                return Err(ApiError::TooLarge { what: "body", limit });
            }
        }
        let outcome = self.0.borrow_mut().outcome.take();
        let cut_off = || ApiError::BodyUnreadable("the form ended early".to_owned());
        outcome.ok_or_else(cut_off)?.map_err(unreadable)
    }
}

impl Shared {
    /// The next piece, once the second reader is done with those before it: so that no more than one waits for it.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        self.poll_hashing(context);
        if self.outcome.is_none() && self.pieces.is_waiting() {
            // It is the second reader that asks to be called again.
            return Poll::Pending;
        }
        let next = self.source.poll_next_unpin(context);
        match &next {
            Poll::Ready(Some(Ok(piece))) => self.pieces.push(piece.clone()),
            Poll::Ready(None) => self.pieces.end(),
            Poll::Ready(Some(Err(_))) | Poll::Pending => return next,
        }
        self.poll_hashing(context);
        next
    }

    fn poll_hashing(&mut self, context: &mut Context<'_>) {
        if self.outcome.is_some() {
            self.pieces.clear();
            return;
        }
        if let Poll::Ready(outcome) = self.hashing.poll_unpin(context) {
            self.outcome = Some(outcome);
        }
    }
}

/// Each field by its name, file name and content, each with its length, so that no two forms read the same.
async fn hash(mut form: Multipart) -> Result<ContentHash, MultipartError> {
    // Else an empty form would read as an empty body.
    let mut whole = Sha256::new_with_prefix(b"form");
    while let Some(mut field) = form.try_next().await? {
        let filename = field.content_disposition().and_then(|it| it.get_filename());
        for text in [field.name(), filename] {
            let text = text.unwrap_or_default().as_bytes();
            whole.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            whole.update(text);
        }
        let mut content = Sha256::new();
        while let Some(piece) = field.try_next().await? {
            content.update(&piece);
        }
        whole.update(content.finalize());
    }
    Ok(ContentHash::from_bytes(whole.finalize().into()))
}

/// Pieces on their way to the second reader.
#[derive(Clone, Default)]
struct Pieces(Rc<RefCell<Queue>>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Bytes>,
    has_ended: bool,
}

impl Pieces {
    fn push(&self, piece: Bytes) {
        self.0.borrow_mut().waiting.push_back(piece);
    }

    fn end(&self) {
        self.0.borrow_mut().has_ended = true;
    }

    fn clear(&self) {
        self.0.borrow_mut().waiting.clear();
    }

    fn is_waiting(&self) -> bool {
        !self.0.borrow().waiting.is_empty()
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, PayloadError>;

    /// Wakes nobody: whoever puts a piece in calls the reader.
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut queue = self.0.borrow_mut();
        match queue.waiting.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(piece))),
            None if queue.has_ended => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}
