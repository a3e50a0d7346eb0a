//! What a configuration of the command line of Terraform or OpenTofu says, in either of its languages.
//!
//! Source: HashiCorp's "CLI Configuration File", which OpenTofu follows. It is older HCL, or JSON where it begins with a brace.

use std::{iter::Peekable, path::PathBuf};

use serde_json::{Map, Value};

use super::mirror::of_variable;

/// The file that is named for both, in place of all that they read otherwise. The second variable is the older one.
pub(in crate::cli) fn named_file() -> Option<PathBuf> {
    of_variable("TF_CLI_CONFIG_FILE").or_else(|| of_variable("TERRAFORM_CONFIG"))
}

/// What a block says: `path = "..."`, `include = ["...", "..."]`, or a block in it. Other values than texts are left out.
#[derive(Debug)]
pub(in crate::cli) enum Item {
    /// A name, and the texts that it is set to.
    Set(String, Vec<String>),
    /// A block, and what it says.
    Block(String, Vec<Item>),
}

/// What a configuration says, or why it cannot be told. In its HCL a quoted name may be set too: `"a/b" = "/folder"`.
pub(in crate::cli) fn read(text: &str) -> Result<Vec<Item>, String> {
    let text = text.trim_start_matches('\u{feff}');
    if is_json(text) {
        let said: Map<String, Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        return Ok(items_of_json(&said));
    }
    let all: Vec<_> = parts(text, 0).map(|(_, depth, part)| (depth, part)).collect();
    match unfinished(&all) {
        Some(why) => Err(why.to_owned()),
        None => Ok(items(&mut all.into_iter().peekable())),
    }
}

/// Whether it is in JSON: both tell by the brace that it begins with.
pub(in crate::cli) fn is_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

/// What is begun in a text and not ended, or ended and not begun.
fn unfinished(all: &[(i32, Part<'_>)]) -> Option<&'static str> {
    let is = |part: &Part<'_>, other: char| matches!(part, Part::Other(letter) if *letter == other);
    let count = |other: char| all.iter().filter(|(_, part)| is(part, other)).count();
    let is_value =
        |part: &Part<'_>| matches!(part, Part::Word(_) | Part::Text(_) | Part::Open | Part::Other('[' | '-' | '<'));
    let mut behind = all.iter().map(|(_, part)| part).skip(1).map(Some).chain([None]);
    if all.iter().any(|(_, part)| is(part, '"')) {
        Some("a quoted text has no end")
    } else if all.iter().any(|(_, part)| matches!(part, Part::Text(text) if text.contains('\n'))) {
        Some("a quoted text is longer than its line")
    } else if all.iter().any(|(depth, _)| *depth < 0) {
        Some("a brace is closed that is not open")
    } else if all.last().is_some_and(|(depth, _)| *depth > 0) {
        Some("a brace is not closed")
    } else if count('[') != count(']') {
        Some("a list has no end, or no beginning")
    } else if all.iter().any(|(_, part)| !behind.next().flatten().is_some_and(is_value) && is(part, '=')) {
        Some("a name is set to nothing")
    } else {
        None
    }
}

/// A list of objects is so many blocks.
fn items_of_json(said: &Map<String, Value>) -> Vec<Item> {
    let mut items = Vec::new();
    for (name, value) in said {
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let blocks = values.iter().filter_map(Value::as_object);
        items.extend(blocks.map(|block| Item::Block(name.clone(), items_of_json(block))));
        if !values.iter().any(Value::is_object) {
            items.push(Item::Set(name.clone(), values.iter().filter_map(Value::as_str).map(str::to_owned).collect()));
        }
    }
    items
}

fn items<'a>(parts: &mut Peekable<impl Iterator<Item = (i32, Part<'a>)>>) -> Vec<Item> {
    let mut items = Vec::new();
    while let Some((depth, part)) = parts.next() {
        let name = match part {
            Part::Word(name) => name.to_owned(),
            Part::Text(name) => meant(name),
            Part::Close => break,
            Part::Open | Part::Other(_) => continue,
        };
        let is_set = parts.next_if(|(_, part)| matches!(part, Part::Other('='))).is_some();
        let is_list = is_set && parts.next_if(|(_, part)| matches!(part, Part::Other('['))).is_some();
        let mut texts = Vec::new();
        while let Some((_, part)) = parts.next_if(|(_, part)| match part {
            Part::Text(_) => is_list || !is_set || texts.is_empty(),
            part => is_list && matches!(part, Part::Other(',')),
        }) {
            texts.extend(if let Part::Text(text) = part { Some(meant(text)) } else { None });
        }
        // Nobody nests deeper, and the stack ends somewhere.
        if depth < DEEPEST && parts.next_if(|(_, part)| matches!(part, Part::Open)).is_some() {
            items.push(Item::Block(name, self::items(parts)));
        } else if is_set {
            items.push(Item::Set(name, texts));
        }
    }
    items
}

/// How deep blocks may lie in each other.
const DEEPEST: i32 = 64;

/// A quoted text without its escapes, which are those of JSON.
fn meant(quoted: &str) -> String {
    serde_json::from_str(&format!("\"{quoted}\"")).unwrap_or_else(|_| quoted.to_owned())
}

/// What a configuration consists of, as far as it has to be told apart.
pub(super) enum Part<'a> {
    Word(&'a str),
    /// A quoted text, without its quotes.
    Text(&'a str),
    Open,
    Close,
    Other(char),
}

/// The parts from here on: where each ends, how deep it is below where it began (a brace counts where it leads), and what it is.
/// Spaces and comments are none.
pub(super) fn parts(text: &str, from: usize) -> impl Iterator<Item = (usize, i32, Part<'_>)> {
    let mut at = from;
    let mut depth = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let first = rest.chars().next()?;
            let line = || rest.find('\n').unwrap_or(rest.len());
            let (length, part) = match first {
                '#' => (line(), None),
                '/' if rest.starts_with("//") => (line(), None),
                '/' if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), None),
                '"' => match quoted(rest) {
                    Some(length) => (length, Some(Part::Text(rest.get(1..length - 1).unwrap_or_default()))),
                    None => (rest.len(), Some(Part::Other('"'))),
                },
                '{' => {
                    depth += 1;
                    (1, Some(Part::Open))
                }
                '}' => {
                    depth -= 1;
                    (1, Some(Part::Close))
                }
                first if first.is_alphanumeric() || first == '_' => {
                    let ends = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '-'));
                    let length = rest.find(ends).unwrap_or(rest.len());
                    (length, Some(Part::Word(rest.get(..length).unwrap_or_default())))
                }
                first if first.is_whitespace() => (first.len_utf8(), None),
                first => (first.len_utf8(), Some(Part::Other(first))),
            };
            at += length.max(1);
            if let Some(part) = part {
                return Some((at, depth, part));
            }
        }
    })
}

