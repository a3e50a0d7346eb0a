//! Functions. They are called on providers that nobody configured.

use super::{convert, service::Service};
use crate::{
    diagnostic::Diagnostic,
    resource::{FunctionError, engine},
    server::proto::tfplugin6 as proto,
};

/// Calls one.
pub(super) async fn call(
    service: &Service,
    request: proto::call_function::Request,
) -> Result<proto::call_function::Response, Diagnostic> {
    let proto::call_function::Request { name, arguments } = request;
    let Some(registered) = service.registry.function(&name) else {
        return Err(Diagnostic::error("Unknown Function", format!("The provider has no function {name:?}.")));
    };
    let parameters = registered.spec.parameters_of(arguments.len());
    // One argument too many is left for the engine to count.
    let surplus = arguments.len().saturating_sub(parameters.len());
    let mut values = Vec::with_capacity(arguments.len());
    for (index, (argument, parameter)) in arguments.into_iter().zip(parameters).enumerate() {
        match convert::decode("argument", Some(argument), &parameter.ty) {
            Ok(value) => values.push(value),
            Err(wrong) => return Ok(failed(FunctionError { argument: i64::try_from(index).ok(), text: wrong.detail })),
        }
    }
    values.extend(std::iter::repeat_n(Default::default(), surplus));
    Ok(match engine::call_function(registered, &values) {
        Ok(result) => proto::call_function::Response {
            result: convert::encode("result", &result, &registered.spec.returns)?,
            error: None,
        },
        Err(error) => failed(error),
    })
}

/// Core puts the text into a sentence of its own, with a full stop.
fn failed(FunctionError { text, argument }: FunctionError) -> proto::call_function::Response {
    let text = text.trim_end_matches('.').to_owned();
    let error = proto::FunctionError { text, function_argument: argument };
    proto::call_function::Response { result: None, error: Some(error) }
}
