use std::sync::Arc;

use serde_json::{Value as Json, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    diagnostic::{Diagnostics, Severity},
    graph::client::tests::{Scripted, answer, client},
    resource::{Provider, Registry, Tenant, engine},
    schema::{self, Attribute},
};

const COLLECTION: &str = "/deviceManagement/windowsAutopilotDeviceIdentities";

fn is_assigned(device: &Json) -> bool {
    Device::from_json(device).is_some_and(|device| device.is_assigned())
}

struct Nothing;

#[async_trait]
impl Provider for Nothing {
    fn attributes(&self) -> Vec<Attribute> {
        Vec::new()
    }

    async fn configure(&self, _: &Value, _: &str, _: &CancellationToken, _: &mut Diagnostics) -> Tenant {
        Tenant::not_configured()
    }
}

/// A tenant of `count` devices, which have the profile `Office` from the second `assigned` on.
#[derive(Clone, Copy)]
struct Story {
    count: usize,
    assigned: u64,
    /// A device that never gets one.
    stubborn: Option<(usize, &'static str)>,
    /// From this second on, Graph puts everything off.
    throttled: u64,
}

impl Story {
    fn device(&self, number: usize, second: u64) -> Json {
        let (assigned, date) = ("assignedUnkownSyncState", "2026-11-21T08:00:00.1234567Z");
        let (status, date, remediation) = match self.stubborn {
            Some((stubborn, remediation)) if stubborn == number => ("notAssigned", "0001-01-01T00:00:00Z", remediation),
            _ if second < self.assigned => ("pending", "0001-01-01T00:00:00Z", ""),
            _ => (assigned, date, "noRemediationRequired"),
        };
        json!({
            "id": format!("id-{number}"),
            "serialNumber": format!("S{number}"),
            "groupTag": if number == 0 { "Sales" } else { "" },
            "userPrincipalName": "",
            "manufacturer": "HP",
            "deploymentProfileAssignmentStatus": status,
            "deploymentProfileAssignedDateTime": date,
            "remediationState": remediation,
            "enrollmentState": "notContacted",
            "lastContactedDateTime": "0001-01-01T00:00:00Z",
            "azureActiveDirectoryDeviceId": "00000000-0000-0000-0000-000000000000",
            "azureAdDeviceId": match number {
                0 => "6fd2b3a8-1f0c-4a77-a44c-6a0a3e3c3b11".to_owned(),
                number => format!("11111111-0000-0000-0000-{number:012}"),
            },
        })
    }

    /// What a GET of the path is answered, without the version.
    fn get(&self, path: &str, second: u64) -> Json {
        let devices = || (0..self.count).map(|number| self.device(number, second));
        let office = json!({"id": "p-1", "displayName": "Office"});
        if path == COLLECTION {
            json!({"value": devices().collect::<Vec<_>>()})
        } else if path == "/deviceManagement/windowsAutopilotDeploymentProfiles" {
            let target = |kind: &str, group: &str| json!({"target": {"@odata.type": format!("#microsoft.graph.{kind}AssignmentTarget"), "groupId": group}});
            let mut office = office;
            office["assignments"] =
                json!([target("group", "g-1"), target("group", "g-2"), target("exclusionGroup", "g-3")]);
            json!({"value": [office, {"id": "p-2", "displayName": "Kiosk"}]})
        } else if path.starts_with("/groups/g-1?") {
            json!({"displayName": "Laptops", "membershipRuleProcessingState": "On", "membershipRuleProcessingStatus": {
                "status": "Failed", "errorMessage": "No such property.",
            }})
        } else if path.starts_with("/groups/g-2?") {
            json!({"displayName": "Kiosks", "membershipRuleProcessingState": "Paused"})
        } else if path.starts_with("/devices?") {
            let is_there = !path.contains("11111111-0000-0000-0000-000000000007");
            json!({"value": is_there.then(|| json!({"accountEnabled": false})).into_iter().collect::<Vec<_>>()})
        } else if path.ends_with("/p-1/assignedDevices") {
            let assigned: Vec<_> = devices().filter(is_assigned).collect();
            json!({"value": assigned})
        } else if path.ends_with("/assignedDevices") {
            json!({"value": []})
        } else {
            let rest = path.strip_prefix(&format!("{COLLECTION}/id-")).unwrap();
            let (number, expand) = rest.split_once("?$expand=").unwrap_or((rest, ""));
            let mut device = self.device(number.parse().unwrap(), second);
            if expand.contains("deploymentProfile") && is_assigned(&device) {
                device["deploymentProfile"] = office.clone();
            }
            if expand.contains("intendedDeploymentProfile") {
                device["intendedDeploymentProfile"] = office;
            }
            device
        }
    }

