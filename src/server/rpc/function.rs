//! Functions. They are called on providers that nobody configured.

use super::{Service, convert};
use crate::{diagnostic::Diagnostic, resource::engine, server::proto::tfplugin6 as proto};

/// Calls one.
pub(super) async fn call(
    service: &Service,
    request: proto::call_function::Request,
) -> Result<proto::call_function::Response, Diagnostic> {
    let proto::call_function::Request { name, arguments } = request;
    let Some(registered) = service.registry.function(&name) else {
        return Err(Diagnostic::error("Unknown Function", format!("The provider has no function {name:?}.")));
    };
    // One argument too many is left for the engine to count.
    let types = registered.spec.parameters.iter().map(|parameter| &parameter.ty);
    let surplus = arguments.len().saturating_sub(types.len());
    let mut values = arguments
        .into_iter()
        .zip(types)
        .map(|(argument, ty)| convert::decode("argument", Some(argument), ty))
        .collect::<Result<Vec<_>, _>>()?;
    values.extend(std::iter::repeat_n(Default::default(), surplus));
    Ok(match engine::call_function(registered, &values) {
        Ok(result) => proto::call_function::Response {
            result: convert::encode("result", &result, &registered.spec.returns)?,
            error: None,
        },
        Err(error) => proto::call_function::Response {
            result: None,
            // Core puts it into a sentence of its own, with a full stop.
            error: Some(proto::FunctionError {
                text: error.text.trim_end_matches('.').to_owned(),
                function_argument: error.argument,
            }),
        },
    })
}
