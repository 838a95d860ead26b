//! A bell for idle workers of this process. Those of others look into the ledger once in a while.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Tells idle workers that there may be something to do. Cheap to clone; all clones are one bell.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Rings, after a transaction that wrote a job.
    pub fn ring(&self) {
        self.0.notify_waiters();
    }

    /// The next ringing. Made before the ledger is looked into, it does not miss what happens meanwhile.
    pub(crate) fn next(&self) -> Notified<'_> {
        self.0.notified()
    }
}
