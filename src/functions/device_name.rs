//! `device_name`: what a naming template calls a device.

use crate::{
    knowledge::device_name::{self, Wrong},
    resource::{Function, FunctionError, FunctionSpec, Parameter},
    value::{Type, Value},
};

/// The function.
pub(super) struct DeviceName;

impl Function for DeviceName {
    fn spec(&self) -> FunctionSpec {
        FunctionSpec {
            name: "device_name",
            summary: "Tells what a naming template calls a device.",
            description: "Tells the name that a device gets by the `device_name_template` of a deployment profile. Of the \
                          serial number the end is kept: a name has at most 15 characters, so two devices may get one name. \
                          For each random digit of `%RAND:x%` stands `#`. A template that is wrong is an error, and so is a \
                          serial number of which it makes no name: digits only, a blank, or other characters than letters, \
                          digits and hyphens.",
            parameters: vec![
                Parameter::new("template", "The template, such as `LAPTOP-%SERIAL%`.", Type::String),
                Parameter::new("serial_number", "The device's serial number.", Type::String),
            ],
            variadic: None,
            returns: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = |at: usize| arguments.get(at).and_then(Value::as_str).unwrap_or_default();
        device_name::name_of(text(0), text(1)).map(Value::from).map_err(|wrong| match wrong {
            Wrong::Template(problems) => {
                let sentences: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
                FunctionError { argument: Some(0), text: sentences.join(" ") }
            }
            Wrong::SerialNumber(text) => FunctionError { argument: Some(1), text },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(template: &str, serial_number: &str) -> Result<Value, FunctionError> {
        DeviceName.call(&[template.into(), serial_number.into()])
    }

    #[test]
    fn a_name_keeps_the_end_of_the_serial_number() {
        assert_eq!(call("LAPTOP-%SERIAL%", "5CG1234XYZ"), Ok("LAPTOP-G1234XYZ".into()));
        assert_eq!(call("PC-%RAND:3%", "5CG1234XYZ"), Ok("PC-###".into()));
    }

    #[test]
    fn an_error_stands_on_what_is_wrong() {
        let error = call("PC-%MODEL%", "S1").unwrap_err();
        assert!(
            error.argument == Some(0) && error.text.starts_with("The macro %MODEL% is not known."),
            "{}",
            error.text
        );
        let error = call("%SERIAL%", "012345678901").unwrap_err();
        assert_eq!(
            (error.argument, error.text.as_str()),
            (Some(1), "The name would be \"012345678901\": a name cannot be digits only.")
        );
    }
}
