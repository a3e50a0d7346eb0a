//! Tokens: what of them is written, and those that a replay gives.
//!
//! Form: "Access tokens in the Microsoft identity platform", "OAuth 2.0 client credentials flow".

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};

use super::{form::SignIn, placeholder::Kind, redact::Redactor, structure};

/// How long a token of a replay is good for, in seconds.
const LIFETIME: u64 = 3599;

/// What a token says of itself; none where it is no JSON Web Token.
pub(super) fn of_token(redactor: &mut Redactor, token: &str) -> Option<SignIn> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    let claims: Json = serde_json::from_slice(&claims).ok()?;
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let roles = claims["roles"].as_array().into_iter().flatten().filter_map(Json::as_str);
    Some(SignIn {
        tenant: redactor.text("id", text("tid")),
        application: redactor.text("id", text("appid")),
        roles: roles.map(|role| permission(redactor, role)).collect(),
        scopes: text("scp").split_whitespace().map(|scope| permission(redactor, scope)).collect(),
        refused: None,
    })
}

/// `Group.ReadWrite.All`.
fn permission(redactor: &mut Redactor, name: &str) -> String {
    if structure::is_permission(name) { name.to_owned() } else { redactor.stand_in(Kind::Name, name) }
}

/// What a replay answers to a sign-in, for a tenant of this id. Nobody checks the signature: Graph is not there.
pub(super) fn grant(sign_in: &SignIn, tenant: &str) -> Json {
    let mut claims = json!({"aud": "https://graph.microsoft.com", "tid": tenant, "appid": sign_in.application});
    if sign_in.is_of_a_person() {
        claims["scp"] = sign_in.scopes.join(" ").into();
        claims["upn"] = "replay@domain.example".into();
    } else {
        claims["roles"] = sign_in.roles.clone().into();
    }
    let part = |json: Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let token =
        format!("{}.{}.{}", part(json!({"alg": "none", "typ": "JWT"})), part(claims), URL_SAFE_NO_PAD.encode("replay"));
    let mut answer = json!({
        "token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": token,
    });
    if sign_in.is_of_a_person() {
        answer["refresh_token"] = "replay".into();
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_token_its_permissions_are_kept_and_who_it_is_for_is_replaced() {
        let person = SignIn {
            tenant: "743f0000-0000-4000-8000-000000000001".into(),
            application: "743f0000-0000-4000-8000-000000000002".into(),
            scopes: vec!["Policy.ReadWrite.MobilityManagement".into(), "contoso custom".into()],
            ..SignIn::default()
        };
        let token = grant(&person, &person.tenant)["access_token"].as_str().unwrap().to_owned();
        let told = of_token(&mut Redactor::default(), &token).unwrap();
        assert_eq!(told.tenant, "00000000-0000-0000-0000-000000000001");
        assert_eq!(told.application, "00000000-0000-0000-0000-000000000002");
        assert_eq!(told.scopes, ["Policy.ReadWrite.MobilityManagement", "Name 3", "Name 4"]);
        assert!(told.is_of_a_person() && of_token(&mut Redactor::default(), "opaque").is_none());
    }
}
