//! The imports of a fleet: handing its hashes over, and waiting until the service is done with them.

use super::fleet::{Fleet, OfRow, Origin, Phase};
use super::why::{Why, count};
use crate::{
    autopilot::{
        devices,
        imports::{self, Wanted},
    },
    graph::{Client, Error, Patience},
};

/// Hands over every row that is missing and has a hash.
pub(super) async fn send(graph: &Client, fleet: &mut Fleet) -> Result<(), Error> {
    let missing = fleet.rows.iter().filter(|(_, row)| row.phase == Phase::Missing);
    let wanted: Vec<_> = missing
        .filter_map(|(serial_number, row)| {
            Some(Wanted {
                serial_number,
                hash: row.want.hash.as_deref()?,
                group_tag: row.want.group_tag.as_deref(),
                user: row.want.user.as_deref(),
            })
        })
        .collect();
    let handed_over = imports::hand_over(graph, &fleet.importer, &wanted).await;
    fleet.sent |= handed_over.sent;
    for (serial_number, record) in handed_over.accepted {
        if let Some(row) = fleet.rows.get_mut(&serial_number) {
            row.origin = Some(Origin::Imported);
            row.phase = Phase::Importing;
            row.record = record.map(OfRow::new);
        }
    }
    for (serial_number, error) in &handed_over.refused {
        fleet.fail(serial_number, Why::from(error));
    }
    handed_over.stopped.map_or(Ok(()), Err)
}

/// Waits until the service is done with every row that is being imported.
pub(super) async fn wait(graph: &Client, fleet: &mut Fleet) -> Result<(), Error> {
    let mut patience = Patience::default();
    loop {
        let importing = fleet.rows.iter().filter(|(_, row)| row.phase == Phase::Importing);
        let waiting: Vec<(String, Option<String>)> = importing
            .map(|(serial_number, row)| (serial_number.clone(), row.record.as_ref().map(|record| record.id.clone())))
            .collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let records = imports::look(graph, &fleet.importer, &waiting).await?;
        for (serial_number, _) in &waiting {
            if let Some(record) = records.get(serial_number) {
                fleet.note(serial_number, record);
            }
        }
        if waiting.iter().any(|(serial_number, _)| !records.contains_key(serial_number)) {
            // Whoever imports the same device deletes the record once the device is listed.
            let registered = devices::registered(graph).await?;
            for (serial_number, _) in waiting.iter().filter(|(serial_number, _)| !records.contains_key(serial_number)) {
                match registered.by_serial(serial_number) {
                    Some(device) => fleet.note_registered(serial_number, device),
                    None => {
                        let why = "its import record was deleted before the import was finished; apply again";
                        fleet.fail(serial_number, why.into());
                    }
                }
            }
        }
        let left = fleet.rows.values().filter(|row| row.phase == Phase::Importing).count();
        if left > 0 {
            graph.pause(&mut patience, &format!("waiting for the import of {}", count(left)), "").await?;
        }
    }
}
