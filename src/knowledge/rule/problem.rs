//! What is wrong with a rule, and where.

use std::fmt;

use super::syntax::Span;

/// How bad it is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The service refuses the rule.
    Error,
    /// The service takes it, and it does not do what its writer believes, or may not.
    Warning,
    /// It works, and might surprise.
    Note,
}

/// Something about a rule that its writer should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands, in bytes of the rule.
    pub at: Span,
    /// A sentence: what is wrong.
    pub message: String,
    /// What to do; empty where the message says it.
    pub help: String,
}

/// The most characters of a rule that are shown.
const SHOWN: usize = 72;

impl Problem {
    /// An error without advice.
    pub(in crate::knowledge) fn error(at: Span, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Error, at, message: message.into(), help: String::new() }
    }

    /// A warning without advice.
    pub(in crate::knowledge) fn warning(at: Span, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Warning, ..Problem::error(at, message) }
    }

    /// A note without advice.
    pub(in crate::knowledge) fn note(at: Span, message: impl Into<String>) -> Problem {
        Problem { severity: Severity::Note, ..Problem::error(at, message) }
    }

    /// The same with advice.
    #[must_use]
    pub(in crate::knowledge) fn help(self, help: impl Into<String>) -> Problem {
        Problem { help: help.into(), ..self }
    }

    /// The line and the column of its beginning, in characters, both from 1.
    #[must_use]
    pub fn line_and_column(&self, rule: &str) -> (usize, usize) {
        let before = rule.get(..self.at.start).unwrap_or(rule);
        let line_begins = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(line_begins..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    /// The problem with the part of the rule that it is about, marked by carets.
    #[must_use]
    pub fn shown<'a>(&'a self, rule: &'a str) -> impl fmt::Display + 'a {
        Shown { problem: self, rule }
    }
}

struct Shown<'a> {
    problem: &'a Problem,
    rule: &'a str,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shown { problem, rule } = self;
        let (line, column) = problem.line_and_column(rule);
        let text = rule.split('\n').nth(line - 1).unwrap_or_default().trim_end_matches('\r');
        let characters: Vec<char> = text.chars().map(plain).collect();
        let first = (column - 1).min(characters.len());
        let marked = rule.get(problem.at.clone()).unwrap_or_default();
        let length = marked.split('\n').next().unwrap_or_default().chars().count().max(1);
        // Of a long line, what is around the place.
        let from = first.saturating_sub(SHOWN / 3).min(characters.len().saturating_sub(SHOWN));
        let to = characters.len().min(from + SHOWN);
        let (before, after) = (if from > 0 { "..." } else { "" }, if to < characters.len() { "..." } else { "" });
        let window: String = characters.get(from..to).unwrap_or_default().iter().collect();
        let indent = " ".repeat(before.len() + first - from);
        let carets = "^".repeat(length.min((to + 1).saturating_sub(first)).max(1));
        match rule.contains('\n') {
            true => writeln!(f, "Line {line}, column {column}: {}", problem.message)?,
            false => writeln!(f, "Column {column}: {}", problem.message)?,
        }
        write!(f, "\n  {before}{window}{after}\n  {indent}{carets}")?;
        if !problem.help.is_empty() {
            write!(f, "\n\n{}", problem.help)?;
        }
        Ok(())
    }
}

/// A tab or a blank of another kind would move the carets.
fn plain(character: char) -> char {
    if character.is_whitespace() || character.is_control() { ' ' } else { character }
}
