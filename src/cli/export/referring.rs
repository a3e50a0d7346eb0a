//! References instead of ids: to what is exported, else to a data source.

mod directory;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    folder::{Folder, TEXT},
    left_out::{LeftOut, lasting},
    looking::{Looking, Target, look_up_all},
    naming,
    reading::Object,
    tenancy::Tenancy,
    unread::Unread,
    variables::Variable,
};
use crate::{
    hcl::{self, Expression, Said},
    resource::{Registry, engine::Scope, references},
};

/// What tells one thing from all others: the collection on Graph that holds it, and its id. An app of the Microsoft Store is an app.
type Key = (String, String);

/// Where each object is in the configuration.
pub(super) struct Addresses {
    /// The names of the objects, in their order.
    pub(super) names: Vec<String>,
    /// The variables, in the order of their names.
    pub(super) variables: Vec<Variable>,
    of: BTreeMap<Key, String>,
    /// The collections by what tables call the things in them.
    collections: BTreeMap<&'static str, &'static str>,
    /// Variables by the text that they stand for.
    texts: BTreeMap<String, String>,
    /// What could not be looked up though it may be there: the type of the data source, and the id.
    pub(super) unread: Vec<(String, String)>,
    /// Which object names which thing of the directory and is in turn named by it.
    circular: BTreeSet<(Key, Key)>,
    as_module: bool,
}

/// Something that is referred to and is not exported.
pub(super) struct Looked {
    pub(super) type_name: String,
    pub(super) name: String,
    /// The attribute that it is looked up by, and its value.
    pub(super) by: (&'static str, Expression),
}

/// Something that is referred to and has no address.
struct Missing {
    kind: &'static str,
    /// As it is referred to. Graph compares ids without case, a plan does not.
    id: String,
    /// Who refers to it.
    by: BTreeSet<String>,
}

/// What a tenant has but one of needs no name of its own.
const THE_ONLY_ONE: &str = "this";

/// The attribute that holds what users are told when something fails.
const HELP: &str = "custom_error_message";

impl Addresses {
    /// Of what is exported. The folder has names already for what was exported before.
    pub(super) fn of(registry: &Registry, tenancy: &Tenancy, folder: &Folder<'_>, as_module: bool) -> Addresses {
        let tables = registry.all_data_sources().filter_map(|registered| registered.data_source.table());
        let mut addresses = Addresses {
            names: Vec::new(),
            variables: Vec::new(),
            of: BTreeMap::new(),
            collections: tables.map(|table| (table.name, table.collection)).collect(),
            texts: BTreeMap::new(),
            unread: Vec::new(),
            circular: BTreeSet::new(),
            as_module,
        };
        for objects in tenancy.objects.chunk_by(|a, b| a.registered.type_name == b.registered.type_name) {
            let Some(first) = objects.first() else { continue };
            let type_name = &first.registered.type_name;
            let had = |object: &Object| folder.names.get(&(type_name.clone(), object.import_id.to_lowercase()));
            let things = objects.iter().map(|object| {
                let title = if object.is_the_only_one() { THE_ONLY_ONE } else { &object.title };
                (title, object.id.as_str(), had(object).map(String::as_str))
            });
            for (object, name) in objects.iter().zip(naming::names(things)) {
                let key = addresses.key(object.registered.spec.name, &object.id);
                addresses.of.insert(key, format!("{type_name}.{name}.id"));
                addresses.names.push(name);
            }
        }
        for (text, name) in texts(tenancy, folder) {
            addresses.variables.push(Variable::text(&name, text));
            addresses.texts.insert(text.to_owned(), name);
        }
        addresses.variables.sort_by(|a, b| a.name.cmp(&b.name));
        addresses
    }

    /// What was not read is where the folder has it.
    pub(super) fn keep(&mut self, registry: &Registry, tenancy: &Tenancy, folder: &Folder<'_>) {
        for ((type_name, id), name) in &folder.names {
            if let (Some(registered), false) = (registry.resource(type_name), tenancy.read.contains_key(type_name)) {
                let key = self.key(registered.spec.name, id);
                self.of.entry(key).or_insert_with(|| format!("{type_name}.{name}.id"));
            }
        }
    }

    fn key(&self, kind: &str, id: &str) -> Key {
        (self.collections.get(kind).copied().unwrap_or(kind).to_owned(), id.to_lowercase())
    }

