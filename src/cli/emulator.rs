//! `emulator`: Graph tenants on this machine, for as long as a person or a command needs them.

use std::{ffi::OsString, io, net::SocketAddr, path::PathBuf, process::ExitCode};

use super::{
    Stopped, block_on,
    process::{self, Signals},
};
use crate::emulator::{Emulator, Options};

/// Serves until Ctrl-C; with a command, until that ends, and then ends as it did.
pub(super) fn run(
    listen: SocketAddr,
    state: Option<PathBuf>,
    speed: f64,
    command: &[OsString],
) -> Result<ExitCode, Stopped> {
    block_on(async {
        let emulator = Emulator::start(Options { listen, state, speed }).await;
        let emulator = emulator.map_err(Stopped::while_doing("The emulator did not start"))?;
        let environment = emulator.environment();
        let code = match command.split_first() {
            None => serve(&emulator, &environment).await?,
            Some((program, words)) => {
                let mut command = std::process::Command::new(program);
                command.args(words).envs(environment);
                run_beside(command, &program.to_string_lossy()).await?
            }
        };
        emulator.stop().await;
        Ok(code)
    })
}

async fn serve(emulator: &Emulator, environment: &[(String, String)]) -> Result<ExitCode, Stopped> {
    let mut signals = Signals::new().map_err(Stopped::while_doing("Cannot wait for Ctrl-C"))?;
    // The variables go to standard output, to be read by a shell; what is for a person does not.
    eprintln!("Graph tenants at {}, until Ctrl-C. To lead the provider there:\n", emulator.endpoint());
    for (name, value) in environment {
        println!("export {name}='{value}'");
    }
    signals.next().await;
    Ok(ExitCode::SUCCESS)
}

async fn run_beside(command: std::process::Command, name: &str) -> Result<ExitCode, Stopped> {
    let ended = process::run_in_front(command).await.map_err(|error| {
        Stopped::because(match error.kind() {
            io::ErrorKind::NotFound => format!("There is no program {name:?} on the PATH."),
            _ => format!("{name} did not start: {error}."),
        })
    })?;
    // A program that a signal ended has no code of its own.
    Ok(ended.status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
