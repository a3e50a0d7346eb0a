//! Actions: planned, then done with any number of messages and one end.

use std::time::Duration;

use autopilot::{
    server::{
        Service,
        proto::tfplugin6::{
            self as proto,
            invoke_action::{Event, event::Type as Told},
            provider_server::Provider,
        },
    },
    value::{Type, Value},
};
use tokio_stream::StreamExt;
use tonic::Request;

use crate::{
    ask::{answer, encoded_as, filled, on_a_runtime, service, told},
    registry::registry,
};

pub(crate) const CASES: &[(&str, fn())] = &[
    ("an_action_is_validated_and_planned_with_unknown_values", || on_a_runtime(an_action_is_validated_and_planned())),
    ("an_action_tells_its_steps_and_then_its_end", || on_a_runtime(an_action_tells_its_steps_and_then_its_end())),
    ("an_action_that_fails_or_panics_ends_once", || on_a_runtime(an_action_that_fails_or_panics_ends_once())),
    ("a_stop_ends_an_action", || on_a_runtime(a_stop_ends_an_action())),
];

fn ty() -> Type {
    registry().action("test_note").expect("it is registered").ty.clone()
}

fn config(set: &[(&str, Value)]) -> Option<proto::DynamicValue> {
    encoded_as(&ty(), &filled(&ty(), set))
}

fn invocation(set: &[(&str, Value)]) -> Request<proto::invoke_action::Request> {
    let action_type = "test_note".to_owned();
    Request::new(proto::invoke_action::Request { action_type, config: config(set), client_capabilities: None })
}

/// The messages, and what was told at the one end.
async fn invoke(service: &Service, set: &[(&str, Value)]) -> (Vec<String>, Vec<String>) {
    let stream = answer(service.invoke_action(invocation(set)).await);
    let mut events: Vec<Event> = stream.map(|event| event.expect("failures are diagnostics")).collect().await;
    let end = match events.pop().and_then(|event| event.r#type) {
        Some(Told::Completed(end)) => told(&end.diagnostics),
        other => panic!("it ends with {other:?}"),
    };
    let messages = events.into_iter().map(|event| match event.r#type {
        Some(Told::Progress(progress)) => progress.message,
        other => panic!("{other:?} before the end"),
    });
    (messages.collect(), end)
}

async fn an_action_is_validated_and_planned() {
    let service = service();
    let validate = async |text: Value| {
        let type_name = "test_note".to_owned();
        let request = proto::validate_action_config::Request { type_name, config: config(&[("text", text)]) };
        told(&answer(service.validate_action_config(Request::new(request)).await).diagnostics)
    };
    let plan = async |text: Value| {
        let action_type = "test_note".to_owned();
        let request =
            proto::plan_action::Request { action_type, config: config(&[("text", text)]), client_capabilities: None };
        let planned = answer(service.plan_action(Request::new(request)).await);
        assert_eq!(planned.deferred, None, "never");
        told(&planned.diagnostics)
    };
    assert_eq!(validate(Value::Unknown).await, Vec::<String>::new());
    assert_eq!(validate("".into()).await, ["error Invalid Attribute Value: Attribute text must not be empty."]);
    assert_eq!(plan(Value::Unknown).await, Vec::<String>::new());
    assert_eq!(plan("unplanned".into()).await, ["error Not Planned: This is not to be noted."]);
}

async fn an_action_tells_its_steps_and_then_its_end() {
    let service = service();
    let pencil = vec!["warning Noted in Pencil: It may fade.".to_owned()];
    let (messages, end) = invoke(&service, &[("text", "a".into()), ("steps", 3.into())]).await;
    assert_eq!((messages, end), (vec!["a, step 1".into(), "a, step 2".into(), "a, step 3".into()], pencil.clone()));
    let (messages, end) = invoke(&service, &[("text", "a".into()), ("steps", 0.into())]).await;
    assert_eq!((messages, end), (vec![], pencil));
}

async fn an_action_that_fails_or_panics_ends_once() {
    let service = service();
    let (messages, end) = invoke(&service, &[("text", "a".into()), ("fails", true.into())]).await;
    assert_eq!(messages, ["a, step 1"]);
    assert_eq!(end, ["error Not Noted: There is no more paper."]);
    let (messages, end) = invoke(&service, &[("text", "a".into()), ("panics", true.into())]).await;
    assert_eq!(messages, ["a, step 1"]);
    assert!(end[0].contains("The provider crashed in InvokeAction at "), "{end:?}");
    let mut unknown = invocation(&[("text", "a".into())]);
    unknown.get_mut().action_type = "test_nothing".to_owned();
    let stream = answer(service.invoke_action(unknown).await);
    let events: Vec<_> = stream.collect().await;
    assert_eq!(events.len(), 1, "{events:?}");
}

async fn a_stop_ends_an_action() {
    let service = service();
    let mut stream = answer(service.invoke_action(invocation(&[("text", "a".into()), ("waits", true.into())])).await);
    assert!(stream.next().await.is_some(), "it has begun");
    answer(service.stop_provider(Request::new(proto::stop_provider::Request {})).await);
    let end = tokio::time::timeout(Duration::from_secs(1), stream.next()).await.expect("it ends at once");
    match end.expect("it ends with a word").expect("it is no status").r#type {
        Some(Told::Completed(end)) => assert_eq!(told(&end.diagnostics), ["error Interrupted: It was stopped."]),
        other => panic!("it ends with {other:?}"),
    }
    assert!(stream.next().await.is_none());
}
