//! What somebody changes behind Terraform's back shows as exactly that, and is put back as exactly that.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lab::Lab;

const CONFIGURATION: &str = r#"
resource "autopilot_group" "all" {
  display_name    = "All"
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

resource "autopilot_group" "sales" {
  display_name    = "Sales"
  description     = "By group tag."
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Sales\"))"
}

resource "autopilot_enrollment_status_page" "page" {
  display_name = "Page"
  assignments  = [{ group_id = autopilot_group.all.id }, { group_id = autopilot_group.sales.id }]
}

resource "autopilot_deployment_profile" "profile" {
  display_name = "Profile"
  assignments  = [{ group_id = autopilot_group.all.id }, { group_id = autopilot_group.sales.id }]
}
"#;

const PAGES: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";
const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";

fn applied() -> Lab {
    let lab = Lab::with(CONFIGURATION);
    lab.apply();
    lab.plan().is_empty();
    lab
}

fn path_of_page(lab: &Lab) -> String {
    format!("{PAGES}/{}", lab.tenant.id_of(&lab.tenant.status_pages(), "Page"))
}

fn path_of_profile(lab: &Lab) -> String {
    format!("{PROFILES}/{}", lab.tenant.id_of(&lab.tenant.profiles(), "Profile"))
}

/// The groups that the assignments of a policy mean.
fn assigned(lab: &Lab, policy: &str) -> Vec<Value> {
    let assignments = lab.tenant.list(&format!("{policy}/assignments"));
    let mut groups: Vec<_> = assignments.iter().map(|each| each["target"]["groupId"].clone()).collect();
    groups.sort_by_key(Value::to_string);
    groups
}

#[test]
fn a_timeout_changed_by_hand_is_the_only_change() {
    let lab = applied();
    let page = path_of_page(&lab);
    let mut body = lab.tenant.get(&page);
    body["installProgressTimeoutInMinutes"] = 30.into();
    lab.tenant.patch(&page, &body);

    lab.plan().is(&["update autopilot_enrollment_status_page.page: timeout_minutes"]);
    lab.apply();
    assert_eq!(lab.tenant.get(&page)["installProgressTimeoutInMinutes"], 60);
    lab.plan().is_empty();
}

#[test]
fn an_assignment_removed_from_a_profile_comes_back_alone() {
    let lab = applied();
    let profile = path_of_profile(&lab);
    let before = assigned(&lab, &profile);
    let removed = lab.tenant.list(&format!("{profile}/assignments"))[0]["id"].as_str().expect("an id").to_owned();
    lab.tenant.delete(&format!("{profile}/assignments/{removed}"));

    lab.plan().is(&["update autopilot_deployment_profile.profile: assignments"]);
    let before_apply = lab.writes();
    lab.apply();
    let one = BTreeMap::from([(format!("POST {PROFILES}/{{id}}/assignments 201"), 1)]);
    assert_eq!(lab.writes_since(&before_apply), one);
    assert_eq!(assigned(&lab, &profile), before);
    lab.plan().is_empty();
}

#[test]
fn an_assignment_removed_from_a_page_comes_back() {
    let lab = applied();
    let page = path_of_page(&lab);
    let before = assigned(&lab, &page);
    let first = json!({ "target": lab.tenant.list(&format!("{page}/assignments"))[0]["target"] });
    lab.tenant.post(&format!("{page}/assign"), &json!({ "enrollmentConfigurationAssignments": [first] }));

    lab.plan().is(&["update autopilot_enrollment_status_page.page: assignments"]);
    lab.apply();
    assert_eq!(assigned(&lab, &page), before);
    lab.plan().is_empty();
}

#[test]
fn assignments_that_are_not_set_stay_as_somebody_makes_them() {
    let without = CONFIGURATION.replace("  assignments  =", "  # assignments  =");
    let lab = Lab::with(&without);
    lab.apply();
    let profile = path_of_profile(&lab);
    let group = lab.tenant.id_of(&lab.tenant.groups(), "All");
    let target = json!({ "@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group });
    lab.tenant.post(&format!("{profile}/assignments"), &json!({ "target": target }));

    lab.plan().is_empty();
    lab.configure(&without.replace("\"Profile\"", "\"Renamed\""));
    lab.apply();
    assert_eq!(assigned(&lab, &profile), [group]);
}

#[test]
fn what_is_deleted_by_hand_is_made_again() {
    let lab = applied();
    let group = lab.tenant.id_of(&lab.tenant.groups(), "Sales");
    lab.tenant.delete(&format!("/v1.0/groups/{group}"));
    let changes = lab.plan().changes();
    assert!(changes.contains(&"create autopilot_group.sales".to_owned()), "{changes:?}");
    assert!(!changes.iter().any(|change| change.starts_with("replace") || change.starts_with("delete")), "{changes:?}");
    lab.apply();
    lab.plan().is_empty();
}

#[test]
fn destroyed_one_by_one_in_any_order_nothing_is_left() {
    let all = [
        "autopilot_group.all",
        "autopilot_group.sales",
        "autopilot_enrollment_status_page.page",
        "autopilot_deployment_profile.profile",
    ];
    // Without references Terraform knows of no order, and takes nothing along.
    let lab = applied();
    let ids = ["All", "Sales"].map(|name| lab.tenant.id_of(&lab.tenant.groups(), name));
    let unrelated = CONFIGURATION
        .replace("autopilot_group.all.id", &format!("\"{}\"", ids[0]))
        .replace("autopilot_group.sales.id", &format!("\"{}\"", ids[1]));
    lab.configure(&unrelated);
    lab.apply();
    for address in all {
        lab.run(&["destroy", "-auto-approve", "-json", &format!("-target={address}")]).succeeds();
    }
    lab.tenant.is_empty();
}
