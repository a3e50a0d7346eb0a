//! What lacks a value that its configuration must say, brought in.

use serde_json::json;

use super::lab::Lab;

/// A device preparation policy that was made without its device group is told at the import, and can be brought in with one.
fn is_told(lab: &Lab) {
    let policy = json!({
        "name": "No group", "platforms": "windows10", "technologies": "enrollment", "roleScopeTagIds": ["0"], "settings": [],
        "templateReference": {"templateId": "80d33118-b7b4-40d8-b15f-81be745e053f_1"},
    });
    let policy = lab.tenant.post("/beta/deviceManagement/configurationPolicies", &policy);
    let import = format!("import {{\n to = autopilot_device_preparation_policy.p\n id = {}\n}}\n", policy["id"]);
    lab.configure(&import);
    let planned = lab.run(&["plan", "-no-color", "-input=false", "-generate-config-out=generated.tf"]).fails();
    let told = format!("{}{}", planned.stdout, planned.stderr);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let lacks = "Warning: Imported without a Required Value";
    for words in [
        lacks,
        "What is brought in has no device_group_id, and its configuration must say one: the first apply sets it. Attribute \
         device_group_id must be set where `deployment` is \"user_driven\"",
        "on generated.tf line",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    std::fs::remove_file(lab.folder().join("generated.tf")).expect("it was generated");
    lab.configure(&format!(
        "{import}resource \"autopilot_group\" \"devices\" {{\n display_name = \"Devices\"\n \
         provisioning_client_owner = true\n}}\n\
         resource \"autopilot_device_preparation_policy\" \"p\" {{\n display_name = \"No group\"\n device_group_id = \
         autopilot_group.devices.id\n}}\n"
    ));
    lab.apply();
    lab.plan().is_empty();
}

#[test]
fn a_policy_without_its_device_group_is_told_at_the_import_and_given_one() {
    is_told(&Lab::new());
}

#[test]
fn a_policy_without_its_device_group_is_told_at_the_import_by_the_newest_terraform() {
    is_told(&Lab::on_newest());
}
