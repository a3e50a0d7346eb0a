//! A client certificate as go-plugin makes it (`mtls.go`): ECDSA on P-521, signed by itself, and a CA.
//!
//! Neither ring nor rcgen knows P-521, so the few bytes of DER are written here.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use p521::{
    ecdsa::{Signature, SigningKey, VerifyingKey, signature::RandomizedSigner},
    elliptic_curve::rand_core::OsRng,
};
use rustls::{
    Error, SignatureAlgorithm, SignatureScheme,
    pki_types::CertificateDer,
    sign::{CertifiedKey, Signer},
};

/// What a client presents.
#[derive(Clone)]
pub(crate) struct Certificate {
    der: CertificateDer<'static>,
    key: Arc<SigningKey>,
}

impl Certificate {
    /// A fresh one.
    pub(crate) fn new() -> Certificate {
        let key = SigningKey::random(&mut OsRng);
        let signed = to_be_signed(&VerifyingKey::from(&key));
        let signature: Signature = key.sign_with_rng(&mut OsRng, &signed);
        let der = sequence(&[signed, algorithm(), bit_string(0, signature.to_der().as_bytes())]);
        Certificate { der: der.into(), key: Arc::new(key) }
    }

    /// For PLUGIN_CLIENT_CERT.
    pub(crate) fn pem(&self) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(&self.der))
    }

    /// For rustls.
    pub(super) fn certified_key(&self) -> CertifiedKey {
        CertifiedKey::new(vec![self.der.clone()], Arc::new(P521Key(Arc::clone(&self.key))))
    }
}

#[derive(Clone)]
struct P521Key(Arc<SigningKey>);

impl std::fmt::Debug for P521Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("P521Key")
    }
}

impl rustls::sign::SigningKey for P521Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&self.scheme()).then(|| Box::new(self.clone()) as _)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P521Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: Signature = self.0.sign_with_rng(&mut OsRng, message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

/// The TBSCertificate of RFC 5280 with go-plugin's choices.
fn to_be_signed(key: &VerifyingKey) -> Vec<u8> {
    const COMMON_NAME: &[u8] = &[0x55, 4, 3];
    const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    const SECP521R1: &[u8] = &[0x2b, 0x81, 4, 0, 0x23];
    let name = sequence(&[tlv(0x31, &sequence(&[oid(COMMON_NAME), tlv(0x0c, b"localhost")]))]);
    let validity = sequence(&[tlv(0x17, b"200101000000Z"), tlv(0x18, b"20991231235959Z")]);
    let point = key.to_encoded_point(false);
    let public_key = sequence(&[sequence(&[oid(EC_PUBLIC_KEY), oid(SECP521R1)]), bit_string(0, point.as_bytes())]);
    sequence(&[
        tlv(0xa0, &tlv(2, &[2])),
        tlv(2, &[1]),
        algorithm(),
        name.clone(),
        validity,
        name,
        public_key,
        tlv(0xa3, &sequence(&extensions())),
    ])
}

fn extensions() -> [Vec<u8>; 4] {
    const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
    const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
    let critical = || tlv(1, &[0xff]);
    let extension =
        |id: u8, critical: Vec<u8>, value: &[u8]| sequence(&[oid(&[0x55, 0x1d, id]), critical, tlv(4, value)]);
    [
        // Key usage: digital signature, key encipherment, key agreement, certificate signing.
        extension(15, critical(), &bit_string(2, &[0xac])),
        extension(37, Vec::new(), &sequence(&[oid(CLIENT_AUTH), oid(SERVER_AUTH)])),
        // Basic constraints: a CA.
        extension(19, critical(), &sequence(&[critical()])),
        // Subject alternative name: a DNS name.
        extension(17, Vec::new(), &sequence(&[tlv(0x82, b"localhost")])),
    ]
}

/// `ecdsa-with-SHA512`.
fn algorithm() -> Vec<u8> {
    sequence(&[oid(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4])])
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn oid(bytes: &[u8]) -> Vec<u8> {
    tlv(6, bytes)
}

fn bit_string(unused_bits: u8, bytes: &[u8]) -> Vec<u8> {
    tlv(3, &[&[unused_bits], bytes].concat())
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("a certificate is small");
    let [high, low] = length.to_be_bytes();
    let head = match length {
        0..=127 => vec![tag, low],
        128..=255 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, content.to_vec()].concat()
}
