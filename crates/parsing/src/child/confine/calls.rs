//! The system calls that reading a document needs.

/// All other calls fail with `EPERM` from here on, in this thread and in those it starts; false where that cannot be
/// had.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn allow_only_computing() -> bool {
    linux::install().is_ok()
}

/// No socket can be made from here on, and no other process looked into; false where that cannot be had.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn forbid_connections() -> bool {
    linux::install_against_connections().is_ok()
}

/// There is no filter for this system.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(super) fn allow_only_computing() -> bool {
    false
}

/// There is no filter for this system.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(super) fn forbid_connections() -> bool {
    false
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod linux {
    use libc::c_long;
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

    /// Pipes that are open, memory, threads, time, chance, and limits of oneself. None of them opens anything: no file, no
    /// socket, no program, no other process.
    const ALLOWED: &[c_long] = &[
        // Open pipes
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        libc::SYS_fcntl,
        libc::SYS_ppoll,
        // Memory
        libc::SYS_brk,
        libc::SYS_mmap,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        // Threads
        libc::SYS_clone,
        libc::SYS_clone3,
        libc::SYS_futex,
        libc::SYS_set_robust_list,
        libc::SYS_rseq,
        libc::SYS_gettid,
        libc::SYS_getpid,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_nanosleep,
        libc::SYS_clock_nanosleep,
        libc::SYS_membarrier,
        libc::SYS_prctl,
        // Signals: the handler of stack overflows, and ending by abort
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_tgkill,
        libc::SYS_restart_syscall,
        // Time, chance, limits
        libc::SYS_clock_gettime,
        libc::SYS_gettimeofday,
        libc::SYS_getrandom,
        libc::SYS_prlimit64,
        libc::SYS_getrusage,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    /// The same under names that only some processors have.
    #[cfg(target_arch = "x86_64")]
    const ALSO_ALLOWED: &[c_long] = &[libc::SYS_poll, libc::SYS_arch_prctl, libc::SYS_time];
    #[cfg(not(target_arch = "x86_64"))]
    const ALSO_ALLOWED: &[c_long] = &[];

    /// What neither recognition nor starting a program needs.
    const FORBIDDEN: &[c_long] = &[
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_mount,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_keyctl,
        libc::SYS_io_uring_setup,
    ];

    const PERMISSION_DENIED: SeccompAction = SeccompAction::Errno(libc::EPERM.unsigned_abs());

    pub(super) fn install() -> Result<(), Box<dyn std::error::Error>> {
        let calls = ALLOWED.iter().chain(ALSO_ALLOWED);
        filter(calls, SeccompAction::Allow, PERMISSION_DENIED)
    }

    pub(super) fn install_against_connections() -> Result<(), Box<dyn std::error::Error>> {
        filter(FORBIDDEN.iter(), PERMISSION_DENIED, SeccompAction::Allow)
    }

    fn filter<'a>(
        calls: impl Iterator<Item = &'a c_long>,
        for_them: SeccompAction,
        for_others: SeccompAction,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let rules = calls.map(|call| (*call, Vec::new())).collect();
        let filter = SeccompFilter::new(rules, for_others, for_them, std::env::consts::ARCH.try_into()?)?;
        let program: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter(&program)?;
        Ok(())
    }
}
