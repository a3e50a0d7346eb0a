//! A Chromium of the machine, driven by WebDriver: JSON over HTTP, of which a handful of calls is needed here. The
//! crates that speak it bring old versions of a dozen crates with them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

/// The name under which WebDriver answers an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

const MISSING: &str = "chromedriver does not start. The tests of the page need Chromium and its driver; on Debian: \
                       apt-get install chromium chromium-driver";

/// One request on a connection of its own: status and body.
pub(super) fn http(address: &str, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).expect("it takes a request");
    // The driver tells how long its answer is, and leaves the connection open.
    let mut answer = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        answer.read_line(&mut line).expect("it answers text");
        line.trim_end().to_owned()
    };
    let status = line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let heads = std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty()));
    let lengths = heads.filter_map(|head| head.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; lengths.last().unwrap_or(0)];
    answer.read_exact(&mut body).expect("as much as was said");
    (status, String::from_utf8(body).expect("it answers text"))
}

/// A browser with one window. It ends when this is dropped.
pub(super) struct Browser {
    driver: Child,
    address: String,
    session: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // Ends the browser; the driver alone would leave it behind.
            http(&self.address, "DELETE", &format!("/session/{}", self.session), "", "");
        }
        // Gone already, or about to be: either is what is wanted.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Starts a browser with a window of this size, that prefers dark or light.
    pub(super) fn start(width: u32, height: u32, dark: bool) -> Browser {
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut driver = command.spawn().expect(MISSING);
        let lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        let address = format!("127.0.0.1:{}", port.expect(MISSING));
        let mut browser = Browser { driver, address, session: String::new() };
        let options = json!({
            // As root, as in containers, Chromium runs without its sandbox only.
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
        });
        let wanted =
            json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": options, "timeouts": {"script": 30000}}}});
        let made = browser.ask("POST", "/session", &wanted);
        browser.session = made["sessionId"].as_str().expect("a session").to_owned();
        // A window of Chromium's cannot be as narrow as a phone.
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500});
        browser.devtools("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        // Without motion nothing is half way when it is looked at.
        let features = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        browser.devtools("Emulation.setEmulatedMedia", &features);
        browser
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let (status, answer) =
            http(&self.address, method, path, "Content-Type: application/json; charset=utf-8\r\n", &body);
        let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
        let value = answer["value"].take();
        assert_eq!(status, 200, "{method} {path} {body}\n{}", value["message"].as_str().unwrap_or_default());
        value
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        self.ask("POST", &format!("/session/{}/{command}", self.session), body)
    }

    pub(super) fn devtools(&self, command: &str, parameters: &Value) -> Value {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    pub(super) fn open(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    /// The value of an expression on the page.
    pub(super) fn value(&self, expression: &str) -> Value {
        self.post("execute/sync", &json!({"script": format!("return {expression}"), "args": []}))
    }

    /// Waits until an expression on the page holds; it is looked at whenever the page changes.
    pub(super) fn wait(&self, expression: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1], holds = () => {expression};
            if (holds()) return done();
            const observer = new MutationObserver(() => holds() && (observer.disconnect(), done()));
            observer.observe(document, {{ subtree: true, childList: true, attributes: true, characterData: true }});"
        );
        let waited = self.try_post("execute/async", &json!({"script": script, "args": []}));
        if let Err(error) = waited {
            let text = self.value("document.body.innerText");
            panic!("{expression} does not come true: {error}\n{}", text.as_str().unwrap_or_default());
        }
    }

    fn try_post(&self, command: &str, body: &Value) -> Result<(), String> {
        let path = format!("/session/{}/{command}", self.session);
        let (status, answer) =
            http(&self.address, "POST", &path, "Content-Type: application/json\r\n", &body.to_string());
        if status == 200 { Ok(()) } else { Err(answer) }
    }

    fn element(&self, selector: &str) -> String {
        let using = if selector.starts_with('/') { "xpath" } else { "css selector" };
        let found = self.post("element", &json!({"using": using, "value": selector}));
        found[ELEMENT].as_str().expect("an element").to_owned()
    }

    /// Clicks as a person does: what is hidden or covered cannot be clicked.
    pub(super) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Clicks the button with this text.
    pub(super) fn press(&self, text: &str) {
        self.click(&format!("//button[starts-with(normalize-space(), '{text}')]"));
    }

    /// Types into a field, in the place of what is in it.
    pub(super) fn write(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.post(&format!("element/{element}/clear"), &json!({}));
        self.post(&format!("element/{element}/value"), &json!({"text": text}));
    }

    /// Types wherever the focus is.
    pub(super) fn keys(&self, text: &str) {
        let strokes = text.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        });
        let actions = json!([{"type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>()}]);
        self.post("actions", &json!({"actions": actions}));
    }

    /// How assistive technology calls elements, each with its markup.
    pub(super) fn labels(&self, selector: &str) -> Vec<(String, String)> {
        let found = self.post("elements", &json!({"using": "css selector", "value": selector}));
        let elements = found.as_array().expect("elements").iter();
        let ids = elements.map(|each| each[ELEMENT].as_str().expect("an element"));
        let said = |element: &str, what: &str| {
            let path = format!("/session/{}/element/{element}/{what}", self.session);
            self.ask("GET", &path, &Value::Null).as_str().unwrap_or_default().to_owned()
        };
        ids.map(|id| (said(id, "computedlabel"), said(id, "property/outerHTML"))).collect()
    }

    /// A PNG of what is seen.
    pub(super) fn picture(&self) -> Vec<u8> {
        use base64::Engine as _;
        let taken = self.ask("GET", &format!("/session/{}/screenshot", self.session), &Value::Null);
        let text = taken.as_str().expect("Base64");
        base64::engine::general_purpose::STANDARD.decode(text).expect("Base64")
    }
}
