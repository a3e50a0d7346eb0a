//! What a person sees: headings, prose, marks, time taken. It fits the width of the terminal.
//!
//! Colours only on a terminal that takes them, and never with NO_COLOR: `anstream` sees to it.

use std::{
    env, fmt,
    io::{self, IsTerminal, Write},
    sync::{
        LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use tokio_util::sync::CancellationToken;

use super::{table::Table, text};
use crate::knowledge::rule::Severity;

/// Where nobody says how wide it is.
const USUAL: usize = 80;

/// Prose and rules that are wider are hard on the eyes.
const WIDEST: usize = 100;

/// Room enough for a line of Terraform's that tells an id of Intune's.
const WIDE: usize = 160;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DOUBTFUL: Style = AnsiColor::Yellow.on_default().bold();

/// Cancelled when nobody reads standard output any more, as after `| head -1`.
static GONE: LazyLock<CancellationToken> = LazyLock::new(CancellationToken::new);

/// Whether nobody reads standard output any more.
pub(super) fn is_gone() -> bool {
    GONE.is_cancelled()
}

/// Ends as soon as nobody reads standard output any more.
pub(super) async fn gone() {
    GONE.cancelled().await;
}

/// Whether something was not printed though somebody wants it: a disk is full, say.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether something was not printed though somebody wants it. That was told.
pub(super) fn has_lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Prints a line. Where nobody reads it the work goes on all the same: its exit code is still to be told.
fn say(line: fmt::Arguments<'_>) {
    let Err(error) = writeln!(anstream::stdout(), "{line}") else { return };
    GONE.cancel();
    if error.kind() != io::ErrorKind::BrokenPipe && !LOST.swap(true, Ordering::Relaxed) {
        Screen::of_stdout().error(&format_args!("Cannot write to standard output: {error}."));
    }
}

/// How standard output is to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    width: usize,
}

impl Screen {
    /// As wide as COLUMNS says, or else as the terminal is.
    pub(super) fn of_stdout() -> Screen {
        let said = env::var_os("COLUMNS").and_then(|said| said.to_str()?.parse().ok()).filter(|width| *width > 0);
        let seen = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        Screen { width: said.or_else(seen).unwrap_or(USUAL) }
    }

    /// Whether colours may be used.
    pub(super) fn has_colour(self) -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// Whether somebody looks at it as it is written.
    pub(super) fn is_terminal(self) -> bool {
        io::stdout().is_terminal()
    }

    /// A line that is to stay the last one: the cursor stays in it.
    pub(super) fn pin(self, text: &str) {
        if !text.is_empty() {
            let mut stdout = anstream::stdout();
            // Nobody misses it.
            let _ = write!(stdout, "{DIM}{}{DIM:#}", self.pinned(text)).and_then(|()| stdout.flush());
        }
    }

    /// Removes the line that was pinned.
    pub(super) fn take_back(self, text: &str) {
        let width = textwrap::core::display_width(self.pinned(text));
        if width > 0 {
            let _ = write!(anstream::stdout(), "\r{}\r", " ".repeat(width));
        }
    }

    /// As much of it as does not break, which could not be removed.
    fn pinned(self, text: &str) -> &str {
        let end = text.char_indices().map(|(at, _)| at).nth(self.width.saturating_sub(1));
        end.map_or(text, |end| &text[..end])
    }

    /// The first line of all.
    pub(super) fn title(self, text: &str) {
        say(format_args!("{BOLD}{text}{BOLD:#}"));
    }

    /// Begins a part.
    pub(super) fn heading(self, text: &str) {
        let rule = "─".repeat(self.width.min(WIDEST).saturating_sub(textwrap::core::display_width(text) + 1));
        say(format_args!("\n{BOLD}{text}{BOLD:#} {DIM}{rule}{DIM:#}\n"));
    }

    /// A line of prose.
    pub(super) fn line(self, said: &str) {
        say(format_args!("{}", text::fold(said, self.width.min(WIDEST))));
    }

    /// What is to be copied, as it is.
    pub(super) fn verbatim(self, text: &str) {
        say(format_args!("{text}"));
    }

    /// What is wrong with something that was read.
    pub(super) fn problem(self, severity: Severity, text: &str) {
        let (style, word) = match severity {
            Severity::Error => (BAD, "Error:"),
            Severity::Warning => (DOUBTFUL, "Warning:"),
            Severity::Note => (BOLD, "Note:"),
        };
        say(format_args!("{}", text::fold(&format!("{style}{word}{style:#} {text}"), self.width.min(WIDEST))));
    }

    /// Why it does not go on, to standard error.
    pub(super) fn error(self, why: &dyn fmt::Display) {
        self.complain(&format!("{BAD}Error:{BAD:#} {why}"));
    }

    /// The same, with its own beginning.
    pub(super) fn complain(self, text: &str) {
        // Nobody is left to tell if this is gone too.
        let _ = writeln!(anstream::stderr(), "{}", text::fold(text.trim_end(), self.width.min(WIDEST)));
    }

    /// A command as somebody would type it, before what it says.
    pub(super) fn prompt(self, command: &str) {
        say(format_args!("{DIM}$ {command}{DIM:#}\n"));
    }

    /// A line of Terraform's, its colours included. Ids, which are wide, are left out where there is not much room.
    pub(super) fn relay(self, line: &str) {
        let line = if self.width < WIDE { text::without_id(line) } else { line.to_owned() };
        say(format_args!("{}", text::fold(&line, self.width)));
    }

    /// A line that is good news.
    pub(super) fn good(self, said: &str) {
        say(format_args!("{}", text::hang(&format!("{GOOD}✓{GOOD:#} {said}"), self.width.min(WIDEST), 2)));
    }

    /// A line that something is missing.
    pub(super) fn bad(self, text: &str) {
        say(format_args!("{BAD}✗{BAD:#} {text}"));
    }

    /// A line that something is to be known, or is not.
    pub(super) fn doubtful(self, text: &str) {
        say(format_args!("{DOUBTFUL}!{DOUBTFUL:#} {text}"));
    }

    /// A table, set in by two; nothing where it has no rows.
    pub(super) fn table<const N: usize>(self, table: &Table<N>) {
        let set = table.set(self.width.saturating_sub(2));
        let Some((headings, rows)) = set.lines.split_first() else { return };
        say(format_args!("  {DIM}{headings}{DIM:#}"));
        for row in rows {
            say(format_args!("  {row}"));
        }
        for note in set.note {
            say(format_args!("  {DIM}{note}{DIM:#}"));
        }
        say(format_args!(""));
    }
}

/// A duration as one reads it: `8.4 s`, `2 min 5 s`.
pub(super) struct Took(pub(super) Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds < 60 {
            write!(f, "{:.1} s", self.0.as_secs_f64())
        } else {
            write!(f, "{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_as_one_says_it() {
        assert_eq!(Took(Duration::from_millis(8_440)).to_string(), "8.4 s");
        assert_eq!(Took(Duration::from_secs(125)).to_string(), "2 min 5 s");
    }
}
