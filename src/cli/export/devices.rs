//! Registered devices: one import for each group tag, with a CSV beside it. They are adopted, since Graph tells no hashes.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    left_out::LeftOut,
    naming::{self, Names},
};
use crate::{
    autopilot::{device::Device, devices},
    graph::{Client, Error},
    knowledge::serial_number::Key,
};

/// The type of what imports devices.
pub(super) const IMPORT: &str = "autopilot_device_import";

/// Where what imports them stands.
pub(super) const FILE: &str = "devices.tf";

/// How the import id of the devices of a tag begins.
pub(super) const BY_TAG: &str = "group_tag=";

/// The CSV of what imports devices under this name.
pub(super) fn file(name: &str) -> String {
    format!("devices/{name}.csv")
}

/// The devices of one group tag.
pub(super) struct Fleet {
    /// The tag; empty where they have none.
    pub(super) tag: String,
    pub(super) name: String,
    /// The CSV.
    pub(super) csv: String,
    count: usize,
}

impl Fleet {
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The CSV beside the configuration.
    pub(super) fn file(&self) -> String {
        file(&self.name)
    }

    /// What brings them in.
    pub(super) fn import_id(&self) -> String {
        format!("{BY_TAG}{}", self.tag)
    }

    /// What the configuration says of them.
    pub(super) fn devices(&self) -> String {
        let or_null = |column: &str| format!("device.{column} == \"\" ? null : device.{column}");
        format!(
            "{{\n    for device in csvdecode(file(\"${{path.module}}/{}\")) : device.serial_number => {{\n      group_tag     \
             = {}\n      assigned_user = {}\n      display_name  = {}\n    }}\n  }}",
            self.file(),
            or_null("group_tag"),
            or_null("assigned_user"),
            or_null("display_name"),
        )
    }
}

/// All of them by tag, and what is left out.
pub(super) async fn read(graph: &Client) -> Result<(Vec<Fleet>, Vec<LeftOut>), Error> {
    Ok(by_tag(devices::list(graph).await?))
}

fn by_tag(devices: Vec<Device>) -> (Vec<Fleet>, Vec<LeftOut>) {
    let (mut tags, mut seen, mut odd) = (BTreeMap::<String, Vec<Device>>::new(), BTreeSet::new(), Vec::new());
    for device in devices {
        if device.serial_number.trim().is_empty() {
            odd.push(format!("{} has no serial number", device.id));
        } else if !seen.insert(Key::of(&device.serial_number)) {
            odd.push(format!("{} is registered more than once", device.serial_number));
        } else {
            tags.entry(device.group_tag.clone().unwrap_or_default()).or_default().push(device);
        }
    }
    let fleets = tags.into_iter().map(|(tag, mut devices)| {
        devices.sort_by(|a, b| a.serial_number.cmp(&b.serial_number));
        Fleet { csv: csv(&devices), count: devices.len(), tag, name: String::new() }
    });
    let fleets = fleets.collect();
    let left_out = odd.into_iter().map(|why| LeftOut::here("a registered device", format!("{why}.")));
    (fleets, left_out.collect())
}

/// Gives each its name, the one that the folder has for it where it has one.
pub(super) fn name(fleets: &mut [Fleet], names: &Names) {
    let things: Vec<_> = fleets
        .iter()
        .map(|fleet| (title(&fleet.tag), names.get(&(IMPORT.to_owned(), fleet.import_id())).map(String::as_str)))
        .collect();
    let named = naming::names(things.iter().map(|(title, before)| (title.as_str(), "", *before)));
    for (fleet, name) in fleets.iter_mut().zip(named) {
        fleet.name = name;
    }
}

/// So long is the name of a file at most; a group tag may be longer than any file's.
const LONGEST: usize = 60;

/// Names that no file may have on Windows, whatever follows the dot.
const DEVICES_OF_WINDOWS: [&str; 4] = ["con", "prn", "aux", "nul"];

