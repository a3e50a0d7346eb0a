//! What each thing that is served has to come with: an example that runs, a line for the user who upgrades.

use std::{fs, path::Path};

use autopilot::provider;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const CHANGELOG: &str = "CHANGELOG.md";

/// Whether the registry's pages are there, to be demanded.
const PAGES: bool = false;

/// Everything is there; else it is told what to add.
pub(crate) fn nothing() {
    let missing = all();
    assert!(missing.is_empty(), "add\n\n{}\n", missing.join("\n\n"));
}

/// What is missing: a file and what goes into it.
fn all() -> Vec<String> {
    let registry = provider::registry();
    let mut missing = Vec::new();
    for it in &registry.resources {
        let (name, folder) = (&it.type_name, format!("examples/resources/{}", it.type_name));
        missing.extend(text(&format!("{folder}/resource.tf"), &format!("resource \"{name}\" \"NAME\" {{")));
        let mut lines = Vec::new();
        if it.identity.is_some() {
            lines.push(format!("terraform import {name}.NAME ID"));
        }
        if let Some(by) = it.spec.find_by {
            lines.push(format!("terraform import {name}.NAME \"{by}=VALUE\""));
        }
        if lines.is_empty() {
            lines.push(format!("terraform import {name}.NAME"));
        }
        missing.extend(lines.iter().filter_map(|line| text(&format!("{folder}/import.sh"), line)));
        if it.list.is_some() {
            let file = format!("examples/list-resources/{name}/list-resource.tfquery.hcl");
            missing.extend(text(&file, &format!("list \"{name}\" \"NAME\" {{")));
        }
        missing.extend(text(CHANGELOG, &format!("* **New Resource:** `{name}`")));
        missing.extend(page("resources", it.spec.name));
    }
    for it in &registry.data_sources {
        // One that is derived from a resource's table needs no line of its own.
        if registry.resource(&it.type_name).is_none() {
            let file = format!("examples/data-sources/{}/data-source.tf", it.type_name);
            missing.extend(text(&file, &format!("data \"{}\" \"NAME\" {{", it.type_name)));
            missing.extend(text(CHANGELOG, &format!("* **New Data Source:** `{}`", it.type_name)));
        }
        missing.extend(page("data-sources", it.spec.name));
    }
    for it in &registry.functions {
        let name = it.spec.name;
        missing
            .extend(text(&format!("examples/functions/{name}/function.tf"), &format!("provider::autopilot::{name}(")));
        missing.extend(text(CHANGELOG, &format!("* **New Function:** `{name}`")));
        missing.extend(page("functions", name));
    }
    for it in &registry.actions {
        let file = format!("examples/actions/{}/action.tf", it.type_name);
        missing.extend(text(&file, &format!("action \"{}\" \"NAME\" {{", it.type_name)));
        missing.extend(text(CHANGELOG, &format!("* **New Action:** `{}`", it.type_name)));
        missing.extend(page("actions", it.spec.name));
    }
    missing
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

fn page(kind: &str, name: &str) -> Option<String> {
    let file = format!("docs/{kind}/{name}.md");
    (PAGES && !Path::new(ROOT).join(&file).exists()).then(|| format!("the page {file}"))
}
