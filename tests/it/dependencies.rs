//! Holds `deny.toml` without cargo-deny: licences, banned crates, crates that are in the tree twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde_json::Value;

const DENY: &str = include_str!("../../deny.toml");

/// The texts in quotes of a list of `deny.toml`, one per line: its first one.
fn listed(key: &str) -> BTreeSet<&'static str> {
    let start = DENY.find(&format!("\n{key} = [")).unwrap_or_else(|| panic!("deny.toml has no list {key}"));
    let lines = DENY[start..].lines().skip(2).take_while(|line| !line.starts_with(']'));
    let list: BTreeSet<_> = lines.filter_map(|line| line.split('"').nth(1)).collect();
    assert!(!list.is_empty(), "the list {key} is empty");
    list
}

/// Whether a licence expression can be met by the allowed ones. `OR` needs one side, `AND` both and binds tighter.
fn met(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let expression = expression.trim();
    for (word, all) in [(" OR ", false), (" AND ", true)] {
        let parts = split_outside_brackets(expression, word);
        if parts.len() > 1 {
            let mut answers = parts.iter().map(|part| met(part, allowed));
            return if all { answers.all(|met| met) } else { answers.any(|met| met) };
        }
    }
    match expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => met(inner, allowed),
        None => allowed.contains(expression),
    }
}

fn split_outside_brackets<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && text[at..].starts_with(word) => {
                parts.push(&text[start..at]);
                start = at + word.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Every package of the tree, ours included, on every platform.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--locked", "--format-version", "1", "--manifest-path"]);
    cargo.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    let said = cargo.output().expect("cargo runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let metadata: Value = serde_json::from_slice(&said.stdout).expect("cargo metadata writes JSON");
    metadata["packages"].as_array().expect("packages are a list").clone()
}

#[test]
fn the_tree_is_what_deny_toml_allows() {
    let (allowed, banned, twice) = (listed("allow"), listed("deny"), listed("skip"));
    let mut versions = BTreeMap::<String, usize>::new();
    let mut wrong = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().expect("a package has a name").to_owned();
        let licence = package["license"].as_str().unwrap_or("none").replace(" / ", " OR ").replace('/', " OR ");
        if !met(&licence, &allowed) {
            wrong.push(format!("{name}: licence {licence}"));
        }
        if banned.contains(name.as_str()) {
            wrong.push(format!("{name} is banned"));
        }
        let source = package["source"].as_str();
        if source.is_some_and(|source| !source.starts_with("registry+")) {
            wrong.push(format!("{name} comes from {source:?}"));
        }
        *versions.entry(name).or_default() += 1;
    }
    for (name, count) in &versions {
        if *count > 1 && !twice.contains(name.as_str()) {
            wrong.push(format!("{name} is in the tree {count} times"));
        }
    }
    for name in twice {
        if versions.get(name).is_none_or(|count| *count < 2) {
            wrong.push(format!("{name} need not be skipped any more"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_licence_expression_is_read_with_its_brackets() {
    let allowed = BTreeSet::from(["MIT", "Unicode-3.0"]);
    assert!(met("(Apache-2.0 OR MIT) AND Unicode-3.0", &allowed));
    assert!(!met("(Apache-2.0 OR MIT) AND BSD-3-Clause", &allowed));
    assert!(met("GPL-3.0 OR MIT", &allowed));
    assert!(!met("GPL-3.0", &allowed));
}
