//! `demo`: the real Terraform over a scenario, against a tenant of the emulator, from empty to empty.

mod digest;
mod holdings;
mod live;
mod scenario;
mod stage;
mod verdict;

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use tokio::time::Instant;

use self::{
    scenario::{Besides, Scenario},
    stage::{REPORT, Stage},
};
use super::{
    emulator::Shell,
    process::Signals,
    screen::{Screen, Took},
    signed_in,
    stopped::{Stopped, block_on},
    table::Table,
    terraform::{Installation, Terraform, Workspace},
    text::counted,
};
use crate::emulator::{Emulator, Options, Snapshot};

/// The scenario that is shown where none is named.
pub(super) const DEFAULT: &str = "user-driven-entra-join";

/// How many times as fast as real time the tenant lives: an import of a minute takes less than a second.
const SPEED: f64 = 100.0;

/// The names of the scenarios.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    scenario::all().map(|scenario| scenario.name)
}

/// Tells which scenarios there are.
pub(super) fn list() {
    let mut table = Table::new(["SCENARIO", "WHAT IT SETS UP"]);
    for Scenario { name, title } in scenario::all() {
        table.row([name.to_owned(), title.to_owned()]);
    }
    Screen::of_stdout().table(&table);
}

/// What a person wants of it.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    keep: bool,
    quiet: bool,
}

/// Shows a scenario. Every failure says what to do.
pub(super) fn run(name: &str, keep: bool, quiet: bool) -> Result<ExitCode, Stopped> {
    let scenario = Scenario::named(name)
        .ok_or_else(|| Stopped::because(format!("There is no scenario {name}: `demo --list` names them.")))?;
    let besides = scenario.besides().map_err(Stopped::while_doing("What the scenario does besides is wrong"))?;
    let screen = Screen::of_stdout();
    let terraform =
        Terraform::find(&|told| screen.line(told)).map_err(|missing| Stopped::because(missing.to_string()))?;
    block_on(show(&scenario, &besides, &terraform, screen, Wanted { keep, quiet }))?;
    Ok(ExitCode::SUCCESS)
}

async fn show(
    scenario: &Scenario,
    besides: &Besides,
    terraform: &Terraform,
    screen: Screen,
    wanted: Wanted,
) -> Result<(), Stopped> {
    let started = Instant::now();
    let emulator = start(scenario, besides).await?;
    let home = tempfile::Builder::new().prefix("autopilot-demo-").tempdir();
    let home = home.map_err(Stopped::while_doing("Cannot make a temporary folder"))?;
    let administrator = signed_in::administrator(&emulator, home.path()).await;
    let administrator =
        administrator.map_err(Stopped::while_doing("Nobody could sign in to the tenant on this machine"))?;
    let environment = [emulator.environment(), besides.environment(), vec![administrator]].concat();
    let workspace = lay_out(scenario, terraform, home.path(), &environment)
        .map_err(Stopped::while_doing("Cannot write into the temporary folder"))?;

    screen.title(scenario.title);
    screen.line(&format!(
        "{terraform} in {} on this machine ({}), where time runs {SPEED} times as fast. No other tenant is touched.",
        if besides.seed.is_some() { "empty tenants" } else { "an empty tenant" },
        emulator.endpoint()
    ));
    let kept = if wanted.quiet { None } else { Some(keep_file(scenario)?) };
    match &kept {
        Some(file) => {
            screen.line("What Terraform says is shown in short, and kept whole in");
            screen.verbatim(&file.display().to_string());
        }
        None => screen.line(""),
    }
    let (program, script, kept) = (terraform.product.program(), besides.script.as_deref(), kept.as_deref());
    let stage = Stage { workspace: &workspace, program, script, screen, emulator: &emulator, kept };
    let steps = if besides.played.is_empty() { 5 } else { 7 };
    set_up(stage, besides, steps).await?;
    judge(stage, &format!("4 of {steps}: What the tenant holds now")).await?;
    if !besides.played.is_empty() {
        play(stage, &format!("5 of {steps}: The laptops are switched on"), besides)?;
        let part = format!("6 of {steps}: Plan again, now that laptops are in use");
        stage.step(&part, &["plan", "-detailed-exitcode"]).await?;
    }
    if wanted.keep {
        return stay(stage, &home.keep()).await;
    }
    clear(stage, &format!("{steps} of {steps}: Destroy")).await?;
    emulator.stop().await;
    screen.line(&format!("\nAll of it worked, in {}.", Took(started.elapsed())));
    Ok(())
}

/// A file for all that Terraform says, which outlives the tenant.
fn keep_file(scenario: &Scenario) -> Result<PathBuf, Stopped> {
    let made = || {
        let file = tempfile::Builder::new().prefix("autopilot-demo-").suffix(".txt").tempfile()?;
        let (mut file, path) = file.keep()?;
        writeln!(file, "{}", scenario.title)?;
        Ok::<_, io::Error>(path)
    };
    made().map_err(Stopped::while_doing("Cannot make a temporary file"))
}

/// Starts the tenants, with what the scenario needs in them.
async fn start(scenario: &Scenario, besides: &Besides) -> Result<Emulator, Stopped> {
    let emulator = Emulator::start(Options { speed: SPEED, ..Options::default() }).await;
    let emulator = emulator.map_err(Stopped::while_doing("The tenant on this machine did not start"))?;
    if let Some(seed) = &besides.seed {
        let planted = scenario.file(seed).ok_or_else(|| format!("there is no {seed}"));
        let planted = planted.and_then(|seed| emulator.plant(seed));
        planted
            .map_err(|why| Stopped::because(format!("The tenant cannot be made as it is to be: {why}.\n{REPORT}")))?;
    }
    Ok(emulator)
}

