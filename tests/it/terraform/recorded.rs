//! What a command asks of the service is recorded without a word that names the tenant, and answered from that again. The
//! service is an emulator here: `emulator --record` looks for it where the provider does.

use std::{fs, path::Path, process::Command};

use autopilot::emulator;
use serde_json::{Value, json};

use super::{
    lab::{Lab, executable},
    run::Run,
};

/// The same command under `emulator --record FILE --`, or `--replay`.
pub(super) fn under(how: &str, file: &Path, command: &Command) -> Run {
    let mut outer = Command::new(executable());
    outer.arg("emulator").arg(how).arg(file).arg("--").arg(command.get_program()).args(command.get_args());
    take_environment(&mut outer, command);
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    Run::of(&mut outer)
}

/// Sets and removes what the other command sets and removes.
pub(super) fn take_environment(command: &mut Command, other: &Command) {
    for (name, value) in other.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
}

fn export(lab: &Lab, to: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(executable());
    command.arg("export").arg("--out").arg(to).args(words).env("COLUMNS", "200");
    command.envs(lab.settings.iter().map(|(name, value)| (name, value)));
    command
}

/// Nothing of this is in the file, in whichever case.
#[track_caller]
fn holds_none_of(file: &Path, originals: &[&str]) {
    let text = fs::read_to_string(file).expect("a recording").to_lowercase();
    assert!(text.lines().count() > 5, "{text}");
    for original in originals {
        let at = text.find(&original.to_lowercase());
        let around =
            at.map(|at| text.get(at.saturating_sub(200)..).unwrap_or(&text).chars().take(500).collect::<String>());
        assert!(at.is_none(), "{original} is in the file: {}", around.unwrap_or_default());
    }
}

/// What opens the tenant, and names it.
const TENANT: [&str; 5] =
    [emulator::TENANT_ID, emulator::CLIENT_ID, emulator::CLIENT_SECRET, emulator::PUBLIC_CLIENT_ID, "eyJ"];

/// Makes what a tenant has, by the calls that the admin center makes; in each text a word that must not get out.
fn clicked(lab: &Lab) {
    let tenant = &lab.tenant;
    let seed = json!({"devices": [{"serialNumber": "5CGZEBRA", "count": 30, "groupTag": "TagZebra"}]});
    lab.emulator.plant(seed.to_string().as_bytes()).unwrap_or_else(|why| panic!("{why}"));
    let devices = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";
    let device = tenant.list(devices)[0]["id"].as_str().expect("an id").to_owned();
    tenant.post(&format!("{devices}/{device}/updateDeviceProperties"), &json!({"displayName": "PC-Zebra"}));
    lab.emulator.advance(std::time::Duration::from_secs(60));
    let made = |path: &str, body: &Value| tenant.post(path, body)["id"].as_str().expect("an id").to_owned();
    let group = made(
        "/v1.0/groups",
        &json!({
            "displayName": "Sales O'Zebra", "description": "Laptops of zebra", "mailEnabled": false, "mailNickname": "zebra",
            "securityEnabled": true, "groupTypes": ["DynamicMembership"], "membershipRuleProcessingState": "On",
            "membershipRule": "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:TagZebra\"))",
        }),
    );
    let profiles = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
    let profile = made(
        profiles,
        &json!({
            "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
            "displayName": "Profile zebra", "deviceNameTemplate": "ZEB-%SERIAL%",
        }),
    );
    let target = json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}});
    tenant.post(&format!("{profiles}/{profile}/assignments"), &target);
    for (kind, body) in [
        ("roleScopeTags", json!({"displayName": "Scope zebra"})),
        (
            "assignmentFilters",
            json!({"displayName": "Filter zebra", "platform": "windows10AndLater", "rule": "(device.model -startsWith \"Zebra\")"}),
        ),
        (
            "deviceManagementScripts",
            json!({"displayName": "Script zebra", "fileName": "zebra.ps1", "runAsAccount": "system", "scriptContent": "WkVCUkEgc2NyaXB0"}),
        ),
        (
            "deviceConfigurations",
            json!({
                "@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "Join zebra",
                "activeDirectoryDomainName": "corp.zebra.com", "computerNameStaticPrefix": "ZEB",
                "computerNameSuffixRandomCharCount": 8, "organizationalUnit": "OU=zebra,DC=zebra,DC=com",
            }),
        ),
        (
            "deviceEnrollmentConfigurations",
            json!({
                "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
                "displayName": "Page zebra", "showInstallationProgress": true, "customErrorMessage": "Call zebra",
            }),
        ),
    ] {
        made(&format!("/beta/deviceManagement/{kind}"), &body);
    }
}

#[test]
fn a_recorded_export_names_nobody_and_is_replayed_without_the_service() {
    let lab = Lab::new();
    clicked(&lab);
    let (file, folder) = (lab.home.path().join("export.jsonl"), tempfile::tempdir().expect("a folder"));
    let first = folder.path().join("first");
    let recorded = under("--record", &file, &export(&lab, &first, &[])).succeeds();
    assert!(recorded.stderr.contains(" requests in ") && recorded.stderr.contains("Read it before"), "{recorded}");
    holds_none_of(&file, &TENANT);
    holds_none_of(&file, &["zebra", "contoso", "ZEB-", "WkVCUkEg"]);

    lab.emulator.forget_requests();
    let again = folder.path().join("again");
    let replayed = under("--replay", &file, &export(&lab, &again, &[])).succeeds();
    assert!(!replayed.stderr.contains("not asked for"), "each request was sent again: {replayed}");
    assert!(lab.emulator.requests().is_empty(), "and none to the service: {:?}", lab.emulator.requests());
    let imports = |folder: &Path| {
        let text = fs::read_to_string(folder.join("imports.tf")).expect("imports");
        text.matches("import {").count()
    };
    assert_eq!(imports(&again), imports(&first));
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&again).len(), names(&first).len());
    let mut csv = fs::read_dir(again.join("devices")).expect("the devices");
    let csv = fs::read_to_string(csv.next().expect("their file").expect("an entry").path()).expect("text");
    assert!(csv.contains(",PC"), "the name of a device is one that a configuration may say: {csv}");
}

