//! The commands of a person, and the way to the server when Terraform is the one who calls.
//!
//! Only this module writes to standard output besides the server's handshake. The commands need the feature `emulator`.
//!
//! # Must not know
//! Nothing is forbidden here: this is the top.
//!
//! # Start at
//! [`run`], then `demo`.

#[cfg(feature = "emulator")]
mod beside;
#[cfg(feature = "emulator")]
mod commands;
#[cfg(feature = "emulator")]
mod completions;
#[cfg(feature = "emulator")]
mod csv;
#[cfg(feature = "emulator")]
mod demo;
#[cfg(feature = "emulator")]
pub mod docs;
#[cfg(feature = "emulator")]
mod doctor;
#[cfg(feature = "emulator")]
mod emulator;
#[cfg(feature = "emulator")]
mod export;
#[cfg(feature = "emulator")]
mod findings;
#[cfg(feature = "emulator")]
mod given;
#[cfg(feature = "emulator")]
mod hash;
#[cfg(feature = "emulator")]
mod install;
#[cfg(feature = "emulator")]
mod login;
#[cfg(feature = "emulator")]
mod needs;
#[cfg(feature = "emulator")]
mod not_set;
#[cfg(feature = "emulator")]
mod process;
#[cfg(feature = "emulator")]
mod recording;
#[cfg(feature = "emulator")]
mod rule;
#[cfg(feature = "emulator")]
mod screen;
#[cfg(feature = "emulator")]
pub mod signed_in;
#[cfg(feature = "emulator")]
mod stopped;
#[cfg(feature = "emulator")]
mod table;
#[cfg(feature = "emulator")]
pub mod terraform;
#[cfg(feature = "emulator")]
mod text;
#[cfg(feature = "emulator")]
mod version;
#[cfg(not(feature = "emulator"))]
mod without_emulator;

use std::{env, process::ExitCode};

#[cfg(feature = "emulator")]
use self::commands::run_command;
#[cfg(not(feature = "emulator"))]
use self::without_emulator::run_command;
use crate::{provider, server};

/// Does what the arguments of the process say.
pub fn run() -> ExitCode {
    // Terraform waits for the first line: whether this is a call to serve is decided before anything else.
    match env::args_os().nth(1) {
        None => server::run(provider::registry()),
        Some(word) if word == "-debug" || word == "--debug" => server::debug(provider::registry()),
        Some(_) => run_command(),
    }
}
