//! The naming template of a deployment profile: what Windows calls a device after Autopilot.
//!
//! Facts: Microsoft's page "Configure Windows Autopilot profiles" (`profiles`): at most 15 characters, letters, digits
//! and hyphens, not only digits, `%SERIAL%` for the serial number, `%RAND:x%` for x random digits; and the Accounts CSP:
//! `%SERIAL%` never makes a name too long, since the serial number is cut from its beginning.

use super::visible;

/// The most characters that a device's name may have.
pub const MAX_LENGTH: usize = 15;

/// Something that is wrong with a template, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A sentence or two.
    pub message: String,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part<'a> {
    Text(&'a str),
    Serial,
    /// So many random digits.
    Random(usize),
}

/// All that is wrong with a template. An empty answer: Windows can make names of it.
#[must_use]
pub fn check(template: &str) -> Vec<Problem> {
    parse(template).err().unwrap_or_default()
}

/// The characters that a template gives without those of `%SERIAL%`, which fills up to [`MAX_LENGTH`] at most.
/// `None` where a macro is wrong.
#[must_use]
pub fn expand_length(template: &str) -> Option<usize> {
    let mut problems = Vec::new();
    let parts = split(template, &mut problems);
    problems.is_empty().then(|| fixed_length(&parts))
}

/// What stands for a random digit in [`name_of`]: no name can hold it, so none is taken for one that comes about.
const ANY_DIGIT: &str = "#";

/// The name that the device with this serial number gets. For each random digit stands `#`.
///
/// # Errors
/// What is wrong with the template, or with the name that it gives for this serial number.
pub fn name_of(template: &str, serial_number: &str) -> Result<String, Wrong> {
    let parts = parse(template).map_err(Wrong::Template)?;
    let serials = parts.iter().filter(|part| **part == Part::Serial).count().max(1);
    let room = MAX_LENGTH.saturating_sub(fixed_length(&parts)) / serials;
    let serial: Vec<char> = serial_number.trim().chars().collect();
    let serial: String = serial.iter().skip(serial.len().saturating_sub(room)).collect();
    let name: String = parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => (*text).to_owned(),
            Part::Serial => serial.clone(),
            Part::Random(count) => ANY_DIGIT.repeat(*count),
        })
        .collect();
    match wrong_name(&name.replace(ANY_DIGIT, "0")) {
        Some(why) => Err(Wrong::SerialNumber(format!("The name would be \"{}\": {why}", visible::escaped(&name)))),
        None => Ok(name),
    }
}

/// What a name is refused for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// The template can give no names.
    Template(Vec<Problem>),
    /// The template is right, and gives no name for this serial number.
    SerialNumber(String),
}

/// Why a text can be no device's name, as a sentence. `None` where it can.
#[must_use]
pub fn wrong_name(name: &str) -> Option<String> {
    let foreign = |character: &char| !(character.is_ascii_alphanumeric() || *character == '-');
    if name.is_empty() {
        return Some("it is empty.".to_owned());
    }
    if let Some(character) = name.chars().find(foreign) {
        return Some(match character.is_whitespace() {
            true => "a name cannot contain blanks.".to_owned(),
            false => format!("a name cannot contain {character:?}, only the letters a to z, digits and hyphens."),
        });
    }
    if name.len() > MAX_LENGTH {
        return Some(format!("a name has at most {MAX_LENGTH} characters, and this has {}.", name.len()));
    }
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| "a name cannot be digits only.".to_owned())
}

fn parse(template: &str) -> Result<Vec<Part<'_>>, Vec<Problem>> {
    let mut problems = Vec::new();
    if template.is_empty() {
        tell(&mut problems, "The template is empty. Leave it out, or write one such as LAPTOP-%SERIAL%.");
        return Err(problems);
    }
    let parts = split(template, &mut problems);
    for part in &parts {
        if let Part::Text(text) = part {
            check_characters(text, &mut problems);
        }
    }
    check_length(&parts, &mut problems);
    let only_digits = |part: &Part<'_>| match part {
        Part::Text(text) => text.chars().all(|character| character.is_ascii_digit()),
        Part::Random(_) => true,
        Part::Serial => false,
    };
    if problems.is_empty() && parts.iter().all(only_digits) {
        tell(&mut problems, "The template gives names of digits only. Add a letter or a hyphen, such as PC-%RAND:5%.");
    }
    if problems.is_empty() { Ok(parts) } else { Err(problems) }
}

