//! The CSV file by which Windows Autopilot devices are registered.
//!
//! Facts: Microsoft's page "Manually register devices with Windows Autopilot" (`add-devices`), the script
//! Get-WindowsAutopilotInfo, and files as people collect them. The script writes no quotation marks; PowerShell, Excel
//! and partners add them, a byte order mark, UTF-16, other cases of the header, a title above it, the columns of a
//! partner's list. All these are taken. Intune's own page takes ANSI only, and 500 rows; neither binds an import.
//!
//! What is wrong is told of all rows at once. No message holds a hash.

use std::{borrow::Cow, collections::HashMap, fmt};

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{
    hardware_hash,
    serial_number::{self, Key},
    user_principal_name::is_user_principal_name,
    visible,
};

/// The header that Get-WindowsAutopilotInfo writes and that Intune takes.
pub const HEADER: &str = "Device Serial Number,Windows Product ID,Hardware Hash,Group Tag,Assigned User";

const SERIAL_NUMBER: &str = "Device Serial Number";
const PRODUCT_ID: &str = "Windows Product ID";
const HARDWARE_HASH: &str = "Hardware Hash";
const GROUP_TAG: &str = "Group Tag";
const ASSIGNED_USER: &str = "Assigned User";

/// All columns that are known. The last two are of lists for partners, and tell nothing that is imported.
const COLUMNS: [&str; 7] =
    [SERIAL_NUMBER, PRODUCT_ID, HARDWARE_HASH, GROUP_TAG, ASSIGNED_USER, "Manufacturer name", "Device model"];

/// One device. Blanks around each value are gone; an empty value is `None`.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file that the row begins in, from 1. The header has one too.
    pub line: u64,
    /// Never empty, and in no other row in any case of its letters.
    pub serial_number: String,
    /// The Windows product ID.
    pub product_key: Option<String>,
    /// A text that [`hardware_hash::decode`] takes, of the device with this serial number.
    pub hardware_hash: Option<String>,
    /// The group tag.
    pub group_tag: Option<String>,
    /// The user principal name of the device's user.
    pub assigned_user: Option<String>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("line", &self.line)
            .field("serial_number", &self.serial_number)
            .field("product_key", &self.product_key)
            .field("hardware_hash", &self.hardware_hash.as_ref().map(|_| "(not shown)"))
            .field("group_tag", &self.group_tag)
            .field("assigned_user", &self.assigned_user)
            .finish()
    }
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column's name, where it is about one column.
    pub column: Option<&'static str>,
    /// A sentence or more.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "Row {}, column \"{column}\": {}", self.line, self.message),
            None => write!(f, "Row {}: {}", self.line, self.message),
        }
    }
}

/// Reads the bytes of a file: UTF-8 or UTF-16, else Windows-1252.
///
/// # Errors
/// All that is wrong, in the order of the rows.
pub fn parse(bytes: &[u8]) -> Result<Vec<Row>, Vec<Problem>> {
    parse_text(&text_of(bytes))
}

/// Whether the bytes are a text with a device CSV's header in it, whatever its rows are like.
#[must_use]
pub fn has_header(bytes: &[u8]) -> bool {
    records_of(&text_of(bytes)).iter().any(|record| record.is_header())
}

/// Reads a file's text.
///
/// # Errors
/// All that is wrong, in the order of the rows.
pub fn parse_text(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    let records = records_of(text);
    let mut rows = records.iter().skip_while(|record| !record.is_header());
    let Some(header) = rows.next() else { return Err(vec![no_header(&records)]) };
    let mut problems = Vec::new();
    let columns = read_header(header, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let rows: Vec<Row> = rows.filter_map(|record| read_row(record, &columns, &mut problems)).collect();
    find_duplicates(&rows, &mut problems);
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default()).0;
    }
    match bytes {
        // UTF-16 whose mark got lost: the first character is of ASCII.
        [1..=0x7f, 0, ..] => UTF_16LE.decode_without_bom_handling(bytes).0,
        [0, 1..=0x7f, ..] => UTF_16BE.decode_without_bom_handling(bytes).0,
        _ => std::str::from_utf8(bytes).map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(bytes).0, Cow::from),
    }
}

