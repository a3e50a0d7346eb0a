//! `export --check` compares what it can read: what else there is, is taken as the folder has it.

use std::fs;

use serde_json::json;

use super::{exported::export, lab::Lab};

const SECRET: &str = "open sesame";
const PROFILE: &str = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
const READER: &str = "5e9bcf2e-2bc2-4f5b-a8b1-0a5f3f3a7c11";

/// A profile that is assigned to a group of ours and to one that is nobody's.
fn clicked(lab: &Lab) -> (String, String) {
    let tenant = &lab.tenant;
    let made = |path: &str, body| tenant.post(path, &body)["id"].as_str().expect("an id").to_owned();
    let group = |name: &str, unified: bool| {
        let types = if unified { json!(["Unified"]) } else { json!([]) };
        made(
            "/v1.0/groups",
            json!({"displayName": name, "mailEnabled": unified, "mailNickname": name, "securityEnabled": true, "groupTypes": types}),
        )
    };
    let (ours, team) = (group("Ours", false), group("Team", true));
    let profiles = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
    let profile = made(profiles, json!({"@odata.type": PROFILE, "displayName": "Sales"}));
    for group in [&ours, &team] {
        let target = json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group});
        tenant.post(&format!("{profiles}/{profile}/assignments"), &json!({"target": target}));
    }
    (format!("/v1.0/groups/{ours}"), format!("{profiles}/{profile}"))
}

/// Signs in by an application that may read all of Intune, and no group.
fn without_groups(lab: &mut Lab) {
    let roles = ["ServiceConfig", "Configuration", "Apps", "RBAC", "Scripts", "ManagedDevices"];
    let roles: Vec<String> = roles.iter().map(|of| format!("DeviceManagement{of}.Read.All")).collect();
    let seed = json!({"applications": [{"client_id": READER, "client_secret": SECRET, "roles": roles}]});
    lab.emulator.plant(seed.to_string().as_bytes()).expect("it is planted");
    lab.set("ARM_CLIENT_ID", READER);
    lab.set("ARM_CLIENT_SECRET", SECRET);
}

#[test]
fn a_check_that_may_not_read_a_kind_compares_the_rest() {
    for module in [&[][..], &["--module"]] {
        let mut lab = Lab::new();
        let (group, profile) = clicked(&lab);
        export(&lab, module).succeeds();
        let check = [module, &["--check"]].concat();
        export(&lab, &check).succeeds();
        without_groups(&mut lab);
        let same = export(&lab, &check);
        assert_eq!(same.code, Some(1), "{same}");
        assert!(same.stdout.contains("Not read: groups. The permission Group.Read.All is missing."), "{same}");
        assert!(same.stdout.contains("says what could be read of the tenant."), "{same}");
        assert_eq!(same.stdout.matches("with admin consent").count(), 1, "the advice is said once: {same}");
        lab.tenant.patch(&group, &json!({"description": "not seen"}));
        assert_eq!(export(&lab, &check).code, Some(1));
        lab.tenant.patch(&profile, &json!({"@odata.type": PROFILE, "description": "by hand"}));
        let differs = export(&lab, &check);
        assert_eq!(differs.code, Some(2), "{differs}");
        assert!(
            differs.stdout.contains(
                "deployment_profiles.tf: autopilot_deployment_profile.sales: description is not set in the folder, \"by hand\" in the tenant"
            ),
            "{differs}"
        );
        assert!(differs.stdout.contains("1 file differs"), "{differs}");
    }
}

#[test]
fn only_narrows_a_check_of_the_whole_folder() {
    let lab = Lab::new();
    let (group, _) = clicked(&lab);
    let tag = lab.tenant.post("/beta/deviceManagement/roleScopeTags", &json!({"displayName": "Berlin"}));
    let tag = format!("/beta/deviceManagement/roleScopeTags/{}", tag["id"].as_str().expect("an id"));
    export(&lab, &[]).succeeds();
    let check = |kind: &str| export(&lab, &["--check", "--only", kind]);
    check("deployment_profile").succeeds();
    lab.tenant.patch(&group, &json!({"description": "by hand"}));
    check("scope_tag").succeeds();
    let other = check("deployment_profile").succeeds();
    assert!(other.stdout.contains("says what was asked for of the tenant."), "{other}");
    assert_eq!(check("group").code, Some(2));
    lab.tenant.delete(&tag);
    let gone = check("scope_tag");
    assert_eq!(gone.code, Some(2), "{gone}");
    assert!(gone.stdout.contains("scope_tags.tf: autopilot_scope_tag.berlin is only in the folder"), "{gone}");
}

fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An address with the module in it is another one: Terraform would destroy what it manages, and import it anew.
#[test]
fn a_folder_keeps_its_form() {
    for (first, second) in [(&[][..], &["--module"][..]), (&["--module"], &[])] {
        let lab = Lab::new();
        clicked(&lab);
        export(&lab, first).succeeds();
        let imports = || fs::read_to_string(lab.folder().join("imports.tf")).expect("a file");
        let before = imports();
        lab.emulator.forget_requests();
        let refused = export(&lab, second).fails();
        let with = if first.is_empty() { "without" } else { "with" };
        let told = unfolded(&refused.stderr);
        assert!(
            told.contains(&format!("was exported {with} --module.")) && told.contains("Nothing was written."),
            "{told}"
        );
        assert!(told.contains(&format!("Export {with} --module, or choose another folder with --out.")), "{told}");
        assert_eq!(imports(), before);
        assert!(lab.emulator.requests().is_empty(), "it is told before the tenant is read");
        let refused = export(&lab, &[second, &["--check"]].concat());
        assert_eq!(refused.code, Some(1), "{refused}");
        assert!(unfolded(&refused.stderr).contains(&format!("Check it {with} --module too.")), "{refused}");
        export(&lab, &[first, &["--check"]].concat()).succeeds();
    }
}

