//! The start: the cookie and the line.

use tokio::process::Command;

use super::client::{COOKIE, Plugin, ping, provider};
use autopilot::server::proto::health::health_check_response::ServingStatus;

#[tokio::test]
async fn without_the_cookie_it_says_one_sentence_and_nothing_on_stdout() {
    for wrong in [None, Some(""), Some("d602")] {
        let mut command = provider();
        match wrong {
            None => command.env_remove(COOKIE.0),
            Some(cookie) => command.env(COOKIE.0, cookie),
        };
        let plugin = Plugin::start(&mut command).await;
        assert_eq!(plugin.line, "");
        let ended = plugin.ended().await;
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""));
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
        assert!(ended.stderr.contains("Terraform and OpenTofu"), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn whatever_versions_are_offered_the_answer_is_6() {
    for versions in ["5,6", "6", "5", "", "six,,-1"] {
        let plugin = Plugin::start(provider().env("PLUGIN_PROTOCOL_VERSIONS", versions)).await;
        assert_eq!(plugin.fields()[..2], ["1", "6"], "{versions:?}");
    }
}

#[tokio::test]
async fn the_line_has_six_fields_and_is_all_there_is_on_stdout() {
    let plugin = Plugin::start(&mut provider()).await;
    let fields = plugin.fields();
    assert_eq!((fields.len(), fields[4], fields[5]), (6, "grpc", ""));
    let channel = plugin.connect_plain().await;
    assert_eq!(ping(channel.clone()).await.expect("it answers"), ServingStatus::Serving);
    let ended = plugin.shutdown(channel).await;
    assert_eq!((ended.code, ended.stdout.as_str(), ended.stderr.as_str()), (Some(0), "", ""));
}

#[tokio::test]
async fn a_seventh_field_for_those_who_know_it() {
    let plugin = Plugin::start(provider().env("PLUGIN_MULTIPLEX_GRPC", "true")).await;
    assert_eq!(plugin.fields().get(6), Some(&"false"));
}

#[tokio::test]
async fn a_socket_for_the_owner_only_in_the_directory_that_is_asked_for() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("there is room");
    let plugin = Plugin::start(provider().env("PLUGIN_UNIX_SOCKET_DIR", directory.path())).await;
    assert_eq!(plugin.network(), "unix");
    let socket = std::path::Path::new(plugin.address());
    assert_eq!(socket.parent(), Some(directory.path()));
    let mode = std::fs::metadata(socket).expect("the socket is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn too_long_a_directory_is_an_error_when_asked_for_and_avoided_otherwise() {
    let directory = tempfile::tempdir().expect("there is room");
    let long = directory.path().join("x".repeat(120));
    std::fs::create_dir(&long).expect("there is room");
    let plugin = Plugin::start(provider().env("PLUGIN_UNIX_SOCKET_DIR", &long)).await;
    assert_eq!(plugin.line, "");
    let ended = plugin.ended().await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("cannot listen"), "{}", ended.stderr);

    let plugin = Plugin::start(provider().env("TMPDIR", &long)).await;
    assert!(plugin.address().starts_with("/tmp/"), "{}", plugin.line);
    let channel = plugin.connect_plain().await;
    assert_eq!(plugin.shutdown(channel).await.code, Some(0));
}

#[tokio::test]
async fn tcp_on_the_first_free_port_of_the_range() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("there are ports");
    let port = taken.local_addr().expect("it is bound").port();
    let over_tcp = |max: u16| -> Command {
        let mut command = provider();
        command.env("AUTOPILOT_PLUGIN_NETWORK", "tcp");
        command.env("PLUGIN_MIN_PORT", port.to_string()).env("PLUGIN_MAX_PORT", max.to_string());
        command
    };
    let plugin = Plugin::start(&mut over_tcp(port.saturating_add(500))).await;
    assert_eq!(plugin.network(), "tcp");
    assert_ne!(plugin.address(), format!("127.0.0.1:{port}"));
    let channel = plugin.connect_plain().await;
    assert_eq!(ping(channel).await.expect("it answers"), ServingStatus::Serving);

    let exhausted = Plugin::start(&mut over_tcp(port)).await;
    assert_eq!(exhausted.line, "");
    assert_eq!(exhausted.ended().await.code, Some(1));
}
