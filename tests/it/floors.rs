//! Imports go down only, and never in a circle: the floors of `src/lib.rs` and of the emulator, held.
//!
//! A file that fails here is not to be added to a list. Either it stands on the wrong floor, or what it reaches up for
//! does: move the type or the function down to the floor that both may see, or hand the value in from above.

mod imports;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
};

use imports::Imports;

/// The floors of the package, from the bottom to the top. Only the modules of the lowest one import each other.
const FLOORS: &[&[&str]] = &[
    &["value", "path", "diagnostic"],
    &["schema"],
    &["wire", "plan", "knowledge", "registry_docs", "hcl"],
    &["graph"],
    &["autopilot", "login"],
    &["resource"],
    &["resources", "data_sources", "functions", "actions"],
    &["provider"],
    &["server"],
    &["cli"],
];

/// A tower of its own: it imports no floor, and only the command line imports it.
const EMULATOR: &str = "emulator";

/// The floors of the emulator, from the bottom to the top: a name, and what stands there, by file or folder. A file
/// imports its own floor and those below it.
const EMULATOR_FLOORS: &[(&str, &[&str])] = &[
    ("ground", &["chance", "clock", "text", "settings", "model", "rule"]),
    ("state", &["error", "odata", "call", "paging", "store", "tenant"]),
    ("marks", &["marks", "registration", "site"]),
    ("collections", &["collection"]),
    ("handlers and time", &["entra", "intune", "work"]),
    ("table", &["route"]),
    ("desk", &["desk"]),
    ("gate", &["gate"]),
    ("face", &["face", "mod"]),
];

/// The floor whose modules do not know each other.
const APART: &str = "handlers and time";

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Whether the module `from` may import the module `to`.
fn allowed(from: &str, to: &str) -> bool {
    match (floor(from), floor(to)) {
        _ if from == to => true,
        (Some(_), None) => from == "cli" && to == EMULATOR,
        (Some(from), Some(to)) => to < from || (from, to) == (0, 0),
        (None, _) => false,
    }
}

/// The first module of a file's path; none for the crate's own root.
fn module(file: &str) -> Option<&str> {
    let first = file.split('/').next().unwrap_or(file).trim_end_matches(".rs");
    (first != "lib" && first != "main").then_some(first)
}

/// The module of a file of the emulator.
fn emulator_module(file: &str) -> Option<&str> {
    module(file.strip_prefix("emulator/")?)
}

fn emulator_floor(module: &str) -> Option<usize> {
    EMULATOR_FLOORS.iter().position(|(_, modules)| modules.contains(&module))
}

/// The shortest way along imports from a file back to itself.
fn circle(imports: &Imports, file: &str) -> Option<Vec<String>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([file]);
    while let Some(at) = next.pop_front() {
        for to in imports.get(at).into_iter().flat_map(BTreeMap::keys) {
            if to == file {
                let mut way = vec![file.to_owned(), at.to_owned()];
                let mut step = at;
                while let Some(earlier) = before.get(step) {
                    way.push((*earlier).to_owned());
                    step = earlier;
                }
                way.reverse();
                return Some(way);
            }
            if at != to && !before.contains_key(to.as_str()) {
                before.insert(to, at);
                next.push_back(to);
            }
        }
    }
    None
}

/// The shortest circle of each file that stands in one, the shortest first.
fn circles(imports: &Imports) -> Vec<Vec<String>> {
    let mut found: BTreeMap<BTreeSet<String>, Vec<String>> = BTreeMap::new();
    for way in imports.keys().filter_map(|file| circle(imports, file)) {
        found.entry(way.iter().cloned().collect()).or_insert(way);
    }
    let mut circles: Vec<Vec<String>> = found.into_values().collect();
    circles.sort_by_key(Vec::len);
    circles
}

/// The imports among the modules of the emulator, each a file or a folder with all that is in it.
fn among_modules(imports: &Imports) -> Imports {
    let mut among = Imports::new();
    for (from, imported) in imports {
        for (to, path) in imported {
            if let (Some(from), Some(to)) = (emulator_module(from), emulator_module(to))
                && from != to
            {
                among.entry(from.to_owned()).or_default().insert(to.to_owned(), path.clone());
            }
        }
    }
    among
}

