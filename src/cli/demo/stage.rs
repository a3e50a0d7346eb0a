//! Where the runs of Terraform are shown.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::time::Instant;

use super::live::Live;
use crate::{
    cli::{
        process,
        screen::{self, Screen, Took},
        stopped::Stopped,
        terraform::{Product, Workspace},
    },
    emulator::Emulator,
};

/// What to do about a fault that is ours.
pub(super) const REPORT: &str = "This is a bug in the provider. Please report it with the output above.";

/// A folder to run Terraform in, a screen to show it on, and the tenants that it works on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stage<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) program: &'static str,
    /// What runs Terraform in its place.
    pub(super) script: Option<&'a str>,
    pub(super) screen: Screen,
    pub(super) emulator: &'a Emulator,
    /// Whether only the result of each part is shown.
    pub(super) quiet: bool,
}

/// What is remembered of what Terraform says.
#[derive(Debug, Default)]
struct Said {
    /// The titles of its warnings.
    warned: Vec<String>,
    /// What it came to.
    result: String,
    /// All of it, where it is not shown.
    untold: Vec<String>,
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

    /// Begins a part.
    pub(super) fn begin(self, part: &str) {
        if !self.quiet {
            self.screen.heading(part);
        }
    }

    /// What a part came to, if nothing else of it is shown.
    pub(super) fn end(self, part: &str, result: &str) {
        if self.quiet {
            self.screen.good(&format!("{part}: {result}"));
        }
    }

    /// Runs Terraform as a person would see it, and gives the titles of what it warned of.
    pub(super) async fn step(self, part: &str, words: &[&str]) -> Result<Vec<String>, Stopped> {
        let Stage { workspace, program, script, screen, emulator, quiet } = self;
        self.begin(part);
        let program = script.map_or_else(|| program.to_owned(), |script| format!("./{script}"));
        let line = format!("{program} {}", words.join(" "));
        if !quiet {
            screen.prompt(&line);
        }
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
        let (mut begun, of_script) = (false, script.is_some());
        let (all, live) = (Arc::new(Mutex::new(Said::default())), Arc::new(Live::new(screen)));
        let (remembered, above) = (Arc::clone(&all), Arc::clone(&live));
        let relay = move |line: &str| {
            let mut said = remembered.lock().unwrap_or_else(PoisonError::into_inner);
            said.warned.extend(warning(line));
            if let Some(result) = result(line, of_script) {
                said.result = result;
            }
            // Some of what Terraform says begins with an empty line; there is one already.
            begun |= !line.is_empty();
            if quiet {
                said.untold.push(line.to_owned());
            } else if begun {
                above.above(|| screen.relay(line));
            }
        };
        let ended = tokio::select! {
            ended = process::run_apart(command, relay) => ended,
            never = live.follow(emulator) => match never {},
        };
        live.show(emulator);
        live.end();
        let ended = ended.map_err(Stopped::while_doing("Terraform did not start"))?;
        let said = mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner));
        if ended.status.code() != Some(0) {
            said.untold.iter().for_each(|line| screen.relay(line));
        }
        if ended.interrupted {
            return Err(Stopped::because("It was interrupted. The tenant was on this machine only, and is gone."));
        }
        match ended.status.code() {
            Some(0) => {
                let took = Took(started.elapsed());
                if !quiet {
                    screen.line("");
                    screen.good(&format!("Done in {took}."));
                }
                self.end(part, &format!("{} ({took})", said.result));
                Ok(said.warned)
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

/// What a run came to, if the line tells it: Terraform's summary, or the sum of a script's runs.
fn result(line: &str, of_script: bool) -> Option<String> {
    let line = anstream::adapter::strip_str(line).to_string();
    if line.starts_with("No changes.") {
        return Some("No changes.".to_owned());
    }
    match of_script {
        true => line.contains(" tenants: ").then_some(line),
        false => ["Plan: ", "Apply complete! "].iter().find_map(|begin| line.strip_prefix(begin)).map(str::to_owned),
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
    fn what_a_run_came_to_is_known() {
        let told = |line| result(line, false);
        let plan = "\u{1b}[0m\u{1b}[1mPlan:\u{1b}[0m 8 to add, 0 to change, 0 to destroy.";
        assert_eq!(told(plan).as_deref(), Some("8 to add, 0 to change, 0 to destroy."));
        let applied = "Apply complete! Resources: 8 added, 0 changed, 0 destroyed.";
        assert_eq!(told(applied).as_deref(), Some("Resources: 8 added, 0 changed, 0 destroyed."));
        assert_eq!(told("No changes. Your infrastructure matches the configuration.").as_deref(), Some("No changes."));
        assert_eq!(told("autopilot_group.g: Creating..."), None);
        let of_script = "50 tenants: 50 worked, 0 failed.";
        assert_eq!(result(of_script, true).as_deref(), Some(of_script));
        assert_eq!(result(" 2 of 50  adatum: Plan: 5 to add", true), None);
    }

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
