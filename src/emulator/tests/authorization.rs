//! The authorization code flow with PKCE, as a browser and a program go through it.

use sha2::{Digest, Sha256};

use super::*;

const REDIRECT: &str = "http://localhost:53682/callback";
const VERIFIER: &str = "a-verifier-that-only-the-program-knows-0123456789";

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn challenge() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// What a program asks with; `changes` take the place of its values, or their place away.
fn asked(changes: &[(&str, Option<&str>)]) -> String {
    let scope = "https://graph.microsoft.com/Group.ReadWrite.All offline_access openid profile";
    let challenge = challenge();
    let usual = [
        ("client_id", PUBLIC_CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", scope),
        ("state", "a state & more"),
        ("nonce", "n"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let value =
        |name: &str, value| changes.iter().find(|(changed, _)| *changed == name).map_or(Some(value), |each| each.1);
    let mut pairs: Vec<(&str, &str)> =
        usual.into_iter().filter_map(|(name, usual)| Some((name, value(name, usual)?))).collect();
    let more = changes.iter().filter(|(name, _)| usual.iter().all(|(known, _)| known != name));
    pairs.extend(more.filter_map(|(name, value)| Some((*name, (*value)?))));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn get(rig: &mut Rig, tenant: &str, changes: &[(&str, Option<&str>)]) -> Reply {
    let target = format!("/{tenant}/oauth2/v2.0/authorize?{}", asked(changes));
    gate::serve(&mut rig.world, &Incoming { method: "GET".into(), target, ..incoming() })
}

fn send(rig: &mut Rig, changes: &[(&str, Option<&str>)]) -> Reply {
    let target = format!("/{TENANT_ID}/oauth2/v2.0/authorize");
    let body = asked(changes).into_bytes();
    gate::serve(&mut rig.world, &Incoming { method: "POST".into(), target, body, ..incoming() })
}

/// Where a browser is led, as its parts by name.
fn led(reply: &Reply) -> Query {
    assert_eq!(reply.status, 302, "{}", String::from_utf8_lossy(&reply.body));
    let (_, location) = reply.headers.iter().find(|(name, _)| *name == "location").unwrap();
    Query::parse(location.strip_prefix(REDIRECT).and_then(|rest| rest.strip_prefix('?')).expect("back to the program"))
}

fn code_of(reply: &Reply) -> String {
    led(reply).get("code").expect("a code").to_owned()
}

/// The number of the error that a browser takes back.
fn led_with(reply: &Reply) -> (String, String) {
    let led = led(reply);
    let description = led.get("error_description").expect("an error");
    (led.get("error").unwrap().to_owned(), description.split(':').next().unwrap().to_owned())
}

fn redeem(rig: &mut Rig, code: &str, redirect: &str, verifier: &str) -> Told {
    let form = format!(
        "grant_type=authorization_code&client_id={PUBLIC_CLIENT_ID}&code={code}&redirect_uri={}&code_verifier={verifier}",
        encode(redirect)
    );
    rig.token_request(TENANT_ID, &form)
}

fn number(told: &Told) -> u64 {
    told.1["error_codes"][0].as_u64().unwrap_or_else(|| panic!("{}", told.1))
}

fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

#[test]
fn approved_at_once_the_browser_is_led_back_with_a_code_and_its_state() {
    let mut rig = Rig::new();
    let reply = get(&mut rig, TENANT_ID, &[("login_hint", Some("adele.vance@contoso.com"))]);
    assert_eq!(led(&reply).get("state"), Some("a state & more"));
    let (status, body) = redeem(&mut rig, &code_of(&reply), REDIRECT, VERIFIER);
    assert_eq!(status, 200, "{body}");
    let access = claims(&text(&body, "access_token"));
    assert_eq!((&access["upn"], &access["scp"]), (&json!("adele.vance@contoso.com"), &json!("Group.ReadWrite.All")));
    assert_eq!(claims(&text(&body, "id_token"))["nonce"], json!("n"));
    let form =
        format!("grant_type=refresh_token&client_id={PUBLIC_CLIENT_ID}&refresh_token={}", text(&body, "refresh_token"));
    assert_eq!(rig.token_request(TENANT_ID, &form).0, 200);
    // Where the tenant is not known, it is that of the application.
    for tenant in ["common", "organizations"] {
        let code = code_of(&get(&mut rig, tenant, &[]));
        let form = format!(
            "grant_type=authorization_code&client_id={PUBLIC_CLIENT_ID}&code={code}&redirect_uri={}&code_verifier={VERIFIER}",
            encode(REDIRECT)
        );
        let (status, body) = rig.token_request(tenant, &form);
        assert_eq!((status, &claims(&text(&body, "access_token"))["tid"]), (200, &json!(TENANT_ID)));
    }
}

#[test]
fn a_page_asks_who_signs_in_and_runs_nothing() {
    let mut rig = Rig::new();
    rig.world.settings.sign_ins_approved = false;
    let reply = get(&mut rig, TENANT_ID, &[("state", Some("<script>\"'&"))]);
    assert_eq!(reply.status, 200);
    let policy = reply.headers.iter().find(|(name, _)| *name == "content-security-policy").unwrap();
    assert!(policy.1.starts_with("default-src 'none'"), "{}", policy.1);
    let page = String::from_utf8(reply.body).unwrap();
    assert!(page.contains("value=\"&lt;script&gt;&quot;&#39;&amp;\"") && !page.contains("<script"), "{page}");
    assert!(page.contains("value=\"nestor.wilke@contoso.com\"") && page.contains("adele.vance@contoso.com"), "{page}");
    let code = code_of(&send(&mut rig, &[("emulator_user", Some("Adele.Vance@contoso.com"))]));
    let (_, body) = redeem(&mut rig, &code, REDIRECT, VERIFIER);
    assert_eq!(claims(&text(&body, "access_token"))["name"], json!("Adele Vance"));
    let nobody = send(&mut rig, &[("emulator_user", Some("nobody@contoso.com"))]);
    assert!(nobody.status == 400 && String::from_utf8_lossy(&nobody.body).contains("AADSTS50034"));
    let cancelled = send(&mut rig, &[("emulator_cancel", Some("yes"))]);
    assert_eq!(led_with(&cancelled), ("access_denied".into(), "AADSTS65004".into()));
}

#[test]
fn the_answer_goes_back_as_the_program_asks() {
    let mut rig = Rig::new();
    let reply = get(&mut rig, TENANT_ID, &[("response_mode", Some("fragment"))]);
    assert!(reply.headers.iter().any(|(_, value)| value.starts_with(&format!("{REDIRECT}#code="))));
    // MSAL for Python asks for this one.
    let reply = get(&mut rig, TENANT_ID, &[("response_mode", Some("form_post")), ("state", Some("\"><script>"))]);
    assert_eq!(reply.status, 200);
    let page = String::from_utf8(reply.body).unwrap();
    assert!(page.contains(&format!("<form method=\"post\" action=\"{REDIRECT}\">")), "{page}");
    assert!(page.contains("name=\"state\" value=\"&quot;&gt;&lt;script&gt;\""), "{page}");
    let code = page.split("name=\"code\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    assert_eq!(redeem(&mut rig, code, REDIRECT, VERIFIER).0, 200);
}

#[test]
fn a_code_is_good_once_for_its_program_its_redirect_and_its_verifier() {
    let mut rig = Rig::new();
    let code = code_of(&get(&mut rig, TENANT_ID, &[]));
    assert_eq!(number(&redeem(&mut rig, &code, REDIRECT, "another")), 501_481);
    assert_eq!(number(&redeem(&mut rig, &code, REDIRECT, "")), 501_481);
    assert_eq!(number(&redeem(&mut rig, &code, "http://localhost:1/", VERIFIER)), 500_112);
    assert_eq!(number(&redeem(&mut rig, "no-code", REDIRECT, VERIFIER)), 9_002_313);
    assert_eq!(redeem(&mut rig, &code, REDIRECT, VERIFIER).0, 200);
    assert_eq!(number(&redeem(&mut rig, &code, REDIRECT, VERIFIER)), 54005);
    let late = code_of(&get(&mut rig, TENANT_ID, &[]));
    rig.world.tenants.get_mut(TENANT_ID).unwrap().codes.edit(&late).unwrap().expires = 0;
    assert_eq!(number(&redeem(&mut rig, &late, REDIRECT, VERIFIER)), 70008);
}

#[test]
fn s256_is_demanded_and_what_is_wrong_goes_back_to_the_program() {
    let mut rig = Rig::new();
    for (changes, number) in [
        (&[("code_challenge", None), ("code_challenge_method", None)][..], "AADSTS9002325"),
        (&[("code_challenge_method", Some("plain"))], "AADSTS9002325"),
        (&[("response_type", Some("token"))], "AADSTS700054"),
        (&[("response_mode", Some("smoke signals"))], "AADSTS70007"),
        (&[("scope", Some("Mail.Read"))], "AADSTS65001"),
    ] {
        assert_eq!(led_with(&get(&mut rig, TENANT_ID, changes)).1, number);
    }
}

#[test]
fn an_unknown_application_and_a_redirect_elsewhere_stay_on_the_page() {
    let mut rig = Rig::new();
    let told = |rig: &mut Rig, changes: &[(&str, Option<&str>)]| {
        let reply = get(rig, TENANT_ID, changes);
        assert_eq!(reply.status, 400);
        String::from_utf8(reply.body).unwrap()
    };
    assert!(told(&mut rig, &[("client_id", Some(OTHER_CLIENT_ID))]).contains("AADSTS700016"));
    for redirect in [
        "https://evil.example/",
        "http://localhost.evil.example/",
        "http://localhost@evil.example/",
        "http://localhost:1/#x",
        "https://localhost:1/",
        "localhost",
        "",
    ] {
        assert!(told(&mut rig, &[("redirect_uri", Some(redirect))]).contains("AADSTS50011"), "{redirect}");
    }
    for redirect in ["http://127.0.0.1:1/x", "http://[::1]:1/", "http://localhost"] {
        let reply = get(&mut rig, TENANT_ID, &[("redirect_uri", Some(redirect))]);
        assert_eq!(reply.status, 302, "{redirect}");
    }
}
