//! Lines that fit a width. Escape sequences of colours count for nothing.

use textwrap::{Options, WordSeparator, WordSplitter, core::display_width};

fn options(width: usize) -> Options<'static> {
    Options::new(width).word_separator(WordSeparator::AsciiSpace).word_splitter(WordSplitter::NoHyphenation)
}

/// The text in lines no wider than this, broken at blanks; what goes on is set in below its line. A word that is wider
/// (a path, a URL) stays whole.
pub(super) fn fold(text: &str, width: usize) -> String {
    let line = |line: &str| {
        if display_width(line) <= width {
            return line.to_owned();
        }
        let depth = line.len() - line.trim_start_matches(' ').len();
        let indent = " ".repeat(if depth == 0 { 0 } else { depth + 4 });
        textwrap::fill(line, options(width).break_words(false).subsequent_indent(&indent))
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A line whose mark stands alone: what goes on is set in by as much.
pub(super) fn hang(text: &str, width: usize, depth: usize) -> String {
    textwrap::fill(text, options(width).break_words(false).subsequent_indent(&" ".repeat(depth)))
}

/// So many of something.
pub(super) fn counted(count: usize, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// The lines of a cell of a table; nothing is wider.
pub(super) fn cell(text: &str, width: usize) -> Vec<String> {
    textwrap::wrap(text, options(width)).into_iter().map(|line| line.into_owned()).collect()
}

/// A line of Terraform's without the id of the object: the address says which one it is.
pub(super) fn without_id(line: &str) -> String {
    let id = line.find(" [id=").and_then(|start| Some((start, start + line.get(start..)?.find(']')? + 1)));
    match id {
        Some((start, end)) => [&line[..start], &line[end..]].concat(),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_set_in_and_a_long_word_stays_whole() {
        assert_eq!(fold("Four short words here", 11), "Four short\nwords here");
        assert_eq!(fold("  + a = \"b c d\"", 12), "  + a = \"b c\n      d\"");
        assert_eq!(fold("see /a/very/long/path", 8), "see\n/a/very/long/path");
        assert_eq!(fold("\x1b[1mbold\x1b[0m", 4), "\x1b[1mbold\x1b[0m", "colours have no width");
    }

    #[test]
    fn what_goes_on_stands_beside_its_mark() {
        assert_eq!(hang("\x1b[32m✓\x1b[0m four short words", 12, 2), "\x1b[32m✓\x1b[0m four\n  short\n  words");
    }

    #[test]
    fn an_id_goes_and_its_line_stays() {
        let line = "\x1b[1mautopilot_group.g: Creating... [id=1-2]\x1b[0m";
        assert_eq!(without_id(line), "\x1b[1mautopilot_group.g: Creating...\x1b[0m");
        assert_eq!(without_id("no id here"), "no id here");
    }
}
