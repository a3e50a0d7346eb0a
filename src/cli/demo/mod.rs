//! `demo`: the real Terraform over a scenario, against a tenant of the emulator, from empty to empty.

mod holdings;
mod scenario;

use std::{env, io, path::Path, process::ExitCode};

use tokio::time::Instant;

use self::scenario::Scenario;
use super::{
    Stopped, block_on,
    process::{self, Signals},
    screen::{Screen, Took},
    terraform::{Installation, Product, Terraform, Workspace},
};
use crate::emulator::{Emulator, Options, Snapshot};

/// The scenario that is shown where none is named.
pub(super) const DEFAULT: &str = "user-driven-entra-join";

/// How many times as fast as real time the tenant lives: an import of a minute takes less than a second.
const SPEED: f64 = 100.0;

/// What to do about a fault that is ours.
const REPORT: &str = "That is a fault of this program. Please report it, with the output above.";

/// The names of the scenarios.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    scenario::ALL.iter().map(|scenario| scenario.name)
}

/// Shows a scenario. Every failure says what to do.
pub(super) fn run(name: &str, keep: bool) -> Result<ExitCode, Stopped> {
    let scenario = Scenario::named(name).ok_or_else(|| Stopped::because(format!("There is no scenario {name}.")))?;
    let screen = Screen::of_stdout();
    let terraform =
        Terraform::find(&|told| screen.line(told)).map_err(|missing| Stopped::because(missing.to_string()))?;
    block_on(show(scenario, &terraform, screen, keep))?;
    Ok(ExitCode::SUCCESS)
}

async fn show(scenario: &Scenario, terraform: &Terraform, screen: Screen, keep: bool) -> Result<(), Stopped> {
    let started = Instant::now();
    let emulator = Emulator::start(Options { speed: SPEED, ..Options::default() }).await;
    let emulator = emulator.map_err(Stopped::while_doing("The tenant on this machine did not start"))?;
    let home = tempfile::Builder::new().prefix("autopilot-demo-").tempdir();
    let home = home.map_err(Stopped::while_doing("Cannot make a temporary folder"))?;
    let workspace = lay_out(scenario, terraform, home.path(), &emulator.environment())
        .map_err(Stopped::while_doing("Cannot write into the temporary folder"))?;

    screen.line(&screen.bold(scenario.title));
    screen.line(&format!(
        "{terraform}, and an empty tenant at {}, where a minute takes half a second.",
        emulator.endpoint()
    ));
    let stage = Stage { workspace: &workspace, program: terraform.product.program(), screen };
    // From a folder of this program's own: nothing is downloaded, and nothing of it is worth reading.
    stage.silently(&["init"]).await?;
    stage.step("Plan", &["plan", "-out=demo.tfplan"]).await?;
    stage.step("Apply", &["apply", "demo.tfplan"]).await?;
    stage.step("A second plan, which has to be empty", &["plan", "-detailed-exitcode"]).await?;

    screen.heading("What the tenant holds now");
    let held = emulator.snapshot();
    show_tables(screen, &held);
    let wrong = holdings::wrong(&held, &scenario.expected);
    if !wrong.is_empty() {
        let wrong = wrong.join("\n  ");
        return Err(Stopped::because(format!("The tenant is not as the scenario makes it:\n  {wrong}\n{REPORT}")));
    }
    screen.good(&scenario.expected.to_string());

    if keep {
        return stay(stage, &home.keep()).await;
    }
    // What is destroyed was on the screen a moment ago: its plan is not shown again.
    stage.silently(&["plan", "-destroy", "-out=destroy.tfplan"]).await?;
    stage.step("Destroy", &["apply", "destroy.tfplan"]).await?;
    let left = emulator.snapshot();
    if !left.is_empty() {
        show_tables(screen, &left);
        return Err(Stopped::because(format!("The tenant is not empty after destroy.\n{REPORT}")));
    }
    screen.good("The tenant is empty again.");
    emulator.stop().await;
    screen.line(&format!("\nAll of it worked, in {}.", Took(started.elapsed())));
    Ok(())
}

