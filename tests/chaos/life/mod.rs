//! The life of one tenant: rounds of edits under bad weather, each followed by calm, and in the end a destroy.

mod calm;
mod runs;
mod storm;

use std::{collections::BTreeSet, path::PathBuf};

use fastrand::Rng;
use serde_json::json;

use crate::{
    ending::Ending,
    figures::{Figures, Finding},
    lab::{Lab, SPEED},
    state::{self, Held},
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
    /// Rows whose POST was under way when its process was killed. Nobody can know them from older ones, so they are
    /// adopted, and stay where nobody wants them.
    dead_rows: BTreeSet<String>,
    round: u32,
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
    let mut life = Life {
        seed,
        climate,
        rng,
        lab,
        baseline,
        wish,
        figures: Figures::default(),
        dead_rows: BTreeSet::new(),
        round: 0,
        number: 0,
    };
    for _ in 0..climate.rounds {
        if !life.round() {
            life.say("this life ends here");
            return life.figures;
        }
    }
    life.end();
    life.figures
}

impl Life<'_> {
    /// One round. Whether another one can follow.
    fn round(&mut self) -> bool {
        self.figures.rounds += 1;
        self.round += 1;
        if self.round > 1 {
            let number = self.rng.u32(1..=5);
            for told in edit::edit(&mut self.wish, &mut self.rng, number) {
                self.say(&format!("edit: {told}"));
            }
        }
        self.lab.configure(&self.wish.hcl());
        let registered = self.look().devices();
        let seconds = weather::replication(&mut self.rng, self.climate.replication);
        let ending = self.climate.ending.unwrap_or_else(|| Ending::ALL[self.rng.usize(..Ending::ALL.len())]);
        self.say(&format!("faults {} %, replication {seconds} s, {ending:?}", self.climate.faults));
        self.lab.emulator.configure(|settings| settings.replication_seconds = seconds * SPEED as u64);

        let (applied, dead) = self.storm(ending);
        let goes_on = self.calm(applied);
        for (kind, id) in dead {
            if self.look().has(kind, &id) {
                view::remove(&self.lab, kind, &id);
            }
        }
        if goes_on {
            self.hold(seconds, &registered);
            self.wish.anew.clear();
        }
        goes_on
    }

    /// Whether a row stays where nobody wants it.
    fn may_stay(&self, row: &str) -> bool {
        FROM_OEM.contains(&row) || self.dead_rows.contains(row)
    }

    /// Bad weather from here on.
    fn brew(&mut self) {
        let faults = weather::faults(&mut self.rng, self.climate.faults);
        self.lab.emulator.fail(faults);
    }

    fn look(&self) -> View {
        view::look(&self.lab, &self.baseline)
    }

    fn held(&self) -> Vec<Held> {
        state::read(&self.lab)
    }

    fn note(&mut self, findings: Vec<Finding>) {
        for Finding { sort, text } in findings {
            self.say(&format!("{} {sort:?}: {text}", if sort.is_fault() { "!!!" } else { "   " }));
            self.figures.count(sort);
        }
    }

    fn say(&self, text: &str) {
        crate::say(&format!("[{} {}] {text}", self.seed, self.round));
    }
}
