//! Runs a program until it ends, and hands on what stops it.

use std::{
    io::{self, BufRead, BufReader},
    process::{Command, ExitStatus},
};

use super::screen;

/// How a program ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    /// Whether somebody asked for the end: Ctrl-C, a signal to this process, or nobody who reads what it says.
    pub(super) interrupted: bool,
}

/// Runs a program in a process group of its own, so that a Ctrl-C reaches this process only, and is handed on as one
/// interrupt each. Terraform takes one as "stop, and write the state", a second as "stop at once". `line` is given each
/// line that the program says, as soon as it says it, and has had all of them at the end.
pub(super) async fn run_apart(mut command: Command, mut line: impl FnMut(&str) + Send + 'static) -> io::Result<Ended> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    // One pipe for both, or an error would not stand behind what led to it.
    let (said, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let relay = tokio::task::spawn_blocking(move || {
        BufReader::new(said).lines().map_while(Result::ok).for_each(|said| line(&said));
    });
    let ended = run(command, Reaches::UsOnly).await;
    // It ends with the pipe. A panic of it is no reason to lose how the program ended.
    let _ = relay.await;
    ended
}

/// Runs a program in the foreground: it may read from the terminal, and a Ctrl-C there reaches it by itself.
pub(super) async fn run_in_front(command: Command) -> io::Result<Ended> {
    run(command, Reaches::Both).await
}

/// Whom a Ctrl-C at the terminal reaches.
#[derive(Clone, Copy, PartialEq)]
enum Reaches {
    UsOnly,
    Both,
}

async fn run(command: Command, reaches: Reaches) -> io::Result<Ended> {
    let mut signals = Signals::new()?;
    let mut child = tokio::process::Command::from(command).spawn()?;
    let mut interrupted = false;
    let nobody_reads = async {
        match reaches {
            Reaches::UsOnly => screen::gone().await,
            // It writes to standard output itself.
            Reaches::Both => std::future::pending().await,
        }
    };
    tokio::pin!(nobody_reads);
    loop {
        tokio::select! {
            status = child.wait() => return Ok(Ended { status: status?, interrupted }),
            () = &mut nobody_reads, if !interrupted => {
                interrupted = true;
                interrupt(&mut child)?;
            }
            signal = signals.next() => {
                interrupted = true;
                if reaches == Reaches::UsOnly || signal == Signal::Terminate {
                    interrupt(&mut child)?;
                }
            }
        }
    }
}

/// What asks this process to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// A service manager, or `kill`.
    Terminate,
}

/// The signals that ask this process to stop. From its making on they no longer end the process.
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

#[cfg(unix)]
fn interrupt(child: &mut tokio::process::Child) -> io::Result<()> {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    match pid {
        Some(pid) => Ok(rustix::process::kill_process(pid, rustix::process::Signal::INT)?),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn new() -> io::Result<Signals> {
        Ok(Signals {})
    }

    pub(super) async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Interrupt
    }
}

/// Windows hands a Ctrl-C to every process of the console by itself.
#[cfg(not(unix))]
fn interrupt(_: &mut tokio::process::Child) -> io::Result<()> {
    Ok(())
}
