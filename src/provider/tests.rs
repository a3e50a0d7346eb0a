//! Settings in surroundings that are held in memory, and a sign-in against a token endpoint on loopback.

use super::*;
use crate::path::Path;
use crate::provider::settings::Resolved;
use crate::schema::{lint, null_object, validate};
use std::collections::BTreeMap;
use std::io;

mod choice;
mod pace;

const TENANT: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

#[derive(Default)]
pub(super) struct Around {
    variables: BTreeMap<&'static str, String>,
    files: BTreeMap<&'static str, &'static str>,
}

impl Surroundings for Around {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn folder(&self) -> String {
        "/work".to_owned()
    }

    fn file(&self, path: &str) -> io::Result<String> {
        self.files.get(path).map(|text| (*text).to_owned()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn bytes(&self, path: &str) -> io::Result<Vec<u8>> {
        self.file(path).map(String::into_bytes)
    }
}

pub(super) fn around<const N: usize>(variables: [(&'static str, &str); N]) -> Around {
    let variables = variables.into_iter().map(|(name, text)| (name, text.to_owned())).collect();
    Around { variables, ..Around::default() }
}

fn config<const N: usize>(set: [(&str, Value); N]) -> Value {
    let mut config = null_object(&settings::attributes());
    for (name, value) in set {
        config.insert(name, value);
    }
    config
}

fn resolve(config: &Value, around: &Around) -> Resolution {
    settings::resolve(config, around)
}

fn ready(config: &Value, around: &Around) -> Resolved {
    match resolve(config, around) {
        Resolution::Ready(resolved) => *resolved,
        Resolution::Unknown(names) => panic!("unknown: {names:?}"),
        Resolution::Refused(refused) => panic!("refused: {refused:?}"),
    }
}

fn refusals(config: &Value, around: &Around) -> Vec<(String, String)> {
    let Resolution::Refused(refused) = resolve(config, around) else { panic!("not refused") };
    refused.into_iter().map(|told| (told.path.unwrap_or_default().to_string(), told.detail)).collect()
}

#[test]
fn a_place_is_a_folder_and_the_workspace_that_is_selected_there() {
    let mut around = around([("TF_WORKSPACE", "")]);
    assert_eq!(place::here(&around), "/work\ndefault");
    around.files.insert(".terraform/environment", "stage\n");
    assert_eq!(place::here(&around), "/work\nstage");
    around.variables.insert("TF_WORKSPACE", "live".to_owned());
    assert_eq!(place::here(&around), "/work\nlive");
}

#[test]
fn the_schema_is_one_that_core_takes() {
    assert_eq!(lint(&settings::attributes()), Vec::<String>::new());
}

#[test]
fn configuration_goes_before_arm_and_arm_before_azure() {
    let around = around([
        ("ARM_TENANT_ID", "arm.example"),
        ("ARM_CLIENT_ID", "arm-client"),
        ("AZURE_CLIENT_ID", "azure-client"),
        ("AZURE_CLIENT_SECRET", "azure-secret"),
    ]);
    let resolved = ready(&config([("tenant_id", TENANT.into())]), &around);
    let used = [
        format!("tenant {TENANT} (from the configuration)"),
        "application arm-client (from the environment variable ARM_CLIENT_ID)".to_owned(),
        "a client secret (from the environment variable AZURE_CLIENT_SECRET)".to_owned(),
    ];
    assert_eq!(resolved.chosen.used, used);
    assert_eq!(
        (resolved.graph.as_str(), resolved.target.cloud.graph),
        ("https://graph.microsoft.com", resolved.graph.as_str())
    );
    assert_eq!(resolved.target.authority, "https://login.microsoftonline.com");
}

#[test]
fn files_hold_an_id_and_a_secret() {
    let mut around = around([("ARM_CLIENT_SECRET_FILE_PATH", "/run/secret"), ("AZURE_CLIENT_SECRET", "not this")]);
    around.files = BTreeMap::from([("/run/secret", "from-file\n"), ("/run/id", " client \r\n"), ("/run/empty", "\n")]);
    let set = |path: &str| config([("tenant_id", TENANT.into()), ("client_id_file_path", path.into())]);
    let resolved = ready(&set("/run/id"), &around);
    let used = ["application client (from the file /run/id)", "a client secret (from the file /run/secret)"];
    assert_eq!(resolved.chosen.used[1..], used);
    assert_eq!(resolved.chosen.about.path(&[7_000_215]), Some(Path::of("client_secret")));
    for (path, why) in [("/run/missing", "entity not found"), ("/run/empty", "it is empty")] {
        let told = refusals(&set(path), &around);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "client_id_file_path");
        assert!(told[0].1.contains(path) && told[0].1.contains(why), "{told:?}");
    }
}

#[test]
fn a_missing_value_says_where_it_was_looked_for() {
    let around = around([("ARM_TENANT_ID", "")]);
    let told = refusals(&config([("client_secret", "".into())]), &around);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].1.contains(
            "- a client secret: the provider's attribute client_secret (empty); the provider's attribute \
                           client_secret_file_path (not set); the environment variable ARM_CLIENT_SECRET (not set)"
        ),
        "{}",
        told[0].1
    );
    let told = refusals(&config([("client_secret", "s".into())]), &around);
    let paths: Vec<_> = told.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["tenant_id", "client_id"]);
    assert_eq!(
        told[0].1,
        "The provider needs a tenant_id. It was looked for, in this order, in: the provider's attribute tenant_id (not \
         set); the environment variable ARM_TENANT_ID (empty); the environment variable AZURE_TENANT_ID (not set). Set \
         one of them."
    );
}

