//! Every example of a resource in a tenant that protects whatever can be protected.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use super::{APPLY, DESTROY, approved, are, lab, provider, requests};
use crate::terraform::lab::examples;

/// All that a tenant can protect, and where some of ours is kept. We write no compliance policies.
const KINDS: [(&str, &[&str]); 7] = [
    ("apps", &["/deviceAppManagement/mobileApps"]),
    ("compliance", &[]),
    ("configurationPolicies", &["/deviceManagement/configurationPolicies", "/deviceManagement/deviceConfigurations"]),
    ("deviceActions", &["/deviceManagement/windowsAutopilotDeviceIdentities"]),
    ("rbac", &["/deviceManagement/roleScopeTags"]),
    ("scripts", &["/deviceManagement/deviceManagementScripts"]),
    (
        "tenantConfiguration",
        &[
            "/deviceManagement/assignmentFilters",
            "/deviceManagement/deviceEnrollmentConfigurations",
            "/deviceManagement/windowsAutopilotDeploymentProfiles",
        ],
    ),
];

#[test]
fn each_kind_of_object_is_asked_for_once_for_each_write_made_planned_empty_and_destroyed() {
    let lab = lab(&(provider("") + &examples_as_modules()));
    let protected = json!({ "approval": KINDS.map(|(kind, _)| kind), "approval_covers_enrollment": true });
    lab.tenant.patch("/_emulator/settings", &protected);
    lab.run(&["get"]).succeeds();

    approved(&lab, &APPLY).succeeds();
    let made = requests(&lab).len();
    assert_eq!(are(&lab, "completed"), made);
    lab.plan().is_empty();
    assert_eq!(requests(&lab).len(), made, "a plan asks for nothing");
    approved(&lab, &DESTROY).succeeds();
    let all = requests(&lab);
    assert!(all.len() > made);
    assert_eq!(are(&lab, "completed"), all.len(), "nothing was asked for in vain");

    let path = |request: &Value| request["path"].as_str().expect("a path").to_owned();
    let paths: BTreeSet<String> = all.iter().map(path).collect();
    for below in KINDS.iter().flat_map(|(_, below)| below.iter()) {
        assert!(paths.iter().any(|path| path.contains(below)), "nothing below {below} was asked for: {paths:#?}");
    }
}

/// Each example of a resource but one with providers of its own, and that of a device which an import has too.
fn examples_as_modules() -> String {
    let folders = fs::read_dir(examples().join("resources")).expect("the examples");
    let mut modules: Vec<String> = folders
        .map(|folder| folder.expect("a folder").path())
        .filter(|folder| {
            let text = fs::read_to_string(folder.join("resource.tf")).expect("an example");
            !text.contains("\nprovider ") && !text.starts_with("provider ") && !folder.ends_with("autopilot_device")
        })
        .map(|folder| {
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            format!("module \"{name}\" {{\n  source = {:?}\n}}\n", folder.display().to_string())
        })
        .collect();
    modules.sort();
    modules.concat()
}
