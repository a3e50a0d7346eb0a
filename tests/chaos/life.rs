//! The life of one tenant: rounds of edits under bad weather, each followed by calm, and in the end a destroy.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use fastrand::Rng;
use regex::Regex;
use serde_json::json;

use crate::{
    compare,
    ending::{self, Ended, Ending, Moment},
    figures::{Figures, Finding, Sort, found},
    lab::{Lab, SPEED},
    run::{Diagnostic, Run},
    state::{self, Held},
    told::{self, Planned},
    view::{self, Baseline, View},
    weather,
    wish::{FROM_OEM, Kind, Wish, edit},
};

/// What all lives are told.
pub(crate) struct Climate {
    pub(crate) rounds: u32,
    pub(crate) devices: u32,
    /// Of a hundred requests so many meet a fault.
    pub(crate) faults: f64,
    /// How runs end. None: in any way.
    pub(crate) ending: Option<Ending>,
    /// How long Entra takes at most until a write is seen, in seconds of the provider.
    pub(crate) replication: u64,
    /// Where each run's configuration, state and output are kept.
    pub(crate) trace: Option<PathBuf>,
}

/// One tenant, and what is known of it.
struct Life<'a> {
    seed: u64,
    climate: &'a Climate,
    rng: Rng,
    lab: Lab,
    baseline: Baseline,
    wish: Wish,
    figures: Figures,
    /// How many runs there were: each has files of its own.
    number: u32,
}

/// Lives one life and tells what became of it.
pub(crate) fn live(seed: u64, climate: &Climate) -> Figures {
    let mut rng = Rng::with_seed(seed);
    let lab = Lab::new();
    let from_oem = FROM_OEM.map(|serial| json!({ "serialNumber": serial }));
    lab.emulator.plant(json!({ "devices": from_oem }).to_string().as_bytes()).expect("the OEM's devices");
    let baseline = view::look(&lab, &Baseline::new()).ids();
    // The OEM's devices are to be looked at too: they may be tagged, and never be lost.
    let devices: Baseline = view::look(&lab, &Baseline::new()).of(Kind::Import).keys().cloned().collect();
    let baseline = baseline.difference(&devices).cloned().collect();
    let wish = Wish::invent(&mut rng, climate.devices);
    let mut life = Life { seed, climate, rng, lab, baseline, wish, figures: Figures::default(), number: 0 };
    for round in 1..=climate.rounds {
        if !life.round(round) {
            life.say(round, "this life ends here");
            return life.figures;
        }
    }
    life.end();
    life.figures
}

