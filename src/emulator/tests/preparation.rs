//! Device preparation deploys: unknown laptops of users with a policy, and associated ones.

use super::associations::{ASSOCIATIONS, IMPORT, link};
use super::policies::{ASSOCIATION, POLICIES, USER_DRIVEN, own, policy, provisioning_client, set_target, setting};
use super::preparation_templates::{of, settings};
use super::*;

const APPS: &str = "/beta/deviceAppManagement/mobileApps";
const SCRIPTS: &str = "/beta/deviceManagement/deviceManagementScripts";
const ADELE: &str = "adele.vance@contoso.com";

/// The group that devices join, and the one of the users.
pub(super) struct Groups {
    pub(super) devices: String,
    users: String,
}

pub(super) fn groups(rig: &mut Rig) -> Groups {
    let devices = rig.group("devices", None);
    let client = provisioning_client(rig);
    own(rig, &devices, &client);
    let users = rig.group("users", None);
    let (_, adele) = rig.get(&format!("/v1.0/users/{ADELE}"));
    let member =
        json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{}", text(&adele, "id"))});
    assert_eq!(rig.post(&format!("/v1.0/groups/{users}/members/$ref"), &member).0, 204);
    Groups { devices, users }
}

/// A policy with the group, assigned to the users.
pub(super) fn assigned(rig: &mut Rig, name: &str, groups: &Groups, settings: &[Value]) -> String {
    let mut body = policy(USER_DRIVEN, settings);
    body["name"] = json!(name);
    let (status, body) = rig.post(POLICIES, &body);
    assert_eq!(status, 201, "{body}");
    let id = text(&body, "id");
    assert_eq!(set_target(rig, &id, &groups.devices), (true, "unknown".into()));
    let assign = json!({"assignments": [{"target": group_target(&groups.users)}]});
    assert_eq!(rig.post(&format!("{POLICIES}/{id}/assign"), &assign).0, 200);
    id
}

/// An app for the system, assigned to a group unless there is none.
fn app(rig: &mut Rig, name: &str, group: Option<&str>) -> String {
    let kind = |name: &str| format!("#microsoft.graph.{name}");
    let body = json!({"@odata.type": kind("winGetApp"), "displayName": name, "packageIdentifier": "X.Y", "manifestHash": "h",
        "installExperience": {"@odata.type": kind("winGetAppInstallExperience"), "runAsAccount": "system"}});
    let (status, body) = rig.post(APPS, &body);
    assert_eq!(status, 201, "{body}");
    rig.wait(60);
    let id = text(&body, "id");
    if let Some(group) = group {
        let assign = json!({"mobileAppAssignments": [{"@odata.type": kind("mobileAppAssignment"), "intent": "required", "target": group_target(group)}]});
        assert_eq!(rig.post(&format!("{APPS}/{id}/assign"), &assign).0, 204);
    }
    id
}

fn script(rig: &mut Rig, name: &str, group: &str, account: &str) -> String {
    let body = json!({"displayName": name, "scriptContent": "ZWNobw==", "fileName": "a.ps1", "runAsAccount": account});
    let (status, body) = rig.post(SCRIPTS, &body);
    assert_eq!(status, 201, "{body}");
    let id = text(&body, "id");
    let assign = json!({"deviceManagementScriptAssignments": [{"target": group_target(group)}]});
    assert_eq!(rig.post(&format!("{SCRIPTS}/{id}/assign"), &assign).0, 204);
    id
}

pub(super) fn switch_on(rig: &mut Rig, serial: &str) -> Told {
    rig.post("/_emulator/enroll", &json!({"serial_number": serial, "user": ADELE}))
}

fn managed(rig: &mut Rig, serial: &str) -> Vec<Value> {
    let (status, body) =
        rig.get(&format!("/beta/deviceManagement/managedDevices?$filter=serialNumber%20eq%20'{serial}'"));
    assert_eq!(status, 200, "{body}");
    values(&body).to_vec()
}

