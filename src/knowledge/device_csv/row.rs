//! One row of a file.

use super::{
    fields::{Empty, MAX_GROUP_TAG, Problem, Row, shown},
    header::{ASSIGNED_USER, Column, GROUP_TAG, HARDWARE_HASH, Header, PRODUCT_ID, SERIAL_NUMBER},
    records::{Record, character_of},
};
use crate::knowledge::{
    hardware_hash, rule::Severity, serial_number, user_principal_name::is_user_principal_name, visible,
};

/// A text that is as long as this, and begins as a hash does, is one.
const LONG: usize = 200;

/// What a file says of its rows.
pub(super) struct Sheet<'t> {
    pub(super) text: &'t str,
    pub(super) delimiter: u8,
    pub(super) empty: Empty,
}

/// Whether any field of a record is a hardware hash, and the record so one of a device.
pub(super) fn holds_hash(record: &Record) -> bool {
    record.fields.iter().any(|field| is_hash(field) || field.split([',', ';', '\t']).any(is_hash))
}

fn is_hash(text: &str) -> bool {
    text.len() >= LONG && text.starts_with("T0")
}

/// `None` where the row is too wrong to be compared with others.
pub(super) fn read_row(
    sheet: &Sheet<'_>,
    record: &Record,
    header: &Header,
    problems: &mut Vec<Problem>,
) -> Option<Row> {
    let line = record.line;
    let inner = if header.is_wrapped { record.unwrapped(sheet.delimiter) } else { None };
    let is_wrapped = inner.is_some();
    let fields = inner.as_deref().unwrap_or(&record.fields);
    let cell = |name: &str| header.place_of(name).and_then(|at| fields.get(at)).filter(|field| !field.is_empty());
    if cell(SERIAL_NUMBER).is_some_and(|text| is_prose(text)) && cell(HARDWARE_HASH).is_none_or(|text| !is_hash(text)) {
        let sentence = "The row is a sentence of a template, not a device. Delete it.";
        problems.push(Problem { column: Some(SERIAL_NUMBER), ..Problem::error(line, sentence) });
        return None;
    }
    if let Some(message) = wrong_number_of_fields(fields, header) {
        problems.push(Problem::error(line, message));
        return None;
    }
    let mut tell = |severity, column, message: String| {
        let place = header.place_of(column).filter(|_| !is_wrapped);
        let character = place.map_or(1, |at| character_of(sheet.text, record.begin, sheet.delimiter, at));
        problems.push(Problem { severity, line, character, column: Some(column), message });
    };
    for name in [SERIAL_NUMBER, PRODUCT_ID, GROUP_TAG, ASSIGNED_USER] {
        if cell(name).is_some_and(|text| text.contains(['\r', '\n'])) {
            let message = "The value contains a line break: a quotation mark before it is not closed.";
            tell(Severity::Error, name, message.to_owned());
            return None;
        }
    }
    let clearable = |name: &str| {
        let is_there = header.place_of(name).is_some() && sheet.empty == Empty::Clears;
        cell(name).cloned().or_else(|| is_there.then(String::new))
    };
    let row = Row {
        line,
        serial_number: cell(SERIAL_NUMBER).cloned().unwrap_or_default(),
        product_key: cell(PRODUCT_ID).cloned(),
        hardware_hash: cell(HARDWARE_HASH).cloned(),
        group_tag: clearable(GROUP_TAG),
        assigned_user: clearable(ASSIGNED_USER),
    };
    check_row(&row, &mut tell);
    (!row.serial_number.is_empty() && !is_hash(&row.serial_number)).then_some(row)
}

