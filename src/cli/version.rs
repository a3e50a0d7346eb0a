//! `version`: which build this is.

use std::{env, process::ExitCode};

use clap::Args;
use serde_json::json;

use super::screen::Screen;
use crate::server::PROTOCOL;

/// The version of this program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that it was built from, if whoever built it said so.
const COMMIT: Option<&str> = option_env!("AUTOPILOT_COMMIT");

/// How it is told.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Answer with one JSON object: `name`, `version`, `commit` if it is known, `protocol` and `platform`.
    #[arg(long)]
    json: bool,
}

/// `linux_amd64` and the like, in Go's words.
pub(super) fn platform() -> String {
    let system = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{system}_{processor}")
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let (screen, name, platform) = (Screen::of_stdout(), env!("CARGO_PKG_NAME"), platform());
    if arguments.json {
        let mut told = json!({"name": name, "version": VERSION, "protocol": PROTOCOL, "platform": platform});
        if let Some(commit) = COMMIT {
            told["commit"] = commit.into();
        }
        screen.verbatim(&told.to_string());
    } else {
        screen.verbatim(&format!("{name} {VERSION}"));
        screen.line(&format!("on {platform}, plugin protocol {PROTOCOL}"));
        if let Some(commit) = COMMIT {
            screen.line(&format!("built from commit {commit}"));
        }
    }
    ExitCode::SUCCESS
}
