//! Where the runs of Terraform are shown.

use std::{
    mem,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::time::Instant;

use crate::cli::{
    process,
    screen::{self, Screen, Took},
    stopped::Stopped,
    terraform::{Product, Workspace},
};

/// What to do about a fault that is ours.
pub(super) const REPORT: &str = "This is a bug in the provider. Please report it with the output above.";

/// A folder to run Terraform in, and a screen to show it on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) program: &'static str,
    /// What runs Terraform in its place.
    pub(super) script: Option<&'a str>,
    pub(super) screen: Screen,
}

impl Stage<'_> {
    /// Runs Terraform, and shows what it says only when it fails.
    pub(super) async fn silently(self, words: &[&str]) -> Result<String, Stopped> {
        let mut command = self.workspace.command();
        command.args(words.first()).arg("-no-color").args(words.iter().skip(1));
        let done = tokio::process::Command::from(command).output().await;
        let done = done.map_err(Stopped::while_doing("Terraform did not start"))?;
        let [stdout, stderr] = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        if done.status.success() {
            return Ok(stdout);
        }
        let (line, said) = (format!("{} {}", self.program, words.join(" ")), format!("{stdout}{stderr}"));
        Err(Stopped::because(format!("`{line}` failed ({}).\n{}", done.status, said.trim())))
    }

    /// Runs Terraform as a person would see it, and gives the titles of what it warned of.
    pub(super) async fn step(self, words: &[&str]) -> Result<Vec<String>, Stopped> {
        let Stage { workspace, program, script, screen } = self;
        let program = script.map_or_else(|| program.to_owned(), |script| format!("./{script}"));
        let line = format!("{program} {}", words.join(" "));
        screen.prompt(&line);
        if screen::is_gone() {
            return Err(Stopped::because("Nobody reads what it shows."));
        }
        let started = Instant::now();
        let mut command = script.map_or_else(|| workspace.command(), |script| workspace.script(script));
        command.args(words.first());
        if script.is_none() && !screen.has_colour() {
            command.arg("-no-color");
        }
        command.args(words.iter().skip(1));
        let mut begun = false;
        let warned = Arc::new(Mutex::new(Vec::new()));
        let titles = Arc::clone(&warned);
        let relay = move |said: &str| {
            if let (Some(title), Ok(mut titles)) = (warning(said), titles.lock()) {
                titles.push(title);
            }
            // Some of what Terraform says begins with an empty line; there is one already.
            begun |= !said.is_empty();
            if begun {
                screen.relay(said);
            }
        };
        let ended =
            process::run_apart(command, relay).await.map_err(Stopped::while_doing("Terraform did not start"))?;
        if ended.interrupted {
            return Err(Stopped::because("It was interrupted. The tenant was on this machine only, and is gone."));
        }
        match ended.status.code() {
            Some(0) => {
                screen.line("");
                screen.good(&format!("Done in {}.", Took(started.elapsed())));
                Ok(warned.lock().map(|mut titles| mem::take(&mut *titles)).unwrap_or_default())
            }
            // -detailed-exitcode
            Some(2) => Err(Stopped::because(format!("The second plan is not empty.\n{}", REPORT))),
            _ => Err(Stopped::because(format!(
                "`{line}` failed ({}). The reason is above. With TF_LOG=debug in the environment it says more.",
                ended.status
            ))),
        }
    }

    /// What became of the configuration's own checks: the name of each, and whether it passed. One that fails only warns.
    pub(super) async fn checks(self) -> Result<Vec<(String, bool)>, Stopped> {
        let shown = self.silently(&["show", "-json"]).await?;
        let state: Value =
            serde_json::from_str(&shown).map_err(Stopped::while_doing("Terraform's answer is no JSON"))?;
        let of_block = |check: &&Value| check["address"]["kind"] == "check";
        let told = |check: &Value| {
            let name = check["address"]["name"].as_str().unwrap_or_default();
            (name.to_owned(), check["status"] == "pass")
        };
        Ok(state["checks"].as_array().into_iter().flatten().filter(of_block).map(told).collect())
    }
}

/// The title of a warning, if the line is one: `│ Warning: Title`.
fn warning(line: &str) -> Option<String> {
    let line = anstream::adapter::strip_str(line).to_string();
    line.trim_start_matches(['│', ' ']).strip_prefix("Warning: ").map(str::to_owned)
}

impl Product {
    /// What a person types.
    pub(super) fn program(self) -> &'static str {
        match self {
            Product::Terraform => "terraform",
            Product::OpenTofu => "tofu",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_known_with_and_without_colours() {
        for line in [
            "Warning: Mind",
            "│ Warning: Mind",
            "\u{1b}[33m│\u{1b}[0m \u{1b}[33mWarning: \u{1b}[0m\u{1b}[0m\u{1b}[1mMind\u{1b}[0m",
        ] {
            assert_eq!(warning(line).as_deref(), Some("Mind"), "{line}");
        }
        assert_eq!(warning("  A warning: Mind"), None);
    }
}
