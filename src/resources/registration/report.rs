//! What the user is told of rows that were not finished: one message for each reason, with the serial numbers.

use std::collections::BTreeMap;

use super::fleet::{Fleet, Phase, Row};
use super::why::{Why, several};
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
    diagnostics.extend(told("Device Not Registered", spec, "", of(fleet, refused)));
    let trouble = of(fleet, |row| row.trouble.clone());
    diagnostics.extend(told("Device Not Changed", spec, "group tag, user or name could not be written: ", trouble));
    if let Some(error) = stopped {
        let mut diagnostic = spec.failed_writing("writing", &Error::Graph(error.clone()));
        let is_unfinished = |row: &Row| refused(row).is_none() && row.device().is_none();
        let unfinished = of(fleet, |row| is_unfinished(row).then(|| row.status().into()));
        for (status, (_, serial_numbers)) in unfinished {
            let line = format!("\n\nNot finished ({status}): {}.", several(&serial_numbers));
            diagnostic.detail.push_str(&line);
        }
        diagnostic.detail.push_str("\n\nNothing is lost: the next apply goes on from here.");
        diagnostics.push(diagnostic);
    }
    diagnostics.into_iter().map(|diagnostic| Diagnostic { severity, ..diagnostic }).collect()
}

/// Why a row will not come about by waiting.
fn refused(row: &Row) -> Option<Why> {
    match &row.phase {
        Phase::Failed(why) => Some(why.clone()),
        Phase::Missing if row.want.hash.is_none() => Some(row.status().into()),
        _ => None,
    }
}

/// Serial numbers by reason, with the first one's call.
type Reasons<'a> = BTreeMap<String, (Option<String>, Vec<&'a str>)>;

fn by_reason<'a>(rows: impl Iterator<Item = (&'a String, Option<Why>)>) -> Reasons<'a> {
    let mut reasons = Reasons::new();
    for (serial_number, why) in rows {
        if let Some(Why { reason, call }) = why {
            reasons.entry(reason).or_insert_with(|| (call, Vec::new())).1.push(serial_number);
        }
    }
    reasons
}

fn of<'a>(fleet: &'a Fleet, why: impl Fn(&Row) -> Option<Why>) -> Reasons<'a> {
    by_reason(fleet.rows.iter().map(|(serial_number, row)| (serial_number, why(row))))
}

fn told(summary: &str, spec: &Spec, before: &str, reasons: Reasons<'_>) -> Vec<Diagnostic> {
    let message = |(reason, (call, serial_numbers)): (String, (Option<String>, Vec<&str>))| {
        let mut detail = format!("{}: {before}{reason}.", several(&serial_numbers));
        detail.extend(call.map(|call| format!("\n\nThe call was {call}.")));
        if reason.starts_with("HTTP 403") {
            detail
                .push_str(&format!(" The application needs the permission {} with admin consent.", spec.permissions.1));
        }
        let path = serial_numbers.first().map(|first| Path::of("devices").key(first)).unwrap_or_default();
        Diagnostic::error(summary, detail).at(path)
    };
    reasons.into_iter().map(message).collect()
}

/// Devices that were to be deregistered and are not.
pub(super) fn still_registered(spec: &Spec, failed: &BTreeMap<String, Why>) -> Vec<Diagnostic> {
    let reasons = by_reason(failed.iter().map(|(serial_number, why)| (serial_number, Some(why.clone()))));
    let told = told("Device Not Deregistered", spec, "", reasons);
    told.into_iter().map(|diagnostic| diagnostic.at(Path::of("devices"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_for_one_reason_with_one_call() {
        let refused = |attempted: &str, id: &str| graph::Error::Refused {
            attempted: attempted.into(),
            status: 403,
            code: "Forbidden".into(),
            message: "No.".into(),
            request_id: Some(id.into()),
            activity_id: None,
            retry_after: None,
        };
        let failed = BTreeMap::from([
            ("A".to_owned(), Why::from(&refused("DELETE /a", "1"))),
            ("B".to_owned(), Why::from(&refused("DELETE /b", "2"))),
            ("C".to_owned(), Why::from("it is in use")),
        ]);
        let told = still_registered(&Spec::new("x", "").permissions("R", "W"), &failed);
        let details: Vec<_> = told.iter().map(|told| told.detail.as_str()).collect();
        assert_eq!(
            details,
            [
                "A, B: HTTP 403 Forbidden: No.\n\nThe call was DELETE /a, request id 1. The application needs the \
                 permission W with admin consent.",
                "C: it is in use.",
            ]
        );
    }
}
