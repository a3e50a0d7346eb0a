//! Only the client that started the provider gets in.

use autopilot::server::proto::health::health_check_response::ServingStatus;
use tokio::{io::AsyncReadExt, time::timeout};

use super::{
    certificate::Certificate,
    client::{Plugin, SOON, channel, ping, provider},
};

/// A provider that takes this client only, over each network in turn.
async fn guarded(client: &Certificate) -> [Plugin; 2] {
    let start = async |network| {
        let mut command = provider();
        command.env("PLUGIN_CLIENT_CERT", client.pem()).env("AUTOPILOT_PLUGIN_NETWORK", network);
        Plugin::start(&mut command).await
    };
    [start("unix").await, start("tcp").await]
}

#[tokio::test]
async fn core_is_let_in_over_h2() {
    let client = Certificate::new();
    for plugin in guarded(&client).await {
        let stream = plugin.shake_hands(Some(&client)).await.expect("it is the right client");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let channel = channel(stream).await.expect("it speaks HTTP/2");
        assert_eq!(ping(channel).await.expect("it answers"), ServingStatus::Serving);
    }
}

#[tokio::test]
async fn core_is_let_in_over_tls_1_2() {
    let client = Certificate::new();
    for plugin in guarded(&client).await {
        let stream = plugin.shake_hands_by(Some(&client), &[&rustls::version::TLS12]).await;
        let channel = channel(stream.expect("it is the right client")).await.expect("it speaks HTTP/2");
        assert_eq!(ping(channel).await.expect("it answers"), ServingStatus::Serving);
    }
}

#[tokio::test]
async fn everybody_else_is_refused_and_core_is_served_after_them() {
    let (client, another) = (Certificate::new(), Certificate::new());
    for plugin in guarded(&client).await {
        for stranger in [None, Some(&another)] {
            // With TLS 1.3 a client believes that it is in until it reads.
            if let Ok(mut stream) = plugin.shake_hands(stranger).await {
                let read = timeout(SOON, stream.read(&mut [0])).await.expect("it is refused soon");
                let error = read.expect_err("nothing is said to a stranger");
                assert!(error.to_string().contains("fatal alert"), "{error}");
            }
        }
        let plain = async { ping(channel(plugin.dial().await).await.map_err(|_| ())?).await.map_err(|_| ()) };
        assert_eq!(plain.await, Err(()), "plaintext is refused");

        let channel = plugin.connect(&client).await;
        assert_eq!(ping(channel.clone()).await.expect("it answers"), ServingStatus::Serving);
        assert_eq!(plugin.shutdown(channel).await.code, Some(0));
    }
}

#[tokio::test]
async fn one_who_does_not_shake_hands_keeps_nobody_waiting() {
    let client = Certificate::new();
    for plugin in guarded(&client).await {
        let _silent = plugin.dial().await;
        assert_eq!(ping(plugin.connect(&client).await).await.expect("it answers"), ServingStatus::Serving);
    }
}

#[tokio::test]
async fn a_certificate_that_is_none_is_no_reason_to_serve_without() {
    let plugin = Plugin::start(provider().env("PLUGIN_CLIENT_CERT", "none")).await;
    assert_eq!(plugin.line, "");
    let ended = plugin.ended().await;
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("PLUGIN_CLIENT_CERT"), "{}", ended.stderr);
}
