//! `parse_device_csv`: a CSV of devices as the map that `devices` of `autopilot_device_import` takes.
//!
//! Terraform's `file()` refuses what is no UTF-8, and Windows PowerShell writes UTF-16: so the text may also be that of
//! `filebase64()`. What a file may look like is told in [`device_csv`].

use std::collections::BTreeMap;

use super::{file_bytes::file_bytes, undressed::undressed};
use crate::{
    knowledge::{
        device_csv::{self, Empty, Problem, Row},
        rule::Severity,
    },
    resource::{Function, FunctionError, FunctionSpec, Parameter},
    value::{Type, Value},
};

/// The function.
pub(super) struct ParseDeviceCsv;

/// The one option there is.
const CLEAR_EMPTY: &str = "clear_empty";

impl Function for ParseDeviceCsv {
    fn spec(&self) -> FunctionSpec {
        let attribute = |name: &str| (name.into(), Type::String);
        let device = ["hardware_hash", "group_tag", "assigned_user", "display_name"].map(attribute);
        FunctionSpec {
            name: "parse_device_csv",
            summary: "Reads a CSV file of Windows Autopilot devices.",
            description: "Reads a CSV file of Windows Autopilot devices and gives the map by serial number that `devices` of \
                          `autopilot_device_import` takes. It may be a file of the script Get-WindowsAutopilotInfo, of a \
                          manufacturer, of Partner Center, of a report of ConfigMgr or of Excel: with semicolons or tabs, \
                          quotation marks, other names and another order of the columns, columns of its own, a title \
                          above the header, several files joined.\n\n\
                          Pass `file(path)`, or `filebase64(path)` for a file that is not UTF-8: `file()` refuses UTF-16, \
                          which Windows PowerShell writes, and Windows-1252 with letters such as ä, with \"contents of the \
                          file are not valid UTF-8\".\n\n\
                          All that is wrong is told in one error, with row and column; of many problems 50 are told and the \
                          rest is counted. A file without a device is refused. A serial number that is none, such as \
                          `To be filled by O.E.M.`, is read, and the plan of the import warns of it. `terraform-provider-autopilot csv check` \
                          tells the same before a plan, and what is only doubtful.\n\n\
                          Pass the file by its path. Terraform prints a text that stands in the configuration itself when a \
                          function refuses it, hardware hashes with it.",
            parameters: vec![Parameter::new("text", "The text of the file, or its bytes in base64.", Type::String)],
            variadic: Some(Parameter::new(
                "options",
                "At most one object. `{ clear_empty = true }` makes an empty group tag or user \"\", which clears what the \
                 device has; without it an empty value is null, which keeps it. A column that the file does not have is null \
                 either way.",
                Type::Dynamic,
            )),
            returns: Type::Map(Box::new(Type::Object(BTreeMap::from(device)))),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str).unwrap_or_default();
        let empty = empty_of(arguments.get(1..).unwrap_or_default())?;
        let mut devices = BTreeMap::new();
        let mut problems = problems_of(text, empty, &mut |row| {
            let (serial_number, device) = device(row);
            devices.insert(serial_number, device);
        });
        // There is nothing but an error that a function could warn by.
        problems.retain(|problem| problem.severity == Severity::Error);
        match problems.is_empty() {
            true => Ok(Value::Map(devices.into_iter().collect())),
            false => Err(FunctionError { argument: Some(0), text: tell(&problems) }),
        }
    }
}

fn empty_of(options: &[Value]) -> Result<Empty, FunctionError> {
    let refuse = |at: usize, text: String| FunctionError { argument: i64::try_from(at + 1).ok(), text };
    if options.len() > 1 {
        return Err(refuse(1, format!("There is one object of options at most, such as {{ {CLEAR_EMPTY} = true }}.")));
    }
    let Some(option) = options.first() else { return Ok(Empty::Keeps) };
    let Some(option) = undressed(option).as_map() else {
        return Err(refuse(0, format!("The options have to be an object such as {{ {CLEAR_EMPTY} = true }}.")));
    };
    if let Some(name) = option.keys().find(|name| *name != CLEAR_EMPTY) {
        return Err(refuse(0, format!("There is no option `{name}`. The one there is is `{CLEAR_EMPTY}`.")));
    }
    match option.get(CLEAR_EMPTY).map(undressed) {
        Some(Value::Bool(true)) => Ok(Empty::Clears),
        None | Some(Value::Bool(false) | Value::Null) => Ok(Empty::Keeps),
        Some(_) => Err(refuse(0, format!("`{CLEAR_EMPTY}` has to be true or false."))),
    }
}

