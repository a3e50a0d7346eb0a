//! Runs without faults, and what is asked of tenant and state after them.

use std::{collections::BTreeMap, time::Duration};

use super::Life;
use crate::{
    compare,
    figures::{Sort, found},
    lab::SPEED,
    told::{self, Planned},
    wish::{FROM_OEM, Kind},
};

impl Life<'_> {
    /// Applies without faults, again where it has to, and plans once more. After a good apply there is nothing left to
    /// do. Whether the state is as configured.
    pub(super) fn calm(&mut self, mut is_done: bool) -> bool {
        let mut applied = false;
        for _ in 0..2 {
            let (before, held) = (self.look(), self.held());
            let apply = self.run("apply in calm", &["apply", "-auto-approve", "-json", "-input=false"]);
            let planned = told::planned(&apply.run.stdout);
            self.note(compare::replacements(&planned, &self.wish));
            self.note(compare::removals(&before, &held, &planned, &self.look()));
            if is_done && !planned.is_empty() {
                self.note(vec![found(Sort::NonEmptyPlan, spelled(&planned))]);
            }
            is_done = false;
            applied = apply.run.code == Some(0);
            if applied {
                break;
            }
            self.note(vec![found(Sort::FailedInCalm, "the apply without faults failed")]);
        }
        if !applied {
            return false;
        }
        let plan = self.run("plan in calm", &["plan", "-json", "-input=false", "-detailed-exitcode"]);
        if plan.run.code != Some(0) {
            self.note(vec![found(Sort::NonEmptyPlan, spelled(&told::planned(&plan.run.stdout)))]);
        }
        true
    }

    /// Holds the tenant against the wish, once everything is seen.
    pub(super) fn hold(&mut self, replication: u64, registered: &BTreeMap<String, String>) {
        self.lab.emulator.advance(Duration::from_secs(replication * SPEED as u64 + 600));
        let (view, held) = (self.look(), self.held());
        let mut findings = compare::taints(&held);
        findings.extend(compare::held_twice(&held));
        findings.extend(compare::as_wished(&self.lab, &self.wish, &held, &view));
        findings.extend(compare::rows_too_many(&self.wish, &view, |row| self.may_stay(row)));
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
            findings.push(found(Sort::RecordsWait, format!("{records} import records")));
        }
        self.note(findings);
    }

    /// Destroys everything, first under faults.
    pub(super) fn end(&mut self) {
        self.round += 1;
        let words = ["destroy", "-auto-approve", "-json", "-input=false"];
        self.brew();
        self.run("destroy under faults", &words);
        let destroy = self.run("destroy in calm", &words);
        if destroy.run.code != Some(0) {
            self.note(vec![found(Sort::FailedInCalm, "the destroy without faults failed")]);
        }
        self.lab.emulator.advance(Duration::from_secs(3600));
        let view = self.look();
        let mut left = Vec::new();
        for kind in Kind::ALL {
            for object in view.of(kind).values() {
                let name = object[kind.naming()].as_str().unwrap_or_default();
                if !self.may_stay(name) {
                    left.push(found(Sort::LeftOver, format!("{kind:?} {name:?}")));
                }
            }
        }
        let records = self.lab.tenant.import_records();
        left.extend(records.iter().map(|record| found(Sort::LeftOver, format!("import record {}", record["id"]))));
        left.extend(self.held().iter().map(|held| found(Sort::LeftOver, format!("{} in the state", held.address))));
        self.note(left);
    }
}

fn spelled(planned: &[Planned]) -> String {
    let changes: Vec<_> = planned.iter().map(|each| format!("{} {}", each.action, each.address)).collect();
    changes.join(", ")
}
