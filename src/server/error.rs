//! Why the server could not start or go on.

use std::io;

/// Each is told once, on stderr.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("PLUGIN_MIN_PORT {0} and PLUGIN_MAX_PORT {1} are not a range of ports")]
    Ports(String, String),
    #[error("PLUGIN_CLIENT_CERT is not a certificate in PEM")]
    ClientCertificate,
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    #[error("cannot prepare TLS: {0}")]
    Tls(#[from] rustls::Error),
    #[error("cannot listen: {0}")]
    Listen(#[source] io::Error),
    #[error("cannot write to stdout: {0}")]
    Stdout(#[source] io::Error),
    #[error("{0}")]
    System(#[from] io::Error),
    #[error("cannot serve: {0}")]
    Serve(#[from] tonic::transport::Error),
}