#[test]
fn what_was_not_recorded_is_told_with_exit_code_1() {
    let lab = Lab::new();
    clicked(&lab);
    let (file, folder) = (lab.home.path().join("export.jsonl"), tempfile::tempdir().expect("a folder"));
    under("--record", &file, &export(&lab, &folder.path().join("a"), &["--only", "group"])).succeeds();
    let other = export(&lab, &folder.path().join("b"), &["--only", "group,scope_tag"]);
    let replayed = under("--replay", &file, &other).fails();
    assert!(
        replayed.stdout.contains("The recording does not hold GET /beta/deviceManagement/roleScopeTags"),
        "{replayed}"
    );
    assert!(replayed.stderr.contains("Not in it:\n  GET /beta/deviceManagement/roleScopeTags"), "{replayed}");
}

#[test]
fn a_refused_sign_in_is_recorded_by_its_words_and_refused_again_without_settings() {
    let lab = Lab::new();
    let (file, folder) = (lab.home.path().join("refused.jsonl"), tempfile::tempdir().expect("a folder"));
    let mut command = export(&lab, &folder.path().join("a"), &[]);
    under("--record", &file, command.env("ARM_CLIENT_SECRET", "wrong")).fails();
    let text = fs::read_to_string(&file).expect("a recording");
    let refused: Value = serde_json::from_str(text.lines().nth(1).expect("a line")).expect("JSON");
    let answer = &refused["sign_in"]["refused"]["answer"];
    assert_eq!((&answer["error"], &answer["error_codes"]), (&json!("invalid_client"), &json!([7_000_215])), "{text}");
    assert!(answer["error_description"].as_str().is_some_and(|said| said.starts_with("AADSTS7000215: ")), "{text}");
    for original in TENANT {
        assert!(!text.contains(original), "{original} is in {text}");
    }

    let mut command = export(&lab, &folder.path().join("b"), &[]);
    for (name, _) in lab.settings.iter().filter(|(name, _)| name.starts_with("ARM_")) {
        command.env_remove(name);
    }
    let replayed = under("--replay", &file, &command).fails();
    assert!(replayed.stderr.contains("AADSTS7000215") && !replayed.stderr.contains("Not in it"), "{replayed}");
}

/// One thing after the other, so that they come in the same order again: by their texts alone nobody could tell them apart.
const SETUP: &str = r#"
provider "autopilot" {}

provider "autopilot" {
  alias     = "administrator"
  use_login = true
}

resource "autopilot_mdm_enrollment_scope" "this" {
  provider = autopilot.administrator
  scope    = "all"
}

resource "autopilot_device_import" "fleet" {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
}

resource "autopilot_group" "sales" {
  display_name    = "Zebra Sales"
  description     = "Laptops of \"zebra\""
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Sales\"))"
  depends_on      = [autopilot_device_import.fleet, autopilot_mdm_enrollment_scope.this]
}

resource "autopilot_deployment_profile" "sales" {
  display_name         = "Zebra profile"
  device_name_template = "ZEB-%SERIAL%"
  assignments          = [{ group_id = autopilot_group.sales.id }]
}

resource "autopilot_enrollment_status_page" "sales" {
  display_name         = "Zebra page"
  show_progress        = true
  custom_error_message = "Call zebra"
  assignments          = [{ group_id = autopilot_group.sales.id }]
  depends_on           = [autopilot_deployment_profile.sales]
}
"#;

#[test]
fn a_recorded_apply_is_replayed_by_the_same_configuration() {
    let lab = Lab::with(SETUP);
    lab.copy_devices();
    let file = lab.home.path().join("apply.jsonl");
    let apply = ["apply", "-auto-approve", "-json", "-input=false"];
    under("--record", &file, &lab.command(&apply)).succeeds();
    holds_none_of(&file, &TENANT);
    holds_none_of(&file, &["zebra", "contoso", "ZEB-", "[OrderID]:Sales"]);
    let csv = fs::read_to_string(lab.folder().join("devices.csv")).expect("devices");
    for row in csv.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').filter(|cell| cell.len() > 5).collect();
        holds_none_of(&file, &cells);
    }

    let first = lab.state_text();
    lab.forget_state();
    lab.emulator.forget_requests();
    let replayed = under("--replay", &file, &lab.command(&apply)).succeeds();
    assert!(lab.emulator.requests().is_empty(), "{:?}\n{replayed}", lab.emulator.requests());
    let shape = |state: &str| {
        let state: Value = serde_json::from_str(state).expect("a state is JSON");
        let resources = state["resources"].as_array().expect("a list").iter();
        let names = resources.map(|resource| {
            let attributes = &resource["instances"][0]["attributes"];
            (
                resource["type"].clone(),
                attributes["display_name"].clone(),
                attributes["devices"].as_object().map(serde_json::Map::len),
            )
        });
        names.collect::<Vec<_>>()
    };
    assert_eq!(shape(&lab.state_text()), shape(&first));
}
