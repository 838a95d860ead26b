//! What a child takes from itself before it sees the first document: files, the network, other programs, and more memory
//! and time than a document may cost.
//!
//! Limits of memory and time hold on every Unix. Files and programs are closed off by Landlock and, with the network, by
//! seccomp, on Linux on the processors that the filter is written for; where the kernel has neither, the child runs
//! without, and says so in what [`confine`] gives back.

mod calls;
mod recognising;

use std::time::Duration;

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

pub use recognising::{Recognising, confine_recognising};

/// What a child may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confinement {
    /// Bytes of memory, in all that the process maps.
    pub memory: u64,
}

/// What could be enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confined {
    /// The limit of memory.
    pub memory: bool,
    /// No file can be opened.
    pub files: bool,
    /// No system call but those that reading and computing need: no file, no network, no other program.
    pub calls: bool,
}

/// Confines this process for good. To be called before the first document, with no other thread running.
pub fn confine(wanted: Confinement) -> Confined {
    // Nothing of a document in a core dump.
    let _ = setrlimit(Resource::Core, both(0));
    Confined {
        memory: setrlimit(Resource::As, both(wanted.memory)).is_ok(),
        files: close_files().unwrap_or(false),
        calls: calls::allow_only_computing(),
    }
}

fn both(most: u64) -> Rlimit {
    Rlimit {
        current: Some(most),
        maximum: Some(most),
    }
}

/// Lets the process run for that much longer. Beyond it the kernel ends it.
pub(super) fn allow_cpu_time(more: Duration) {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let used = u64::try_from(used.tv_sec).unwrap_or(0);
    // Whole seconds only: one more, so that it is never less than was promised.
    let until = used.saturating_add(more.as_secs()).saturating_add(1);
    let limit = Rlimit {
        current: Some(until),
        ..getrlimit(Resource::Cpu)
    };
    let _ = setrlimit(Resource::Cpu, limit);
}

/// No path can be opened any more, nor a port bound or connected to.
fn close_files() -> Result<bool, landlock::RulesetError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V6))?
        .handle_access(AccessNet::from_all(ABI::V6))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runner gives each test a process of its own, so the limit hurts no other.
    #[test]
    fn processor_time_is_allowed_from_now_on() {
        let allowed = || getrlimit(Resource::Cpu).current;
        allow_cpu_time(Duration::from_secs(1000));
        let first = allowed().unwrap();
        assert!((1001..1100).contains(&first), "{first}");
        allow_cpu_time(Duration::from_secs(2000));
        assert!(allowed().unwrap() > first);
    }
}
