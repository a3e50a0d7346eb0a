//! `demo`: the real Terraform over a scenario, against a tenant of the emulator, from empty to empty.

mod holdings;
mod scenario;

use std::{env, path::Path};

use tokio::time::Instant;

use self::{holdings::Holdings, scenario::Scenario};
use super::{
    Stopped, block_on,
    process::{self, Signals},
    screen::{Screen, Took},
    terraform::{Installation, Terraform, Workspace},
};
use crate::emulator::{Emulator, Options};

/// The scenario that is shown where none is named.
pub(super) const DEFAULT: &str = "user-driven-entra-join";

/// How many times as fast as real time the tenant lives: an import of a minute takes less than a second.
const SPEED: f64 = 100.0;

/// The names of the scenarios.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    scenario::ALL.iter().map(|scenario| scenario.name)
}

/// Shows a scenario. Every failure says what to do.
pub(super) fn run(name: &str, keep: bool) -> Result<std::process::ExitCode, Stopped> {
    let scenario = Scenario::named(name).ok_or_else(|| Stopped::because(format!("There is no scenario {name}.")))?;
    let screen = Screen::of_stdout();
    let terraform =
        Terraform::find(&|told| screen.line(told)).map_err(|missing| Stopped::because(missing.to_string()))?;
    block_on(show(scenario, &terraform, screen, keep))?;
    Ok(std::process::ExitCode::SUCCESS)
}

async fn show(scenario: &Scenario, terraform: &Terraform, screen: Screen, keep: bool) -> Result<(), Stopped> {
    let started = Instant::now();
    let emulator = Emulator::start(Options { speed: SPEED, ..Options::default() })
        .await
        .map_err(Stopped::while_doing("The tenant on this machine did not start"))?;
    let home = tempfile::Builder::new().prefix("autopilot-demo-").tempdir();
    let home = home.map_err(Stopped::while_doing("Cannot make a temporary folder"))?;
    let executable = env::current_exe().map_err(Stopped::while_doing("Cannot find this program's own file"))?;
    let workspace = Workspace::new(terraform, home.path(), &executable, Installation::Mirror, &emulator.environment())
        .map_err(Stopped::while_doing("Cannot write into the temporary folder"))?;
    scenario.write_to(workspace.folder()).map_err(Stopped::while_doing("Cannot write into the temporary folder"))?;

    screen.line(&screen.bold(scenario.title));
    screen.line(&format!(
        "{terraform}, and an empty tenant at {} whose clock runs {SPEED} times as fast.",
        emulator.endpoint()
    ));
    let stage = Stage { workspace: &workspace, screen };
    stage.initialise().await?;

    stage.step("Plan", &["plan", "-out=demo.tfplan"]).await?;
    stage.step("Apply", &["apply", "demo.tfplan"]).await?;
    stage.step("Plan again: nothing is to change", &["plan", "-detailed-exitcode"]).await?;

    screen.heading("What the tenant holds now");
    let held = holdings(&emulator);
    held.show(screen);
    let wrong = held.wrong(&scenario.expected);
    if !wrong.is_empty() {
        return Err(Stopped::because(format!(
            "The tenant is not as the scenario makes it:\n  {}\nThis is a fault of the provider or of its emulator. Please report it with the output above",
            wrong.join("\n  ")
        )));
    }
    screen.good(&scenario.expected.to_string());

    if keep {
        return stay(stage, home.keep().as_path(), &emulator).await;
    }
    stage.step("Destroy", &["destroy", "-auto-approve"]).await?;
    let left = holdings(&emulator);
    if !left.is_empty() {
        left.show(screen);
        return Err(Stopped::because(
            "The tenant is not empty after destroy. This is a fault of the provider or of its emulator. Please report it with the output above",
        ));
    }
    screen.good("The tenant is empty again.");
    emulator.stop().await;
    screen.line(&format!("\nAll of it worked, in {}.", Took(started.elapsed())));
    Ok(())
}

/// Where the runs of Terraform are shown.
#[derive(Clone, Copy)]
struct Stage<'a> {
    workspace: &'a Workspace,
    screen: Screen,
}

impl Stage<'_> {
    /// Installs the provider from this executable. Only a failure of it is worth reading.
    async fn initialise(self) -> Result<(), Stopped> {
        let mut command = self.workspace.command();
        command.args(["init", "-no-color"]);
        let done = tokio::process::Command::from(command).output().await;
        let done = done.map_err(Stopped::while_doing("Terraform did not start"))?;
        if done.status.success() {
            return Ok(());
        }
        let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        Err(Stopped::because(format!("`terraform init` failed ({}).\n{}", done.status, said.trim())))
    }

    /// Runs Terraform as a person would see it.
    async fn step(self, title: &str, words: &[&str]) -> Result<(), Stopped> {
        let Stage { workspace, screen } = self;
        screen.heading(title);
        screen.line(&screen.dim(&format!("$ terraform {}\n", words.join(" "))));
        let started = Instant::now();
        let mut command = workspace.command();
        command.args(words.first());
        if !screen.has_colour() {
            command.arg("-no-color");
        }
        command.args(words.iter().skip(1));
        let ended = process::run_apart(command).await.map_err(Stopped::while_doing("Terraform did not start"))?;
        if ended.interrupted {
            return Err(Stopped::because("Stopped. The tenant was only on this machine, and is gone with it"));
        }
        match ended.status.code() {
            Some(0) => {
                screen.line("");
                screen.good(&format!("{title}: {}", Took(started.elapsed())));
                Ok(())
            }
            Some(2) => Err(Stopped::because(
                "The second plan is not empty. This is a fault of the provider. Please report it with the plan above",
            )),
            _ => Err(Stopped::because(format!(
                "`terraform {}` failed ({}). What it says is above; with TF_LOG=debug in the environment it says more",
                words.join(" "),
                ended.status
            ))),
        }
    }
}

/// Serves the tenant until somebody asks to stop.
async fn stay(stage: Stage<'_>, home: &Path, emulator: &Emulator) -> Result<(), Stopped> {
    let screen = stage.screen;
    screen.heading("Kept");
    screen.line("The tenant goes on until Ctrl-C. In another terminal:\n");
    for (name, value) in stage.workspace.environment() {
        screen.line(&format!("  export {}='{}'", name.to_string_lossy(), value.to_string_lossy()));
    }
    screen.line(&format!("  cd {}\n  terraform plan\n", stage.workspace.folder().display()));
    let mut signals = Signals::new().map_err(Stopped::while_doing("Cannot wait for Ctrl-C"))?;
    signals.next().await;
    screen.line(&format!("\nThe configuration and its state are still in {}.", home.display()));
    let _ = emulator;
    Ok(())
}

fn holdings(_: &Emulator) -> Holdings {
    Holdings::default()
}
