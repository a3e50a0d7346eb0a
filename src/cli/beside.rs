//! Runs a person's command beside what serves it, and ends as the command does.

use std::{ffi::OsString, io, process::ExitCode};

use super::{process, stopped::Stopped};

/// Runs the words of a command, with these variables.
pub(super) async fn run(command: &[OsString], environment: Vec<(String, OsString)>) -> Result<ExitCode, Stopped> {
    let Some((program, words)) = command.split_first() else { return Ok(ExitCode::SUCCESS) };
    let mut command = std::process::Command::new(program);
    command.args(words).envs(environment);
    let name = program.to_string_lossy();
    let ended = process::run_in_front(command).await.map_err(|error| {
        Stopped::because(match error.kind() {
            io::ErrorKind::NotFound => {
                format!("There is no program {name:?} on the PATH. Check its name, or give its path.")
            }
            _ => format!("{name} did not start: {error}."),
        })
    })?;
    // A program that a signal ended has no code of its own.
    Ok(ended.status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
