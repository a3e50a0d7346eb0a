//! A `moved` block from another provider. Our own executable stands for that one: its state is all that is asked of it.

use serde_json::json;

use super::lab::{Lab, PRELUDE};

/// A state that the azuread provider wrote (hashicorp/terraform-provider-azuread 3, `docs/resources/group.md`).
fn state_of_azuread(id: &str, name: &str, rule: &str, nickname: &str) -> serde_json::Value {
    json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "8b1e0c5e-2f0a-4f6e-9a51-5c8f2f3d1a77",
        "outputs": {},
        "resources": [{
            "mode": "managed", "type": "azuread_group", "name": "devices",
            "provider": "provider[\"registry.terraform.io/hashicorp/azuread\"]",
            "instances": [{"schema_version": 1, "attributes": {
                "id": format!("/groups/{id}"), "object_id": id, "display_name": name, "description": "",
                "mail_nickname": nickname, "mail_enabled": false, "security_enabled": true, "types": ["DynamicMembership"],
                "dynamic_membership": [{"enabled": true, "rule": rule}], "assignable_to_role": false,
                "members": [], "owners": ["f2b1a0f4-6b8c-4f0e-8c51-0d4a4a2a9f10"], "prevent_duplicate_names": false,
                "proxy_addresses": [], "administrative_unit_ids": null, "timeouts": null, "visibility": "",
            }}],
        }],
    })
}

const RULE: &str = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))";

/// The configuration after the move: what azuread said is said to this provider.
fn configuration() -> String {
    format!(
        "resource \"autopilot_group\" \"devices\" {{\n display_name = \"Devices\"\n membership_rule = {RULE:?}\n}}\n\
         moved {{\n from = azuread_group.devices\n to = autopilot_group.devices\n}}\n"
    )
}

fn is_moved(lab: &Lab) {
    let group = json!({
        "displayName": "Devices", "mailEnabled": false, "mailNickname": "devices", "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": RULE, "membershipRuleProcessingState": "On",
    });
    let made = lab.tenant.post("/v1.0/groups", &group);
    let id = made["id"].as_str().expect("it has an id");
    lab.stands_for("hashicorp/azuread");
    lab.configure(&configuration());
    lab.write(
        "prelude.tf",
        PRELUDE.replace("required_providers {", "required_providers {\n azuread = { source = \"hashicorp/azuread\" }"),
    );
    lab.write("terraform.tfstate", state_of_azuread(id, "Devices", RULE, "devices").to_string());

    let planned = lab.run(&["plan", "-no-color", "-input=false"]).succeeds();
    assert!(planned.stdout.contains("azuread_group.devices has moved to autopilot_group.devices"), "{planned}");
    assert!(planned.stdout.contains("Plan: 0 to add, 0 to change, 0 to destroy."), "{planned}");
    let before = lab.writes();
    lab.apply();
    assert_eq!(lab.writes_since(&before), Default::default(), "the tenant is left alone");
    assert_eq!(lab.state_of("autopilot_group.devices")["id"], id);
    assert!(!lab.state_text().contains("azuread_group"));
    lab.plan().is_empty();

    // It is a group like any other now, of this tenant.
    lab.configure("");
    lab.destroy();
    lab.tenant.is_empty();
}

#[test]
fn a_group_of_azuread_becomes_one_of_ours() {
    is_moved(&Lab::new());
}

#[test]
fn a_group_of_azuread_becomes_one_of_ours_on_newest() {
    is_moved(&Lab::on_newest());
}

#[test]
fn what_cannot_be_moved_says_so() {
    let lab = Lab::new();
    lab.stands_for("hashicorp/azuread");
    lab.configure(
        "resource \"autopilot_enrollment_status_page\" \"page\" {\n display_name = \"Page\"\n}\n\
         moved {\n from = azuread_group.devices\n to = autopilot_enrollment_status_page.page\n}\n",
    );
    lab.write(
        "prelude.tf",
        PRELUDE.replace("required_providers {", "required_providers {\n azuread = { source = \"hashicorp/azuread\" }"),
    );
    lab.write("terraform.tfstate", state_of_azuread("1", "Devices", RULE, "devices").to_string());
    let error = lab.plan_run().fails().error();
    error.says(&["State Cannot Be Moved", "cannot take over the state of azuread_group", "`import` block"]);
}
