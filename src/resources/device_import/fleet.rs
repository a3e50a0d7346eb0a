//! The rows of a fleet: what each wants, and how far it is. Nothing here asks Graph.

use std::{collections::BTreeMap, sync::Arc};

use super::why::Why;
use crate::autopilot::{
    device::Device,
    devices::Registered,
    import_record::{Record, State, in_words, is_already_ours},
};

/// What a row of the configuration wants. `None`: whatever is there. An empty text: nothing.
#[derive(Clone, Default)]
pub(super) struct Want {
    pub(super) hash: Option<String>,
    pub(super) group_tag: Option<String>,
    pub(super) user: Option<String>,
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

/// One row.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) want: Want,
    /// Whether the device is another one than before: what is known of the old one does not count.
    pub(super) is_other_machine: bool,
    pub(super) origin: Option<Origin>,
    pub(super) phase: Phase,
    /// The id of its import record.
    pub(super) record: Option<String>,
    /// Why group tag, user or name could not be written to a device that is registered.
    pub(super) trouble: Option<Why>,
}

impl Row {
    pub(super) fn new(want: Want) -> Row {
        Row { want, is_other_machine: false, origin: None, phase: Phase::Missing, record: None, trouble: None }
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
pub(super) struct Fleet {
    pub(super) tenant: String,
    pub(super) rows: BTreeMap<String, Row>,
    /// Whether one import or change was sent.
    pub(super) sent: bool,
}

impl Fleet {
    pub(super) fn fail(&mut self, serial_number: &str, why: Why) {
        if let Some(row) = self.rows.get_mut(serial_number) {
            row.phase = Phase::Failed(why);
        }
    }

    /// Notes what an import record says.
    pub(super) fn note(&mut self, serial_number: &str, record: &Record) {
        let Some(row) = self.rows.get_mut(serial_number) else { return };
        row.record = Some(record.id.clone());
        match &record.state {
            State::Working => row.phase = Phase::Importing,
            State::Complete(id) => row.phase = Phase::Unlisted(id.clone()),
            State::Refused(name) if is_already_ours(name) => {
                row.origin = Some(Origin::Adopted);
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

    /// The rows that wait to be listed, with their ids where they are known.
    pub(super) fn unlisted(&self) -> Vec<Option<String>> {
        let unlisted = self.rows.values().filter_map(|row| match &row.phase {
            Phase::Unlisted(id) => Some(id.clone()),
            _ => None,
        });
        unlisted.collect()
    }
}
