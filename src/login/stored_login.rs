//! The credential of whoever signed in by `login`.

use std::path::PathBuf;

use async_trait::async_trait;

use super::app::{App, scope};
use super::endpoint;
use super::error::Error;
use super::store::{self, SignIn};
use crate::graph::{self, Carrier, Credential, Fetched, retry::Kind};

/// Somebody who signed in on this machine.
#[derive(Debug, Clone)]
pub(crate) struct StoredLogin {
    /// Where sign-ins are kept.
    pub(crate) file: PathBuf,
    /// Login authority; plain http to this machine only.
    pub(crate) authority: String,
    /// The tenant: a GUID or a domain.
    pub(crate) tenant: String,
    /// The application that somebody signed in by. Without one, the only one of the tenant is meant.
    pub(crate) client_id: Option<String>,
    /// Which one is meant where the tenant has several.
    pub(crate) rather: Option<String>,
}

/// `invalid_grant` and `interaction_required`: the sign-in itself has ended (RFC 6749, OpenID Connect).
const ENDED: [&str; 4] = ["invalid_grant", "interaction_required", "login_required", "consent_required"];

#[async_trait]
impl Credential for StoredLogin {
    async fn fetch(&self, carrier: &Carrier, default: &str) -> Result<Fetched, graph::Error> {
        // Held until the new token is kept: who comes meanwhile uses that one.
        let store = store::open(&self.file).await.map_err(|error| told(&error))?;
        let mut sign_ins = store.read().map_err(|error| told(&error))?;
        let found = self.find(&mut sign_ins)?;
        let app = App {
            authority: self.authority.clone(),
            tenant: found.tenant_id.clone(),
            client_id: found.client_id.clone(),
        };
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &found.client_id),
            ("refresh_token", &found.refresh_token),
            ("scope", &scope(default)),
        ];
        // Microsoft does not revoke a refresh token that was used, so it may be sent again.
        let granted = endpoint::tokens(carrier, &app, Kind::Read, &form).await.map_err(|error| ended(found, error))?;
        if let Some(token) = granted.refresh_token {
            found.refresh_token = token;
            // The one of before goes on for a while.
            if let Err(error) = store.write(&sign_ins) {
                tracing::warn!(%error, "the sign-in was not renewed");
            }
        }
        Ok(Fetched { token: granted.access_token, lifetime: granted.lifetime })
    }
}

impl StoredLogin {
    /// The one sign-in that is meant.
    fn find<'a>(&self, sign_ins: &'a mut [SignIn]) -> Result<&'a mut SignIn, graph::Error> {
        let all: Vec<String> = sign_ins.iter().map(SignIn::shown).collect();
        let mut found: Vec<&mut SignIn> = sign_ins
            .iter_mut()
            .filter(|each| each.is_at(&self.authority) && each.is_to(&self.tenant))
            .filter(|each| self.client_id.as_deref().is_none_or(|client_id| each.is_by(client_id)))
            .collect();
        if found.len() > 1
            && let Some(rather) = self.rather.as_deref().filter(|id| found.iter().any(|each| each.is_by(id)))
        {
            found.retain(|each| each.is_by(rather));
        }
        if found.len() > 1 {
            let shown: Vec<_> = found.iter().map(|each| each.shown()).collect();
            let text = format!(
                "Several are signed in to {}: {}. Say by client_id which is meant",
                self.tenant,
                shown.join("; ")
            );
            return Err(because(text));
        }
        found.pop().ok_or_else(|| self.nobody(&all))
    }

    fn nobody(&self, all: &[String]) -> graph::Error {
        let StoredLogin { file, authority, tenant, client_id, rather } = self;
        let by = client_id.as_ref().map(|id| format!(" by the application {id}")).unwrap_or_default();
        let others = match all {
            [] => String::new(),
            all => format!(" (there are: {})", all.join("; ")),
        };
        let client_id = client_id.as_ref().or(rather.as_ref()).map_or("CLIENT-ID", String::as_str);
        let app = App { authority: authority.clone(), tenant: tenant.clone(), client_id: client_id.to_owned() };
        because(format!(
            "nobody has signed in to {tenant}{by}, by what {} holds{others}. Sign in: `{}`",
            file.display(),
            app.command()
        ))
    }
}

/// Why there is no token any more, with how to sign in again.
fn ended(sign_in: &SignIn, error: Error) -> graph::Error {
    match error {
        Error::Refused { word, message, codes } if ENDED.contains(&&*word) => {
            let app = App {
                authority: sign_in.authority.clone(),
                tenant: sign_in.tenant.clone(),
                client_id: sign_in.client_id.clone(),
            };
            let text = format!(
                "the sign-in of {} has ended. Microsoft says: {}. Sign in again: `{}`",
                sign_in.shown(),
                message.trim_end_matches('.'),
                app.command()
            );
            graph::Error::Credential { message: text.into(), codes, advice: None }
        }
        Error::Refused { message, codes, .. } => graph::Error::Credential { message, codes, advice: None },
        Error::Endpoint(error) => error,
        here @ Error::Here(_) => told(&here),
    }
}

/// It goes on after a colon.
fn told(error: &Error) -> graph::Error {
    let text = error.to_string();
    because(text.strip_prefix("The ").map(|rest| format!("the {rest}")).unwrap_or(text))
}

fn because(text: String) -> graph::Error {
    graph::Error::Credential { message: text.into(), codes: Box::default(), advice: None }
}

