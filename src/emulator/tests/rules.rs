//! Membership rules: what is refused when it is written, what fails later, and what becomes of members.

use super::*;

const TAGGED: &str = r#"(device.devicePhysicalIds -any (_ -eq "[OrderID]:Kiosk"))"#;
const INVALID: &str = r#"user.propertyThatDoesNotExist -eq "x""#;

fn dynamic(rule: &str, state: &str) -> Value {
    json!({
        "displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": rule, "membershipRuleProcessingState": state,
    })
}

fn made(rig: &mut Rig, rule: &str, state: &str) -> String {
    let (status, body) = rig.post("/v1.0/groups", &dynamic(rule, state));
    assert_eq!(status, 201, "{body}");
    text(&body, "id")
}

fn status(rig: &mut Rig, group: &str) -> Value {
    let (status, body) = rig.get(&format!("/beta/groups/{group}?$select=id,membershipRuleProcessingStatus"));
    assert_eq!(status, 200, "{body}");
    body["membershipRuleProcessingStatus"].clone()
}

#[test]
fn an_invalid_rule_with_processing_on_is_400_dynamic_group_query_parse_error() {
    let mut rig = Rig::new();
    for (rule, words) in [
        (INVALID, "Unsupported property 'propertyThatDoesNotExist' at position 1."),
        (r#"user.employeeType -eq "x""#, "Unsupported property 'employeeType' at position 1."),
        (r#"user.officeLocation -eq "x""#, "Unsupported property 'officeLocation' at position 1."),
        ("user.city -eq Berlin", "'Berlin' has to stand in quotes at position 15."),
    ] {
        let (status, body) = rig.post("/v1.0/groups", &dynamic(rule, "On"));
        assert_eq!((status, code(&body), message(&body)), (400, "DynamicGroupQueryParseError", words), "{rule}");
    }
    let group = made(&mut rig, TAGGED, "On");
    let (status, body) = rig.patch(&format!("/v1.0/groups/{group}"), &json!({"membershipRule": INVALID}));
    assert_eq!((status, code(&body)), (400, "DynamicGroupQueryParseError"));
    made(&mut rig, r#"user.physicalDeliveryOfficeName -eq "x""#, "On");
}

#[test]
fn an_invalid_rule_is_stored_while_paused_switched_on_and_fails_later() {
    let mut rig = Rig::new();
    let group = made(&mut rig, INVALID, "Paused");
    let path = format!("/v1.0/groups/{group}");
    assert_eq!(rig.get(&path).1["membershipRule"], json!(INVALID));
    assert_eq!(status(&mut rig, &group), Value::Null);
    assert_eq!(rig.patch(&path, &json!({"membershipRuleProcessingState": "On"})).0, 204);
    assert_eq!(status(&mut rig, &group)["status"], json!("NotStarted"));
    rig.wait(59);
    assert_eq!(status(&mut rig, &group)["status"], json!("Running"));
    rig.wait(1);
    assert_eq!(
        status(&mut rig, &group),
        json!({
            "status": "Failed",
            "lastMembershipUpdated": "0001-01-01T00:00:00Z",
            "errorMessage": "Membership updates could not be evaluated: unsupported property.",
        })
    );
}

#[test]
fn the_members_of_a_group_whose_rule_failed_stay_as_they_are() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "K1", "groupTag": "Kiosk"}]));
    let group = made(&mut rig, TAGGED, "On");
    let path = format!("/v1.0/groups/{group}");
    rig.wait(60);
    assert_eq!(rig.members(&group), ["K1"]);
    let paused = json!({"membershipRuleProcessingState": "Paused", "membershipRule": INVALID});
    assert_eq!(rig.patch(&path, &paused).0, 204);
    assert_eq!(rig.patch(&path, &json!({"membershipRuleProcessingState": "On"})).0, 204);
    rig.wait(120);
    rig.seed(&json!([{"serialNumber": "K2", "groupTag": "Kiosk"}]));
    rig.wait(120);
    assert_eq!(status(&mut rig, &group)["status"], json!("Failed"));
    assert_eq!(rig.members(&group), ["K1"]);
    assert_eq!(rig.patch(&path, &json!({"membershipRule": TAGGED})).0, 204);
    rig.wait(20);
    assert_eq!(status(&mut rig, &group)["status"], json!("Succeeded"));
    assert_eq!(rig.members(&group).len(), 2);
}

