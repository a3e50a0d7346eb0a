//! Requests through the whole emulator, without a network: each oddity of the service has a test named after it.

mod approvals;
mod associations;
mod authorization;
mod collections;
mod control;
mod device_properties;
mod devices;
mod directory;
mod edge;
mod enrollment_defaults;
mod enrollment_status;
mod examples;
mod faults;
mod import;
mod intune_queries;
mod limits;
mod mailbox;
mod operations;
mod options;
mod own_ids;
mod pace;
mod page;
mod planted_tenants;
mod policies;
mod preparation;
mod preparation_templates;
mod profile_properties;
mod profiles;
mod queries;
mod references;
mod refusals;
mod related;
mod reports;
mod rules;
mod service_faults;
mod sign_in;
mod technician;
mod visitors;

use std::time::Duration;

use serde_json::{Value, json};

use crate::emulator::call::{Answer, ApprovalHeaders, Call, Caller, Content};
use crate::emulator::error::Stamp;
use crate::emulator::gate::exchange::{Incoming, Reply};
use crate::emulator::gate::world::World;
use crate::emulator::intune::hardware_hash;
use crate::emulator::model::check::Version;
use crate::emulator::odata::query::Query;
use crate::emulator::tenant::device::Hardware;
use crate::emulator::{
    CLIENT_ID, CLIENT_SECRET, OTHER_CLIENT_ID, OTHER_CLIENT_SECRET, OTHER_TENANT_ID, PUBLIC_CLIENT_ID, TENANT_ID, desk,
    gate,
};

pub(super) const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
pub(super) const PAGES: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";
pub(super) const IMPORTS: &str = "/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities";
pub(super) const DEVICES: &str = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";
pub(super) const SETTINGS: &str = "/beta/deviceManagement/windowsAutopilotSettings";

/// The id of nothing.
pub(super) const UNKNOWN_ID: &str = "5b5b5b5b-0000-4000-8000-000000000000";

/// An emulator whose clock stands still, and a signed-in client.
pub(super) struct Rig {
    pub(super) world: World,
    token: String,
    other_token: String,
}

/// Status and body; null for no body.
pub(super) type Told = (u16, Value);

impl Rig {
    pub(super) fn new() -> Rig {
        Rig::over(World::open(None, 0.0).unwrap())
    }

    pub(super) fn over(world: World) -> Rig {
        let mut rig = Rig { world, token: String::new(), other_token: String::new() };
        rig.token = rig.sign_in(TENANT_ID, CLIENT_ID, CLIENT_SECRET);
        rig.other_token = rig.sign_in(OTHER_TENANT_ID, OTHER_CLIENT_ID, OTHER_CLIENT_SECRET);
        rig.world.journal.clear();
        rig
    }

