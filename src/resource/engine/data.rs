//! Data sources and functions.

use super::{Answer, Scope, never, tenant};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    resource::{Cx, FunctionError, RegisteredData, RegisteredFunction, timeouts::Verb},
    schema,
    value::Value,
};

/// A data source's configuration. Works without credentials.
pub fn validate_data(registered: &RegisteredData, config: &Value) -> Diagnostics {
    let mut diagnostics = schema::validate(&registered.spec.attributes, config);
    registered.data_source.validate(config, &mut diagnostics);
    diagnostics
}

/// Reads a data source.
pub async fn read_data(registered: &RegisteredData, scope: &Scope, config: Value) -> Answer {
    let spec = &registered.spec;
    let time = spec.timeouts.of(Verb::Read, &config);
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time);
    if let Some(table) = registered.data_source.table() {
        cx = cx.of(&table);
    }
    let read = async {
        tenant::hold_reading(&cx).await?;
        registered.data_source.read(&mut cx, &config).await
    };
    let state = match read.await {
        Ok(state) if state.is_wholly_known() => state,
        Ok(_) => {
            let detail = format!("Not all of {} is known after it was read. Please report it.", registered.type_name);
            cx.diagnostics.push(Diagnostic::error("Unknown Value after Read", detail));
            Value::Null
        }
        Err(error) => {
            let told = never::failed(&cx, &error, &format!("reading the {}", spec.noun), spec.permission).await;
            cx.diagnostics.push(told);
            Value::Null
        }
    };
    Answer { state, diagnostics: cx.diagnostics, ..Answer::default() }
}

/// Calls a function with as many arguments as it declares.
pub fn call_function(registered: &RegisteredFunction, arguments: &[Value]) -> Result<Value, FunctionError> {
    let spec = &registered.spec;
    let declared = spec.parameters_of(arguments.len()).len();
    if arguments.len() != declared {
        let at_least = if spec.variadic.is_some() { "at least " } else { "" };
        let text = format!("{} takes {at_least}{declared} arguments, it was given {}.", spec.name, arguments.len());
        return Err(FunctionError { argument: None, text });
    }
    registered.function.call(arguments)
}
