//! A certificate and its key, with which an application signs its assertions.
//!
//! Facts: "Microsoft identity platform application authentication certificate credentials": PS256, `x5t#S256`, an audience
//! that is the token endpoint, a short life. Only RSA keys can be registered.

use super::client_assertion::Assertion;
use super::source::Carrier;
use super::told;
use crate::graph::error::Error;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PSS_SHA256, RsaKeyPair};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fmt::{self, Debug};
use std::time::{SystemTime, UNIX_EPOCH};

/// A certificate and its key.
pub struct Certificate {
    key: RsaKeyPair,
    /// SHA-256 of the certificate, in base64.
    thumbprint: String,
}

impl Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}

/// So many seconds an assertion is good for. Entra refuses ones that live longer than a day.
const LIFETIME: u64 = 600;

impl Certificate {
    /// Reads a PFX (PKCS #12), or a PEM with certificate and key; either may be in base64. What is wrong reads as the middle of
    /// a sentence.
    pub fn read(given: &[u8], password: Option<&str>) -> Result<Certificate, String> {
        let packed: Vec<u8> = given.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let unpacked = STANDARD.decode(packed).ok();
        let bytes = unpacked.as_deref().unwrap_or(given);
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.contains("-----BEGIN "));
        let (key, certificates) = match text {
            Some(text) => read_pem(text, password)?,
            None => read_pfx(bytes, password)?,
        };
        let public = key.public().as_ref();
        let of_key = |der: &&Vec<u8>| der.windows(public.len()).any(|window| window == public);
        let certificate = certificates.iter().find(of_key).ok_or("holds no certificate of its private key")?;
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(certificate));
        Ok(Certificate { key, thumbprint })
    }

    fn sign(&self, signed: &str) -> Result<String, Error> {
        let mut signature = vec![0; self.key.public().modulus_len()];
        let done = self.key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
        done.map_err(|_| told::because("the certificate's key could not sign"))?;
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }
}

#[async_trait]
impl Assertion for Certificate {
    async fn assert(&self, _: &Carrier, client_id: &str, audience: &str) -> Result<String, Error> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let header = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint});
        let claims = json!({
            "aud": audience,
            "iss": client_id,
            "sub": client_id,
            "jti": uuid::Uuid::new_v4().to_string(),
            "nbf": now,
            "exp": now + LIFETIME,
        });
        let encode = |part: &serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        Ok(format!("{signed}.{}", self.sign(&signed)?))
    }
}

const NO_RSA: &str = "holds a key that cannot be used: it must be an RSA key of 2048 bits or more";

fn read_pem(text: &str, password: Option<&str>) -> Result<(RsaKeyPair, Vec<Vec<u8>>), String> {
    let sections = pem::parse_many(text).map_err(|error| format!("is no PEM that can be read: {error}"))?;
    let mut certificates = Vec::new();
    let mut key = None;
    for section in sections {
        let read = match section.tag() {
            "CERTIFICATE" => {
                certificates.push(section.into_contents());
                continue;
            }
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(section.contents()),
            // OpenSSL's own way to encrypt a key, of before PKCS #8.
            "RSA PRIVATE KEY" if section.headers().get("Proc-Type").is_some_and(|it| it.contains("ENCRYPTED")) => {
                return Err(
                    "holds a key that is encrypted in an old way: write it anew by `openssl pkcs8 -topk8`".to_owned()
                );
            }
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(section.contents()),
            "ENCRYPTED PRIVATE KEY" => {
                let Some(password) = password else {
                    return Err("holds an encrypted key, and there is no client_certificate_password".to_owned());
                };
                let sealed = pkcs8::EncryptedPrivateKeyInfo::try_from(section.contents());
                let opened = sealed.and_then(|sealed| sealed.decrypt(password));
                RsaKeyPair::from_pkcs8(opened.map_err(|_| WRONG_PASSWORD)?.as_bytes())
            }
            _ => continue,
        };
        key = Some(read.map_err(|_| NO_RSA)?);
    }
    match key {
        Some(_) if certificates.is_empty() => Err("holds no certificate".to_owned()),
        Some(key) => Ok((key, certificates)),
        None => Err("holds no private key: give a PEM with the certificate and its key, or a PFX".to_owned()),
    }
}

const WRONG_PASSWORD: &str = "cannot be opened: client_certificate_password is not its password";

const NO_PASSWORD: &str = "cannot be opened: it has a password, and there is no client_certificate_password";