fn lay_out(
    scenario: &Scenario,
    terraform: &Terraform,
    home: &Path,
    environment: &[(String, String)],
) -> io::Result<Workspace> {
    let workspace = Workspace::new(terraform, home, &env::current_exe()?, Installation::Mirror, environment)?;
    scenario.write_to(workspace.folder())?;
    Ok(workspace)
}

fn show_tables(screen: Screen, held: &Snapshot) {
    for table in holdings::tables(held).iter().filter(|table| !table.is_empty()) {
        screen.table(table);
        screen.line("");
    }
}

/// Where the runs of Terraform are shown.
#[derive(Clone, Copy)]
struct Stage<'a> {
    workspace: &'a Workspace,
    program: &'static str,
    screen: Screen,
}

impl Stage<'_> {
    /// Runs Terraform, and shows what it says only when it fails.
    async fn silently(self, words: &[&str]) -> Result<(), Stopped> {
        let mut command = self.workspace.command();
        command.args(words.first()).arg("-no-color").args(words.iter().skip(1));
        let done = tokio::process::Command::from(command).output().await;
        let done = done.map_err(Stopped::while_doing("Terraform did not start"))?;
        if done.status.success() {
            return Ok(());
        }
        let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let line = format!("{} {}", self.program, words.join(" "));
        Err(Stopped::because(format!("`{line}` failed ({}).\n{}", done.status, said.trim())))
    }

    /// Runs Terraform as a person would see it.
    async fn step(self, title: &str, words: &[&str]) -> Result<(), Stopped> {
        let Stage { workspace, program, screen } = self;
        let line = format!("{program} {}", words.join(" "));
        screen.heading(title);
        screen.line(&screen.dim(&format!("$ {line}\n")));
        let started = Instant::now();
        let mut command = workspace.command();
        command.args(words.first());
        if !screen.has_colour() {
            command.arg("-no-color");
        }
        command.args(words.iter().skip(1));
        let ended = process::run_apart(command).await.map_err(Stopped::while_doing("Terraform did not start"))?;
        if ended.interrupted {
            return Err(Stopped::because("Stopped. The tenant was on this machine only, and is gone."));
        }
        match ended.status.code() {
            Some(0) => {
                screen.line("");
                screen.good(&format!("{title}: {}", Took(started.elapsed())));
                Ok(())
            }
            // -detailed-exitcode
            Some(2) => Err(Stopped::because(format!("The second plan is not empty.\n{REPORT}"))),
            _ => Err(Stopped::because(format!(
                "`{line}` failed ({}). Why is said above; TF_LOG=debug in the environment makes it say more.",
                ended.status
            ))),
        }
    }
}

/// Serves the tenant until somebody asks to stop.
async fn stay(stage: Stage<'_>, home: &Path) -> Result<(), Stopped> {
    let Stage { workspace, program, screen } = stage;
    screen.heading("Kept");
    screen.line("The tenant is here until Ctrl-C. To work on it, in another terminal:\n");
    for (name, value) in workspace.environment() {
        screen.line(&format!("  export {}='{}'", name.to_string_lossy(), value.to_string_lossy()));
    }
    screen.line(&format!("  cd '{}'\n  {program} plan\n", workspace.folder().display()));
    let mut signals = Signals::new().map_err(Stopped::while_doing("Cannot wait for Ctrl-C"))?;
    signals.next().await;
    screen.line(&format!("\nThe tenant is gone. The configuration and its state are still in {}.", home.display()));
    Ok(())
}

impl Product {
    /// What a person types.
    fn program(self) -> &'static str {
        match self {
            Product::Terraform => "terraform",
            Product::OpenTofu => "tofu",
        }
    }
}
