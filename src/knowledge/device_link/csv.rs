//! The CSV file that holds a DeviceLink: one row, or several where files were joined.

use std::{collections::BTreeMap, fmt};

use csv::ReaderBuilder;

use super::read::decode;
use crate::knowledge::{serial_number::Key, text_file::text_of, visible};

/// The columns that are needed. All others are passed over.
const SERIAL_NUMBER: &str = "SerialNumber";
const DATA: &str = "Data";
/// The header stands among the first records.
const LOOKED_AT: usize = 20;

/// One device of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// As the file writes it.
    pub serial_number: String,
    /// Its DeviceLink.
    pub device_link: String,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, from 1; none where it is about the whole.
    pub line: Option<usize>,
    /// A sentence or more, without a DeviceLink.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "Line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

fn of_all(message: impl Into<String>) -> Problem {
    Problem { line: None, message: message.into() }
}

/// Whether a file holds DeviceLinks by its header, and no hardware hashes.
pub fn is_file(bytes: &[u8]) -> bool {
    let Ok(text) = text_of(bytes) else { return false };
    let mut reader = reader_of(&text);
    let is_header = |record: csv::StringRecord| {
        let has = |name: &str| record.iter().any(|field| field.trim().eq_ignore_ascii_case(name));
        has(SERIAL_NUMBER) && has(DATA) && !record.iter().any(|field| field.to_lowercase().contains("hash"))
    };
    reader.records().map_while(Result::ok).take(LOOKED_AT).any(is_header)
}

