//! The rows of a fleet: what each wants, and how far it is. Nothing here asks Graph.

use std::{collections::BTreeMap, sync::Arc};

use super::why::Why;
use crate::autopilot::{
    device::Device,
    devices::Registered,
    import_record::{Importer, Maker, Record, State, in_words, is_already_ours},
};

/// What a row of the configuration wants. `None`: whatever is there. An empty text: nothing.
#[derive(Clone, Default)]
pub(super) struct Want {
    pub(super) hash: Option<String>,
    pub(super) group_tag: Option<String>,
    pub(super) user: Option<String>,
    /// What the device calls its user.
    pub(super) greeting: Option<String>,
    pub(super) display_name: Option<String>,
}

/// How a device came to be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// We imported it.
    Imported,
    /// It was there: an OEM, a partner or somebody else registered it.
    Adopted,
}

impl Origin {
    pub(super) fn word(self) -> &'static str {
        match self {
            Origin::Imported => "imported",
            Origin::Adopted => "adopted",
        }
    }
}

/// How far a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Not registered, and nobody is importing it.
    Missing,
    /// Handed over.
    Importing,
    /// Registered, with its id where it is known; not listed yet.
    Unlisted(Option<String>),
    /// Registered and listed.
    Registered(Arc<Device>),
    /// It will not come about, and why.
    Failed(Why),
}

/// The import record of a row.
#[derive(Clone)]
pub(super) struct OfRow {
    pub(super) id: String,
    /// Whether the row's end is its end too: a record of ours, or one that somebody of ours left behind.
    pub(super) is_to_go: bool,
    /// Whether it was complete before this run: its device may be gone since.
    pub(super) is_old: bool,
    /// Whether it proves that the device was imported here.
    pub(super) is_proof: bool,
}

impl OfRow {
    /// The record of what was handed over in this run.
    pub(super) fn new(id: String) -> OfRow {
        OfRow { id, is_to_go: true, is_old: false, is_proof: false }
    }

    /// A record that was found.
    pub(super) fn found(record: &Record, maker: Maker) -> OfRow {
        let is_complete = matches!(record.state, State::Complete(_));
        OfRow {
            id: record.id.clone(),
            is_to_go: maker == Maker::Own || (maker == Maker::Elsewhere && record.state != State::Working),
            is_old: is_complete && maker != Maker::Other,
            is_proof: is_complete && maker == Maker::Own,
        }
    }
}

/// One row.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) want: Want,
    /// Whether the device is another one than before: what is known of the old one does not count.
    pub(super) is_other_machine: bool,
    pub(super) origin: Option<Origin>,
    pub(super) phase: Phase,
    /// Whether an import of ours was complete, whatever is found of it now.
    pub(super) is_proven: bool,
    /// The fingerprint of the machine that is registered, where another resource of this run told it.
    pub(super) machine_there: Option<String>,
    /// Whether it was adopted now, and not in a run before.
    pub(super) is_newly_adopted: bool,
    /// Its import record.
    pub(super) record: Option<OfRow>,
    /// Why group tag, user or name could not be written to a device that is registered.
    pub(super) trouble: Option<Why>,
}

impl Row {
    pub(super) fn new(want: Want) -> Row {
        Row {
            want,
            is_other_machine: false,
            origin: None,
            phase: Phase::Missing,
            is_proven: false,
            machine_there: None,
            is_newly_adopted: false,
            record: None,
            trouble: None,
        }
    }

    pub(super) fn device(&self) -> Option<&Device> {
        match &self.phase {
            Phase::Registered(device) => Some(device),
            _ => None,
        }
    }

    /// Its status in the state.
    pub(super) fn status(&self) -> String {
        match &self.phase {
            Phase::Registered(_) => "registered".to_owned(),
            Phase::Missing if self.want.hash.is_none() => {
                "not registered, and there is no hardware_hash to import".to_owned()
            }
            Phase::Missing => "not imported yet".to_owned(),
            Phase::Importing => "import not finished yet".to_owned(),
            Phase::Unlisted(_) => "imported, not listed yet".to_owned(),
            Phase::Failed(why) => why.reason.clone(),
        }
    }
}

