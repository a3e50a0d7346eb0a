//! From exec to the schema, and the memory of a provider that does nothing.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use tokio::runtime::Runtime;
use tonic::{Request, client::Grpc, codegen::http::uri::PathAndQuery};
use tonic_prost::ProstCodec;

use super::{
    Arguments,
    certificate::Certificate,
    client::{Plugin, provider_at},
    lab::executable,
    process::bytes,
    table::{Table, median, megabytes, milliseconds},
};

/// What one start took.
#[derive(Clone, Copy)]
struct Started {
    handshake: Duration,
    schema: Duration,
    idle: u64,
    idle_after: u64,
}

pub(super) fn measure(arguments: &Arguments, table: &mut Table) {
    let runtime = Runtime::new().expect("threads");
    let of = |executable: &Path| -> Vec<Started> {
        // One more, which is not counted: it reads the executable from the disk.
        (0..=arguments.times).map(|_| runtime.block_on(start(executable))).skip(1).collect()
    };
    let ours = of(executable());
    let peers: Vec<_> = arguments.peer.iter().map(|peer| of(&peer.executable)).collect();
    let row = |what: &str, at_most: &str, figure: &dyn Fn(&[Started]) -> String| {
        table.row_beside(what, &figure(&ours), at_most, &peers.iter().map(|peer| figure(peer)).collect::<Vec<_>>());
    };
    row("exec to handshake", "5 ms", &|all| milliseconds(median(all.iter().map(|one| one.handshake).collect())));
    row("GetProviderSchema answered", "2 ms", &|all| milliseconds(median(all.iter().map(|one| one.schema).collect())));
    row("memory idle", "11 MB", &|all| megabytes(median(all.iter().map(|one| one.idle).collect())));
    row("memory idle, after the schema", "", &|all| megabytes(median(all.iter().map(|one| one.idle_after).collect())));
    let size = |executable: &Path| megabytes(fs::metadata(executable).map_or(0, |file| file.len()));
    let peers: Vec<_> = arguments.peer.iter().map(|peer| size(&peer.executable)).collect();
    table.row_beside("release binary", &size(executable()), "15 MB", &peers);
}

/// Twice started: as go-plugin does, with its certificate, up to the line; and without TLS, since the certificates of other
/// providers are on a curve that this client's TLS does not know.
async fn start(executable: &Path) -> Started {
    let certificate = Certificate::new();
    let mut command = provider_at(executable);
    command.env("PLUGIN_CLIENT_CERT", certificate.pem());
    let began = Instant::now();
    let plugin = Plugin::start(&mut command).await;
    let handshake = began.elapsed();
    assert!(!plugin.line.is_empty(), "{} has printed no line", executable.display());
    drop(plugin);

    let plugin = Plugin::start(&mut provider_at(executable)).await;
    let pid = plugin.child.id().expect("it runs");
    let resident = || bytes(pid, "status", "VmRSS").expect("it runs");
    let idle = resident();
    let channel = plugin.connect_plain().await;
    let method = match plugin.fields()[1] {
        "5" => "/tfplugin5.Provider/GetSchema",
        _ => "/tfplugin6.Provider/GetProviderSchema",
    };
    let mut client = Grpc::new(channel).max_decoding_message_size(usize::MAX);
    client.ready().await.expect("it is connected");
    let began = Instant::now();
    // Neither what is asked nor what is answered is of interest: a message without fields takes any.
    let codec = ProstCodec::<(), ()>::default();
    client.unary(Request::new(()), PathAndQuery::from_static(method), codec).await.expect("it answers");
    let schema = began.elapsed();
    Started { handshake, schema, idle, idle_after: resident() }
}
