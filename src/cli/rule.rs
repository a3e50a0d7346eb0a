//! `rule check`: what is wrong with a rule, and whom it matches, before anybody writes it to a tenant.

mod impact;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand, ValueEnum};

use super::{
    findings::{self, Asked, Finding, Form},
    given::{self, STDIN},
    screen::Screen,
    stopped::Stopped,
};
use crate::knowledge::{
    filter_rule, membership_rule,
    rule::{Problem, Severity},
    text_file::text_of,
};

/// What to do with a rule.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tell what is wrong with a membership rule, or with the rule of an assignment filter.
    ///
    /// Ends with 0 if Microsoft would take the rule, else with 1. Warnings and notes do not count.
    #[command(
        after_help = "Example:\n  terraform-provider-autopilot rule check '(device.deviceModel -eq \"Cloud PC\")'"
    )]
    Check(Check),
}

/// What is checked, and how it is told.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The rule itself, a file that holds it, or - for standard input.
    #[arg(value_name = "TEXT|FILE", allow_hyphen_values = true)]
    rule: String,
    /// It is the rule of an assignment filter.
    #[arg(long)]
    filter: bool,
    /// The platform that the filter is for. What a rule may ask for is known of Windows; others are only read.
    #[arg(long, value_enum, default_value = "windows", requires = "filter")]
    platform: Platform,
    /// Tell which devices of this CSV the membership rule matches.
    #[arg(long, value_name = "CSV", conflicts_with = "filter")]
    devices: Option<PathBuf>,
    #[command(flatten)]
    asked: Asked,
}

/// What devices a filter can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Platform {
    Windows,
    Ios,
    Macos,
}

pub(super) fn run(Command::Check(check): &Command) -> Result<ExitCode, Stopped> {
    let (file, rule) = read(&check.rule)?;
    let rule = rule.trim_end();
    let rows = check.devices.as_deref().map(impact::rows_of).transpose()?;
    let (parsed, problems) = match (check.filter, check.platform) {
        (false, _) => membership_rule::read(rule),
        (true, Platform::Windows) => (None, filter_rule::problems(rule)),
        (true, Platform::Ios | Platform::Macos) => (None, filter_rule::unreadable(rule)),
    };
    let found: Vec<_> = problems.iter().map(|problem| finding(problem, rule, file.as_deref())).collect();
    let valid = findings::is_valid(&found);
    let impact = match (parsed, rows) {
        (Some(parsed), Some(rows)) if valid => Some(impact::of(&parsed, rows)?),
        _ => None,
    };
    let screen = Screen::of_stdout();
    match check.asked.form() {
        Form::Json => {
            let mut answer = findings::json(&found, false);
            if let Some(impact) = &impact {
                answer["devices"] = impact.json();
            }
            screen.verbatim(&answer.to_string());
        }
        Form::Github => findings::tell_github(screen, &found),
        Form::Text => {
            for problem in &problems {
                screen.heading(title(problem.severity));
                screen.verbatim(&problem.shown(rule).to_string());
            }
            match (valid, problems.is_empty()) {
                (true, _) if check.platform != Platform::Windows => {
                    screen.line("The rule can be read. What a filter of this platform may ask for is not checked.");
                }
                (true, true) => screen.good("The rule can be used."),
                (true, false) => screen.line("\nThe rule can be used."),
                (false, _) => screen.line("\nThe rule would be refused."),
            }
            if let (Some(impact), Some(file)) = (&impact, &check.devices) {
                impact.show(screen, file);
            }
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

fn finding(problem: &Problem, rule: &str, file: Option<&str>) -> Finding {
    let (line, column) = problem.line_and_column(rule);
    Finding {
        severity: problem.severity,
        file: file.map(str::to_owned),
        line,
        column,
        summary: problem.message.clone(),
        detail: problem.help.clone(),
    }
}

/// The file that holds the rule, if one does, and the rule.
fn read(given: &str) -> Result<(Option<String>, String), Stopped> {
    let file = Path::new(given);
    // A rule that is also the name of a file is not to be expected: it has parentheses, blanks and quotation marks.
    if given != STDIN && !file.is_file() {
        // A rule has blanks, and a word with such an ending is none.
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let is_path = !given.contains(char::is_whitespace) && ["txt", "rule", "csv", "json", "tf"].contains(&ending);
        return if is_path { Err(given::no_file(given)) } else { Ok((None, given.to_owned())) };
    }
    let bytes = given::bytes_of(file)?;
    let text = text_of(&bytes).map_err(Stopped::because)?;
    Ok(((given != STDIN).then(|| given.to_owned()), text.into_owned()))
}

#[cfg(all(test, feature = "emulator"))]
mod agreement;
