use super::*;
use crate::graph::client::tests::{Scripted, answer};
use serde_json::json;
use std::sync::Arc;

const DEFAULT: &str = "https://graph.microsoft.com/.default";
const TENANT: &str = "c0a50000-0000-4000-8000-000000000001";

fn app() -> App {
    App { authority: "http://127.0.0.1:5999".into(), tenant: TENANT.into(), client_id: "a".into() }
}

fn part(address: &Url, name: &str) -> String {
    address.query_pairs().find(|(each, _)| each == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn token(claims: &serde_json::Value) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// Goes through a sign-in whose browser brings `code-1`, and whose tokens say so much of it.
async fn signed_in(tenant: &str, nonce: Option<&str>) -> (Result<Granted, Error>, Arc<Scripted>, Url) {
    let begun = begin(&app(), DEFAULT, 0).await.unwrap();
    let address = begun.address.clone();
    let nonce = nonce.map_or_else(|| part(&address, "nonce"), str::to_owned);
    let access = token(&json!({"tid": tenant, "upn": "admin@contoso.com", "scp": "User.Read"}));
    let identity = token(&json!({"tid": tenant, "preferred_username": "admin@contoso.com", "nonce": nonce}));
    let body = json!({"access_token": access, "id_token": identity, "expires_in": 3599, "refresh_token": "r"});
    let scripted = Scripted::new(move |_, _| Ok(answer(200, &body)));
    let carrier = Carrier(Arc::<Scripted>::clone(&scripted));
    let back = format!("{}/?code=code-1&state={}", part(&address, "redirect_uri"), part(&address, "state"));
    let browser = crate::graph::transport::Wire::new("browser").unwrap();
    let app = app();
    let (done, _) = tokio::join!(finish(begun, &app, &carrier, Duration::from_secs(60)), async {
        let request = crate::graph::transport::Request {
            method: reqwest::Method::GET,
            url: Url::parse(&back).unwrap(),
            headers: reqwest::header::HeaderMap::new(),
            body: None,
        };
        crate::graph::transport::Transport::send(&browser, request).await.map(|answer| answer.status)
    });
    (done, scripted, address)
}

#[tokio::test]
async fn the_code_is_redeemed_with_the_verifier_of_its_challenge() {
    let (done, scripted, address) = signed_in(TENANT, None).await;
    let granted = done.unwrap();
    assert_eq!(granted.person.user, "admin@contoso.com");
    assert!(address.as_str().starts_with(&format!("http://127.0.0.1:5999/{TENANT}/oauth2/v2.0/authorize?")));
    assert_eq!(part(&address, "scope"), format!("{DEFAULT} offline_access openid profile"));
    assert_eq!(part(&address, "code_challenge_method"), "S256");
    let body = scripted.seen()[0].body.clone().unwrap();
    let form: std::collections::HashMap<_, _> = form_urlencoded::parse(&body).into_owned().collect();
    assert_eq!((form["code"].as_str(), form["redirect_uri"].as_str()), ("code-1", &*part(&address, "redirect_uri")));
    let verifier = &form["code_verifier"];
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), part(&address, "code_challenge"));
    assert!(verifier.len() == 43 && !address.as_str().contains(verifier));
    assert!(!format!("{granted:?}").contains(&granted.access_token));
}

#[tokio::test]
async fn an_answer_with_another_nonce_or_of_another_tenant_is_not_taken() {
    let (done, ..) = signed_in(TENANT, Some("another")).await;
    assert!(done.unwrap_err().to_string().contains("nonce"));
    let other = "fab00000-0000-4000-8000-000000000002";
    let told = signed_in(other, None).await.0.unwrap_err().to_string();
    assert!(told.contains(&format!("signed in to the tenant {other}, and not to {TENANT}")), "{told}");
}

#[tokio::test(start_paused = true)]
async fn nobody_who_comes_is_waited_for_as_long_as_was_said() {
    let begun = begin(&app(), DEFAULT, 0).await.unwrap();
    let carrier = Carrier(Scripted::new(|_, _| panic!("nothing is asked")));
    let told = finish(begun, &app(), &carrier, Duration::from_secs(600)).await.unwrap_err().to_string();
    assert!(told.starts_with("Nobody signed in within 10 minutes.") && told.contains("AADSTS50011"), "{told}");
}

#[tokio::test]
async fn a_taken_port_is_told_and_each_sign_in_has_secrets_of_its_own() {
    let first = begin(&app(), DEFAULT, 0).await.unwrap();
    let told = begin(&app(), DEFAULT, first.port.number).await.err().unwrap().to_string();
    assert!(told.contains(&format!("Port {} of this machine is taken", first.port.number)), "{told}");
    let second = begin(&app(), DEFAULT, 0).await.unwrap();
    for name in ["state", "nonce", "code_challenge", "redirect_uri"] {
        assert_ne!(part(&first.address, name), part(&second.address, name), "{name}");
    }
}
