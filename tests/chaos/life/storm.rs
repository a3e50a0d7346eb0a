//! A run under faults, and what it leaves.

use std::time::Duration;

use autopilot::emulator::Request;

use super::{Life, runs::is_quiet};
use crate::{
    compare,
    ending::{Cut, Ended, Ending},
    figures::{Sort, found},
    told,
    view::{self, View},
    wish::Kind,
};

impl Life<'_> {
    /// Plans and applies under faults. Answers whether that worked, and what is left of processes that were killed
    /// meanwhile.
    pub(super) fn storm(&mut self, ending: Ending) -> (bool, Vec<(Kind, String)>) {
        self.brew();
        let plan = self.run("plan under faults", &["plan", "-json", "-input=false", "-out=storm.tfplan"]);
        let planned = told::planned(&plan.run.stdout);
        self.note(compare::replacements(&planned, &self.wish));
        if plan.run.code != Some(0) {
            return (false, Vec::new());
        }
        let (before, held) = (self.look(), self.held());
        let made = self.lab.emulator.made().len();
        let (writes, budget) = (self.writes(), 1 + planned.len() as u64 * 3);
        let until = writes + self.rng.u64(1..=budget);
        let after = Duration::from_millis(self.rng.u64(0..60));
        self.brew();
        let apply = {
            let emulator = &self.lab.emulator;
            let has_come = || emulator.requests().iter().map(counted).sum::<u64>() >= until;
            let cut = Cut { ending, has_come: &has_come, after };
            self.start(&["apply", "-json", "-input=false", "storm.tfplan"], Some(&cut))
        };
        self.tell("apply under faults", &apply);
        let after = self.look();
        self.note(compare::removals(&before, &held, &planned, &after));
        self.note(compare::taints(&self.held()));
        if ending.is_kill() && apply.cut.is_some() {
            let rows = compare::rows_of_nobody(&self.lab, &before, &after, &self.held());
            self.note(rows.iter().map(|row| found(Sort::DiedWithProcess, format!("the row {row}"))).collect());
            self.dead_rows.extend(rows);
        }
        // A fleet that is not whole yet is told by a warning.
        (apply.run.code == Some(0) && is_quiet(&apply.run), self.strays(&apply, ending, made, &after))
    }

    /// What no state holds: by a fault, or because a process was killed while it made that.
    fn strays(&mut self, apply: &Ended, ending: Ending, made: usize, view: &View) -> Vec<(Kind, String)> {
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
                self.note(vec![compare::judge(&stray, view)]);
                continue;
            };
            open.swap_remove(creating);
            let text = format!("{:?} {:?} ({}) died with its process", stray.kind, stray.name, stray.id);
            self.note(vec![found(Sort::DiedWithProcess, text)]);
            if stray.kind == Kind::Tag || view::is_everywhere(&self.lab, stray.kind, &stray.id) {
                // It would keep its name, or All Devices, from whoever is made in its place.
                view::remove(&self.lab, stray.kind, &stray.id);
            } else {
                dead.push((stray.kind, stray.id));
            }
        }
        dead
    }

    /// How much the tenant was asked to change so far.
    fn writes(&self) -> u64 {
        self.lab.emulator.requests().iter().map(counted).sum()
    }
}

fn counted(request: &Request) -> u64 {
    if request.method == "GET" { 0 } else { request.count }
}

fn kind_of(address: &str) -> Option<Kind> {
    Kind::of_type(address.split('.').next().unwrap_or_default())
}
