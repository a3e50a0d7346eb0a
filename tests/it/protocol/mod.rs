//! The provider as core starts it: a process, a handshake line, mutual TLS, gRPC, an end.
//!
//! The client here does what hashicorp/go-plugin does (`client.go`, `mtls.go`, `grpc_client.go`).

pub(crate) mod certificate;
pub(crate) mod client;
mod ending;
mod handshake;
mod log;
mod parallel;
mod security;
mod unserved;
