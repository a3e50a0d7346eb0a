//! Ids of whatever is in the directory, such as the members of a group. Those of what the configuration has are references,
//! unless that makes a circle. In a module the rest is a variable: nothing looks up whatever is in a directory.

use std::collections::{BTreeMap, BTreeSet};

use super::{Addresses, Key, name_of};
use crate::{
    cli::export::{reading::Object, variables::Variable},
    hcl::{self, Expression, Said},
    resource::references,
    schema::ANY_OBJECT,
    value::Value,
};

/// Where tables have what is in the directory.
const COLLECTIONS: [&str; 3] = ["/v1.0/groups", "/v1.0/servicePrincipals", "/v1.0/users"];

/// What an object refers to.
type Edges = BTreeMap<Key, BTreeSet<Key>>;

impl Addresses {
    /// Relates objects to each other, when all that they refer to is known.
    pub(in crate::cli::export) fn relate(&mut self, objects: &[Object]) {
        let edges: Edges = objects.iter().map(|object| (self.key_of(object), self.referred_by(object))).collect();
        let circular = edges.iter().flat_map(|(from, to)| {
            let back = to.iter().filter(|to| leads_to(&edges, to, from));
            back.map(|to| (from.clone(), to.clone())).collect::<Vec<_>>()
        });
        self.circular = circular.collect();
        let mut variables = Vec::new();
        for (object, name) in objects.iter().zip(&self.names) {
            for (attribute, (references, others)) in self.parted(object) {
                if self.as_module && (references.is_empty() || !others.is_empty()) {
                    let of = format!("{} {:?}", object.registered.spec.noun, object.title);
                    let ids = others.iter().filter_map(|id| id.as_str());
                    variables.push(Variable::ids(
                        &name_of(name, attribute),
                        ids,
                        attribute,
                        &of,
                        references.is_empty(),
                    ));
                }
            }
        }
        self.variables.extend(variables);
        self.variables.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// What the configuration of an object says, attribute by attribute.
    pub(in crate::cli::export) fn said_of(&self, object: &Object, name: &str) -> Vec<(String, Expression)> {
        let table = &object.registered.spec.attributes;
        let said = SaidOf { addresses: self, key: self.key_of(object) };
        let mut whole = hcl::attributes(table, &object.config, &said);
        if !self.as_module {
            return whole;
        }
        let parted = self.parted(object);
        let mut of_references = object.config.clone();
        for (attribute, (references, _)) in &parted {
            of_references.insert(attribute, Value::set(references.clone()));
        }
        let references: BTreeMap<_, _> = hcl::attributes(table, &of_references, &said).into_iter().collect();
        for (attribute, expression) in &mut whole {
            let variable = format!("var.{}", name_of(name, attribute));
            match parted.get(attribute.as_str()) {
                Some((known, _)) if known.is_empty() => *expression = hcl::written(&variable),
                Some((_, others)) if !others.is_empty() => {
                    let known = references.get(&*attribute).map(|known| known.to_string().trim().to_owned());
                    *expression = hcl::written(&format!("setunion({}, {variable})", known.unwrap_or_default()));
                }
                _ => {}
            }
        }
        whole
    }

    fn key_of(&self, object: &Object) -> Key {
        self.key(object.registered.spec.name, &object.id)
    }

    /// The place of something of the directory that the configuration has.
    fn in_directory(&self, id: &str) -> Option<Key> {
        let mut keys = COLLECTIONS.iter().map(|collection| ((*collection).to_owned(), id.to_lowercase()));
        keys.find(|key| self.of.contains_key(key))
    }

    fn referred_by(&self, object: &Object) -> BTreeSet<Key> {
        let all = references::of(&object.registered.spec.attributes, &object.config);
        let key = |reference: references::Reference| match reference.kind {
            ANY_OBJECT => self.in_directory(&reference.id),
            kind => Some(self.key(kind, &reference.id)),
        };
        all.into_iter().filter_map(key).collect()
    }

    /// The ids of each attribute that holds such: those that are references, and the others.
    fn parted(&self, object: &Object) -> BTreeMap<&'static str, (Vec<Value>, Vec<Value>)> {
        let key = self.key_of(object);
        let is_reference = |id: &&Value| id.as_str().is_some_and(|id| self.of_directory(&key, id).is_some());
        let attributes = object.registered.spec.attributes.iter();
        let held = attributes.filter(|it| it.refers_to == Some(ANY_OBJECT) && !object.config.get(it.name).is_null());
        held.map(|it| {
            (it.name, object.config.get(it.name).elements().iter().cloned().partition(|id| is_reference(&id)))
        })
        .collect()
    }

    /// The address of something of the directory, for the object of this key.
    fn of_directory(&self, from: &Key, id: &str) -> Option<&str> {
        let to = self.in_directory(id)?;
        let edge = (from.clone(), to);
        if self.circular.contains(&edge) { None } else { self.of.get(&edge.1).map(String::as_str) }
    }
}

/// Whether one thing refers to another one, be it through others, or is it.
fn leads_to(edges: &Edges, from: &Key, to: &Key) -> bool {
    let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
    while let Some(at) = next.pop() {
        if at == to {
            return true;
        }
        next.extend(edges.get(at).into_iter().flatten().filter(|further| seen.insert(*further)));
    }
    false
}

/// What is said in the configuration of one object.
struct SaidOf<'a> {
    addresses: &'a Addresses,
    key: Key,
}

impl Said for SaidOf<'_> {
    fn of_id(&self, kind: &str, id: &str) -> Option<Expression> {
        match kind {
            ANY_OBJECT => self.addresses.of_directory(&self.key, id).map(hcl::written),
            kind => self.addresses.of_id(kind, id),
        }
    }

    fn of_text(&self, attribute: &str, text: &str) -> Option<Expression> {
        self.addresses.of_text(attribute, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_back_to_itself_is_a_circle() {
        let key = |id: &str| ("/v1.0/groups".to_owned(), id.to_owned());
        let edge = |from: &str, to: &[&str]| (key(from), to.iter().map(|to| key(to)).collect());
        let edges = Edges::from([edge("a", &["b"]), edge("b", &["c"]), edge("c", &["b"]), edge("d", &["d"])]);
        let leads = |from: &str, to: &str| leads_to(&edges, &key(from), &key(to));
        assert!(leads("a", "c") && leads("c", "b") && leads("b", "b") && leads("d", "d"));
        assert!(!leads("b", "a") && !leads("c", "a") && !leads("x", "a"));
    }
}