/// The first three steps: plan, apply, plan again. A warning that the scenario does not tell of is an error.
async fn set_up(stage: Stage<'_>, besides: &Besides, steps: usize) -> Result<(), Stopped> {
    let script = stage.script;
    // From a folder of this program's own: nothing is downloaded, and nothing of it is worth showing.
    stage.silently(&["init"]).await?;
    let words: &[&str] = if script.is_some() { &["plan"] } else { &["plan", "-out=demo.tfplan"] };
    stage.step(&format!("1 of {steps}: Plan"), words).await?;
    let words = ["apply", if script.is_some() { "-auto-approve" } else { "demo.tfplan" }];
    let warned = stage.step(&format!("2 of {steps}: Apply"), &words).await?;
    let unexpected: Vec<_> = warned.into_iter().filter(|title| !besides.expects(title)).collect();
    if !unexpected.is_empty() {
        let unexpected = unexpected.join("\n  ");
        return Err(Stopped::because(format!("Terraform warned of what it should not:\n  {unexpected}\n{REPORT}")));
    }
    let part = format!("3 of {steps}: Plan again, which has to find nothing to do");
    stage.step(&part, &["plan", "-detailed-exitcode"]).await?;
    Ok(())
}

/// Destroys all of it, and looks whether anything is left.
async fn clear(stage: Stage<'_>, part: &str) -> Result<(), Stopped> {
    if stage.script.is_some() {
        stage.step(part, &["destroy", "-auto-approve"]).await?;
    } else {
        // What is destroyed was on the screen a moment ago: its plan is not shown again.
        stage.silently(&["plan", "-destroy", "-out=destroy.tfplan"]).await?;
        stage.step(part, &["apply", "destroy.tfplan"]).await?;
    }
    let left = held(stage.emulator);
    if !left.is_empty() {
        holdings::show(stage.screen, &left);
        return Err(Stopped::because(format!("The tenant is not empty after destroy.\n{REPORT}")));
    }
    if !stage.is_quiet() {
        stage.screen.good("The tenant is empty again.");
    }
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

/// Shows what the tenant holds. Whatever is not ready there, or fails a check of the configuration's own, is an error.
async fn judge(stage: Stage<'_>, part: &str) -> Result<(), Stopped> {
    stage.begin(part)?;
    let held = held(stage.emulator);
    stage.keep(holdings::whole(&held).iter().map(String::as_str))?;
    if !stage.is_quiet() {
        holdings::show(stage.screen, &held);
    }
    // A script keeps a state for each tenant, and its checks are told there.
    let checks = if stage.script.is_some() { Vec::new() } else { stage.checks().await? };
    let failed = checks.iter().filter(|(_, passed)| !passed);
    let mut wrong = verdict::wrong(&held);
    wrong.extend(failed.map(|(name, _)| format!("The check {name} of the configuration did not pass.")));
    if !wrong.is_empty() {
        if stage.is_quiet() {
            holdings::show(stage.screen, &held);
        }
        let wrong = wrong.join("\n  ");
        return Err(Stopped::because(format!("The tenant does not hold what it should:\n  {wrong}\n{REPORT}")));
    }
    let mut good: Vec<_> = checks.iter().map(|(name, _)| format!("The check {name} passed.")).collect();
    good.extend(verdict::ready(&held));
    stage.end(part, good.last().map_or("All is there.", String::as_str));
    if !stage.is_quiet() {
        good.iter().for_each(|good| stage.screen.good(good));
    }
    Ok(())
}

/// The tenants that hold something.
fn held(emulator: &Emulator) -> Vec<(String, Snapshot)> {
    let mut all = emulator.snapshots();
    all.retain(|(_, held)| !held.is_empty());
    all
}

/// Lets happen to the laptops what the scenario tells.
fn play(stage: Stage<'_>, part: &str, besides: &Besides) -> Result<(), Stopped> {
    let Stage { screen, emulator, .. } = stage;
    stage.begin(part)?;
    for played in &besides.played {
        emulator
            .enroll(played.enroll.to_string().as_bytes())
            .map_err(|why| Stopped::because(format!("{} But {why}.\n{REPORT}", played.says)))?;
        if !stage.is_quiet() {
            screen.line(&format!("{}\n", played.says));
            holdings::show_last_deployment(screen, &emulator.snapshot());
        }
    }
    let failed = verdict::failed(&emulator.snapshot());
    if !failed.is_empty() {
        return Err(Stopped::because(format!("{}\n{REPORT}", failed.join("\n"))));
    }
    let succeeded = format!("{} succeeded.", counted(besides.played.len(), "deployment", "deployments"));
    if !stage.is_quiet() {
        screen.good(&succeeded);
    }
    stage.end(part, &succeeded);
    Ok(())
}

/// Serves the tenant until somebody asks to stop.
async fn stay(stage: Stage<'_>, home: &Path) -> Result<(), Stopped> {
    let Stage { workspace, program, screen, .. } = stage;
    screen.heading("Kept");
    screen.line("The tenant stays here until you press Ctrl-C. To work on it, type in another terminal:\n");
    for (name, value) in workspace.environment() {
        let line = Shell::USUAL.line(&name.to_string_lossy(), &value.to_string_lossy());
        screen.verbatim(&format!("  {}", line.trim_end()));
    }
    screen.verbatim(&format!("  cd '{}'\n  {program} plan\n", workspace.folder().display()));
    let mut signals = Signals::new().map_err(Stopped::while_doing("Cannot wait for Ctrl-C"))?;
    signals.next().await;
    screen.line(&format!("\nThe tenant is gone. The configuration and its state are still in {}.", home.display()));
    Ok(())
}
