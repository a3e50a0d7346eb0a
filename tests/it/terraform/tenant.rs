//! The tenant as somebody else sees it: an administrator with curl, while Terraform looks away.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

/// Speaks to the emulator by HTTP, with a token that it got there as any client would.
pub(super) struct Tenant {
    address: String,
    token: String,
}

impl Tenant {
    /// Signs in with what [`autopilot::emulator`] says of its tenant.
    pub(super) fn sign_in(environment: &[(String, String)]) -> Tenant {
        let said: BTreeMap<_, _> = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let address = said["AUTOPILOT_GRAPH_ENDPOINT"].trim_start_matches("http://").trim_end_matches('/').to_owned();
        let form = format!(
            "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id={}&client_secret={}",
            said["ARM_CLIENT_ID"],
            percent_encoded(said["ARM_CLIENT_SECRET"]),
        );
        let target = format!("/{}/oauth2/v2.0/token", said["ARM_TENANT_ID"]);
        let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
        let (status, answer) = exchange(&address, "POST", &target, headers, form.as_bytes());
        assert_eq!(status, 200, "{answer}");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        Tenant { address, token }
    }

    /// The same tenant as somebody else sees it.
    pub(super) fn by_token(&self, token: &str) -> Tenant {
        Tenant { address: self.address.clone(), token: token.to_owned() }
    }

    /// The token of the administrator who is signed in.
    #[cfg(unix)]
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// A token of the tenant's administrator, who signs in to this application by a device code.
    #[cfg(unix)]
    pub(super) fn sign_in_by_device_code(environment: &[(String, String)], client: &str, scope: &str) -> String {
        let said: BTreeMap<_, _> = environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let address = said["AUTOPILOT_GRAPH_ENDPOINT"].trim_start_matches("http://").trim_end_matches('/');
        let post = |end: &str, form: String| {
            let target = format!("/{}/oauth2/v2.0/{end}", said["ARM_TENANT_ID"]);
            let headers = "Content-Type: application/x-www-form-urlencoded\r\n";
            let (status, answer) = exchange(address, "POST", &target, headers, form.as_bytes());
            assert_eq!(status, 200, "{answer}");
            answer
        };
        let begun = post("devicecode", format!("client_id={client}&scope={scope}"));
        let code = begun["device_code"].as_str().expect("a code");
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let answer = post("token", format!("grant_type={grant}&client_id={client}&device_code={code}"));
        answer["access_token"].as_str().expect("a token").to_owned()
    }

    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let headers = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", self.token);
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        exchange(&self.address, method, path, &headers, &body)
    }

    #[track_caller]
    pub(super) fn get(&self, path: &str) -> Value {
        let (status, answer) = self.send("GET", path, None);
        assert_eq!(status, 200, "GET {path}: {answer}");
        answer
    }

    /// Everything of a paged list.
    #[track_caller]
    pub(super) fn list(&self, path: &str) -> Vec<Value> {
        let (mut all, mut next) = (Vec::new(), Some(path.to_owned()));
        while let Some(path) = next {
            let mut page = self.get(&path);
            if let Some(items) = page["value"].as_array_mut() {
                all.append(items);
            }
            let link = page["@odata.nextLink"].as_str();
            next = link.and_then(|link| link.split_once(&self.address)).map(|(_, path)| path.to_owned());
        }
        all
    }

    #[track_caller]
    pub(super) fn patch(&self, path: &str, body: &Value) {
        let (status, answer) = self.send("PATCH", path, Some(body));
        assert!(matches!(status, 200 | 204), "PATCH {path}: {status} {answer}");
    }

    #[track_caller]
    pub(super) fn post(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.send("POST", path, Some(body));
        assert!(matches!(status, 200 | 201 | 204), "POST {path}: {status} {answer}");
        answer
    }

    #[track_caller]
    pub(super) fn delete(&self, path: &str) {
        let (status, answer) = self.send("DELETE", path, None);
        assert_eq!(status, 204, "DELETE {path}: {answer}");
    }

    pub(super) fn groups(&self) -> Vec<Value> {
        self.list("/v1.0/groups")
    }

    /// How many members the group of this name has.
    #[track_caller]
    pub(super) fn members_of(&self, group: &str) -> usize {
        let id = self.id_of(&self.groups(), group);
        self.list(&format!("/v1.0/groups/{id}/members")).len()
    }

    /// The id of the one object with this display name.
    #[track_caller]
    pub(super) fn id_of(&self, objects: &[Value], name: &str) -> String {
        let named: Vec<_> = objects.iter().filter(|object| object["displayName"] == name).collect();
        match named.as_slice() {
            [only] => only["id"].as_str().expect("an id is text").to_owned(),
            _ => panic!("{} objects are called {name}", named.len()),
        }
    }

    pub(super) fn profiles(&self) -> Vec<Value> {
        self.list("/beta/deviceManagement/windowsAutopilotDeploymentProfiles")
    }

    /// The pages that somebody made: every tenant has the default one.
    pub(super) fn status_pages(&self) -> Vec<Value> {
        let all = self.list("/beta/deviceManagement/deviceEnrollmentConfigurations?$expand=assignments");
        let made = |page: &Value| {
            page["@odata.type"] == "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration"
                && page["priority"] != 0
        };
        all.into_iter().filter(made).collect()
    }

    pub(super) fn devices(&self) -> Vec<Value> {
        self.list("/beta/deviceManagement/windowsAutopilotDeviceIdentities")
    }

    pub(super) fn import_records(&self) -> Vec<Value> {
        self.list("/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities")
    }

    /// What Terraform could have made in it, counted: an empty tenant has nothing.
    pub(super) fn holds(&self) -> Value {
        json!({
            "devices": self.devices().len(),
            "groups": self.groups().len(),
            "profiles": self.profiles().len(),
            "status pages": self.status_pages().len(),
        })
    }

    #[track_caller]
    pub(super) fn is_empty(&self) {
        assert_eq!(self.holds(), json!({ "devices": 0, "groups": 0, "profiles": 0, "status pages": 0 }));
    }
}

/// One request of HTTP/1.1 and its answer. An empty body is null, one that is no JSON is text.
fn exchange(address: &str, method: &str, target: &str, headers: &str, body: &[u8]) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).expect("the emulator listens");
    let length = body.len();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).expect("the emulator reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the emulator answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    assert!(!head.to_ascii_lowercase().contains("transfer-encoding"), "the answer comes in chunks");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer has a status");
    let body = &answer[end + 4..];
    let value = if body.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(body).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(body)))
    };
    (status, value)
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
