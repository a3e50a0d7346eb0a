//! `terraform query` over the tenant that was clicked together: what core generates of each kind is brought in unchanged.

use std::{collections::BTreeMap, fs};

use autopilot::{provider, resource::Registered};
use serde_json::{Value as Json, json};

use super::{
    exported::{clicked, holds_only_imports},
    lab::{Lab, lay_out, terraform},
    moved::preparation_policy,
    run::Run,
};

/// What is clicked in Intune beside that: apps, and a policy for device preparation.
fn prepare(lab: &Lab) {
    let tenant = &lab.tenant;
    let made = |path: &str, body: &Json| tenant.post(path, body)["id"].as_str().expect("an id").to_owned();
    let apps = "/beta/deviceAppManagement/mobileApps";
    let kind = |name: &str| format!("#microsoft.graph.{name}");
    let app = json!({
        "@odata.type": kind("winGetApp"), "displayName": "Company \"Portal\" ${x}", "publisher": "Microsoft",
        "packageIdentifier": "9WZDNCRFJ3PZ",
        "installExperience": {"@odata.type": kind("winGetAppInstallExperience"), "runAsAccount": "system"},
    });
    let app = made(apps, &app);
    let office = json!({
        "@odata.type": kind("officeSuiteApp"), "displayName": "Microsoft 365", "description": "All of it",
        "publisher": "Microsoft", "autoAcceptEula": true, "productIds": ["o365ProPlusRetail"], "updateChannel": "current",
        "officePlatformArchitecture": "x64", "localesToInstall": ["de-de"],
        "excludedApps": {"@odata.type": kind("excludedApps"), "access": true, "publisher": true},
    });
    made(apps, &office);
    // Of an XML file Graph tells no setting: it is not brought in.
    let by_xml = json!({
        "@odata.type": kind("officeSuiteApp"), "displayName": "By XML", "description": "-", "publisher": "-",
        "officeConfigurationXml": "PENvbmZpZ3VyYXRpb24vPg==",
    });
    made(apps, &by_xml);
    // An app cannot be assigned before it is published.
    lab.emulator.advance(std::time::Duration::from_secs(120));
    let everyone = json!({"@odata.type": kind("allDevicesAssignmentTarget")});
    let assignment = json!({"@odata.type": kind("mobileAppAssignment"), "intent": "required", "target": everyone});
    tenant.post(&format!("{apps}/{app}/assign"), &json!({"mobileAppAssignments": [assignment]}));

    let devices = json!({
        "displayName": "Prepared", "mailEnabled": false, "mailNickname": "prepared", "securityEnabled": true,
    });
    preparation_policy(tenant, &made("/v1.0/groups", &devices));
    // No configuration can say one without a group: it is not brought in.
    let without_group = json!({
        "name": "No group", "platforms": "windows10", "technologies": "enrollment", "roleScopeTagIds": ["0"], "settings": [],
        "templateReference": {"templateId": "80d33118-b7b4-40d8-b15f-81be745e053f_1"},
    });
    made("/beta/deviceManagement/configurationPolicies", &without_group);
}

/// Corporate identifiers and associated devices, which are rows of one resource each.
fn register(lab: &Lab) {
    let row = |number: usize| json!({"importedDeviceIdentityType": "manufacturerModelSerial", "importedDeviceIdentifier": format!("Contoso,Laptop,S{number}")});
    lab.tenant.post(
        "/beta/deviceManagement/importedDeviceIdentities/importDeviceIdentityList",
        &json!({"importedDeviceIdentities": [row(1), row(2)], "overwriteImportedDeviceIdentities": false}),
    );
    let seed = json!({"associations": [{"serialNumber": "A-", "count": 2}]});
    lab.emulator.plant(seed.to_string().as_bytes()).expect("they are planted");
}

/// A block for all of a kind; of thousands of devices, those with a group tag.
fn list(it: &Registered) -> String {
    let provider = if it.spec.delegated_only { "autopilot.person" } else { "autopilot" };
    let config = match it.spec.name {
        "device" => "limit = 20\n config {\n group_tag = \"Tag 1\"\n }",
        "device_import" => "config {\n group_tag = \"Tag 2\"\n }",
        _ => "limit = 1000",
    };
    format!("list {:?} \"all\" {{\n provider = {provider}\n {config}\n}}\n", it.type_name)
}

/// The blocks of this kind in a configuration that Terraform wrote.
fn blocks(configuration: &str, kind: &str) -> Vec<String> {
    let begin = format!("\n{kind} ");
    let begun = configuration.split(&begin).skip(1);
    begun.map(|block| format!("{kind} {}", block.split_inclusive("\n}\n").next().unwrap_or_default())).collect()
}

#[test]
fn what_a_query_generates_of_each_kind_is_only_brought_in() {
    let lab = Lab::on_newest();
    clicked(&lab);
    prepare(&lab);
    register(&lab);
    lab.configure("provider \"autopilot\" {\n alias = \"person\"\n use_login = true\n}\n");
    let registry = provider::registry();
    let listed: Vec<_> = registry.all_resources().filter(|it| it.list.is_some()).collect();
    let query: String = listed.iter().map(|it| list(it)).collect();
    lab.write("all.tfquery.hcl", query);
    let before = lab.writes();
    let queried = lab.run(&["query", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
    let generated = fs::read_to_string(lab.folder().join("generated.tf")).expect("it was generated");
    for it in &listed {
        let block = format!("resource {:?} ", it.type_name);
        assert!(generated.contains(&block), "nothing of {} is generated: {queried}", it.type_name);
    }
    assert!(!generated.contains("By XML") && !generated.contains("No group"));
    assert!(queried.stdout.contains("Object Left Out"), "{queried}");
    let imports = blocks(&generated, "import");
    holds_only_imports(&lab.plan(), imports.len());
    lab.apply();
    assert_eq!(lab.plan_run().code, Some(0));

    // By import blocks alone, with an identity.
    let whole = format!("Plan: {} to import, 0 to add, 0 to change, 0 to destroy.", imports.len());
    let again = ["plan", "-no-color", "-input=false", "-generate-config-out=again.tf"];
    let state: Json = serde_json::from_str(&lab.run(&["show", "-json"]).succeeds().stdout).expect("a state is JSON");
    lab.forget_state();
    lab.write("generated.tf", imports.join("\n"));
    let planned = lab.run(&again).succeeds();
    assert!(planned.stdout.contains(&whole), "{planned}");

    // By an id, where core itself generates.
    let by_id = |it: &Json| {
        let person = listed.iter().any(|listed| listed.spec.delegated_only && it["type"] == listed.type_name);
        let provider = if person { "provider = autopilot.person\n" } else { "" };
        format!(
            "import {{\n to = {}\n {provider}id = {}\n}}\n",
            it["address"].as_str().expect("text"),
            it["values"]["id"]
        )
    };
    let resources = state["values"]["root_module"]["resources"].as_array().expect("a list");
    lab.write("generated.tf", resources.iter().map(by_id).collect::<String>());
    fs::remove_file(lab.folder().join("again.tf")).expect("it was generated");
    fs::remove_file(lab.folder().join("all.tfquery.hcl")).expect("it was written");
    let planned = Run::of(lay_out(terraform(), lab.home.path(), &lab.settings).command().args(again)).succeeds();
    assert!(planned.stdout.contains(&whole), "{planned}");
    assert_eq!(lab.writes_since(&before), BTreeMap::new(), "the tenant is left alone");
}
