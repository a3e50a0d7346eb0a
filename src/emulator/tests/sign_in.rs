use super::*;

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
        assert_eq!((status, code(&body)), (403, "Forbidden"));
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
    for tenant in ["common", "organizations"] {
        let (status, body) = rig.get(&format!("/{tenant}/v2.0/.well-known/openid-configuration"));
        assert_eq!((status, &body["issuer"]), (200, &json!("http://127.0.0.1:4711/{tenantid}/v2.0")));
        assert_eq!(rig.get(&format!("/{tenant}/discovery/v2.0/keys")).0, 200);
    }
}

#[test]
fn the_scopes_of_a_sign_in_beside_default_are_taken() {
    // MSAL for Go sends them with client credentials too.
    let form = |scope: &str| {
        format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&scope={scope}")
    };
    let mut rig = Rig::new();
    let default = "https%3A%2F%2Fgraph.microsoft.com%2F.default";
    for scope in [format!("{default}+openid+offline_access+profile"), format!("openid+profile+{default}")] {
        let (status, body) = rig.token_request(TENANT_ID, &form(&scope));
        assert_eq!((status, body.get("refresh_token")), (200, None), "{body}");
    }
    for scope in ["openid+profile".to_owned(), format!("{default}+User.Read"), format!("{default}+{default}")] {
        assert_eq!(refused(TENANT_ID, &form(&scope)).2, 1_002_012, "{scope}");
    }
}

#[test]
fn device_codes_can_be_blocked_by_security_defaults() {
    let mut rig = Rig::new();
    rig.world.settings.device_codes_blocked = true;
    let (_, body) = begin(&mut rig, PUBLIC_CLIENT_ID, POLICY);
    assert_eq!(aadsts(&redeem(&mut rig, &text(&body, "device_code"))), 530_035);
}

/// The key of a client that signs its assertions; made for these tests.
const KEY: &str = include_str!("client_key.pem");

/// The key with a certificate (PEM), and the certificate's bytes.
fn certificate() -> (rcgen::Certificate, Vec<u8>) {
    let key = rcgen::KeyPair::from_pkcs8_pem_and_sign_algo(KEY, &rcgen::PKCS_RSA_SHA256).unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["client".to_owned()]).unwrap().self_signed(&key).unwrap();
    let der = certificate.der().to_vec();
    (certificate, der)
}

