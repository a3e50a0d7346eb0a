//! From a text to its records, whatever separates their fields.

use csv::{ReaderBuilder, StringRecord, StringRecordsIntoIter};

use crate::knowledge::visible;

/// A record that holds anything, with blanks around its fields gone.
pub(super) struct Record {
    pub(super) line: u64,
    /// Where it begins, in bytes of the text.
    pub(super) begin: usize,
    pub(super) fields: Vec<String>,
}

impl Record {
    /// The fields of a record that was put in quotation marks as a whole: Excel does that to a line that it takes for one
    /// cell. `None` where it is not such a one.
    pub(super) fn unwrapped(&self, delimiter: u8) -> Option<Vec<String>> {
        let mut filled = self.fields.iter().filter(|field| !field.is_empty());
        let (Some(line), None) = (filled.next(), filled.next()) else { return None };
        if !line.contains(char::from(delimiter)) {
            return None;
        }
        let inner = reader(line, delimiter).next()?.ok()?;
        Some(fields_of(&inner))
    }
}

/// What separates fields: what the line `sep=` says, else a comma, a semicolon, a tab or a bar.
pub(super) fn delimiters(text: &str) -> Vec<u8> {
    let first =
        text.lines().map(|line| line.trim().trim_matches('"')).find(|line| !line.is_empty()).unwrap_or_default();
    let said = first.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and_then(|_| first.as_bytes().get(4));
    // The line `sep=` of a tab ends in a blank to whoever trims it.
    let said = said.copied().filter(u8::is_ascii_punctuation);
    said.into_iter().chain(*b",;\t|").collect()
}

pub(super) fn records(text: &str, delimiter: u8) -> impl Iterator<Item = Record> {
    let mut counted = (0, 1);
    // The reader fails on a text that is no UTF-8 and on uneven records: this is UTF-8, and uneven is allowed.
    reader(text, delimiter).map_while(Result::ok).filter_map(move |record| {
        // Its own count of lines takes CRLF and blank lines for part of the record that follows.
        let begin = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or_default());
        let line = line_of(text.as_bytes(), begin, &mut counted);
        let fields = fields_of(&record);
        let is_blank = fields.iter().all(String::is_empty);
        (!is_blank).then_some(Record { line, begin: counted.0, fields })
    })
}

fn reader(text: &str, delimiter: u8) -> StringRecordsIntoIter<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder.from_reader(text.as_bytes()).into_records()
}

fn fields_of(record: &StringRecord) -> Vec<String> {
    record.iter().map(|field| plain(field).to_owned()).collect()
}

/// A field without what Word, Excel and web pages put around it: blanks, what cannot be seen, curly quotation marks, and
/// `="..."`, which keeps Excel from making a number of it.
fn plain(field: &str) -> &str {
    let field = visible::trimmed(field);
    let formula = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    visible::trimmed(formula.unwrap_or(field).trim_matches(['\u{201c}', '\u{201d}', '\u{201e}']))
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

/// The character of its line, from 1, that a field of the record at `begin` begins at.
pub(super) fn character_of(text: &str, begin: usize, delimiter: u8, field: usize) -> usize {
    let line = text.get(begin..).unwrap_or_default();
    let (mut left, mut is_quoted, mut character) = (field, false, 1);
    for letter in line.chars() {
        match letter {
            _ if left == 0 => break,
            '"' => is_quoted = !is_quoted,
            '\r' | '\n' if !is_quoted => break,
            // The place in the line where the cell begins, though the record began in an earlier one.
            '\n' => character = 0,
            _ if letter == char::from(delimiter) && !is_quoted => left -= 1,
            _ => {}
        }
        character += 1;
    }
    character
}
