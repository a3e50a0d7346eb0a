//! `rule check`: what is wrong with a rule, before anybody writes it to a tenant.

use std::{fs, io::Read as _, path::Path, process::ExitCode};

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
    /// Answer with one JSON object: `valid` and `diagnostics`.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(Command::Check(check): &Command) -> Result<ExitCode, Stopped> {
    let rule = text_of(&check.rule)?;
    let rule = rule.trim_end();
    let problems = if check.filter { filter_rule::problems(rule) } else { membership_rule::problems(rule) };
    let valid = problems.iter().all(|problem| problem.severity != Severity::Error);
    let screen = Screen::of_stdout();
    if check.json {
        let diagnostics: Vec<_> = problems.iter().map(|problem| as_json(problem, rule)).collect();
        screen.verbatim(&json!({ "valid": valid, "diagnostics": diagnostics }).to_string());
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
