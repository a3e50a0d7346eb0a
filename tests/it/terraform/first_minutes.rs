//! The guide "The first ten minutes on your tenant, read only": its permissions are those that are needed, and its commands show
//! what it says that they show.

use std::{fs, process::Command};

use serde_json::{Value, json};

use super::{
    lab::{Lab, executable},
    run::Run,
};

const READER: &str = "6b0c6f8e-7d0e-4b0b-9d55-0c8f2b1f6f19";
const NOBODY: &str = "7c1d7a9f-7d0e-4b0b-9d55-0c8f2b1f6f19";
const SECRET: &str = "open sesame";

fn guide() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guides/first-ten-minutes.md");
    fs::read_to_string(path).expect("the guide")
}

/// The fenced blocks of the guide in this language.
fn blocks(language: &str) -> Vec<String> {
    let guide = guide();
    let fenced = guide.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    fenced.filter(|(first, _)| *first == language).map(|(_, text)| text.to_owned()).collect()
}

/// The names of permissions in a text.
fn permissions(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '.'));
    let mut names: Vec<_> = words.filter(|word| word.contains(".Read.")).map(str::to_owned).collect();
    names.sort_unstable();
    names
}

/// The lab's tenant with two things in it, and the application that only reads signed in.
fn lab() -> Lab {
    let mut lab = Lab::new();
    lab.tenant.post(
        "/v1.0/groups",
        &json!({"displayName": "Sales", "mailEnabled": false, "mailNickname": "s", "securityEnabled": true}),
    );
    lab.tenant.post(
        "/beta/deviceManagement/windowsAutopilotDeploymentProfiles",
        &json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Sales laptops"}),
    );
    let of = |id: &str, roles: &[String]| json!({"client_id": id, "client_secret": SECRET, "roles": roles});
    let seed = json!({"applications": [of(READER, &permissions(&blocks("sh")[0])), of(NOBODY, &[])]});
    lab.emulator.plant(seed.to_string().as_bytes()).expect("they are planted");
    lab.set("ARM_CLIENT_ID", READER);
    lab.set("ARM_CLIENT_SECRET", SECRET);
    lab
}

/// Runs a command of the program as the guide has it, but into the lab's folder.
fn run(lab: &Lab, command: &str) -> Run {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("terraform-provider-autopilot"), "{command}");
    let mut program = Command::new(executable());
    program.args(words).current_dir(lab.home.path()).env("COLUMNS", "80");
    Run::of(program.envs(lab.settings.iter().map(|(name, value)| (name, value))))
}

/// Each line that the guide shows is one that was said.
#[track_caller]
fn is_shown(block: &str, said: &str) {
    for line in block.lines() {
        assert!(said.lines().any(|told| told.ends_with(line)), "{line:?} is not in\n{said}");
    }
}

#[test]
fn the_permissions_of_the_guide_are_those_that_reading_needs() {
    let lab = lab();
    let by_cli = permissions(&blocks("sh")[0]);
    assert_eq!(permissions(&blocks("powershell")[0]), by_cli);
    let mut program = Command::new(executable());
    program.args(["doctor", "--json", "--read-only"]).envs(lab.settings.iter().map(|(name, value)| (name, value)));
    let said = Run::of(program.env("ARM_CLIENT_ID", NOBODY));
    let object: Value = serde_json::from_str(&said.stdout).expect("one object");
    let missing = object["permissions"]["missing"].as_array().expect("a list").iter();
    let mut needed: Vec<_> = missing.filter_map(|row| row["permission"].as_str().map(str::to_owned)).collect();
    // By which the doctor tells the tenant's name and its licences.
    needed.extend(["LicenseAssignment.Read.All", "Organization.Read.All"].map(str::to_owned));
    needed.sort_unstable();
    assert_eq!(by_cli, needed);
}

#[test]
fn the_commands_of_the_guide_show_what_it_says_and_write_nothing() {
    let lab = lab();
    lab.emulator.forget_requests();
    let (commands, shown) = (blocks("sh"), blocks("console"));
    let doctor = run(&lab, commands[1].trim()).succeeds();
    is_shown(&shown[0], &doctor.stdout);
    let exported = run(&lab, commands[2].trim()).succeeds();
    is_shown(&shown[1], &exported.stdout);
    // `terraform init` needs a registry that has the provider.
    assert_eq!(commands[3], "cd contoso\nterraform init\nterraform plan\n");
    let folder = lab.home.path().join("contoso");
    let plan = lab.run(&[&format!("-chdir={}", folder.display()), "plan", "-no-color", "-input=false"]).succeeds();
    is_shown(&shown[2], &plan.stdout);
    assert!(lab.writes().is_empty(), "{:?}", lab.writes());
}