fn encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn sign(algorithm: &str, thumbprint: &(&str, String), claims: &Value) -> String {
    use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
    let key = PrivatePkcs8KeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let key = ring::signature::RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let header = json!({"alg": algorithm, "typ": "JWT", thumbprint.0: &thumbprint.1});
    let signed = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
    let padding: &dyn ring::signature::RsaEncoding = match algorithm {
        "PS256" => &ring::signature::RSA_PSS_SHA256,
        _ => &ring::signature::RSA_PKCS1_SHA256,
    };
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(padding, &ring::rand::SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", encode(&signature))
}

fn assert_form(assertion: &str) -> String {
    format!(
        "grant_type=client_credentials&client_id={CLIENT_ID}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A\
         client-assertion-type%3Ajwt-bearer&client_assertion={assertion}&{SCOPE}"
    )
}

fn own_claims() -> Value {
    let now = crate::emulator::clock::real_seconds();
    let audience = format!("https://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0/token");
    json!({"aud": audience, "iss": CLIENT_ID, "sub": CLIENT_ID, "nbf": now, "exp": now + 600, "jti": "1"})
}

fn aadsts(told: &Told) -> u64 {
    told.1["error_codes"][0].as_u64().unwrap_or_else(|| panic!("{}", told.1))
}

#[test]
fn an_assertion_signed_with_a_registered_certificate_signs_in() {
    use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
    let (certificate, der) = certificate();
    let sha1 = ("x5t", encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &der).as_ref()));
    let sha256 = ("x5t#S256", encode(digest(&SHA256, &der).as_ref()));
    let mut rig = Rig::new();
    let signed = sign("RS256", &sha1, &own_claims());
    assert_eq!(aadsts(&rig.token_request(TENANT_ID, &assert_form(&signed))), 700_027, "not registered yet");
    let seed = json!({"applications": [{"client_id": CLIENT_ID, "certificates": [certificate.pem()]}]});
    assert_eq!(rig.post("/_emulator/seed", &seed).0, 200);
    for signed in [signed.clone(), sign("PS256", &sha256, &own_claims()), sign("RS256", &sha256, &own_claims())] {
        let (status, body) = rig.token_request(TENANT_ID, &assert_form(&signed));
        assert_eq!(status, 200, "{body}");
    }
    // The secret still signs in as well.
    rig.sign_in(TENANT_ID, CLIENT_ID, CLIENT_SECRET);
    let changed = |name: &str, value: Value| {
        let mut claims = own_claims();
        claims[name] = value;
        sign("RS256", &sha1, &claims)
    };
    // The tenant may be named by its domain (Microsoft's samples do so, azure-docs issue 96050).
    for realm in [TENANT_ID, "contoso.com", "Contoso.com"] {
        let signed = changed("aud", json!(format!("https://login.microsoftonline.com/{realm}/oauth2/v2.0/token")));
        let (status, body) = rig.token_request(TENANT_ID, &assert_form(&signed));
        assert_eq!(status, 200, "{realm}: {body}");
    }
    let forged = format!("{}.{}", signed.rsplit_once('.').unwrap().0, encode(&[7; 256]));
    for (assertion, number) in [
        (forged, 700_027),
        (changed("exp", json!(1)), 700_024),
        (changed("nbf", json!(i64::MAX)), 700_024),
        (changed("sub", json!("somebody")), 700_021),
        (changed("aud", json!("https://login.microsoftonline.com/other/v2.0")), 700_023),
        (sign("RS512", &sha1, &own_claims()), 50027),
        ("a.b".into(), 50027),
        (String::new(), 50027),
    ] {
        assert_eq!(aadsts(&rig.token_request(TENANT_ID, &assert_form(&assertion))), number, "{assertion}");
    }
    let nonsense = json!({"applications": [{"client_id": CLIENT_ID, "certificates": ["nonsense"]}]});
    assert_eq!(rig.post("/_emulator/seed", &nonsense).0, 400);
}

