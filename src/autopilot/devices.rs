//! The devices that are registered in the tenant: reading them, and finding one among them.
//!
//! `$select` on the collection answers 500 and `eq` filters 400, so it is read whole: 1,000 devices in a page. A few are
//! read one by one instead, in batches, where that is no more requests.

use std::{collections::HashMap, sync::Arc};

use crate::{
    autopilot::device::Device,
    graph::{Client, Error, segment},
    knowledge::serial_number::Key,
};

/// The collection, without a version.
pub(crate) const COLLECTION: &str = "/deviceManagement/windowsAutopilotDeviceIdentities";
/// Devices in a page of the collection.
const PAGE: usize = 1000;
/// Calls in a batch.
pub(crate) const BATCH: usize = 20;

/// The path of one device, without a version.
pub(crate) fn path(id: &str) -> String {
    format!("{COLLECTION}/{}", segment(id))
}

/// Every registered device, by one paged list.
pub(crate) async fn list(graph: &Client) -> Result<Vec<Device>, Error> {
    graph.list_as(&format!("/beta{COLLECTION}"), |json| Device::from_json(&json)).await
}

/// Whether so many devices are read one by one rather than by the list, in a tenant of so many.
pub(crate) fn are_few(devices: usize, in_tenant: usize) -> bool {
    devices.div_ceil(BATCH) <= in_tenant.max(1).div_ceil(PAGE)
}

/// The devices of these ids, one by one, as far as they are there.
pub(crate) async fn read(graph: &Client, ids: &[&str]) -> Result<Vec<Device>, Error> {
    let paths: Vec<_> = ids.iter().map(|id| path(id)).collect();
    let mut devices = Vec::new();
    for found in graph.get_many("beta", &paths).await? {
        match found {
            Ok(json) => devices.extend(Device::from_json(&json)),
            // Intune answers either for what is not there (yet).
            Err(error) if matches!(error.status(), Some(400 | 404)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(devices)
}

/// The devices of these ids, as far as they are there, in as few requests as it takes, in a tenant of so many. May be
/// more than asked for, and is all where an id is not known.
pub(crate) async fn look(graph: &Client, ids: &[Option<&str>], in_tenant: usize) -> Result<Registered, Error> {
    let known: Option<Vec<&str>> = ids.iter().copied().collect();
    let devices = match known {
        Some(ids) if are_few(ids.len(), in_tenant) => read(graph, &ids).await?,
        _ => list(graph).await?,
    };
    Ok(Registered::new(devices))
}

/// Devices by id and by serial number. Shared: a fleet holds on to thousands of them.
#[derive(Debug, Default)]
pub(crate) struct Registered {
    devices: Vec<Arc<Device>>,
    by_id: HashMap<String, usize>,
    by_serial: HashMap<Key, Vec<usize>>,
}

impl Registered {
    pub(crate) fn new(devices: Vec<Device>) -> Registered {
        let devices = devices.into_iter().map(Arc::new).collect();
        let mut registered = Registered { devices, ..Registered::default() };
        for (at, device) in registered.devices.iter().enumerate() {
            registered.by_id.insert(device.id.to_lowercase(), at);
            registered.by_serial.entry(Key::of(&device.serial_number)).or_default().push(at);
        }
        registered
    }

    /// The device with this id, in any case.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Arc<Device>> {
        self.devices.get(*self.by_id.get(&id.to_lowercase())?)
    }

    /// The first device with this serial number.
    pub(crate) fn by_serial(&self, serial_number: &str) -> Option<&Arc<Device>> {
        self.devices.get(*self.by_serial.get(&Key::of(serial_number))?.first()?)
    }

    /// Whether a serial number names one device and no other. Two manufacturers may use one.
    pub(crate) fn is_unique(&self, serial_number: &str) -> bool {
        self.by_serial.get(&Key::of(serial_number)).is_some_and(|devices| devices.len() == 1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter().map(Arc::as_ref)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.devices.len()
    }
}

/// Every registered device, to be found by id and by serial number.
pub(crate) async fn registered(graph: &Client) -> Result<Registered, Error> {
    Ok(Registered::new(list(graph).await?))
}

/// The registered device of a serial number, to be found among those whose serial numbers contain a part of it: where it is
/// registered, one request. May be all devices.
pub(crate) async fn of_serial_number(graph: &Client, serial_number: &str) -> Result<Registered, Error> {
    match filtered(graph, serial_number).await? {
        Some(found) => Ok(found),
        None => registered(graph).await,
    }
}

/// The registered device of a serial number, among others; none where the filter does not find it, which promises nothing.
pub(crate) async fn filtered(graph: &Client, serial_number: &str) -> Result<Option<Registered>, Error> {
    let Some(part) = longest_part(serial_number) else { return Ok(None) };
    let filter = format!("contains(serialNumber,'{part}')");
    let path = format!("/beta{COLLECTION}?$filter={}", segment(&filter));
    match graph.list_as(&path, |json| Device::from_json(&json)).await {
        Ok(found) => Ok(Some(Registered::new(found)).filter(|found| found.by_serial(serial_number).is_some())),
        Err(error) if matches!(error.status(), Some(400 | 500)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What the filter can be asked for: a text with a blank or a hyphen has been seen to be answered 400.
fn longest_part(serial_number: &str) -> Option<&str> {
    let parts = serial_number.split(|letter: char| !letter.is_ascii_alphanumeric());
    parts.max_by_key(|part| part.len()).filter(|part| part.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, serial_number: &str) -> Device {
        Device { id: id.to_owned(), serial_number: serial_number.to_owned(), ..Device::default() }
    }

    #[test]
    fn devices_are_found_by_id_and_serial_number_in_any_case() {
        let registered = Registered::new(vec![device("A-1", "PF3a"), device("A-2", "X"), device("A-3", "x")]);
        let found = registered.by_id("a-1").unwrap();
        assert_eq!(registered.by_serial(" pF3A "), Some(found));
        assert!(registered.is_unique("PF3A") && !registered.is_unique("X"));
        assert_eq!((registered.len(), registered.by_serial("y")), (3, None));
    }

    #[test]
    fn a_filter_is_asked_for_the_longest_part_without_blanks_and_hyphens() {
        assert_eq!(longest_part("PF3A0001"), Some("PF3A0001"));
        assert_eq!(longest_part("VMware-56 4d a1b2"), Some("VMware"));
        assert_eq!((longest_part("1-2"), longest_part("")), (None, None));
    }

    #[test]
    fn few_are_as_many_as_batches_that_are_no_more_than_pages() {
        assert!(are_few(20, 0) && are_few(20, 1000) && are_few(40, 1001));
        assert!(!are_few(21, 1000) && !are_few(41, 2000));
    }
}
