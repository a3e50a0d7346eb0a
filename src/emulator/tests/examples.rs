//! Every documented example, replayed: the request is accepted, or refused as recorded, and the answer has the recorded
//! names, types and `@odata.type`s.
//!
//! The examples are kept in a form of our own. `{words}` stand for what [`Stage`] has made in this run. A generated
//! sample wraps a single entity in `value` and names declared types; neither is in what the service answers, so neither
//! is kept. Where a sample's placeholder would be refused, something valid stands in its place.

use serde::Deserialize;

use super::*;
use crate::emulator::entra::mobility;
use crate::emulator::model::name_of;
use crate::emulator::tenant::application::PROVISIONING_CLIENT;
use crate::emulator::tenant::item::Item;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    name: String,
    /// Where it differs from what is documented, and why.
    #[serde(default, rename = "note")]
    _note: Option<String>,
    /// `person`, or `reader` for an application that may only read.
    #[serde(default, rename = "as")]
    caller: Option<String>,
    #[serde(default)]
    settings: Value,
    /// A status that the service is ordered to fail with.
    #[serde(default)]
    fault: Option<u16>,
    method: String,
    path: String,
    #[serde(default)]
    eventual: bool,
    #[serde(default)]
    body: Value,
    status: u16,
    #[serde(default)]
    code: Option<String>,
    /// The statuses of a batch's items.
    #[serde(default)]
    statuses: std::collections::BTreeMap<String, u16>,
    #[serde(default)]
    may_be_empty: bool,
    #[serde(default)]
    shape: Value,
}

/// A tenant with one of everything.
pub(super) struct Stage {
    pub(super) rig: Rig,
    names: Vec<(&'static str, String)>,
}

impl Stage {
    fn made(&mut self, name: &'static str, collection: &str, body: &Value) -> String {
        let body = self.filled(body);
        let (status, answer) = self.rig.post(collection, &body);
        assert_eq!(status, 201, "{name}: {answer}");
        let id = text(&answer, "id");
        self.names.push((name, id.clone()));
        id
    }

    fn done(&mut self, target: &str, body: &Value) {
        let (status, answer) = self.rig.post(target, &self.filled(body));
        assert!(status < 300, "{target}: {answer}");
    }

    fn fill(&self, text: &str) -> String {
        let fresh = uuid::Uuid::new_v4();
        let imei: String = fresh.as_u128().to_string().chars().take(15).collect();
        let mut text =
            text.replace("{fresh}", &format!("Example {}", fresh.simple())).replace("{guid}", &fresh.to_string());
        text = text.replace("{imei}", &imei);
        for (name, id) in &self.names {
            text = text.replace(&format!("{{{name}}}"), id);
        }
        text
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(self.fill(text)),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(object) => {
                Value::Object(object.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect())
            }
            other => other.clone(),
        }
    }

    pub(super) fn set() -> Stage {
        let mut stage = Stage { rig: Rig::new(), names: Vec::new() };
        stage.directory();
        stage.autopilot();
        stage.policies();
        stage
    }

