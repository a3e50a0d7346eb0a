//! What only the newest cores ask a process: lists and actions.

use autopilot::{
    resource::RegisteredAction,
    schema::{null_object, object_type},
    server::proto::tfplugin6::{self as proto, invoke_action::event::Type},
    value::Value,
};
use tokio_stream::StreamExt;

use super::process::{Process, Told, decode, encode, no_errors};

impl Process {
    /// The states of all that there are.
    pub(super) async fn list(&mut self, name: &str) -> Told<Vec<Value>> {
        let registry = autopilot::provider::registry();
        let narrowed_by = registry.resource(name).and_then(|it| it.list.clone()).expect("it is listed");
        let request = proto::list_resource::Request {
            type_name: name.to_owned(),
            config: encode(&null_object(&narrowed_by), &object_type(&narrowed_by)),
            include_resource_object: true,
            limit: 1000,
        };
        let events = self.client.list_resource(request).await.expect("it is answered").into_inner();
        let events: Vec<_> = events.collect().await;
        let mut states = Vec::new();
        for event in events {
            let event = event.expect("failures are diagnostics");
            no_errors(&event.diagnostic, &Value::Null)?;
            assert!(!event.display_name.is_empty() && event.identity.is_some(), "{name}: {event:?} is listed");
            states.push(decode(name, event.resource_object, &self.kind(name).ty));
        }
        Ok(states)
    }

    /// Does an action to its end.
    pub(super) async fn invoke(&mut self, action: &RegisteredAction, config: &Value) -> Told<()> {
        let request = proto::invoke_action::Request {
            action_type: action.type_name.clone(),
            config: encode(config, &action.ty),
            client_capabilities: None,
        };
        let events = self.client.invoke_action(request).await.expect("it is answered").into_inner();
        let last = events.collect::<Vec<_>>().await.pop().expect("it ends").expect("failures are diagnostics");
        let Some(Type::Completed(end)) = last.r#type else { panic!("{} ends with {last:?}", action.type_name) };
        no_errors(&end.diagnostics, config)
    }
}