/// A record with blanks around its fields gone.
struct Record {
    line: u64,
    fields: Vec<String>,
}

impl Record {
    fn is_header(&self) -> bool {
        self.fields
            .iter()
            .any(|field| [SERIAL_NUMBER, HARDWARE_HASH].iter().any(|name| name.eq_ignore_ascii_case(field)))
    }
}

/// All records that hold anything.
fn records_of(text: &str) -> Vec<Record> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut counted = (0, 1);
    // The reader fails on a text that is no UTF-8 and on uneven records: this is UTF-8, and uneven is allowed.
    for record in reader.records().map_while(Result::ok) {
        // Its own count of lines takes CRLF and blank lines for part of the record that follows.
        let begin = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or_default());
        let line = line_of(text.as_bytes(), begin, &mut counted);
        let fields: Vec<String> = record.iter().map(|field| field.trim().to_owned()).collect();
        if fields.iter().any(|field| !field.is_empty()) {
            records.push(Record { line, fields });
        }
    }
    records
}

/// The line of the first character at or after `begin` that is no line break. `counted` is a place and its line.
fn line_of(text: &[u8], begin: usize, counted: &mut (usize, u64)) -> u64 {
    let (place, line) = counted;
    while let Some(byte) = text.get(*place).filter(|byte| *place < begin || matches!(byte, b'\r' | b'\n')) {
        let breaks = *byte == b'\n' || (*byte == b'\r' && text.get(*place + 1) != Some(&b'\n'));
        *line += u64::from(breaks);
        *place += 1;
    }
    *line
}

fn no_header(records: &[Record]) -> Problem {
    let first = records.first();
    let mut message = format!("There is no header. The file has to begin with the line: {HEADER}");
    if let Some(record) = first {
        let joined = record.fields.join(",").to_lowercase();
        if let Some(sign) = [';', '\t'].iter().find(|sign| joined.starts_with(&format!("device serial number{sign}"))) {
            let name = if *sign == ';' { "semicolons" } else { "tabs" };
            message = format!("The columns are separated by {name}. Save the file with commas instead.");
        } else if record.fields.len() == 3 {
            message += ". A list of manufacturer, model and serial number without a header is one of corporate \
                        identifiers, not of devices to register.";
        }
    }
    Problem { line: first.map_or(1, |record| record.line), column: None, message }
}

/// For each field of a row, its column; `None` for one without a name.
fn read_header(header: &Record, problems: &mut Vec<Problem>) -> Vec<Option<&'static str>> {
    let mut columns = Vec::new();
    let mut tell = |column, message| problems.push(Problem { line: header.line, column, message });
    for field in &header.fields {
        let known = COLUMNS.into_iter().find(|name| name.eq_ignore_ascii_case(field));
        if known.is_none() && !field.is_empty() {
            tell(None, format!("The column {} is not known. These are: {}.", shown(field), COLUMNS.join(", ")));
        }
        if known.is_some() && columns.contains(&known) {
            tell(known, "There are two columns of this name. Delete one of them.".to_owned());
        }
        columns.push(known);
    }
    for name in [SERIAL_NUMBER, HARDWARE_HASH] {
        if !columns.contains(&Some(name)) {
            tell(Some(name), format!("The column is missing. The header has to be: {HEADER}"));
        }
    }
    columns
}

