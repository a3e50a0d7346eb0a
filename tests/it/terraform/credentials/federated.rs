//! Tokens of other issuers: given, in a file, asked for in GitHub Actions and Azure Pipelines, and in a pod.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Settings, plan_by_configuration, plan_by_variables, refused, register, who, who_set};
use crate::stand_in::{StandIn, json as answer};
use crate::terraform::lab::Lab;

pub(super) const ISSUER: &str = "https://issuer.example";
pub(super) const SUBJECT: &str = "repo:contoso/devices:ref:refs/heads/main";

/// A token of the issuer's. Entra has its keys from elsewhere; the emulator has none, and asks for none.
pub(super) fn token(subject: &str, is_over: bool) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let expires = if is_over { now - 3600 } else { now + 3600 };
    let claims = json!({
        "iss": ISSUER, "sub": subject, "aud": "api://AzureADTokenExchange", "nbf": now - 7200, "exp": expires,
    });
    let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
    format!("{}.{}.{}", encode(r#"{"alg":"RS256","kid":"k"}"#), encode(&claims.to_string()), encode("a signature"))
}

pub(super) fn trusting() -> Lab {
    let lab = Lab::new();
    register(&lab, &json!({"federated": [{"issuer": ISSUER, "subject": SUBJECT}]}));
    lab
}

fn by(variables: &[(&'static str, &str)]) -> Settings<'static> {
    let more: Settings<'static> = variables.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    [who(), more].concat()
}

fn set(settings: &[(&'static str, &str)]) -> Settings<'static> {
    let more: Settings<'static> = settings.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    [who_set(), more].concat()
}

const USED: (&str, &str) = ("ARM_USE_OIDC", "true");
const USE: (&str, &str) = ("use_oidc", "true");

#[test]
fn another_issuer_s_token_signs_in_given_or_in_a_file() {
    let lab = trusting();
    let (right, wrong, over) = (token(SUBJECT, false), token("repo:contoso/other", false), token(SUBJECT, true));
    lab.write("token", format!("{right}\n"));
    plan_by_variables(&lab, &by(&[USED, ("ARM_OIDC_TOKEN", &right)])).succeeds();
    plan_by_variables(&lab, &by(&[USED, ("ARM_OIDC_TOKEN_FILE_PATH", "token")])).succeeds();
    plan_by_configuration(&lab, &set(&[USE, ("oidc_token", &right)])).succeeds();
    plan_by_configuration(&lab, &set(&[USE, ("oidc_token_file_path", "token")])).succeeds();
    let told = plan_by_variables(&lab, &by(&[USED, ("ARM_OIDC_TOKEN", &wrong)])).fails();
    refused(&told, &["AADSTS700213", "repo:contoso/other", "letter by letter", "ARM_OIDC_TOKEN"], &[&wrong]);
    let told = plan_by_configuration(&lab, &set(&[USE, ("oidc_token", &over)])).fails();
    refused(&told, &["AADSTS700024", "has expired", "(from the configuration)"], &[]);
    lab.write("token", over);
    let told = plan_by_variables(&lab, &by(&[USED, ("ARM_OIDC_TOKEN_FILE_PATH", "token")])).fails();
    refused(&told, &["AADSTS700024", "the file token"], &[]);
}

#[test]
fn github_actions_signs_in() {
    let lab = trusting();
    let github = StandIn::new(|head| match () {
        () if !head.starts_with("GET ") || !head.contains("audience=api%3A%2F%2FAzureADTokenExchange") => {
            answer(400, &json!({"message": "asked otherwise"}))
        }
        () if head.contains("Bearer run-token") => answer(200, &json!({"value": token(SUBJECT, false)})),
        () if head.contains("Bearer late-token") => answer(200, &json!({"value": token(SUBJECT, true)})),
        () => answer(401, &json!({"message": "Unauthorized"})),
    });
    let url = github.url("/idtoken?api-version=2.0");
    let asking =
        |token| [USED, ("ACTIONS_ID_TOKEN_REQUEST_URL", url.as_str()), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", token)];
    plan_by_variables(&lab, &by(&asking("run-token"))).succeeds();
    plan_by_configuration(&lab, &set(&[("oidc_request_url", &url), ("oidc_request_token", "run-token")])).succeeds();
    let told = plan_by_variables(&lab, &by(&asking("wrong-token"))).fails();
    refused(&told, &["HTTP 401", "/idtoken", "ACTIONS_ID_TOKEN_REQUEST_URL"], &["wrong-token"]);
    let told = plan_by_variables(&lab, &by(&asking("late-token"))).fails();
    refused(&told, &["AADSTS700024"], &["late-token"]);
}

#[test]
fn azure_pipelines_signs_in() {
    let lab = trusting();
    let azure_devops = StandIn::new(|head| match () {
        () if !head.starts_with("POST ") || !head.contains("serviceConnectionId=connection-1") => {
            answer(404, &json!({"message": "no such service connection"}))
        }
        () if head.contains("Bearer job-token") => answer(200, &json!({"oidcToken": token(SUBJECT, false)})),
        () if head.contains("Bearer late-token") => answer(200, &json!({"oidcToken": token(SUBJECT, true)})),
        () => answer(401, &json!({"message": "Unauthorized"})),
    });
    let url = azure_devops.url("/oidctoken");
    let asking = |token, connection| {
        [
            USED,
            ("SYSTEM_OIDCREQUESTURI", url.as_str()),
            ("SYSTEM_ACCESSTOKEN", token),
            ("ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID", connection),
        ]
    };
    plan_by_variables(&lab, &by(&asking("job-token", "connection-1"))).succeeds();
    let settings = [
        ("oidc_request_url", url.as_str()),
        ("oidc_request_token", "job-token"),
        ("ado_pipeline_service_connection_id", "connection-1"),
        USE,
    ];
    plan_by_configuration(&lab, &set(&settings)).succeeds();
    let told = plan_by_variables(&lab, &by(&asking("wrong-token", "connection-1"))).fails();
    refused(&told, &["HTTP 401", "the service connection connection-1"], &["wrong-token"]);
    let told = plan_by_variables(&lab, &by(&asking("job-token", "connection-2"))).fails();
    refused(&told, &["HTTP 404", "connection-2"], &["job-token"]);
    let told = plan_by_variables(&lab, &by(&asking("late-token", "connection-1"))).fails();
    refused(&told, &["AADSTS700024"], &["late-token"]);
}

#[test]
fn a_pod_signs_in_by_what_aks_sets_there() {
    let lab = trusting();
    lab.write("projected", token(SUBJECT, false));
    let who = who();
    let pod = |file: &str| -> Settings<'static> {
        vec![
            ("AZURE_TENANT_ID", who[0].1.clone()),
            ("AZURE_CLIENT_ID", who[1].1.clone()),
            ("AZURE_FEDERATED_TOKEN_FILE", file.to_owned()),
            ("ARM_USE_AKS_WORKLOAD_IDENTITY", "true".to_owned()),
        ]
    };
    plan_by_variables(&lab, &pod("projected")).succeeds();
    let settings = [("use_aks_workload_identity", "true"), ("oidc_token_file_path", "projected")];
    plan_by_configuration(&lab, &set(&settings)).succeeds();
    let told = plan_by_variables(&lab, &pod("nowhere")).fails();
    refused(&told, &["AZURE_FEDERATED_TOKEN_FILE names the file nowhere"], &[]);
    lab.write("projected", token("system:serviceaccount:other", false));
    let told = plan_by_variables(&lab, &pod("projected")).fails();
    refused(&told, &["AADSTS700213", "the token of the pod (from the file projected)"], &[]);
    lab.write("projected", token(SUBJECT, true));
    let told = plan_by_variables(&lab, &pod("projected")).fails();
    refused(&told, &["AADSTS700024"], &[]);
}
