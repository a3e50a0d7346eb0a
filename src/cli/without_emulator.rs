//! The command line of a build without the feature `emulator`.

#![expect(clippy::print_stderr, reason = "a person reads it")]

use std::{env, process::ExitCode};

use clap::Parser;

/// Windows Autopilot as code: a provider for Terraform and OpenTofu.
///
/// Terraform and OpenTofu start this program themselves when a configuration uses the provider zero-touch/autopilot.
#[derive(Debug, Parser)]
#[command(name = "terraform-provider-autopilot", version, arg_required_else_help = true)]
struct Arguments {
    /// Serve for a debugger, and print TF_REATTACH_PROVIDERS.
    #[arg(long)]
    debug: bool,
}

/// Does what the command line says.
pub(super) fn run_command() -> ExitCode {
    let lacking = [
        "completions",
        "csv",
        "demo",
        "doctor",
        "emulator",
        "export",
        "hash",
        "install",
        "login",
        "logout",
        "rule",
        "version",
    ];
    if let Some(word) = env::args_os().nth(1).filter(|word| lacking.iter().any(|known| word == *known)) {
        eprintln!(
            "This is the small build, which only serves Terraform: it lacks the command `{}`. Install the whole one.",
            word.display()
        );
        return ExitCode::FAILURE;
    }
    let Arguments { debug: _ } = Arguments::parse();
    ExitCode::FAILURE
}
