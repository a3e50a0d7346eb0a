//! A sign-in by a device code: for a machine without a browser. Security defaults and many Conditional Access policies block it.
//!
//! Facts: "Microsoft identity platform and the OAuth 2.0 device authorization grant flow", RFC 8628.

use std::time::Duration;

use tokio::time::Instant;

use super::app::{App, scope};
use super::endpoint::{self, Granted};
use super::error::Error;
use crate::graph::{Carrier, retry::Kind};

/// A sign-in that waits for a person elsewhere.
pub(crate) struct Begun {
    /// What the person enters.
    pub(crate) user_code: String,
    /// Where.
    pub(crate) address: String,
    device_code: String,
    /// Between two questions.
    interval: Duration,
    lifetime: Duration,
}

/// By how much a service that is asked too often wants to be asked less (RFC 8628, section 3.5).
const SLOWER: Duration = Duration::from_secs(5);

/// The most seconds that are believed: more may be more than can be added to a time.
const LONGEST: u64 = 24 * 60 * 60;

/// Asks for a code.
pub(crate) async fn begin(app: &App, carrier: &Carrier, default: &str) -> Result<Begun, Error> {
    let url = app.address("devicecode")?;
    let scope = scope(default);
    let body = endpoint::ask(carrier, &url, Kind::Read, &[("client_id", &app.client_id), ("scope", &scope)]).await?;
    let text = |name: &str| {
        let missing = || Error::Here(format!("Microsoft's answer to the request for a device code has no {name}."));
        body[name].as_str().map(str::to_owned).ok_or_else(missing)
    };
    let seconds = |name: &str, usual: u64| Duration::from_secs(body[name].as_u64().unwrap_or(usual).min(LONGEST));
    Ok(Begun {
        user_code: text("user_code")?,
        address: text("verification_uri")?,
        device_code: text("device_code")?,
        interval: seconds("interval", 5),
        lifetime: seconds("expires_in", 900),
    })
}

/// Asks until the person has signed in, or cannot any more.
pub(crate) async fn finish(begun: Begun, app: &App, carrier: &Carrier) -> Result<Granted, Error> {
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", &app.client_id),
        ("device_code", &begun.device_code),
    ];
    let end = Instant::now() + begun.lifetime;
    let mut interval = begun.interval;
    while Instant::now() + interval <= end {
        tokio::time::sleep(interval).await;
        match endpoint::tokens(carrier, app, Kind::Read, &form).await {
            Err(Error::Refused { word, .. }) if &*word == "authorization_pending" => {}
            Err(Error::Refused { word, .. }) if &*word == "slow_down" => interval += SLOWER,
            Err(Error::Refused { word, .. }) if &*word == "expired_token" => break,
            done => return done,
        }
    }
    let minutes = begun.lifetime.as_secs() / 60;
    Err(Error::Here(format!(
        "Nobody signed in within {minutes} minutes, so the code has expired. Run the command again."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{Scripted, answer};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value as Json, json};
    use std::sync::Arc;

    fn app() -> App {
        App { authority: "http://127.0.0.1:5999".into(), tenant: "contoso.com".into(), client_id: "a".into() }
    }

    fn refusal(word: &str) -> Json {
        json!({"error": word, "error_description": "AADSTS1: text Trace ID: 1", "error_codes": [1]})
    }

    fn code() -> Json {
        json!({"user_code": "ABC", "device_code": "secret", "verification_uri": "https://microsoft.com/devicelogin",
               "expires_in": 900, "interval": 5})
    }

    /// After the code, the words in turn; the last one again and again.
    async fn signed_in(words: &'static [&'static str]) -> (Result<Granted, Error>, usize, Duration) {
        let scripted = Scripted::new(move |number, _| {
            let word = match number {
                0 => return Ok(answer(200, &code())),
                number => words[(number - 1).min(words.len() - 1)],
            };
            if word != "ok" {
                return Ok(answer(400, &refusal(word)));
            }
            let claims = URL_SAFE_NO_PAD.encode(json!({"tid": "t", "upn": "admin@contoso.com"}).to_string());
            Ok(answer(200, &json!({"access_token": format!("e30.{claims}.x"), "refresh_token": "r"})))
        });
        let carrier = Carrier(Arc::<Scripted>::clone(&scripted));
        let begun = begin(&app(), &carrier, "https://graph.microsoft.com/.default").await.unwrap();
        assert_eq!((begun.user_code.as_str(), begun.address.as_str()), ("ABC", "https://microsoft.com/devicelogin"));
        let before = Instant::now();
        let done = finish(begun, &app(), &carrier).await;
        (done, scripted.seen().len() - 1, before.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_asked_for_until_the_person_has_signed_in_and_less_often_where_that_is_wanted() {
        let (done, asked, took) = signed_in(&["authorization_pending", "slow_down", "ok"]).await;
        assert_eq!(done.unwrap().person.user, "admin@contoso.com");
        assert_eq!((asked, took), (3, Duration::from_secs(5 + 5 + 10)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_that_nobody_enters_expires() {
        let told = |done: Result<Granted, Error>| done.unwrap_err().to_string();
        let (done, asked, took) = signed_in(&["authorization_pending"]).await;
        assert!(told(done).contains("within 15 minutes") && asked == 180, "{asked}");
        assert!(took <= Duration::from_secs(900));
        let (done, asked, _) = signed_in(&["authorization_pending", "expired_token"]).await;
        assert!(told(done).contains("has expired") && asked == 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_who_declines_ends_it() {
        let (done, asked, _) = signed_in(&["authorization_declined"]).await;
        let Err(Error::Refused { word, .. }) = done else { panic!("{done:?}") };
        assert_eq!((&*word, asked), ("authorization_declined", 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_code_that_lives_longer_than_time_can_hold_is_waited_for_a_day() {
        let for_ever = json!({"user_code": "ABC", "device_code": "secret", "verification_uri": "https://microsoft.com/devicelogin",
                              "expires_in": u64::MAX, "interval": u64::MAX});
        let scripted = Scripted::new(move |_, _| Ok(answer(200, &for_ever)));
        let carrier = Carrier(scripted);
        let begun = begin(&app(), &carrier, "https://graph.microsoft.com/.default").await.unwrap();
        let before = Instant::now();
        assert!(finish(begun, &app(), &carrier).await.is_err(), "no token is in the answer");
        assert_eq!(before.elapsed(), Duration::from_secs(LONGEST));
    }
}