/// All rows that are to be brought in.
pub(in crate::resources) struct Fleet {
    pub(super) importer: Importer,
    pub(super) rows: BTreeMap<String, Row>,
    /// Whether one import or change was sent.
    pub(super) sent: bool,
    /// Ids of import records that could not be deleted at their end.
    pub(super) records_left: Vec<String>,
}

impl Fleet {
    pub(super) fn new(importer: &Importer, rows: impl Iterator<Item = (String, Row)>) -> Fleet {
        Fleet { importer: importer.clone(), rows: rows.collect(), sent: false, records_left: Vec::new() }
    }

    /// The registered device of a row.
    pub(in crate::resources) fn device(&self, serial_number: &str) -> Option<&Device> {
        self.rows.get(serial_number)?.device()
    }

    pub(super) fn fail(&mut self, serial_number: &str, why: Why) {
        if let Some(row) = self.rows.get_mut(serial_number) {
            row.phase = Phase::Failed(why);
        }
    }

    /// Notes that a row is registered, whatever became of its import record.
    pub(super) fn note_registered(&mut self, serial_number: &str, device: &Arc<Device>) {
        if let Some(row) = self.rows.get_mut(serial_number) {
            row.phase = Phase::Registered(device.clone());
            row.record = None;
        }
    }

    /// Notes what an import record says.
    pub(super) fn note(&mut self, serial_number: &str, record: &Record) {
        let Some(row) = self.rows.get_mut(serial_number) else { return };
        if row.record.as_ref().is_none_or(|known| known.id != record.id) {
            row.record = Some(OfRow::new(record.id.clone()));
        }
        match &record.state {
            State::Working => row.phase = Phase::Importing,
            State::Complete(id) => row.phase = Phase::Unlisted(id.clone()),
            State::Refused(name) if is_already_ours(name) => {
                if !row.is_proven {
                    row.origin = Some(Origin::Adopted);
                    row.is_newly_adopted = true;
                }
                row.phase = Phase::Unlisted(None);
            }
            State::Refused(name) => {
                row.origin = None;
                row.phase = Phase::Failed(in_words(name).into());
            }
        }
    }

    /// Notes which of the rows that are registered are listed by now.
    pub(super) fn note_listed(&mut self, registered: &Registered) {
        for (serial_number, row) in &mut self.rows {
            let Phase::Unlisted(id) = &row.phase else { continue };
            let by_id = id.as_deref().and_then(|id| registered.by_id(id));
            if let Some(device) = by_id.or_else(|| registered.by_serial(serial_number)) {
                row.phase = Phase::Registered(device.clone());
            }
        }
    }

    /// The rows whose imports were complete before this run, and that a sync since has not brought in, are not registered
    /// any more. Gives the records that told so.
    pub(super) fn note_gone(&mut self) -> Vec<String> {
        let mut records = Vec::new();
        for row in self.rows.values_mut() {
            if let (Phase::Unlisted(_), Some(record)) = (&row.phase, row.record.take_if(|record| record.is_old)) {
                row.phase = Phase::Missing;
                row.origin = None;
                row.is_proven = record.is_proof;
                records.extend(record.is_to_go.then_some(record.id));
            }
        }
        records
    }

    /// Whether a row waits to be listed since a run before.
    pub(super) fn has_old(&self) -> bool {
        let is_old = |row: &Row| row.record.as_ref().is_some_and(|record| record.is_old);
        self.rows.values().any(|row| matches!(row.phase, Phase::Unlisted(_)) && is_old(row))
    }

    /// The rows that wait to be listed, with their ids where they are known.
    pub(super) fn unlisted(&self) -> Vec<Option<String>> {
        let unlisted = self.rows.values().filter_map(|row| match &row.phase {
            Phase::Unlisted(id) => Some(id.clone()),
            _ => None,
        });
        unlisted.collect()
    }
}
