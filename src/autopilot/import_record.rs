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

/// Who imports: the tenant, and the place that it is done from. Two places that import one device at once are told apart.
#[derive(Clone, Debug)]
pub(crate) struct Importer {
    pub(crate) tenant: String,
    pub(crate) place: String,
}

/// Who made a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Maker {
    /// This importer, in this run or in one that did not live to tell.
    Own,
    /// This program, at another place.
    Elsewhere,
    /// Somebody else.
    Other,
}

impl Importer {
    /// The id that an import carries, so that it is found again after a kill: half of it is of tenant and serial number,
    /// half of the place too.
    pub(crate) fn import_id(&self, serial_number: &str) -> String {
        let namespace = Uuid::try_parse(&self.tenant).unwrap_or(Uuid::NAMESPACE_URL);
        let device = Uuid::new_v5(&namespace, Key::of(serial_number).as_str().as_bytes());
        let place = Uuid::new_v5(&device, self.place.as_bytes());
        let (device, place) = (device.as_u64_pair().0, place.as_u64_pair().1);
        Uuid::from_u64_pair(device, place).to_string()
    }

    fn maker(&self, record: &Record) -> Maker {
        let own = self.import_id(&record.serial_number);
        match Uuid::try_parse(&record.import_id) {
            Ok(id) if id.to_string() == own => Maker::Own,
            Ok(id) if id.to_string().get(..18) == own.get(..18) => Maker::Elsewhere,
            _ => Maker::Other,
        }
    }
}

/// The record of one serial number that says most, and who made it.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) record: &'a Record,
    pub(crate) maker: Maker,
    /// Further records of ours.
    pub(crate) further: Vec<&'a Record>,
}

/// The record of each serial number: our own, or one of this program's, or one that somebody's import is still working on.
/// Of several the one that is furthest from its end.
pub(crate) fn of_each<'a, 'b>(
    records: &'a [Record],
    importer: &Importer,
    serial_numbers: impl Iterator<Item = &'b str>,
) -> HashMap<&'b str, Found<'a>> {
    let mut by_key: HashMap<Key, Vec<(Maker, u8, &Record)>> = HashMap::new();
    for record in records {
        let maker = importer.maker(record);
        let rank = match record.state {
            State::Working => 0,
            State::Complete(_) => 1,
            State::Refused(_) => 2,
        };
        if maker != Maker::Other || record.state == State::Working {
            by_key.entry(Key::of(&record.serial_number)).or_default().push((maker, rank, record));
        }
    }
    by_key.values_mut().for_each(|records| records.sort_by_key(|(maker, rank, _)| (*maker, *rank)));
    serial_numbers
        .filter_map(|serial_number| {
            let ((maker, _, record), further) = by_key.get(&Key::of(serial_number))?.split_first()?;
            let further = further.iter().filter(|(maker, ..)| *maker == Maker::Own).map(|(.., record)| *record);
            Some((serial_number, Found { record, maker: *maker, further: further.collect() }))
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
        // Under several names, and under the numbers 806, 808 and 811.
        name if name.contains("OtherTenant") || name.contains("AnotherTenant") => {
            "it is registered in another tenant. Have it deregistered there, by that tenant or by the partner who \
             registered it; where nobody is left to do so, Microsoft's support can. Then apply again"
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

    fn importer(place: &str) -> Importer {
        Importer { tenant: TENANT.to_owned(), place: place.to_owned() }
    }

    #[test]
    fn an_import_id_is_of_tenant_serial_number_and_place() {
        let id = |serial_number: &str| importer("here").import_id(serial_number);
        assert_eq!(id("PF3A"), id(" pf3a "));
        assert_ne!(id("PF3A"), id("PF3B"));
        assert_ne!(id("PF3A"), importer("there").import_id("PF3A"));
        let other = Importer { tenant: "1f8fad5b-d9cb-469f-a165-70867728950e".to_owned(), place: "here".to_owned() };
        assert_ne!(id("PF3A"), other.import_id("PF3A"));
        assert_eq!(Uuid::try_parse(&id("PF3A")).map(|id| id.get_version_num()), Ok(5));
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
        let complete = json!({"deviceImportStatus": "complete", "deviceRegistrationId": "d"});
        let refused = json!({"deviceImportStatus": "error", "deviceErrorCode": 806, "deviceErrorName": "ZtdDeviceAlreadyAssigned"});
        let (here, there) = (importer("here"), importer("there"));
        let records = [
            record("1", &here.import_id("A"), "A", &refused),
            record("2", "other", "B", &working),
            record("3", "other", "C", &refused),
            record("4", &there.import_id("D"), "D", &complete),
            record("5", &here.import_id("E"), "E", &complete),
            record("6", &there.import_id("E"), "E", &working),
            record("7", &here.import_id("E"), "e", &working),
        ];
        let found = of_each(&records, &here, ["A", "B", "C", "D", "E"].into_iter());
        let told = |serial_number: &str| {
            let found = found.get(serial_number)?;
            Some((found.record.id.as_str(), found.maker, found.further.len()))
        };
        assert_eq!(told("A"), Some(("1", Maker::Own, 0)));
        assert_eq!(told("B"), Some(("2", Maker::Other, 0)));
        assert_eq!(told("C"), None);
        assert_eq!(told("D"), Some(("4", Maker::Elsewhere, 0)));
        assert_eq!(told("E"), Some(("7", Maker::Own, 1)));
    }

    #[test]
    fn a_device_of_another_tenant_is_told_what_to_do_under_each_number() {
        for (number, name) in [
            (806, "ZtdDeviceAssignedToOtherTenant"),
            (808, "ZtdDeviceAssignedToOtherTenant"),
            (808, "ZtdDeviceAssignedToAnotherTenant"),
            (811, "ZtdDeviceRegisteredByOtherTenant"),
            (0, "AssignedToOtherTenant"),
        ] {
            let state = json!({"deviceImportStatus": "error", "deviceErrorCode": number, "deviceErrorName": name});
            let State::Refused(name) = record("1", "", "A", &state).state else { panic!("it is refused") };
            assert!(!is_already_ours(&name), "{number} {name}");
            assert_eq!(
                in_words(&name),
                format!(
                    "it is registered in another tenant. Have it deregistered there, by that tenant or by the partner who \
                     registered it; where nobody is left to do so, Microsoft's support can. Then apply again ({name})"
                )
            );
        }
    }

    #[test]
    fn the_name_of_an_error_decides_and_not_its_number() {
        assert!(is_already_ours("ZtdDeviceAlreadyAssigned"));
        assert!(!is_already_ours("ZtdDeviceAssignedToOtherTenant"));
        assert!(in_words("ZtdDeviceAssignedToAnotherTenant").contains("another tenant"));
        assert!(in_words("SomethingNew").contains("SomethingNew"));
    }
}
