//! A tenant with Multi Admin Approval: what a run writes is asked for, approved by another administrator, and taken up
//! where the run was interrupted.

mod each_kind;
mod ended;

use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};

use super::{lab::Lab, run::Run};

pub(super) const APPLY: [&str; 4] = ["apply", "-auto-approve", "-json", "-input=false"];

const DESTROY: [&str; 4] = ["destroy", "-auto-approve", "-json", "-input=false"];

const TWELVE: &str = r#"
resource "autopilot_scope_tag" "x" {
  count        = 4
  display_name = "Tag ${count.index}"
}
resource "autopilot_assignment_filter" "x" {
  count        = 4
  display_name = "Filter ${count.index}"
  rule         = "(device.model -eq \"Surface ${count.index}\")"
}
resource "autopilot_platform_script" "x" {
  count        = 4
  display_name = "Script ${count.index}"
  file_name    = "script${count.index}.ps1"
  content      = "Write-Output ${count.index}"
}
"#;

fn provider(settings: &str) -> String {
    format!("provider \"autopilot\" {{\n  approval_justification = \"Laptops for Berlin\"\n{settings}}}\n")
}

/// A tenant that protects what the configuration writes.
fn lab(text: &str) -> Lab {
    let lab = Lab::with(text);
    let protected = json!({ "approval": ["rbac", "scripts", "tenantConfiguration"] });
    lab.tenant.patch("/_emulator/settings", &protected);
    lab
}

pub(super) fn requests(lab: &Lab) -> Vec<Value> {
    lab.tenant.get("/_emulator/approvals")["approvals"].as_array().expect("a list").clone()
}

fn are(lab: &Lab, status: &str) -> usize {
    requests(lab).iter().filter(|request| request["status"] == status).count()
}

/// Looks until so many requests wait.
fn until_waiting(lab: &Lab, wanted: usize) {
    let end = Instant::now() + Duration::from_secs(60);
    while are(lab, "needsApproval") < wanted {
        assert!(Instant::now() < end, "{:#?}", requests(lab));
        thread::yield_now();
    }
}

/// What the state file holds.
fn recorded(lab: &Lab) -> usize {
    let text = std::fs::read_to_string(lab.folder().join("terraform.tfstate")).unwrap_or_default();
    if text.is_empty() {
        return 0; // Terraform has locked it, and written nothing
    }
    let state: Value = serde_json::from_str(&text).expect("a state is JSON");
    let instances = |resource: &Value| resource["instances"].as_array().map_or(0, Vec::len);
    state["resources"].as_array().into_iter().flatten().map(instances).sum()
}

/// Approves what waits, as the page does, until the run ends.
pub(super) fn approved(lab: &Lab, words: &[&str]) -> Run {
    let run = lab.start(words);
    let (tenant, is_over) = (&lab.tenant, AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                tenant.post("/_emulator/approvals", &json!({}));
                thread::yield_now();
            }
        });
        let ended = run.wait_with_output().expect("it ends");
        is_over.store(true, Ordering::Relaxed);
        Run::ended(&ended)
    })
}

/// Ctrl-C, and what the run said then.
fn interrupted(run: Child) -> Run {
    let group = Pid::from_raw(i32::try_from(run.id()).expect("a process id")).expect("one");
    kill_process_group(group, Signal::INT).expect("a signal");
    Run::ended(&run.wait_with_output().expect("it ends"))
}

#[test]
fn twelve_protected_objects_are_asked_for_once_each_and_written_after_approval() {
    let lab = lab(&(provider("") + TWELVE));
    let run = lab.start(&[APPLY.as_slice(), &["-parallelism=12"]].concat());
    until_waiting(&lab, 12);
    assert_eq!(recorded(&lab), 0, "nothing is recorded before it is done");
    assert_eq!(requests(&lab)[0]["justification"], "Laptops for Berlin");
    assert_eq!(lab.tenant.post("/_emulator/approvals", &json!({})), json!({ "decided": 12 }));
    let run = Run::ended(&run.wait_with_output().expect("it ends")).succeeds();
    let warnings = run.warnings();
    assert_eq!(warnings.len(), 12, "{run}");
    warnings[0].says(&["Written After Approval", "POST /beta/deviceManagement/", "(request "]);
    assert_eq!((are(&lab, "completed"), requests(&lab).len(), recorded(&lab)), (12, 12, 12));
    lab.plan().is_empty();
    approved(&lab, &DESTROY).succeeds();
    assert_eq!((are(&lab, "completed"), requests(&lab).len()), (24, 24));
}

