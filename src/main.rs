//! The command line, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("-debug" | "--debug") => autopilot::server::debug(autopilot::provider::registry()),
        _ => autopilot::server::run(autopilot::provider::registry()),
    }
}