fn check_row(row: &Row, tell: &mut dyn FnMut(Severity, &'static str, String)) {
    let serial_number = row.serial_number.as_str();
    let mut own = None;
    if let Some(text) = &row.hardware_hash {
        match hardware_hash::decode(text) {
            Err(error) => tell(Severity::Error, HARDWARE_HASH, error.to_string()),
            Ok(hash) => {
                if let Some(message) = wrong_hash(&hash, serial_number) {
                    tell(Severity::Error, HARDWARE_HASH, message);
                } else if let Some(message) = hardware_hash::odd_length(text) {
                    tell(Severity::Warning, HARDWARE_HASH, message);
                }
                own = hash.serial_number;
            }
        }
    }
    if serial_number.is_empty() {
        let of = own.filter(|own| !own.trim().is_empty());
        let of = of.map(|own| format!(" The hardware hash is of {}.", shown(own.trim()))).unwrap_or_default();
        tell(Severity::Error, SERIAL_NUMBER, format!("The serial number is empty.{of}"));
    } else if is_hash(serial_number) {
        let message = "A hardware hash stands in this column: the columns are mixed up.";
        tell(Severity::Error, SERIAL_NUMBER, message.to_owned());
    } else if let Some(doubt) = serial_number::doubt(serial_number) {
        tell(Severity::Warning, SERIAL_NUMBER, doubt);
    }
    if let Some(user) = row.assigned_user.as_deref().filter(|user| !user.is_empty() && !is_user_principal_name(user)) {
        let message = format!("{} is not a user principal name such as name@contoso.com.", shown(user));
        tell(Severity::Error, ASSIGNED_USER, message);
    }
    if let Some(tag) = &row.group_tag {
        let length = tag.chars().count();
        if length > MAX_GROUP_TAG {
            let message = format!("The group tag has {length} characters. Intune takes {MAX_GROUP_TAG} at most.");
            tell(Severity::Error, GROUP_TAG, message);
        }
        let hidden = visible::invisible_characters(tag);
        if !hidden.is_empty() {
            let message = format!("{} contains {}, which cannot be seen.", shown(tag), hidden.join(", "));
            tell(Severity::Warning, GROUP_TAG, message);
        }
    }
}

/// Partner Center's template explains its columns in rows below the header. Such a sentence has words; the serial number of a
/// virtual machine has blanks, and no words.
fn is_prose(text: &str) -> bool {
    let is_word = |word: &&str| {
        let word = word.trim_matches(|letter: char| letter.is_ascii_punctuation());
        word.chars().count() >= 3 && word.chars().all(char::is_alphabetic)
    };
    serial_number::doubt(text).is_none() && text.split_whitespace().filter(is_word).count() >= 3
}

/// A row may end early where it leaves out only what is optional, and go on with empty fields.
fn wrong_number_of_fields(fields: &[String], header: &Header) -> Option<String> {
    let named = header.columns.iter().rposition(|column| *column != Column::Unnamed).map_or(0, |at| at + 1);
    let count = match fields.len() {
        1 => "1 field".to_owned(),
        count => format!("{count} fields"),
    };
    let required = [SERIAL_NUMBER, PRODUCT_ID, HARDWARE_HASH].iter().filter_map(|name| header.place_of(name)).max();
    let over = fields.iter().enumerate().any(|(at, field)| {
        let is_named = header.columns.get(at).is_some_and(|column| *column != Column::Unnamed);
        !is_named && !field.is_empty()
    });
    if over {
        let hint = "If a value contains a comma, put quotation marks around the value.";
        Some(format!("The row has {count}, the header {named}. {hint}"))
    } else if required.is_some_and(|at| fields.len() <= at) {
        Some(format!("The row has {count}, the header {named}. A field may be empty, but its comma must be there."))
    } else {
        None
    }
}

fn wrong_hash(hash: &hardware_hash::HardwareHash, serial_number: &str) -> Option<String> {
    if let Some(what) = hash.lacks() {
        return Some(format!(
            "The hardware hash contains no {what}, so Intune refuses it. The device's firmware has to hold one when \
             the hash is collected."
        ));
    }
    let own = hash.serial_number.as_deref().unwrap_or_default().trim();
    let is_other = !serial_number.is_empty() && hash.belongs_to(serial_number) == Some(false);
    is_other.then(|| {
        format!(
            "The hardware hash belongs to the device with serial number {}, not to {}.{}",
            shown(own),
            shown(serial_number),
            serial_number::strange_characters(own, serial_number),
        )
    })
}