fn reader_of(text: &str) -> csv::Reader<&[u8]> {
    let text = text.trim_start_matches('\u{feff}');
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// Reads the bytes of a file: UTF-8 or UTF-16, with a mark or without.
///
/// # Errors
/// All that is wrong, in the order of the rows.
pub fn read_file(bytes: &[u8]) -> Result<Vec<Row>, Vec<Problem>> {
    match text_of(bytes) {
        Ok(text) => read_text(&text),
        Err(message) => Err(vec![of_all(message)]),
    }
}

/// The same for a file's text.
///
/// # Errors
/// All that is wrong, in the order of the rows.
pub fn read_text(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = reader_of(text);
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut columns = None;
    let mut lines: BTreeMap<Key, usize> = BTreeMap::new();
    // The reader fails on a text that is no UTF-8 and on uneven records: this is UTF-8, and uneven is allowed.
    for record in reader.records().map_while(Result::ok) {
        let line = line_of(text, record.position());
        let fields: Vec<_> = record.iter().map(str::trim).collect();
        let column = |name: &str| fields.iter().position(|field| field.eq_ignore_ascii_case(name));
        if let (Some(serial_number), Some(data)) = (column(SERIAL_NUMBER), column(DATA)) {
            columns = Some((serial_number, data));
            continue;
        }
        let Some((serial_number, data)) = columns else { continue };
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        let (serial_number, device_link) = (field(serial_number), field(data));
        if fields.iter().all(|field| field.is_empty()) {
            continue;
        }
        match wrong(serial_number, device_link, line, &mut lines) {
            Some(message) => problems.push(Problem { line: Some(line), message }),
            None => rows.push(Row { serial_number: serial_number.to_owned(), device_link: device_link.to_owned() }),
        }
    }
    if columns.is_none() {
        problems.push(of_all(format!("There is no header with the columns {SERIAL_NUMBER} and {DATA}.")));
    } else if rows.is_empty() && problems.is_empty() {
        problems.push(of_all("The file has a header and no device. Check that it is whole."));
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// The line that a record begins in. The reader's own count takes the end of a line for part of the record that follows.
fn line_of(text: &str, position: Option<&csv::Position>) -> usize {
    let begin = position.map_or(0, |position| usize::try_from(position.byte()).unwrap_or_default());
    let (before, rest) = text.as_bytes().split_at_checked(begin).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    1 + before.iter().chain(ends).filter(|byte| **byte == b'\n').count()
}

fn wrong(serial_number: &str, device_link: &str, line: usize, lines: &mut BTreeMap<Key, usize>) -> Option<String> {
    let shown = visible::escaped(serial_number);
    if serial_number.is_empty() {
        return Some("There is no serial number.".to_owned());
    }
    let first = *lines.entry(Key::of(serial_number)).or_insert(line);
    if first != line {
        return Some(format!("The device {shown} is in line {first} too."));
    }
    match decode(device_link) {
        Err(why) => Some(format!("Device {shown}: {why}")),
        Ok(link) if !link.belongs_to(serial_number) => {
            Some(format!("The DeviceLink is of the device {}, not of {shown}.", visible::escaped(&link.serial_number)))
        }
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::device_link::{DeviceLink, encode};
    use uuid::Uuid;

    fn link(serial_number: &str) -> String {
        let (manufacturer, model) = ("HP".to_owned(), "EliteBook".to_owned());
        let (serial_number, smbios_uuid) = (serial_number.to_owned(), Uuid::from_u128(7));
        encode(
            &DeviceLink { serial_number, manufacturer, model, smbios_uuid, keys: Vec::new() },
            "2026-09-01T08:00:00Z",
        )
    }

    fn file(rows: &[(&str, &str)]) -> String {
        let rows =
            rows.iter().map(|(serial_number, link)| format!("\"{serial_number}\",HP,EliteBook,1,\"{link}\"\r\n"));
        format!("SerialNumber,Manufacturer,Model,LinkId,Data\r\n{}", rows.collect::<String>())
    }

    fn names(read: Result<Vec<Row>, Vec<Problem>>) -> Result<Vec<String>, Vec<String>> {
        let told = |problems: Vec<Problem>| problems.iter().map(ToString::to_string).collect();
        read.map(|rows| rows.into_iter().map(|row| row.serial_number).collect()).map_err(told)
    }

    #[test]
    fn a_file_is_known_by_its_header() {
        assert!(is_file(file(&[("A1", &link("A1"))]).as_bytes()));
        for other in [
            "Device Serial Number,Hardware Hash\nA1,x\n",
            "SerialNumber,Data,Hardware Hash\nA1,1,x\n",
            "",
            "PK\u{3}\u{4}",
        ] {
            assert!(!is_file(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_file_is_read_in_utf_8_and_utf_16_with_a_mark_and_without() {
        let text = file(&[("A1", &link("A1"))]);
        let utf_16 = |mark: &[u8]| mark.iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(text.bytes()).collect();
        for bytes in [text.clone().into_bytes(), marked, utf_16(&[0xff, 0xfe]), utf_16(&[])] {
            assert_eq!(names(read_file(&bytes)), Ok(vec!["A1".to_owned()]));
        }
    }

    #[test]
    fn joined_files_are_one() {
        let both = file(&[("A1", &link("A1"))]) + &file(&[("B2", &link("B2"))]);
        assert_eq!(names(read_text(&both)), Ok(vec!["A1".to_owned(), "B2".to_owned()]));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_no_device_link() {
        let text = file(&[("A1", &link("A1")), ("a1", &link("A1")), ("C3", &link("A1")), ("", "x"), ("D4", "x!")]);
        let told = names(read_text(&text)).unwrap_err();
        assert_eq!(
            told,
            [
                "Line 3: The device a1 is in line 2 too.",
                "Line 4: The DeviceLink is of the device A1, not of C3.",
                "Line 5: There is no serial number.",
                "Line 6: Device D4: The DeviceLink is no base64. Take the whole field `Data`.",
            ]
        );
        assert!(
            names(read_text("Device Serial Number,Hash\nA1,x\n")).unwrap_err()[0].contains("SerialNumber and Data")
        );
        assert!(names(read_text(&file(&[]))).unwrap_err()[0].contains("no device"));
    }
}
