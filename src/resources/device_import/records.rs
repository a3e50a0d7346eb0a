//! Import records: how a hardware hash is handed to the service, and what became of it.
//!
//! Graph: [importedWindowsAutopilotDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-importedwindowsautopilotdeviceidentity).
//! The service works on them for a minute or many; they stay until they are deleted, which does not touch the device.

use serde_json::json;
use std::collections::HashMap;

use super::fleet::{Fleet, Origin, Phase};
use super::record::{Record, import_id, of_rows};
use super::registered::key;
use super::why::Why;
use crate::graph::{self, Call, Client, Json, Patience, segment};

const RECORDS: &str = "/deviceManagement/importedWindowsAutopilotDeviceIdentities";

/// The portal's limit for one file; larger calls have been seen to fail.
const IN_ONE_CALL: usize = 500;
/// Fewer records than this are read one by one, twenty in a batch; more by the list.
const FEW: usize = 40;

/// All records, by one paged list.
pub(super) async fn list(graph: &Client) -> Result<Vec<Record>, graph::Error> {
    graph.list_as(&format!("/beta{RECORDS}"), |json| Record::from_json(&json)).await
}

/// Deletes records. What cannot be deleted does no harm: it is found again.
pub(super) async fn delete(graph: &Client, ids: &[String]) {
    let calls: Vec<_> = ids.iter().map(|id| Call::delete(record_path(id))).collect();
    let left = graph.send_many("beta", &calls).await.iter().filter(|sent| sent.is_err()).count();
    if left > 0 {
        tracing::warn!(left, "import records could not be deleted");
    }
}

fn record_path(id: &str) -> String {
    format!("{RECORDS}/{}", segment(id))
}

/// Hands over every row that is missing and has a hash. A call whose answer was lost is looked up before it is repeated.
pub(super) async fn send(graph: &Client, fleet: &mut Fleet) -> Result<(), graph::Error> {
    let missing: Vec<String> = fleet
        .rows
        .iter()
        .filter(|(_, row)| row.phase == Phase::Missing && row.want.hash.is_some())
        .map(|(serial_number, _)| serial_number.clone())
        .collect();
    // The last first, since the stack gives them back in their order.
    let mut batches: Vec<Vec<String>> = missing.chunks(IN_ONE_CALL).rev().map(<[String]>::to_vec).collect();
    let mut lost = 0;
    while let Some(batch) = batches.pop() {
        let error = match graph.post(&format!("/beta{RECORDS}/import"), &body(fleet, &batch)).await {
            Ok(answer) => {
                fleet.sent = true;
                let records: Vec<_> = answer.unwrap_or_default()["value"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Record::from_json)
                    .collect();
                sent(fleet, &batch, &records);
                continue;
            }
            Err(error) => error,
        };
        if error.is_lost() && !error.is_cancelled() && lost < 3 {
            lost += 1;
            fleet.sent = true;
            let records = list(graph).await?;
            let there = of_rows(&records, &fleet.tenant, batch.iter().map(String::as_str));
            let (found, again): (Vec<_>, Vec<_>) = batch.into_iter().partition(|serial| there.contains_key(serial));
            let records: Vec<_> = there.into_values().map(|(record, _)| record.clone()).collect();
            sent(fleet, &found, &records);
            batches.extend((!again.is_empty()).then_some(again));
        } else if matches!(error.status(), Some(400 | 413)) {
            // One bad row refuses the whole call, so the halves are tried.
            match batch.as_slice() {
                [serial_number] => fleet.fail(serial_number, Why::from(&error)),
                several => {
                    let (first, second) = several.split_at(several.len() / 2);
                    batches.extend([second.to_vec(), first.to_vec()]);
                }
            }
        } else {
            fleet.sent |= error.is_lost();
            return Err(error);
        }
    }
    Ok(())
}

fn body(fleet: &Fleet, batch: &[String]) -> Json {
    let rows = batch.iter().filter_map(|serial_number| {
        let want = &fleet.rows.get(serial_number)?.want;
        let blank_is_none = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Some(json!({
            "@odata.type": "#microsoft.graph.importedWindowsAutopilotDeviceIdentity",
            "serialNumber": serial_number,
            "hardwareIdentifier": want.hash,
            "importId": import_id(&fleet.tenant, serial_number),
            "groupTag": blank_is_none(&want.group_tag),
            "assignedUserPrincipalName": blank_is_none(&want.user),
        }))
    });
    json!({ "importedWindowsAutopilotDeviceIdentities": rows.collect::<Vec<_>>() })
}

/// Notes the records that a call made. The service may put the record's own id where ours was, so the serial number tells.
fn sent(fleet: &mut Fleet, batch: &[String], records: &[Record]) {
    let by_serial: HashMap<_, _> = records.iter().map(|record| (key(&record.serial_number), record)).collect();
    for serial_number in batch {
        if let Some(row) = fleet.rows.get_mut(serial_number) {
            row.origin = Some(Origin::Imported);
            row.phase = Phase::Importing;
            row.record = by_serial.get(&key(serial_number)).map(|record| record.id.clone());
        }
    }
}

/// Waits until the service is done with every row that is being imported.
pub(super) async fn wait(graph: &Client, fleet: &mut Fleet) -> Result<(), graph::Error> {
    let mut patience = Patience::default();
    loop {
        let waiting: Vec<(String, Option<String>)> = fleet
            .rows
            .iter()
            .filter(|(_, row)| row.phase == Phase::Importing)
            .map(|(serial_number, row)| (serial_number.clone(), row.record.clone()))
            .collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = waiting.iter().map(|(_, id)| id.clone()).collect();
        let records = look(graph, &ids).await?;
        let by_id: HashMap<_, _> = records.iter().map(|record| (record.id.as_str(), record)).collect();
        let by_row = of_rows(&records, &fleet.tenant, waiting.iter().map(|(serial, _)| serial.as_str()));
        for (serial_number, id) in &waiting {
            let by_id = id.as_deref().map(|id| by_id.get(id).copied());
            match by_id.unwrap_or_else(|| by_row.get(serial_number).map(|(record, _)| *record)) {
                Some(record) => fleet.note(serial_number, record),
                None => fleet.fail(serial_number, "its import record is gone before it was finished".into()),
            }
        }
        let left = fleet.rows.values().filter(|row| row.phase == Phase::Importing).count();
        if left > 0 {
            graph.pause(&mut patience, &format!("waiting for the import of {left} devices"), "").await?;
        }
    }
}

async fn look(graph: &Client, ids: &[Option<String>]) -> Result<Vec<Record>, graph::Error> {
    let Some(ids) = ids.iter().cloned().collect::<Option<Vec<String>>>().filter(|ids| ids.len() <= FEW) else {
        return list(graph).await;
    };
    let paths: Vec<_> = ids.iter().map(|id| record_path(id)).collect();
    let mut records = Vec::new();
    for found in graph.get_many("beta", &paths).await? {
        match found {
            Ok(json) => records.extend(Record::from_json(&json)),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(records)
}
