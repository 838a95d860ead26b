//! The system calls that reading a document needs.

/// All other calls fail with `EPERM` from here on, in this thread and in those it starts; false where that cannot be
/// had.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn allow_only_computing() -> bool {
    linux::install().is_ok()
}

/// There is no filter for this system.
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(super) fn allow_only_computing() -> bool {
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

    pub(super) fn install() -> Result<(), Box<dyn std::error::Error>> {
        let rules = ALLOWED
            .iter()
            .chain(ALSO_ALLOWED)
            .map(|call| (*call, Vec::new()))
            .collect();
        let permission_denied = SeccompAction::Errno(libc::EPERM.unsigned_abs());
        let filter = SeccompFilter::new(
            rules,
            permission_denied,
            SeccompAction::Allow,
            std::env::consts::ARCH.try_into()?,
        )?;
        let program: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter(&program)?;
        Ok(())
    }
}
