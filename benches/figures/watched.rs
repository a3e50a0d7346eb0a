//! A run of Terraform, and what its providers took while it ran.

use std::{
    collections::BTreeMap,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use super::{
    lab::{Lab, executable},
    process::{bytes, children, cpu},
    run::Run,
};

/// How often a look is taken. What a process takes after the last look is not seen.
const LOOK: Duration = Duration::from_millis(4);

/// What one run took.
pub(super) struct Took {
    pub(super) wall: Duration,
    /// The processor's time of all provider processes that it started.
    pub(super) cpu: Duration,
    /// The most memory that one of them ever had (`VmHWM`).
    pub(super) peak: u64,
    /// The most that all together had at one time, what they share counted once (PSS). Zero unless asked for.
    pub(super) together: u64,
    /// Requests to Graph, a batch as one, without those for tokens.
    pub(super) requests: u64,
    pub(super) run: Run,
}

/// Runs Terraform, which has to work. `together`: memory of all providers is looked at too, which takes time itself.
pub(super) fn terraform(lab: &Lab, words: &[&str], together: bool) -> Took {
    lab.emulator.forget_requests();
    let began = Instant::now();
    let mut command = lab.command(words);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let pid = child.id();
    let reading = thread::spawn(move || child.wait_with_output().expect("it ends"));
    let (mut times, mut peak, mut most) = (BTreeMap::new(), 0, 0);
    while !reading.is_finished() {
        let providers = children(pid, executable());
        for provider in &providers {
            times.extend(cpu(*provider).map(|time| (*provider, time)));
            peak = peak.max(bytes(*provider, "status", "VmHWM").unwrap_or_default());
        }
        if together {
            most = most.max(providers.iter().filter_map(|provider| bytes(*provider, "smaps_rollup", "Pss")).sum());
        }
        thread::sleep(LOOK);
    }
    let wall = began.elapsed();
    let run = Run::ended(&reading.join().expect("it was read"));
    assert!(matches!(run.code, Some(0 | 2)), "{run}");
    let asked = lab.emulator.requests();
    let counts = asked.iter().filter(|request| !request.in_batch && !request.path.ends_with("/token"));
    let requests = counts.map(|request| request.count).sum();
    Took { wall, cpu: times.values().sum(), peak, together: most, requests, run }
}
