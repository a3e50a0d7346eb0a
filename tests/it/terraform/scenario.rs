//! The scenario of tutorial 004, from an empty tenant to an empty tenant.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::lab::Lab;

const SCENARIO: &str = "scenarios/user-driven-entra-join";

#[test]
fn an_empty_tenant_becomes_ready_to_ship_and_empty_again() {
    from_empty_to_empty(&Lab::of_example(SCENARIO));
}

#[test]
fn the_newest_terraform_does_the_same() {
    from_empty_to_empty(&Lab::of_example_on_newest(SCENARIO));
}

fn from_empty_to_empty(lab: &Lab) {
    let applied = lab.apply();
    // The tutorial recommends what the plan warns of, and core plans once more before it applies. A check that fails would
    // be a warning too.
    let warnings: BTreeSet<_> = applied.warnings().into_iter().map(|told| told.summary).collect();
    assert_eq!(warnings, BTreeSet::from(["Targeted Devices Become Registered: User driven Entra join".to_owned()]));

    // What the tenant holds, by its own words.
    let devices = lab.tenant.devices();
    assert_eq!(devices.len(), 25);
    for device in &devices {
        let status = device["deploymentProfileAssignmentStatus"].as_str().unwrap_or_default();
        assert!(status.starts_with("assigned"), "{device}");
        assert!(
            !device["deploymentProfileAssignedDateTime"].as_str().unwrap_or("0001").starts_with("0001"),
            "{device}"
        );
    }
    let with_user = |device: &&Value| device["userPrincipalName"].as_str().is_some_and(|user| !user.is_empty());
    let users: Vec<_> = devices.iter().filter(with_user).map(|device| device["serialNumber"].clone()).collect();
    assert_eq!(users, ["PF5KT0XA"]);
    assert_eq!(lab.tenant.import_records().len(), 0, "import records are cleared away");
    assert_eq!(lab.tenant.holds(), json!({ "devices": 25, "groups": 3, "profiles": 1, "status pages": 1 }));
    for (group, members) in
        [("Autopilot devices", 25), ("Autopilot devices of Sales", 10), ("Autopilot devices of Engineering", 5)]
    {
        assert_eq!(lab.tenant.members_of(group), members, "{group}");
    }

    // Whom the plan said that the rule matches is who the tenant has put into the group.
    let foretold = lab.output("devices_of_sales");
    assert_eq!(foretold.as_array().map(Vec::len), Some(lab.tenant.members_of("Autopilot devices of Sales")));

    let statuses = lab.output("profile_status");
    assert_eq!(statuses.as_object().map(|statuses| statuses.len()), Some(25));
    assert!(statuses.as_object().is_some_and(|all| all.values().all(|status| status == "Assigned")), "{statuses}");

    lab.plan().is_empty();
    lab.destroy();
    lab.tenant.is_empty();
}
