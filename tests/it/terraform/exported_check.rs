//! `export --check` compares what it can read: what else there is, is taken as the folder has it.

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
            differs.stdout.contains("deployment_profiles.tf: line") && differs.stdout.contains("by hand"),
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
    assert!(gone.stdout.contains("scope_tags.tf: nothing of it is in the tenant any more"), "{gone}");
}
