//! The findings, to read.

use super::findings::{Finding, Report, Standing};
use crate::cli::screen::Screen;

pub(super) fn show(screen: Screen, report: &Report) {
    for finding in report.parts.iter().flat_map(|part| &part.findings) {
        tell(screen, finding);
    }
    screen.line(match report.exit_code() {
        0 => "\nAll is well.",
        1 => "\nNothing works before this is mended.",
        _ => "\nIt works, and something is missing: see ✗.",
    });
}

fn tell(screen: Screen, finding: &Finding) {
    match finding.standing {
        Standing::Good => screen.good(&finding.said),
        Standing::Note => screen.doubtful(&finding.said),
        Standing::Missing | Standing::Stopped => screen.bad(&finding.said),
    }
    for line in finding.details.iter().chain(&finding.remedy) {
        screen.line(&format!("    {line}"));
    }
    for line in finding.commands.lines() {
        screen.verbatim(&format!("      {line}"));
    }
}
