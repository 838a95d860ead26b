//! How long to wait before something is tried or asked again.

use std::time::Duration;

/// Waits that grow by half each time, up to a limit. A quarter of each is left to chance, so that many clients that
/// were turned away at once do not come back at once.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    next: Duration,
    longest: Duration,
}

impl Backoff {
    /// Starts with `first`.
    pub(crate) fn new(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// The next wait; never less than the server asked for.
    pub(crate) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let wait = self.next;
        self.next = (wait * 3 / 2).min(self.longest);
        let part = 0.75 + 0.25 * fastrand::f64();
        wait.mul_f64(part).max(asked.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limit_and_honour_what_was_asked() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        assert!(backoff.next(None) <= Duration::from_millis(100));
        let waits: Vec<Duration> = (0..20).map(|_| backoff.next(None)).collect();
        assert!(
            waits.iter().all(|wait| *wait <= Duration::from_secs(1)),
            "{waits:?}"
        );
        assert!(waits.last() >= Some(&Duration::from_millis(750)), "{waits:?}");
        assert_eq!(backoff.next(Some(Duration::from_secs(9))), Duration::from_secs(9));
    }
}
