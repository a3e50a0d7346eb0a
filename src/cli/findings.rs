//! What a check finds, in the form that is asked for: to read, as JSON, as annotations of GitHub.

use clap::{Args, ValueEnum};
use serde_json::{Value as Json, json};

use super::screen::Screen;
use crate::knowledge::rule::Severity;

/// How findings are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// To read.
    Text,
    /// One JSON object: `valid` and `diagnostics`.
    Json,
    /// Workflow commands, which GitHub shows at the lines of the files.
    Github,
}

/// The two ways to ask for a form.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// How to tell what is found.
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
    /// The same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl Asked {
    pub(super) fn form(&self) -> Form {
        if self.json { Form::Json } else { self.format }
    }
}

/// One thing that was found.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) severity: Severity,
    /// The file it is in; none where the text came from elsewhere.
    pub(super) file: Option<String>,
    /// From 1.
    pub(super) line: usize,
    /// In characters, from 1.
    pub(super) column: usize,
    pub(super) summary: String,
    /// What to do; empty where the summary says it.
    pub(super) detail: String,
}

/// Whether nothing was found that is an error.
pub(super) fn is_valid(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Error)
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The findings as one object. They name their files where there are several.
pub(super) fn json(findings: &[Finding], several_files: bool) -> Json {
    let diagnostic = |finding: &Finding| {
        let mut diagnostic = json!({
            "severity": word(finding.severity),
            "line": finding.line,
            "column": finding.column,
            "summary": finding.summary,
            "detail": finding.detail,
        });
        if let (true, Some(file)) = (several_files, &finding.file) {
            diagnostic["file"] = file.as_str().into();
        }
        diagnostic
    };
    json!({ "valid": is_valid(findings), "diagnostics": findings.iter().map(diagnostic).collect::<Vec<_>>() })
}

/// A line for each finding that GitHub makes an annotation of, and a person can read too.
pub(super) fn tell_github(screen: Screen, findings: &[Finding]) {
    for finding in findings {
        screen.verbatim(&workflow_command(finding));
    }
}

/// GitHub, "Workflow commands": `::error file={name},line={line},col={column}::{message}`, each part with its escapes.
fn workflow_command(finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let file = finding.file.as_deref().map(|file| format!("file={},", property(file))).unwrap_or_default();
    let rest = if finding.detail.is_empty() { String::new() } else { format!("\n{}", finding.detail) };
    let message = data(&format!("{}{rest}", finding.summary));
    format!("::{command} {file}line={},col={}::{message}", finding.line, finding.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_github_is_escaped() {
        let finding = Finding {
            severity: Severity::Error,
            file: Some("a,b:c 100%.csv".to_owned()),
            line: 4,
            column: 8,
            summary: "Write %SERIAL%, please: twice".to_owned(),
            detail: "Then\r\n::error::save.".to_owned(),
        };
        assert_eq!(
            workflow_command(&finding),
            "::error file=a%2Cb%3Ac 100%25.csv,line=4,col=8::Write %25SERIAL%25, please: twice%0AThen%0D%0A::error::save."
        );
        let finding = Finding { severity: Severity::Note, file: None, detail: String::new(), ..finding };
        assert_eq!(workflow_command(&finding), "::notice line=4,col=8::Write %25SERIAL%25, please: twice");
    }
}