fn ours() -> Imports {
    imports::of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// Every import as importing file, imported file, and the path by which it is imported.
fn each(imports: &Imports) -> impl Iterator<Item = (&str, &str, &str)> {
    imports.iter().flat_map(|(from, imported)| imported.iter().map(move |(to, path)| (&**from, &**to, &**path)))
}

fn tell(wrong: &[String], what_to_do: &str) {
    assert!(wrong.is_empty(), "{}\n\n{what_to_do}\n", wrong.join("\n"));
}

const WHAT_GOES_UP: &str = "Imports go down only. Move what is needed down to a floor that both may see, or hand the \
                            value in from above.";
const WHAT_GOES_ROUND: &str = "A circle cannot be read from one end. Move what its files share into a file below them, or \
                               merge what is one thing. A child that needs a type of its parent's file: give the type a \
                               file of its own.";

#[test]
fn every_module_has_a_floor_and_imports_go_down() {
    let imports = ours();
    let mut wrong = Vec::new();
    let modules: BTreeSet<&str> = imports.keys().filter_map(|file| module(file)).collect();
    for module in modules.iter().filter(|module| floor(module).is_none() && **module != EMULATOR) {
        wrong.push(format!("{module} has no floor: give it one here, in src/lib.rs and in ARCHITECTURE.md"));
    }
    for (from, to, path) in each(&imports) {
        if let (Some(above), Some(below)) = (module(from), module(to))
            && !allowed(above, below)
        {
            wrong.push(format!("src/{from} imports {path}: {above} may not know {below}"));
        }
    }
    tell(&wrong, WHAT_GOES_UP);
}

/// The thing that a file of floor 5 is about: the first part of its path below the folder.
fn thing<'a>(file: &'a str, folder: &str) -> Option<&'a str> {
    let below = file.strip_prefix(folder)?.strip_prefix('/')?;
    Some(below.split('/').next().unwrap_or(below).trim_end_matches(".rs"))
}

#[test]
fn no_resource_knows_another() {
    let registry = autopilot::provider::registry();
    let names: BTreeSet<&str> = registry.all_resources().map(|resource| resource.spec.name).collect();
    let imports = ours();
    let wrong: Vec<String> = each(&imports)
        .filter_map(|(from, to, path)| {
            let (here, there) = (thing(from, "resources")?, thing(to, "resources")?);
            let is_another = here != "mod" && here != there && names.contains(there);
            is_another.then(|| format!("src/{from} imports {path}"))
        })
        .collect();
    tell(&wrong, "What two resources share stands in a file of its own beside them, or a floor below.");
}

#[test]
fn the_emulator_s_imports_go_down() {
    let imports = ours();
    let mut wrong = Vec::new();
    let modules: BTreeSet<&str> = imports.keys().filter_map(|file| emulator_module(file)).collect();
    for module in modules.iter().filter(|module| emulator_floor(module).is_none()) {
        wrong.push(format!(
            "emulator::{module} has no floor: give it one here, in src/emulator/mod.rs and in ARCHITECTURE.md"
        ));
    }
    for (from, to, path) in each(&imports) {
        let (Some(above), Some(below)) = (emulator_module(from), emulator_module(to)) else { continue };
        let (Some(here), Some(there)) = (emulator_floor(above), emulator_floor(below)) else { continue };
        let name = |floor: usize| EMULATOR_FLOORS[floor].0;
        if there > here {
            wrong.push(format!("src/{from} ({}) imports {path}, which is above it ({})", name(here), name(there)));
        }
        if there == here && name(here) == APART && above != below {
            wrong.push(format!("src/{from} imports {path}: {above} may not know {below}"));
        }
    }
    tell(&wrong, WHAT_GOES_UP);
}