#[test]
fn the_processing_status_is_of_beta_and_is_told_of_a_single_group_that_runs() {
    let mut rig = Rig::new();
    let group = made(&mut rig, TAGGED, "On");
    assert_eq!(status(&mut rig, &group)["status"], json!("NotStarted"));
    rig.wait(15);
    assert_eq!(status(&mut rig, &group)["status"], json!("Running"));
    assert_eq!(status(&mut rig, &group)["lastMembershipUpdated"], json!("0001-01-01T00:00:00Z"));
    rig.wait(5);
    let done = status(&mut rig, &group);
    assert_eq!((&done["status"], &done["errorMessage"]), (&json!("Succeeded"), &Value::Null));
    assert!(!text(&done, "lastMembershipUpdated").starts_with("0001"));
    let select = "$select=membershipRuleProcessingStatus";
    assert_eq!(values(&rig.get(&format!("/beta/groups?{select}")).1)[0]["membershipRuleProcessingStatus"], Value::Null);
    assert_eq!(rig.get(&format!("/v1.0/groups/{group}?{select}")).0, 400);
    assert!(rig.get(&format!("/beta/groups/{group}")).1.get("membershipRuleProcessingStatus").is_none());
    let plain = rig.group("plain", None);
    assert_eq!(status(&mut rig, &plain), Value::Null);
}

#[test]
fn static_to_dynamic_removes_all_manual_members_and_then_the_rule_runs() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "K1", "groupTag": "Kiosk"}]));
    let group = rig.group("g", None);
    let path = format!("/v1.0/groups/{group}");
    let adele = text(&rig.get("/v1.0/users/adele.vance@contoso.com").1, "id");
    let bound = json!({"members@odata.bind": [format!("https://graph.microsoft.com/v1.0/users/{adele}")]});
    assert_eq!(rig.patch(&path, &bound).0, 204);
    assert_eq!(rig.members(&group), ["Adele Vance"]);
    let change =
        json!({"groupTypes": ["DynamicMembership"], "membershipRule": TAGGED, "membershipRuleProcessingState": "On"});
    assert_eq!(rig.patch(&path, &change).0, 204);
    assert_eq!(rig.members(&group), [] as [&str; 0]);
    rig.wait(20);
    assert_eq!(rig.members(&group), ["K1"]);
}

#[test]
fn a_rule_that_waits_to_fail_fails_after_a_restart_too() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.redb");
    let group = {
        let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
        let group = made(&mut rig, INVALID, "Paused");
        rig.patch(&format!("/v1.0/groups/{group}"), &json!({"membershipRuleProcessingState": "On"}));
        group
    };
    let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
    rig.wait(60);
    assert_eq!(status(&mut rig, &group)["status"], json!("Failed"));
}

#[test]
fn what_waited_for_its_rule_is_evaluated_after_a_restart_and_no_other_group_counts_as_updated() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.redb");
    let (old, new, updated) = {
        let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
        let old = rig.group("old", Some(TAGGED));
        let other = rig.group("other", Some(r#"(device.displayName -eq "x")"#));
        rig.wait(20);
        let updated = text(&status(&mut rig, &other), "lastMembershipUpdated");
        rig.wait(3600);
        rig.seed(&json!([{"serialNumber": "K1", "groupTag": "Kiosk"}]));
        (old, rig.group("new", Some(TAGGED)), (other, updated))
    };
    let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
    let before = text(&status(&mut rig, &old), "lastMembershipUpdated");
    rig.wait(3600 + 20);
    assert_eq!((rig.members(&old), rig.members(&new)), (vec!["K1".to_owned()], vec!["K1".to_owned()]));
    assert_ne!(text(&status(&mut rig, &old), "lastMembershipUpdated"), before);
    assert_eq!(text(&status(&mut rig, &updated.0), "lastMembershipUpdated"), updated.1);
}