/// Splits a template at its macros. One that is wrong is told and left out.
fn split<'a>(template: &'a str, problems: &mut Vec<Problem>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, macro_on)) = rest.split_once('%') {
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        let Some((name, after)) = macro_on.split_once('%') else {
            let message = format!("The macro %{macro_on} has no second %. {KNOWN}");
            tell(problems, &message);
            return parts;
        };
        match read_macro(name) {
            Ok(part) => parts.push(part),
            Err(message) => tell(problems, &message),
        }
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

const KNOWN: &str = "There are %SERIAL%, and %RAND:x% with a number of digits, such as %RAND:4%.";

fn read_macro(name: &str) -> Result<Part<'static>, String> {
    let upper = name.trim().to_uppercase();
    if name == "SERIAL" {
        return Ok(Part::Serial);
    }
    if let Some(count) = name.strip_prefix("RAND:") {
        // A number of more digits than a number can have is too large as well.
        let is_number = !count.is_empty() && count.chars().all(|character| character.is_ascii_digit());
        let digits = if is_number { count.parse().unwrap_or(usize::MAX) } else { 0 };
        return match digits {
            0 => Err(format!("%{name}% does not say how many digits. Write a number from 1 to 15, as in %RAND:4%.")),
            1..=MAX_LENGTH => Ok(Part::Random(digits)),
            _ => Err(format!("%{name}% is longer than a name, which has at most 15 characters.")),
        };
    }
    Err(if upper.starts_with("SERIAL") || (upper.starts_with("SER") && upper.len() <= 8) {
        format!("The macro %{name}% is not known. Write %SERIAL% if that is what you mean.")
    } else if upper.starts_with("RAND") {
        let digits: String = upper.chars().filter(char::is_ascii_digit).take(2).collect();
        let digits = if digits.is_empty() { "4" } else { &digits };
        format!("The macro %{name}% is not known. Write %RAND:{digits}% if that is what you mean.")
    } else {
        format!("The macro %{name}% is not known. {KNOWN}")
    })
}

fn check_characters(text: &str, problems: &mut Vec<Problem>) {
    let mut wrong: Vec<char> = Vec::new();
    for character in text.chars() {
        if !(character.is_ascii_alphanumeric() || character == '-' || wrong.contains(&character)) {
            wrong.push(character);
        }
    }
    for character in wrong {
        let message = if character.is_whitespace() {
            "A name cannot contain blanks. Write hyphens instead, or leave them out.".to_owned()
        } else {
            format!("A name cannot contain {character:?}, only the letters a to z, digits and hyphens.")
        };
        tell(problems, &message);
    }
}

fn check_length(parts: &[Part<'_>], problems: &mut Vec<Problem>) {
    let length = fixed_length(parts);
    if length <= MAX_LENGTH {
        return;
    }
    let over = length - MAX_LENGTH;
    let random: usize = parts.iter().map(|part| if let Part::Random(count) = part { *count } else { 0 }).sum();
    let of = match random {
        0 => String::new(),
        random => format!(" ({} of the text, {random} of %RAND%)", length - random),
    };
    let serial = if parts.contains(&Part::Serial) { ", before any of the serial number" } else { "" };
    let characters = if over == 1 { "1 character".to_owned() } else { format!("{over} characters") };
    let message = format!(
        "The template gives names of {length} characters{of}{serial}. A name has at most 15: shorten it by {characters}."
    );
    tell(problems, &message);
}

fn fixed_length(parts: &[Part<'_>]) -> usize {
    let length = |part: &Part<'_>| match part {
        Part::Text(text) => text.chars().count(),
        Part::Random(count) => *count,
        Part::Serial => 0,
    };
    parts.iter().map(length).sum()
}

fn tell(problems: &mut Vec<Problem>, message: &str) {
    let problem = Problem { message: message.to_owned() };
    if !problems.contains(&problem) {
        problems.push(problem);
    }
}

#[cfg(test)]
mod tests;