/// How long the quoted text is that this begins with, quotes included, if it ends.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return Some(at + 1),
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_configuration_says_is_read() {
        let text = "a = true\nprovider_installation { # {\n  network_mirror \"x\" { url = \"https://m/\" }\n  dev_overrides = { \"a/b\" = \
                    \"C:\\\\x\" }\n  direct { include = [\"a/*\", \"b/*\"] }\n}\nb = \"c\"";
        let said = format!("{:?}", read(text).expect("it is whole"));
        let within = "[Block(\"network_mirror\", [Set(\"url\", [\"https://m/\"])]), Block(\"dev_overrides\", [Set(\"a/b\", \
                      [\"C:\\\\x\"])]), Block(\"direct\", [Set(\"include\", [\"a/*\", \"b/*\"])])]";
        assert_eq!(said, format!("[Set(\"a\", []), Block(\"provider_installation\", {within}), Set(\"b\", [\"c\"])]"));
        let deep = "a {".repeat(100_000) + &"}".repeat(100_000);
        assert!(read(&deep).is_ok());
    }

    #[test]
    fn json_says_the_same() {
        let text = r#" {"provider_installation": [{"direct": [{}], "network_mirror": {"url": "https://m/", "include": ["a/*"]}}], "a": 1}"#;
        let within = "[Block(\"direct\", []), Block(\"network_mirror\", [Set(\"include\", [\"a/*\"]), Set(\"url\", [\"https://m/\"])])]";
        let said = format!("{:?}", read(text).expect("it is whole"));
        assert_eq!(said, format!("[Set(\"a\", []), Block(\"provider_installation\", {within})]"));
    }

    #[test]
    fn what_has_no_end_cannot_be_read() {
        let why = |text: &str| read(text).expect_err("it has no end");
        assert_eq!(why("provider_installation {\n  filesystem_mirror { path = "), "a brace is not closed");
        assert_eq!(why("a {\n  path =\n}"), "a name is set to nothing");
        assert_eq!(why("a }"), "a brace is closed that is not open");
        assert_eq!(why("a = \"b"), "a quoted text has no end");
        assert_eq!(why("a = \"b\nc = \""), "a quoted text is longer than its line");
        assert_eq!(why("a = [\"b\""), "a list has no end, or no beginning");
        assert!(why("{\"a\": }").contains("line 1"));
    }
}
