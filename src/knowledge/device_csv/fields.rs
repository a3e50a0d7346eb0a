//! A device of a file, and what is wrong with a file.

use std::fmt;

use crate::knowledge::{rule::Severity, visible};

/// The most characters of a group tag that Intune takes.
pub const MAX_GROUP_TAG: usize = 512;

/// So many problems are told one by one: of a file that is wrong in each row, more would help nobody.
pub const MOST_TOLD: usize = 50;

/// One device. Blanks around each value are gone.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file that the row begins in, from 1. The header has one too.
    pub line: u64,
    /// Never empty, and in no other row in any case of its letters.
    pub serial_number: String,
    /// The Windows product ID.
    pub product_key: Option<String>,
    /// A text that [`hardware_hash::decode`](crate::knowledge::hardware_hash::decode) takes, of the device with this serial
    /// number.
    pub hardware_hash: Option<String>,
    /// The group tag. Empty only where [`Empty::Clears`].
    pub group_tag: Option<String>,
    /// The user principal name of the device's user. Empty only where [`Empty::Clears`].
    pub assigned_user: Option<String>,
}

/// What an empty cell means in a column of what a device may have or not. A column that is not there says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// The file does not say, so it stays as it is.
    Keeps,
    /// The device is to have none.
    Clears,
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

/// Something that is wrong with a file, or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// An error where the file cannot be used, a warning where it can.
    pub severity: Severity,
    /// The line of the file, from 1.
    pub line: u64,
    /// The character of the line that the cell begins at, from 1.
    pub character: usize,
    /// The column's name, where it is about one column.
    pub column: Option<&'static str>,
    /// A sentence or more.
    pub message: String,
}

impl Problem {
    /// An error about a whole line.
    pub(super) fn error(line: u64, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Error, line, character: 1, column: None, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column {
            Some(column) => write!(f, "Row {}, column \"{column}\": {}", self.line, self.message),
            None => write!(f, "Row {}: {}", self.line, self.message),
        }
    }
}

/// The problems that are told one by one, in the order of the rows, and how many more there are. Errors come before
/// warnings where not all are told.
#[must_use]
pub fn most_told(problems: &[Problem]) -> (Vec<&Problem>, usize) {
    let mut told: Vec<_> = problems.iter().collect();
    told.sort_by_key(|problem| problem.severity != Severity::Error);
    told.truncate(MOST_TOLD);
    told.sort_by_key(|problem| problem.line);
    let more = problems.len() - told.len();
    (told, more)
}

/// The problems as a list with a line for each that is told one by one, and one that counts the rest.
#[must_use]
pub fn listed(problems: &[Problem]) -> String {
    let (told, more) = most_told(problems);
    let lines: String = told.iter().map(|problem| format!("\n- {problem}")).collect();
    let rest = match more {
        0 => String::new(),
        1 => "\n- And 1 more problem.".to_owned(),
        more => format!("\n- And {more} more problems."),
    };
    format!("{lines}{rest}")
}

/// A value in a message. One that is too long to be what its column says may be a hash in the wrong column.
pub(super) fn shown(value: &str) -> String {
    let length = value.chars().count();
    if length > 64 { format!("(a text of {length} characters)") } else { visible::quoted(value) }
}