#[test]
fn an_unknown_value_never_fails_and_is_not_looked_for_elsewhere() {
    let around = around([("ARM_CLIENT_SECRET", "not this"), ("ARM_CLIENT_ID", "a"), ("ARM_TENANT_ID", TENANT)]);
    let config = config([("client_secret", Value::Unknown), ("environment", Value::Unknown)]);
    assert_eq!(validate(&settings::attributes(), &config), Diagnostics::default());
    let Resolution::Unknown(names) = resolve(&config, &around) else { panic!("not unknown") };
    assert_eq!(names, ["environment", "client_secret"]);
    assert!(unknown(&names).detail.contains("environment, client_secret"));
}

#[test]
fn a_tenant_is_a_guid_or_a_domain() {
    let told = |tenant: &str| validate(&settings::attributes(), &config([("tenant_id", tenant.into())]));
    for good in [TENANT, "contoso.onmicrosoft.com", "a-b.example", ""] {
        assert_eq!(told(good), Diagnostics::default(), "{good}");
    }
    for bad in ["contoso", "common", "0f8fad5b", "contoso .com", "-a.com", "a..com", "https://contoso.com", "a_b.com"] {
        let Diagnostics(told) = told(bad);
        assert_eq!(told.len(), 1, "{bad}");
        assert_eq!(told[0].path, Some(Path::of("tenant_id")));
    }
    let around = around([("ARM_TENANT_ID", "contoso"), ("ARM_CLIENT_ID", "a"), ("ARM_CLIENT_SECRET", "b")]);
    let told = refusals(&config([]), &around);
    assert_eq!(told[0].0, "tenant_id");
    assert!(told[0].1.starts_with("Attribute tenant_id (from the environment variable ARM_TENANT_ID) must be"));
}

#[test]
fn clouds_and_endpoints() {
    let credentials = [("ARM_TENANT_ID", TENANT), ("ARM_CLIENT_ID", "a"), ("ARM_CLIENT_SECRET", "b")];
    let with = |extra: &[(&'static str, &str)]| {
        let mut around = around(credentials);
        around.variables.extend(extra.iter().map(|(name, text)| (*name, (*text).to_owned())));
        around
    };
    let resolved = ready(
        &config([("environment", "USGovernment".into())]),
        &with(&[("AZURE_AUTHORITY_HOST", "https://x.example")]),
    );
    assert_eq!(resolved.graph, "https://graph.microsoft.us");
    assert_eq!(resolved.target.authority, "https://login.microsoftonline.us", "a named cloud has its own");
    let resolved = ready(&config([]), &with(&[("AZURE_AUTHORITY_HOST", "https://x.example")]));
    assert_eq!(resolved.target.authority, "https://x.example");
    let emulator =
        [("AUTOPILOT_GRAPH_ENDPOINT", "http://127.0.0.1:1"), ("AUTOPILOT_AUTHORITY_HOST", "http://127.0.0.1:2")];
    let resolved = ready(&config([]), &with(&emulator));
    assert_eq!(
        (resolved.graph.as_str(), resolved.target.authority.as_str()),
        ("http://127.0.0.1:1", "http://127.0.0.1:2")
    );
    assert_eq!(resolved.target.cloud.graph, "https://graph.microsoft.com");
    let told =
        refusals(&config([]), &with(&[("AUTOPILOT_GRAPH_ENDPOINT", "http://10.0.0.1"), ("ARM_ENVIRONMENT", "mars")]));
    let paths: Vec<_> = told.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["environment", "graph_endpoint"]);
    let Diagnostics(told) = validate(&settings::attributes(), &config([("graph_endpoint", "http://a:pass@b".into())]));
    assert!(told.len() == 1 && !told[0].detail.contains("pass@"), "{told:?}");
}

