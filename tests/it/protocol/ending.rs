//! The end: Shutdown, a client that vanishes, Ctrl-C, the debugger's server.

use std::{path::Path, process::Stdio, time::Instant};

use autopilot::server::proto::{
    health::health_check_response::ServingStatus, plugin::grpc_stdio_client::GrpcStdioClient,
};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::timeout,
};

use super::{
    certificate::Certificate,
    client::{Plugin, SOON, channel, dial, ping, provider},
};

#[tokio::test]
async fn shutdown_ends_it_before_core_kills_and_removes_the_socket() {
    let client = Certificate::new();
    let plugin = Plugin::start(provider().env("PLUGIN_CLIENT_CERT", client.pem())).await;
    let channel = plugin.connect(&client).await;
    // Core keeps this stream open all the time.
    let stdio = GrpcStdioClient::new(channel.clone()).stream_stdio(()).await.expect("stdio is served");
    let socket = plugin.address().to_owned();
    assert!(Path::new(&socket).exists());
    let begin = Instant::now();
    let ended = plugin.shutdown(channel).await;
    assert!(begin.elapsed().as_secs() < 2, "core kills after two seconds");
    assert_eq!(ended.code, Some(0));
    assert!(!Path::new(&socket).exists());
    assert!(matches!(stdio.into_inner().message().await, Ok(None) | Err(_)), "nothing was ever said there");
}

#[tokio::test]
async fn it_ends_when_its_only_client_vanishes() {
    let plugin = Plugin::start(&mut provider()).await;
    let channel = plugin.connect_plain().await;
    ping(channel.clone()).await.expect("it answers");
    drop(channel);
    assert_eq!(plugin.ended().await.code, Some(0));
}

#[tokio::test]
async fn it_ends_at_once_when_core_has_died() {
    // A shell plays core, so that the provider loses its parent.
    let mut core = provider();
    let binary = core.as_std().get_program().to_owned();
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$0\" & wait"]).arg(binary);
    for (name, value) in core.as_std_mut().get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let mut plugin = Plugin::start(&mut shell).await;
    let channel = plugin.connect_plain().await;
    ping(channel.clone()).await.expect("it answers");
    let socket = plugin.address().to_owned();
    plugin.child.start_kill().expect("the shell is there");
    plugin.child.wait().await.expect("the shell is ours");
    ping(channel.clone()).await.expect("a provider with a client lives on");
    let begin = Instant::now();
    drop(channel);
    // Its stdout and stderr are closed when it is gone.
    plugin.ended().await;
    assert!(begin.elapsed().as_secs() < 2, "nobody comes back");
    assert!(!Path::new(&socket).exists());
}

#[tokio::test]
async fn ctrl_c_is_cores_business() {
    let plugin = Plugin::start(&mut provider()).await;
    let channel = plugin.connect_plain().await;
    signal(&plugin, "INT").await;
    signal(&plugin, "INT").await;
    assert_eq!(ping(channel.clone()).await.expect("it answers"), ServingStatus::Serving);
    assert_eq!(plugin.shutdown(channel).await.code, Some(0));
}

#[tokio::test]
async fn terminated_it_removes_the_socket() {
    let plugin = Plugin::start(&mut provider()).await;
    let socket = plugin.address().to_owned();
    signal(&plugin, "TERM").await;
    assert_eq!(plugin.ended().await.code, Some(0));
    assert!(!Path::new(&socket).exists());
}

#[tokio::test]
async fn for_a_debugger_it_serves_one_core_after_the_other_until_ctrl_c() {
    for flag in ["-debug", "--debug"] {
        let mut command = provider();
        command.env_remove("TF_PLUGIN_MAGIC_COOKIE").env("PLUGIN_CLIENT_CERT", Certificate::new().pem()).arg(flag);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("it is built");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let json = loop {
            let line = timeout(SOON, lines.next_line()).await.expect("it answers soon").expect("it is text");
            let line = line.expect("it prints the variable");
            if let Some(json) = line.strip_prefix("TF_REATTACH_PROVIDERS='").and_then(|line| line.strip_suffix('\'')) {
                break serde_json::from_str::<Value>(json).expect("it is JSON");
            }
        };
        let provider = &json["registry.terraform.io/zero-touch/autopilot"];
        assert_eq!(provider["Protocol"], "grpc");
        assert_eq!(provider["ProtocolVersion"], 6);
        assert_eq!(provider["Pid"], child.id().expect("it runs"));
        assert_eq!(provider["Test"], true);
        let address = |field| provider["Addr"][field].as_str().expect("it is text");
        for _core in 0..2 {
            let stream = dial(address("Network"), address("String")).await.expect("it listens");
            let channel = channel(stream).await.expect("it speaks HTTP/2");
            assert_eq!(ping(channel).await.expect("it answers"), ServingStatus::Serving);
        }
        interrupt(child.id().expect("it runs"), "INT").await;
        let status = timeout(SOON, child.wait()).await.expect("it ends soon").expect("it was started");
        assert_eq!(status.code(), Some(0));
        assert!(!Path::new(address("String")).exists());
    }
}

async fn signal(plugin: &Plugin, name: &str) {
    interrupt(plugin.child.id().expect("it runs"), name).await;
}

async fn interrupt(pid: u32, name: &str) {
    let status = Command::new("kill").args(["-s", name, &pid.to_string()]).status().await;
    assert!(status.expect("there is kill").success());
}
