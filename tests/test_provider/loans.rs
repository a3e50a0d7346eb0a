//! Ephemeral resources: opened, renewed, and closed with what the opening left.

use std::{fs, time::SystemTime};

use autopilot::{
    server::proto::tfplugin6::{self as proto, provider_server::Provider},
    value::{Type, Value},
    wire,
};
use tonic::Request;

use crate::{
    ask::{answer, encoded_as, error, filled, on_a_runtime, service, told},
    registry::registry,
};

pub(crate) const CASES: &[(&str, fn())] = &[
    ("a_loan_is_opened_renewed_and_closed", || on_a_runtime(a_loan_is_opened_renewed_and_closed())),
    ("a_refused_loan_is_an_error", || on_a_runtime(a_refused_loan_is_an_error())),
    ("a_loan_is_validated_with_unknown_values", || on_a_runtime(a_loan_is_validated_with_unknown_values())),
];

fn ty() -> Type {
    registry().ephemeral("test_loan").expect("it is registered").ty.clone()
}

fn config(set: &[(&str, Value)]) -> Option<proto::DynamicValue> {
    encoded_as(&ty(), &filled(&ty(), set))
}

async fn open(set: &[(&str, Value)]) -> proto::open_ephemeral_resource::Response {
    let type_name = "test_loan".to_owned();
    let request = proto::open_ephemeral_resource::Request { type_name, config: config(set), client_capabilities: None };
    answer(service().open_ephemeral_resource(Request::new(request)).await)
}

async fn a_loan_is_opened_renewed_and_closed() {
    let service = service();
    let folder = tempfile::tempdir().expect("there is room");
    let log = folder.path().join("log");
    let path = log.to_str().expect("it is text");
    let given = Value::Dynamic(Box::new((Type::Number, 7.into())));
    let opened = open(&[("log", path.into()), ("milliseconds", 60_000.into()), ("given", given.clone())]).await;
    assert_eq!((opened.diagnostics, opened.deferred), (vec![], None));
    let result = wire::decode(&opened.result.expect("there is one").msgpack, &ty()).expect("it fits its type");
    assert_eq!(result.get("secret"), &"lent-to-nobody-else".into());
    assert_eq!((result.get("log"), result.get("given")), (&path.into(), &given), "what is configured stays");
    let due = SystemTime::try_from(opened.renew_at.expect("it has to be renewed")).expect("it is a time");
    assert!(due > SystemTime::now());

    let renew = async |private| {
        let request = proto::renew_ephemeral_resource::Request { type_name: "test_loan".to_owned(), private };
        let renewed = answer(service.renew_ephemeral_resource(Request::new(request)).await);
        assert_eq!(renewed.diagnostics, []);
        assert!(renewed.renew_at.is_some());
        renewed.private
    };
    let renewed = renew(opened.private.clone()).await;
    renew(renewed).await;
    let request =
        proto::close_ephemeral_resource::Request { type_name: "test_loan".to_owned(), private: opened.private };
    assert_eq!(answer(service.close_ephemeral_resource(Request::new(request)).await).diagnostics, []);
    let log = fs::read_to_string(log).expect("it was written");
    assert_eq!(log, "open\nrenew after open\nrenew after renew\nclose after open\n");
}

async fn a_refused_loan_is_an_error() {
    let folder = tempfile::tempdir().expect("there is room");
    let log = folder.path().join("log").to_str().expect("it is text").to_owned();
    let refused = open(&[("log", log.as_str().into()), ("refused", true.into())]).await;
    assert_eq!(error(&refused.diagnostics), "Nothing Lent: The loan was refused.");
    assert_eq!(refused.renew_at, None);
    let unrenewed = open(&[("log", log.as_str().into())]).await;
    assert_eq!((unrenewed.diagnostics, unrenewed.renew_at), (vec![], None));
}

async fn a_loan_is_validated_with_unknown_values() {
    let validate = async |set: &[(&str, Value)]| {
        let type_name = "test_loan".to_owned();
        let request = proto::validate_ephemeral_resource_config::Request { type_name, config: config(set) };
        told(&answer(service().validate_ephemeral_resource_config(Request::new(request)).await).diagnostics)
    };
    assert_eq!(validate(&[("log", Value::Unknown), ("milliseconds", Value::Unknown)]).await, Vec::<String>::new());
    let half = Value::Number("0.5".parse().expect("it is a number"));
    assert_eq!(validate(&[("log", "x".into()), ("milliseconds", half)]).await.len(), 1);
}
