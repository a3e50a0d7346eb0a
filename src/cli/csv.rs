//! `csv check`: what is wrong with a CSV of devices or of DeviceLinks, before a plan reads it.

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
    device_link,
    rule::Severity,
};

/// What to do with a CSV of devices.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tell what is wrong with CSV files of Windows Autopilot devices: rows, columns, hardware hashes, DeviceLinks.
    ///
    /// Reads what the functions parse_device_csv and parse_device_link_csv read, each file by its header, and tells besides what
    /// is only doubtful. Ends with 0 if the files can be used, else with 1; warnings do not count. No hardware hash and no
    /// DeviceLink is printed.
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
        let (devices, problems) = read(&bytes);
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

/// How many devices a file has, and what is wrong with it, by what its header says that it is.
fn read(bytes: &[u8]) -> (usize, Vec<Problem>) {
    if !device_link::is_file(bytes) {
        let mut devices = 0;
        let problems = device_csv::read(bytes, Empty::Keeps, &mut |_| devices += 1);
        return (devices, problems);
    }
    let problem = |device_link::Problem { line, message }| {
        let line = line.and_then(|line| line.try_into().ok()).unwrap_or(1);
        Problem { severity: Severity::Error, line, character: 1, column: None, message }
    };
    match device_link::read_file(bytes) {
        Ok(rows) => (rows.len(), Vec::new()),
        Err(problems) => (0, problems.into_iter().map(problem).collect()),
    }
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

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::knowledge::device_link::{DeviceLink, encode};

    #[test]
    fn a_file_of_device_links_is_known_by_its_header() {
        let [serial_number, manufacturer, model] = ["A1", "HP", "EliteBook"].map(str::to_owned);
        let smbios_uuid = Uuid::nil();
        let link = encode(&DeviceLink { serial_number, manufacturer, model, smbios_uuid, keys: Vec::new() }, "t");
        assert_eq!(read(format!("SerialNumber,LinkId,Data\nA1,1,{link}\n").as_bytes()), (1, Vec::new()));
        let (devices, problems) = read(format!("SerialNumber,Data\nB2,{link}\nC3,\n").as_bytes());
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(devices, 0);
        assert_eq!(told[0], "Row 2: The DeviceLink is of the device A1, not of B2.");
        assert!(told[1].starts_with("Row 3: Device C3: "), "{told:?}");
    }
}