#[cfg(test)]
mod tests {
    use super::super::store::tests::sign_in;
    use super::*;
    use crate::graph::client::tests::{Scripted, answer};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value as Json, json};
    use std::sync::Arc;
    use std::time::Duration;

    const SCOPE: &str = "https://graph.microsoft.com/.default";

    async fn stored(folder: &tempfile::TempDir, sign_ins: &[SignIn]) -> StoredLogin {
        let file = folder.path().join("sign-ins.json");
        store::open(&file).await.unwrap().write(sign_ins).unwrap();
        StoredLogin {
            file,
            authority: "http://127.0.0.1:5999/".into(),
            tenant: "contoso.com".into(),
            client_id: None,
            rather: None,
        }
    }

    fn granted(refresh: &str) -> Json {
        let claims = json!({"tid": "id-of-contoso.com", "upn": "admin@contoso.com"}).to_string();
        let access = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        json!({"access_token": access, "expires_in": 3599, "refresh_token": refresh})
    }

    fn body(scripted: &Scripted, number: usize) -> String {
        String::from_utf8(scripted.seen()[number].body.clone().unwrap()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn the_refresh_token_is_replaced_at_each_use_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let all = [sign_in("contoso.com", "a", "first"), sign_in("fabrikam.com", "a", "other")];
        let login = stored(&folder, &all).await;
        let scripted = Scripted::new(|number, _| Ok(answer(200, &granted(["second", "third"][number]))));
        let carrier = Carrier(Arc::<Scripted>::clone(&scripted));
        for _ in 0..2 {
            let fetched = login.fetch(&carrier, SCOPE).await.unwrap();
            assert_eq!(fetched.lifetime, Duration::from_secs(3599));
        }
        let url = scripted.seen()[0].url.clone();
        assert_eq!(url.as_str(), "http://127.0.0.1:5999/id-of-contoso.com/oauth2/v2.0/token");
        assert!(body(&scripted, 0).contains("refresh_token=first"));
        assert!(body(&scripted, 1).contains("refresh_token=second"));
        let kept = store::open(&login.file).await.unwrap().read().unwrap();
        let tokens: Vec<_> = kept.iter().map(|each| each.refresh_token.as_str()).collect();
        assert_eq!(tokens, ["third", "other"]);
    }

    #[tokio::test]
    async fn two_that_refresh_at_once_do_so_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let login = stored(&folder, &[sign_in("contoso.com", "a", "0")]).await;
        let scripted = Scripted::new(|number, _| Ok(answer(200, &granted(&(number + 1).to_string()))));
        let carrier = Carrier(Arc::<Scripted>::clone(&scripted));
        let (left, right) = tokio::join!(login.fetch(&carrier, SCOPE), login.fetch(&carrier, SCOPE));
        assert!(left.is_ok() && right.is_ok());
        assert!(body(&scripted, 0).contains("refresh_token=0&"));
        assert!(body(&scripted, 1).contains("refresh_token=1&"), "the second has what the first kept");
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_in_that_ended_says_how_to_sign_in_again() {
        let folder = tempfile::tempdir().unwrap();
        let login = stored(&folder, &[sign_in("contoso.com", "a", "secret-token")]).await;
        for (word, number) in [("invalid_grant", 50078), ("interaction_required", 50076), ("invalid_grant", 530_035)] {
            let text = format!("AADSTS{number}: It has ended. Trace ID: 1");
            let refusal = json!({"error": word, "error_description": text, "error_codes": [number]});
            let carrier = Carrier(Scripted::new(move |_, _| Ok(answer(400, &refusal))));
            let error = login.fetch(&carrier, SCOPE).await.unwrap_err();
            let graph::Error::Credential { message, codes, .. } = &error else { panic!("{error:?}") };
            assert_eq!(&**codes, [number]);
            let again = "Sign in again: `terraform-provider-autopilot login --tenant contoso.com --client-id a`";
            assert!(message.contains(&format!("AADSTS{number}: It has ended. {again}")), "{message}");
            assert!(!format!("{error:?}{login:?}").contains("secret-token"));
        }
        let kept = store::open(&login.file).await.unwrap().read().unwrap();
        assert_eq!(kept[0].refresh_token, "secret-token", "a policy may allow it again");
    }

    #[tokio::test]
    async fn nobody_and_several_are_told_with_who_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let both = [sign_in("contoso.com", "a", "1"), sign_in("contoso.com", "b", "2")];
        let login = stored(&folder, &both).await;
        let find = |login: &StoredLogin| {
            let mut all = both.clone();
            login.find(&mut all).map(|found| found.client_id.clone()).map_err(|error| error.to_string())
        };
        let several = find(&login).unwrap_err();
        assert!(
            several.contains("application a;") && several.contains("application b") && several.contains("client_id")
        );
        assert_eq!(find(&StoredLogin { rather: Some("B".into()), ..login.clone() }).unwrap(), "b");
        assert_eq!(find(&StoredLogin { client_id: Some("a".into()), ..login.clone() }).unwrap(), "a");
        let nobody = find(&StoredLogin { tenant: "fabrikam.com".into(), rather: Some("b".into()), ..login.clone() })
            .unwrap_err();
        assert!(
            nobody.contains("admin@contoso.com") && nobody.ends_with("--tenant fabrikam.com --client-id b`"),
            "{nobody}"
        );
        let elsewhere =
            StoredLogin { authority: "https://login.microsoftonline.us".into(), client_id: Some("a".into()), ..login };
        assert!(find(&elsewhere).unwrap_err().ends_with("--client-id a --environment usgovernment`"));
    }
}
