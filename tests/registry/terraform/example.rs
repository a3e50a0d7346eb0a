//! What the examples promise: applied, planned empty, brought in by the lines of `import.sh`, listed, destroyed.

use std::fs;

use autopilot::{
    provider,
    resource::{Registered, RegisteredAction, RegisteredData, RegisteredFunction},
};
use serde_json::Value;

use super::{
    import_sh,
    lab::{Lab, copy, examples, lay_out, newest_terraform},
    run::Run,
};
use crate::core::{Holdings, assert_same, collections, compared};

/// A resource's example, to its end in one folder.
pub(crate) fn of_resource(registered: &Registered) {
    let name = &registered.type_name;
    let lab = Lab::of_example(&format!("resources/{name}"));
    let before = holdings(&lab);
    lab.apply();
    is_planned_empty(&lab);
    let imports = fs::read_to_string(lab.folder().join("import.sh")).expect("there is an import.sh");
    let state = lab.state_text();
    for import in import_sh::read(&imports) {
        let id = match registered.identity {
            // An id is another one in each tenant.
            Some(_) if !registered.spec.by_words && !import.argument.contains('=') => {
                let id = &lab.state_of(&import.address)["id"];
                id.as_str().unwrap_or_else(|| panic!("{} has no id", import.address)).to_owned()
            }
            _ => import.argument,
        };
        lab.run(&["state", "rm", &import.address]).succeeds();
        lab.import(&import.address, &id);
        is_planned_empty(&lab);
    }
    // What was brought in may be nobody's to remove; what was made is.
    lab.write("terraform.tfstate", state);
    is_looked_up(&lab, name);
    if registered.list.is_some() {
        is_listed(&lab, registered, &imports);
    }
    lab.destroy();
    assert_same(&holdings(&lab), &before);
}

/// The example of its data source, where it has one, finds what its own example made.
fn is_looked_up(lab: &Lab, name: &str) {
    if provider::registry().all_data_sources().any(|it| it.type_name == *name) {
        copy(&examples().join("data-sources").join(name), &lab.folder().join("found"));
        lab.run(&["-chdir=found", "apply", "-auto-approve", "-no-color", "-input=false"]).succeeds();
        lab.run(&["-chdir=found", "plan", "-detailed-exitcode", "-no-color", "-input=false"]).succeeds();
    }
}

/// Each list of the example finds objects of the resource's example, and nothing else; of what words bring in, such words.
fn is_listed(lab: &Lab, registered: &Registered, imports: &str) {
    let name = &registered.type_name;
    copy(&examples().join("list-resources").join(name), &lab.folder().join("listed"));
    let query = fs::read_to_string(lab.folder().join("listed/list-resource.tfquery.hcl")).expect("there is an example");
    let listed = newest(lab, &["-chdir=listed", "query", "-json"]).succeeds();
    let messages = listed.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let found: Vec<_> = messages.filter_map(|told| told.get("list_resource_found").cloned()).collect();
    let state = lab.state_text();
    let words: Vec<_> = import_sh::read(imports).into_iter().map(|import| import.argument).collect();
    let blocks: Vec<_> = query.lines().filter_map(|line| line.strip_prefix("list ")).collect();
    assert!(!blocks.is_empty(), "nothing is listed: {query}");
    for block in blocks {
        let address = format!("list.{}", block.replace('"', "").replace(" {", "").replace(' ', "."));
        let found: Vec<_> = found.iter().filter(|it| it["address"] == address).map(|it| &it["identity"]).collect();
        assert!(!found.is_empty(), "{address} finds nothing of {name}'s example\n{listed}");
        for identity in found {
            if registered.spec.by_words {
                let is_known = identity["id"].as_str().is_some_and(|id| words.iter().any(|words| words == id));
                assert!(is_known, "{address} finds {identity}, which is in no line of import.sh\n{listed}");
                continue;
            }
            let mut parts = identity.as_object().expect("an identity").iter().filter(|(part, _)| *part != "tenant_id");
            assert!(
                parts.all(|(part, value)| state.contains(&format!("\"{part}\": {value}"))),
                "{address} finds {identity}, which is not in the state\n{listed}"
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

fn stands_alone(folder: &str) {
    goes_from_empty_to_empty(&Lab::of_example(folder), &[]);
}

/// Applied without a warning but those whose titles begin so, planned empty, destroyed. A check of its own that fails is a
/// warning too.
pub(super) fn goes_from_empty_to_empty(lab: &Lab, warns: &[String]) {
    let before = holdings(lab);
    let warnings = lab.apply().warnings();
    let is_expected = |title: &str| warns.iter().any(|beginning| title.starts_with(beginning.as_str()));
    let unexpected: Vec<_> = warnings.iter().filter(|told| !is_expected(&told.summary)).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    for beginning in warns {
        assert!(warnings.iter().any(|told| told.summary.starts_with(beginning)), "nothing warns of {beginning}");
    }
    is_planned_empty(lab);
    lab.destroy();
    assert_same(&holdings(lab), &before);
}

/// Actions are run by the newest Terraform alone.
pub(crate) fn of_action(registered: &RegisteredAction) {
    let lab = Lab::of_example(&format!("actions/{}", registered.type_name));
    let before = holdings(&lab);
    let applied = newest(&lab, &["apply", "-auto-approve", "-no-color", "-input=false"]).succeeds();
    assert!(applied.stdout.contains("Actions: 1 invoked."), "{applied}");
    newest(&lab, &["plan", "-detailed-exitcode", "-no-color", "-input=false"]).succeeds();
    newest(&lab, &["destroy", "-auto-approve", "-no-color", "-input=false"]).succeeds();
    assert_same(&holdings(&lab), &before);
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
fn holdings(lab: &Lab) -> Holdings {
    let administrator = lab.administrator();
    let held = |(collection, alone): (&'static str, Option<String>)| match alone {
        Some(path) => (collection, compared(vec![administrator.get(&path)])),
        None => (collection, compared(administrator.list(collection))),
    };
    collections(&provider::registry()).into_iter().map(held).collect()
}
