//! A tenant that was clicked together becomes a configuration that plans no change.

use std::process::Command;

use serde_json::{Value, json};

use super::{
    lab::{Lab, executable},
    run::{Plan, Run},
};

const DEVICES: u32 = 5_000;
const TAGS: u32 = 12;

/// Names as people give them; the last two are alike, and each is there more than once.
const NAMES: [&str; 6] =
    ["Sales \"North\" ${x}", "🚀 Raketen %{if}", "Geräte (Büro) - 365", "C:\\temp\\kiosk", "Alike", "alike"];

/// Makes what a tenant has, by the calls that the admin center makes.
pub(super) fn clicked(lab: &Lab) {
    let tenant = &lab.tenant;
    let seed = json!({
        "devices": (0..TAGS).map(|tag| {
            let count = if tag == 0 { DEVICES - (DEVICES / TAGS) * (TAGS - 1) } else { DEVICES / TAGS };
            json!({"serialNumber": format!("T{tag}-"), "count": count, "groupTag": if tag == 0 { String::new() } else { format!("Tag {tag}") }})
        }).collect::<Vec<_>>(),
    });
    lab.emulator.plant(seed.to_string().as_bytes()).unwrap_or_else(|why| panic!("{why}"));
    let made = |path: &str, body: &Value| tenant.post(path, body)["id"].as_str().expect("an id").to_owned();
    let groups: Vec<String> = (0..12)
        .map(|number| {
            let name = NAMES[number % NAMES.len()];
            let rule = format!("(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Tag {number}\"))");
            let mut group = json!({
                "displayName": name, "mailEnabled": false, "mailNickname": format!("g{number}"), "securityEnabled": true,
            });
            if number % 2 == 0 {
                group["groupTypes"] = json!(["DynamicMembership"]);
                group["membershipRule"] = rule.into();
                group["membershipRuleProcessingState"] = "On".into();
            }
            made("/v1.0/groups", &group)
        })
        .collect();
    let target = |number: usize| json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": groups[number]}});
    for number in 0..12 {
        let name = format!("Profile {number} \"odd\" ${{x}}");
        let profile = made(
            "/beta/deviceManagement/windowsAutopilotDeploymentProfiles",
            &json!({
                "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
                "displayName": name, "description": "Two lines: {x}", "deviceNameTemplate": format!("N{number}-%SERIAL%"),
            }),
        );
        tenant.post(
            &format!("/beta/deviceManagement/windowsAutopilotDeploymentProfiles/{profile}/assignments"),
            &target(number),
        );
        let page = made(
            "/beta/deviceManagement/deviceEnrollmentConfigurations",
            &json!({
                "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
                "displayName": NAMES[number % NAMES.len()], "showInstallationProgress": true,
                "customErrorMessage": if number % 2 == 0 { "Call 42: ${help}" } else { "Zeile eins\nZeile zwei\n" },
            }),
        );
        tenant.post(
            &format!("/beta/deviceManagement/deviceEnrollmentConfigurations/{page}/assign"),
            &json!({"enrollmentConfigurationAssignments": [target(number)]}),
        );
        let (kind, body) = match number % 4 {
            0 => ("roleScopeTags", json!({"displayName": format!("Tag {number}")})),
            1 => (
                "assignmentFilters",
                json!({"displayName": NAMES[number % NAMES.len()], "platform": "windows10AndLater", "rule": "(device.model -startsWith \"Surface\")"}),
            ),
            2 => (
                "deviceManagementScripts",
                json!({"displayName": "Script", "fileName": "a.ps1", "runAsAccount": "system", "scriptContent": "V3JpdGUtSG9zdCAiJHt4fSIKV3JpdGUtSG9zdCAyCg=="}),
            ),
            _ => (
                "deviceConfigurations",
                json!({
                    "@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "Join",
                    "activeDirectoryDomainName": "corp.contoso.com", "computerNameStaticPrefix": "PC",
                    "computerNameSuffixRandomCharCount": 8,
                }),
            ),
        };
        made(&format!("/beta/deviceManagement/{kind}"), &body);
    }
}

pub(super) fn export(lab: &Lab, words: &[&str]) -> Run {
    let mut command = Command::new(executable());
    command.arg("export").arg("--out").arg(lab.folder()).args(words).env("COLUMNS", "200");
    Run::of(command.envs(lab.settings.iter().map(|(name, value)| (name, value))))
}

