//! Runs of Terraform, counted and told.

use std::fs;

use regex::Regex;

use super::Life;
use crate::{
    ending::{self, Cut, Ended},
    figures::{Sort, found},
    run::{Diagnostic, Run},
    state,
};

impl Life<'_> {
    /// A run that ends by itself. The weather is good again after it.
    pub(super) fn run(&mut self, during: &'static str, words: &[&str]) -> Ended {
        let ended = self.start(words, None);
        self.tell(during, &ended);
        ended
    }

    /// A run that may be cut. What it works with is kept beside its output.
    pub(super) fn start(&self, words: &[&str], cut: Option<&Cut<'_>>) -> Ended {
        let folder = match &self.climate.trace {
            Some(trace) => trace.join(format!("life-{}", self.seed)),
            None => self.lab.home.path().join("runs"),
        };
        fs::create_dir_all(&folder).expect("the folder can be made");
        let output = folder.join(format!("{:03}", self.number + 1));
        for (name, extension) in [("main.tf", "tf"), ("terraform.tfstate", "tfstate")] {
            // There is no state at first.
            let _ = fs::copy(self.lab.folder().join(name), output.with_extension(extension));
        }
        let ended = ending::run(self.lab.command(words), &output, &state::file(&self.lab), cut);
        self.lab.emulator.fail(Vec::new());
        ended
    }

    /// Counts a run and tells its errors.
    pub(super) fn tell(&mut self, during: &'static str, ended: &Ended) {
        self.figures.runs += 1;
        self.number += 1;
        let code = ended.run.code;
        let cut = if ended.cut.is_some() { ", ended by us" } else { "" };
        self.say(&format!("run {:03}, {during}: exit {code:?}{cut}", self.number));
        if ended.cut.is_some() {
            self.figures.cut += 1;
        } else if !matches!(code, Some(0 | 2)) && during.ends_with("under faults") {
            self.figures.failed += 1;
        }
        let during = if ended.cut.is_some() { "ended by us" } else { during };
        for error in errors(&ended.run) {
            self.say(&format!("error: {error}"));
            self.figures.told(during, error);
        }
        for warning in warnings(&ended.run) {
            self.say(&warning);
            self.figures.told(during, warning);
        }
        if ended.hung {
            self.note(vec![found(Sort::Hung, format!("{during} did not end"))]);
        }
        if ended.outlived {
            self.note(vec![found(Sort::Hung, "the provider went on without Terraform")]);
        }
    }
}

/// The errors of a run.
fn errors(run: &Run) -> Vec<String> {
    let mut errors: Vec<_> = run.errors().iter().map(without_ids).collect();
    if errors.is_empty() && run.code == Some(1) {
        errors.push(run.stderr.lines().take(5).collect::<Vec<_>>().join(" "));
    }
    errors
}

/// Whether it warned of nothing.
pub(super) fn is_quiet(run: &Run) -> bool {
    warnings(run).is_empty()
}

/// The warnings of a run, but for the one that is meant: the OEM's devices stay.
fn warnings(run: &Run) -> Vec<String> {
    let warnings = run.warnings().into_iter().filter(|told| told.summary != "Adopted Devices Stay Registered");
    warnings.map(|told| format!("warning: {}", without_ids(&told))).collect()
}

/// What was told, with ids left out so that equal things are counted together.
fn without_ids(told: &Diagnostic) -> String {
    let ids = Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").expect("a pattern");
    let text = format!("{}: {}", told.summary, told.detail.replace('\n', " "));
    ids.replace_all(&text, "ID").chars().take(500).collect()
}