fn problems_of(text: &str, empty: Empty, take: &mut dyn FnMut(Row)) -> Vec<Problem> {
    match file_bytes(text) {
        Some(bytes) => device_csv::read(&bytes, empty, take),
        None => device_csv::read_text(text, empty, take),
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
    format!("The device CSV cannot be used:\n{}", device_csv::listed(problems))
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};

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

    fn tags(text: &str, options: &[Value]) -> Result<Vec<Value>, FunctionError> {
        let devices = ParseDeviceCsv.call(&[&[text.into()], options].concat())?;
        Ok(devices.as_map().unwrap().values().map(|device| device.get("group_tag").clone()).collect())
    }

    #[test]
    fn an_empty_cell_is_null_and_an_emptied_one_is_empty() {
        let clear = |on: bool| Value::object([("clear_empty", on.into())]);
        assert_eq!(tags(&csv(), &[]), Ok(vec!["Sales".into(), Value::Null]));
        assert_eq!(tags(&csv(), &[clear(false)]), Ok(vec!["Sales".into(), Value::Null]));
        assert_eq!(tags(&csv(), &[clear(true)]), Ok(vec!["Sales".into(), "".into()]));
    }

    #[test]
    fn an_option_that_there_is_not_is_refused_on_its_argument() {
        let refused = |options: &[Value]| tags(&csv(), options).unwrap_err();
        let error = refused(&[Value::object([("clear", true.into())])]);
        assert_eq!(
            (error.argument, error.text.as_str()),
            (Some(1), "There is no option `clear`. The one there is is `clear_empty`.")
        );
        assert_eq!(refused(&[true.into()]).argument, Some(1));
        assert_eq!(refused(&[Value::object([("clear_empty", "yes".into())])]).argument, Some(1));
        assert_eq!(refused(&[Value::object([]), Value::object([])]).argument, Some(2));
    }

    /// A file that is passed by `filebase64()` is told of in the words that `file()` gives.
    #[test]
    fn the_form_of_the_input_is_found_by_what_it_is() {
        for text in [
            csv().replace(',', ";"),
            csv().replace(',', "\t"),
            format!("sep=;\r\n{}", csv().replace(',', ";")),
            csv().lines().map(|line| format!("\"{line}\"\r\n")).collect(),
            format!("{}{}\r\n", csv(), device_csv::HEADER),
        ] {
            assert_eq!((call(&text), call(&STANDARD.encode(&text))), (Ok(devices()), Ok(devices())), "{text}");
        }
        for wrong in ["Device Serial Number", "A1,,,,", "Device Serial Number,Windows Product ID\nA1,\n"] {
            assert_eq!(call(wrong), call(&STANDARD.encode(wrong)));
            assert!(call(wrong).is_err());
        }
        let german =
            encoding_rs::WINDOWS_1252.encode("Device Serial Number;Hardware Hash;Group Tag\nA1;;K\u{f6}ln\n").0;
        assert_eq!(tags(&STANDARD.encode(german), &[]), Ok(vec!["Köln".into()]));
    }

    #[test]
    fn of_many_problems_fifty_are_told_and_the_rest_is_counted() {
        let rows: String = (0..50_000).map(|at| format!("S{at},,,,bob\n")).collect();
        let text = call(&format!("{}\n{rows}", device_csv::HEADER)).unwrap_err().text;
        assert_eq!(text.lines().count(), 2 + device_csv::MOST_TOLD + 1);
        assert!(text.ends_with("\n- And 49950 more problems."), "{text}");
    }

    #[test]
    fn base64_of_something_else_has_no_header() {
        assert!(call(&hash()).unwrap_err().text.contains("There is no header"));
        assert!(call("").unwrap_err().text.contains("There is no header"));
    }
}