/// Only imports, and not one change.
#[track_caller]
pub(super) fn holds_only_imports(plan: &Plan, count: usize) {
    let changes = plan.json["resource_changes"].as_array().expect("a list");
    let changes: Vec<_> = changes.iter().filter(|change| change["mode"] == "managed").collect();
    for change in &changes {
        let (address, actions) = (&change["address"], &change["change"]["actions"]);
        assert_eq!(*actions, json!(["no-op"]), "{address}: {}", change["change"]);
        assert!(change["change"]["importing"].is_object(), "{address} is not imported");
    }
    assert_eq!(changes.len(), count);
}

fn becomes_code(lab: &Lab) {
    clicked(lab);
    lab.emulator.forget_requests();
    export(lab, &[]).succeeds();
    let reads: u64 =
        lab.emulator.requests().iter().filter(|request| !request.in_batch).map(|request| request.count).sum();
    assert!(reads <= 60, "{reads} requests");
    assert!(lab.writes().is_empty(), "nothing is written: {:?}", lab.writes());
    lab.run(&["fmt", "-check", "-recursive"]).succeeds();
    holds_only_imports(&lab.plan(), 12 + 12 + 12 + 12 + 1 + TAGS as usize);
    lab.apply();
    assert_eq!(lab.plan_run().code, Some(0));
    export(lab, &["--check"]).succeeds();
}

#[test]
fn a_tenant_that_was_clicked_becomes_code() {
    becomes_code(&Lab::new());
}

#[test]
fn a_tenant_that_was_clicked_becomes_code_on_the_newest_terraform() {
    becomes_code(&Lab::on_newest());
}

#[test]
fn a_change_by_hand_is_a_line_in_the_folder_and_exit_code_2() {
    let lab = Lab::new();
    let group = lab.tenant.post(
        "/v1.0/groups",
        &json!({"displayName": "Sales", "mailEnabled": false, "mailNickname": "s", "securityEnabled": true}),
    );
    export(&lab, &["--only", "group"]).succeeds();
    lab.tenant
        .patch(&format!("/v1.0/groups/{}", group["id"].as_str().expect("an id")), &json!({"displayName": "Vertrieb"}));
    let checked = export(&lab, &["--only", "group", "--check"]);
    assert_eq!(checked.code, Some(2), "{checked}");
    let told = &checked.stdout;
    assert!(
        told.contains(
            "groups.tf: autopilot_group.sales: display_name is \"Sales\" in the folder, \"Vertrieb\" in the tenant"
        ),
        "{told}"
    );
    export(&lab, &["--only", "group"]).succeeds();
    let text = std::fs::read_to_string(lab.folder().join("groups.tf")).expect("a file");
    assert!(
        text.contains("resource \"autopilot_group\" \"sales\"") && text.contains("\"Vertrieb\""),
        "it keeps its name: {text}"
    );
}

/// Neither what was not asked for nor what could not be read is taken for gone.
#[test]
fn a_part_of_the_tenant_is_not_written_over_the_whole_of_it() {
    let lab = Lab::new();
    clicked(&lab);
    export(&lab, &[]).succeeds();
    let imports = || std::fs::read_to_string(lab.folder().join("imports.tf")).expect("a file");
    let all = imports();
    let part = export(&lab, &["--only", "scope_tag"]).fails();
    assert!(part.stderr.contains("holds more than was exported now") && part.stderr.contains("groups.tf"), "{part}");
    let fault = json!({"method": "GET", "path": "/v1.0/groups", "status": 403, "times": 0});
    lab.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let failed = export(&lab, &[]).fails();
    assert!(failed.stdout.contains("Not read: groups."), "{failed}");
    assert_eq!(imports(), all, "nothing was written");
}

#[test]
fn a_second_tenant_is_made_like_the_first_by_its_module() {
    let mut lab = Lab::new();
    clicked(&lab);
    export(&lab, &["--module"]).succeeds();
    for file in ["imports.tf", "devices.tf"] {
        std::fs::remove_file(lab.folder().join(file)).expect("it was written");
    }
    let names = |lab: &Lab| {
        let mut names: Vec<_> = lab.tenant.groups().iter().map(|group| group["displayName"].to_string()).collect();
        names.sort();
        names
    };
    let there = names(&lab);
    lab.sign_in_elsewhere();
    lab.set("TF_VAR_tenant_id", autopilot::emulator::OTHER_TENANT_ID);
    lab.run(&["get"]).succeeds();
    lab.apply();
    assert_eq!(names(&lab), there);
    assert_eq!(lab.plan_run().code, Some(0));
}