/// The rows of the last deployments, by columns.
pub(super) fn report(rig: &mut Rig, name: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let file = super::reports::exported(rig, &json!({"reportName": name, "select": columns}));
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn an_unregistered_device_of_a_user_with_a_policy_is_deployed_and_joins_the_group_while_it_enrols() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Preparation", &groups, &[]);
    assert_eq!(switch_on(&mut rig, "X1"), (204, Value::Null));
    assert_eq!(rig.members(&groups.devices), ["X1"]);
    let managed = managed(&mut rig, "X1").remove(0);
    assert_eq!((text(&managed, "userPrincipalName"), &managed["autopilotEnrolled"]), (ADELE.into(), &json!(false)));
    // The policy's name is the device's enrollmentProfileName.
    assert_eq!(managed["enrollmentProfileName"], json!("Preparation"));
    let columns =
        ["DeviceName", "DeploymentStatus", "ResultCode", "CurrentProvisioningPhase", "Phase", "UPN", "DeviceId"];
    let rows = report(&mut rig, "AutopilotV2DeploymentStatus", &columns);
    assert_eq!(rows, [["X1", "2", "0", "4", "6", ADELE, &text(&managed, "id")]]);
    // It leaves no Autopilot event.
    assert_eq!(values(&rig.get("/beta/deviceManagement/autopilotEvents").1).len(), 0);
}

#[test]
fn a_second_deployment_takes_the_place_of_the_first() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Preparation", &groups, &[]);
    switch_on(&mut rig, "X1");
    let first = managed(&mut rig, "X1");
    rig.wait(3600);
    switch_on(&mut rig, "X1");
    let second = managed(&mut rig, "X1");
    assert_eq!((second.len(), &second[0]["id"]), (1, &first[0]["id"]));
    assert_ne!(second[0]["enrolledDateTime"], first[0]["enrolledDateTime"]);
    assert_eq!(rig.members(&groups.devices), ["X1"]);
}

#[test]
fn of_several_policies_the_first_in_the_order_counts() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Second", &groups, &[]);
    let first = assigned(&mut rig, "First", &groups, &[]);
    assert_eq!(rig.post(&format!("{POLICIES}/{first}/reorder"), &json!({"priority": 1})).0, 204);
    switch_on(&mut rig, "X1");
    assert_eq!(managed(&mut rig, "X1")[0]["enrollmentProfileName"], json!("First"));
}

#[test]
fn a_user_without_a_policy_gets_none_and_a_device_that_nobody_knows_needs_a_user() {
    let mut rig = Rig::new();
    let error = |told: Told| (told.0, text(&told.1, "error"));
    let none = switch_on(&mut rig, "X1");
    assert_eq!(error(none), (400, format!("no device preparation policy reaches '{ADELE}'")));
    let nobody = rig.post("/_emulator/enroll", &json!({"serial_number": "X1"}));
    assert_eq!(error(nobody), (400, "no device 'X1'".into()));
    let technician = rig.post("/_emulator/enroll", &json!({"serial_number": "X1", "user": ADELE, "technician": true}));
    assert_eq!(error(technician), (400, "device preparation has no technician phase for 'X1'".into()));
}

