//! The table: a row is printed as soon as it is measured.

use std::time::Duration;

/// What stands in it: a row for each figure, a column for each provider.
pub(super) struct Table {
    peers: Vec<String>,
}

const WHAT: usize = 50;
const FIGURE: usize = 14;

impl Table {
    pub(super) fn new(peers: Vec<String>) -> Table {
        Table { peers }
    }

    pub(super) fn head(&self) {
        self.print("", "measured", "at most", &self.peers);
    }

    /// One figure with its budget.
    pub(super) fn row(&self, what: &str, measured: &str, at_most: &str) {
        self.print(what, measured, at_most, &[]);
    }

    /// One figure with its budget, and that of each peer.
    pub(super) fn row_beside(&self, what: &str, measured: &str, at_most: &str, peers: &[String]) {
        self.print(what, measured, at_most, peers);
    }

    #[expect(clippy::print_stdout, reason = "the table is what the command is for")]
    fn print(&self, what: &str, measured: &str, at_most: &str, peers: &[String]) {
        let mut line = format!("{what:WHAT$} {measured:>FIGURE$} {at_most:>FIGURE$}");
        for peer in peers {
            line.push_str(&format!(" {peer:>FIGURE$}"));
        }
        println!("{}", line.trim_end());
    }

    #[expect(clippy::print_stdout, reason = "the table is what the command is for")]
    pub(super) fn foot(&self) {
        println!("\nTimes are medians of whole processes on this machine as it is; a busy one is slower.");
    }
}

/// The one in the middle.
pub(super) fn median<T: PartialOrd + Copy>(mut all: Vec<T>) -> T {
    all.sort_by(|a, b| a.partial_cmp(b).expect("they are numbers"));
    all[all.len() / 2]
}

pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

pub(super) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1_000_000.0)
}
