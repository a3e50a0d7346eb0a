//! What this provider has no business with: to keep Terraform's states.

use autopilot::server::proto::tfplugin6::provider_client::ProviderClient;
use tonic::{Code, Request};

use super::client::{Plugin, provider};

#[tokio::test]
async fn state_stores_are_not_served() {
    let plugin = Plugin::start(&mut provider()).await;
    let mut client = ProviderClient::new(plugin.connect_plain().await);
    let nothing = || Request::new(tokio_stream::empty());
    let answers = [
        client.validate_state_store_config(Request::new(Default::default())).await.map(drop),
        client.configure_state_store(Request::new(Default::default())).await.map(drop),
        client.read_state_bytes(Request::new(Default::default())).await.map(drop),
        client.write_state_bytes(nothing()).await.map(drop),
        client.lock_state(Request::new(Default::default())).await.map(drop),
        client.unlock_state(Request::new(Default::default())).await.map(drop),
        client.get_states(Request::new(Default::default())).await.map(drop),
        client.delete_state(Request::new(Default::default())).await.map(drop),
    ];
    for answer in answers {
        assert_eq!(answer.map_err(|status| status.code()), Err(Code::Unimplemented));
    }
}
