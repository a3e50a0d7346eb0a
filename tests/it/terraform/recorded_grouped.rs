//! What a run asks for together is another in each run. A recording of an ordinary tenant is replayed however it is grouped.

use std::{fs, path::Path, process::Command};

use super::{
    lab::{Lab, executable},
    recorded::{take_environment, under},
};

/// About thirty objects that refer to each other.
const TENANT: &str = r#"
resource "autopilot_group" "sales" {
  count        = 14
  display_name = "Sales ${count.index}"
}

resource "autopilot_deployment_profile" "sales" {
  count        = 10
  display_name = "Profile ${count.index}"
  assignments  = [{ group_id = autopilot_group.sales[count.index].id }]
}

resource "autopilot_assignment_filter" "sales" {
  count        = 6
  display_name = "Filter ${count.index}"
  rule         = "(device.model -startsWith \"Model ${count.index}\")"
}
"#;

/// A script of the tools, as somebody records it: `$0` is the program, `$TERRAFORM` is Terraform, `$N` how much it does at once.
pub(super) fn script(lab: &Lab, folder: &Path, text: &str, at_once: usize) -> Command {
    let terraform = lab.command(&[]);
    let mut command = Command::new("sh");
    command.arg("-c").arg(text).arg(executable()).current_dir(folder);
    take_environment(&mut command, &terraform);
    command.env("TERRAFORM", terraform.get_program()).env("N", at_once.to_string());
    command
}

#[test]
fn an_export_and_its_plan_are_replayed_however_their_reads_are_grouped() {
    let lab = Lab::with(TENANT);
    lab.run(&["apply", "-auto-approve", "-input=false"]).succeeds();
    let file = lab.home.path().join("export.jsonl");
    let text = r#""$0" export --out here && cd here && "$TERRAFORM" plan -input=false -no-color -parallelism="$N""#;
    let all = "30 to import, 0 to add, 0 to change, 0 to destroy";
    let folder = tempfile::tempdir().expect("a folder");
    let recorded = under("--record", &file, &script(&lab, folder.path(), text, 10)).succeeds();
    assert!(recorded.stdout.contains(all), "{recorded}");
    lab.emulator.forget_requests();
    for at_once in [1, 10, 30] {
        let folder = tempfile::tempdir().expect("a folder");
        let replayed = under("--replay", &file, &script(&lab, folder.path(), text, at_once)).succeeds();
        assert!(replayed.stdout.contains(all), "{at_once} at once: {replayed}");
        assert!(fs::exists(folder.path().join("here/imports.tf")).is_ok_and(|is_there| is_there));
    }
    assert!(lab.emulator.requests().is_empty(), "{:?}", lab.emulator.requests());
}
