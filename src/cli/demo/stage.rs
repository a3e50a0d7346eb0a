//! Where the runs of Terraform are shown.

use std::{
    fs,
    io::Write,
    mem,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::time::Instant;

use super::{digest::Said, live::Live};
use crate::{
    cli::{
        process,
        screen::{self, Screen, Took},
        stopped::Stopped,
        terraform::{Product, Workspace},
    },
    emulator::Emulator,
    knowledge::rule::Severity,
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
    /// Where all that Terraform says is kept; nowhere if only the result of each part is shown.
    pub(super) kept: Option<&'a Path>,
}

impl Stage<'_> {
    /// Whether only the result of each part is shown.
    pub(super) fn is_quiet(self) -> bool {
        self.kept.is_none()
    }

    /// Adds lines to what is kept, without their colours.
    pub(super) fn keep<'a>(self, lines: impl IntoIterator<Item = &'a str>) -> Result<(), Stopped> {
        let Some(file) = self.kept else { return Ok(()) };
        let text: String = lines.into_iter().map(|line| format!("{}\n", anstream::adapter::strip_str(line))).collect();
        let written = fs::File::options().append(true).open(file).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(Stopped::while_doing("Cannot keep what Terraform says"))
    }

    /// Runs Terraform, and shows what it says only when it fails.
    pub(super) async fn silently(self, words: &[&str]) -> Result<(), Stopped> {
        let said = self.answer(words).await?;
        self.keep([&*format!("\n$ {} {}\n", self.program, words.join(" ")), said.trim_end()])
    }

    /// What Terraform answers.
    async fn answer(self, words: &[&str]) -> Result<String, Stopped> {
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
    pub(super) fn begin(self, part: &str) -> Result<(), Stopped> {
        if !self.is_quiet() {
            self.screen.heading(part);
        }
        self.keep(["", part])
    }

    /// What a part came to, if nothing else of it is shown.
    pub(super) fn end(self, part: &str, result: &str) {
        if self.is_quiet() {
            self.screen.good(&format!("{part}: {result}"));
        }
    }

    /// Runs Terraform and shows the gist of what it says, and gives the titles of what it warned of.
    pub(super) async fn step(self, part: &str, words: &[&str]) -> Result<Vec<String>, Stopped> {
        let Stage { workspace, program, script, screen, emulator, .. } = self;
        self.begin(part)?;
        let program = script.map_or_else(|| program.to_owned(), |script| format!("./{script}"));
        let line = format!("{program} {}", words.join(" "));
        if !self.is_quiet() {
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
        let (quiet, of_script) = (self.is_quiet(), script.is_some());
        let (all, live) = (Arc::new(Mutex::new(Said::default())), Arc::new(Live::new(screen)));
        let (remembered, above) = (Arc::clone(&all), Arc::clone(&live));
        let relay = move |line: &str| {
            let shown = remembered.lock().unwrap_or_else(PoisonError::into_inner).takes(line, of_script);
            if shown && !quiet {
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
        self.keep([&*format!("\n$ {line}\n")].into_iter().chain(said.all.iter().map(String::as_str)))?;
        if ended.interrupted {
            said.errors().iter().for_each(|line| screen.relay(line));
            return Err(Stopped::because("It was interrupted. The tenant was on this machine only, and is gone."));
        }
        match ended.status.code() {
            Some(0) => {
                let took = Took(started.elapsed());
                if !self.is_quiet() {
                    self.sum_up(&said);
                    screen.good(&format!("Done in {took}."));
                }
                self.end(part, &format!("{} ({took})", said.result_in_short()));
                Ok(said.warned)
            }
            // -detailed-exitcode
            Some(2) => {
                said.all.iter().for_each(|line| screen.relay(line));
                Err(Stopped::because(format!("The second plan is not empty.\n{REPORT}")))
            }
            _ => {
                // What an error is may be unknown here, as of a script.
                let why = if said.errors().is_empty() { &said.all } else { said.errors() };
                why.iter().for_each(|line| screen.relay(line));
                Err(Stopped::because(format!(
                    "`{line}` failed ({}). The reason is above. With TF_LOG=debug in the environment it says more.",
                    ended.status
                )))
            }
        }
    }

    /// What a run came to, and what it warned of.
    fn sum_up(self, said: &Said) {
        if said.more() > 0 {
            self.screen.line(&format!("… and {} more.", said.more()));
        }
        if said.has_told() {
            self.screen.line("");
        }
        self.screen.relay(&said.result);
        if !said.warned.is_empty() {
            self.screen.line("");
        }
        for title in &said.warned {
            self.screen.problem(Severity::Warning, title);
        }
        self.screen.line("");
    }

    /// What became of the configuration's own checks: the name of each, and whether it passed. One that fails only warns.
    pub(super) async fn checks(self) -> Result<Vec<(String, bool)>, Stopped> {
        let shown = self.answer(&["show", "-json"]).await?;
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

impl Product {
    /// What a person types.
    pub(super) fn program(self) -> &'static str {
        match self {
            Product::Terraform => "terraform",
            Product::OpenTofu => "tofu",
        }
    }
}
