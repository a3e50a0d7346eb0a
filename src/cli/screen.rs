//! What a person sees: headings, tables, time taken. Colours only on a terminal, and never with NO_COLOR.

use std::{
    env, fmt,
    io::{self, IsTerminal},
    time::Duration,
};

/// How standard output is to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Screen {
    colour: bool,
}

impl Screen {
    /// As standard output allows.
    pub(super) fn of_stdout() -> Screen {
        Screen { colour: io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    /// Whether colours may be used.
    pub(super) fn has_colour(self) -> bool {
        self.colour
    }

    /// Begins a part.
    pub(super) fn heading(self, text: &str) {
        let rule = "─".repeat(76_usize.saturating_sub(text.chars().count()));
        println!("\n{} {}\n", self.bold(text), self.dim(&rule));
    }

    /// A line of text.
    pub(super) fn line(self, text: &str) {
        println!("{text}");
    }

    /// A line that is good news.
    pub(super) fn good(self, text: &str) {
        println!("{} {text}", self.paint("32", "✓"));
    }

    /// A table, set in by two.
    pub(super) fn table(self, table: &Table) {
        println!("  {}", self.dim(&table.headings()));
        for row in &table.rows {
            println!("  {}", table.set(row));
        }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Rows below headings, in columns as wide as they need to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<const N: usize>(headings: [&str; N]) -> Table {
        Table { headings: headings.map(str::to_owned).into(), rows: Vec::new() }
    }

    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    #[cfg(test)]
    pub(super) fn last(&self) -> Option<&[String]> {
        self.rows.last().map(Vec::as_slice)
    }

    fn headings(&self) -> String {
        self.set(&self.headings)
    }

    fn set(&self, cells: &[String]) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&self.headings]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let line: String =
            cells.iter().enumerate().map(|(column, cell)| format!("{cell:width$}  ", width = width(column))).collect();
        line.trim_end().to_owned()
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
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["NAME", "N"]);
        table.row(["Büro".into(), "1".into()]);
        table.row(["Autopilot devices".into(), "25".into()]);
        let lines: Vec<_> = [table.headings()].into_iter().chain(table.rows.iter().map(|row| table.set(row))).collect();
        assert_eq!(lines, ["NAME               N", "Büro               1", "Autopilot devices  25"]);
    }

    #[test]
    fn a_duration_reads_as_one_says_it() {
        assert_eq!(Took(Duration::from_millis(8_440)).to_string(), "8.4 s");
        assert_eq!(Took(Duration::from_secs(125)).to_string(), "2 min 5 s");
    }
}
