//! What each thing that is served has to come with: an example that runs, a page, a line for the user who
//! upgrades.

use std::{fs, path::Path};

use autopilot::{cli::docs, provider, resource::Registered};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const CHANGELOG: &str = include_str!("../../CHANGELOG.md");

/// Everything is there; else it is told what to add.
pub(crate) fn nothing() {
    let missing = all();
    assert!(missing.is_empty(), "add\n\n{}\n", missing.join("\n\n"));
}

/// A module is described, its values have types, and it is tested.
pub(crate) fn of_module(name: &str) {
    let folder = format!("examples/modules/{name}");
    let mut missing: Vec<_> = [
        ("README.md", "# "),
        ("versions.tf", "required_providers"),
        ("variables.tf", "type"),
        ("outputs.tf", "output"),
    ]
    .into_iter()
    .filter_map(|(file, part)| text(&format!("{folder}/{file}"), part))
    .collect();
    let tests = fs::read_dir(Path::new(ROOT).join(&folder).join("tests")).into_iter().flatten().count();
    if tests == 0 {
        missing.push(format!("{folder}/tests: a *.tftest.hcl"));
    }
    assert!(missing.is_empty(), "add\n\n{}\n", missing.join("\n\n"));
}

/// The same of one resource, so that its own trials tell it.
pub(crate) fn of_resource(it: &Registered) {
    let (name, page) = (&it.type_name, format!("/{}.md", it.spec.name));
    let mut missing = all();
    missing.retain(|told| told.contains(name.as_str()) || told.contains(&page));
    assert!(missing.is_empty(), "add\n\n{}\n", missing.join("\n\n"));
}

/// What is missing: a file and what goes into it.
fn all() -> Vec<String> {
    let registry = provider::registry();
    let mut missing = Vec::new();
    for it in registry.all_resources() {
        let (name, folder) = (&it.type_name, format!("examples/resources/{}", it.type_name));
        missing.extend(text(&format!("{folder}/resource.tf"), &format!("resource \"{name}\" \"NAME\" {{")));
        missing.extend(versions(&folder));
        let mut lines = Vec::new();
        if it.identity.is_some() {
            lines.push(format!("terraform import {name}.NAME ID"));
        }
        for find in &it.spec.find_by {
            lines.push(format!("terraform import {name}.NAME \"{}=VALUE\"", find.attribute));
        }
        if lines.is_empty() {
            lines.push(format!("terraform import {name}.NAME"));
        }
        missing.extend(lines.iter().filter_map(|line| text(&format!("{folder}/import.sh"), line)));
        missing.extend(told("Resource", name));
        if it.list.is_some() {
            let folder = format!("examples/list-resources/{name}");
            let file = format!("{folder}/list-resource.tfquery.hcl");
            missing.extend(text(&file, &format!("list \"{name}\" \"NAME\" {{")));
            missing.extend(versions(&folder));
        }
    }
    for it in registry.all_data_sources() {
        let folder = format!("examples/data-sources/{}", it.type_name);
        let block = format!("data \"{}\" \"NAME\" {{", it.type_name);
        missing.extend(text(&format!("{folder}/data-source.tf"), &block));
        missing.extend(versions(&folder));
    }
    // One that is derived from a resource's table needs no line of its own.
    missing.extend(registry.own_data_sources().filter_map(|it| told("Data Source", &it.type_name)));
    for it in &registry.functions {
        let name = it.spec.name;
        missing.extend(versions(&format!("examples/functions/{name}")));
        missing
            .extend(text(&format!("examples/functions/{name}/function.tf"), &format!("provider::autopilot::{name}(")));
        missing.extend(told("Function", name));
    }
    for it in &registry.actions {
        missing.extend(versions(&format!("examples/actions/{}", it.type_name)));
        let file = format!("examples/actions/{}/action.tf", it.type_name);
        missing.extend(text(&file, &format!("action \"{}\" \"NAME\" {{", it.type_name)));
        missing.extend(told("Action", &it.type_name));
    }
    missing.extend(pages());
    missing
}

/// An example runs as it is: it says where the provider comes from.
fn versions(folder: &str) -> Option<String> {
    text(&format!("{folder}/versions.tf"), "autopilot = { source = \"zero-touch/autopilot\" }")
}

/// `None` where the file has such a line. Words in capitals stand for anything.
fn text(file: &str, line: &str) -> Option<String> {
    let there = fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_default();
    let anything = [".NAME", "\"NAME\"", " ID", "VALUE"];
    let cut = anything.iter().filter_map(|word| line.find(word)).min().unwrap_or(line.len());
    let begin = &line[..cut];
    let there = there.lines().any(|other| match line {
        _ if line.ends_with(" ID") => other.starts_with(begin) && !other.contains('='),
        _ if line.ends_with("VALUE\"") => other.starts_with(begin) && other.contains('='),
        _ => other.contains(begin),
    });
    (!there).then(|| format!("to {file} a line\n    {line}"))
}

/// A line of the changelog may name several.
fn told(kind: &str, name: &str) -> Option<String> {
    let begin = format!("* **New {kind}:** ");
    let quoted = format!("`{name}`");
    let there = CHANGELOG.lines().any(|line| line.starts_with(&begin) && line.contains(&quoted));
    (!there).then(|| format!("to CHANGELOG.md a line\n    {begin}{quoted}"))
}

/// The pages of the registry that are not as the tables and the examples are.
fn pages() -> Option<String> {
    let differences = docs::differences(Path::new(ROOT)).expect("pages and examples can be read");
    let told: String = differences.iter().map(|difference| format!("\n    {difference}")).collect();
    (!told.is_empty()).then(|| format!("what `cargo run -- docs` writes:{told}"))
}
