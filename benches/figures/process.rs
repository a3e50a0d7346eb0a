//! What the system tells of a process, in bytes and time.

use std::{fs, path::Path, time::Duration};

/// A line such as `VmHWM:  123 kB` of a file below `/proc/PID`, in bytes. None once the process has ended.
pub(super) fn bytes(pid: u32, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// The processor's time that a process has taken, of all its threads.
pub(super) fn cpu(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // Linux counts in hundredths of a second on every platform that Terraform runs on.
    Some(Duration::from_millis(ticks * 10))
}

/// Who was started by this process, runs an executable of this name, and has not ended. A process that is being started is a copy
/// of its parent until it runs its own executable: its memory and time are the parent's.
pub(super) fn children(pid: u32, executable: &Path) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let of_thread = |thread: fs::DirEntry| fs::read_to_string(thread.path().join("children")).unwrap_or_default();
    let all: String = threads.filter_map(Result::ok).map(of_thread).collect();
    let runs_it = |pid: &u32| {
        let runs = fs::read_link(format!("/proc/{pid}/exe"));
        runs.is_ok_and(|runs| runs.file_name() == executable.file_name())
    };
    all.split_whitespace().filter_map(|pid| pid.parse().ok()).filter(runs_it).collect()
}
