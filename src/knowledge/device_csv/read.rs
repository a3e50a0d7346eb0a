//! From a file to its devices.

use std::collections::HashMap;

use super::{
    fields::{Empty, Problem, Row, shown},
    header::{self, HEADER, Header},
    records::{Record, delimiters, records},
    row::{Sheet, holds_hash, read_row},
};
use crate::knowledge::{rule::Severity, serial_number::Key, text_file::text_of};

/// Reads the bytes of a file and hands over its devices one by one, those of wrong rows too. Gives all that is wrong or may
/// be, in the order of the rows.
pub fn read(bytes: &[u8], empty: Empty, take: &mut dyn FnMut(Row)) -> Vec<Problem> {
    match text_of(bytes) {
        Ok(text) => read_text(&text, empty, take),
        Err(message) => vec![Problem::error(1, message)],
    }
}

/// The same for a file's text.
pub fn read_text(text: &str, empty: Empty, take: &mut dyn FnMut(Row)) -> Vec<Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let has_header =
        |delimiter: &u8| records(text, *delimiter).any(|record| header::header_in(&record, *delimiter).is_some());
    let Some(delimiter) = delimiters(text).into_iter().find(has_header) else { return vec![no_header(text)] };
    let sheet = Sheet { text, delimiter, empty };
    let mut problems = Vec::new();
    let mut headers = Headers::default();
    let mut lines: HashMap<Key, u64> = HashMap::new();
    for record in records(text, delimiter) {
        if let Some((fields, is_wrapped)) = header::header_in(&record, delimiter) {
            let (header, wrong) = header::read_header(text, &record, &fields, is_wrapped, delimiter);
            headers.enter(&record, header, &wrong);
            problems.extend(wrong);
            continue;
        }
        match &headers.current {
            Some(header) => {
                let Some(row) = read_row(&sheet, &record, header, &mut problems) else { continue };
                problems.extend(duplicate(&row, &mut lines));
                take(row);
            }
            // A title. A device above the header would be lost in silence.
            None if headers.first.is_none() && holds_hash(&record) => {
                let message = format!("The row stands above the header. The file has to begin with the line: {HEADER}");
                problems.push(Problem::error(record.line, message));
            }
            None => {}
        }
    }
    let is_wrong = problems.iter().any(|problem| problem.severity == Severity::Error);
    if lines.is_empty() && !is_wrong {
        let message = "The device CSV has a header and no device. Check that the file is whole.";
        problems.push(Problem::error(headers.first.unwrap_or(1), message));
    }
    problems.sort_by_key(|problem| problem.line);
    problems
}

/// The devices of a file's bytes: UTF-8 or UTF-16, else Windows-1252. Warnings are left out.
///
/// # Errors
/// All that is wrong, in the order of the rows.
pub fn parse(bytes: &[u8]) -> Result<Vec<Row>, Vec<Problem>> {
    gathered(|take| read(bytes, Empty::Keeps, take))
}

/// The same for a file's text.
///
/// # Errors
/// All that is wrong, in the order of the rows.
pub fn parse_text(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    gathered(|take| read_text(text, Empty::Keeps, take))
}

fn gathered(read: impl FnOnce(&mut dyn FnMut(Row)) -> Vec<Problem>) -> Result<Vec<Row>, Vec<Problem>> {
    let mut rows = Vec::new();
    let mut problems = read(&mut |row| rows.push(row));
    problems.retain(|problem| problem.severity == Severity::Error);
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// The headers that were met: each of joined files has its own.
#[derive(Default)]
struct Headers {
    /// The line of the first one.
    first: Option<u64>,
    /// The one of the rows that come; none where it cannot be used, and what comes cannot be read.
    current: Option<Header>,
}

impl Headers {
    fn enter(&mut self, record: &Record, header: Header, wrong: &[Problem]) {
        self.first.get_or_insert(record.line);
        let is_wrong = wrong.iter().any(|problem| problem.severity == Severity::Error);
        self.current = (!is_wrong).then_some(header);
    }
}

fn duplicate(row: &Row, lines: &mut HashMap<Key, u64>) -> Option<Problem> {
    let first = *lines.entry(Key::of(&row.serial_number)).or_insert(row.line);
    (first != row.line).then(|| {
        let serial_number = shown(&row.serial_number);
        let message =
            format!("The serial number {serial_number} is in row {first} too. A device may have one row only.");
        Problem { column: Some(header::SERIAL_NUMBER), ..Problem::error(row.line, message) }
    })
}

fn no_header(text: &str) -> Problem {
    let first = records(text, b',').next();
    let mut message = format!("There is no header. The file has to begin with the line: {HEADER}");
    if first.as_ref().is_some_and(|record| record.fields.len() == 3 && !holds_hash(record)) {
        message += ". A list of manufacturer, model and serial number without a header is one of corporate identifiers, not \
                    of devices to register.";
    }
    Problem::error(first.map_or(1, |record| record.line), message)
}