#[test]
fn there_is_no_circle() {
    let imports = ours();
    let modules = circles(&among_modules(&imports));
    let wrong: Vec<String> = circles(&imports).into_iter().chain(modules).map(|way| way.join(" -> ")).collect();
    tell(&wrong, WHAT_GOES_ROUND);
}

#[test]
fn every_module_says_what_it_must_not_know_and_where_to_start() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules: BTreeSet<String> = ours().keys().filter_map(|file| module(file)).map(str::to_owned).collect();
    let wrong: Vec<String> = modules
        .into_iter()
        .filter(|module| {
            let files = [src.join(module).join("mod.rs"), src.join(format!("{module}.rs"))];
            let text = files.iter().find_map(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
            let documentation: Vec<_> = text.lines().filter(|line| line.starts_with("//!")).collect();
            !["//! # Must not know", "//! # Start at"].iter().all(|section| documentation.contains(section))
        })
        .map(|module| format!("src/{module} lacks a section"))
        .collect();
    tell(&wrong, "Begin the module's documentation with what it is, then say `# Must not know` and `# Start at`.");
}

#[test]
fn the_rule_refuses_what_goes_up_or_sideways() {
    let pairs = [("schema", "value"), ("path", "value"), ("cli", "emulator"), ("emulator", "emulator")];
    assert!(pairs.iter().all(|(from, to)| allowed(from, to)));
    let pairs = [("value", "schema"), ("wire", "plan"), ("server", "emulator"), ("emulator", "value")];
    assert!(!pairs.iter().any(|(from, to)| allowed(from, to)));
}

/// The imports of files by their names.
fn read(files: &[(&str, &str)]) -> Imports {
    imports::of_texts(&files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

#[test]
fn a_path_counts_wherever_it_stands() {
    let sources = [
        "use crate::{b::{Type, Other}, x};",
        "fn f() { crate::b::of() }",
        "fn f(b: &super::b::Type) {}",
        "use super::b; fn f() { b::of() }",
        "use crate::b as other;",
        "fn f() { use crate::b::of; of() }",
        "fn f() { println!(\"{}\", crate::b::NAME) }",
        "table! { GET \"/x\" NEEDS crate::b::get; }",
        "macro_rules! m { () => { $crate::b::of() }; }",
        "mod inner { use super::super::b; }",
        "use crate::c::Again;",
    ];
    for source in sources {
        let imports = read(&[("a.rs", source), ("b.rs", ""), ("c.rs", "pub use super::b::Again;")]);
        assert!(imports["a.rs"].contains_key("b.rs"), "{source}: {:?}", imports["a.rs"]);
    }
}

#[test]
fn what_names_no_other_file_or_is_for_tests_does_not_count() {
    let sources = [
        "// crate::b",
        "mod b;",
        "#[cfg(test)] use crate::b;",
        "#[cfg(test)] mod tests { use crate::b; }",
        "pub(in crate::b) fn f() {}",
        "fn f(b: u8) -> u8 { b }",
        "use b::of;",
        "use crate::a::b;",
    ];
    for source in sources {
        let imports = read(&[("a.rs", source), ("b.rs", "")]);
        assert!(imports["a.rs"].is_empty(), "{source}: {:?}", imports["a.rs"]);
    }
    let imports = read(&[("a/mod.rs", "#[cfg(test)] mod laws;"), ("a/laws.rs", "use crate::b;"), ("b.rs", "")]);
    assert!(!imports.contains_key("a/laws.rs"));
}

#[test]
fn a_parent_that_uses_the_child_that_uses_it_is_a_circle() {
    let parent = ("a/mod.rs", "mod b; pub struct Type; pub fn f() { b::of() }");
    let found = circles(&read(&[parent, ("a/b.rs", "use super::Type;")]));
    assert_eq!(found, [["a/b.rs", "a/mod.rs", "a/b.rs"]]);
    // What the parent only passes on is the other child's.
    let parent = ("a/mod.rs", "mod b; mod c; pub use c::Type; pub fn f() { b::of() }");
    assert!(circles(&read(&[parent, ("a/b.rs", "use super::Type;"), ("a/c.rs", "")])).is_empty());
}
