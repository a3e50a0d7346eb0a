//! Asks the server without Terraform and without a wire.

use autopilot::{
    server::{Service, proto::tfplugin6 as proto},
    value::{Type, Value},
    wire,
};
use tonic::{Response, Status};

use crate::registry::registry;

pub(crate) fn on_a_runtime(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("there are resources").block_on(case);
}

pub(crate) fn service() -> Service {
    Service::new(registry())
}

pub(crate) fn ty(type_name: &str) -> Type {
    registry().resource(type_name).expect("it is registered").ty.clone()
}

/// An object of the type with these attributes, and the others null.
pub(crate) fn object(type_name: &str, set: &[(&str, Value)]) -> Value {
    filled(&ty(type_name), set)
}

pub(crate) fn encoded(type_name: &str, value: &Value) -> Option<proto::DynamicValue> {
    encoded_as(&ty(type_name), value)
}

pub(crate) fn decoded(type_name: &str, value: Option<proto::DynamicValue>) -> Value {
    wire::decode(&value.expect("there is a value").msgpack, &ty(type_name)).expect("it fits its type")
}

pub(crate) fn answer<R>(answer: Result<Response<R>, Status>) -> R {
    answer.expect("failures are diagnostics").into_inner()
}

/// The one error.
pub(crate) fn error(diagnostics: &[proto::Diagnostic]) -> String {
    let [one] = diagnostics else { panic!("one diagnostic, got: {diagnostics:?}") };
    assert_eq!(one.severity(), proto::diagnostic::Severity::Error);
    format!("{}: {}", one.summary, one.detail)
}

/// What is told, each as `error Summary: detail` or `warning Summary: detail`.
pub(crate) fn told(diagnostics: &[proto::Diagnostic]) -> Vec<String> {
    let one = |it: &proto::Diagnostic| {
        let severity = if it.severity() == proto::diagnostic::Severity::Error { "error" } else { "warning" };
        format!("{severity} {}: {}", it.summary, it.detail)
    };
    diagnostics.iter().map(one).collect()
}

/// A value of this type, as it goes over the wire.
pub(crate) fn encoded_as(ty: &Type, value: &Value) -> Option<proto::DynamicValue> {
    let msgpack = wire::encode(value, ty).expect("it fits its type");
    Some(proto::DynamicValue { msgpack, json: Vec::new() })
}

/// The type of every identity here.
fn identity_type() -> Type {
    Type::Object([("id", Type::String), ("tenant_id", Type::String)].map(|(name, ty)| (name.into(), ty)).into())
}

/// The identity of what has this id and no tenant.
pub(crate) fn identity(id: impl Into<Value>) -> Option<proto::ResourceIdentityData> {
    let value = Value::object([("id", id.into()), ("tenant_id", Value::Null)]);
    Some(proto::ResourceIdentityData { identity_data: encoded_as(&identity_type(), &value) })
}

/// The id in an identity.
pub(crate) fn id_of(identity: Option<proto::ResourceIdentityData>) -> Value {
    let data = identity.and_then(|identity| identity.identity_data).expect("there is an identity");
    wire::decode(&data.msgpack, &identity_type()).expect("it is an identity").get("id").clone()
}

/// An object of a data source, an action, an ephemeral resource or a list with these attributes, and the others null.
pub(crate) fn filled(ty: &Type, set: &[(&str, Value)]) -> Value {
    let Type::Object(attributes) = ty else { panic!("it is an object") };
    let mut object = Value::Map(attributes.keys().map(|name| (name.clone(), Value::Null)).collect());
    for (name, value) in set {
        assert!(attributes.contains_key(*name), "{name} is no attribute");
        object.insert(name, value.clone());
    }
    object
}