#[test]
fn a_group_that_lost_its_owner_fails_the_deployment_and_the_device_does_not_join_it() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    let app = app(&mut rig, "Portal", Some(&groups.devices));
    let apps = setting("allowedappids", &json!([format!(r##"{{"id":"{app}","type":"#microsoft.graph.winGetApp"}}"##)]));
    assigned(&mut rig, "Preparation", &groups, &[apps]);
    let (_, owners) = rig.get(&format!("/beta/groups/{}/owners", groups.devices));
    let owner = text(&values(&owners)[0], "id");
    assert_eq!(rig.delete(&format!("/v1.0/groups/{}/owners/{owner}/$ref", groups.devices)).0, 204);
    assert_eq!(switch_on(&mut rig, "X1").0, 204);
    assert_eq!(rig.members(&groups.devices), Vec::<String>::new());
    assert_eq!(report(&mut rig, "AutopilotV2DeploymentStatus", &["DeploymentStatus"]), [["3"]]);
    let apps = report(&mut rig, "AutopilotV2DeploymentStatusDetailedAppInfo", &["PolicyInstallStatus"]);
    assert_eq!(apps, [["Skipped"]]);
}

/// A rig with two apps and two scripts in its policy, of which one each is for the group and the system.
fn with_apps_and_scripts() -> Rig {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    let good = app(&mut rig, "Good", Some(&groups.devices));
    let bad = app(&mut rig, "Unassigned", None);
    let told = |id: &str| format!(r##"{{"id":"{id}","type":"#microsoft.graph.winGetApp"}}"##);
    let system = script(&mut rig, "System", &groups.devices, "system");
    let user = script(&mut rig, "User", &groups.devices, "user");
    let settings = [
        setting("allowedappids", &json!([told(&good), told(&bad)])),
        setting("allowedscriptids", &json!([system, user])),
    ];
    assigned(&mut rig, "Preparation", &groups, &settings);
    rig
}

#[test]
fn apps_and_scripts_that_are_not_for_the_group_and_the_system_are_skipped() {
    let mut rig = with_apps_and_scripts();
    switch_on(&mut rig, "X1");
    let columns = ["ApplicationName", "AppType", "IsAdminSelected", "PolicyInstallStatus"];
    assert_eq!(
        report(&mut rig, "AutopilotV2DeploymentStatusDetailedAppInfo", &columns),
        [["Good", "winGetApp", "True", "Installed"], ["Unassigned", "winGetApp", "True", "Skipped"]]
    );
    let columns = ["DisplayName", "PolicyInstallStatus"];
    assert_eq!(
        report(&mut rig, "AutopilotV2DeploymentStatusDetailedScriptInfo", &columns),
        [["System", "Installed"], ["User", "Skipped"]]
    );
}

#[test]
fn a_preparation_fails_in_its_enrollment_or_in_its_device_setup() {
    let mut rig = with_apps_and_scripts();
    let failing = |rig: &mut Rig, serial: &str, phase: &str| {
        let order =
            json!({"serial_number": serial, "user": ADELE, "failure": {"phase": phase, "details": "It broke."}});
        rig.post("/_emulator/enroll", &order).0
    };
    assert_eq!(failing(&mut rig, "X0", "account_setup"), 400);
    assert_eq!(failing(&mut rig, "X1", "enrollment"), 204);
    assert_eq!(managed(&mut rig, "X1"), Vec::<Value>::new());
    assert_eq!(failing(&mut rig, "X1", "device_setup"), 204);
    assert_eq!(managed(&mut rig, "X1").len(), 1);
    let status = report(&mut rig, "AutopilotV2DeploymentStatus", &["DeploymentStatus", "ResultCode"]);
    assert_eq!(status, [["3", "-2147023436"]]);
    let apps = report(&mut rig, "AutopilotV2DeploymentStatusDetailedAppInfo", &["PolicyInstallStatus"]);
    assert_eq!(apps, [["Failed"], ["Skipped"]]);
}

#[test]
fn a_registration_beats_the_policy_of_the_user() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Preparation", &groups, &[]);
    rig.seed(&json!([{"serialNumber": "A1"}]));
    switch_on(&mut rig, "A1");
    assert_eq!(values(&rig.get("/beta/deviceManagement/autopilotEvents").1).len(), 1);
    assert_eq!(rig.members(&groups.devices), Vec::<String>::new());
}

#[test]
fn an_association_beats_a_registration_and_its_policy_that_of_the_user() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Of the user", &groups, &[]);
    rig.seed(&json!([{"serialNumber": "A1", "manufacturer": "HP", "model": "EliteBook 840"}]));
    let templates = settings(&mut rig, ASSOCIATION);
    let mut body = policy(ASSOCIATION, &[of(&templates, "timeout", &json!(60))]);
    body["name"] = json!("Of the device");
    let (_, own) = rig.post(POLICIES, &body);
    let mut import = link("A1", "4c4c4544-0043-4410-8054-b9c04f313233", 1);
    import["devicePreparationPolicyId"] = own["id"].clone();
    let (_, association) = rig.post(IMPORT, &import);
    rig.wait(20);
    assert_eq!(switch_on(&mut rig, "A1").0, 204);
    let device = managed(&mut rig, "A1").remove(0);
    assert_eq!(device["enrollmentProfileName"], json!("Of the device"));
    assert_eq!(values(&rig.get("/beta/deviceManagement/autopilotEvents").1).len(), 0);
    let (_, row) = rig.get(&format!("{ASSOCIATIONS}/{}", text(&association, "id")));
    assert_eq!((&row["associationState"], &row["managedDeviceId"]), (&json!("associated"), &device["id"]));
    assert_eq!((&row["managedDeviceName"], &row["assignedToUserPrincipalName"]), (&json!("A1"), &json!(ADELE)));
    for date in ["associationDateTime", "enrolledDateTime", "lastContactedDateTime"] {
        assert!(!text(&row, date).starts_with("0001"), "{date}");
    }
    // The registration's directory object is the one that joins.
    assert_eq!(values(&rig.get("/v1.0/devices").1).len(), 1);
}

#[test]
fn an_association_without_a_policy_takes_that_of_the_user_and_does_not_vanish_once_its_device_came() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Of the user", &groups, &[]);
    rig.post(IMPORT, &link("A1", "4c4c4544-0043-4410-8054-b9c04f313233", 1));
    let unsaid = rig.post("/_emulator/enroll", &json!({"serial_number": "A1"}));
    assert_eq!(unsaid.0, 400);
    assert_eq!(switch_on(&mut rig, "A1").0, 204);
    assert_eq!(rig.members(&groups.devices), ["A1"]);
    rig.wait(400 * 24 * 3600);
    assert_eq!(values(&rig.get(ASSOCIATIONS).1).len(), 1);
}

#[test]
fn of_two_records_of_a_device_the_newer_becomes_associated() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Of the user", &groups, &[]);
    rig.post(IMPORT, &link("A1", "4c4c4544-0043-4410-8054-b9c04f313233", 1));
    rig.post(IMPORT, &link("A1", "4c4c4544-0043-4410-8054-b9c04f313234", 1));
    rig.wait(20);
    switch_on(&mut rig, "A1");
    let (_, rows) = rig.get(ASSOCIATIONS);
    let states: Vec<String> = values(&rows).iter().map(|row| text(row, "associationState")).collect();
    assert_eq!(states, ["preassociated", "associated"]);
}

