//! What the examples promise: applied, planned empty, brought in by the lines of `import.sh`, listed, destroyed.

use std::{collections::BTreeMap, fs, path::PathBuf};

use autopilot::{
    provider,
    resource::{Registered, RegisteredAction, RegisteredData, RegisteredFunction},
};
use serde_json::{Value, json};

use super::{
    import_sh,
    lab::{Lab, PRELUDE, examples, lay_out, newest_terraform},
    run::Run,
};
use crate::core::collections;

/// A resource's example, to its end in one folder.
pub(crate) fn of_resource(registered: &Registered) {
    let name = &registered.type_name;
    let lab = lab_of(&format!("resources/{name}"));
    let before = holdings(&lab);
    lab.apply();
    is_planned_empty(&lab);
    let imports = fs::read_to_string(lab.folder().join("import.sh")).expect("there is an import.sh");
    let state = lab.state_text();
    for import in import_sh::read(&imports) {
        let id = import.by.unwrap_or_else(|| {
            let id = &lab.state_of(&import.address)["id"];
            id.as_str().unwrap_or_else(|| panic!("{} has no id", import.address)).to_owned()
        });
        lab.run(&["state", "rm", &import.address]).succeeds();
        lab.import(&import.address, &id);
        is_planned_empty(&lab);
    }
    // What was brought in may be nobody's to remove; what was made is.
    lab.write("terraform.tfstate", state);
    if registered.list.is_some() {
        is_listed(&lab, name);
    }
    lab.destroy();
    assert_eq!(holdings(&lab), before, "the tenant is as it was");
}

/// Each list of the example finds objects of the resource's example, and nothing else.
fn is_listed(lab: &Lab, name: &str) {
    let file = examples().join("list-resources").join(name).join("list-resource.tfquery.hcl");
    let query = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    lab.write("list-resource.tfquery.hcl", &query);
    let listed = newest(lab, &["query", "-json"]).succeeds();
    let messages = listed.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found: Vec<_> = messages.filter_map(|told| told.get("list_resource_found").cloned()).collect();
    let state = lab.state_text();
    for block in query.lines().filter_map(|line| line.strip_prefix("list ")) {
        let address = format!("list.{}", block.replace('"', "").replace(" {", "").replace(' ', "."));
        let ids: Vec<_> = found.iter().filter(|it| it["address"] == address).map(|it| &it["identity"]["id"]).collect();
        assert!(!ids.is_empty(), "{address} finds nothing of {name}'s example\n{listed}");
        for id in ids {
            assert!(
                state.contains(&format!("\"id\": {id}")),
                "{address} finds {id}, which is not in the state\n{listed}"
            );
        }
    }
}

pub(crate) fn of_data_source(registered: &RegisteredData) {
    stands_alone(&format!("data-sources/{}", registered.type_name));
}

pub(crate) fn of_function(registered: &RegisteredFunction) {
    stands_alone(&format!("functions/{}", registered.spec.name));
}

/// A whole scenario or module example. A check of its own that fails is a warning.
pub(crate) fn of_folder(folder: &str) {
    stands_alone(folder);
}

fn stands_alone(folder: &str) {
    let lab = lab_of(folder);
    let before = holdings(&lab);
    assert_eq!(lab.apply().warnings(), []);
    is_planned_empty(&lab);
    lab.destroy();
    assert_eq!(holdings(&lab), before, "the tenant is as it was");
}

/// Actions are run by the newest Terraform alone.
pub(crate) fn of_action(registered: &RegisteredAction) {
    let lab = lab_of(&format!("actions/{}", registered.type_name));
    let before = holdings(&lab);
    let applied = newest(&lab, &["apply", "-auto-approve", "-no-color", "-input=false"]).succeeds();
    assert!(applied.stdout.contains("Actions: 1 invoked."), "{applied}");
    newest(&lab, &["plan", "-detailed-exitcode", "-no-color", "-input=false"]).succeeds();
    newest(&lab, &["destroy", "-auto-approve", "-no-color", "-input=false"]).succeeds();
    assert_eq!(holdings(&lab), before, "the tenant is as it was");
}

/// The example in a tenant of its own. What it takes as `device_group_id` is a group that Intune may add devices to.
fn lab_of(folder: &str) -> Lab {
    let mut lab = Lab::of_example(folder);
    if !lab.folder().join("provider.tf").exists() && !folder.starts_with("scenarios/") {
        lab.write("prelude.tf", PRELUDE);
    }
    let asks = |file: PathBuf| fs::read_to_string(file).is_ok_and(|text| text.contains("variable \"device_group_id\""));
    if fs::read_dir(lab.folder()).expect("it is laid out").any(|entry| asks(entry.expect("an entry").path())) {
        let group = device_group(&lab);
        lab.set("TF_VAR_device_group_id", &group);
    }
    lab
}

/// A group that the Intune Provisioning Client owns. No resource makes such owners.
fn device_group(lab: &Lab) -> String {
    let group =
        json!({"displayName": "Devices", "mailEnabled": false, "mailNickname": "devices", "securityEnabled": true});
    let group = lab.tenant.post("/v1.0/groups", &group);
    let app = json!({"appId": "f1346770-5b25-470b-88bd-d5744ab7952c"});
    let principal = lab.tenant.post("/v1.0/servicePrincipals", &app);
    let text = |object: &Value| object["id"].as_str().expect("it has an id").to_owned();
    let owner = format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", text(&principal));
    lab.tenant.post(&format!("/v1.0/groups/{}/owners/$ref", text(&group)), &json!({"@odata.id": owner}));
    text(&group)
}

#[track_caller]
fn is_planned_empty(lab: &Lab) {
    // Exit code 0 of a plan: no change, not even of an output.
    lab.plan_run().succeeds();
}

/// A run of the newest Terraform in the same folder.
fn newest(lab: &Lab, words: &[&str]) -> Run {
    Run::of(lay_out(newest_terraform(), lab.home.path(), &lab.settings).command().args(words))
}

/// All that the tenant holds of every kind there is a resource for, and its devices.
fn holdings(lab: &Lab) -> BTreeMap<&'static str, Vec<Value>> {
    let sorted = |collection| {
        let mut objects = lab.tenant.list(collection);
        objects.sort_by_key(Value::to_string);
        objects
    };
    collections(&provider::registry()).into_iter().map(|collection| (collection, sorted(collection))).collect()
}