    fn directory(&mut self) {
        let people = values(&self.rig.get("/v1.0/users").1).to_vec();
        let names = ["user", "user2", "user3"];
        self.names.extend(names.into_iter().zip(&people).map(|(name, user)| (name, text(user, "id"))));
        self.names.push(("upn", text(&people[0], "userPrincipalName")));
        for (name, value) in [
            ("tenant", TENANT_ID),
            ("client", CLIENT_ID),
            ("secret", CLIENT_SECRET),
            ("mdm", "0000000a-0000-0000-c000-000000000000"),
        ] {
            self.names.push((name, value.into()));
        }
        for name in ["group", "group2", "deviceGroup"] {
            let id = self.rig.group(name, None);
            self.names.push((name, id));
        }
        for name in ["mailGroup", "deletedGroup"] {
            let body = json!({"displayName": name, "mailEnabled": true, "mailNickname": name, "securityEnabled": false, "groupTypes": ["Unified"]});
            self.made(name, "/v1.0/groups", &body);
        }
        let dynamic = self.rig.group("dynamic", Some(r#"(user.department -ne "nothing")"#));
        self.names.push(("dynamicGroup", dynamic));
        self.done(
            "/v1.0/groups/{group}/members/$ref".replace("{group}", &self.fill("{group}")).as_str(),
            &json!({"@odata.id": "https://graph.microsoft.com/v1.0/users/{user}"}),
        );
        for owner in ["{user}", "{user2}"] {
            let reference = format!("https://graph.microsoft.com/v1.0/users/{owner}");
            self.done(&self.fill("/v1.0/groups/{group}/owners/$ref"), &json!({"@odata.id": reference}));
        }
        self.made("client principal", "/v1.0/servicePrincipals", &json!({"appId": PROVISIONING_CLIENT}));
        let reference = "https://graph.microsoft.com/v1.0/directoryObjects/{client principal}";
        self.done(&self.fill("/v1.0/groups/{deviceGroup}/owners/$ref"), &json!({"@odata.id": reference}));
        assert_eq!(self.rig.delete(&self.fill("/v1.0/groups/{deletedGroup}")).0, 204);
        let scopes = ["Policy.ReadWrite.MobilityManagement"];
        let path = self.fill("/beta/policies/mobileDeviceManagementPolicies/{mdm}/includedGroups/$ref");
        let body = self.filled(&json!({"@odata.id": "https://graph.microsoft.com/odata/groups('{group}')"}));
        assert_eq!(self.rig.as_person(&scopes, "POST", &path, &body).0, 204);
        let invalid = uuid::Uuid::new_v4().to_string();
        let tenant = self.rig.world.tenants.get_mut(TENANT_ID).unwrap();
        tenant.items_mut(mobility::POLICIES.name).put(&invalid, Item { id: invalid.clone(), ..Item::default() });
        self.names.push(("invalidMdm", invalid));
    }

    fn autopilot(&mut self) {
        let serial = uuid::Uuid::new_v4().to_string();
        let device = self.rig.seed(&json!([{"serialNumber": serial, "userPrincipalName": self.fill("{upn}")}]));
        self.names.push(("device", device[0].clone()));
        let entra_id = text(
            &self.rig.get(&self.fill("/beta/deviceManagement/windowsAutopilotDeviceIdentities/{device}")).1,
            "azureAdDeviceId",
        );
        let (_, object) = self.rig.get(&format!("/v1.0/devices?$filter=deviceId eq '{entra_id}'"));
        self.names.push(("deviceobject", text(&values(&object)[0], "id")));
        let hybrid = "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile";
        let entra = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
        for name in ["profile", "bareProfile", "wideProfile"] {
            self.made(name, PROFILES, &json!({"@odata.type": entra, "displayName": "{fresh}"}));
        }
        let skipping =
            json!({"@odata.type": hybrid, "displayName": "{fresh}", "hybridAzureADJoinSkipConnectivityCheck": true});
        self.made("hybridProfile", PROFILES, &skipping);
        let path = self.fill(&format!("{PROFILES}/{{profile}}/assignments"));
        self.made("assignment", &path, &json!({"target": group_target("{group}")}));
        self.done(&self.fill(&format!("{PROFILES}/{{wideProfile}}/assignments")), &json!({"target": all_devices()}));
        self.made("import", IMPORTS, &row("Example-1"));
        self.rig.wait(3600);
        let (status, answer) = self.rig.post("/_emulator/enroll", &json!({"serial_number": serial}));
        assert_eq!(status, 204, "{answer}");
        let (_, events) = self.rig.get("/beta/deviceManagement/autopilotEvents");
        self.names.push(("event", text(&values(&events)[0], "id")));
    }

    fn policies(&mut self) {
        let management = "/beta/deviceManagement";
        for name in ["filter", "freeFilter"] {
            let rule = r#"(device.model -eq "x")"#;
            let body = json!({"displayName": "{fresh}", "platform": "windows10AndLater", "rule": rule});
            self.made(name, &format!("{management}/assignmentFilters"), &body);
        }
        self.made(
            "app",
            "/beta/deviceAppManagement/mobileApps",
            &json!({"@odata.type": "#microsoft.graph.officeSuiteApp", "displayName": "{fresh}", "productIds": ["o365ProPlusRetail"], "localesToInstall": ["de-de"]}),
        );
        self.made(
            "script",
            &format!("{management}/deviceManagementScripts"),
            &json!({"displayName": "{fresh}", "fileName": "a.ps1", "scriptContent": "ZXhpdCAw"}),
        );
        self.made("tag", &format!("{management}/roleScopeTags"), &json!({"displayName": "{fresh}"}));
        self.made(
            "corporateId",
            &format!("{management}/importedDeviceIdentities"),
            &json!({"importedDeviceIdentifier": "{imei}", "importedDeviceIdentityType": "imei"}),
        );
        self.made("domainJoin", &format!("{management}/deviceConfigurations"), &json!({"@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "{fresh}", "activeDirectoryDomainName": "corp.example"}));
        self.made("page", PAGES, &json!({"@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": "{fresh}", "selectedMobileAppIds": ["{app}"]}));
        let filtered = json!({"@odata.type": "#microsoft.graph.configurationManagerCollectionAssignmentTarget", "collectionId": "c", "deviceAndAppManagementAssignmentFilterId": "{filter}", "deviceAndAppManagementAssignmentFilterType": "include"});
        self.done(
            &self.fill(&format!("{PAGES}/{{page}}/assign")),
            &json!({"enrollmentConfigurationAssignments": [{"target": filtered}, {"target": group_target("{group}")}]}),
        );
        let setting = json!({"settingInstance": {
            "@odata.type": "#microsoft.graph.deviceManagementConfigurationSimpleSettingInstance",
            "settingDefinitionId": "enrollment_autopilot_dpp_timeout",
            "simpleSettingValue": {"@odata.type": "#microsoft.graph.deviceManagementConfigurationIntegerSettingValue", "value": 60},
        }});
        let policy = json!({"name": "{fresh}", "platforms": "windows10", "technologies": "enrollment", "settings": [setting], "templateReference": {"templateId": "80d33118-b7b4-40d8-b15f-81be745e053f_1"}});
        self.made("policy", &format!("{management}/configurationPolicies"), &policy);
        self.done(
            &self.fill(&format!("{management}/configurationPolicies/{{policy}}/assign")),
            &json!({"assignments": [{"target": filtered}]}),
        );
        let target = json!({"enrollmentTimeDeviceMembershipTargets": [{"targetType": "staticSecurityGroup", "targetId": "{deviceGroup}"}]});
        self.done(
            &self.fill(&format!(
                "{management}/configurationPolicies/{{policy}}/setEnrollmentTimeDeviceMembershipTarget"
            )),
            &target,
        );
        self.rig.wait(600);
        let everybody = json!({"@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"});
        self.done(
            &self.fill("/beta/deviceAppManagement/mobileApps/{app}/assign"),
            &json!({"mobileAppAssignments": [{"intent": "required", "target": everybody}]}),
        );
        let connectors = self.rig.get(&format!("{management}/domainJoinConnectors")).1;
        self.names.push(("connector", text(&values(&connectors)[0], "id")));
    }

    fn send(&mut self, example: &Example) -> Told {
        let (path, body) = (self.fill(&example.path), self.filled(&example.body));
        if !example.settings.is_null() {
            assert_eq!(self.rig.call("PATCH", "/_emulator/settings", &example.settings).0, 200);
        }
        if let Some(status) = example.fault {
            let faults = json!({"faults": [{"method": example.method, "path": path, "status": status}]});
            let (told, answer) = self.rig.call("PUT", "/_emulator/faults", &faults);
            assert_eq!(told, 200, "{answer}");
        }
        match (example.caller.as_deref(), body.as_str()) {
            (None, Some(form)) => self.rig.token_request(TENANT_ID, form),
            (Some("person"), _) => {
                let scopes = ["Policy.ReadWrite.MobilityManagement", "Group.Read.All"];
                self.rig.as_person(&scopes, &example.method, &path, &body)
            }
            (Some(_), _) => {
                let roles = ["Directory.Read.All", "User.Read.All"];
                self.rig.as_application(&roles, |rig| rig.call(&example.method, &path, &body))
            }
            (None, None) if example.eventual => self.rig.get_eventual(&path),
            (None, None) => self.rig.call(&example.method, &path, &body),
        }
    }
}

/// What of the recorded shape the answer has not.
fn missing(shape: &Value, answer: &Value, path: &str, may_be_empty: bool) -> Vec<String> {
    let fits = match shape {
        Value::String(kind) => match kind.as_str() {
            "null" => true,
            "text" => answer.is_string() || answer.is_null(),
            "number" => answer.is_number(),
            "flag" => answer.is_boolean(),
            odata_type => answer.as_str().map(name_of) == Some(odata_type),
        },
        Value::Array(items) => match (items.first(), answer.as_array()) {
            (None, Some(_)) => true,
            (Some(_), Some(answers)) if answers.is_empty() => may_be_empty,
            (Some(item), Some(answers)) => {
                // A list is as recorded when one of its items is.
                let faults: Vec<Vec<String>> =
                    answers.iter().map(|answer| missing(item, answer, path, may_be_empty)).collect();
                return faults.into_iter().min_by_key(Vec::len).unwrap_or_default();
            }
            (_, None) => false,
        },
        Value::Object(names) => match answer {
            Value::Object(found) => {
                let each = names.iter().flat_map(|(name, shape)| match found.get(name) {
                    Some(value) => missing(shape, value, &format!("{path}.{name}"), may_be_empty),
                    None => vec![format!("{path}.{name} is not there")],
                });
                return each.collect();
            }
            // Nothing is recorded of what a sample had and this tenant has not.
            answer => answer.is_null(),
        },
        _ => true,
    };
    if fits { Vec::new() } else { vec![format!("{path} is {answer}, recorded as {shape}")] }
}

fn replay(file: &str, count: usize) {
    let examples: Vec<Example> = serde_json::from_str(file).unwrap();
    assert_eq!(examples.len(), count);
    let mut faults = Vec::new();
    for example in &examples {
        let mut stage = Stage::set();
        let (status, answer) = stage.send(example);
        let name = &example.name;
        if status != example.status {
            faults.push(format!("{name}: {status}, recorded {}: {answer}", example.status));
            continue;
        }
        if let Some(expected) = &example.code
            && code(&answer) != expected
        {
            faults.push(format!("{name}: {}, recorded {expected}", code(&answer)));
        }
        for (id, expected) in &example.statuses {
            let responses = answer["responses"].as_array().unwrap();
            let found = responses.iter().find(|response| response["id"] == *id.as_str()).unwrap();
            if found["status"] != *expected {
                faults.push(format!("{name}: {id} is {found}"));
            }
        }
        let lacks = missing(&example.shape, &answer, name, example.may_be_empty);
        faults.extend(lacks);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_documented_examples_of_the_directory() {
    replay(include_str!("examples/directory.json"), 40);
}

#[test]
fn the_documented_examples_of_autopilot_and_enrolment() {
    replay(include_str!("examples/autopilot.json"), 46);
}

#[test]
fn the_documented_examples_of_policies_apps_and_scripts() {
    replay(include_str!("examples/policies.json"), 43);
}

#[test]
fn the_recorded_refusals() {
    replay(include_str!("examples/refusals.json"), 11);
}

#[test]
fn an_answer_that_lacks_a_recorded_name_or_type_is_told() {
    let shape =
        json!({"id": "text", "on": "flag", "target": {"@odata.type": "groupAssignmentTarget"}, "list": ["text"]});
    let answer = json!({"id": "1", "on": "yes", "target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}, "list": []});
    assert_eq!(missing(&shape, &answer, "x", false).len(), 3);
    assert_eq!(missing(&shape, &json!({}), "x", false).len(), 4);
}
