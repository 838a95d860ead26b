//! A clock that runs while this thread is worked on: how busy the machine is otherwise does not show.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// A moment on the clock of this thread.
pub(super) struct ThreadTime(Duration);

impl ThreadTime {
    pub(super) fn now() -> Self {
        Self(read())
    }

    /// Time that the thread was worked on since. Asked on the thread that the moment is of.
    pub(super) fn elapsed(&self) -> Duration {
        read().saturating_sub(self.0)
    }
}

fn read() -> Duration {
    // The clock of a thread that runs can be read.
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_sleeps_takes_no_time() {
        let start = ThreadTime::now();
        std::thread::sleep(Duration::from_millis(50));
        assert!(start.elapsed() < Duration::from_millis(40));
        let busy = ThreadTime::now();
        let mut sum = 0_u64;
        while busy.elapsed() < Duration::from_millis(2) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(sum > 0);
    }
}
