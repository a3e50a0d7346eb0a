//! A fleet never burns: refused rows, Ctrl-C, a killed provider, thousands of rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Child,
    time::{Duration, Instant},
};

use autopilot::knowledge::hardware_hash::{HardwareHash, encode};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::{Value, json};

#[cfg(target_os = "linux")]
use super::process::provider_of;
use super::{lab::Lab, run::Run, tenant::Tenant};

const FLEET: &str = r#"
resource "autopilot_device_import" "fleet" {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
}
"#;

const IMPORT: &str = "/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/import";

/// A lab with the 25 devices of the scenario, and nothing applied.
fn fleet() -> Lab {
    let lab = Lab::with(FLEET);
    lab.copy_devices();
    lab
}

/// Registers one of the devices in another tenant, as if it had been sold without being taken out there.
fn register_elsewhere(lab: &Lab, serial_number: &str) -> (Tenant, String) {
    let other = lab.sign_in_to_other_tenant();
    let csv = fs::read_to_string(lab.folder().join("devices.csv")).expect("the devices");
    let row = csv.lines().find(|row| row.starts_with(&format!("{serial_number},"))).expect("the device");
    let hash = row.split(',').nth(2).expect("a hash");
    let record = json!({ "serialNumber": serial_number, "hardwareIdentifier": hash });
    other.post(IMPORT, &json!({ "importedWindowsAutopilotDeviceIdentities": [record] }));
    let registered = until("the other tenant has the device", || other.devices().into_iter().next());
    let id = registered["id"].as_str().expect("an id is text").to_owned();
    (other, id)
}

/// Asks until there is an answer; each question is a request of its own.
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "after a minute it is still not so that {what}");
    }
}

/// What the plan does to the fleet, without naming attributes: `update`, `create`, or nothing.
fn verb(lab: &Lab) -> Vec<String> {
    let changes = lab.plan().changes();
    changes.iter().filter_map(|change| change.split(' ').next()).map(str::to_owned).collect()
}

/// Every device is there once, and no record of an import is left.
#[track_caller]
fn is_whole(lab: &Lab, devices: usize) {
    let registered = lab.tenant.devices();
    let serials: BTreeSet<_> = registered.iter().map(|device| device["serialNumber"].to_string()).collect();
    assert_eq!((registered.len(), serials.len()), (devices, devices));
    assert_eq!(lab.tenant.import_records().len(), 0);
}

#[test]
fn a_refused_row_leaves_the_others_in_peace() {
    let lab = fleet();
    let (other, id) = register_elsewhere(&lab, "PF5KT1B7");

    let first = lab.apply();
    let warned = first.warnings();
    assert!(warned.iter().any(|warning| warning.detail.contains("PF5KT1B7")), "{first}");
    assert_eq!(lab.tenant.devices().len(), 24);
    let row = lab.state_of("autopilot_device_import.fleet")["devices"]["PF5KT1B7"].clone();
    assert_eq!(row["id"], Value::Null);
    assert!(row["status"].as_str().is_some_and(|status| !status.is_empty()), "{row}");

    assert_eq!(verb(&lab), ["update"], "in place, never -/+");
    let second = lab.apply_run().fails();
    second.error().says(&["PF5KT1B7"]);
    assert_eq!(lab.tenant.devices().len(), 24);
    assert_eq!(verb(&lab), ["update"]);

    other.delete(&format!("/beta/deviceManagement/windowsAutopilotDeviceIdentities/{id}"));
    until("the other tenant let go", || other.devices().is_empty().then_some(()));
    lab.apply();
    is_whole(&lab, 25);
    lab.plan().is_empty();
}

/// Starts an apply whose import takes ten seconds of real time, and comes back while it waits.
fn waiting_for_import(lab: &Lab) -> Child {
    lab.tenant.patch("/_emulator/settings", &json!({ "import_seconds": 1000 }));
    let terraform = lab.start(&["apply", "-auto-approve", "-no-color", "-input=false"]);
    until("all rows are sent", || (lab.tenant.import_records().len() == 25).then_some(()));
    terraform
}

fn group_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("a process id")).expect("a process id is not 0")
}

#[test]
fn ctrl_c_ends_the_wait_and_the_next_apply_finishes() {
    let lab = fleet();
    let terraform = waiting_for_import(&lab);
    let asked = Instant::now();
    // As a terminal does: to Terraform and to the provider.
    kill_process_group(group_of(&terraform), Signal::INT).expect("a signal");
    let run = Run::ended(&terraform.wait_with_output().expect("an end"));
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(2), "it took {took:?}\n{run}");
    let row = lab.state_of("autopilot_device_import.fleet")["devices"]["PF5KT0XA"].clone();
    assert_eq!(row["id"], Value::Null, "the state has the rows");

    assert_eq!(verb(&lab), ["update"], "in place, never -/+\n{run}");
    lab.apply();
    is_whole(&lab, 25);
    lab.plan().is_empty();
}

