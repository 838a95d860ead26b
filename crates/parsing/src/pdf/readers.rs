//! Reading the pages of long documents side by side.
//!
//! What a page draws does not depend on other pages, so several readers take turns at them; what comes out is in order
//! and the same for any number of readers.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::{Pdf, Read, Reader};

/// Shorter documents are read by the thread that asks: they are done before another one is under way.
const LONG: usize = 16;

/// Readers of one document. A server reads several documents at once.
const MOST: usize = 2;

/// So many consecutive pages fall to one reader at a time. Neighbours share fonts.
const TURN: usize = 4;

/// So many pages of each reader wait to be taken at most. The reader that shares its core with whoever takes them falls
/// behind; meanwhile the other goes on.
const WAITING: usize = 32;

/// Pages are nested as deeply as on the main thread, which has this much on most systems.
const STACK: usize = 8 << 20;

/// Hands over all pages of the document, in order.
pub(super) fn each_page(pdf: &Pdf, mut take: impl FnMut(Read)) {
    let count = pdf.pages().len();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if count < LONG || cores < 2 {
        return read(pdf, 0..count, |page| {
            take(page);
            true
        });
    }
    thread::scope(|scope| {
        let receivers: Vec<Receiver<Read>> = (0..MOST)
            .map_while(|first| {
                let (to, from) = sync_channel(WAITING);
                let reader = thread::Builder::new().stack_size(STACK);
                let started = reader.spawn_scoped(scope, move || send_turns(pdf, first, &to));
                started.is_ok().then_some(from)
            })
            .collect();
        for index in 0..count {
            let turn = index / TURN % MOST;
            let sent = receivers.get(turn).and_then(|from| from.recv().ok());
            match sent {
                Some(page) => take(page),
                // There is no such reader: threads are short.
                None => read(pdf, index..=index, |page| {
                    take(page);
                    true
                }),
            }
        }
    });
}

/// Sends the pages of every turn that falls to this reader.
fn send_turns(pdf: &Pdf, first: usize, to: &SyncSender<Read>) {
    let mine = (0..pdf.pages().len()).filter(|index| index / TURN % MOST == first);
    read(pdf, mine, |page| to.send(page).is_ok());
}

/// Reads pages one after the other, as long as they are wanted.
fn read(pdf: &Pdf, indices: impl Iterator<Item = usize>, mut take: impl FnMut(Read) -> bool) {
    let mut reader = Reader::new(pdf);
    for index in indices {
        let number = u32::try_from(index.saturating_add(1)).unwrap_or(u32::MAX);
        let Some(page) = pdf.pages().get(index) else {
            return;
        };
        if !take(reader.read(number, page)) {
            return;
        }
    }
}
