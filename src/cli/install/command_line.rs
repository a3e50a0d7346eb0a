//! What the configuration file of Terraform's command line says of where providers come from.
//!
//! Source: HashiCorp's "CLI Configuration File": with a block `provider_installation`, nothing is searched but what it names.

use std::{fs, path::Path};

use super::super::terraform::{Item, SOURCE, read_configuration};

/// What keeps Terraform from a folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hindrance {
    /// The file cannot be read, and why.
    Unread(String),
    /// The file takes the provider from another folder.
    Overridden(String),
    /// The file names others.
    Hidden,
    /// The file names none, and the folder is not one that is searched without.
    Unknown,
}

/// What in this file keeps Terraform from taking the provider from a mirror. `is_named`: the mirror is not one that is searched
/// without a word.
pub(super) fn hindrance(file: &Path, mirror: &Path, is_named: bool) -> Option<Hindrance> {
    match fs::read_to_string(file) {
        Ok(text) => judge(&text, mirror, is_named),
        Err(error) => Some(Hindrance::Unread(error.to_string())),
    }
}

fn judge(text: &str, mirror: &Path, is_named: bool) -> Option<Hindrance> {
    let said = read_configuration(text);
    let Some(installation) = blocks(&said, "provider_installation").next() else {
        return is_named.then_some(Hindrance::Unknown);
    };
    let overrides = blocks(installation, "dev_overrides").flatten();
    let ours = |name: &str| name == SOURCE || name.ends_with(&format!("/{SOURCE}"));
    for item in overrides {
        if let Item::Set(name, folders) = item
            && ours(name)
        {
            return Some(Hindrance::Overridden(folders.join(" ")));
        }
    }
    let takes = |method: &[Item]| {
        set(method, "path").is_some_and(|path| path.iter().any(|path| Path::new(path) == mirror))
            && set(method, "include").is_none_or(|patterns| patterns.iter().any(|pattern| matches(pattern)))
            && !set(method, "exclude").is_some_and(|patterns| patterns.iter().any(|pattern| matches(pattern)))
    };
    (!blocks(installation, "filesystem_mirror").any(takes)).then_some(Hindrance::Hidden)
}

fn blocks<'a>(items: &'a [Item], name: &str) -> impl Iterator<Item = &'a [Item]> {
    items.iter().filter_map(move |item| match item {
        Item::Block(own, items) if own == name => Some(items.as_slice()),
        _ => None,
    })
}

fn set<'a>(items: &'a [Item], name: &str) -> Option<&'a [String]> {
    items.iter().find_map(|item| match item {
        Item::Set(own, texts) if own == name => Some(texts.as_slice()),
        _ => None,
    })
}

/// Whether a pattern of providers is of ours: `zero-touch/*`, `registry.terraform.io/*/*`.
fn matches(pattern: &str) -> bool {
    let mut parts = pattern.rsplit('/').zip(SOURCE.rsplit('/'));
    parts.all(|(pattern, ours)| pattern == "*" || pattern == ours)
}

#[cfg(test)]
mod tests {
    use super::{super::super::terraform::from_mirror, *};

    fn of(text: &str) -> Option<Hindrance> {
        judge(text, Path::new("/plugins"), false)
    }

    #[test]
    fn without_an_installation_block_the_usual_folder_is_searched_and_no_other() {
        assert_eq!(of("disable_checkpoint = true"), None);
        assert_eq!(judge("", Path::new("/plugins"), true), Some(Hindrance::Unknown));
    }

    #[test]
    fn an_installation_block_hides_what_it_does_not_name() {
        let within = |methods: &str| of(&format!("provider_installation {{\n{methods}\n}}\n"));
        let mirror =
            |rest: &str| within(&format!("filesystem_mirror {{\n path = \"/plugins\"\n{rest}\n}}\ndirect {{}}"));
        assert_eq!(within("direct {}"), Some(Hindrance::Hidden));
        assert_eq!(within("filesystem_mirror {\n path = \"/other\"\n}"), Some(Hindrance::Hidden));
        assert_eq!(mirror(""), None);
        assert_eq!(mirror("include = [\"zero-touch/*\"]"), None);
        assert_eq!(mirror("include = [\"registry.terraform.io/*/*\"]"), None);
        assert_eq!(mirror("include = [\"hashicorp/*\"]"), Some(Hindrance::Hidden));
        assert_eq!(mirror("exclude = [\"zero-touch/autopilot\"]"), Some(Hindrance::Hidden));
        assert_eq!(within(&from_mirror(Path::new("/plugins"))), None, "the remedy helps");
    }

    #[test]
    fn an_override_is_told() {
        let text = "provider_installation {\n  dev_overrides {\n    \"zero-touch/autopilot\" = \"/built\"\n  }\n  direct {}\n}\n";
        assert_eq!(of(text), Some(Hindrance::Overridden("/built".to_owned())));
    }
}
