//! `doctor`, in tenants that are well and in those that lack something.

use std::process::Command;

use autopilot::emulator::{CLIENT_ID, CLIENT_SECRET, Emulator, Options, Settings, TENANT_ID};
use serde_json::{Value, json};

use crate::{
    screens::{assert_screen, program, session},
    stand_in::{self, StandIn, page},
};

const NOBODY: &str = "3d5f1d6c-7f0e-4b0b-9d55-0c8f2b1f6f19";
const SECRET: &str = "open sesame";

/// Kinds whose permissions a screen can tell in a few lines.
const ONLY: &str = "group,deployment_profile,mdm_enrollment_scope";

async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.expect("the emulator starts")
}

/// Plants an application with these permissions.
fn plant(emulator: &Emulator, roles: &[&str], more: &Value) {
    let mut application = json!({"client_id": NOBODY, "client_secret": SECRET, "roles": roles});
    for (name, value) in more.as_object().into_iter().flatten() {
        application[name] = value.clone();
    }
    emulator.plant(json!({"applications": [application]}).to_string().as_bytes()).expect("it is planted");
}

/// What leads the command to a tenant, and nothing else that this machine may have set.
fn led(command: &mut Command, variables: &[(&str, &str)]) {
    for (name, _) in std::env::vars().filter(|(name, _)| {
        ["ARM_", "AZURE_", "AUTOPILOT_"].iter().any(|begin| name.starts_with(begin))
            || name.to_ascii_lowercase().ends_with("_proxy")
    }) {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
}

fn to<'a>(endpoint: &'a str, client: &'a str, secret: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("AUTOPILOT_GRAPH_ENDPOINT", endpoint),
        ("AUTOPILOT_AUTHORITY_HOST", endpoint),
        ("ARM_TENANT_ID", TENANT_ID),
        ("ARM_CLIENT_ID", client),
        ("ARM_CLIENT_SECRET", secret),
    ]
}

/// What a terminal of 80 columns shows.
fn screen(words: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = program(80);
    led(&mut command, variables);
    let shown = session(&[&["doctor"], words].concat(), &mut command);
    for secret in [SECRET, CLIENT_SECRET, "eyJ"] {
        assert!(!shown.contains(secret), "{secret} is shown in\n{shown}");
    }
    shown
}

