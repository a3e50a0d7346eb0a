//! What is found, and how it is said.

use crate::knowledge::visible::escaped;

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// A deployment fails, or a device does not get what is meant for it.
    Error,
    /// It works, and may not do what is meant.
    Warning,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// What it is about, such as `device 5CG1`.
    pub(crate) subject: String,
    /// What is wrong, in a sentence or two.
    pub(crate) problem: String,
    /// What to do.
    pub(crate) remedy: String,
}

impl Finding {
    pub(crate) fn error(subject: impl Into<String>, problem: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { severity: Severity::Error, subject: subject.into(), problem: problem.into(), remedy: remedy.into() }
    }

    pub(crate) fn warning(
        subject: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(subject, problem, remedy) }
    }
}

impl Severity {
    /// In one word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// So many are named, and of the rest is said how many they are.
const NAMED: usize = 10;

/// Devices by their serial numbers, as a subject.
pub(super) fn devices(serial_numbers: &[&str]) -> String {
    let noun = if serial_numbers.len() == 1 { "device" } else { "devices" };
    format!("{noun} {}", list(serial_numbers))
}

/// Things by their names: `a`, `a and b`, `a, b and c`, `a, b and 12 more`.
pub(super) fn list(names: &[&str]) -> String {
    let shown: Vec<_> = names.iter().take(NAMED).map(|name| escaped(name)).collect();
    let more = names.len() - shown.len();
    match shown.as_slice() {
        _ if more > 0 => format!("{} and {more} more", shown.join(", ")),
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => shown.join(""),
    }
}

/// `is` or `are`, for so many.
pub(super) fn verb<'a>(count: usize, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 { one } else { many }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_devices_are_named_in_part() {
        assert_eq!(devices(&["A1"]), "device A1");
        assert_eq!(devices(&["A1", "B2", "C3"]), "devices A1, B2 and C3");
        let many: Vec<_> = (10..25).map(|number| number.to_string()).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(devices(&many), "devices 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 and 5 more");
    }
}
