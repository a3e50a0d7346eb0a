//! The form of every token: a JWT, sealed with a constant key.
//!
//! This is an emulator on loopback with published credentials, so the seal guards nothing: it finds malformed tokens, and
//! tells one kind from another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::emulator::clock::{Millis, entra_date};

/// An OAuth error: status, `error`, number, text.
pub(super) struct Refusal(pub(super) u16, pub(super) &'static str, pub(super) u32, pub(super) String);

impl Refusal {
    /// The text as it is told, with what a support engineer would ask for.
    pub(super) fn description(&self, now: Millis) -> String {
        let Refusal(_, _, number, text) = self;
        let (trace, correlation) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        let now = entra_date(now).replace('T', " ");
        format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}")
    }
}

/// What a token is for. One kind does not pass for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Access,
    Refresh,
    Identity,
}

/// Why a token cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Form,
    Seal,
}

pub(super) fn close(purpose: Purpose, claims: &Value) -> String {
    let signed = format!("{}.{}", encode(br#"{"typ":"JWT","alg":"HS256"}"#), encode(claims.to_string().as_bytes()));
    let seal = encode(&digest(purpose, &signed));
    format!("{signed}.{seal}")
}

pub(super) fn open(purpose: Purpose, token: &str) -> Result<Value, Broken> {
    let (signed, seal) = token.rsplit_once('.').ok_or(Broken::Form)?;
    let (_, claims) = signed.split_once('.').ok_or(Broken::Form)?;
    if URL_SAFE_NO_PAD.decode(seal).ok().as_deref() != Some(&*digest(purpose, signed)) {
        return Err(Broken::Seal);
    }
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| Broken::Form)?;
    serde_json::from_slice(&claims).map_err(|_| Broken::Form)
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn digest(purpose: Purpose, signed: &str) -> Vec<u8> {
    let key: &[u8] = match purpose {
        Purpose::Access => b"the emulator's seal, not a secret",
        Purpose::Refresh => b"the emulator's seal of refresh tokens",
        Purpose::Identity => b"the emulator's seal of id tokens",
    };
    Sha256::new().chain_update(key).chain_update(signed).finalize().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_for_its_own_purpose_only() {
        let claims = serde_json::json!({"a": 1});
        let token = close(Purpose::Refresh, &claims);
        assert_eq!(open(Purpose::Refresh, &token), Ok(claims));
        assert_eq!(open(Purpose::Access, &token), Err(Broken::Seal));
        assert_eq!(open(Purpose::Access, "no token"), Err(Broken::Form));
    }
}
