//! `csv check`: what is wrong with a CSV of devices, before a plan reads it.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

use super::{
    findings::{self, Asked, Finding, Form},
    given::{self, STDIN},
    screen::Screen,
    stopped::Stopped,
    text::counted,
};
use crate::knowledge::{
    device_csv::{self, Empty, Problem},
    rule::Severity,
};

/// What to do with a CSV of devices.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tell what is wrong with CSV files of Windows Autopilot devices: rows, columns, hardware hashes.
    ///
    /// Reads what the function parse_device_csv reads, and tells besides what is only doubtful. Ends with 0 if the files can be
    /// used, else with 1; warnings do not count. No hardware hash is printed.
    #[command(after_help = "Example: terraform-provider-autopilot csv check devices.csv")]
    Check(Check),
}

/// What is checked, and how it is told.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// CSV files, or - for standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    asked: Asked,
}

pub(super) fn run(Command::Check(check): &Command) -> Result<ExitCode, Stopped> {
    let screen = Screen::of_stdout();
    let mut found = Vec::new();
    for file in &check.files {
        let bytes = given::bytes_of(file)?;
        let mut devices = 0;
        let problems = device_csv::read(&bytes, Empty::Keeps, &mut |_| devices += 1);
        if check.asked.form() == Form::Text {
            show(screen, file, devices, &problems);
        }
        found.extend(findings_of(file, &problems));
    }
    match check.asked.form() {
        Form::Text => {}
        Form::Json => screen.verbatim(&findings::json(&found, check.files.len() > 1).to_string()),
        Form::Github => findings::tell_github(screen, &found),
    }
    Ok(if findings::is_valid(&found) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn show(screen: Screen, file: &Path, devices: usize, problems: &[Problem]) {
    let name = if file == Path::new(STDIN) { "The file".to_owned() } else { file.display().to_string() };
    let (told, more) = device_csv::most_told(problems);
    if told.is_empty() {
        return screen.good(&format!("{name} can be used: {}.", count(devices, "device")));
    }
    screen.heading(&name);
    for problem in told {
        screen.problem(problem.severity, &problem.to_string());
    }
    if more > 0 {
        screen.line(&format!(
            "And {} that {} not told here.",
            count(more, "problem"),
            if more == 1 { "is" } else { "are" }
        ));
    }
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let warnings = count(problems.len() - errors, "warning");
    screen.line(&match errors {
        0 => format!("\n{name} can be used: {}, {warnings}.", count(devices, "device")),
        errors => format!("\n{name} cannot be used: {}, {warnings}.", count(errors, "error")),
    });
}

fn count(number: usize, what: &str) -> String {
    counted(number, what, &format!("{what}s"))
}

/// What is told one by one, and then how much more there is.
fn findings_of(file: &Path, problems: &[Problem]) -> Vec<Finding> {
    let file = (file != Path::new(STDIN)).then(|| file.display().to_string());
    let (told, more) = device_csv::most_told(problems);
    let mut found: Vec<_> = told
        .iter()
        .map(|problem| Finding {
            severity: problem.severity,
            file: file.clone(),
            line: usize::try_from(problem.line).unwrap_or(usize::MAX),
            column: problem.character,
            summary: match problem.column {
                Some(column) => format!("Column \"{column}\": {}", problem.message),
                None => problem.message.clone(),
            },
            detail: String::new(),
        })
        .collect();
    if let (1.., Some(last)) = (more, found.last()) {
        let (line, severity) = (last.line, last.severity);
        let summary = format!("There are {} more.", count(more, "problem"));
        found.push(Finding { severity, file, line, column: 1, summary, detail: String::new() });
    }
    found
}