#[test]
fn an_interrupted_apply_of_twelve_is_taken_up_by_the_entries_that_it_printed() {
    let lab = lab(&(provider("") + TWELVE));
    let run = lab.start(&[APPLY.as_slice(), &["-parallelism=12"]].concat());
    until_waiting(&lab, 12);
    let run = interrupted(run).fails();
    assert_eq!(recorded(&lab), 0, "nothing is recorded before it is done");
    let errors = run.errors();
    let mut entries: Vec<_> = errors.iter().filter_map(|told| entry(&told.detail)).collect();
    entries.sort();
    assert_eq!(entries.len(), 12, "{run}");
    assert!(entries[0].starts_with("\"autopilot_assignment_filter/Filter 0/create\" = "), "{entries:#?}");

    // Somebody approves in the meantime, and the entries go into the configuration.
    lab.tenant.post("/_emulator/approvals", &json!({}));
    let codes = format!("  approval_codes = {{\n{}\n  }}\n", entries.join("\n"));
    lab.configure(&(provider(&codes) + TWELVE));
    lab.apply();
    assert_eq!((are(&lab, "completed"), requests(&lab).len(), recorded(&lab)), (12, 12, 12));
    lab.configure(&(provider("") + TWELVE));
    lab.plan().is_empty();
}

fn entry(detail: &str) -> Option<String> {
    Some(detail.split_once("approval_codes = {\n")?.1.lines().next()?.trim().to_owned())
}

#[test]
fn a_change_that_was_interrupted_remembers_its_request() {
    let tag = |description: &str| {
        provider("")
            + &format!(
                "resource \"autopilot_scope_tag\" \"x\" {{\n  display_name = \"Sales\"\n  description = {description:?}\n}}\n"
            )
    };
    let lab = lab(&tag("before"));
    approved(&lab, &APPLY).succeeds();
    lab.configure(&tag("after"));
    let run = lab.start(&APPLY);
    until_waiting(&lab, 1);
    let run = interrupted(run).fails();
    let told = run.errors().swap_remove(0);
    told.says(&["Approval Not Given Yet", "interrupted", "Multi Admin Approval", "apply again"]);
    assert!(entry(&told.detail).is_none(), "{run}");
    lab.plan().is(&["update autopilot_scope_tag.x: description"]);
    lab.tenant.post("/_emulator/approvals", &json!({}));
    lab.apply();
    assert_eq!((are(&lab, "completed"), requests(&lab).len()), (2, 2));
    lab.plan().is_empty();
}

#[test]
fn a_change_that_somebody_else_asked_for_tells_the_entry_for_its_request() {
    let tag = |description: &str| {
        format!(
            "resource \"autopilot_scope_tag\" \"x\" {{\n  display_name = \"Sales\"\n  description = {description:?}\n"
        )
    };
    let lab = lab(&(provider("") + &tag("before") + "}\n"));
    approved(&lab, &APPLY).succeeds();
    lab.configure(&(provider("") + &tag("after") + "  timeouts = { update = \"1s\" }\n}\n"));
    let file = lab.folder().join("terraform.tfstate");
    let before = std::fs::read(&file).expect("a state");
    lab.apply_run().fails().error().says(&["Approval Not Given Yet"]);
    // As a state that does not know of the request has it.
    std::fs::write(&file, before).expect("it can be written");
    let told = lab.apply_run().fails().error();
    told.says(&["Approval Asked For Before", "My requests"]);
    let entry = entry(&told.detail).expect("an entry");
    assert!(entry.starts_with("\"autopilot_scope_tag/Sales/"), "{entry}");
    let id = requests(&lab).last().expect("a request")["id"].as_str().expect("an id").to_owned();
    lab.tenant.post("/_emulator/approvals", &json!({}));
    let codes = format!("  approval_codes = {{\n{}\n  }}\n", entry.replace("its request id", &id));
    lab.configure(&(provider(&codes) + &tag("after") + "}\n"));
    lab.apply();
    lab.plan().is_empty();
}

#[test]
fn what_keeps_a_protected_write_from_being_done_is_told_with_what_to_do() {
    let tag = "resource \"autopilot_scope_tag\" \"x\" {\n  display_name = \"Sales\"\n";
    let lab = lab(&format!("{tag}}}\n"));
    lab.apply_run().fails().error().says(&["Approval of Another Administrator Needed", "approval_justification"]);

    let brief = format!("{tag}  timeouts = {{ create = \"1s\" }}\n}}\n");
    lab.configure(&(provider("") + &brief));
    let late = lab.apply_run().fails().error();
    late.says(&["Approval Not Given Yet", "timed out", "\"autopilot_scope_tag/Sales/create\" = "]);
    let entry = entry(&late.detail).expect("an entry");
    lab.apply_run().fails().error().says(&[
        "Approval Asked For Before",
        "My requests",
        "autopilot_scope_tag/Sales/create",
    ]);

    lab.tenant.post("/_emulator/approvals", &json!({ "reject": true, "justification": "not now" }));
    lab.configure(&(provider(&format!("  approval_codes = {{\n{entry}\n  }}\n")) + &brief));
    lab.apply_run().fails().error().says(&["Approval Was Rejected", "asks anew", "approval_codes has to go"]);
    assert_eq!(recorded(&lab), 0);
}
