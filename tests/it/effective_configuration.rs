//! `autopilot_effective_configuration` against the emulator: what it says is what the emulator then does.

use autopilot::{
    diagnostic::Severity,
    emulator::{Emulator, Options},
    graph::Client,
    knowledge::hardware_hash::{encode, of_a_lab},
    provider,
    resource::{Tenant, engine},
    schema,
    value::Value,
};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;

use crate::tenant_client::client;

const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
const PAGES: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";
const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";
const IMPORT: &str = "/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/import";
const USER: &str = "adele.vance@contoso.com";

struct World {
    emulator: Emulator,
    graph: Client,
}

impl World {
    /// A minute of the service takes 60 milliseconds.
    async fn start() -> World {
        let emulator = Emulator::start(Options { speed: 1000.0, ..Options::default() }).await.unwrap();
        let graph = client(&emulator);
        World { emulator, graph }
    }

    async fn make(&self, path: &str, body: Json) -> String {
        let made = self.graph.post(path, &body).await.unwrap().unwrap();
        made["id"].as_str().unwrap().to_owned()
    }

    async fn group(&self, name: &str, rule: Option<&str>) -> String {
        let mut group =
            json!({"displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true});
        if let Some(rule) = rule {
            group["groupTypes"] = json!(["DynamicMembership"]);
            group["membershipRule"] = rule.into();
            group["membershipRuleProcessingState"] = "On".into();
        }
        self.make("/v1.0/groups", group).await
    }

    async fn profile(&self, name: &str, targets: &[Json]) {
        let odata_type = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
        let profile = self.make(PROFILES, json!({"@odata.type": odata_type, "displayName": name})).await;
        for target in targets {
            self.make(&format!("{PROFILES}/{profile}/assignments"), json!({"target": target})).await;
        }
    }

    async fn page(&self, name: &str, target: &Json) {
        let odata_type = "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration";
        let page = self.make(PAGES, json!({"@odata.type": odata_type, "displayName": name})).await;
        let assign = json!({"enrollmentConfigurationAssignments": [{"target": target}]});
        self.graph.action(&format!("{PAGES}/{page}/assign"), &assign).await.unwrap();
    }

    async fn policy(&self, name: &str, target: &Json) {
        let template = json!({"templateId": "80d33118-b7b4-40d8-b15f-81be745e053f_1"});
        let policy = json!({"name": name, "platforms": "windows10", "technologies": "enrollment", "settings": [], "templateReference": template});
        let policy = self.make(POLICIES, policy).await;
        let assign = json!({"assignments": [{"target": target}]});
        self.graph.action(&format!("{POLICIES}/{policy}/assign"), &assign).await.unwrap();
    }

    async fn import(&self, serial_number: &str, group_tag: &str) {
        let hash = encode(&of_a_lab(serial_number, "Contoso", "Laptop"));
        let device = json!({"serialNumber": serial_number, "hardwareIdentifier": hash, "groupTag": group_tag});
        self.graph.post(IMPORT, &json!({"importedWindowsAutopilotDeviceIdentities": [device]})).await.unwrap();
    }

    /// What a data source answers, and its warnings.
    async fn read<const N: usize>(&self, name: &str, config: [(&str, Value); N]) -> (Value, Vec<String>) {
        read(&self.graph, name, config).await
    }

    async fn wait_until_assigned(&self, serial_numbers: &[&str]) {
        let serial_numbers = Value::set(serial_numbers.iter().map(|&it| it.into()).collect());
        let config = [("serial_numbers", serial_numbers), ("wait_for", "assigned".into())];
        assert_eq!(self.read("autopilot_devices", config).await.1, [""; 0]);
    }

    async fn effective(&self, serial_number: &str) -> Value {
        let (state, warnings) =
            self.read("autopilot_effective_configuration", [("serial_number", serial_number.into())]).await;
        assert_eq!(warnings, [""; 0]);
        state
    }
}

async fn read<const N: usize>(graph: &Client, name: &str, config: [(&str, Value); N]) -> (Value, Vec<String>) {
    let registry = provider::registry();
    let registered = registry.data_source(name).unwrap();
    let mut whole = schema::null_object(&registered.spec.attributes);
    for (name, value) in config {
        whole.insert(name, value);
    }
    let scope = engine::Scope { tenant: Tenant::Ready(graph.clone()), cancel: CancellationToken::new() };
    let answer = engine::read_data(registered, &scope, whole).await;
    let is_warning = |severity| severity == Severity::Warning;
    assert!(answer.diagnostics.0.iter().all(|told| is_warning(told.severity)), "{:?}", answer.diagnostics);
    (answer.state, answer.diagnostics.into_iter().map(|told| told.summary).collect())
}

fn included(group: &str) -> Json {
    json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group})
}

fn excluded(group: &str) -> Json {
    json!({"@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", "groupId": group})
}

fn all_devices() -> Json {
    json!({"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"})
}

