//! Bringing rows in: from what is wanted to what is registered, one step of all rows after the other.
//!
//! Each step notes what it reached in the rows, so that a step that fails or is interrupted forgets nothing. The steps:
//! find what is registered and our own import records, import what is missing, wait for the imports, wait until the devices
//! are listed (asking for a sync), write group tag, user and name, wait until reads show them, delete our import records.

use std::time::Duration;
use tokio::time::Instant;

use super::fleet::{Fleet, OfRow, Origin, Phase};
use super::{importing, listed, properties};
use crate::{
    autopilot::{
        device::Device,
        devices::Registered,
        import_record::{Maker, Record, State, of_each},
        imports,
    },
    graph::{self, Client},
};

/// Takes every row as far as it goes. The error says why it stopped before the end; what was reached stands in the rows.
pub(super) async fn bring_in(graph: &Client, fleet: &mut Fleet, registered: &Registered) -> Result<(), graph::Error> {
    let result = async {
        find(graph, fleet, registered).await?;
        loop {
            importing::send(graph, fleet).await?;
            importing::wait(graph, fleet).await?;
            if listed::wait(graph, fleet, registered.len()).await? {
                break;
            }
        }
        properties::write(graph, fleet, registered.len()).await
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
    let all = imports::list(graph).await?;
    let serial_numbers: Vec<String> = fleet.rows.keys().cloned().collect();
    let records = of_each(&all, &fleet.importer, serial_numbers.iter().map(String::as_str));
    let mut stale = Vec::new();
    for (serial_number, row) in &mut fleet.rows {
        if row.phase != Phase::Missing {
            continue;
        }
        let device = registered.by_serial(serial_number).filter(|_| !row.is_other_machine);
        let found = records.get(serial_number.as_str());
        stale.extend(found.into_iter().flat_map(|found| &found.further).map(|record| record.id.clone()));
        let is_own = found.is_some_and(|found| found.maker == Maker::Own);
        // A run before this one sent it and did not live to tell.
        fleet.sent |= is_own;
        let origin = |is_imported: bool| Some(if is_imported { Origin::Imported } else { Origin::Adopted });
        match (device, found) {
            (Some(device), found) => {
                row.origin = origin(is_own && found.is_some_and(|found| is_of(found.record, device)));
                row.phase = Phase::Registered(device.clone());
                row.record =
                    found.map(|found| OfRow::found(found.record, found.maker)).filter(|record| record.is_to_go);
            }
            (None, Some(found)) => match &found.record.state {
                // What an earlier run was refused is tried again; so is what it did for another machine.
                State::Refused(_) => stale.extend(is_own.then(|| found.record.id.clone())),
                State::Complete(_) if row.is_other_machine => stale.extend(is_own.then(|| found.record.id.clone())),
                State::Complete(id) => {
                    row.origin = origin(is_own);
                    row.phase = Phase::Unlisted(id.clone());
                    row.record = Some(OfRow::found(found.record, found.maker));
                }
                State::Working => {
                    row.origin = origin(is_own);
                    row.phase = Phase::Importing;
                    row.record = Some(OfRow::found(found.record, found.maker));
                }
            },
            (None, None) => {}
        }
        row.is_newly_adopted = row.origin == Some(Origin::Adopted);
    }
    fleet.records_left.extend(imports::delete(graph, &stale).await);
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
async fn delete_records(graph: &Client, fleet: &mut Fleet, result: &Result<(), graph::Error>) {
    // A device that was not listed in all that time was deregistered since: the next run imports it anew.
    let timed_out = matches!(result, Err(graph::Error::TimedOut { .. }));
    let finished = fleet.rows.values().filter(|row| match &row.phase {
        Phase::Registered(_) | Phase::Failed(_) => true,
        Phase::Unlisted(_) => timed_out,
        Phase::Missing | Phase::Importing => false,
    });
    let records = finished.filter_map(|row| row.record.as_ref()).filter(|record| record.is_to_go);
    let ids: Vec<_> = records.map(|record| record.id.clone()).collect();
    if graph.is_cancelled() {
        fleet.records_left.extend(ids);
    } else if !ids.is_empty() {
        // The deadline may have passed; this much is always worth it.
        let graph = graph.until(Instant::now() + Duration::from_secs(60).max(Duration::from_millis(300) * count(&ids)));
        fleet.records_left.extend(imports::delete(&graph, &ids).await);
    }
}

fn count(ids: &[String]) -> u32 {
    u32::try_from(ids.len()).unwrap_or(u32::MAX)
}
