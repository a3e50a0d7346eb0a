//! A hundred calls at once, as core makes them with `-parallelism=100`, over the one connection that it has.

use autopilot::{
    emulator::{Emulator, Options},
    provider,
    schema::{null_object, object_type},
    server::proto::tfplugin6::{self as proto, provider_client::ProviderClient},
    value::Value,
    wire,
};
use futures_util::future::join_all;

use super::{
    certificate::Certificate,
    client::{Plugin, provider},
};

const TYPE: &str = "autopilot_group";

fn encoded(ty: &autopilot::value::Type, value: &Value) -> Option<proto::DynamicValue> {
    Some(proto::DynamicValue { msgpack: wire::encode(value, ty).expect("it fits its type"), json: Vec::new() })
}

#[tokio::test]
async fn a_hundred_groups_are_made_and_read_at_once() {
    let emulator = Emulator::start(Options { speed: 100.0, ..Options::default() }).await.expect("it starts");
    let client = Certificate::new();
    let mut command = provider();
    let plugin = Plugin::start(command.env("PLUGIN_CLIENT_CERT", client.pem()).envs(emulator.environment())).await;
    let channel = plugin.connect(&client).await;
    let served = ProviderClient::new(channel.clone());
    let registry = provider::registry();
    let group = registry.resource(TYPE).expect("it is registered");

    let settings = registry.provider.attributes();
    let config = encoded(&object_type(&settings), &null_object(&settings));
    let request = proto::configure_provider::Request { config, ..Default::default() };
    let configured = served.clone().configure_provider(request).await.expect("it answers").into_inner();
    assert_eq!(configured.diagnostics, []);

    let make = |number: usize| {
        let mut config = null_object(&group.spec.attributes);
        config.insert("display_name", format!("Group {number}").into());
        let mut planned = config.clone();
        for name in ["id", "mail_nickname", "created_date_time"] {
            planned.insert(name, Value::Unknown);
        }
        let request = proto::apply_resource_change::Request {
            type_name: TYPE.to_owned(),
            prior_state: encoded(&group.ty, &Value::Null),
            planned_state: encoded(&group.ty, &planned),
            config: encoded(&group.ty, &config),
            ..Default::default()
        };
        let mut served = served.clone();
        async move { served.apply_resource_change(request).await.expect("it answers").into_inner() }
    };
    let made = join_all((0..100).map(make)).await;
    assert!(made.iter().all(|made| made.diagnostics.is_empty() && made.new_identity.is_some()), "{made:?}");
    assert_eq!(emulator.snapshot().groups.len(), 100);

    let read = |made: &proto::apply_resource_change::Response| {
        let request = proto::read_resource::Request {
            type_name: TYPE.to_owned(),
            current_state: made.new_state.clone(),
            current_identity: made.new_identity.clone(),
            private: made.private.clone(),
            ..Default::default()
        };
        let mut served = served.clone();
        async move { served.read_resource(request).await.expect("it answers").into_inner() }
    };
    let reads = join_all(made.iter().map(read)).await;
    for (made, read) in made.iter().zip(&reads) {
        assert_eq!((&read.new_state, &read.new_identity), (&made.new_state, &made.new_identity));
        assert_eq!((&read.private, read.diagnostics.len()), (&made.private, 0));
    }
    drop(served);
    assert_eq!(plugin.shutdown(channel).await.code, Some(0));
}
