//! The emulator's page in a browser: somebody clicks, types and looks. And the pictures of the guides and of the README.
//!
//! `cargo test --features browser --test browser`, with Debian's `chromium` and `chromium-driver`. With
//! `SCREENSHOTS=overwrite` in front it writes the pictures of `docs/` anew.

mod browsing;
mod driver;
mod looks;
mod pictures;
mod playing;
mod terminal;

use autopilot::emulator::{Emulator, Options};
use driver::{Browser, http};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// An emulator whose clock stands still, and a browser that shows its page.
struct Page {
    browser: Browser,
    emulator: Emulator,
    /// Serves the emulator.
    _runtime: Runtime,
}

impl Page {
    fn open(seed: &Value) -> Page {
        Page::of_size(1280, 800, false, seed)
    }

    fn of_size(width: u32, height: u32, dark: bool, seed: &Value) -> Page {
        let runtime = Runtime::new().expect("a runtime");
        let options = Options { speed: 0.0, ..Options::default() };
        let emulator = runtime.block_on(Emulator::start(options)).expect("the emulator starts");
        emulator.plant(seed.to_string().as_bytes()).expect("the seed is planted");
        let page = Page { browser: Browser::start(width, height, dark), emulator, _runtime: runtime };
        page.browser.open(&page.emulator.endpoint());
        page.browser.wait("document.querySelector('#kinds button')");
        page
    }

    /// Waits until a text is seen in an element.
    fn sees(&self, selector: &str, text: &str) {
        let (selector, text) = (json!(selector), json!(text));
        self.browser
            .wait(&format!("[...document.querySelectorAll({selector})].some(each => each.innerText.includes({text}))"));
    }

    /// The texts of elements.
    fn texts(&self, selector: &str) -> Vec<String> {
        let expression = format!("[...document.querySelectorAll({})].map(each => each.innerText)", json!(selector));
        serde_json::from_value(self.browser.value(&expression)).expect("texts")
    }

    /// Turns to a kind of objects.
    fn turn_to(&self, kind: &str) {
        self.browser.click(&format!("#kinds [data-kind={kind}]"));
        self.browser.wait(&format!("document.querySelector('#kinds [data-kind={kind}][aria-current]')"));
    }

    /// A request to the emulator beside the page.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, Value) {
        let endpoint = self.emulator.endpoint();
        let (status, body) = http(endpoint.trim_start_matches("http://"), method, path, headers, body);
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// A write to Graph, as the tenant's application.
    fn post(&self, path: &str, headers: &str, body: &Value) -> (u16, Value) {
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope=https://graph.microsoft.com/.default",
            self.emulator.client_id(),
            self.emulator.client_secret(),
        );
        let sign_in = format!("/{}/oauth2/v2.0/token", self.emulator.tenant_id());
        self.post_by(&self.ask("POST", &sign_in, "", &form).1, path, headers, body)
    }

    /// A write to Graph by whoever got this answer to a sign-in.
    fn post_by(&self, signed_in: &Value, path: &str, headers: &str, body: &Value) -> (u16, Value) {
        let token = signed_in["access_token"].as_str().expect("a token");
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n{headers}");
        self.ask("POST", path, &headers, &body.to_string())
    }
}

/// A dynamic group of the devices with a group tag.
fn group_of(tag: &str) -> Value {
    json!({"path": "/v1.0/groups", "body": {
        "displayName": format!("Autopilot {tag}"), "mailEnabled": false, "mailNickname": tag, "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRuleProcessingState": "On",
        "membershipRule": format!("(device.devicePhysicalIds -any (_ -eq \"[OrderID]:{tag}\"))"),
    }})
}

const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";

fn profile(name: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": name, "locale": "de-DE"})
}

impl Page {
    /// Makes a profile and assigns it to a group, by name.
    fn assign(&self, name: &str, group: &str) {
        let (status, made) = self.post(PROFILES, "", &profile(name));
        assert_eq!(status, 201, "{made}");
        let groups = self.emulator.snapshot().groups;
        let group = &groups.iter().find(|each| each.name == group).expect("the group").id;
        let target = json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}});
        let (status, answer) =
            self.post(&format!("{PROFILES}/{}/assignments", made["id"].as_str().expect("an id")), "", &target);
        assert_eq!(status, 201, "{answer}");
    }
}