/// `None` where the row is too wrong to be compared with others.
fn read_row(record: &Record, columns: &[Option<&'static str>], problems: &mut Vec<Problem>) -> Option<Row> {
    let line = record.line;
    if let Some(message) = wrong_number_of_fields(record, columns) {
        problems.push(Problem { line, column: None, message });
        return None;
    }
    let mut tell = |column, message: String| problems.push(Problem { line, column: Some(column), message });
    let mut value = |name: &'static str| {
        let at = columns.iter().position(|column| *column == Some(name))?;
        let field = record.fields.get(at).filter(|field| !field.is_empty())?;
        if name != HARDWARE_HASH && field.contains(['\r', '\n']) {
            tell(name, "The value contains a line break: a quotation mark before it is not closed.".to_owned());
            return None;
        }
        Some(field.clone())
    };
    let serial_number = value(SERIAL_NUMBER);
    let row = Row {
        line,
        serial_number: serial_number.clone().unwrap_or_default(),
        product_key: value(PRODUCT_ID),
        hardware_hash: value(HARDWARE_HASH),
        group_tag: value(GROUP_TAG),
        assigned_user: value(ASSIGNED_USER),
    };
    if let Some(hash) = &row.hardware_hash
        && let Some(message) = wrong_hash(hash, serial_number.as_deref())
    {
        tell(HARDWARE_HASH, message);
    }
    if let Some(user) = &row.assigned_user
        && !is_user_principal_name(user)
    {
        let message = format!("{} is not a user principal name such as name@contoso.com.", shown(user));
        tell(ASSIGNED_USER, message);
    }
    if serial_number.is_none() {
        tell(SERIAL_NUMBER, "The serial number is empty.".to_owned());
        return None;
    }
    Some(row)
}

/// A row may end early where it leaves out only what is optional, and go on with empty fields.
fn wrong_number_of_fields(record: &Record, columns: &[Option<&'static str>]) -> Option<String> {
    let named = columns.iter().rposition(Option::is_some).map_or(0, |at| at + 1);
    let fields = match record.fields.len() {
        1 => "1 field".to_owned(),
        fields => format!("{fields} fields"),
    };
    let optional = |column: &Option<&str>| !matches!(column, Some(SERIAL_NUMBER | PRODUCT_ID | HARDWARE_HASH));
    let required = columns.iter().rposition(|column| !optional(column)).map_or(0, |at| at + 1);
    let over = record.fields.iter().enumerate().any(|(at, field)| {
        let has_column = columns.get(at).is_some_and(Option::is_some);
        !has_column && !field.is_empty()
    });
    if over {
        let hint = "If a value contains a comma, put quotation marks around the value.";
        Some(format!("The row has {fields}, the header {named}. {hint}"))
    } else if record.fields.len() < required {
        Some(format!("The row has {fields}, the header {named}. A field may be empty, but its comma must be there."))
    } else {
        None
    }
}

fn wrong_hash(text: &str, serial_number: Option<&str>) -> Option<String> {
    let hash = match hardware_hash::decode(text) {
        Ok(hash) => hash,
        Err(error) => return Some(error.to_string()),
    };
    // Intune refuses both with 802, InvalidZtdHardwareHash.
    let holds = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    if !holds(&hash.serial_number) || !holds(&hash.manufacturer) {
        let what = if holds(&hash.serial_number) { "manufacturer" } else { "serial number" };
        return Some(format!(
            "The hardware hash contains no {what}, so Intune refuses it. The device's firmware has to hold one when \
             the hash is collected."
        ));
    }
    match (serial_number, &hash.serial_number) {
        (Some(serial_number), Some(own)) if hash.belongs_to(serial_number) == Some(false) => Some(format!(
            "The hardware hash belongs to the device with serial number {}, not to {}.{}",
            shown(own.trim()),
            shown(serial_number),
            serial_number::strange_characters(own.trim(), serial_number),
        )),
        _ => None,
    }
}

/// A value in a message. One that is too long to be what its column says may be a hash in the wrong column.
fn shown(value: &str) -> String {
    let length = value.chars().count();
    if length > 64 { format!("(a text of {length} characters)") } else { visible::quoted(value) }
}

fn find_duplicates(rows: &[Row], problems: &mut Vec<Problem>) {
    let mut lines: HashMap<Key, u64> = HashMap::new();
    for row in rows {
        let first = *lines.entry(Key::of(&row.serial_number)).or_insert(row.line);
        if first != row.line {
            let message = format!(
                "The serial number {} is in row {first} too. A device may have one row only.",
                shown(&row.serial_number)
            );
            problems.push(Problem { line: row.line, column: Some(SERIAL_NUMBER), message });
        }
    }
}

#[cfg(test)]
mod tests;
