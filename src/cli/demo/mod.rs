//! `demo`: the real Terraform over a scenario, against a tenant of the emulator, from empty to empty.

mod holdings;
mod scenario;

use std::{env, io, path::Path, process::ExitCode};

use tokio::time::Instant;

use self::scenario::Scenario;
use super::{
    process::{self, Signals},
    screen::{Screen, Took},
    stopped::{Stopped, block_on},
    terraform::{Installation, Product, Terraform, Workspace},
};
use crate::emulator::{Emulator, Options};

/// The scenario that is shown where none is named.
pub(super) const DEFAULT: &str = "user-driven-entra-join";

/// How many times as fast as real time the tenant lives: an import of a minute takes less than a second.
const SPEED: f64 = 100.0;

/// What to do about a fault that is ours.
const REPORT: &str = "This is a bug in the provider. Please report it with the output above.";

/// The names of the scenarios.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    scenario::ALL.iter().map(|scenario| scenario.name)
}

/// Shows a scenario. Every failure says what to do.
pub(super) fn run(name: &str, keep: bool) -> Result<ExitCode, Stopped> {
    let scenario = Scenario::named(name)
        .ok_or_else(|| Stopped::because(format!("There is no scenario {name}: `demo --help` lists them.")))?;
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

    screen.title(scenario.title);
    screen.line(&format!(
        "{terraform} in an empty tenant on this machine ({}), where time runs {SPEED} times as fast. No other tenant is \
         touched.",
        emulator.endpoint()
    ));
    let stage = Stage { workspace: &workspace, program: terraform.product.program(), screen };
    // From a folder of this program's own: nothing is downloaded, and nothing of it is worth reading.
    stage.silently(&["init"]).await?;
    screen.heading("1 of 5: Plan");
    stage.step(&["plan", "-out=demo.tfplan"]).await?;
    screen.heading("2 of 5: Apply");
    stage.step(&["apply", "demo.tfplan"]).await?;
    screen.heading("3 of 5: Plan again, which has to find nothing to do");
    stage.step(&["plan", "-detailed-exitcode"]).await?;

    screen.heading("4 of 5: What the tenant holds now");
    let held = emulator.snapshot();
    holdings::show(screen, &held);
    let wrong = holdings::wrong(&held, &scenario.expected);
    if !wrong.is_empty() {
        let wrong = wrong.join("\n  ");
        return Err(Stopped::because(format!("The tenant does not hold what it should:\n  {wrong}\n{REPORT}")));
    }
    screen.good(&scenario.expected.to_string());

    if keep {
        return stay(stage, &home.keep()).await;
    }
    screen.heading("5 of 5: Destroy");
    // What is destroyed was on the screen a moment ago: its plan is not shown again.
    stage.silently(&["plan", "-destroy", "-out=destroy.tfplan"]).await?;
    stage.step(&["apply", "destroy.tfplan"]).await?;
    let left = emulator.snapshot();
    if !left.is_empty() {
        holdings::show(screen, &left);
        return Err(Stopped::because(format!("The tenant is not empty after destroy.\n{REPORT}")));
    }
    screen.good("The tenant is empty again.");
    emulator.stop().await;
    screen.line(&format!("\nAll five steps worked, in {}.", Took(started.elapsed())));
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
    async fn step(self, words: &[&str]) -> Result<(), Stopped> {
        let Stage { workspace, program, screen } = self;
        let line = format!("{program} {}", words.join(" "));
        screen.prompt(&line);
        let started = Instant::now();
        let mut command = workspace.command();
        command.args(words.first());
        if !screen.has_colour() {
            command.arg("-no-color");
        }
        command.args(words.iter().skip(1));
        let mut begun = false;
        let relay = move |said: &str| {
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
                Ok(())
            }
            // -detailed-exitcode
            Some(2) => Err(Stopped::because(format!("The second plan is not empty.\n{REPORT}"))),
            _ => Err(Stopped::because(format!(
                "`{line}` failed ({}). The reason is above. With TF_LOG=debug in the environment it says more.",
                ended.status
            ))),
        }
    }
}

/// Serves the tenant until somebody asks to stop.
async fn stay(stage: Stage<'_>, home: &Path) -> Result<(), Stopped> {
    let Stage { workspace, program, screen } = stage;
    screen.heading("Kept");
    screen.line("The tenant stays here until you press Ctrl-C. To work on it, type in another terminal:\n");
    for (name, value) in workspace.environment() {
        screen.verbatim(&format!("  export {}='{}'", name.to_string_lossy(), value.to_string_lossy()));
    }
    screen.verbatim(&format!("  cd '{}'\n  {program} plan\n", workspace.folder().display()));
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
