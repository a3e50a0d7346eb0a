//! What the user is told of rows that were not finished: one message for each reason, with the serial numbers.

use std::collections::BTreeMap;

use super::fleet::{Fleet, Phase, Row};
use super::why::{Why, several};
use crate::{
    diagnostic::{Diagnostic, Severity},
    graph,
    path::Path,
    resource::{Cx, Error, Result, Spec},
};

/// What is told, and whether Intune did not say why.
pub(super) struct Told {
    pub(super) diagnostic: Diagnostic,
    is_unexplained: bool,
}

/// Tells it all. Of what Intune did not say why, the likely reasons are told too.
pub(super) fn tell(cx: &mut Cx, told: Vec<Told>) {
    for Told { diagnostic, is_unexplained } in told {
        match is_unexplained && cx.unexplained.is_none() {
            true => cx.unexplained = Some(diagnostic),
            false => cx.diagnostics.push(diagnostic),
        }
    }
}

/// Tells all but the first, which is the error that a verb ends with. Nothing where there is nothing to tell.
pub(super) fn fail(cx: &mut Cx, mut told: Vec<Told>) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let Told { diagnostic: first, is_unexplained } = told.remove(0);
    cx.unexplained = is_unexplained.then(|| first.clone());
    tell(cx, told);
    Err(first.into())
}

/// What is told of a fleet that went as far as it could; nothing where every row is as it should be. `stopped` is why it
/// did not go on.
pub(super) fn report(spec: &Spec, fleet: &Fleet, stopped: Option<&graph::Error>, severity: Severity) -> Vec<Told> {
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
        diagnostics.push(Told { diagnostic, is_unexplained: error.is_without_words() });
    }
    for told in &mut diagnostics {
        told.diagnostic.severity = severity;
    }
    diagnostics
}

/// Why a row will not come about by waiting.
fn refused(row: &Row) -> Option<Why> {
    match &row.phase {
        Phase::Failed(why) => Some(why.clone()),
        Phase::Missing if row.want.hash.is_none() => Some(row.status().into()),
        _ => None,
    }
}

/// Serial numbers by reason, with the first one's.
type Reasons<'a> = BTreeMap<String, (Why, Vec<&'a str>)>;

fn by_reason<'a>(rows: impl Iterator<Item = (&'a String, Option<Why>)>) -> Reasons<'a> {
    let mut reasons = Reasons::new();
    for (serial_number, why) in rows {
        if let Some(why) = why {
            reasons.entry(why.reason.clone()).or_insert_with(|| (why, Vec::new())).1.push(serial_number);
        }
    }
    reasons
}

fn of<'a>(fleet: &'a Fleet, why: impl Fn(&Row) -> Option<Why>) -> Reasons<'a> {
    by_reason(fleet.rows.iter().map(|(serial_number, row)| (serial_number, why(row))))
}

fn told(summary: &str, spec: &Spec, before: &str, reasons: Reasons<'_>) -> Vec<Told> {
    let message = |(Why { reason, call, is_unexplained }, serial_numbers): (Why, Vec<&str>)| {
        let mut detail = format!("{}: {before}{reason}.", several(&serial_numbers));
        detail.extend(call.map(|call| format!("\n\nThe call was {call}.")));
        if reason.starts_with("HTTP 403") {
            detail
                .push_str(&format!(" The application needs the permission {} with admin consent.", spec.permissions.1));
        }
        let path = serial_numbers.first().map(|first| Path::of("devices").key(first)).unwrap_or_default();
        Told { diagnostic: Diagnostic::error(summary, detail).at(path), is_unexplained }
    };
    reasons.into_values().map(message).collect()
}

/// Devices that were to be deregistered and are not.
pub(super) fn still_registered(spec: &Spec, failed: &BTreeMap<String, Why>) -> Vec<Told> {
    let reasons = by_reason(failed.iter().map(|(serial_number, why)| (serial_number, Some(why.clone()))));
    let told = told("Device Not Deregistered", spec, "", reasons);
    let at_all = |told: Told| Told { diagnostic: told.diagnostic.at(Path::of("devices")), ..told };
    told.into_iter().map(at_all).collect()
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
        let details: Vec<_> = told.iter().map(|told| told.diagnostic.detail.as_str()).collect();
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