    fn sign_in(&mut self, tenant: &str, client: &str, secret: &str) -> String {
        let (status, body) = self.token_request(tenant, &format!(
            "grant_type=client_credentials&client_id={client}&client_secret={secret}&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
        ));
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub(super) fn token_request(&mut self, tenant: &str, form: &str) -> Told {
        told(&gate::serve(
            &mut self.world,
            &Incoming {
                method: "POST".into(),
                target: format!("/{tenant}/oauth2/v2.0/token"),
                body: form.as_bytes().to_vec(),
                ..incoming()
            },
        ))
    }

    pub(super) fn raw(&mut self, change: impl FnOnce(&mut Incoming)) -> Reply {
        let mut incoming = Incoming { authorization: Some(format!("Bearer {}", self.token)), ..incoming() };
        change(&mut incoming);
        gate::serve(&mut self.world, &incoming)
    }

    pub(super) fn call(&mut self, method: &str, target: &str, body: &Value) -> Told {
        told(&self.raw(|incoming| {
            incoming.method = method.into();
            incoming.target = target.into();
            if !body.is_null() {
                incoming.content_type = Some("application/json".into());
                incoming.body = body.to_string().into_bytes();
            }
        }))
    }

    pub(super) fn get(&mut self, target: &str) -> Told {
        self.call("GET", target, &Value::Null)
    }

    /// With `ConsistencyLevel: eventual`.
    pub(super) fn get_eventual(&mut self, target: &str) -> Told {
        told(&self.raw(|incoming| {
            incoming.method = "GET".into();
            incoming.target = target.into();
            incoming.eventual = true;
        }))
    }

    pub(super) fn post(&mut self, target: &str, body: &Value) -> Told {
        self.call("POST", target, body)
    }

    pub(super) fn patch(&mut self, target: &str, body: &Value) -> Told {
        self.call("PATCH", target, body)
    }

    pub(super) fn delete(&mut self, target: &str) -> Told {
        self.call("DELETE", target, &Value::Null)
    }

    /// What runs as a client of the other tenant.
    pub(super) fn as_other<T>(&mut self, run: impl FnOnce(&mut Rig) -> T) -> T {
        std::mem::swap(&mut self.token, &mut self.other_token);
        let result = run(self);
        std::mem::swap(&mut self.token, &mut self.other_token);
        result
    }

    /// What runs as an application with these permissions.
    pub(super) fn as_application<T>(&mut self, roles: &[&str], run: impl FnOnce(&mut Rig) -> T) -> T {
        let id = uuid::Uuid::new_v4().to_string();
        let seed = json!({"applications": [{"client_id": id, "client_secret": "s", "roles": roles}]});
        assert_eq!(self.post("/_emulator/seed", &seed).0, 200);
        let token = self.sign_in(TENANT_ID, &id, "s");
        let mine = std::mem::replace(&mut self.token, token);
        let result = run(self);
        self.token = mine;
        result
    }

    /// What a person with these scopes is answered, signed in to the same tenant.
    pub(super) fn as_person(&mut self, scopes: &[&str], method: &str, target: &str, body: &Value) -> Told {
        self.as_user(&uuid::Uuid::new_v4().to_string(), scopes, method, target, body)
    }

    /// What the user with this object id is answered.
    pub(super) fn as_user(
        &mut self,
        principal: &str,
        scopes: &[&str],
        method: &str,
        target: &str,
        body: &Value,
    ) -> Told {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let call = Call {
            method: method.into(),
            version: if path.starts_with("/beta") { Version::Beta } else { Version::V1 },
            path: path.into(),
            ids: Vec::new(),
            query: Query::parse(query),
            body: (!body.is_null()).then(|| body.clone()),
            root: "http://127.0.0.1:4711".into(),
            now: self.world.clock.now(),
            caller: Caller {
                tenant: TENANT_ID.into(),
                app_id: CLIENT_ID.into(),
                principal: principal.into(),
                roles: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
                delegated: true,
            },
            eventual: false,
            accept: None,
            prefer: None,
            approval: ApprovalHeaders::default(),
            without_effect: false,
        };
        let stamp = Stamp { now: call.now, request_id: "r", client_request_id: "c", path };
        match desk::dispatch(self.world.desk(), call) {
            Ok(Answer { status, content: Content::Json(body) }) => (status, body),
            Ok(Answer { status, .. }) => (status, Value::Null),
            Err(failure) => (failure.status, failure.body(&stamp)),
        }
    }

    pub(super) fn wait(&mut self, seconds: u64) {
        self.world.clock.step(Duration::from_secs(seconds));
        self.world.catch_up();
    }

    /// Makes a group and tells its id.
    pub(super) fn group(&mut self, name: &str, rule: Option<&str>) -> String {
        let mut body = json!({"displayName": name, "mailEnabled": false, "mailNickname": name.replace(' ', "-"), "securityEnabled": true, "groupTypes": []});
        if let Some(rule) = rule {
            body["groupTypes"] = json!(["DynamicMembership"]);
            body["membershipRule"] = json!(rule);
            body["membershipRuleProcessingState"] = json!("On");
        }
        let (status, body) = self.post("/v1.0/groups", &body);
        assert_eq!(status, 201, "{body}");
        text(&body, "id")
    }

    /// Makes an Entra join profile and tells its id.
    pub(super) fn profile(&mut self, name: &str) -> String {
        let body =
            json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": name});
        let (status, body) = self.post(PROFILES, &body);
        assert_eq!(status, 201, "{body}");
        text(&body, "id")
    }

    /// Makes an assignment filter and tells its id.
    pub(super) fn filter(&mut self) -> String {
        let body = json!({"displayName": "f", "platform": "windows10AndLater", "rule": r#"(device.model -eq "x")"#});
        let (status, body) = self.post("/beta/deviceManagement/assignmentFilters", &body);
        assert_eq!(status, 201, "{body}");
        text(&body, "id")
    }

    /// Assigns a profile to a target and tells the answer.
    pub(super) fn assign(&mut self, profile: &str, target: &Value) -> Told {
        self.post(&format!("{PROFILES}/{profile}/assignments"), &json!({"target": target}))
    }

    /// Registers devices as an OEM would and tells their ids.
    pub(super) fn seed(&mut self, devices: &Value) -> Vec<String> {
        let (status, body) = self.post("/_emulator/seed", &json!({"devices": devices}));
        assert_eq!(status, 200, "{body}");
        body["devices"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    pub(super) fn members(&mut self, group: &str) -> Vec<String> {
        let (status, body) = self.get(&format!("/v1.0/groups/{group}/members"));
        assert_eq!(status, 200, "{body}");
        values(&body).iter().map(|member| text(member, "displayName")).collect()
    }
}

fn incoming() -> Incoming {
    Incoming { host: "127.0.0.1:4711".into(), scheme: "http".into(), ..Incoming::default() }
}

pub(super) fn told(reply: &Reply) -> Told {
    let body = if reply.body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&reply.body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&reply.body)))
    };
    (reply.status, body)
}

pub(super) fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no text {name} in {body}")).to_owned()
}

pub(super) fn values(body: &Value) -> &[Value] {
    body["value"].as_array().unwrap_or_else(|| panic!("no value in {body}"))
}

/// Graph's code of an error.
pub(super) fn code(body: &Value) -> &str {
    body["error"]["code"].as_str().unwrap_or_else(|| panic!("no error in {body}"))
}

/// Graph's message of an error.
pub(super) fn message(body: &Value) -> &str {
    body["error"]["message"].as_str().unwrap_or_else(|| panic!("no error in {body}"))
}

/// The text inside Intune's JSON inside the message, before the operation id.
pub(super) fn inner(body: &Value) -> String {
    let inner: Value = serde_json::from_str(message(body)).unwrap_or_else(|_| panic!("no JSON in {body}"));
    inner["Message"].as_str().unwrap().split(" - Operation ID").next().unwrap().to_owned()
}

pub(super) fn laptop(serial: &str) -> Hardware {
    Hardware { serial: serial.into(), manufacturer: "HP".into(), model: "EliteBook 840".into() }
}

/// A row of an import with a hash that belongs to it.
pub(super) fn row(serial: &str) -> Value {
    json!({"serialNumber": serial, "hardwareIdentifier": hardware_hash::write(&laptop(serial)), "importId": "9f9b5f1c-8ba5-4a0e-8f0a-3ff4c9b0e0aa"})
}

pub(super) fn group_target(group: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group})
}

pub(super) fn exclusion(group: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.exclusionGroupAssignmentTarget", "groupId": group})
}

pub(super) fn all_devices() -> Value {
    json!({"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"})
}
