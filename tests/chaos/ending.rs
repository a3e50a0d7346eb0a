//! How a run of Terraform ends: by itself, or before its time.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;

use crate::{process::provider_of, run::Run};

/// What ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ending {
    /// Nothing but the run itself.
    None,
    /// Ctrl-C, once, as a terminal does it: to Terraform and to the provider.
    Interrupt,
    KillProvider,
    KillTerraform,
}

impl Ending {
    pub(crate) const ALL: [Ending; 4] = [Ending::None, Ending::Interrupt, Ending::KillProvider, Ending::KillTerraform];

    pub(crate) fn is_kill(self) -> bool {
        matches!(self, Ending::KillProvider | Ending::KillTerraform)
    }
}

/// An end before its time.
pub(crate) struct Cut<'a> {
    pub(crate) ending: Ending,
    /// It comes when this says so,
    pub(crate) has_come: &'a dyn Fn() -> bool,
    /// and so much later.
    pub(crate) after: Duration,
}

/// A run that came to an end.
pub(crate) struct Ended {
    pub(crate) run: Run,
    /// What it had said when it was cut. None where it ended by itself.
    pub(crate) cut: Option<String>,
    /// It had to be killed in the end.
    pub(crate) hung: bool,
    /// The provider went on without Terraform, and had to be killed.
    pub(crate) outlived: bool,
}

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(400);
/// A provider without its Terraform that takes longer hangs.
const ORPHAN: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(2);

/// Runs it, with its output in files of that name, and cuts it where that is asked for.
pub(crate) fn run(mut command: Command, output: &Path, state: &Path, cut: Option<&Cut<'_>>) -> Ended {
    let (out, err) = (output.with_extension("out"), output.with_extension("err"));
    let file = |path: &Path| File::create(path).expect("the folder can be written");
    command.process_group(0).stdin(Stdio::null()).stdout(file(&out)).stderr(file(&err));
    let mut terraform = command.spawn().expect("terraform starts");
    let started = Instant::now();
    let (mut said, mut hung, mut provider) = (None, false, None);
    let status = loop {
        if let Some(status) = terraform.try_wait().expect("terraform is ours") {
            break status;
        }
        if let Some(cut) = cut.filter(|cut| said.is_none() && (cut.has_come)()) {
            thread::sleep(cut.after);
            provider = provider_of(terraform.id());
            if end(cut.ending, pid(&terraform), provider, state) {
                said = Some(fs::read_to_string(&out).unwrap_or_default());
            }
        }
        if started.elapsed() > PATIENCE && !hung {
            hung = true;
            let _ = kill_process_group(pid(&terraform), Signal::KILL);
        }
        thread::sleep(LOOK);
    };
    let outlived = provider.is_some_and(goes_on);
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    let run = Run { code: status.code(), stdout: text(&out), stderr: text(&err) };
    Ended { run, cut: said, hung, outlived }
}

/// Ends it. False where it has ended since it was asked, or has no provider yet.
fn end(ending: Ending, terraform: Pid, provider: Option<Pid>, state: &Path) -> bool {
    match ending {
        Ending::None => false,
        Ending::Interrupt => kill_process_group(terraform, Signal::INT).is_ok(),
        Ending::KillProvider => provider.is_some_and(|provider| kill_process(provider, Signal::KILL).is_ok()),
        Ending::KillTerraform => kill_between_writes(terraform, state),
    }
}

/// Kills Terraform, but not while it writes its state: it empties the file first, and what it leaves then is its own
/// doing.
fn kill_between_writes(terraform: Pid, state: &Path) -> bool {
    loop {
        if kill_process(terraform, Signal::STOP).is_err() {
            return false;
        }
        while status(terraform).is_some_and(|status| status != 'T' && status != 'Z') {
            thread::sleep(LOOK);
        }
        let is_whole = fs::read(state).map_or(true, |text| serde_json::from_slice::<Value>(&text).is_ok());
        let signal = if is_whole { Signal::KILL } else { Signal::CONT };
        let sent = kill_process(terraform, signal).is_ok();
        if is_whole || !sent {
            return sent;
        }
        thread::sleep(LOOK);
    }
}

/// Waits for a provider to end. Whether it had to be killed.
fn goes_on(provider: Pid) -> bool {
    let since = Instant::now();
    while runs(provider) {
        if since.elapsed() > ORPHAN {
            let _ = kill_process(provider, Signal::KILL);
            return true;
        }
        thread::sleep(LOOK);
    }
    false
}

fn runs(process: Pid) -> bool {
    // One that has ended and that nobody has asked about yet is still there, as a zombie.
    status(process).is_some_and(|status| status != 'Z')
}

/// The letter that tells what a process does: `T` when it is stopped, `Z` for a zombie.
fn status(process: Pid) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("a process id")).expect("a process id is not 0")
}
