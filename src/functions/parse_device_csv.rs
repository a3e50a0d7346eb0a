//! `parse_device_csv`: a CSV of devices as the map that `devices` of `autopilot_device_import` takes.
//!
//! Terraform's `file()` refuses what is no UTF-8, and Windows PowerShell writes UTF-16: so the text may also be that of
//! `filebase64()`. What a file may look like is told in [`device_csv`].

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    knowledge::device_csv::{self, Problem, Row},
    resource::{Function, FunctionError, FunctionSpec, Parameter},
    value::{Type, Value},
};

/// The function.
pub(super) struct ParseDeviceCsv;

impl Function for ParseDeviceCsv {
    fn spec(&self) -> FunctionSpec {
        let attribute = |name: &str| (name.to_owned(), Type::String);
        let device = ["hardware_hash", "group_tag", "assigned_user", "display_name"].map(attribute);
        FunctionSpec {
            name: "parse_device_csv",
            summary: "Reads a CSV file of Windows Autopilot devices.",
            description: "Reads a CSV file of Windows Autopilot devices, as the script Get-WindowsAutopilotInfo writes it, \
                          and gives the map by serial number that `devices` of `autopilot_device_import` takes. Pass \
                          `file(path)`, or `filebase64(path)` for a file that is not UTF-8. An empty value is null. A \
                          file without a device is refused. All \
                          that is wrong with the file is told in one error, with row and column.",
            parameters: vec![Parameter::new("text", "The text of the file, or its bytes in base64.", Type::String)],
            variadic: None,
            returns: Type::Map(Box::new(Type::Object(BTreeMap::from(device)))),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let rows = rows_of(text).map_err(|problems| FunctionError { argument: Some(0), text: tell(&problems) })?;
        if rows.is_empty() {
            let text = "The device CSV has a header and no device. Check that the file is whole.".to_owned();
            return Err(FunctionError { argument: Some(0), text });
        }
        Ok(Value::Map(rows.into_iter().map(device).collect()))
    }
}

/// No CSV is base64: a header has blanks in it.
fn rows_of(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    match STANDARD.decode(text.trim()) {
        Ok(bytes) if device_csv::has_header(&bytes) => device_csv::parse(&bytes),
        _ => device_csv::parse_text(text),
    }
}

fn device(row: Row) -> (String, Value) {
    let device = Value::object([
        ("hardware_hash", row.hardware_hash.into()),
        ("group_tag", row.group_tag.into()),
        ("assigned_user", row.assigned_user.into()),
        ("display_name", Value::Null),
    ]);
    (row.serial_number, device)
}

fn tell(problems: &[Problem]) -> String {
    let lines = problems.iter().map(|problem| format!("\n- {problem}"));
    format!("The device CSV cannot be used:\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        knowledge::hardware_hash::{HardwareHash, encode},
        wire,
    };

    fn call(text: &str) -> Result<Value, FunctionError> {
        ParseDeviceCsv.call(&[text.into()])
    }

    fn hash() -> String {
        let (serial_number, manufacturer) = (Some("A1".into()), Some("HP".into()));
        encode(&HardwareHash { serial_number, manufacturer, ..HardwareHash::default() })
    }

    fn csv() -> String {
        format!("{}\r\nA1,,{},Sales,\r\nB2,,,,ada@contoso.com\r\n", device_csv::HEADER, hash())
    }

    fn devices() -> Value {
        let device = |hash: Option<String>, tag: Option<&str>, user: Option<&str>| {
            Value::object([
                ("hardware_hash", hash.into()),
                ("group_tag", tag.into()),
                ("assigned_user", user.into()),
                ("display_name", Value::Null),
            ])
        };
        let [a, b] = [device(Some(hash()), Some("Sales"), None), device(None, None, Some("ada@contoso.com"))];
        Value::object([("A1", a), ("B2", b)])
    }

    #[test]
    fn a_text_becomes_the_map_that_the_import_takes() {
        assert_eq!(call(&csv()), Ok(devices()));
    }

    #[test]
    fn the_base64_of_a_file_is_taken_as_its_bytes() {
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(csv().encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(call(&STANDARD.encode(utf16)), Ok(devices()));
        assert_eq!(call(&STANDARD.encode(csv())), Ok(devices()));
    }

    /// An export that was cut off would drop the whole fleet.
    #[test]
    fn a_file_without_a_device_is_refused() {
        for text in [device_csv::HEADER.to_owned(), format!("{}\r\n,,,,\r\n", device_csv::HEADER)] {
            let error = call(&text).unwrap_err();
            assert!(error.argument == Some(0) && error.text.contains("no device"), "{}", error.text);
        }
    }

    #[test]
    fn the_result_is_of_the_declared_type() {
        let ty = ParseDeviceCsv.spec().returns;
        let bytes = wire::encode(&devices(), &ty).unwrap();
        assert_eq!(wire::decode(&bytes, &ty).unwrap(), devices());
    }

    #[test]
    fn all_bad_rows_are_one_error_on_the_argument_without_a_hash() {
        let text = format!("{}A1,,,,\r\nC3,,{},,bob\r\n", csv(), hash());
        let error = call(&text).unwrap_err();
        assert_eq!(error.argument, Some(0));
        assert_eq!(
            error.text,
            "The device CSV cannot be used:\n\n\
             - Row 4, column \"Device Serial Number\": The serial number \"A1\" is in row 2 too. A device may have one row only.\n\
             - Row 5, column \"Hardware Hash\": The hardware hash belongs to the device with serial number \"A1\", not to \
             \"C3\".\n\
             - Row 5, column \"Assigned User\": \"bob\" is not a user principal name such as name@contoso.com."
        );
    }

    #[test]
    fn base64_of_something_else_has_no_header() {
        assert!(call(&hash()).unwrap_err().text.contains("There is no header"));
        assert!(call("").unwrap_err().text.contains("There is no header"));
    }
}