    /// Looks up what is referred to and is not exported. What cannot be looked up is left as its id, and told: of what could not be
    /// read, its kind.
    pub(super) async fn look_up(
        &mut self,
        registry: &Registry,
        scope: &Scope,
        tenancy: &Tenancy,
    ) -> (Vec<Looked>, Vec<LeftOut>, Vec<Unread>) {
        let mut missing: BTreeMap<Key, Missing> = BTreeMap::new();
        for object in &tenancy.objects {
            for reference in references::of(&object.registered.spec.attributes, &object.config) {
                let key = self.key(reference.kind, &reference.id);
                if !self.of.contains_key(&key) {
                    let by = format!("{} {:?}", object.registered.spec.noun, object.title);
                    let missing = missing.entry(key).or_insert_with(|| Missing {
                        kind: reference.kind,
                        id: reference.id.clone(),
                        by: BTreeSet::new(),
                    });
                    missing.by.insert(by);
                }
            }
        }
        if self.as_module {
            for left in &tenancy.left_out {
                let Some((kind, id)) = &left.id else { continue };
                let key = self.key(kind, id);
                if missing.remove(&key).is_some() {
                    self.becomes_a_variable(key, kind, id, &left.what);
                }
            }
        }
        let targets: Vec<_> = missing.values().map(|missing| (missing.kind, missing.id.as_str())).collect();
        let found = look_up_all(registry, scope, &targets, self.as_module).await;
        let (mut known, mut unknown, mut unread) = (Vec::new(), Vec::new(), BTreeMap::new());
        for ((key, Missing { kind, id, by }), found) in missing.iter().zip(found) {
            match found {
                Looking::Found(target) => known.push((target, key.clone(), id)),
                Looking::Failed { noun, why, may_be_there } => {
                    let by: Vec<&str> = by.iter().map(String::as_str).collect();
                    let by = by.join(", ");
                    let stands = match self.as_module && !may_be_there {
                        true => {
                            let variable = self.becomes_a_variable(key.clone(), kind, id, &format!("{noun} {id}"));
                            format!("{by} refers to it, by the variable {variable}: another tenant has to set that.")
                        }
                        false => format!("Its id stands in the configuration of {by}."),
                    };
                    let told = format!("{stands} {}", lasting(&why));
                    let left = LeftOut::here(format!("{noun} {id}"), told);
                    unknown.push(LeftOut { is_of_this_tenant: !may_be_there, ..left });
                    if may_be_there {
                        self.unread.push((format!("{}_{kind}", registry.name), id.clone()));
                        let called = format!("each {noun} that is referred to");
                        unread.entry(*kind).or_insert_with(|| Unread::of(&called, &why));
                    }
                }
                Looking::Nowhere => {}
            }
        }
        known.sort_by(|(a, a_key, _), (b, b_key, _)| (&a.type_name, a_key).cmp(&(&b.type_name, b_key)));
        let mut looked = Vec::new();
        for of_type in known.chunk_by(|(a, ..), (b, ..)| a.type_name == b.type_name) {
            let things = of_type.iter().map(|(target, _, id)| (target.title.as_str(), id.as_str(), None));
            for ((target, key, id), name) in of_type.iter().zip(naming::names(things)) {
                self.of.insert(key.clone(), format!("data.{}.{name}.id", target.type_name));
                looked.push(Looked {
                    by: self.looked_up_by(target, &name, id),
                    type_name: target.type_name.clone(),
                    name,
                });
            }
        }
        self.variables.sort_by(|a, b| a.name.cmp(&b.name));
        (looked, unknown, unread.into_values().collect())
    }

    /// What a second tenant cannot have by itself is told to the module.
    fn becomes_a_variable(&mut self, key: Key, kind: &str, id: &str, what: &str) -> String {
        let short: String = id.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        let variable = name_of(&format!("{kind}_{}", short.to_lowercase()), "id");
        self.variables.push(Variable::not_exported(&variable, id, what));
        self.of.insert(key, format!("var.{variable}"));
        variable
    }

    /// In a module a second tenant finds its own by the name. Elsewhere the id outlasts a new name.
    fn looked_up_by(&mut self, target: &Target, name: &str, id: &str) -> (&'static str, Expression) {
        if !self.as_module {
            return ("id", hcl::literal(id));
        }
        if target.is_the_only_one {
            return (target.attribute, hcl::literal(&target.title));
        }
        let variable = name_of(name, &format!("{}_id", target.kind));
        self.variables.push(Variable::id(&variable, id, &target.noun, &target.title));
        ("id", hcl::written(&format!("var.{variable}")))
    }
}

/// What users are told, each text with the name of its variable: the one that the folder has for it, or a free one.
fn texts<'a>(tenancy: &'a Tenancy, folder: &Folder<'_>) -> Vec<(&'a str, String)> {
    let told: BTreeSet<&str> = tenancy.objects.iter().filter_map(|object| object.config.get(HELP).as_str()).collect();
    let had = |text: &str| folder.texts.get(hcl::literal(text).to_string().trim()).cloned();
    let taken: BTreeSet<String> = told.iter().filter_map(|text| had(text)).collect();
    let numbered = (2..).map(|number| format!("{TEXT}_{number}"));
    let mut free = [TEXT.to_owned()].into_iter().chain(numbered).filter(|name| !taken.contains(name));
    told.into_iter().filter_map(|text| Some((text, had(text).or_else(|| free.next())?))).collect()
}

/// What a variable is called.
fn name_of(name: &str, what: &str) -> String {
    format!("{name}_{what}")
}

impl Said for Addresses {
    fn of_id(&self, kind: &str, id: &str) -> Option<Expression> {
        self.of.get(&self.key(kind, id)).map(|address| hcl::written(address))
    }

    fn of_text(&self, attribute: &str, text: &str) -> Option<Expression> {
        let variable = self.texts.get(text).filter(|_| attribute == HELP)?;
        Some(hcl::written(&format!("var.{variable}")))
    }
}