/// Terraform is used to import blocks that are deleted after the apply.
#[test]
fn a_folder_without_its_imports_is_not_written_where_a_name_would_be_another() {
    for module in [&[][..], &["--module"]] {
        let lab = Lab::new();
        let (group, _) = clicked(&lab);
        export(&lab, module).succeeds();
        fs::remove_file(lab.folder().join("imports.tf")).expect("it was written");
        lab.tenant.patch(&group, &json!({"displayName": "Vertrieb"}));
        let file = lab.folder().join(if module.is_empty() { "groups.tf" } else { "modules/tenant/groups.tf" });
        let before = fs::read_to_string(&file).expect("a file");
        let refused = export(&lab, module).fails();
        let inside = if module.is_empty() { "" } else { "module.tenant." };
        for words in [
            "has no imports.tf, which says what each block is of the tenant, and 1 address would be gone",
            &format!("such as {inside}autopilot_group.ours. Terraform would destroy what it manages there."),
            "Nothing was written. Bring imports.tf back, or choose another folder with --out.",
        ] {
            assert!(unfolded(&refused.stderr).contains(words), "{words}: {refused}");
        }
        assert_eq!(fs::read_to_string(&file).expect("a file"), before);
        // Where each keeps its name, the imports are made anew.
        lab.tenant.patch(&group, &json!({"displayName": "Ours", "description": "by hand"}));
        export(&lab, module).succeeds();
        assert!(lab.folder().join("imports.tf").exists());
        // The form is one of the address.
        fs::remove_file(lab.folder().join("imports.tf")).expect("it was written");
        let other: &[&str] = if module.is_empty() { &["--module"] } else { &[] };
        let refused = export(&lab, other).fails();
        assert!(unfolded(&refused.stderr).contains("Terraform would destroy what it manages there."), "{refused}");
    }
}

#[test]
fn the_devices_of_a_tag_keep_their_address_when_a_tag_like_it_is_gone() {
    let lab = Lab::new();
    let seed =
        json!({"devices": [{"serialNumber": "A", "groupTag": "Kiosk"}, {"serialNumber": "B", "groupTag": "kiosk"}]});
    lab.emulator.plant(seed.to_string().as_bytes()).expect("they are planted");
    export(&lab, &[]).succeeds();
    let devices = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";
    let all = lab.tenant.list(devices);
    let first = all.iter().find(|device| device["groupTag"] == "Kiosk").expect("it is there");
    lab.tenant.delete(&format!("{devices}/{}", first["id"].as_str().expect("an id")));
    lab.emulator.advance(std::time::Duration::from_secs(60));
    export(&lab, &[]).succeeds();
    let imports = fs::read_to_string(lab.folder().join("imports.tf")).expect("a file");
    let import = "to = autopilot_device_import.kiosk_2\n  id = \"group_tag=kiosk\"";
    assert!(imports.contains(import) && imports.matches("import {").count() == 1, "{imports}");
    let csv = |name: &str| lab.folder().join("devices").join(name).exists();
    assert!(csv("kiosk_2.csv") && !csv("kiosk.csv"));
}

#[test]
fn what_is_only_on_one_side_is_named_once_and_a_new_name_moves_no_block() {
    let lab = Lab::new();
    let made = |name: &str| {
        let tag = lab.tenant.post("/beta/deviceManagement/roleScopeTags", &json!({"displayName": name}));
        format!("/beta/deviceManagement/roleScopeTags/{}", tag["id"].as_str().expect("an id"))
    };
    let (berlin, _) = (made("Berlin"), made("Kiel"));
    export(&lab, &[]).succeeds();
    let order = || {
        let text = fs::read_to_string(lab.folder().join("scope_tags.tf")).expect("a file");
        (text.find("\"berlin\""), text.find("\"kiel\""))
    };
    let before = order();
    assert!(before.0 < before.1);
    lab.tenant.patch(&berlin, &json!({"displayName": "Zittau"}));
    made("Aachen");
    let differs = export(&lab, &["--check"]);
    assert_eq!(differs.code, Some(2), "{differs}");
    let told: Vec<&str> = differs.stdout.lines().filter(|line| line.contains(".tf: ")).collect();
    assert_eq!(
        told,
        [
            "scope_tags.tf: autopilot_scope_tag.aachen is only in the tenant",
            "scope_tags.tf: autopilot_scope_tag.berlin: display_name is \"Berlin\" in the folder, \"Zittau\" in the tenant",
        ],
        "{differs}"
    );
    assert!(differs.stdout.contains("1 file differs"), "{differs}");
    export(&lab, &[]).succeeds();
    let after = order();
    assert!(after.0 < after.1);
}
