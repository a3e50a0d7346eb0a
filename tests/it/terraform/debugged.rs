//! The provider as a debugger starts it: one process, found by `TF_REATTACH_PROVIDERS`, gives the same answers as one
//! that Terraform starts.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use super::{
    lab::{Lab, executable},
    run::Run,
};

const CONFIGURATION: &str = r#"
resource "autopilot_group" "group" {
  display_name    = "Autopilot devices"
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

resource "autopilot_enrollment_status_page" "page" {
  display_name = "Standard devices"
  assignments  = [{ group_id = autopilot_group.group.id }]
}

data "autopilot_devices" "all" {}

output "devices" {
  value = data.autopilot_devices.all.devices
}
"#;

struct Debugged {
    provider: Child,
    variable: String,
}

impl Debugged {
    fn start(lab: &Lab) -> Debugged {
        // With the lab's own variables, and none of this process's that would lead elsewhere.
        let mut command = Command::new(executable());
        command.arg("-debug").envs(lab.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut provider = command.stdout(Stdio::piped()).spawn().expect("it is built");
        let mut lines = BufReader::new(provider.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
        let variable =
            lines.find_map(|line| Some(line.strip_prefix("TF_REATTACH_PROVIDERS='")?.strip_suffix('\'')?.to_owned()));
        Debugged { provider, variable: variable.expect("it prints the variable") }
    }

    fn run(&self, lab: &Lab, words: &[&str]) -> Run {
        Run::of(lab.command(words).env("TF_REATTACH_PROVIDERS", &self.variable)).succeeds()
    }

    fn stop(mut self) {
        let kill = Command::new("kill").args(["-s", "INT", &self.provider.id().to_string()]).status();
        assert!(kill.expect("there is kill").success());
        assert!(self.provider.wait().expect("it was started").success());
    }
}

/// Everything that a plan says, but when it was made.
fn plan_of(shown: &Run) -> Value {
    let mut plan: Value = serde_json::from_str(&shown.stdout).expect("a plan is JSON");
    plan["timestamp"] = Value::Null;
    plan
}

fn same_answers(lab: &Lab) {
    lab.configure(CONFIGURATION);
    let debugged = Debugged::start(lab);
    let plan = |command: &dyn Fn(&[&str]) -> Run| {
        command(&["plan", "-input=false", "-out=same.tfplan"]);
        plan_of(&command(&["show", "-json", "same.tfplan"]))
    };
    let started = |words: &[&str]| lab.run(words).succeeds();
    let attached = |words: &[&str]| debugged.run(lab, words);
    let schema = ["providers", "schema", "-json"];
    assert_eq!(started(&schema).stdout, attached(&schema).stdout);
    assert_eq!(plan(&started), plan(&attached), "before anything is there");
    attached(&["apply", "-auto-approve", "-input=false"]);
    assert_eq!(lab.tenant.groups().len(), 1);
    let after = plan(&attached);
    assert_eq!(plan(&started), after, "when all is there");
    lab.plan().is_empty();
    attached(&["destroy", "-auto-approve", "-input=false"]);
    lab.tenant.is_empty();
    debugged.stop();
}

#[test]
fn a_debugged_provider_gives_the_same_answers() {
    same_answers(&Lab::new());
}

#[test]
fn a_debugged_provider_gives_the_newest_the_same_answers() {
    same_answers(&Lab::on_newest());
}
