//! Which devices of the tenant are meant.

use std::collections::{BTreeMap, BTreeSet};

use crate::{autopilot::device::Device, knowledge::serial_number::Key, value::Value};

/// Which devices the configuration asks for.
pub(super) struct Choice {
    /// `""`: none at all.
    group_tag: Option<String>,
    /// As they are written, by what they are compared as.
    serial_numbers: Option<BTreeMap<Key, String>>,
}

/// What the tenant holds of them.
#[derive(Default)]
pub(super) struct Seen {
    /// The devices by serial number, as the configuration writes it, else as Graph does.
    pub(super) devices: BTreeMap<String, Device>,
    /// Serial numbers that were asked for and are not registered.
    pub(super) missing: BTreeSet<String>,
    /// Serial numbers that several registrations have, and the ids of those.
    pub(super) twice: BTreeMap<String, Vec<String>>,
    /// Devices of the whole tenant.
    pub(super) in_tenant: usize,
}

impl Seen {
    /// Devices that were asked for.
    pub(super) fn count(&self) -> usize {
        self.devices.len() + self.missing.len()
    }
}

impl Choice {
    pub(super) fn of(config: &Value) -> Choice {
        let serial_numbers = config.get("serial_numbers");
        let known = (!serial_numbers.is_null()).then(|| serial_numbers.strings());
        Choice {
            group_tag: config.get("group_tag").as_str().map(str::to_owned),
            serial_numbers: known.map(|written| written.into_iter().map(|it| (Key::of(&it), it)).collect()),
        }
    }

    /// The devices that are meant, whatever the order of the list.
    pub(super) fn among(&self, mut devices: Vec<Device>) -> Seen {
        devices.sort_by(|a, b| a.id.cmp(&b.id));
        let mut seen = Seen { in_tenant: devices.len(), ..Seen::default() };
        let asked = self.serial_numbers.iter().flatten();
        let mut missing: BTreeMap<&Key, &String> = asked.collect();
        for device in devices {
            if device.serial_number.is_empty() {
                continue;
            }
            let key = Key::of(&device.serial_number);
            let written = match &self.serial_numbers {
                Some(asked) => match asked.get(&key) {
                    Some(written) => written.clone(),
                    None => continue,
                },
                None => device.serial_number.clone(),
            };
            missing.remove(&key);
            if self.group_tag.as_deref().is_some_and(|tag| tag != device.group_tag.as_deref().unwrap_or_default()) {
                continue;
            }
            if let Some(first) = seen.devices.get(&written) {
                seen.twice.entry(written).or_insert_with(|| vec![first.id.clone()]).push(device.id);
            } else {
                seen.devices.insert(written, device);
            }
        }
        seen.missing = missing.into_values().cloned().collect();
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant() -> Vec<Device> {
        let device = |id: &str, serial_number: &str, tag: &str| {
            let group_tag = Some(tag.to_owned()).filter(|tag| !tag.is_empty());
            Device { id: id.into(), serial_number: serial_number.into(), group_tag, ..Device::default() }
        };
        vec![device("3", "C3", ""), device("1", "A1", "Sales"), device("2", "B2", "Kiosk"), device("4", "A1", "Sales")]
    }

    fn choose<const N: usize>(config: [(&str, Value); N]) -> Seen {
        Choice::of(&Value::object(config)).among(tenant())
    }

    fn keys(seen: &Seen) -> Vec<&str> {
        seen.devices.keys().map(String::as_str).collect()
    }

    #[test]
    fn without_arguments_all_devices_are_meant() {
        let seen = choose([]);
        assert_eq!((keys(&seen), seen.in_tenant), (vec!["A1", "B2", "C3"], 4));
    }

    #[test]
    fn a_group_tag_chooses_and_an_empty_one_is_none() {
        assert_eq!(keys(&choose([("group_tag", "Kiosk".into())])), ["B2"]);
        assert_eq!(keys(&choose([("group_tag", "".into())])), ["C3"]);
    }

    #[test]
    fn serial_numbers_are_keyed_as_they_are_written_and_compared_in_any_case() {
        let serials = Value::set(vec!["c3".into(), "X9".into(), "b2 ".into()]);
        let seen = choose([("serial_numbers", serials.clone())]);
        assert_eq!(keys(&seen), ["b2 ", "c3"]);
        assert_eq!(seen.missing.iter().collect::<Vec<_>>(), ["X9"]);
        // A device with another group tag is left out, and is not missing.
        let seen = choose([("serial_numbers", serials), ("group_tag", "Kiosk".into())]);
        assert_eq!((keys(&seen), seen.missing.len()), (vec!["b2 "], 1));
    }

    #[test]
    fn of_two_registrations_with_one_serial_number_always_the_same_is_shown() {
        let seen = choose([]);
        assert_eq!(seen.devices["A1"].id, "1");
        assert_eq!(seen.twice["A1"], ["1", "4"]);
    }
}