fn read_pfx(bytes: &[u8], password: Option<&str>) -> Result<(RsaKeyPair, Vec<Vec<u8>>), String> {
    let store =
        p12_keystore::KeyStore::from_pkcs12(bytes, password.unwrap_or_default()).map_err(|error| match error {
            p12_keystore::error::Error::MacError(_) if password.is_none() => NO_PASSWORD.to_owned(),
            p12_keystore::error::Error::MacError(_) => WRONG_PASSWORD.to_owned(),
            error => format!("is neither PEM nor a PFX that can be read: {error}"),
        })?;
    let (_, chain) = store.private_key_chain().ok_or("holds no private key with a certificate")?;
    let key = RsaKeyPair::from_pkcs8(chain.key()).map_err(|_| NO_RSA)?;
    Ok((key, chain.chain().iter().map(|each| each.as_der().to_vec()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::Scripted;
    use crate::graph::transport::Broken;
    use std::sync::Arc;

    // openssl req -x509 -new -key client_key.pem -days 36500 -subj /CN=client
    const CERTIFICATE: &str = include_str!("fixtures/certificate.pem");
    const KEY: &str = include_str!("../../emulator/tests/client_key.pem");
    // openssl pkcs12 -export, by OpenSSL 3: AES-256, PBKDF2, SHA-256
    const MODERN: &[u8] = include_bytes!("fixtures/modern.pfx");
    // the same with -legacy, as Windows exports it by default: RC2 and 3DES, SHA-1
    const LEGACY: &[u8] = include_bytes!("fixtures/legacy.pfx");
    // openssl pkcs8 -topk8 -v2 aes256, and the certificate
    const SEALED: &str = include_str!("fixtures/sealed.pem");
    const PASSWORD: Option<&str> = Some("open-sesame");

    fn refusal(given: &[u8], password: Option<&str>) -> String {
        Certificate::read(given, password).unwrap_err()
    }

    #[test]
    fn a_certificate_comes_as_pfx_or_pem_plain_or_in_base64() {
        let plain = format!("{KEY}{CERTIFICATE}");
        let in_base64 = STANDARD.encode(MODERN);
        let in_lines = in_base64.as_bytes().chunks(64).collect::<Vec<_>>().join(&b"\r\n"[..]);
        let forms: [(&[u8], Option<&str>); 7] = [
            (MODERN, PASSWORD),
            (LEGACY, PASSWORD),
            (in_base64.as_bytes(), PASSWORD),
            (&in_lines, PASSWORD),
            (plain.as_bytes(), None),
            (SEALED.as_bytes(), PASSWORD),
            (STANDARD.encode(&plain).as_bytes(), None),
        ]
        .map(|(form, password)| (form.to_vec().leak() as &[u8], password));
        let read = forms.map(|(form, password)| Certificate::read(form, password).unwrap().thumbprint);
        assert!(read.iter().all(|thumbprint| *thumbprint == read[0]), "{read:?}");
    }

    #[test]
    fn what_cannot_be_used_says_why() {
        for sealed in [MODERN, LEGACY, SEALED.as_bytes()] {
            assert_eq!(refusal(sealed, Some("wrong")), WRONG_PASSWORD);
        }
        assert_eq!(refusal(MODERN, None), NO_PASSWORD);
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n\
                   -----END RSA PRIVATE KEY-----\n";
        assert!(refusal(old.as_bytes(), PASSWORD).contains("openssl pkcs8 -topk8"));
        assert!(refusal(SEALED.as_bytes(), None).contains("there is no client_certificate_password"));
        assert!(refusal(CERTIFICATE.as_bytes(), None).contains("holds no private key"));
        assert_eq!(refusal(KEY.as_bytes(), None), "holds no certificate");
        assert!(refusal(b"\x30\x03nonsense", None).contains("neither PEM nor a PFX"));
        let elliptic = rcgen::generate_simple_self_signed(vec!["client".to_owned()]).unwrap();
        let pem = format!("{}{}", elliptic.cert.pem(), elliptic.signing_key.serialize_pem());
        assert_eq!(refusal(pem.as_bytes(), None), NO_RSA);
        let of_another = format!("{KEY}{}", elliptic.cert.pem());
        assert!(refusal(of_another.as_bytes(), None).contains("no certificate of its private key"));
    }

    #[tokio::test]
    async fn an_assertion_names_its_certificate_its_application_and_its_audience() {
        let nobody = Scripted::new(|_, _| Err(Broken { sent: false, message: String::new() }));
        let carrier = Carrier(Arc::<Scripted>::clone(&nobody));
        let certificate = Certificate::read(MODERN, PASSWORD).unwrap();
        let made = certificate.assert(&carrier, "app-1", "https://login.example/t/oauth2/v2.0/token").await.unwrap();
        let parts: Vec<_> = made.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
        let [header, claims] = [0, 1].map(|part| serde_json::from_slice::<serde_json::Value>(&parts[part]).unwrap());
        assert_eq!(header, json!({"alg": "PS256", "typ": "JWT", "x5t#S256": certificate.thumbprint}));
        assert_eq!((&claims["iss"], &claims["sub"]), (&json!("app-1"), &json!("app-1")));
        assert_eq!(claims["aud"], "https://login.example/t/oauth2/v2.0/token");
        assert_eq!(claims["exp"].as_u64().unwrap() - claims["nbf"].as_u64().unwrap(), LIFETIME);
        assert_eq!(parts[2].len(), 256);
        assert_eq!(format!("{certificate:?}"), "Certificate { .. }");
    }
}
