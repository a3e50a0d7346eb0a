//! What the user is told of rows that were not finished: one message for each reason, with the serial numbers.

use std::collections::BTreeMap;

use super::deregister::several;
use super::fleet::{Fleet, Phase, Row};
use crate::{
    diagnostic::{Diagnostic, Severity},
    graph,
    path::Path,
    resource::{Error, Spec},
};

/// What is told of a fleet that went as far as it could; nothing where every row is as it should be. `stopped` is why it
/// did not go on.
pub(super) fn report(
    spec: &Spec,
    fleet: &Fleet,
    stopped: Option<&graph::Error>,
    severity: Severity,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (why, serial_numbers) in by_reason(fleet, refused) {
        diagnostics.push(told("Device Not Registered", &serial_numbers, &format!("{why}.")));
    }
    for (why, serial_numbers) in by_reason(fleet, |row| row.trouble.clone()) {
        let why = format!("group tag, user or name could not be written: {why}.");
        diagnostics.push(told("Device Not Changed", &serial_numbers, &why));
    }
    if let Some(error) = stopped {
        let mut diagnostic = spec.failed_writing("writing", &Error::Graph(error.clone()));
        let unfinished =
            by_reason(fleet, |row| (refused(row).is_none() && row.device().is_none()).then(|| row.status()));
        for (status, serial_numbers) in unfinished {
            let line = format!("\n\nNot finished ({status}): {}.", several(&serial_numbers));
            diagnostic.detail.push_str(&line);
        }
        diagnostic.detail.push_str("\n\nNothing is lost: the next apply goes on from here.");
        diagnostics.push(diagnostic);
    }
    diagnostics.into_iter().map(|diagnostic| Diagnostic { severity, ..diagnostic }).collect()
}

/// Why a row will not come about by waiting.
fn refused(row: &Row) -> Option<String> {
    match &row.phase {
        Phase::Failed(why) => Some(why.clone()),
        Phase::Missing if row.want.hash.is_none() => Some(row.status()),
        _ => None,
    }
}

fn by_reason(fleet: &Fleet, reason: impl Fn(&Row) -> Option<String>) -> BTreeMap<String, Vec<&str>> {
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (serial_number, row) in &fleet.rows {
        if let Some(reason) = reason(row) {
            reasons.entry(reason).or_default().push(serial_number);
        }
    }
    reasons
}

fn told(summary: &str, serial_numbers: &[&str], why: &str) -> Diagnostic {
    let path = serial_numbers.first().map(|first| Path::of("devices").key(first)).unwrap_or_default();
    Diagnostic::error(summary, format!("{}: {why}", several(serial_numbers))).at(path)
}

/// Devices that were to be deregistered and are not.
pub(super) fn still_registered(failed: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (serial_number, why) in failed {
        reasons.entry(why).or_default().push(serial_number);
    }
    let message = |(why, serial_numbers): (&str, Vec<&str>)| {
        Diagnostic::error("Device Not Deregistered", format!("{}: {why}.", several(&serial_numbers)))
            .at(Path::of("devices"))
    };
    reasons.into_iter().map(message).collect()
}
