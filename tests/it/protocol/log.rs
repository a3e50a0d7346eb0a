//! What core reads on stderr.

use super::{
    certificate::Certificate,
    client::{Plugin, json_lines, ping, provider},
};

#[tokio::test]
async fn each_line_of_the_log_is_one_that_core_understands() {
    let client = Certificate::new();
    let mut command = provider();
    command.env("TF_LOG", "trace").env("PLUGIN_CLIENT_CERT", client.pem());
    let plugin = Plugin::start(&mut command).await;
    let channel = plugin.connect(&client).await;
    ping(channel.clone()).await.expect("it answers");
    let ended = plugin.shutdown(channel).await;
    let lines = json_lines(&ended.stderr);
    assert!(!lines.is_empty(), "something happened");
    for line in lines {
        let text = |key| line.get(key).and_then(|value| value.as_str()).unwrap_or_else(|| panic!("{key}: {line:?}"));
        assert!(["trace", "debug", "info", "warn", "error"].contains(&text("@level")), "{line:?}");
        assert!(text("@module").starts_with("autopilot"), "{line:?}");
        text("@message");
        let (_, fraction) = text("@timestamp").split_once('.').expect("there is a fraction");
        assert!(fraction.len() == 7 && fraction.ends_with('Z'), "{line:?}");
    }
}

#[tokio::test]
async fn without_tf_log_nothing_is_said() {
    let plugin = Plugin::start(provider().env("TF_LOG", "off")).await;
    let channel = plugin.connect_plain().await;
    assert_eq!(plugin.shutdown(channel).await.stderr, "");
}
