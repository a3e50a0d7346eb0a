//! `rule check`: what is wrong with a rule, and whom it matches, before anybody writes it to a tenant.

mod impact;

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{screen::Screen, stopped::Stopped};
use crate::knowledge::{
    filter_rule, membership_rule,
    rule::{Problem, Severity},
};

/// What to do with a rule.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tell what is wrong with a membership rule, or with the rule of an assignment filter.
    ///
    /// Ends with 0 if Microsoft would take the rule, else with 1. Warnings and notes do not count.
    #[command(after_help = "Example: terraform-provider-autopilot rule check '(device.deviceModel -eq \"Cloud PC\")'")]
    Check(Check),
}

/// What is checked, and how it is told.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The rule itself, a file that holds it, or - for standard input.
    #[arg(value_name = "TEXT|FILE")]
    rule: String,
    /// It is the rule of an assignment filter.
    #[arg(long)]
    filter: bool,
    /// Tell which devices of this CSV the membership rule matches.
    #[arg(long, value_name = "CSV", conflicts_with = "filter")]
    devices: Option<PathBuf>,
    /// Answer with one JSON object: `valid` and `diagnostics`, and `devices` where a CSV is given.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(Command::Check(check): &Command) -> Result<ExitCode, Stopped> {
    let rule = text_of(&check.rule)?;
    let rule = rule.trim_end();
    let rows = check.devices.as_deref().map(impact::rows_of).transpose()?;
    let (parsed, problems) =
        if check.filter { (None, filter_rule::problems(rule)) } else { membership_rule::read(rule) };
    let valid = problems.iter().all(|problem| problem.severity != Severity::Error);
    let impact = match (parsed, rows) {
        (Some(parsed), Some(rows)) if valid => Some(impact::of(&parsed, rows)?),
        _ => None,
    };
    let screen = Screen::of_stdout();
    if check.json {
        let diagnostics: Vec<_> = problems.iter().map(|problem| as_json(problem, rule)).collect();
        let mut answer = json!({ "valid": valid, "diagnostics": diagnostics });
        if let Some(impact) = &impact {
            answer["devices"] = impact.json();
        }
        screen.verbatim(&answer.to_string());
    } else {
        for problem in &problems {
            screen.heading(title(problem.severity));
            screen.verbatim(&problem.shown(rule).to_string());
        }
        match (valid, problems.is_empty()) {
            (true, true) => screen.good("The rule can be used."),
            (true, false) => screen.line("\nThe rule can be used."),
            (false, _) => screen.line("\nThe rule would be refused."),
        }
        if let (Some(impact), Some(file)) = (&impact, &check.devices) {
            impact.show(screen, file);
        }
    }
    Ok(if valid { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn title(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    }
}

fn as_json(problem: &Problem, rule: &str) -> serde_json::Value {
    let (line, column) = problem.line_and_column(rule);
    json!({
        "severity": title(problem.severity).to_lowercase(),
        "line": line,
        "column": column,
        "summary": problem.message,
        "detail": problem.help,
    })
}

fn text_of(given: &str) -> Result<String, Stopped> {
    if given == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(Stopped::while_doing("Cannot read standard input"))?;
        return Ok(text);
    }
    let file = Path::new(given);
    // A rule that is also the name of a file is not to be expected: it has parentheses, blanks and quotation marks.
    match file.is_file() {
        true => fs::read_to_string(file).map_err(Stopped::while_doing(&format!("Cannot read {given}"))),
        false => Ok(given.to_owned()),
    }
}

#[cfg(all(test, feature = "emulator"))]
mod agreement;
