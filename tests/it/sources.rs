//! The sources of the package, parsed. What is compiled for tests only is not among them.

use std::{collections::BTreeMap, fs, path::Path};

use syn::{Attribute, Item};

/// A path from the root of the crate.
pub(crate) type ModulePath = Vec<String>;

/// A source that is compiled into the package.
pub(crate) struct Source {
    pub(crate) module: ModulePath,
    pub(crate) file: syn::File,
}

/// The text of every file below `src`, by its name there.
pub(crate) fn texts(src: &Path) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    read(src, src, &mut texts);
    texts
}

fn read(src: &Path, folder: &Path, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("the sources are here") {
        let path = entry.expect("the sources are readable").path();
        if path.is_dir() {
            read(src, &path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let below = path.strip_prefix(src).expect("it was found there");
            let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            texts.insert(parts.join("/"), fs::read_to_string(&path).expect("a source is text"));
        }
    }
}

/// The sources by their names, without those that only tests have.
pub(crate) fn parsed(texts: &BTreeMap<String, String>) -> BTreeMap<&str, Source> {
    let mut sources = BTreeMap::new();
    for (name, text) in texts {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        sources.insert(name.as_str(), Source { module: module(name), file });
    }
    let for_tests: Vec<ModulePath> = sources.values().flat_map(test_modules).collect();
    sources.retain(|_, source| !for_tests.iter().any(|module| source.module.starts_with(module)));
    sources
}

/// `a/b.rs` and `a/b/mod.rs` are both the module `a::b`; `lib.rs` is the root.
fn module(name: &str) -> ModulePath {
    let bare = name.trim_end_matches(".rs");
    let bare = bare.strip_suffix("/mod").unwrap_or(bare);
    if bare == "lib" { Vec::new() } else { bare.split('/').map(str::to_owned).collect() }
}

/// Whether it is there for tests only.
pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    let test = |attribute: &Attribute| attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test");
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg") && test(attribute))
}

/// Modules in files of their own that only tests have.
fn test_modules(source: &Source) -> Vec<ModulePath> {
    let declared = source.file.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() && is_for_tests(&module.attrs) => Some(module.ident.to_string()),
        _ => None,
    });
    declared.map(|name| [source.module.as_slice(), &[name]].concat()).collect()
}
