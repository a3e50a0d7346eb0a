//! `parse_device_link_csv`: the CSV of a DeviceLink as the map that `devices` of `autopilot_device_association` takes.

use std::collections::BTreeMap;

use super::file_bytes::file_bytes;
use crate::{
    knowledge::device_link,
    resource::{Function, FunctionError, FunctionSpec, Parameter},
    value::{Type, Value},
};

/// The function.
pub(super) struct ParseDeviceLinkCsv;

impl Function for ParseDeviceLinkCsv {
    fn spec(&self) -> FunctionSpec {
        let device = ["device_link", "policy_id"].map(|name| (name.into(), Type::String));
        FunctionSpec {
            name: "parse_device_link_csv",
            summary: "Reads the CSV file of a DeviceLink.",
            description: "Reads the CSV file that holds the DeviceLink of a device, or several such files joined, and gives the \
                          map by serial number that `devices` of `autopilot_device_association` takes. Of the columns \
                          `SerialNumber` and `Data` are needed.\n\n\
                          Pass `file(path)`, or `filebase64(path)` for a file in UTF-16, which `file()` refuses.\n\n\
                          Pass the file by its path. Terraform prints a text that stands in the configuration itself when a \
                          function refuses it, and a DeviceLink is a secret.",
            parameters: vec![Parameter::new("text", "The text of the file, or its bytes in base64.", Type::String)],
            variadic: None,
            returns: Type::Map(Box::new(Type::Object(BTreeMap::from(device)))),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let read = match file_bytes(text) {
            Some(bytes) => device_link::read_file(&bytes),
            None => device_link::read_text(text),
        };
        let device = |row: device_link::Row| {
            (row.serial_number, Value::object([("device_link", row.device_link.into()), ("policy_id", Value::Null)]))
        };
        match read {
            Ok(rows) => Ok(Value::Map(rows.into_iter().map(device).collect())),
            Err(problems) => {
                let lines: String = problems.iter().map(|problem| format!("\n- {problem}")).collect();
                Err(FunctionError { argument: Some(0), text: format!("The DeviceLink CSV cannot be used:\n{lines}") })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine, engine::general_purpose::STANDARD};
    use uuid::Uuid;

    use crate::knowledge::device_link::{DeviceLink, encode};

    fn link() -> String {
        let [serial_number, manufacturer, model] = ["A1", "HP", "EliteBook"].map(str::to_owned);
        encode(&DeviceLink { serial_number, manufacturer, model, smbios_uuid: Uuid::nil(), keys: Vec::new() }, "t")
    }

    #[test]
    fn a_file_becomes_the_map_that_the_association_takes() {
        let csv = format!("SerialNumber,LinkId,Data\nA1,1,{}\n", link());
        let device = Value::object([("device_link", link().into()), ("policy_id", Value::Null)]);
        let devices = Value::object([("A1", device)]);
        assert_eq!(ParseDeviceLinkCsv.call(&[csv.as_str().into()]), Ok(devices.clone()));
        let utf_16: Vec<u8> = [0xff, 0xfe].into_iter().chain(csv.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(ParseDeviceLinkCsv.call(&[STANDARD.encode(utf_16).into()]), Ok(devices));
    }

    #[test]
    fn a_file_that_is_refused_is_told_without_its_device_link() {
        let csv = format!("SerialNumber,Data\nB2,{}\n", link());
        let error = ParseDeviceLinkCsv.call(&[csv.into()]).unwrap_err();
        assert_eq!(
            (error.argument, error.text.as_str()),
            (Some(0), "The DeviceLink CSV cannot be used:\n\n- Line 2: The DeviceLink is of the device A1, not of B2.")
        );
    }
}
