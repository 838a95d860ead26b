//! Pages of one document that are being recognised, several at a time.

use std::thread::{self, Scope, ScopedJoinHandle};

use crate::Pixels;
use crate::ocr::{self, OcrEngine, OcrError, OcrOptions, OcrWord, Recognised};

/// Pages that were handed to the engine, in the order in which they came.
pub(super) struct Recognition<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    engine: &'env dyn OcrEngine,
    options: &'env OcrOptions,
    /// So many at once: more would only hold more pictures in memory.
    at_once: usize,
    running: Vec<(u32, Running<'scope>)>,
    done: Vec<Recognised>,
}

type Running<'scope> = ScopedJoinHandle<'scope, Result<Vec<OcrWord>, OcrError>>;

impl<'scope, 'env> Recognition<'scope, 'env> {
    pub(super) fn new(
        scope: &'scope Scope<'scope, 'env>,
        engine: &'env dyn OcrEngine,
        options: &'env OcrOptions,
    ) -> Self {
        Self {
            scope,
            engine,
            options,
            at_once: thread::available_parallelism().map_or(1, usize::from),
            running: Vec::new(),
            done: Vec::new(),
        }
    }

    /// Begins with a page, after waiting for the oldest where there are enough already.
    pub(super) fn take(&mut self, page: u32, pixels: Pixels) {
        if self.running.len() >= self.at_once {
            let (oldest, running) = self.running.remove(0);
            self.done.push((oldest, words(running)));
        }
        let (engine, options) = (self.engine, self.options);
        let begun =
            thread::Builder::new().spawn_scoped(self.scope, move || ocr::read(engine, &pixels, options));
        match begun {
            Ok(running) => self.running.push((page, running)),
            Err(error) => self.done.push((page, Err(OcrError::Failed(error.to_string())))),
        }
    }

    /// All of them, once all are read.
    pub(super) fn finish(mut self) -> Vec<Recognised> {
        let rest = self
            .running
            .drain(..)
            .map(|(page, running)| (page, words(running)));
        self.done.extend(rest);
        self.done
    }
}

fn words(running: Running<'_>) -> Result<Vec<OcrWord>, OcrError> {
    running
        .join()
        .unwrap_or_else(|_panic| Err(OcrError::Failed("the engine crashed".to_owned())))
}
