use super::*;
use crate::emulator::Fault;

const SCOPE: &str = "scope=https%3A%2F%2Fgraph.microsoft.com%2F.default";

fn refused(tenant: &str, form: &str) -> (u16, String, u64) {
    let (status, body) = Rig::new().token_request(tenant, form);
    let number = body["error_codes"][0].as_u64().unwrap();
    let description = text(&body, "error_description");
    assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
    (status, text(&body, "error"), number)
}

#[test]
fn a_wrong_secret_is_aadsts7000215() {
    let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret=nope&{SCOPE}");
    assert_eq!(refused(TENANT_ID, &form), (401, "invalid_client".into(), 7_000_215));
}

#[test]
fn an_unknown_application_is_aadsts700016() {
    let form = format!("grant_type=client_credentials&client_id={OTHER_CLIENT_ID}&client_secret=x&{SCOPE}");
    assert_eq!(refused(TENANT_ID, &form), (400, "unauthorized_client".into(), 700_016));
}

#[test]
fn an_unknown_tenant_is_aadsts90002_and_no_tenant_at_all_900023() {
    let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret=x&{SCOPE}");
    assert_eq!(refused("0a0a0a0a-0000-4000-8000-000000000000", &form).2, 90002);
    assert_eq!(refused("nothing.example.com", &form).2, 90002);
    assert_eq!(refused("nothing", &form).2, 900_023);
}

#[test]
fn what_is_missing_from_the_form_is_named() {
    assert_eq!(refused(TENANT_ID, "").2, 900_144);
    assert_eq!(refused(TENANT_ID, "grant_type=password").2, 70003);
    assert_eq!(refused(TENANT_ID, &format!("grant_type=client_credentials&client_id={CLIENT_ID}")).2, 7_000_218);
    let form =
        format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&scope=User.Read");
    assert_eq!(refused(TENANT_ID, &form).2, 1_002_012);
}

#[test]
fn a_tenant_is_named_by_id_or_domain_and_told_apart_by_the_token() {
    let mut rig = Rig::new();
    let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&{SCOPE}");
    assert_eq!(rig.token_request("Contoso.com", &form).0, 200);
    rig.group("ours", None);
    let there = rig.as_other(|rig| rig.get("/v1.0/groups"));
    assert_eq!(values(&there.1), &[] as &[Value]);
    assert_eq!(values(&rig.get("/v1.0/groups").1).len(), 1);
}

#[test]
fn the_token_carries_tenant_application_and_roles() {
    use base64::Engine as _;
    let mut rig = Rig::new();
    let token = rig.sign_in(TENANT_ID, CLIENT_ID, CLIENT_SECRET);
    let claims = token.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((&claims["tid"], &claims["appid"]), (&json!(TENANT_ID), &json!(CLIENT_ID)));
    assert!(claims["exp"].as_i64().unwrap() > claims["iat"].as_i64().unwrap());
    assert!(claims["roles"].as_array().unwrap().contains(&json!("Group.ReadWrite.All")));
}

#[test]
fn a_missing_malformed_forged_or_expired_token_is_401_invalid_authentication_token() {
    let mut rig = Rig::new();
    let good = rig.token.clone();
    let (head, seal) = good.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", seal.chars().rev().collect::<String>());
    rig.world.settings.token_seconds = -1;
    let expired = rig.sign_in(TENANT_ID, CLIENT_ID, CLIENT_SECRET);
    for authorization in [
        None,
        Some("Bearer".into()),
        Some("Bearer x".into()),
        Some(format!("Bearer {forged}")),
        Some(format!("Bearer {expired}")),
    ] {
        let reply = rig.raw(|incoming| {
            incoming.method = "GET".into();
            incoming.target = "/v1.0/groups".into();
            incoming.authorization = authorization.clone();
        });
        let (status, body) = told(&reply);
        assert_eq!((status, code(&body)), (401, "InvalidAuthenticationToken"), "{authorization:?}");
    }
}

#[test]
fn permissions_are_enforced_per_operation() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    rig.as_application(&["DeviceManagementConfiguration.ReadWrite.All"], |rig| {
        // Known of the service: this permission does not reach Autopilot profiles, but does reach the ESP.
        let (status, body) = rig.get(PROFILES);
        assert_eq!((status, code(&body)), (403, "Authorization_RequestDenied"));
        assert_eq!(rig.get(PAGES).0, 200);
        assert_eq!(rig.get("/v1.0/groups").0, 403);
    });
    rig.as_application(&["Group.Read.All"], |rig| {
        assert_eq!(rig.get("/v1.0/groups").0, 200);
        assert_eq!(rig.delete(&format!("/v1.0/groups/{group}")).0, 403);
        assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &json!({"description": "x"})).0, 403);
    });
    rig.as_application(&["GroupMember.ReadWrite.All"], |rig| {
        assert_eq!(rig.patch(&format!("/v1.0/groups/{group}"), &json!({"description": "x"})).0, 403);
    });
}

#[test]
fn discovery_documents_point_at_this_host() {
    let mut rig = Rig::new();
    let (status, body) = rig.get(&format!("/{TENANT_ID}/v2.0/.well-known/openid-configuration"));
    assert_eq!(status, 200);
    assert_eq!(body["token_endpoint"], json!(format!("http://127.0.0.1:4711/{TENANT_ID}/oauth2/v2.0/token")));
    assert_eq!(rig.get("/common/discovery/instance?api-version=1.1").0, 200);
}

#[test]
fn faults_reach_the_token_endpoint() {
    let mut rig = Rig::new();
    let fault: Fault = serde_json::from_value(json!({"path": "*/oauth2/*", "status": 503})).unwrap();
    rig.world.faults.ordered.push(fault);
    assert_eq!(rig.token_request(TENANT_ID, "").0, 503);
    assert_eq!(rig.token_request(TENANT_ID, "").0, 400);
}