#[test]
#[cfg(target_os = "linux")]
fn a_killed_provider_leaves_nothing_twice() {
    let lab = fleet();
    let terraform = waiting_for_import(&lab);
    let provider = provider_of(terraform.id()).expect("Terraform has a provider");
    kill_process(provider, Signal::KILL).expect("a signal");
    let run = Run::ended(&terraform.wait_with_output().expect("an end"));
    assert_eq!(run.code, Some(1), "{run}");

    let verbs = verb(&lab);
    assert!(verbs == ["update"] || verbs == ["create"], "{verbs:?}: never -/+\n{run}");
    lab.apply();
    is_whole(&lab, 25);
    lab.plan().is_empty();
    let imported: u64 =
        lab.writes().iter().filter(|(what, _)| what.contains("/import 200")).map(|(_, count)| count).sum();
    assert_eq!(imported, 1, "the rows that were sent are found again: {:?}", lab.writes());
}

#[test]
fn a_row_of_an_enrolled_device_is_not_dropped() {
    let lab = fleet();
    lab.apply();
    let csv = fs::read_to_string(lab.folder().join("devices.csv")).expect("the devices");
    lab.enroll("7QX4NZ3");
    lab.write("devices.csv", without(&csv, "7QX4NZ3"));
    let error = lab.plan_run().fails().error();
    error.says(&["7QX4NZ3", "enrolled", "deregister_enrolled"]);
    assert_eq!(lab.tenant.devices().len(), 25);

    // One that is not enrolled goes.
    lab.write("devices.csv", without(&csv, "8QX4NZ3"));
    lab.apply();
    is_whole(&lab, 24);
    lab.plan().is_empty();
}

fn without(csv: &str, serial_number: &str) -> String {
    let kept = csv.split_inclusive('\n').filter(|row| !row.starts_with(&format!("{serial_number},")));
    kept.collect()
}

#[test]
fn five_thousand_rows_and_two_thousand_of_them_tagged_anew() {
    let lab = Lab::with(FLEET);
    let csv = |tag: &dyn Fn(usize) -> &'static str| {
        let mut csv = "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag\r\n".to_owned();
        for number in 0..5000 {
            let serial = format!("FLEET{number:05}");
            let machine = HardwareHash {
                serial_number: Some(serial.clone()),
                manufacturer: Some("Contoso".into()),
                model: Some("Book 5".into()),
                ..HardwareHash::default()
            };
            csv.push_str(&format!("{serial},,{},{}\r\n", encode(&machine), tag(number)));
        }
        csv
    };
    lab.write("devices.csv", csv(&|_| "Old"));
    lab.apply();
    is_whole(&lab, 5000);
    assert_eq!(lab.writes().get(&format!("POST {IMPORT} 200")), Some(&10), "batches of 500: {:?}", lab.writes());

    lab.write("devices.csv", csv(&|number| if number < 2000 { "New" } else { "Old" }));
    let changes = lab.plan().changes();
    let [change] = changes.as_slice() else { panic!("{} changes instead of one", changes.len()) };
    assert!(change.starts_with("update autopilot_device_import.fleet: "), "{}", &change[..80]);
    assert_eq!(change.matches(".group_tag").count(), 2000);
    lab.apply();
    let tags = lab.tenant.devices().iter().fold(BTreeMap::<String, usize>::new(), |mut tags, device| {
        *tags.entry(device["groupTag"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        tags
    });
    assert_eq!(tags, BTreeMap::from([("New".to_owned(), 2000), ("Old".to_owned(), 3000)]));
    lab.plan().is_empty();
}

/// What nobody has set is not in it: a row opens and closes, and says what it sets and what only the service knows.
#[test]
fn a_plan_of_new_devices_has_at_most_seven_lines_a_row() {
    let run = fleet().run(&["plan", "-no-color", "-input=false"]).succeeds();
    let (_, rows) = run.stdout.split_once("+ devices = {\n").expect("the devices are in it");
    let (rows, _) = rows.split_once("\n        }\n").expect("they end");
    let rows: Vec<_> = rows.split_inclusive("            },\n").map(|row| row.lines().count()).collect();
    assert_eq!(rows.len(), 25, "{run}");
    assert!(rows.iter().all(|lines| *lines <= 7), "{rows:?}\n{run}");
    assert!(run.stdout.contains("+ hardware_hash") && run.stdout.contains("+ group_tag"), "{run}");
}
