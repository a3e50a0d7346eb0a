//! Imports: how hardware hashes are handed to the service, and what became of them.
//!
//! The service works on an import for a minute or many. Its record stays until it is deleted, which does not touch the
//! device.

use std::collections::HashMap;

use serde_json::json;

use crate::{
    autopilot::import_record::{Importer, Maker, Record, of_each},
    graph::{Call, Client, Error, Json, segment},
    knowledge::serial_number::Key,
};

const RECORDS: &str = "/deviceManagement/importedWindowsAutopilotDeviceIdentities";

/// The portal's limit for one file; larger calls have been seen to fail.
const IN_ONE_CALL: usize = 500;
/// At most so many records are read one by one, twenty in a batch; more by the list.
const FEW: usize = 40;
/// A call whose answer was lost is sent again so often.
const REPEATED: usize = 3;

/// All records, by one paged list.
pub(crate) async fn list(graph: &Client) -> Result<Vec<Record>, Error> {
    graph.list_as(&format!("/beta{RECORDS}"), |json| Record::from_json(&json)).await
}

/// Deletes records, and gives those that could not be deleted. They do no harm, but for somebody who looks at them.
pub(crate) async fn delete(graph: &Client, ids: &[String]) -> Vec<String> {
    let mut left = ids.to_vec();
    // The service fails now and then.
    for _ in 0..2 {
        let calls: Vec<_> = left.iter().map(|id| Call::delete(path(id))).collect();
        let sent = graph.send_many("beta", &calls).await;
        left = left.into_iter().zip(sent).filter(|(_, sent)| sent.is_err()).map(|(id, _)| id).collect();
        if left.is_empty() || graph.is_cancelled() {
            break;
        }
    }
    if !left.is_empty() {
        tracing::warn!(left = left.len(), "import records could not be deleted");
    }
    left
}

fn path(id: &str) -> String {
    format!("{RECORDS}/{}", segment(id))
}

/// A device to import. A blank group tag or user is none.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) serial_number: &'a str,
    pub(crate) hash: &'a str,
    pub(crate) group_tag: Option<&'a str>,
    pub(crate) user: Option<&'a str>,
}

/// What became of devices that were handed over. One that is in neither list was not reached.
#[derive(Default)]
pub(crate) struct HandedOver {
    /// Serial numbers of what the service works on, with the ids of the records where it told them.
    pub(crate) accepted: Vec<(String, Option<String>)>,
    /// Serial numbers of what it refused at once, and how.
    pub(crate) refused: Vec<(String, Error)>,
    /// Whether a call may have taken effect.
    pub(crate) sent: bool,
    /// Why it stopped before the end.
    pub(crate) stopped: Option<Error>,
}

/// Hands devices over. A call whose answer was lost is looked up before it is repeated.
pub(crate) async fn hand_over(graph: &Client, importer: &Importer, devices: &[Wanted<'_>]) -> HandedOver {
    let mut done = HandedOver::default();
    // The last first, since the stack gives them back in their order.
    let mut batches: Vec<Vec<Wanted<'_>>> = devices.chunks(IN_ONE_CALL).rev().map(<[_]>::to_vec).collect();
    let mut lost = 0;
    while let Some(batch) = batches.pop() {
        let error = match graph.post(&format!("/beta{RECORDS}/import"), &body(importer, &batch)).await {
            Ok(answer) => {
                done.sent = true;
                let answer = answer.unwrap_or_default();
                let made: Vec<_> =
                    answer["value"].as_array().into_iter().flatten().filter_map(Record::from_json).collect();
                done.accepted.extend(with_records(&batch, &made));
                continue;
            }
            Err(error) => error,
        };
        if error.is_lost() && !error.is_cancelled() && lost < REPEATED {
            lost += 1;
            done.sent = true;
            let records = match list(graph).await {
                Ok(records) => records,
                Err(error) => return HandedOver { stopped: Some(error), ..done },
            };
            let there = of_each(&records, importer, batch.iter().map(|device| device.serial_number));
            let is_own = |serial_number| there.get(serial_number).is_some_and(|found| found.maker == Maker::Own);
            let (found, again): (Vec<_>, Vec<_>) = batch.into_iter().partition(|device| is_own(device.serial_number));
            let made: Vec<_> = there.values().map(|found| found.record.clone()).collect();
            done.accepted.extend(with_records(&found, &made));
            batches.extend((!again.is_empty()).then_some(again));
        } else if matches!(error.status(), Some(400 | 413)) {
            // One bad device refuses the whole call, so the halves are tried.
            match batch.as_slice() {
                [device] => done.refused.push((device.serial_number.to_owned(), error)),
                several => {
                    let (first, second) = several.split_at(several.len() / 2);
                    batches.extend([second.to_vec(), first.to_vec()]);
                }
            }
        } else {
            done.sent |= error.is_lost();
            return HandedOver { stopped: Some(error), ..done };
        }
    }
    done
}

fn body(importer: &Importer, batch: &[Wanted<'_>]) -> Json {
    let devices = batch.iter().map(|device| {
        json!({
            "@odata.type": "#microsoft.graph.importedWindowsAutopilotDeviceIdentity",
            "serialNumber": device.serial_number,
            "hardwareIdentifier": device.hash,
            "importId": importer.import_id(device.serial_number),
            "groupTag": device.group_tag.filter(|tag| !tag.is_empty()),
            "assignedUserPrincipalName": device.user.filter(|user| !user.is_empty()),
        })
    });
    json!({ "importedWindowsAutopilotDeviceIdentities": devices.collect::<Vec<_>>() })
}

/// Each device with its record. The service may put the record's own id where the import id was, so the serial number
/// tells.
fn with_records(batch: &[Wanted<'_>], made: &[Record]) -> Vec<(String, Option<String>)> {
    let by_serial: HashMap<_, _> = made.iter().map(|record| (Key::of(&record.serial_number), record)).collect();
    let record = |device: &Wanted<'_>| by_serial.get(&Key::of(device.serial_number)).map(|record| record.id.clone());
    batch.iter().map(|device| (device.serial_number.to_owned(), record(device))).collect()
}

/// What the records say by now of imports that are under way: serial numbers, with the ids of their records where they
/// are known. What is not in the answer has no record any more.
pub(crate) async fn look(
    graph: &Client,
    importer: &Importer,
    imports: &[(String, Option<String>)],
) -> Result<HashMap<String, Record>, Error> {
    let known: Option<Vec<&str>> = imports.iter().map(|(_, id)| id.as_deref()).collect();
    let records = match known {
        Some(ids) if ids.len() <= FEW => read(graph, &ids).await?,
        _ => list(graph).await?,
    };
    let by_id: HashMap<&str, &Record> = records.iter().map(|record| (record.id.as_str(), record)).collect();
    let by_serial = of_each(&records, importer, imports.iter().map(|(serial_number, _)| serial_number.as_str()));
    let found = imports.iter().filter_map(|(serial_number, id)| {
        let record = match id {
            Some(id) => by_id.get(id.as_str()).copied(),
            None => by_serial.get(serial_number.as_str()).map(|found| found.record),
        };
        Some((serial_number.clone(), record?.clone()))
    });
    Ok(found.collect())
}

async fn read(graph: &Client, ids: &[&str]) -> Result<Vec<Record>, Error> {
    let paths: Vec<_> = ids.iter().map(|id| path(id)).collect();
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
