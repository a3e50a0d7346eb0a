//! Client assertions: a JWT that the application signs with a registered certificate, or one that another issuer made.
//!
//! Facts: "Microsoft identity platform application authentication certificate credentials" (RS256, PS256; `x5t`,
//! `x5t#S256`; audience, lifetime), "Workload identity federation". The signature of a certificate's assertion is
//! checked. Another issuer's is not, since its keys are elsewhere: issuer, subject, audience and lifetime are.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use serde_json::Value;
use webpki::EndEntityCert;
use x509_cert::der::Decode as _;

use super::seal::{Refusal, encode};
use crate::emulator::clock::real_seconds;
use crate::emulator::tenant::application::Application;

/// What `client_assertion_type` has to say.
pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Clocks may differ by so many seconds.
const SKEW: i64 = 300;

/// A certificate (PEM) in the form in which it is registered: DER in base64.
pub(crate) fn certificate(pem: &str) -> Result<String, String> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| "a certificate has to be PEM".to_owned())?;
    EndEntityCert::try_from(&der).map_err(|error| format!("this certificate cannot be read: {error}"))?;
    Ok(STANDARD.encode(&der))
}

/// `is_realm`: whether a name in the path of an audience is the tenant's, which is its id or a domain of its.
pub(super) fn check(app: &Application, is_realm: impl Fn(&str) -> bool, assertion: &str) -> Result<(), Refusal> {
    let malformed = || Refusal(400, "invalid_request", 50027, "JWT token is invalid or malformed.".into());
    let (signed, signature) = assertion.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let (header, claims) =
        (read(header).ok_or_else(malformed)?, read(claims).filter(Value::is_object).ok_or_else(malformed)?);
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed())?;
    check_lifetime(&claims)?;
    let issuer = claims["iss"].as_str().unwrap_or_default();
    if !issuer.eq_ignore_ascii_case(&app.client_id) {
        return check_federated(app, issuer, &claims);
    }
    if !claims["sub"].as_str().is_some_and(|subject| subject.eq_ignore_ascii_case(&app.client_id)) {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter.";
        return Err(Refusal(401, "invalid_client", 700_021, text.into()));
    }
    // The emulator goes by many host names, so only the path tells whom the assertion is for.
    let audience = claims["aud"].as_str().unwrap_or_default();
    let base = ["/oauth2/v2.0/token", "/v2.0"].iter().find_map(|end| audience.strip_suffix(end));
    if !base.and_then(|base| base.rsplit('/').next()).is_some_and(is_realm) {
        let text = "Client assertion audience claim does not match Realm issuer.";
        return Err(Refusal(401, "invalid_client", 700_023, text.into()));
    }
    let algorithm: &dyn SignatureVerificationAlgorithm = match header["alg"].as_str() {
        Some("RS256") => webpki::ring::RSA_PKCS1_2048_8192_SHA256,
        Some("PS256") => webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        _ => return Err(malformed()),
    };
    let der = find(app, &header).ok_or_else(|| {
        let thumbprint = header["x5t"].as_str().or(header["x5t#S256"].as_str()).unwrap_or_default();
        let thumbprint = URL_SAFE_NO_PAD.decode(thumbprint.trim_end_matches('=')).unwrap_or_default();
        let thumbprint: String = thumbprint.iter().map(|byte| format!("{byte:02X}")).collect();
        let text = format!(
            "The certificate with identifier used to sign the client assertion is not registered on application. \
             [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Please visit the \
             Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{}'.]",
            app.client_id
        );
        Refusal(401, "invalid_client", 700_027, text)
    })?;
    check_dates(&der, app)?;
    let der = CertificateDer::from(der);
    let verified = EndEntityCert::try_from(&der)
        .and_then(|found| found.verify_signature(algorithm, signed.as_bytes(), &signature));
    verified.map_err(|_| {
        let text = "Client assertion failed signature validation. [Reason - The provided signature value did not match \
                    the expected signature value.]";
        Refusal(401, "invalid_client", 700_027, text.into())
    })
}

/// A certificate is refused outside its dates, by the number of a signature that is wrong.
fn check_dates(der: &[u8], app: &Application) -> Result<(), Refusal> {
    let Ok(certificate) = x509_cert::Certificate::from_der(der) else { return Ok(()) };
    let validity = certificate.tbs_certificate.validity;
    let seconds = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    let now = real_seconds();
    if (seconds(validity.not_before) - SKEW..=seconds(validity.not_after)).contains(&now) {
        return Ok(());
    }
    let text = format!(
        "Client assertion contains an invalid signature. [Reason - The key used is expired., Found key 'Start={}, End={}', Please \
         visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{}'.]",
        validity.not_before, validity.not_after, app.client_id
    );
    Err(Refusal(401, "invalid_client", 700_027, text))
}

fn read(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The registered certificate that the header names by its thumbprint.
fn find(app: &Application, header: &Value) -> Option<Vec<u8>> {
    let named = |der: &Vec<u8>| {
        let thumbprint = |algorithm| encode(digest(algorithm, der).as_ref());
        match (header["x5t#S256"].as_str(), header["x5t"].as_str()) {
            (Some(sha256), _) => sha256.trim_end_matches('=') == thumbprint(&SHA256),
            (None, Some(sha1)) => sha1.trim_end_matches('=') == thumbprint(&SHA1_FOR_LEGACY_USE_ONLY),
            (None, None) => false,
        }
    };
    app.certificates.iter().filter_map(|each| STANDARD.decode(each).ok()).find(named)
}

fn check_lifetime(claims: &Value) -> Result<(), Refusal> {
    let now = real_seconds();
    let expires = claims["exp"].as_i64().unwrap_or(0);
    let begins = claims["nbf"].as_i64().unwrap_or(now);
    if expires + SKEW > now && begins - SKEW <= now {
        return Ok(());
    }
    let text = format!(
        "Client assertion is not within its valid time range. Current time: {now}, assertion valid from {begins}, \
         expiry time of assertion {expires}."
    );
    Err(Refusal(401, "invalid_client", 700_024, text))
}

fn check_federated(app: &Application, issuer: &str, claims: &Value) -> Result<(), Refusal> {
    let refuse = |number, what: &str, value: &str| {
        let text = format!("No matching federated identity record found for presented assertion {what} '{value}'.");
        Err(Refusal(401, "invalid_client", number, text))
    };
    let subject = claims["sub"].as_str().unwrap_or_default();
    let audience = match &claims["aud"] {
        Value::Array(several) => several.first().and_then(Value::as_str).unwrap_or_default(),
        one => one.as_str().unwrap_or_default(),
    };
    let mut known: Vec<_> = app.federated.iter().filter(|each| each.issuer == issuer).collect();
    if known.is_empty() {
        return refuse(700_211, "issuer", issuer);
    }
    known.retain(|each| each.subject == subject);
    if known.is_empty() {
        return refuse(700_213, "subject", subject);
    }
    if !known.iter().any(|each| each.audience == audience) {
        return refuse(700_212, "audience", audience);
    }
    Ok(())
}
