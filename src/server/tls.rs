//! Mutual TLS as go-plugin does it: each side makes a certificate at start, and trusts the other's and no other.
//!
//! go-plugin's client certificate is P-521, signed by itself and a CA (`mtls.go`). The stock verifier refuses a CA as
//! an end entity, and ring knows no P-521. So the certificate is compared byte by byte with the one that core announced,
//! and that one kind of signature is checked by the crate `p521`. Everything else is rustls with ring.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use p521::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use rcgen::{CertificateParams, KeyPair};
use rustls::{
    DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{
        AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivateKeyDer, SignatureVerificationAlgorithm, UnixTime,
        alg_id, pem::PemObject,
    },
    server::danger::{ClientCertVerified, ClientCertVerifier},
};
use tokio_rustls::TlsAcceptor;

use super::error::Error;

/// What the server presents and demands.
pub(super) struct Identity {
    /// Shakes hands with each client.
    pub(super) acceptor: TlsAcceptor,
    /// Our certificate for the handshake line: DER in base64, without padding.
    pub(super) certificate: String,
}

/// Makes a certificate for `localhost` and demands the client's own (PEM).
pub(super) fn identity(client_certificate: &str) -> Result<Identity, Error> {
    let client = CertificateDer::from_pem_slice(client_certificate.as_bytes()).map_err(|_| Error::ClientCertificate)?;
    let key = KeyPair::generate()?;
    let own = CertificateParams::new(["localhost".to_owned()])?.self_signed(&key)?;
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|text| rustls::Error::General(text.to_owned()))?;

    let crypto = Arc::new(ring::default_provider());
    let pinned = Arc::new(Pinned { client, crypto: Arc::clone(&crypto) });
    let mut config = ServerConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(pinned)
        .with_single_cert(vec![own.der().clone()], key)?;
    // grpc-go from 1.67 on hangs up on a server that does not choose h2.
    config.alpn_protocols = vec![b"h2".to_vec()];
    // Nobody comes back: a client connects once.
    config.send_tls13_tickets = 0;
    Ok(Identity { acceptor: Arc::new(config).into(), certificate: STANDARD_NO_PAD.encode(own.der()) })
}

/// Accepts exactly one certificate: the one that core announced in PLUGIN_CLIENT_CERT.
#[derive(Debug)]
struct Pinned {
    client: CertificateDer<'static>,
    crypto: Arc<CryptoProvider>,
}

impl Pinned {
    /// Who checks a signature of this scheme.
    fn algorithms(&self, scheme: SignatureScheme) -> &WebPkiSupportedAlgorithms {
        if scheme == SignatureScheme::ECDSA_NISTP521_SHA512 {
            &P521_ALGORITHMS
        } else {
            &self.crypto.signature_verification_algorithms
        }
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *leaf == self.client {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(rustls::Error::General("not the client that started this provider".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, self.algorithms(signed.scheme))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, self.algorithms(signed.scheme))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.crypto.signature_verification_algorithms.supported_schemes();
        schemes.push(SignatureScheme::ECDSA_NISTP521_SHA512);
        schemes
    }
}

static P521_ALGORITHMS: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[&EcdsaP521],
    mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&EcdsaP521])],
};

/// ECDSA on P-521 over SHA-512, which ring lacks.
#[derive(Debug)]
struct EcdsaP521;

impl SignatureVerificationAlgorithm for EcdsaP521 {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some_certificate() -> String {
        let key = KeyPair::generate().expect("ring makes keys");
        let certificate = CertificateParams::new(["localhost".to_owned()]).and_then(|params| params.self_signed(&key));
        certificate.expect("a name is enough").pem()
    }

    #[test]
    fn the_certificate_in_the_line_has_no_padding() {
        let identity = identity(&some_certificate()).expect("the certificate is good");
        assert!(!identity.certificate.contains('='));
        assert!(identity.certificate.len() > 50, "core reads nothing shorter as a certificate");
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        assert!(matches!(identity("-----BEGIN CERTIFICATE-----\n!"), Err(Error::ClientCertificate)));
    }

    #[test]
    fn p521_refuses_a_signature_that_is_not_of_this_message() {
        use p521::ecdsa::{SigningKey, signature::RandomizedSigner};
        let mut random = p521::elliptic_curve::rand_core::OsRng;
        let key = SigningKey::random(&mut random);
        let signature: Signature = key.sign_with_rng(&mut random, b"hello");
        let public = VerifyingKey::from(&key).to_encoded_point(false);
        let signature = signature.to_der();
        let verify =
            |key: &[u8], message: &[u8], signature| EcdsaP521.verify_signature(key, message, signature).is_ok();
        assert!(verify(public.as_bytes(), b"hello", signature.as_bytes()));
        assert!(!verify(public.as_bytes(), b"hullo", signature.as_bytes()));
        assert!(!verify(public.as_bytes(), b"hello", b"no DER"));
        assert!(!verify(b"no point", b"hello", signature.as_bytes()));
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_keys_and_signatures_are_refused(key: Vec<u8>, message: Vec<u8>, signature: Vec<u8>) {
            proptest::prop_assert!(EcdsaP521.verify_signature(&key, &message, &signature).is_err());
        }
    }
}
