//! TLS for clients that take no plain HTTP: a certificate authority made at the start, and a certificate for the names
//! that Microsoft's clients ask for.
//!
//! The certificate is good for loopback addresses, and for the Graph and login hosts of every cloud, so that a client may
//! be led here by a hosts entry, or by this listener as its `HTTPS_PROXY`. The key of the authority is thrown away.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

use crate::emulator::gate::visitor::HOSTS;

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// No certificate could be made.
    #[error(transparent)]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be used.
    #[error(transparent)]
    Use(#[from] rustls::Error),
}

/// What the listener presents, and what clients have to trust for that.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate of the authority, as PEM.
    pub(crate) authority: String,
}

pub(crate) fn make() -> Result<Tls, TlsError> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::new(Vec::<String>::new())?;
    authority.distinguished_name.push(DnType::CommonName, "Emulator of Microsoft Graph, on this machine only");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority_certificate = authority.self_signed(&authority_key)?;
    let issuer = Issuer::from_params(&authority, &authority_key);

    let key = KeyPair::generate()?;
    let mut server = CertificateParams::new(HOSTS.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>())?;
    server.distinguished_name.push(DnType::CommonName, "localhost");
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    // Python's newer ssl refuses a certificate that does not name its issuer's key.
    server.use_authority_key_identifier_extension = true;
    let certificate = server.signed_by(&key, &issuer)?;

    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|text| rustls::Error::General(text.to_owned()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls { acceptor: Arc::new(config).into(), authority: authority_certificate.pem() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_told_as_pem() {
        assert!(make().unwrap().authority.starts_with("-----BEGIN CERTIFICATE-----"));
    }
}