#[test]
fn a_deleted_association_begins_anew_while_its_device_enrols_for_its_firmware_keeps_the_mark() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "Of the user", &groups, &[]);
    rig.seed(&json!([{"serialNumber": "A1", "manufacturer": "HP", "model": "EliteBook 840"}]));
    let (_, first) = rig.post(IMPORT, &link("A1", "4c4c4544-0043-4410-8054-b9c04f313233", 1));
    rig.wait(20);
    let states = |rig: &mut Rig| {
        let rows = rig.get(ASSOCIATIONS).1;
        values(&rows).iter().map(|row| text(row, "associationState")).collect::<Vec<_>>()
    };
    // Without a device that came there is no mark.
    rig.delete(&format!("{ASSOCIATIONS}/{}", text(&first, "id")));
    assert_eq!((switch_on(&mut rig, "A1").0, states(&mut rig)), (204, vec![]));
    let (_, second) = rig.post(IMPORT, &link("A1", "4c4c4544-0043-4410-8054-b9c04f313233", 2));
    rig.wait(20);
    switch_on(&mut rig, "A1");
    let second = text(&second, "id");
    rig.delete(&format!("{ASSOCIATIONS}/{second}"));
    assert_eq!((rig.get(&format!("{ASSOCIATIONS}/{second}")).0, states(&mut rig)), (404, vec![]));
    let failure = json!({"phase": "enrollment", "details": "It broke."});
    let failing = json!({"serial_number": "A1", "user": ADELE, "failure": failure});
    assert_eq!((rig.post("/_emulator/enroll", &failing).0, states(&mut rig)), (204, vec![]));
    assert_eq!((switch_on(&mut rig, "A1").0, states(&mut rig)), (204, vec!["associated".to_owned()]));
    let again = text(&values(&rig.get(ASSOCIATIONS).1)[0], "id");
    assert_ne!(again, second);
    // Nor does a second switching on make another.
    switch_on(&mut rig, "A1");
    assert_eq!(states(&mut rig), ["associated"]);
}
