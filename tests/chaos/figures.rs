//! What was found, counted.

use std::{collections::BTreeMap, fmt};

/// What can be wrong, or worth a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sort {
    /// An object of the tenant that is in no state, and has no namesake.
    Orphan,
    /// An object beside its equal, or in the state twice.
    Duplicate,
    Taint,
    /// A replacement that no edit asked for.
    Replacement,
    NonEmptyPlan,
    /// A device that is wanted and not registered.
    LostDevice,
    /// What the plan of an apply did not show and the apply removed.
    Unplanned,
    /// An object that is missing, or is not as configured.
    Wrong,
    /// A run without faults that failed.
    FailedInCalm,
    /// A run that did not end, or a provider without its Terraform.
    Hung,
    /// What destroy has left.
    LeftOver,
    /// Import records of a run that was ended: its import deletes them when it is applied or destroyed next.
    RecordsWait,
    /// An object whose id died with a killed process: its POST is in the journal, its create was under way.
    DiedWithProcess,
    /// A device with another registration than before.
    RegisteredAgain,
}

impl Sort {
    const ALL: [(Sort, &'static str); 14] = [
        (Sort::Orphan, "orphans"),
        (Sort::Duplicate, "duplicates"),
        (Sort::Taint, "taints"),
        (Sort::Replacement, "replacements not asked for"),
        (Sort::NonEmptyPlan, "second plans that are not empty"),
        (Sort::LostDevice, "devices lost"),
        (Sort::Unplanned, "removals that no plan showed"),
        (Sort::Wrong, "objects missing or not as configured"),
        (Sort::FailedInCalm, "failed runs without faults"),
        (Sort::Hung, "runs or providers that did not end"),
        (Sort::LeftOver, "left over after destroy"),
        (Sort::RecordsWait, "times that import records wait for the next apply"),
        (Sort::DiedWithProcess, "ids that died with a killed process"),
        (Sort::RegisteredAgain, "devices registered again"),
    ];

    /// Whether a promise is broken.
    pub(crate) fn is_fault(self) -> bool {
        !matches!(self, Sort::RecordsWait | Sort::DiedWithProcess | Sort::RegisteredAgain)
    }
}

/// One that was found.
pub(crate) struct Finding {
    pub(crate) sort: Sort,
    pub(crate) text: String,
}

pub(crate) fn found(sort: Sort, text: impl Into<String>) -> Finding {
    Finding { sort, text: text.into() }
}

#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) rounds: u32,
    pub(crate) runs: u32,
    /// Runs under faults that failed, and were not ended by us.
    pub(crate) failed: u32,
    /// Runs that were ended before their time.
    pub(crate) cut: u32,
    found: BTreeMap<Sort, u32>,
    /// Each error and warning that a user saw, with where, and how often.
    told: BTreeMap<(&'static str, String), u32>,
}

impl Figures {
    pub(crate) fn count(&mut self, sort: Sort) {
        *self.found.entry(sort).or_default() += 1;
    }

    pub(crate) fn told(&mut self, during: &'static str, text: String) {
        *self.told.entry((during, text)).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: Figures) {
        self.rounds += other.rounds;
        self.runs += other.runs;
        self.failed += other.failed;
        self.cut += other.cut;
        for (sort, number) in other.found {
            *self.found.entry(sort).or_default() += number;
        }
        for (text, number) in other.told {
            *self.told.entry(text).or_default() += number;
        }
    }

    /// Whether every promise was kept.
    pub(crate) fn are_good(&self) -> bool {
        self.found.keys().all(|sort| !sort.is_fault())
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |number: u32, what: &str| writeln!(f, "{number:>6}  {what}");
        line(self.rounds, "rounds")?;
        line(self.runs, "runs")?;
        line(self.cut, "of them ended before their time")?;
        line(self.failed, "of them failed under faults")?;
        for (sort, what) in Sort::ALL {
            line(self.found.get(&sort).copied().unwrap_or_default(), what)?;
        }
        for ((during, text), number) in &self.told {
            writeln!(f, "\n{number} times, {during}: {text}")?;
        }
        Ok(())
    }
}
