//! Devices that move between imports as everyday edits make them: all stay registered.

use std::{collections::BTreeMap, process::Stdio};

use autopilot::knowledge::hardware_hash::{HardwareHash, encode};
use serde_json::{Value, json};

use super::{lab::Lab, run::Run};

const DEVICES: usize = 60;

fn serial(number: usize) -> String {
    format!("MOVES{number:03}")
}

/// The devices of these numbers, with a group tag.
fn csv(devices: impl Iterator<Item = (usize, &'static str)>) -> String {
    let row = |(number, tag): (usize, &str)| {
        let serial_number = Some(serial(number));
        let machine = HardwareHash { serial_number, manufacturer: Some("Contoso".into()), ..HardwareHash::default() };
        format!("{},,{},{tag}\r\n", serial(number), encode(&machine))
    };
    "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag\r\n".to_owned()
        + &devices.map(row).collect::<String>()
}

fn import(name: &str, file: &str) -> String {
    format!(
        "resource \"autopilot_device_import\" \"{name}\" {{\n devices = provider::autopilot::parse_device_csv(file(\"${{path.module}}/{file}\"))\n}}\n"
    )
}

/// A lab with all devices in `all.csv`, and one import that has them.
fn lab() -> Lab {
    let lab = Lab::with(&import("old", "all.csv"));
    lab.write("all.csv", csv((0..DEVICES).map(|number| (number, "Old"))));
    lab.apply();
    lab
}

/// Ids of the registered devices, by serial number.
fn ids(lab: &Lab) -> BTreeMap<String, String> {
    let text = |device: &Value, name: &str| device[name].as_str().expect("a text").to_owned();
    lab.tenant.devices().iter().map(|device| (text(device, "serialNumber"), text(device, "id"))).collect()
}

/// How many rows of an import have each origin.
fn origins(lab: &Lab, address: &str) -> BTreeMap<String, usize> {
    let rows = lab.state_of(address)["devices"].as_object().expect("a map").clone();
    rows.values().fold(BTreeMap::new(), |mut origins, row| {
        *origins.entry(row["origin"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        origins
    })
}

fn all(origin: &str, devices: usize) -> BTreeMap<String, usize> {
    BTreeMap::from([(origin.to_owned(), devices)])
}

/// Applies what must leave every registration as it is.
#[track_caller]
fn applies_and_keeps(lab: &Lab, apply: impl FnOnce() -> Run) -> Run {
    let (before, writes) = (ids(lab), lab.writes());
    let run = apply().succeeds();
    assert_eq!(ids(lab), before, "{run}");
    let writes = lab.writes_since(&writes);
    let removals = writes.keys().filter(|write| write.starts_with("DELETE") || write.contains("deleteDevices"));
    assert_eq!(removals.collect::<Vec<_>>(), [""; 0]);
    lab.plan().is_empty();
    run
}

#[test]
fn an_import_renamed_without_moved_keeps_its_devices() {
    let lab = lab();
    lab.configure(&import("new", "all.csv"));
    applies_and_keeps(&lab, || lab.apply_run());
    assert_eq!(origins(&lab, "autopilot_device_import.new"), all("imported", DEVICES));
    lab.destroy();
    lab.tenant.is_empty();
}

/// Where core lets only one thing be done at a time, the devices go and come back.
#[test]
fn an_import_renamed_without_moved_and_without_parallelism_has_its_devices() {
    let lab = lab();
    lab.configure(&import("new", "all.csv"));
    lab.run(&["apply", "-auto-approve", "-json", "-input=false", "-parallelism=1"]).succeeds();
    assert_eq!(ids(&lab).len(), DEVICES);
    lab.plan().is_empty();
    assert_eq!(origins(&lab, "autopilot_device_import.new").values().sum::<usize>(), DEVICES);
}

#[test]
fn rows_that_move_between_two_imports_keep_their_devices() {
    let lab = Lab::with(&(import("one", "one.csv") + &import("two", "two.csv")));
    let split = |at: usize| {
        lab.write("one.csv", csv((0..at).map(|number| (number, "Tag"))));
        lab.write("two.csv", csv((at..DEVICES).map(|number| (number, "Tag"))));
    };
    split(50);
    lab.apply();
    // So many that they would be too many, did the other import not want them.
    split(10);
    applies_and_keeps(&lab, || lab.apply_run());
    assert_eq!(origins(&lab, "autopilot_device_import.two"), all("imported", 50));
    split(30);
    applies_and_keeps(&lab, || lab.apply_run());
}

/// One import for each group tag, and the tags of some devices change.
#[test]
fn imports_by_group_tag_keep_a_device_whose_tag_changes() {
    let lab = Lab::with(
        r#"
locals {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/all.csv"))
}
resource "autopilot_device_import" "by_tag" {
  for_each = toset([for device in local.devices : device.group_tag])
  devices  = { for serial_number, device in local.devices : serial_number => device if device.group_tag == each.key }
}
"#,
    );
    let tag = |number: usize| ["Sales", "Desk", "Field"][number % 3];
    lab.write("all.csv", csv((0..DEVICES).map(|number| (number, tag(number)))));
    lab.apply();
    lab.write("all.csv", csv((0..DEVICES).map(|number| (number, if number == 0 { "Desk" } else { tag(number) }))));
    applies_and_keeps(&lab, || lab.apply_run());
    // A tag goes altogether, and its import with it.
    lab.write("all.csv", csv((0..DEVICES).map(|number| (number, if number % 3 == 0 { "Desk" } else { tag(number) }))));
    applies_and_keeps(&lab, || lab.apply_run());
    let tags = lab.tenant.devices().iter().filter(|device| device["groupTag"] == "Desk").count();
    assert_eq!(tags, 40);
}

#[test]
fn an_import_that_is_created_before_it_is_destroyed_keeps_its_devices() {
    let lab = lab();
    let text =
        import("old", "all.csv").replace(" devices =", " lifecycle {\n create_before_destroy = true\n}\n devices =");
    lab.configure(&text);
    lab.apply();
    let replace = "-replace=autopilot_device_import.old";
    let run = applies_and_keeps(&lab, || lab.run(&["apply", "-auto-approve", "-json", "-input=false", replace]));
    assert!(run.warnings().iter().any(|told| told.summary == "Devices Handed Over"), "{run}");
}

#[test]
fn keys_in_another_case_are_the_same_rows() {
    let lab = lab();
    lab.configure(
        r#"
resource "autopilot_device_import" "old" {
  devices = {
    for serial_number, device in provider::autopilot::parse_device_csv(file("${path.module}/all.csv")) :
    lower(serial_number) => device
  }
}
"#,
    );
    let plan = lab.plan();
    let after = &plan.json["resource_changes"][0]["change"]["after"]["devices"];
    let before = &plan.json["resource_changes"][0]["change"]["before"]["devices"];
    for number in 0..DEVICES {
        let name = serial(number);
        assert_eq!(after[name.to_lowercase()], before[&name], "the plan shows no more than the key");
    }
    let writes = lab.writes();
    applies_and_keeps(&lab, || lab.apply_run());
    assert_eq!(lab.writes_since(&writes), BTreeMap::new(), "nothing is sent");
    assert_eq!(origins(&lab, "autopilot_device_import.old"), all("imported", DEVICES));
}

#[test]
fn a_device_in_two_imports_is_told_and_dropping_one_row_keeps_it() {
    let lab = Lab::with(&(import("one", "one.csv") + &import("two", "two.csv")));
    lab.write("one.csv", csv((0..4).map(|number| (number, "Tag"))));
    lab.write("two.csv", csv((3..6).map(|number| (number, "Tag"))));
    lab.apply();
    let run = lab.plan().run;
    let told = run.warnings();
    assert_eq!(told.len(), 2, "{run}");
    for rows in [4, 3] {
        let other = format!("an `autopilot_device_import` that has {rows} in all: MOVES003.");
        assert!(told.iter().any(|told| told.detail.contains(&other)), "{run}");
    }
    for (file, numbers) in [("one.csv", 0..3), ("two.csv", 4..6)] {
        let lab_file = csv(numbers.map(|number| (number, "Tag")));
        lab.write(file, lab_file);
        lab.apply();
        if file == "one.csv" {
            assert_eq!(ids(&lab).len(), 6, "it is the other one's now");
            lab.plan().is_empty();
        }
    }
}

#[test]
fn an_import_that_is_removed_keeps_what_another_import_has() {
    let lab = Lab::with(&import("one", "one.csv"));
    lab.write("one.csv", csv((0..4).map(|number| (number, "Tag"))));
    lab.write("two.csv", csv((3..6).map(|number| (number, "Tag"))));
    lab.apply();
    lab.configure(&(import("one", "one.csv") + &import("two", "two.csv")));
    lab.apply();
    // The refresh of this very run is the first that sees both.
    lab.configure(&import("two", "two.csv"));
    lab.apply();
    assert_eq!(ids(&lab).into_keys().collect::<Vec<_>>(), [serial(3), serial(4), serial(5)]);
    lab.plan().is_empty();
}

#[test]
fn of_two_workspaces_at_once_the_second_adopts() {
    let lab = Lab::with(&import("fleet", "all.csv"));
    lab.write("all.csv", csv((0..DEVICES).map(|number| (number, "Tag"))));
    lab.run(&["workspace", "new", "second"]).succeeds();
    lab.run(&["workspace", "select", "default"]).succeeds();
    lab.tenant.patch("/_emulator/settings", &json!({ "import_seconds": 300 }));
    let words = ["apply", "-auto-approve", "-json", "-input=false"];
    let first = lab.start(&words);
    while lab.tenant.import_records().is_empty() {
        std::thread::yield_now();
    }
    let in_second = |words: &[&str]| {
        let mut command = lab.command(words);
        command.env("TF_WORKSPACE", "second").stdin(Stdio::null());
        Run::of(&mut command)
    };
    let second = in_second(&words);
    Run::ended(&first.wait_with_output().expect("it ends")).succeeds();
    second.succeeds();
    assert_eq!(lab.tenant.import_records().len(), 0);
    assert_eq!(origins(&lab, "autopilot_device_import.fleet"), all("imported", DEVICES));
    let destroyed = in_second(&["destroy", "-auto-approve", "-json", "-input=false"]).succeeds();
    let told = destroyed.warnings();
    assert!(told.iter().any(|told| told.detail.starts_with("60 devices stay registered")), "{destroyed}");
    assert_eq!(ids(&lab).len(), DEVICES);
    lab.plan().is_empty();
    lab.destroy();
    lab.tenant.is_empty();
}

/// A file that was cut off.
#[test]
fn a_file_that_was_cut_off_drops_no_fleet() {
    let lab = lab();
    for rows in [0, 29] {
        lab.write("all.csv", csv((0..rows).map(|number| (number, "Old"))));
        let error = lab.plan_run().fails().error();
        error.says(&[if rows == 0 { "no device" } else { "31 of 60 devices" }]);
    }
    lab.write("all.csv", csv((0..30).map(|number| (number, "Old"))));
    lab.plan();
    let text = import("old", "all.csv").replace(" devices =", " deregister_many = true\n devices =");
    lab.configure(&text);
    lab.write("all.csv", csv((0..2).map(|number| (number, "Old"))));
    lab.apply();
    assert_eq!(ids(&lab).len(), 2);
}