#[test]
fn a_secret_and_a_certificate_end() {
    let key = rcgen::KeyPair::from_pkcs8_pem_and_sign_algo(KEY, &rcgen::PKCS_RSA_SHA256).unwrap();
    let mut over = rcgen::CertificateParams::new(vec!["client".to_owned()]).unwrap();
    (over.not_before, over.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
    let over = over.self_signed(&key).unwrap();
    let sha256 = ("x5t#S256", encode(ring::digest::digest(&ring::digest::SHA256, over.der()).as_ref()));
    let mut rig = Rig::new();
    let application = json!({"client_id": CLIENT_ID, "client_secret_expired": true, "certificates": [over.pem()]});
    assert_eq!(rig.post("/_emulator/seed", &json!({"applications": [application]})).0, 200);
    let told = rig.token_request(TENANT_ID, &assert_form(&sign("PS256", &sha256, &own_claims())));
    assert!(aadsts(&told) == 700_027 && text(&told.1, "error_description").contains("expired"), "{}", told.1);
    let form =
        |secret: &str| format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={secret}&{SCOPE}");
    assert_eq!(aadsts(&rig.token_request(TENANT_ID, &form(CLIENT_SECRET))), 7_000_222);
    assert_eq!(aadsts(&rig.token_request(TENANT_ID, &form("another"))), 7_000_215, "a wrong one is wrong first");
}

#[test]
fn another_issuer_s_token_signs_in_where_issuer_subject_and_audience_are_registered() {
    let mut rig = Rig::new();
    let (issuer, subject) = ("https://token.actions.githubusercontent.com", "repo:contoso/devices:ref:refs/heads/main");
    let seed =
        json!({"applications": [{"client_id": CLIENT_ID, "federated": [{"issuer": issuer, "subject": subject}]}]});
    assert_eq!(rig.post("/_emulator/seed", &seed).0, 200);
    let mut claims = own_claims();
    claims["iss"] = json!(issuer);
    claims["sub"] = json!(subject);
    claims["aud"] = json!(["api://AzureADTokenExchange"]);
    let mut ask = |name: &str, value: &str| {
        let mut claims = claims.clone();
        if !name.is_empty() {
            claims[name] = json!(value);
        }
        rig.token_request(TENANT_ID, &assert_form(&sign("RS256", &("kid", "k".into()), &claims)))
    };
    assert_eq!(ask("", "").0, 200);
    assert_eq!(aadsts(&ask("iss", "https://elsewhere.example")), 700_211);
    assert_eq!(aadsts(&ask("sub", "repo:contoso/other")), 700_213);
    assert_eq!(aadsts(&ask("aud", "api://other")), 700_212);
}

fn begin(rig: &mut Rig, client: &str, scope: &str) -> Told {
    told(&gate::serve(
        &mut rig.world,
        &Incoming {
            method: "POST".into(),
            target: format!("/{TENANT_ID}/oauth2/v2.0/devicecode"),
            body: format!("client_id={client}&scope={scope}").into_bytes(),
            ..incoming()
        },
    ))
}

fn redeem(rig: &mut Rig, code: &str) -> Told {
    let form = format!(
        "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id={PUBLIC_CLIENT_ID}&device_code={code}"
    );
    rig.token_request(TENANT_ID, &form)
}

/// A token of the administrator's for these permissions.
pub(super) fn administrator(rig: &mut Rig, scope: &str) -> String {
    let (_, begun) = begin(rig, PUBLIC_CLIENT_ID, scope);
    text(&redeem(rig, &text(&begun, "device_code")).1, "access_token")
}

const POLICY: &str = "https%3A%2F%2Fgraph.microsoft.com%2FPolicy.ReadWrite.MobilityManagement+offline_access+openid";

#[test]
fn a_device_code_waits_for_approval_and_then_gives_the_user_s_tokens_once() {
    let mut rig = Rig::new();
    rig.world.settings.sign_ins_approved = false;
    let (status, body) = begin(&mut rig, PUBLIC_CLIENT_ID, POLICY);
    assert_eq!((status, &body["interval"]), (200, &json!(5)));
    let (code, user_code) = (text(&body, "device_code"), text(&body, "user_code"));
    assert!(text(&body, "message").contains(&user_code));
    let pending = redeem(&mut rig, &code);
    assert_eq!((text(&pending.1, "error"), aadsts(&pending)), ("authorization_pending".into(), 70016));
    assert_eq!(rig.get("/_emulator/sign_ins").1["sign_ins"][0]["user_code"], json!(user_code));
    let approve = json!({"user_code": user_code, "user": "adele.vance@contoso.com"});
    assert_eq!(rig.post("/_emulator/sign_ins", &approve).0, 204);
    assert_eq!(rig.post("/_emulator/sign_ins", &approve).0, 400);
    let (status, body) = redeem(&mut rig, &code);
    assert_eq!(status, 200, "{body}");
    let claims =
        crate::emulator::gate::token::caller(Some(&format!("Bearer {}", text(&body, "access_token")))).unwrap();
    assert_eq!((claims.delegated, claims.roles), (true, vec!["Policy.ReadWrite.MobilityManagement".to_owned()]));
    assert_eq!(aadsts(&redeem(&mut rig, &code)), 54005);
    assert_eq!(aadsts(&redeem(&mut rig, "no-code")), 70018);
    // The refresh token gives another access token, and passes for none itself.
    let refresh = text(&body, "refresh_token");
    assert!(crate::emulator::gate::token::caller(Some(&format!("Bearer {refresh}"))).is_err());
    let form = |token: &str| format!("grant_type=refresh_token&client_id={PUBLIC_CLIENT_ID}&refresh_token={token}");
    let (status, again) = rig.token_request(TENANT_ID, &form(&refresh));
    assert_eq!((status, &again["scope"]), (200, &body["scope"]));
    assert_eq!(aadsts(&rig.token_request(TENANT_ID, &form("x.y.z"))), 9_002_313);
    let other = form(&refresh).replace(PUBLIC_CLIENT_ID, CLIENT_ID);
    assert_eq!(aadsts(&rig.token_request(TENANT_ID, &other)), 7_000_218);
}

#[test]
fn a_sign_in_can_be_declined_and_asks_for_consented_delegated_permissions_only() {
    let mut rig = Rig::new();
    assert_eq!(aadsts(&begin(&mut rig, CLIENT_ID, "openid")), 7_000_218);
    assert_eq!(aadsts(&begin(&mut rig, PUBLIC_CLIENT_ID, "Mail.Read")), 65001);
    assert_eq!(aadsts(&begin(&mut rig, PUBLIC_CLIENT_ID, "Group.Create")), 650_053);
    rig.world.settings.sign_ins_approved = false;
    let (_, body) = begin(&mut rig, PUBLIC_CLIENT_ID, POLICY);
    let decline = json!({"user_code": text(&body, "user_code"), "decline": true});
    assert_eq!(rig.post("/_emulator/sign_ins", &decline).0, 204);
    assert_eq!(aadsts(&redeem(&mut rig, &text(&body, "device_code"))), 65004);
    let sign_ins = &mut rig.world.tenants.get_mut(TENANT_ID).unwrap().sign_ins;
    let code = sign_ins.ids().remove(0);
    sign_ins.edit(&code).unwrap().expires = 0;
    assert_eq!(aadsts(&redeem(&mut rig, &code)), 70019);
}

#[test]
fn a_user_s_token_is_held_to_its_scopes_and_users_only_paths_refuse_applications() {
    let mut rig = Rig::new();
    let (_, body) = begin(&mut rig, PUBLIC_CLIENT_ID, "Group.ReadWrite.All");
    let (status, body) = redeem(&mut rig, &text(&body, "device_code"));
    assert_eq!((status, body.get("refresh_token")), (200, None));
    let mine = std::mem::replace(&mut rig.token, text(&body, "access_token"));
    rig.group("by a user", None);
    assert_eq!(rig.get(PROFILES).0, 403);
    let users_only = "/beta/policies/mobileDeviceManagementPolicies";
    assert_eq!(rig.get(users_only).0, 403, "the user's scopes do not hold it");
    rig.token = mine;
    assert_eq!(rig.get(users_only).0, 403, "no application may");
    assert_eq!(rig.get("/v1.0/groups").0, 200);
}

#[test]
fn a_refresh_gives_another_refresh_token_and_that_of_before_stays_good_until_sessions_are_ended() {
    let mut rig = Rig::new();
    let (_, body) = begin(&mut rig, PUBLIC_CLIENT_ID, POLICY);
    let (_, body) = redeem(&mut rig, &text(&body, "device_code"));
    let form = |body: &Value| {
        let token = text(body, "refresh_token");
        format!("grant_type=refresh_token&client_id={PUBLIC_CLIENT_ID}&refresh_token={token}")
    };
    let (_, second) = rig.token_request(TENANT_ID, &form(&body));
    assert_ne!(second["refresh_token"], body["refresh_token"]);
    assert_eq!(rig.token_request(TENANT_ID, &form(&body)).0, 200);
    let nobody = json!({"user": "nobody@contoso.com", "revoke": true});
    assert_eq!(rig.post("/_emulator/sign_ins", &nobody).0, 400);
    assert_eq!(rig.post("/_emulator/sign_ins", &json!({"user": "nestor.wilke@contoso.com"})).0, 400);
    let revoke = json!({"user": "nestor.wilke@contoso.com", "revoke": true});
    assert_eq!(rig.post("/_emulator/sign_ins", &revoke).0, 204);
    for body in [&body, &second] {
        assert_eq!(aadsts(&rig.token_request(TENANT_ID, &form(body))), 50173);
    }
    let (_, body) = begin(&mut rig, PUBLIC_CLIENT_ID, POLICY);
    let (_, body) = redeem(&mut rig, &text(&body, "device_code"));
    assert_eq!(rig.token_request(TENANT_ID, &form(&body)).0, 200, "who signs in anew has new sessions");
}

#[test]
fn a_fault_of_the_sign_in_endpoint_may_have_a_number() {
    let mut rig = Rig::new();
    let message = "AADSTS50078: Presented multi-factor authentication has expired due to policies configured by your \
                   administrator, you must refresh your multi-factor authentication.";
    let fault = json!({"path": "*/token", "status": 400, "code": "invalid_grant", "message": message, "times": 1});
    assert_eq!(rig.call("PUT", "/_emulator/faults", &json!({"faults": [fault]})).0, 200);
    let told = rig.token_request(TENANT_ID, "grant_type=refresh_token");
    assert_eq!((told.0, text(&told.1, "error"), aadsts(&told)), (400, "invalid_grant".into(), 50078));
    assert!(text(&told.1, "error_description").starts_with(message));
}
