//! What a program costs: it is run as a child, and the kernel says what it used.

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
use std::fs;
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;
use wait4::Wait4;

/// What a program used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Seconds of processor time in the program.
    pub(crate) user: f64,
    /// Seconds of processor time in the kernel.
    pub(crate) system: f64,
    /// Seconds from start to end.
    pub(crate) wall: f64,
    /// Bytes of memory at the peak.
    pub(crate) memory: u64,
    /// Bytes that it gave the disk to write.
    pub(crate) written: u64,
}

impl Usage {
    /// All seconds of processor time.
    pub(crate) fn cpu(&self) -> f64 {
        self.user + self.system
    }
}

/// Runs a program to its end: what it used, and what it printed. It must succeed.
pub(crate) fn measure(command: &mut Command) -> (Usage, String) {
    let (usage, printed, status) = run(command);
    assert!(status.success(), "{command:?}: {status}");
    (usage, printed)
}

/// The same of a program that may fail.
pub(crate) fn run(command: &mut Command) -> (Usage, String, ExitStatus) {
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut printed = String::new();
    let stdout = child.stdout.as_mut().expect("piped");
    stdout.read_to_string(&mut printed).expect("text");
    // It has ended, and the kernel still knows what it wrote until it is waited for.
    let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    waitid(WaitId::Pid(Pid::from_child(&child)), ended).expect("it ends");
    let wall = begun.elapsed().as_secs_f64();
    let written = written(child.id());
    let ended = child.wait4().expect("it is a child");
    let used = ended.rusage;
    let usage = Usage {
        user: used.utime.as_secs_f64(),
        system: used.stime.as_secs_f64(),
        wall,
        memory: used.maxrss,
        written,
    };
    (usage, printed, ended.status)
}

/// `write_bytes` of a process: pages that it made dirty, so each counts once however small the writes.
fn written(process: u32) -> u64 {
    let told = fs::read_to_string(format!("/proc/{process}/io")).unwrap_or_default();
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.parse().ok()).unwrap_or(0)
}
