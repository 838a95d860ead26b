//! A clock that goes when it is told to.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Mutex;
use std::time::Duration;

use domain::time::{Clock, Timestamp};

use crate::databases::at;

/// Stands at the instant at which every test begins, until it is advanced.
#[derive(Debug)]
pub struct StoppedClock(Mutex<Timestamp>);

impl Default for StoppedClock {
    fn default() -> Self {
        Self(Mutex::new(at(0)))
    }
}

impl StoppedClock {
    /// Lets time go on.
    pub fn advance(&self, duration: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = now.plus(duration);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
