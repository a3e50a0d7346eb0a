//! Every example is formatted, is applied, planned again, and destroyed.

use super::lab::{Lab, examples};

#[test]
fn every_example_is_formatted() {
    let lab = Lab::new();
    let folder = examples();
    let run = lab.run(&["fmt", "-check", "-recursive", "-diff", &folder.to_string_lossy()]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run}");
}

/// Applies the example of a type alone, and takes it back.
fn stands_alone(folder: &str) {
    let lab = Lab::of_example(folder);
    if !lab.folder().join("provider.tf").exists() {
        lab.write("prelude.tf", super::lab::PRELUDE);
    }
    lab.apply();
    lab.plan().is_empty();
    lab.destroy();
    lab.tenant.is_empty();
}

#[test]
fn the_group_example_works() {
    stands_alone("resources/autopilot_group");
}

#[test]
fn the_enrollment_status_page_example_works() {
    stands_alone("resources/autopilot_enrollment_status_page");
}

#[test]
fn the_deployment_profile_example_works() {
    stands_alone("resources/autopilot_deployment_profile");
}

#[test]
fn the_device_import_example_works() {
    stands_alone("resources/autopilot_device_import");
}

#[test]
fn the_scope_tag_example_works() {
    stands_alone("resources/autopilot_scope_tag");
}

#[test]
fn the_assignment_filter_example_works() {
    stands_alone("resources/autopilot_assignment_filter");
}

#[test]
fn the_devices_example_works() {
    stands_alone("data-sources/autopilot_devices");
}

#[test]
fn the_parse_device_csv_example_works() {
    stands_alone("functions/parse_device_csv");
}