/// The object, and the exit code.
fn json_of(words: &[&str], variables: &[(&str, &str)]) -> (Value, Option<i32>) {
    let mut command = program(80);
    led(&mut command, variables);
    let said = command.arg("doctor").arg("--json").args(words).output().expect("the program starts");
    let object: Value = serde_json::from_slice(&said.stdout).expect("one object");
    assert_eq!(object["exit_code"].as_i64(), said.status.code().map(i64::from));
    (object, said.status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_that_is_well_ends_with_0_and_nothing_is_written() {
    let emulator = emulator().await;
    let endpoint = emulator.endpoint();
    let variables = to(&endpoint, CLIENT_ID, CLIENT_SECRET);
    let shown = screen(&["--only", ONLY], &variables);
    assert_screen(&shown, 80, snapbox::file!["screens/doctor.well.txt"]);
    let (object, code) = json_of(&[], &variables);
    assert_eq!(code, Some(0), "{object:#}");
    assert_eq!(object["problems"], json!([]));
    let graph = emulator.requests().into_iter().filter(|request| !request.path.ends_with("/token"));
    let writes: Vec<_> = graph.filter(|request| request.method != "GET").collect();
    assert!(writes.is_empty(), "{writes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_is_as_the_help_tells_it() {
    let emulator = emulator().await;
    let endpoint = emulator.endpoint();
    let shown = screen(&["--json", "--only", ONLY], &to(&endpoint, CLIENT_ID, CLIENT_SECRET));
    assert_screen(&shown, 200, snapbox::file!["screens/doctor.json.txt"]);
    let help = String::from_utf8(program(80).args(["doctor", "--help"]).output().expect("it starts").stdout);
    let help = help.expect("text");
    let (object, _) = json_of(&[], &to(&endpoint, CLIENT_ID, CLIENT_SECRET));
    for (name, value) in object.as_object().expect("an object") {
        assert!(help.contains(&format!("\n  {name} ")), "{name} is not in the help");
        for inner in value.as_object().into_iter().flatten().map(|(inner, _)| inner) {
            assert!(help.contains(inner), "{name}.{inner} is not in the help");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_without_permissions_is_told_each_with_what_it_is_for() {
    let emulator = emulator().await;
    plant(&emulator, &[], &json!({}));
    let endpoint = emulator.endpoint();
    let shown = screen(&["--only", ONLY], &to(&endpoint, NOBODY, SECRET));
    assert_screen(&shown, 80, snapbox::file!["screens/doctor.without-permissions.txt"]);
    let (object, code) = json_of(&["--only", "scope_tag"], &to(&endpoint, NOBODY, SECRET));
    assert_eq!(code, Some(2), "{object:#}");
    let missing = object["permissions"]["missing"].as_array().expect("a list");
    let first = json!({"permission": "DeviceManagementRBAC.Read.All", "for": {"read": ["autopilot_scope_tag"]}});
    assert_eq!(missing[0], first, "the least first");
    assert_eq!(missing[1]["permission"], "DeviceManagementRBAC.ReadWrite.All");
    assert_eq!(object["intune"], json!({"answers": null, "licensed": null, "mdm_authority": null}));
    assert_eq!(object["approvals"]["kinds"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_only_reads_is_well_where_it_is_asked_to_read() {
    let emulator = emulator().await;
    let reads = [
        "Application.Read.All",
        "DeviceManagementServiceConfig.Read.All",
        "Group.Read.All",
        "LicenseAssignment.Read.All",
        "Organization.Read.All",
    ];
    plant(&emulator, &reads, &json!({}));
    let endpoint = emulator.endpoint();
    let variables = to(&endpoint, NOBODY, SECRET);
    let (object, code) = json_of(&["--read-only", "--only", "group,deployment_profile"], &variables);
    assert_eq!(
        (code, &object["intune"]),
        (Some(0), &json!({"answers": true, "licensed": true, "mdm_authority": true})),
        "{object:#}"
    );
    let (object, code) = json_of(&["--only", "group"], &variables);
    assert_eq!(code, Some(2));
    assert_eq!(object["permissions"]["missing"][0]["permission"], "Group.ReadWrite.All");
    assert_eq!(object["permissions"]["optional"][0]["permission"], "Application.ReadWrite.All");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_secret_is_told_with_what_to_do() {
    let emulator = emulator().await;
    plant(&emulator, &[], &json!({"client_secret_expired": true}));
    let endpoint = emulator.endpoint();
    let shown = screen(&[], &to(&endpoint, NOBODY, SECRET));
    assert_screen(&shown, 80, snapbox::file!["screens/doctor.expired.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_settings_it_says_in_a_few_lines_what_to_set() {
    let shown = screen(&[], &[]);
    assert!(shown.contains("Credential Missing") && shown.ends_with("[exit 1]\n"), "{shown}");
    assert!(shown.contains("ARM_CLIENT_SECRET") && !shown.contains("not set"), "{shown}");
    assert!(shown.lines().count() < 10, "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_without_intune_is_told_what_to_buy() {
    let emulator = emulator().await;
    emulator.configure(|settings: &mut Settings| settings.intune_is_provisioned = false);
    let endpoint = emulator.endpoint();
    let shown = screen(&["--only", ONLY], &to(&endpoint, CLIENT_ID, CLIENT_SECRET));
    assert_screen(&shown, 80, snapbox::file!["screens/doctor.without-intune.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intune_that_refuses_to_read_is_told() {
    let emulator = emulator().await;
    let fault = json!({"path": "/beta/deviceManagement/*", "status": 400, "times": 0});
    emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let endpoint = emulator.endpoint();
    let (object, code) = json_of(&["--only", "group"], &to(&endpoint, CLIENT_ID, CLIENT_SECRET));
    let problem = object["problems"][0].to_string();
    assert_eq!(code, Some(2), "{object:#}");
    assert!(problem.contains("Intune does not answer as it should") && problem.contains("HTTP 400"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_in_force_are_told_by_kind() {
    let emulator = emulator().await;
    emulator.configure(|settings: &mut Settings| settings.approval = vec!["scripts".into(), "rbac".into()]);
    let endpoint = emulator.endpoint();
    let shown = screen(&["--only", "scope_tag"], &to(&endpoint, CLIENT_ID, CLIENT_SECRET));
    assert_screen(&shown, 80, snapbox::file!["screens/doctor.approvals.txt"]);
    let (object, code) = json_of(&[], &to(&endpoint, CLIENT_ID, CLIENT_SECRET));
    assert_eq!((code, &object["approvals"]["kinds"]), (Some(0), &json!(["role", "script"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_of_graph_on_this_machine_is_told_and_not_judged() {
    let emulator = emulator().await;
    emulator.advance(std::time::Duration::from_secs(3600));
    let endpoint = emulator.endpoint();
    let (object, code) = json_of(&[], &to(&endpoint, CLIENT_ID, CLIENT_SECRET));
    assert_eq!((code, &object["problems"]), (Some(0), &json!([])), "{object:#}");
    let ahead = object["clock"]["ahead_seconds"].as_i64().expect("a number");
    assert!((-3605..=-3590).contains(&ahead), "{ahead}");
}

/// A network in which nobody but a proxy answers.
fn behind(proxy: &str) -> Vec<(&str, &str)> {
    let mut variables = to("https://graph.example.invalid", NOBODY, SECRET);
    variables[1].1 = "https://login.example.invalid";
    variables.extend([("HTTPS_PROXY", proxy), ("https_proxy", proxy), ("NO_PROXY", ""), ("no_proxy", "")]);
    variables
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_wants_a_sign_in_is_told_without_its_password() {
    let proxy = StandIn::new(|_| stand_in::json(407, &Value::Null));
    let url = proxy.url("").replace("http://", "http://bob:hunter2@");
    let shown = screen(&[], &behind(&url));
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_screen(&shown, 80, snapbox::file!["screens/doctor.proxy-407.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_opens_no_tunnel_and_one_that_is_gone_are_told_with_a_remedy() {
    let proxy = StandIn::new(|_| stand_in::json(403, &Value::Null));
    let (object, code) = json_of(&[], &behind(&proxy.url("")));
    let answered = "A refusal, such as HTTP 403, of the request for a tunnel";
    assert_eq!((code, &object["proxies"]["answered"]), (Some(1), &json!(answered)), "{object:#}");
    let problem = &object["problems"][1];
    assert!(problem["problem"].as_str().is_some_and(|text| text.contains(answered)), "{object:#}");
    assert!(problem["remedy"].as_str().is_some_and(|text| text.contains("HTTPS_PROXY")), "{object:#}");
    // Nobody listens at a port that has just been given back.
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let shown = screen(&[], &behind(&format!("http://{free}")));
    assert!(shown.contains("✗ The proxy does not answer.\n") && shown.ends_with("[exit 1]\n"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_network_is_told() {
    let portal = StandIn::new(|_| page(200));
    let url = portal.url("");
    let shown = screen(&[], &to(&url, NOBODY, SECRET));
    assert_screen(&shown, 80, snapbox::file!["screens/doctor.proxy-page.txt"]);
    let emulator = emulator().await;
    let endpoint = emulator.endpoint();
    let mut variables = to(&endpoint, CLIENT_ID, CLIENT_SECRET);
    variables[0].1 = &url;
    let (object, code) = json_of(&[], &variables);
    assert_eq!((code, &object["proxies"]["answered"]), (Some(1), &json!("HTTP 200 with a page of HTML")), "{object:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_is_none_is_told_with_those_there_are() {
    let shown = screen(&["--only", "laptops"], &[]);
    assert!(shown.contains("There is no kind \"laptops\"") && shown.contains("sync_devices"), "{shown}");
    assert!(shown.ends_with("[exit 1]\n"), "{shown}");
}
