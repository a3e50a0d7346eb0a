//! What one import record says of the import of one device.
//!
//! Graph: [importedWindowsAutopilotDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-importedwindowsautopilotdeviceidentity).

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    autopilot::property::{owned, text},
    graph::Json,
    knowledge::serial_number::Key,
};

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Working,
    /// With the id of the device, where it says so.
    Complete(Option<String>),
    /// The name of the error. The numbers are not to be trusted: 806 has been seen with the name of 808.
    Refused(String),
}

/// One import record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// The id that the importer chose.
    pub(crate) import_id: String,
    pub(crate) serial_number: String,
    pub(crate) state: State,
}

impl Record {
    pub(crate) fn from_json(json: &Json) -> Option<Record> {
        let state = &json["state"];
        Some(Record {
            id: owned(json, "id")?,
            import_id: owned(json, "importId").unwrap_or_default(),
            serial_number: owned(json, "serialNumber").unwrap_or_default(),
            state: match text(state, "deviceImportStatus") {
                Some("complete") => State::Complete(owned(state, "deviceRegistrationId")),
                Some("error") => {
                    State::Refused(owned(state, "deviceErrorName").unwrap_or_else(|| "no reason".to_owned()))
                }
                // unknown, pending, partial, and what may come
                _ => State::Working,
            },
        })
    }
}

/// The id that an import of ours carries, so that it is found again after a kill: of the tenant and the serial number.
pub(crate) fn import_id(tenant: &str, serial_number: &str) -> String {
    let namespace = Uuid::try_parse(tenant).unwrap_or(Uuid::NAMESPACE_URL);
    Uuid::new_v5(&namespace, Key::of(serial_number).as_str().as_bytes()).to_string()
}

/// The record of each serial number, and whether it is ours (by import id); else one that somebody's import is still
/// working on.
pub(crate) fn of_each<'a, 'b>(
    records: &'a [Record],
    tenant: &str,
    serial_numbers: impl Iterator<Item = &'b str>,
) -> HashMap<&'b str, (&'a Record, bool)> {
    let ours: HashMap<&str, &Record> = records.iter().map(|record| (record.import_id.as_str(), record)).collect();
    let working = records.iter().filter(|record| record.state == State::Working);
    let working: HashMap<Key, &Record> = working.map(|record| (Key::of(&record.serial_number), record)).collect();
    serial_numbers
        .filter_map(|serial_number| {
            let own = ours.get(import_id(tenant, serial_number).as_str()).map(|record| (*record, true));
            let record = own.or_else(|| working.get(&Key::of(serial_number)).map(|record| (*record, false)))?;
            Some((serial_number, record))
        })
        .collect()
}

/// Whether a refused import means that this tenant has the device already, so that it is adopted.
pub(crate) fn is_already_ours(error_name: &str) -> bool {
    matches!(error_name, "ZtdDeviceAlreadyAssigned" | "ZtdDeviceDuplicated")
}

/// Why an import was refused, and what to do.
pub(crate) fn in_words(error_name: &str) -> String {
    let words = match error_name {
        "ZtdDeviceAssignedToOtherTenant" | "ZtdDeviceAssignedToAnotherTenant" | "ZtdDeviceRegisteredByOtherTenant" => {
            "it is registered in another tenant, which has to deregister it first"
        }
        "InvalidZtdHardwareHash" | "HashNot4k" => {
            "the service does not accept the hardware hash; collect it again on the device"
        }
        "MissingZtdSerialNumberAndProductKey" => "serial number or hash is missing; add it to the row",
        "InvalidZtdRequestBody" => "the service could not read the row; check its serial number, hash and group tag",
        "ZtdDeviceIsNotUnique" => "the hash fits more than one device; collect it again on the device",
        "ZtdDeviceAlreadyAadRegistered" => {
            "the device is registered in Entra already; delete that device object there, then apply again"
        }
        "ZtdProfileAssignedToOtherTenant" => {
            "its profile belongs to another tenant, which has to deregister the device first"
        }
        "StorageError" => "the service could not store it; apply again",
        _ => "the service refused it",
    };
    format!("{words} ({error_name})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TENANT: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

    fn record(id: &str, import_id: &str, serial: &str, state: &Json) -> Record {
        Record::from_json(&json!({"id": id, "importId": import_id, "serialNumber": serial, "state": state})).unwrap()
    }

    #[test]
    fn an_import_id_is_of_tenant_and_serial_number() {
        assert_eq!(import_id(TENANT, "PF3A"), import_id(TENANT, " pf3a "));
        assert_ne!(import_id(TENANT, "PF3A"), import_id(TENANT, "PF3B"));
        assert_ne!(import_id(TENANT, "PF3A"), import_id("1f8fad5b-d9cb-469f-a165-70867728950e", "PF3A"));
    }

    #[test]
    fn what_is_not_finished_is_being_worked_on() {
        for status in ["unknown", "pending", "partial", "unknownFutureValue"] {
            assert_eq!(record("1", "", "", &json!({ "deviceImportStatus": status })).state, State::Working, "{status}");
        }
        let complete = json!({"deviceImportStatus": "complete", "deviceRegistrationId": "d"});
        assert_eq!(record("1", "", "", &complete).state, State::Complete(Some("d".to_owned())));
    }

    #[test]
    fn a_record_is_ours_by_import_id_or_somebodys_while_it_works() {
        let working = json!({"deviceImportStatus": "unknown"});
        let refused = json!({"deviceImportStatus": "error", "deviceErrorCode": 806, "deviceErrorName": "ZtdDeviceAlreadyAssigned"});
        let records = [
            record("1", &import_id(TENANT, "A"), "A", &refused),
            record("2", "other", "B", &working),
            record("3", "other", "C", &refused),
        ];
        let found = of_each(&records, TENANT, ["A", "B", "C"].into_iter());
        assert_eq!(found.len(), 2);
        assert_eq!((found["A"].0.id.as_str(), found["A"].1), ("1", true));
        assert_eq!((found["B"].0.id.as_str(), found["B"].1), ("2", false));
    }

    #[test]
    fn the_name_of_an_error_decides_and_not_its_number() {
        assert!(is_already_ours("ZtdDeviceAlreadyAssigned"));
        assert!(!is_already_ours("ZtdDeviceAssignedToOtherTenant"));
        assert!(in_words("ZtdDeviceAssignedToAnotherTenant").contains("another tenant"));
        assert!(in_words("SomethingNew").contains("SomethingNew"));
    }
}
