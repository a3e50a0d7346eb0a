//! Requests that ended without a decision, and an apply that ended between two of them.

use serde_json::json;

use super::{APPLY, approved, are, interrupted, lab, provider, requests, until_waiting};
use crate::terraform::run::Run;

const TAG: &str = "resource \"autopilot_scope_tag\" \"x\" {\n  display_name = \"Sales\"\n}\n";

const SCRIPT: &str = r#"
resource "autopilot_group" "x" {
  display_name = "Laptops"
}
resource "autopilot_platform_script" "x" {
  display_name = "Script"
  file_name    = "script.ps1"
  content      = "Write-Output 1"
  assignments  = [{ group_id = autopilot_group.x.id }]
}
"#;

#[test]
fn a_request_that_expired_or_was_withdrawn_ends_the_apply_and_the_next_one_asks_anew() {
    let lab = lab(&(provider("") + TAG));
    let run = lab.start(&APPLY);
    until_waiting(&lab, 1);
    lab.tenant.post("/_emulator/clock", &json!({ "advance_seconds": 30 * 24 * 60 * 60 }));
    let expired = Run::ended(&run.wait_with_output().expect("it ends")).fails().error();
    expired.says(&["Approval Request Has Expired", "asks anew"]);

    let run = lab.start(&APPLY);
    until_waiting(&lab, 1);
    let id = requests(&lab)[1]["id"].clone();
    let withdraw = "/beta/deviceManagement/operationApprovalRequests/cancelMyRequest";
    lab.tenant.post(withdraw, &json!({ "id": id }));
    let withdrawn = Run::ended(&run.wait_with_output().expect("it ends")).fails().error();
    withdrawn.says(&["Approval Request Was Cancelled", "asks anew"]);

    approved(&lab, &APPLY).succeeds();
    let counts = ["expired", "cancelled", "completed"].map(|status| are(&lab, status));
    assert_eq!((counts, requests(&lab).len()), ([1, 1, 1], 3));
    lab.plan().is_empty();
}

#[test]
fn an_apply_that_is_interrupted_between_a_create_and_its_assignment_is_taken_up() {
    let lab = lab(&(provider("") + SCRIPT));
    let run = lab.start(&APPLY);
    until_waiting(&lab, 1);
    lab.tenant.post("/_emulator/approvals", &json!({}));
    until_waiting(&lab, 1);
    assert_eq!(are(&lab, "completed"), 1, "it is made, and its assignment waits");
    let run = interrupted(run);
    let mut errors = run.errors();
    errors.retain(|told| told.summary != "execution halted");
    assert_eq!(errors, [], "what is made is not tainted");
    assert!(run.warnings().iter().any(|told| told.detail.contains("another administrator has to approve it")), "{run}");
    lab.plan().is(&["update autopilot_platform_script.x: assignments"]);
    lab.tenant.post("/_emulator/approvals", &json!({}));
    lab.apply();
    assert_eq!((are(&lab, "completed"), requests(&lab).len()), (2, 2), "none is asked for again");
    lab.plan().is_empty();
}