    fn tenant(self) -> (Tenant, Arc<Scripted>) {
        let start = Instant::now();
        let (client, scripted) = client(move |_, request| {
            let second = (Instant::now() - start).as_secs();
            if second >= self.throttled {
                return Ok(answer(429, &json!({"error": {"code": "TooManyRequests"}})).with("Retry-After", "3600"));
            }
            let Some(body) = &request.body else {
                return Ok(answer(200, &self.get(request.url.path().strip_prefix("/beta").unwrap(), second)));
            };
            let body: Json = serde_json::from_slice(body).unwrap();
            let items = body["requests"].as_array().unwrap().iter();
            let answers = items.map(|item| {
                json!({"id": item["id"], "status": 200, "body": self.get(item["url"].as_str().unwrap(), second)})
            });
            Ok(answer(200, &json!({"responses": answers.collect::<Vec<_>>()})))
        });
        (Tenant::Ready(client), scripted)
    }

    /// The state, the warnings, and how many requests it took.
    async fn read<const N: usize>(self, config: [(&str, Value); N]) -> (Value, Vec<String>, usize) {
        let (tenant, scripted) = self.tenant();
        let registry = Registry::new("autopilot", Arc::new(Nothing)).data_sources(super::super::all());
        let registered = registry.data_source("autopilot_devices").unwrap();
        let mut whole = schema::null_object(&registered.spec.attributes);
        for (name, value) in config {
            whole.insert(name, value);
        }
        assert!(!engine::validate_data(registered, &whole).has_errors());
        let scope = engine::Scope { tenant, cancel: CancellationToken::new() };
        let answer = engine::read_data(registered, &scope, whole).await;
        assert!(answer.diagnostics.0.iter().all(|it| it.severity == Severity::Warning), "{:?}", answer.diagnostics);
        let warnings = answer.diagnostics.into_iter().map(|it| format!("{}: {}", it.summary, it.detail)).collect();
        (answer.state, warnings, scripted.seen().len())
    }
}

const STORY: Story = Story { count: 25, assigned: 0, stubborn: None, throttled: u64::MAX };

fn column(state: &Value, name: &str) -> Vec<Option<String>> {
    let mut column: Vec<_> = state
        .get("devices")
        .as_map()
        .unwrap()
        .values()
        .map(|device| device.get(name).as_str().map(str::to_owned))
        .collect();
    column.dedup();
    column
}

#[tokio::test(start_paused = true)]
async fn a_device_is_told_in_the_admin_centers_words() {
    let (state, warnings, _) = STORY.read([("serial_numbers", Value::set(vec!["s0".into()]))]).await;
    let device = Value::object([
        ("id", "id-0".into()),
        ("serial_number", "S0".into()),
        ("group_tag", "Sales".into()),
        ("assigned_user", Value::Null),
        ("display_name", Value::Null),
        ("manufacturer", "HP".into()),
        ("model", Value::Null),
        ("profile_status", "Assigned".into()),
        ("date_assigned", "2026-11-21T08:00:00.1234567Z".into()),
        ("assigned_profile", "Office".into()),
        ("intended_profile", Value::Null),
        ("entra_device_id", "6fd2b3a8-1f0c-4a77-a44c-6a0a3e3c3b11".into()),
        ("enrollment_state", "Not contacted".into()),
        ("last_contacted", Value::Null),
    ]);
    assert_eq!(state.get("devices"), &Value::object([("s0", device)]));
    assert!(warnings.is_empty());
}

#[tokio::test(start_paused = true)]
async fn many_devices_cost_as_many_requests_as_there_are_profiles() {
    // The devices, the profiles, and one batch of both profiles' devices.
    let (state, _, requests) = Story { count: 5000, ..STORY }.read([]).await;
    assert_eq!((column(&state, "assigned_profile"), requests), (vec![Some("Office".to_owned())], 3));
}

#[tokio::test(start_paused = true)]
async fn the_intended_profile_is_read_only_when_asked_for_in_batches() {
    let story = Story { assigned: 1000, ..STORY };
    let (state, _, requests) = story.read([("include_intended_profile", true.into())]).await;
    assert_eq!((column(&state, "intended_profile"), requests), (vec![Some("Office".to_owned())], 3));
    assert_eq!(column(&state, "assigned_profile"), [None]);
    assert_eq!(column(&story.read([]).await.0, "intended_profile"), [None]);
}

#[tokio::test(start_paused = true)]
async fn without_wait_for_nothing_is_waited_for() {
    let start = Instant::now();
    let (state, warnings, _) = Story { assigned: 1000, ..STORY }.read([]).await;
    assert_eq!((Instant::now() - start).as_secs(), 0);
    assert_eq!(
        (column(&state, "profile_status"), column(&state, "date_assigned")),
        (vec![Some("Assigning".into())], vec![None])
    );
    assert!(warnings.is_empty());
}

#[tokio::test(start_paused = true)]
async fn it_waits_until_all_are_assigned_with_a_date_and_a_profile() {
    let start = Instant::now();
    let (state, warnings, _) = Story { assigned: 200, ..STORY }.read([("wait_for", "assigned".into())]).await;
    assert!((200..=215).contains(&(Instant::now() - start).as_secs()));
    for name in ["profile_status", "date_assigned", "assigned_profile"] {
        assert!(matches!(column(&state, name)[..], [Some(_)]), "{name}");
    }
    assert!(warnings.is_empty());
}

#[tokio::test(start_paused = true)]
async fn when_the_time_is_over_it_warns_and_names_who_is_missing() {
    let story = Story { stubborn: Some((7, "")), ..STORY };
    let start = Instant::now();
    let timeouts = Value::object([("read", "10m".into())]);
    let serials = ["S3", "S7", "S99"].map(Value::from).to_vec();
    let (state, warnings, _) = story
        .read([("wait_for", "assigned".into()), ("timeouts", timeouts), ("serial_numbers", Value::set(serials))])
        .await;
    assert!((560..600).contains(&(Instant::now() - start).as_secs()));
    assert_eq!(state.get("devices").as_map().unwrap().keys().collect::<Vec<_>>(), ["S3", "S7"]);
    assert_eq!(warnings.len(), 1);
    let begin = "Devices Without a Profile: 2 of 3 devices have no deployment profile yet: S99 (Not registered), S7 (Not \
                 assigned).";
    assert!(warnings[0].starts_with(begin), "{}", warnings[0]);
}

#[tokio::test(start_paused = true)]
async fn when_graph_puts_off_the_last_look_what_was_seen_before_is_told() {
    let start = Instant::now();
    let story = Story { assigned: 1000, throttled: 600, ..STORY };
    let (state, warnings, _) = story.read([("wait_for", "assigned".into())]).await;
    assert!((Instant::now() - start).as_secs() < 1800);
    assert_eq!(column(&state, "profile_status"), [Some("Assigning".to_owned())]);
    assert!(warnings[0].starts_with("Devices Without a Profile: 25 of 25 devices"), "{}", warnings[0]);
}

#[tokio::test(start_paused = true)]
async fn a_device_whose_hardware_was_changed_is_not_waited_for_and_the_remedy_is_told() {
    for (remediation, status, remedy) in [
        ("automaticRemediationRequired", "Fix pending", "Switch the device on, online"),
        ("manualRemediationRequired", "Attention required", "Deregister the device, reset it, and register it again"),
    ] {
        let story = Story { stubborn: Some((7, remediation)), ..STORY };
        let start = Instant::now();
        let (_, warnings, _) = story.read([("wait_for", "assigned".into())]).await;
        assert_eq!((Instant::now() - start).as_secs(), 0);
        let begin =
            format!("Devices Without a Profile: 1 of 25 devices have no deployment profile yet: S7 ({status}).");
        assert!(warnings[0].starts_with(&begin) && warnings[0].contains(remedy), "{}", warnings[0]);
        assert!(!warnings[0].contains("allow more time"), "{}", warnings[0]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_runs_out_of_time_tells_the_state_of_groups_and_of_entra_devices() {
    let story = Story { stubborn: Some((7, "")), ..STORY };
    let (_, warnings, _) = story.read([("wait_for", "assigned".into())]).await;
    let reasons = [
        "S7 has no device object in Microsoft Entra ID, so it is in no group.",
        "The membership rule of the group \"Laptops\" fails: No such property.",
        "The processing of the membership rule of the group \"Kiosks\" is paused.",
    ];
    assert!(reasons.iter().all(|reason| warnings[0].contains(reason)), "{}", warnings[0]);
    let story = Story { stubborn: Some((8, "")), ..STORY };
    let (_, warnings, _) = story.read([("wait_for", "assigned".into())]).await;
    assert!(warnings[0].contains("S8 is disabled in Microsoft Entra ID."), "{}", warnings[0]);
}

#[tokio::test(start_paused = true)]
async fn in_a_large_tenant_only_who_is_waited_for_is_read_again() {
    let serials = Value::set((0..5).map(|number| Value::from(format!("S{number}"))).collect());
    let story = Story { count: 3000, assigned: 100, ..STORY };
    let (tenant, scripted) = story.tenant();
    let registry = Registry::new("autopilot", Arc::new(Nothing)).data_sources(super::super::all());
    let registered = registry.data_source("autopilot_devices").unwrap();
    let mut config = schema::null_object(&registered.spec.attributes);
    config.insert("serial_numbers", serials);
    config.insert("wait_for", "assigned".into());
    let scope = engine::Scope { tenant, cancel: CancellationToken::new() };
    let answer = engine::read_data(registered, &scope, config).await;
    assert_eq!(column(&answer.state, "profile_status"), [Some("Assigned".to_owned())]);
    let whole = scripted.seen().iter().filter(|request| request.url.path().ends_with(COLLECTION)).count();
    assert_eq!(whole, 1);
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_ends_the_wait_at_once() {
    let (tenant, _) = Story { assigned: u64::MAX, ..STORY }.tenant();
    let cancel = CancellationToken::new();
    let mut cx = Cx::new(&tenant, &cancel, Duration::from_secs(1800));
    let start = Instant::now();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        cancel.cancel();
    });
    let config = Value::object([("wait_for", "assigned".into())]);
    let error = Devices.read(&mut cx, &config).await.unwrap_err();
    assert!(error.graph().is_some_and(crate::graph::Error::is_cancelled));
    assert_eq!((Instant::now() - start).as_secs(), 60);
}

#[test]
fn what_is_waited_for_is_also_taken_as_the_admin_center_writes_it() {
    assert!(super::is_assigned("Assigned").is_ok() && super::is_assigned("assigned").is_ok());
    assert_eq!(super::is_assigned("pending").unwrap_err(), "must be \"assigned\", got: \"pending\"");
}

#[test]
fn the_table_is_one_that_core_takes() {
    assert_eq!(schema::lint(&Devices.spec().attributes), [""; 0]);
}
