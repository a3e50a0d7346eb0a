//! The starter folder: a tenant by the data in its folder, by the script that its workflows run.

use std::{
    fs,
    process::{Command, Stdio},
};

use super::{
    lab::{Lab, executable},
    run::Run,
};

fn lab() -> Lab {
    Lab::of_example("starter")
}

/// The script of the starter for one tenant. A machine of a pipeline has CI set, and so may the one that runs this.
fn tenant(lab: &Lab, words: &[&str]) -> Run {
    Run::of(lab.script("tenant.sh").args(words).env_remove("CI"))
}

#[test]
fn each_tenant_gets_what_its_folder_says_and_what_is_changed_by_hand_is_drift() {
    let mut lab = lab();
    let applied = tenant(&lab, &["contoso", "apply", "-auto-approve", "-json"]).succeeds();
    // A check that fails would be a warning.
    assert!(applied.warnings().is_empty(), "{applied}");
    assert_eq!(lab.tenant.devices().len(), 4);
    tenant(&lab, &["contoso", "drift"]).succeeds();

    let sales = lab.tenant.id_of(&lab.tenant.groups(), "Autopilot Sales");
    let path = format!("/v1.0/groups/{sales}");
    lab.tenant.patch(&path, &serde_json::json!({ "description": "Changed by hand" }));
    let drifted = tenant(&lab, &["contoso", "drift", "-no-color"]);
    assert_eq!(drifted.code, Some(2), "{drifted}");
    assert!(drifted.stdout.contains("Changed by hand"), "{drifted}");

    lab.sign_in_elsewhere();
    tenant(&lab, &["fabrikam", "apply", "-auto-approve"]).succeeds();
    assert_eq!(lab.tenant.devices().len(), 2);
}

#[test]
fn it_is_tried_by_the_lines_of_its_readme() {
    let lab = lab();
    let readme = fs::read_to_string(lab.folder().join("README.md")).expect("it has one");
    let lines = readme.split_once("```sh\n").and_then(|(_, rest)| rest.split_once("```")).expect("lines of a shell").0;
    let mut last = None;
    for line in lines.lines() {
        let line = line.replace('"', "");
        let words: Vec<_> = line.split(' ').collect();
        let ended = match words.split_first().expect("a program") {
            (&"terraform", words) => lab.run(words),
            (&program, words) => {
                assert_eq!(program, "terraform-provider-autopilot");
                let at = words.iter().position(|word| *word == "--").expect("a command");
                let terraform = lab.command(&words[at + 2..]);
                let mut command = Command::new(executable());
                command.args(&words[..=at]).arg(terraform.get_program()).args(terraform.get_args());
                let variables = terraform.get_envs().filter_map(|(name, value)| Some((name, value?)));
                Run::of(command.envs(variables).current_dir(lab.folder()).stdin(Stdio::null()))
            }
        };
        last = Some(ended.succeeds());
    }
    let last = last.expect("a line");
    assert!(last.stdout.contains("No changes."), "{last}");
    lab.tenant.is_empty();
}

#[test]
fn a_folder_with_the_id_of_another_tenant_changes_nothing() {
    let mut lab = lab();
    tenant(&lab, &["contoso", "apply", "-auto-approve"]).succeeds();
    let tenants = lab.folder().join("tenants");
    fs::copy(tenants.join("fabrikam/terraform.tfvars"), tenants.join("contoso/terraform.tfvars")).expect("a copy");
    lab.sign_in_elsewhere();
    let refused = tenant(&lab, &["contoso", "apply", "-auto-approve", "-no-color"]).fails();
    assert!(refused.stderr.contains("Error: State of Another Tenant"), "{refused}");
    lab.tenant.is_empty();
}

#[test]
fn a_pipeline_without_a_backend_applies_nothing() {
    let lab = lab();
    let mut script = lab.script("tenant.sh");
    let refused = Run::of(script.args(["contoso", "apply", "-auto-approve"]).env("CI", "true")).fails();
    assert!(refused.stderr.contains("main.tf has no backend"), "{refused}");
    lab.tenant.is_empty();
}

#[test]
fn a_tenant_without_a_folder_is_told_with_those_that_have_one() {
    let refused = tenant(&lab(), &["adatum", "plan"]).fails();
    assert!(refused.stderr.contains("The tenants: contoso fabrikam"), "{refused}");
}

#[test]
fn its_own_tests_pass() {
    let lab = lab();
    lab.run(&["get"]).succeeds();
    let tested = lab.run(&["test", "-no-color"]).succeeds();
    assert!(tested.stdout.contains("Success! 1 passed, 0 failed."), "{tested}");
    lab.tenant.is_empty();
}
