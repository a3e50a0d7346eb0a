//! `hash decode`: what a hardware hash tells of its device. `hash make`: hashes of devices that do not exist.

mod facts;

use std::{borrow::Cow, path::Path, process::ExitCode};

use clap::{Args, Subcommand};

use self::facts::{facts_of, shown};
use super::{
    findings::{self, Finding},
    given::{self, STDIN},
    screen::Screen,
    stopped::Stopped,
};
use crate::knowledge::{
    device_csv,
    hardware_hash::{self, Error, HardwareHash},
    rule::Severity,
    serial_number,
    text_file::text_of,
};

/// What to do with a hardware hash.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tell what a hardware hash says of its device.
    ///
    /// Ends with 0 if Intune would take the hash, else with 1. The hash itself is not printed.
    #[command(after_help = "Example: terraform-provider-autopilot hash decode hash.txt")]
    Decode(Decode),
    /// Make hardware hashes of devices that do not exist, for the emulator and for tests of modules.
    ///
    /// Prints a CSV as Get-WindowsAutopilotInfo writes it. The same words give the same hashes. No real device enrols by them.
    #[command(after_help = "Example: terraform-provider-autopilot hash make LAB-01 LAB-02 > devices.csv")]
    Make(Make),
}

/// What is decoded, and how it is told.
#[derive(Debug, Args)]
pub(super) struct Decode {
    /// The hash itself, a file that holds it, or - for standard input.
    #[arg(value_name = "TEXT|FILE")]
    hash: String,
    /// Answer with one JSON object: `valid`, `diagnostics` and `hash`.
    #[arg(long)]
    json: bool,
}

/// Which devices are made.
#[derive(Debug, Args)]
pub(super) struct Make {
    /// The devices' serial numbers.
    #[arg(value_name = "SERIAL", required = true)]
    serial_numbers: Vec<String>,
    /// Their manufacturer.
    #[arg(long, default_value = "Contoso")]
    manufacturer: String,
    /// Their model.
    #[arg(long, default_value = "Laptop of a Lab")]
    model: String,
    /// Their group tag.
    #[arg(long, default_value = "")]
    group_tag: String,
}

pub(super) fn run(command: &Command) -> Result<ExitCode, Stopped> {
    match command {
        Command::Decode(decode) => run_decode(decode),
        Command::Make(make) => run_make(make),
    }
}

fn run_decode(decode: &Decode) -> Result<ExitCode, Stopped> {
    let file = Path::new(&decode.hash);
    // A hash that is also the name of a file is not to be expected: it has 4,000 characters.
    let given = match decode.hash == STDIN || file.is_file() {
        true => given::bytes_of(file)?,
        // Base64 has no dot.
        false if file.extension().is_some() && !decode.hash.contains(char::is_whitespace) => {
            return Err(given::no_file(&decode.hash));
        }
        false => decode.hash.clone().into_bytes(),
    };
    let text = text_of(&given).map_err(Stopped::because)?;
    let read = hardware_hash::decode(&text);
    let found = match &read {
        Ok(hash) => findings_of(hash, &text),
        Err(error) => vec![Finding { column: place_of(error, &text), ..finding(Severity::Error, error.to_string()) }],
    };
    let screen = Screen::of_stdout();
    let facts = read.ok().map(|hash| facts_of(&hash)).unwrap_or_default();
    if decode.json {
        let mut answer = findings::json(&found, false);
        if !facts.is_empty() {
            answer["hash"] = facts.into_iter().map(|(name, _, value)| (name.to_owned(), value)).collect();
        }
        screen.verbatim(&answer.to_string());
    } else {
        for (_, name, value) in &facts {
            screen.line(&format!("{name:24}{}", shown(value)));
        }
        if !(facts.is_empty() || found.is_empty()) {
            screen.line("");
        }
        for finding in &found {
            screen.problem(finding.severity, &finding.summary);
        }
    }
    Ok(if findings::is_valid(&found) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn findings_of(hash: &HardwareHash, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(what) = hash.lacks() {
        found.push(finding(Severity::Error, format!("The hash contains no {what}, so Intune refuses it.")));
    }
    found.extend(hardware_hash::odd_length(text).map(|doubt| finding(Severity::Warning, doubt)));
    if let Some(doubt) = hash.serial_number.as_deref().and_then(serial_number::doubt) {
        found.push(finding(Severity::Warning, doubt));
    }
    if !hash.has_endorsement_key() {
        let message = "The hash shows no TPM endorsement key. Self-deploying and pre-provisioned deployments need a TPM 2.0 that \
                       attests.";
        found.push(finding(Severity::Warning, message.to_owned()));
    }
    found
}

fn finding(severity: Severity, summary: String) -> Finding {
    Finding { severity, file: None, line: 1, column: 1, summary, detail: String::new() }
}

/// Where in its line an error is, in characters from 1. Blanks before the hash do not count in the error.
fn place_of(error: &Error, text: &str) -> usize {
    let before = text.chars().take_while(|letter| letter.is_whitespace()).count();
    match error {
        Error::Wrapped { position } | Error::NotBase64 { position, .. } => before + position,
        _ => 1,
    }
}

fn run_make(make: &Make) -> Result<ExitCode, Stopped> {
    let cell = |text: &str| match text.contains([',', '"', '\n', '\r']) {
        true => Cow::from(format!("\"{}\"", text.replace('"', "\"\""))),
        false => Cow::from(text.to_owned()),
    };
    let screen = Screen::of_stdout();
    screen.verbatim(device_csv::HEADER);
    for serial_number in &make.serial_numbers {
        let hash = hardware_hash::encode(&hardware_hash::of_a_lab(serial_number, &make.manufacturer, &make.model));
        screen.verbatim(&format!("{},,{hash},{},", cell(serial_number), cell(&make.group_tag)));
    }
    Ok(ExitCode::SUCCESS)
}
