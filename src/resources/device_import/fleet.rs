//! Bringing rows in: from what is wanted to what is registered, one step of all rows after the other.
//!
//! Each step notes what it reached in the rows, so that a step that fails or is interrupted forgets nothing. The steps:
//! find what is registered and our own import records, import what is missing, wait for the imports, wait until the devices
//! are listed (asking for a sync), write group tag, user and name, wait until reads show them, delete our import records.

use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

use super::records::{self, Record, State};
use super::registered::{Device, Registered};
use super::report::Why;
use super::{properties, sync};
use crate::graph::{self, Client};

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
    Registered(Device),
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
            State::Refused(name) if records::is_already_ours(name) => {
                row.origin = Some(Origin::Adopted);
                row.phase = Phase::Unlisted(None);
            }
            State::Refused(name) => {
                row.origin = None;
                row.phase = Phase::Failed(records::in_words(name).into());
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

/// Takes every row as far as it goes. The error says why it stopped before the end; what was reached stands in the rows.
pub(super) async fn bring_in(graph: &Client, fleet: &mut Fleet, registered: &Registered) -> Result<(), graph::Error> {
    let result = async {
        find(graph, fleet, registered).await?;
        records::send(graph, fleet).await?;
        records::wait(graph, fleet).await?;
        sync::wait_until_listed(graph, fleet).await?;
        properties::write(graph, fleet).await
    }
    .await;
    delete_records(graph, fleet, &result).await;
    result
}

/// Finds what is registered, and what our own imports of an earlier run have come to.
async fn find(graph: &Client, fleet: &mut Fleet, registered: &Registered) -> Result<(), graph::Error> {
    if fleet.rows.values().all(|row| row.phase != Phase::Missing) {
        return Ok(());
    }
    let all = records::list(graph).await?;
    let records = records::of_rows(&all, &fleet.tenant, fleet.rows.keys().map(String::as_str));
    let mut stale = Vec::new();
    for (serial_number, row) in &mut fleet.rows {
        if row.phase != Phase::Missing {
            continue;
        }
        let device = registered.by_serial(serial_number).filter(|_| !row.is_other_machine);
        let record = records.get(serial_number).copied();
        // A run before this one sent it and did not live to tell.
        fleet.sent |= record.is_some_and(|(_, own)| own);
        match (device, record) {
            (Some(device), record) => {
                let imported = record.is_some_and(|(record, own)| own && is_of(record, device));
                row.origin = Some(if imported { Origin::Imported } else { Origin::Adopted });
                row.phase = Phase::Registered(device.clone());
                row.record = record.filter(|(_, own)| *own).map(|(record, _)| record.id.clone());
            }
            (None, Some((record, own))) => match &record.state {
                // What an earlier run was refused is tried again; so is what it did for another machine.
                State::Refused(_) => stale.push(record.id.clone()),
                State::Complete(_) if row.is_other_machine => stale.push(record.id.clone()),
                State::Complete(id) => {
                    row.origin = Some(Origin::Imported);
                    row.phase = Phase::Unlisted(id.clone());
                    row.record = Some(record.id.clone());
                }
                State::Working => {
                    row.origin = Some(if own { Origin::Imported } else { Origin::Adopted });
                    row.phase = Phase::Importing;
                    row.record = Some(record.id.clone());
                }
            },
            (None, None) => {}
        }
    }
    records::delete(graph, &stale).await;
    Ok(())
}

/// Whether a record is the import that registered this device.
fn is_of(record: &Record, device: &Device) -> bool {
    match &record.state {
        State::Complete(Some(id)) => id.eq_ignore_ascii_case(&device.id),
        State::Complete(None) => true,
        State::Working | State::Refused(_) => false,
    }
}

/// Deletes the records of the rows that are finished, one way or the other. Last, so that until then a kill loses nothing.
async fn delete_records(graph: &Client, fleet: &Fleet, result: &Result<(), graph::Error>) {
    if graph.is_cancelled() {
        return;
    }
    // A device that was not listed in all that time was deregistered since: the next run imports it anew.
    let timed_out = matches!(result, Err(graph::Error::TimedOut { .. }));
    let finished = fleet.rows.values().filter(|row| match &row.phase {
        Phase::Registered(_) | Phase::Failed(_) => true,
        Phase::Unlisted(_) => timed_out,
        Phase::Missing | Phase::Importing => false,
    });
    let ids: Vec<_> = finished.filter_map(|row| row.record.clone()).collect();
    if !ids.is_empty() {
        // The deadline may have passed; this much is always worth it.
        let graph = graph.until(Instant::now() + Duration::from_secs(60).max(Duration::from_millis(300) * count(&ids)));
        records::delete(&graph, &ids).await;
    }
}

fn count(ids: &[String]) -> u32 {
    u32::try_from(ids.len()).unwrap_or(u32::MAX)
}
