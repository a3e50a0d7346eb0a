//! Serves plugin protocol 6 as go-plugin does: started by core, one handshake line on stdout, then gRPC over mutual TLS
//! until core says Shutdown or is gone.
//!
//! Sources: hashicorp/go-plugin, hashicorp/terraform `internal/plugin6`, hashicorp/terraform-plugin-go `tf6server`.
//!
//! # Must not know
//! Any one resource.
//!
//! # Start at
//! [`run`], then `rpc`.

mod clients;
mod controller;
mod crash;
mod error;
mod handshake;
mod log;
pub mod proto;
mod reattach;
mod rpc;
mod system;
mod tls;

use std::{
    io::{self, Write},
    process::ExitCode,
    time::Duration,
};

use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use self::{
    clients::Presence,
    controller::{Controller, Healthy, Stdio},
    error::Error,
    handshake::{Answer, Wishes},
    proto::{
        health::health_server::HealthServer,
        plugin::{grpc_controller_server::GrpcControllerServer, grpc_stdio_server::GrpcStdioServer},
        tfplugin6::provider_server::ProviderServer,
    },
    system::{Address, Listener, Parent, Signals},
};
use crate::resource::Registry;

pub use self::{handshake::PROTOCOL, rpc::Service};

/// What a message may weigh, both ways: as much as terraform-plugin-go takes.
const LARGEST_MESSAGE: usize = 256 << 20;

/// How much of a message may be on its way before it is acknowledged. The default of 64 KiB to 1 MiB makes a large
/// state slow, and the other end is on this machine.
const WINDOW: u32 = 8 << 20;

/// How long the RPCs in flight may take to end after a Shutdown. Core kills after two seconds.
const DRAIN: Duration = Duration::from_millis(500);

/// Serves to the core that started this process. Started by anybody else it says so on stderr.
pub fn run(registry: Registry) -> ExitCode {
    if !handshake::started_by_core() {
        say(match cfg!(feature = "emulator") {
            true => "Terraform and OpenTofu start this provider for you; to see it work, add: demo",
            false => "Terraform and OpenTofu start this provider for you; it needs nothing else.",
        });
        return ExitCode::FAILURE;
    }
    end(block_on(serve(Mode::Core, registry)))
}

/// Serves for a debugger: without TLS, until Ctrl-C, to whichever core has the printed variable in its environment.
pub fn debug(registry: Registry) -> ExitCode {
    end(block_on(serve(Mode::Debug, registry)))
}

/// Whether a core that starts the provider with these variables is understood: what it wants, and the certificate that it
/// announces. Nothing is opened. For tests of arbitrary input.
pub fn understands(variable: impl Fn(&str) -> Option<String>) -> bool {
    let wishes = Wishes::read(variable);
    let certificate = wishes.as_ref().map(|wishes| wishes.client_certificate.as_deref().map(tls::identity));
    matches!(certificate, Ok(None | Some(Ok(_))))
}

fn end(served: Result<(), Error>) -> ExitCode {
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("The provider cannot go on: {error}."));
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) {
    // Nobody is left to tell if stderr is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Runs on two threads: the work is waiting for Graph.
fn block_on(served: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let result = runtime.block_on(served);
    // What still runs after the drain is left to the end of the process.
    runtime.shutdown_background();
    result
}

/// Who the server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// For the core that started it, which it does not outlive.
    Core,
    /// For a person with a debugger, and any number of cores one after the other.
    Debug,
}

async fn serve(mode: Mode, registry: Registry) -> Result<(), Error> {
    let parent = Parent::now();
    let mut signals = Signals::catch()?;
    crash::install_hook(crash::report);
    log::start(handshake::variable);
    let wishes = Wishes::read(handshake::variable)?;
    let tls = match &wishes.client_certificate {
        Some(certificate) if mode == Mode::Core => Some(tls::identity(certificate)?),
        _ => None,
    };
    let (listener, address) = Listener::bind(&wishes.place).await.map_err(Error::Listen)?;
    announce(mode, &wishes, &address, tls.as_ref().map_or("", |tls| &tls.certificate)).map_err(Error::Stdout)?;

    let presence = Presence::new();
    let clients = clients::accept(listener, tls.map(|tls| tls.acceptor), presence.clone());
    let shutdown = CancellationToken::new();
    let ending = CancellationToken::new();
    let provider = ProviderServer::new(Service::new(registry))
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE);
    let server = Server::builder()
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller { shutdown: shutdown.clone() }))
        .add_service(GrpcStdioServer::new(Stdio { ending: ending.clone() }))
        .add_service(HealthServer::new(Healthy))
        .serve_with_incoming_shutdown(clients, ending.clone().cancelled_owned());

    let over = async {
        tokio::select! {
            () = signals.ending(mode == Mode::Debug) => tracing::debug!("terminated"),
            // A debugged provider outlives the cores that use it.
            () = shutdown.cancelled(), if mode == Mode::Core => {}
            () = presence.abandoned(parent), if mode == Mode::Core => tracing::debug!("core is gone"),
        }
        ending.cancel();
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = server => served?,
        () = over => {}
    }
    Ok(())
}

/// Tells where the server is.
fn announce(mode: Mode, wishes: &Wishes, address: &Address, certificate: &str) -> io::Result<()> {
    match mode {
        Mode::Core => {
            let Address { network, address } = address;
            Answer { network, address, certificate, answers_multiplexing: wishes.asks_multiplexing }.print()
        }
        Mode::Debug => reattach::print(address),
    }
}
