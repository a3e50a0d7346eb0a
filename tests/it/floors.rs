//! Imports go down only: the floors of `src/lib.rs`, held.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// From the bottom to the top. A module imports its own floor's modules only on the lowest one.
const FLOORS: &[&[&str]] = &[
    &["value", "path", "diagnostic"],
    &["schema"],
    &["wire", "plan", "knowledge", "registry_docs", "hcl"],
    &["graph"],
    &["autopilot"],
    &["resource"],
    &["resources", "data_sources", "functions", "actions"],
    &["provider"],
    &["server"],
    &["cli"],
];

/// A tower of its own: it imports no floor, and only the command line imports it.
const EMULATOR: &str = "emulator";

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Whether `from` may import `to`.
fn allowed(from: &str, to: &str) -> bool {
    match (floor(from), floor(to)) {
        _ if from == to => true,
        (Some(_), None) => from == "cli" && to == EMULATOR,
        (Some(from), Some(to)) => to < from || (from, to) == (0, 0),
        (None, _) => false,
    }
}

/// The modules that a source names after `crate::`, outside comments.
fn imports(source: &str) -> BTreeSet<String> {
    let code: String =
        source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join(" ");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        // Not `$crate::` of a macro and not the end of another word.
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || "_$".contains(before)) {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(heads(group)),
            None => found.extend(word(rest)),
        }
    }
    found
}

/// The first words of a group's members, up to its closing brace.
fn heads(group: &str) -> Vec<String> {
    let (mut depth, mut expecting, mut found) = (0, true, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => expecting = true,
            _ if expecting && !character.is_whitespace() => {
                expecting = false;
                found.extend(word(&group[at..]));
            }
            _ => {}
        }
    }
    found
}

/// The name at the start, if it is a module's.
fn word(text: &str) -> Option<String> {
    let end = text.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(text.len());
    let name = &text[..end];
    name.starts_with(|first: char| first.is_ascii_lowercase()).then(|| name.to_owned())
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("the sources are here") {
        let path = entry.expect("the sources are readable").path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The module of a file: the first part of its path below `src`.
fn module(file: &Path, src: &Path) -> String {
    let below = file.strip_prefix(src).expect("it was found there");
    let first = below.iter().next().expect("a file has a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn every_module_has_a_floor_and_imports_go_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in sources(&src) {
        let module = module(&file, &src);
        if module == "lib" || module == "main" {
            continue;
        }
        if floor(&module).is_none() && module != EMULATOR {
            wrong.push(format!("{module} has no floor: give it one here and in src/lib.rs"));
        }
        let source = fs::read_to_string(&file).expect("a source is text");
        for import in imports(&source).into_iter().filter(|import| !allowed(&module, import)) {
            wrong.push(format!("{} imports {import}", file.strip_prefix(&src).unwrap_or(&file).display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_sees_what_is_imported() {
    let source = "use crate::{value::{Type, Value}, path::Path,\n  wire};\n// crate::cli\nlet x = crate::plan::of();\n\
                  $crate::server::x!(); use crate::Thing;";
    let imports: Vec<String> = imports(source).into_iter().collect();
    assert_eq!(imports, ["path", "plan", "value", "wire"]);
}

#[test]
fn the_rule_refuses_what_goes_up_or_sideways() {
    let pairs = [("schema", "value"), ("path", "value"), ("cli", "emulator"), ("emulator", "emulator")];
    assert!(pairs.iter().all(|(from, to)| allowed(from, to)));
    let pairs = [("value", "schema"), ("wire", "plan"), ("server", "emulator"), ("emulator", "value")];
    assert!(!pairs.iter().any(|(from, to)| allowed(from, to)));
}