#[test]
fn a_value_and_its_file_exclude_each_other() {
    let mut diagnostics = Diagnostics::default();
    settings::validate(
        &config([("client_secret", "a".into()), ("client_secret_file_path", "b".into())]),
        &mut diagnostics,
    );
    assert_eq!(diagnostics.0.len(), 1);
    assert_eq!(diagnostics.0[0].path, Some(Path::of("client_secret_file_path")));
}

/// A token endpoint that answers every request alike.
async fn authority(status: u16, body: serde_json::Value) -> String {
    let answer = move || {
        let status = axum::http::StatusCode::from_u16(status).expect("a status");
        async move { (status, axum::Json(body)) }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback");
    let address = listener.local_addr().expect("an address");
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn configure(authority: &str, config: &Value) -> (Tenant, Diagnostics) {
    let around = around([
        ("ARM_TENANT_ID", TENANT),
        ("ARM_CLIENT_ID", "a"),
        ("ARM_CLIENT_SECRET", "very-secret"),
        ("AUTOPILOT_GRAPH_ENDPOINT", authority),
        ("AUTOPILOT_AUTHORITY_HOST", authority),
    ]);
    let mut diagnostics = Diagnostics::default();
    let tenant = Autopilot::within(around).configure(config, "", &CancellationToken::new(), &mut diagnostics).await;
    (tenant, diagnostics)
}

#[tokio::test]
async fn a_wrong_secret_is_told_on_its_attribute_and_not_shown() {
    let body = serde_json::json!({
        "error": "invalid_client", "error_codes": [7000215],
        "error_description": "AADSTS7000215: Invalid client secret provided. Trace ID: 1",
    });
    let authority = authority(401, body).await;
    let (tenant, Diagnostics(told)) = configure(&authority, &config([])).await;
    assert!(matches!(tenant, Tenant::Missing(_)));
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].path, Some(Path::of("client_secret")));
    assert!(told[0].detail.contains("AADSTS7000215") && told[0].detail.contains("ARM_CLIENT_SECRET"), "{told:?}");
    assert!(!told[0].detail.contains("very-secret"));
}

#[tokio::test]
async fn a_good_secret_leads_to_a_tenant() {
    let authority = authority(200, token_for(TENANT)).await;
    let (tenant, told) = configure(&authority, &config([])).await;
    assert_eq!(told, Diagnostics::default());
    let Tenant::Ready(client) = tenant else { panic!("no tenant") };
    assert_eq!(client.tenant_id().await, Ok(TENANT.to_owned()));
}

fn token_for(tenant: &str) -> serde_json::Value {
    use base64::Engine as _;
    let claims = serde_json::json!({ "tid": tenant }).to_string();
    let token = format!("e30.{}.c2ln", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims));
    serde_json::json!({"token_type": "Bearer", "expires_in": 3599, "access_token": token})
}

#[tokio::test]
async fn a_sign_in_that_leads_to_another_tenant_than_was_asked_for_is_refused() {
    let authority = authority(200, token_for("0f8fad5b-0000-0000-0000-70867728950e")).await;
    let (tenant, Diagnostics(told)) = configure(&authority, &config([])).await;
    assert!(matches!(tenant, Tenant::Missing(_)));
    assert_eq!((told[0].summary.as_str(), &told[0].path), ("Sign-In to Another Tenant", &Some(Path::of("tenant_id"))));
}

#[tokio::test]
async fn an_unknown_secret_is_told_at_first_use() {
    let (tenant, told) = configure("http://127.0.0.1:1", &config([("client_secret", Value::Unknown)])).await;
    assert_eq!(told, Diagnostics::default());
    let Tenant::Missing(why) = tenant else { panic!("a tenant") };
    assert_eq!(why.summary, "Provider Settings Not Known Yet");
}