/// What the devices of a tag are called: it makes the name of a file on any system.
fn title(tag: &str) -> String {
    let slug = naming::slug(tag);
    let is_port = |kind: &str| slug.strip_prefix(kind).is_some_and(|number| number.len() == 1);
    if tag.is_empty() {
        "untagged".to_owned()
    } else if DEVICES_OF_WINDOWS.contains(&slug.as_str()) || is_port("com") || is_port("lpt") {
        format!("tag {slug}")
    } else {
        tag.chars().take(LONGEST).collect()
    }
}

fn csv(devices: &[Device]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut rows = vec![["serial_number", "group_tag", "assigned_user", "display_name"]];
    rows.extend(devices.iter().map(|device| {
        [
            device.serial_number.as_str(),
            device.group_tag.as_deref().unwrap_or_default(),
            device.user.as_deref().unwrap_or_default(),
            device.display_name.as_deref().unwrap_or_default(),
        ]
    }));
    for row in rows {
        // A vector takes everything.
        let _ = writer.write_record(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_name_that_windows_takes() {
        for (tag, name) in
            [("CON", "tag_con"), ("com1", "tag_com1"), ("LPT9.", "tag_lpt9"), ("Sales..", "sales"), ("com", "com")]
        {
            assert_eq!(naming::slug(&title(tag)), name, "{tag}");
        }
        let long = |end: &str| device(&format!("of {end}"), Some(&format!("{}{end}", "x".repeat(500))));
        let (fleets, _) = named(vec![long("a"), long("b")], &Names::new());
        let names: Vec<_> = fleets.iter().map(|fleet| fleet.name.len()).collect();
        assert_eq!(names, [60, 62], "each has a name of its own");
    }

    fn named(devices: Vec<Device>, names: &Names) -> (Vec<Fleet>, Vec<LeftOut>) {
        let (mut fleets, odd) = by_tag(devices);
        name(&mut fleets, names);
        (fleets, odd)
    }

    #[test]
    fn a_tag_keeps_the_name_that_it_had_when_one_like_it_is_gone() {
        let all = || vec![device("A", Some("Kiosk")), device("B", Some("Kiosk-")), device("C", Some("kiosk"))];
        let told = |fleets: &[Fleet]| -> Vec<_> { fleets.iter().map(|of| format!("{} {}", of.tag, of.name)).collect() };
        let (before, _) = named(all(), &Names::new());
        assert_eq!(told(&before), ["Kiosk kiosk", "Kiosk- kiosk_2", "kiosk kiosk_3"]);
        let names = before.iter().map(|fleet| ((IMPORT.to_owned(), fleet.import_id()), fleet.name.clone())).collect();
        let (after, _) = named(all().split_off(1), &names);
        assert_eq!(told(&after), ["Kiosk- kiosk_2", "kiosk kiosk_3"]);
    }

    fn device(serial: &str, tag: Option<&str>) -> Device {
        Device {
            id: format!("id-{serial}"),
            serial_number: serial.into(),
            group_tag: tag.map(Into::into),
            ..Device::default()
        }
    }

    #[test]
    fn devices_are_kept_by_their_tags_and_what_has_no_serial_number_is_told() {
        let all = vec![
            device("B", Some("Sales")),
            device("A", Some("Sales")),
            device("C", None),
            device("", None),
            device("a", None),
        ];
        let (fleets, odd) = named(all, &Names::new());
        let told: Vec<_> = fleets.iter().map(|fleet| (fleet.name.as_str(), fleet.import_id(), fleet.count())).collect();
        assert_eq!(told, [("untagged", "group_tag=".to_owned(), 1), ("sales", "group_tag=Sales".to_owned(), 2)]);
        assert_eq!(fleets[1].csv, "serial_number,group_tag,assigned_user,display_name\nA,Sales,,\nB,Sales,,\n");
        let odd: Vec<_> = odd.iter().map(|odd| odd.why.as_str()).collect();
        assert_eq!(odd, ["id- has no serial number.", "a is registered more than once."]);
    }
}