impl Life<'_> {
    /// One round. Whether another one can follow.
    fn round(&mut self, round: u32) -> bool {
        self.figures.rounds += 1;
        if round > 1 {
            let number = self.rng.u32(1..=5);
            for told in edit::edit(&mut self.wish, &mut self.rng, number) {
                self.say(round, &format!("edit: {told}"));
            }
        }
        self.lab.configure(&self.wish.hcl());
        let registered = view::look(&self.lab, &self.baseline).devices();
        let seconds = weather::replication(&mut self.rng, self.climate.replication);
        let ending = self.climate.ending.unwrap_or_else(|| Ending::ALL[self.rng.usize(..Ending::ALL.len())]);
        self.say(round, &format!("faults {} %, replication {seconds} s, {ending:?}", self.climate.faults));
        self.lab.emulator.configure(|settings| settings.replication_seconds = seconds * SPEED as u64);

        let (applied, dead) = self.storm(round, ending);
        let goes_on = self.calm(round, applied);
        for (kind, id) in dead {
            if view::look(&self.lab, &self.baseline).has(kind, &id) {
                view::remove(&self.lab, kind, &id);
            }
        }
        if goes_on {
            self.hold(round, seconds, &registered);
            self.wish.anew.clear();
        }
        goes_on
    }

    /// Plans and applies under faults. Answers whether that worked, and what is left of processes that were killed
    /// meanwhile.
    fn storm(&mut self, round: u32, ending: Ending) -> (bool, Vec<(Kind, String)>) {
        let never = Moment { has_come: &|| false, after: Duration::ZERO };
        self.brew();
        let plan = self.run(&["plan", "-json", "-input=false", "-out=storm.tfplan"], Ending::None, &never);
        self.lab.emulator.fail(Vec::new());
        let planned = told::planned(&plan.run.stdout);
        self.tell(round, "plan under faults", &plan);
        self.note(round, compare::replacements(&planned, &self.wish));
        if plan.run.code != Some(0) {
            return (false, Vec::new());
        }
        let (before, held) = (self.look(), self.held());
        let made = self.lab.emulator.made().len();
        let (writes, budget) = (self.writes(), 1 + planned.len() as u64 * 4);
        let until = writes + self.rng.u64(1..=budget);
        let after = Duration::from_millis(self.rng.u64(0..60));
        self.brew();
        let emulator = &self.lab.emulator;
        let has_come = || emulator.requests().iter().map(counted).sum::<u64>() >= until;
        let moment = Moment { has_come: &has_come, after };
        let words = ["apply", "-json", "-input=false", "storm.tfplan"];
        let output = self.output(self.number + 1);
        let apply = ending::run(self.lab.command(&words), &output, &state::file(&self.lab), ending, &moment);
        self.number += 1;
        self.lab.emulator.fail(Vec::new());
        self.tell(round, "apply under faults", &apply);
        let after = self.look();
        self.note(round, compare::removals(&before, &held, &planned, &after));
        self.note(round, compare::taints(&self.held()));
        // A fleet that is not whole yet is told by a warning.
        (apply.run.code == Some(0) && apply.run.warnings().is_empty(), self.strays(round, &apply, ending, made, &after))
    }

    /// What no state holds: by a fault, or because a process was killed while it made that.
    fn strays(&mut self, round: u32, apply: &Ended, ending: Ending, made: usize, view: &View) -> Vec<(Kind, String)> {
        let journal = self.lab.emulator.made();
        let mut open: Vec<Option<Kind>> = match &apply.cut {
            Some(said) if ending.is_kill() => told::being_created(said).iter().map(|at| kind_of(at)).collect(),
            _ => Vec::new(),
        };
        let mut dead = Vec::new();
        for stray in compare::strays(view, &self.held()) {
            let journalled = journal.iter().skip(made).any(|made| made.id == stray.id);
            let creating = open.iter().position(|kind| *kind == Some(stray.kind)).filter(|_| journalled);
            let Some(creating) = creating else {
                self.note(round, vec![compare::judge(&stray, view)]);
                continue;
            };
            open.swap_remove(creating);
            let text = format!("{:?} {:?} ({}) died with its process", stray.kind, stray.name, stray.id);
            self.note(round, vec![found(Sort::DiedWithProcess, text)]);
            if stray.kind == Kind::Tag || view::is_everywhere(&self.lab, stray.kind, &stray.id) {
                // It would keep its name, or All Devices, from whoever is made in its place.
                view::remove(&self.lab, stray.kind, &stray.id);
            } else {
                dead.push((stray.kind, stray.id));
            }
        }
        dead
    }

    /// Applies without faults, again where it has to, and plans once more. After a good apply there is nothing left to
    /// do. Whether the state is as configured.
    fn calm(&mut self, round: u32, mut is_done: bool) -> bool {
        let never = Moment { has_come: &|| false, after: Duration::ZERO };
        let mut applied = false;
        for _ in 0..2 {
            let (before, held) = (self.look(), self.held());
            let apply = self.run(&["apply", "-auto-approve", "-json", "-input=false"], Ending::None, &never);
            let planned = told::planned(&apply.run.stdout);
            self.tell(round, "apply in calm", &apply);
            self.note(round, compare::replacements(&planned, &self.wish));
            self.note(round, compare::removals(&before, &held, &planned, &self.look()));
            if is_done && !planned.is_empty() {
                self.note(round, vec![found(Sort::NonEmptyPlan, spelled(&planned))]);
            }
            is_done = false;
            applied = apply.run.code == Some(0);
            if applied {
                break;
            }
            self.note(round, vec![found(Sort::FailedInCalm, "the apply without faults failed")]);
        }
        if !applied {
            return false;
        }
        let plan = self.run(&["plan", "-json", "-input=false", "-detailed-exitcode"], Ending::None, &never);
        self.tell(round, "plan in calm", &plan);
        if plan.run.code != Some(0) {
            self.note(round, vec![found(Sort::NonEmptyPlan, spelled(&told::planned(&plan.run.stdout)))]);
        }
        true
    }

    /// Holds the tenant against the wish, once everything is seen.
    fn hold(&mut self, round: u32, replication: u64, registered: &BTreeMap<String, String>) {
        self.lab.emulator.advance(Duration::from_secs(replication * SPEED as u64 + 600));
        let (view, held) = (self.look(), self.held());
        let mut findings = compare::taints(&held);
        findings.extend(compare::held_twice(&held));
        findings.extend(compare::as_wished(&self.lab, &self.wish, &held, &view).into_iter().filter(|found| {
            // An OEM's device stays where nobody wants it.
            !FROM_OEM.iter().any(|serial| found.sort == Sort::Orphan && found.text.starts_with(serial))
        }));
        findings.extend(compare::strays(&view, &held).iter().map(|stray| compare::judge(stray, &view)));
        let now = view.devices();
        for (serial, before) in registered {
            let is_other = now.get(serial).is_some_and(|id| id != before);
            if is_other && self.wish.devices().contains_key(serial) {
                findings.push(found(Sort::RegisteredAgain, format!("{serial} was {before}")));
            }
            if !now.contains_key(serial) && FROM_OEM.contains(&serial.as_str()) {
                findings.push(found(Sort::LostDevice, format!("{serial} is the OEM's, and gone")));
            }
        }
        let records = self.lab.tenant.import_records().len();
        if records > 0 {
            findings.push(found(Sort::LeftOver, format!("{records} import records")));
        }
        self.note(round, findings);
    }

    /// Destroys everything, first under faults.
    fn end(&mut self) {
        let round = self.climate.rounds + 1;
        let never = Moment { has_come: &|| false, after: Duration::ZERO };
        let words = ["destroy", "-auto-approve", "-json", "-input=false"];
        self.brew();
        let destroy = self.run(&words, Ending::None, &never);
        self.lab.emulator.fail(Vec::new());
        self.tell(round, "destroy under faults", &destroy);
        let destroy = self.run(&words, Ending::None, &never);
        self.tell(round, "destroy in calm", &destroy);
        if destroy.run.code != Some(0) {
            self.note(round, vec![found(Sort::FailedInCalm, "the destroy without faults failed")]);
        }
        self.lab.emulator.advance(Duration::from_secs(3600));
        let view = self.look();
        let mut left = Vec::new();
        for kind in Kind::ALL {
            for object in view.of(kind).values() {
                let name = object[kind.naming()].as_str().unwrap_or_default();
                if !FROM_OEM.contains(&name) {
                    left.push(found(Sort::LeftOver, format!("{kind:?} {name:?}")));
                }
            }
        }
        left.extend(self.held().iter().map(|held| found(Sort::LeftOver, format!("{} in the state", held.address))));
        self.note(round, left);
    }

    /// Bad weather from here on.
    fn brew(&mut self) {
        let faults = weather::faults(&mut self.rng, self.climate.faults);
        self.lab.emulator.fail(faults);
    }

    fn run(&mut self, words: &[&str], ending: Ending, moment: &Moment<'_>) -> Ended {
        self.number += 1;
        let output = self.output(self.number);
        ending::run(self.lab.command(words), &output, &state::file(&self.lab), ending, moment)
    }

    /// Where a run's output goes; what it works with is kept beside it.
    fn output(&self, number: u32) -> PathBuf {
        let folder = match &self.climate.trace {
            Some(trace) => trace.join(format!("life-{}", self.seed)),
            None => self.lab.home.path().join("runs"),
        };
        fs::create_dir_all(&folder).expect("the folder can be made");
        let output = folder.join(format!("{number:03}"));
        for (name, extension) in [("main.tf", "tf"), ("terraform.tfstate", "tfstate")] {
            let _ = fs::copy(self.lab.folder().join(name), Path::new(&output).with_extension(extension));
        }
        output
    }

    fn look(&self) -> View {
        view::look(&self.lab, &self.baseline)
    }

    fn held(&self) -> Vec<Held> {
        state::read(&self.lab)
    }

    /// How much the tenant was asked to change so far.
    fn writes(&self) -> u64 {
        self.lab.emulator.requests().iter().map(counted).sum()
    }

    /// Counts a run and tells its errors.
    fn tell(&mut self, round: u32, during: &'static str, ended: &Ended) {
        self.figures.runs += 1;
        let code = ended.run.code;
        let cut = if ended.cut.is_some() { ", ended by us" } else { "" };
        self.say(round, &format!("run {:03}, {during}: exit {code:?}{cut}", self.number));
        if ended.cut.is_some() {
            self.figures.cut += 1;
        } else if !matches!(code, Some(0 | 2)) && during.ends_with("under faults") {
            self.figures.failed += 1;
        }
        let during = if ended.cut.is_some() { "ended by us" } else { during };
        for error in errors(&ended.run) {
            self.say(round, &format!("error: {error}"));
            self.figures.told(during, error);
        }
        for warning in ended.run.warnings() {
            let warning = format!("warning: {}", without_ids(&warning));
            self.say(round, &warning);
            self.figures.told(during, warning);
        }
        if ended.hung {
            self.note(round, vec![found(Sort::Hung, format!("{during} did not end"))]);
        }
        if ended.outlived {
            self.note(round, vec![found(Sort::Hung, "the provider went on without Terraform")]);
        }
    }

    fn note(&mut self, round: u32, findings: Vec<Finding>) {
        for Finding { sort, text } in findings {
            self.say(round, &format!("{} {sort:?}: {text}", if sort.is_fault() { "!!!" } else { "   " }));
            self.figures.count(sort);
        }
    }

    fn say(&self, round: u32, text: &str) {
        crate::say(&format!("[{} {round}] {text}", self.seed));
    }
}

fn counted(request: &autopilot::emulator::Request) -> u64 {
    if request.method == "GET" { 0 } else { request.count }
}

fn spelled(planned: &[Planned]) -> String {
    let changes: Vec<_> = planned.iter().map(|each| format!("{} {}", each.action, each.address)).collect();
    changes.join(", ")
}

fn kind_of(address: &str) -> Option<Kind> {
    Kind::of_type(address.split('.').next().unwrap_or_default())
}

/// The errors of a run.
fn errors(run: &Run) -> Vec<String> {
    let mut errors: Vec<_> = run.errors().iter().map(without_ids).collect();
    if errors.is_empty() && run.code == Some(1) {
        errors.push(run.stderr.lines().take(5).collect::<Vec<_>>().join(" "));
    }
    errors
}

/// What was told, with ids left out so that equal things are counted together.
fn without_ids(told: &Diagnostic) -> String {
    let ids = Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").expect("a pattern");
    let text = format!("{}: {}", told.summary, told.detail.replace('\n', " "));
    ids.replace_all(&text, "ID").chars().take(500).collect()
}
