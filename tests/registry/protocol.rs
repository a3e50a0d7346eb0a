//! The client of `tests/it/protocol`.

#[path = "../it/protocol/certificate.rs"]
pub(crate) mod certificate;
#[path = "../it/protocol/client.rs"]
pub(crate) mod client;
