//! The commands of a person, and the way to the server when Terraform is the one who calls.
//!
//! Only this module writes to standard output besides the server's handshake.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a person reads what a command prints")]

mod demo;
mod emulator;
mod process;
mod screen;
pub mod terraform;

use std::{env, error::Error, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{provider, server};

/// Windows Autopilot as code.
///
/// Terraform and OpenTofu start this program themselves when a configuration asks for the provider zero-touch/autopilot.
/// A person can see with `demo` what it does, and try a configuration of their own with `emulator`.
#[derive(Debug, Parser)]
#[command(name = "terraform-provider-autopilot", version, arg_required_else_help = true)]
struct Arguments {
    /// Serve for a debugger, and print TF_REATTACH_PROVIDERS.
    #[arg(long)]
    debug: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a scenario from its empty tenant to its empty tenant, by the real Terraform, on this machine.
    ///
    /// Plan, apply, a second plan that is empty, what the tenant holds now, destroy. No tenant, no account and no
    /// installed Terraform are needed; AUTOPILOT_TERRAFORM names the one to use.
    Demo {
        /// Which scenario.
        #[arg(default_value = demo::DEFAULT, value_parser = clap::builder::PossibleValuesParser::new(demo::names()))]
        scenario: String,
        /// Destroy nothing, and go on serving the tenant until Ctrl-C.
        #[arg(long)]
        keep: bool,
    },
    /// Serve Graph tenants on this machine, to try configurations on.
    ///
    /// Prints the variables that lead the provider to it. With a command, runs the command with these variables set,
    /// and ends with it: `emulator -- terraform test`.
    Emulator(emulator::Arguments),
}

/// Does what the arguments of the process say.
pub fn run() -> ExitCode {
    // Terraform waits for the first line: whether this is a call to serve is decided before anything else.
    match env::args_os().nth(1) {
        None => return server::run(provider::registry()),
        Some(word) if word == "-debug" || word == "--debug" => return server::debug(provider::registry()),
        Some(_) => {}
    }
    let done = match Arguments::parse().command {
        Some(Command::Demo { scenario, keep }) => demo::run(&scenario, keep),
        Some(Command::Emulator(arguments)) => emulator::run(arguments),
        None => return ExitCode::FAILURE,
    };
    done.unwrap_or_else(|stopped| {
        eprintln!("\nError: {stopped}");
        ExitCode::FAILURE
    })
}

/// Why a command could not go on, said to a person: what happened, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Stopped(String);

impl Stopped {
    fn because(text: impl Into<String>) -> Stopped {
        Stopped(text.into())
    }

    /// For an error from below, with what caused it.
    fn while_doing<E: Error>(what: &str) -> impl FnOnce(E) -> Stopped {
        move |error| {
            let causes = std::iter::successors(error.source(), |cause| (*cause).source());
            let causes: String = causes.map(|cause| format!(": {cause}")).collect();
            Stopped(format!("{what}: {error}{causes}."))
        }
    }
}

/// Runs a command's own work to its end.
fn block_on<T>(work: impl Future<Output = Result<T, Stopped>>) -> Result<T, Stopped> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(Stopped::while_doing("Cannot start threads"))?.block_on(work)
}
