//! References instead of ids: to what is exported, else to a data source.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::{
    folder::Names,
    left_out::{LeftOut, lasting},
    naming,
    reading::Object,
    tenancy::Tenancy,
};
use crate::{
    hcl::{self, Expression, Said},
    resource::{
        Registry,
        engine::{self, Scope},
        references,
    },
    schema::null_object,
};

/// So many are looked up at once: they go out together.
const AT_ONCE: usize = 60;

/// Where each object is in the configuration.
pub(super) struct Addresses {
    /// The names of the objects, in their order.
    pub(super) names: Vec<String>,
    /// Addresses by kind and id.
    of: BTreeMap<(String, String), String>,
    /// Variables by the text that they stand for.
    pub(super) texts: BTreeMap<String, String>,
    by_name: bool,
}

impl Addresses {
    /// The variables, each with the text that it stands for, in the order of their names.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut variables: Vec<(&str, &str)> =
            self.texts.iter().map(|(text, name)| (text.as_str(), name.as_str())).collect();
        variables.sort_by_key(|(_, name)| *name);
        variables.into_iter()
    }
}

/// Something that is referred to and is not exported.
pub(super) struct Looked {
    pub(super) type_name: String,
    pub(super) name: String,
    /// The attribute that it is looked up by, and its value.
    pub(super) by: (&'static str, String),
}

/// What a tenant has but one of needs no name of its own.
const THE_ONLY_ONE: &str = "this";

/// The attribute that holds what users are told when something fails.
const HELP: &str = "custom_error_message";

impl Addresses {
    /// Of what is exported. `before`: names that a folder has for them already.
    pub(super) fn of(tenancy: &Tenancy, before: &Names, by_name: bool) -> Addresses {
        let mut names = Vec::new();
        let mut of = BTreeMap::new();
        for objects in tenancy.objects.chunk_by(|a, b| a.registered.type_name == b.registered.type_name) {
            let Some(first) = objects.first() else { continue };
            let type_name = &first.registered.type_name;
            let had = |object: &Object| before.get(&(type_name.clone(), object.import_id.to_lowercase()));
            let things = objects.iter().map(|object| {
                let title = if object.is_the_only_one() { THE_ONLY_ONE } else { &object.title };
                (title, object.id.as_str(), had(object).map(String::as_str))
            });
            for (object, name) in objects.iter().zip(naming::names(things)) {
                let key = (object.registered.spec.name.to_owned(), object.id.to_lowercase());
                of.insert(key, format!("{type_name}.{name}.id"));
                names.push(name);
            }
        }
        let told: BTreeSet<&str> =
            tenancy.objects.iter().filter_map(|object| object.config.get(HELP).as_str()).collect();
        let numbered = told.into_iter().enumerate().map(|(at, text)| {
            let name = if at == 0 { "help_desk_message".to_owned() } else { format!("help_desk_message_{}", at + 1) };
            (text.to_owned(), name)
        });
        Addresses { names, of, texts: numbered.collect(), by_name }
    }

    /// Looks up what is referred to and is not exported. What cannot be looked up is left as its id, and told.
    pub(super) async fn look_up(
        &mut self,
        registry: &Registry,
        scope: &Scope,
        objects: &[Object],
    ) -> (Vec<Looked>, Vec<LeftOut>) {
        let mut referred: BTreeMap<(&'static str, String), BTreeSet<String>> = BTreeMap::new();
        for object in objects {
            for reference in references::of(&object.registered.spec.attributes, &object.config) {
                let by = format!("{} {:?}", object.registered.spec.noun, object.title);
                referred.entry((reference.kind, reference.id.to_lowercase())).or_default().insert(by);
            }
        }
        let missing: Vec<_> = referred
            .keys()
            .filter(|(kind, id)| !self.of.contains_key(&((*kind).to_owned(), id.clone())))
            .cloned()
            .collect();
        let mut found = Vec::new();
        for some in missing.chunks(AT_ONCE) {
            found.extend(join_all(some.iter().map(|(kind, id)| look_up(registry, scope, kind, id))).await);
        }
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for (missing, found) in missing.into_iter().zip(found) {
            match found {
                Looking::Found(attribute, title) => known.push((missing, (attribute, title))),
                Looking::Failed(noun, why) => {
                    let by: Vec<&str> = referred.get(&missing).into_iter().flatten().map(String::as_str).collect();
                    let why = format!("Its id stands in the configuration of {}. {why}", by.join(", "));
                    unknown.push(LeftOut::here(format!("{noun} {}", missing.1), why));
                }
                Looking::Nowhere => {}
            }
        }
        let mut looked = Vec::new();
        for of_kind in known.chunk_by(|a, b| a.0.0 == b.0.0) {
            let things = of_kind.iter().map(|((_, id), (_, title))| (title.as_str(), id.as_str(), None));
            let names = naming::names(things);
            for (((kind, id), (attribute, title)), name) in of_kind.iter().zip(names) {
                let type_name = format!("{}_{kind}", registry.name);
                self.of.insert(((*kind).to_owned(), id.clone()), format!("data.{type_name}.{name}.id"));
                let by = if self.by_name { (*attribute, title.clone()) } else { ("id", id.clone()) };
                looked.push(Looked { type_name, name, by });
            }
        }
        (looked, unknown)
    }
}

/// What came of looking something up.
enum Looking {
    /// The attribute that names it for people, and its value.
    Found(&'static str, String),
    /// What it was looked up as, and why it was not found.
    Failed(String, String),
    /// No data source tells things of its kind.
    Nowhere,
}

async fn look_up(registry: &Registry, scope: &Scope, kind: &str, id: &str) -> Looking {
    let Some(registered) = registry.data_source(&format!("{}_{kind}", registry.name)) else { return Looking::Nowhere };
    let Some(table) = registered.data_source.table() else { return Looking::Nowhere };
    let Some(find_by) = table.find_by.first() else { return Looking::Nowhere };
    let mut config = null_object(&registered.spec.attributes);
    config.insert("id", id.into());
    let answer = engine::read_data(registered, scope, config).await;
    match answer.state.get(find_by.attribute).as_str() {
        Some(title) if !answer.diagnostics.has_errors() => Looking::Found(find_by.attribute, title.to_owned()),
        _ => {
            let why = answer.diagnostics.into_iter().next().map(|told| lasting(&told.detail)).unwrap_or_default();
            Looking::Failed(table.noun.to_owned(), why)
        }
    }
}

impl Said for Addresses {
    fn of_id(&self, kind: &str, id: &str) -> Option<Expression> {
        self.of.get(&(kind.to_owned(), id.to_lowercase())).map(|address| hcl::written(address))
    }

    fn of_text(&self, attribute: &str, text: &str) -> Option<Expression> {
        let variable = self.texts.get(text).filter(|_| attribute == HELP)?;
        Some(hcl::written(&format!("var.{variable}")))
    }
}