fn tagged(tag: &str) -> String {
    format!("(device.devicePhysicalIDs -any (_ -eq \"[OrderID]:{tag}\"))")
}

/// The reason of one candidate.
fn reason<'a>(state: &'a Value, name: &str) -> &'a str {
    let found = state.get("candidates").elements().iter().find(|it| it.get("display_name").as_str() == Some(name));
    found.unwrap().get("reason").as_str().unwrap()
}

#[tokio::test]
async fn the_profile_that_it_names_is_the_one_that_intune_assigns() {
    let world = World::start().await;
    let registered = world.group("registered", Some("(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))")).await;
    let sales = world.group("sales", Some(&tagged("Sales"))).await;
    let kiosks = world.group("kiosks", Some(&tagged("Kiosk"))).await;
    world.profile("Everybody", &[all_devices()]).await;
    world.profile("Old", &[included(&registered), excluded(&kiosks)]).await;
    world.profile("Young", &[included(&sales)]).await;
    for (serial_number, tag) in [("S1", "Sales"), ("K1", "Kiosk"), ("N1", "")] {
        world.import(serial_number, tag).await;
    }
    world.wait_until_assigned(&["S1", "K1", "N1"]).await;
    for (serial_number, expected) in [("S1", "Old"), ("K1", "Everybody"), ("N1", "Old")] {
        let state = world.effective(serial_number).await;
        assert_eq!(state.get("deployment_profile"), &expected.into(), "{serial_number}");
        assert_eq!(state.get("deployment_profile"), state.get("intended_profile"), "{serial_number}");
        assert_eq!(state.get("deployment"), &"windows_autopilot".into());
    }
    let of_sales = world.effective("s1").await;
    assert_eq!(
        reason(&of_sales, "Young"),
        "It is assigned to the group \"sales\" of the device. \"Old\" is older and wins."
    );
    assert_eq!(reason(&world.effective("K1").await, "Old"), "The group \"kiosks\" of the device is excluded.");
    world.emulator.stop().await;
}

#[tokio::test]
async fn the_page_of_highest_priority_that_reaches_the_device_is_named_and_else_the_default_one() {
    let world = World::start().await;
    let sales = world.group("sales", Some(&tagged("Sales"))).await;
    world.profile("Everybody", &[all_devices()]).await;
    world.page("First", &included(&sales)).await;
    world.page("Second", &included(&sales)).await;
    for (serial_number, tag) in [("S1", "Sales"), ("N1", "")] {
        world.import(serial_number, tag).await;
    }
    world.wait_until_assigned(&["S1", "N1"]).await;
    assert_eq!(world.effective("S1").await.get("enrollment_status_page"), &"First".into());
    // Without a user the pages may be for whoever signs in.
    let unknown = world.effective("N1").await;
    assert_eq!(unknown.get("enrollment_status_page"), &Value::Null);
    assert!(reason(&unknown, "First").starts_with("Whether it reaches the user depends on who that is: set `user`."));
    let config = [("serial_number", "N1".into()), ("user", USER.into())];
    let (default, _) = world.read("autopilot_effective_configuration", config).await;
    assert_eq!(default.get("enrollment_status_page"), &"All users and all devices".into());
    world.emulator.stop().await;
}

#[tokio::test]
async fn the_policy_that_it_names_is_the_one_by_which_the_laptop_is_prepared() {
    let world = World::start().await;
    let users = world.group("users", None).await;
    let adele = world.graph.get(&format!("/v1.0/users/{USER}")).await.unwrap();
    let id = adele["id"].as_str().unwrap();
    let member = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")});
    world.graph.post(&format!("/v1.0/groups/{users}/members/$ref"), &member).await.unwrap();
    world.policy("First", &included(&users)).await;
    world.policy("Second", &included(&users)).await;
    let config = || [("serial_number", "NEW-1".into()), ("user", USER.into())];
    let (state, warnings) = world.read("autopilot_effective_configuration", config()).await;
    assert_eq!(warnings, [""; 0]);
    assert_eq!(state.get("device_preparation_policy"), &"First".into());
    assert_eq!((state.get("deployment"), state.get("id")), (&"device_preparation".into(), &Value::Null));
    world.graph.post("/_emulator/enroll", &json!({"serial_number": "NEW-1", "user": USER})).await.unwrap();
    let enrolled = world.graph.list("/v1.0/devices?$filter=displayName%20eq%20'NEW-1'").await.unwrap();
    assert_eq!(enrolled[0]["enrollmentProfileName"], "First", "{enrolled:?}");
    world.emulator.stop().await;
}

#[tokio::test]
async fn a_user_who_is_not_there_is_warned_of_and_the_rest_is_told() {
    let world = World::start().await;
    let config = [("serial_number", "NEW-1".into()), ("user", "nobody@contoso.com".into())];
    let (state, warnings) = world.read("autopilot_effective_configuration", config).await;
    assert_eq!(warnings, ["User Not in This Tenant"]);
    assert_eq!(state.get("deployment"), &"device_preparation".into());
    world.emulator.stop().await;
}
