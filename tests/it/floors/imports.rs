//! Which file of the package imports which: every path of a source, followed to the file of the module it names.
//!
//! Paths stand in `use` lines, in expressions and types, and in what is handed to macros; all of them count. A path may
//! start at `crate`, `self`, `super`, a child module, or a name that a `use` line gave. What is compiled for tests only
//! does not count, and neither does `mod x;`: a parent has to name its children.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Item, ItemMod, ItemUse, Macro, UseTree, VisRestricted,
    ext::IdentExt as _,
    visit::{self, Visit},
};

use crate::sources::{ModulePath, is_for_tests, parsed, texts};

/// File, file that it imports, and one of the paths by which it does. Files are named as below `src`.
pub(super) type Imports = BTreeMap<String, BTreeMap<String, String>>;

/// What the `use` lines of each module give a name to.
type Names = BTreeMap<ModulePath, BTreeMap<String, ModulePath>>;

/// The imports of every file below `src`.
pub(super) fn of(src: &Path) -> Imports {
    of_texts(&texts(src))
}

/// The imports of sources by their names.
pub(super) fn of_texts(texts: &BTreeMap<String, String>) -> Imports {
    let sources = parsed(texts);
    let files: BTreeMap<&[String], &str> = sources.iter().map(|(name, source)| (&*source.module, *name)).collect();
    let mut names = Names::new();
    let mut read = BTreeMap::new();
    for (name, source) in &sources {
        let mut reader =
            Reader { files: &files, module: source.module.clone(), names: BTreeMap::new(), found: BTreeSet::new() };
        reader.learn(&source.file.items);
        names.insert(source.module.clone(), reader.names.clone());
        reader.visit_file(&source.file);
        read.insert(*name, reader.found);
    }
    let mut imports = Imports::new();
    for (name, paths) in read {
        let own = imports.entry(name.to_owned()).or_default();
        for path in paths {
            if let Some(file) = file_of(&files, &names, &path).filter(|file| *file != name) {
                own.entry(file.to_owned()).or_insert_with(|| path.join("::"));
            }
        }
    }
    imports
}

/// The file that has what a path names: that of the longest part of it that is a module with a file, or, where that
/// module has it from elsewhere by a `use` line, the file there.
fn file_of<'a>(files: &BTreeMap<&[String], &'a str>, names: &Names, path: &[String]) -> Option<&'a str> {
    let mut path = path.to_vec();
    // A circle of re-exports would have no end; nothing that compiles is this deep.
    for _ in 0..16 {
        let length = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
        let given = path.get(length).and_then(|name| names.get(&path[..length])?.get(name));
        match given {
            Some(elsewhere) if *elsewhere != path => path = [elsewhere.as_slice(), &path[length + 1..]].concat(),
            _ => return files.get(&path[..length]).copied(),
        }
    }
    None
}

struct Reader<'a> {
    files: &'a BTreeMap<&'a [String], &'a str>,
    /// The module that is being read, be it in a file of its own or not.
    module: ModulePath,
    /// What `use` lines have given a name to.
    names: BTreeMap<String, ModulePath>,
    found: BTreeSet<ModulePath>,
}

impl Reader<'_> {
    /// Takes in the names that the `use` lines of a module give, before what uses them is read.
    fn learn(&mut self, items: &[Item]) {
        for item in items {
            if let Item::Use(item) = item
                && !is_for_tests(&item.attrs)
            {
                self.learn_tree(&item.tree, &mut Vec::new());
            }
        }
    }

    fn learn_tree(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.unraw().to_string());
                self.learn_tree(&path.tree, before);
                before.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.learn_tree(tree, before)),
            UseTree::Name(name) => {
                let last = name.ident.unraw().to_string();
                let path = if last == "self" { before.clone() } else { [before.as_slice(), &[last]].concat() };
                let given = path.last().cloned().unwrap_or_default();
                self.learn_name(given, &path);
            }
            UseTree::Rename(rename) => {
                let path = [before.as_slice(), &[rename.ident.unraw().to_string()]].concat();
                self.learn_name(rename.rename.unraw().to_string(), &path);
            }
            UseTree::Glob(_) => {
                let path = before.clone();
                self.found.extend(self.absolute(&path));
            }
        }
    }

    fn learn_name(&mut self, given: String, path: &[String]) {
        if let Some(path) = self.absolute(path) {
            self.found.insert(path.clone());
            self.names.insert(given, path);
        }
    }

    /// The path from the root of the crate, if it leads into this crate.
    fn absolute(&self, path: &[String]) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        let mut absolute = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.module.clone(),
            "super" => self.module.split_last()?.1.to_vec(),
            name => match self.names.get(name) {
                Some(known) => known.clone(),
                None => {
                    let child = [self.module.as_slice(), &[name.to_owned()]].concat();
                    self.files.keys().any(|module| module.starts_with(&child)).then_some(child)?
                }
            },
        };
        for part in rest {
            if part == "super" {
                absolute.pop()?;
            } else {
                absolute.push(part.clone());
            }
        }
        Some(absolute)
    }

    fn meet(&mut self, path: &[String]) {
        self.found.extend(self.absolute(path));
    }

    /// Paths among tokens that are not parsed: words with `::` between them.
    fn meet_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if colons != 2 {
                        self.meet_words(&path);
                        path.clear();
                    }
                    path.push(word.unraw().to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.meet_words(&path);
                    path.clear();
                    self.meet_tokens(group.stream());
                }
                _ => {
                    self.meet_words(&path);
                    path.clear();
                }
            }
        }
        self.meet_words(&path);
    }

    fn meet_words(&mut self, path: &[String]) {
        // A word alone may be anything: a variable as well as a module.
        if path.len() > 1 {
            self.meet(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Const(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Macro(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_for_tests(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let Some((_, items)) = &item.content else { return };
        let outer = std::mem::take(&mut self.names);
        self.module.push(item.ident.unraw().to_string());
        self.learn(items);
        visit::visit_item_mod(self, item);
        self.module.pop();
        self.names = outer;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        // One that stands within a function was not met by `learn`.
        self.learn_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let words: Vec<String> = path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
        self.meet(&words);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        visit::visit_macro(self, item);
        self.meet_tokens(item.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}
