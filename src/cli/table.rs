//! A table that fits a width, so that each row stays one line as far as that is possible.

use textwrap::core::display_width;

use super::text;

/// Rows below headings. How many columns there are belongs to its type: a row of another length does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table<const N: usize> {
    headings: [&'static str; N],
    rows: Vec<[String; N]>,
}

/// A table as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Set {
    /// The headings, then the rows.
    pub(super) lines: Vec<String>,
    /// What is the same in every row and had no room in it.
    pub(super) note: Vec<String>,
}

/// Between two columns.
const GAP: usize = 2;

const SAME: &str = "The same in every row:";

/// A column is made no narrower for want of room.
const NARROWEST: usize = 8;

impl<const N: usize> Table<N> {
    pub(super) fn new(headings: [&'static str; N]) -> Table<N> {
        Table { headings, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    #[cfg(test)]
    pub(super) fn last(&self) -> Option<&[String; N]> {
        self.rows.last()
    }

    /// The table in this width; nothing where it has no rows. Where it is too wide, what all rows have in common is told
    /// once, below it; what is still too wide is folded within its column.
    pub(super) fn set(&self, width: usize) -> Set {
        let Some(first) = self.rows.first() else { return Set { lines: Vec::new(), note: Vec::new() } };
        let mut widths = self.widths();
        let (mut shown, mut common): (Vec<usize>, Vec<usize>) = ((0..N).collect(), Vec::new());
        while total(&widths, &shown) > width {
            let same =
                |column: &usize| self.rows.len() > 1 && self.rows.iter().all(|row| row[*column] == first[*column]);
            let Some(widest) = shown.iter().copied().filter(same).max_by_key(|column| widths[*column]) else { break };
            shown.retain(|column| *column != widest);
            common.push(widest);
        }
        while let excess @ 1.. = total(&widths, &shown).saturating_sub(width) {
            let Some(widest) = shown.iter().copied().max_by_key(|column| widths[*column]) else { break };
            if widths[widest] <= NARROWEST {
                break;
            }
            // Down to the next widest at most, so that no column pays for all of them.
            let next =
                shown.iter().filter(|column| **column != widest).map(|column| widths[*column]).max().unwrap_or(0);
            let room = widths[widest].saturating_sub(excess).max(next.min(widths[widest] - 1));
            widths[widest] = room.max(NARROWEST);
        }
        let rows = std::iter::once(self.headings.map(str::to_owned)).chain(self.rows.iter().cloned());
        let lines = rows.flat_map(|row| lines(&row, &widths, &shown)).collect();
        common.sort_unstable();
        let name = common.iter().map(|column| display_width(self.headings[*column])).max().unwrap_or(0);
        let said =
            common.iter().map(|column| format!("  {:name$}  {}", self.headings[*column], or_none(&first[*column])));
        let note = if common.is_empty() { Vec::new() } else { [SAME.to_owned()].into_iter().chain(said).collect() };
        Set { lines, note }
    }

    fn widths(&self) -> [usize; N] {
        std::array::from_fn(|column| {
            let cells = self.rows.iter().map(|row| row[column].as_str()).chain([self.headings[column]]);
            cells.map(display_width).max().unwrap_or(0)
        })
    }
}

fn or_none(cell: &str) -> &str {
    if cell.is_empty() { "none" } else { cell }
}

fn total<const N: usize>(widths: &[usize; N], shown: &[usize]) -> usize {
    shown.iter().map(|column| widths[*column] + GAP).sum::<usize>().saturating_sub(GAP)
}

/// A row as lines: one, unless a cell is wider than its column.
fn lines<const N: usize>(cells: &[String; N], widths: &[usize; N], shown: &[usize]) -> Vec<String> {
    let folded: Vec<(usize, Vec<String>)> =
        shown.iter().map(|column| (widths[*column], text::cell(&cells[*column], widths[*column]))).collect();
    let height = folded.iter().map(|(_, cell)| cell.len()).max().unwrap_or(0);
    let line = |number: usize| {
        let mut line = String::new();
        for (width, cell) in &folded {
            let part = cell.get(number).map_or("", String::as_str);
            line.push_str(part);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(display_width(part)) + GAP));
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<3> {
        let mut table = Table::new(["NAME", "N", "RULE"]);
        table.row(["Büro".into(), "1".into(), "a and b".into()]);
        table.row(["Autopilot devices".into(), "25".into(), "a and b".into()]);
        table
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let set = table().set(80);
        assert_eq!(
            set.lines,
            ["NAME               N   RULE", "Büro               1   a and b", "Autopilot devices  25  a and b"]
        );
        assert_eq!(set.note, [""; 0]);
    }

    #[test]
    fn where_there_is_no_room_what_is_the_same_is_told_once() {
        let set = table().set(24);
        assert_eq!(set.lines, ["NAME               N", "Büro               1", "Autopilot devices  25"]);
        assert_eq!(set.note, ["The same in every row:", "  RULE  a and b"]);
    }

    #[test]
    fn what_is_still_too_wide_is_folded_in_its_column() {
        let set = table().set(16);
        assert_eq!(set.lines, ["NAME          N", "Büro          1", "Autopilot     25", "devices"]);
        let mut wide = Table::new(["A", "B"]);
        wide.row(["x".into(), "0123456789".into()]);
        assert_eq!(wide.set(11).lines, ["A  B", "x  01234567", "   89"]);
    }

    #[test]
    fn without_rows_there_is_nothing_to_show() {
        assert_eq!(Table::new(["A"]).set(80), Set { lines: Vec::new(), note: Vec::new() });
    }
}
