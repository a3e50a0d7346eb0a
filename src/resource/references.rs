//! The ids of other objects that a configuration names, by what its table says that they are of.

use std::sync::{Arc, LazyLock};

use super::Spec;
use crate::{
    graph,
    schema::{ANY_OBJECT, Attribute, Kind, Nesting},
    value::{Map, Value},
};

/// An id, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    /// What it is the id of, as tables call it: `group`.
    pub(crate) kind: &'static str,
    /// The attribute that names it, as it is found in a configuration: `assignments.group_id`.
    pub(super) shown: String,
    pub(crate) id: String,
    /// The attribute of the table in which it stands.
    pub(super) attribute: &'static str,
}

impl Reference {
    /// Ids have no case.
    pub(super) fn key(&self) -> (&'static str, String) {
        (self.kind, self.id.to_ascii_lowercase())
    }
}

/// What stands for the table of whatever is in the directory.
pub(super) fn any_object() -> Arc<Spec> {
    static TABLE: LazyLock<Arc<Spec>> = LazyLock::new(|| {
        let spec = Spec::new(ANY_OBJECT, "").noun("object of the directory").collection("/v1.0/directoryObjects");
        Arc::new(spec.permissions("Directory.Read.All", ""))
    });
    TABLE.clone()
}

/// All that are known, in the order of the table.
pub(crate) fn of(table: &[Attribute], value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    for attribute in table {
        collect(attribute, value.get(attribute.name), attribute.name, "", &mut found);
    }
    found
}

/// Whether there is such an object; nothing where that could not be told. Intune answers 400 for an id that is no id of its
/// kind.
pub(super) fn is_there<T>(answer: &Result<T, graph::Error>) -> Option<bool> {
    match answer {
        Ok(_) => Some(true),
        Err(error) if error.is_not_found() || error.status() == Some(400) => Some(false),
        Err(_) => None,
    }
}

fn collect(attribute: &Attribute, value: &Value, top: &'static str, inside: &str, found: &mut Vec<Reference>) {
    let shown = if inside.is_empty() { top.to_owned() } else { format!("{inside}.{}", attribute.name) };
    if let Some(kind) = attribute.refers_to {
        let ids = [value].into_iter().chain(value.elements()).filter_map(Value::as_str).filter(|id| !id.is_empty());
        found.extend(ids.map(|id| Reference { kind, shown: shown.clone(), id: id.to_owned(), attribute: top }));
    }
    let Kind::Nested(nesting, nested) = &attribute.kind else { return };
    let objects: Vec<&Value> = match nesting {
        Nesting::Single => vec![value],
        Nesting::List | Nesting::Set => value.elements().iter().collect(),
        Nesting::Map => value.as_map().into_iter().flat_map(Map::values).collect(),
    };
    for object in objects {
        nested.iter().for_each(|attribute| collect(attribute, object.get(attribute.name), top, &shown, found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{id, scope_tag_ids, set_of, string};

    #[test]
    fn what_is_named_by_an_id_is_found_wherever_it_stands() {
        let table = [
            id(),
            scope_tag_ids(),
            string("device_group_id", "A group.").refers_to("group"),
            set_of("assignments", "Who.").of(vec![string("group_id", "A group.").refers_to("group")]),
        ];
        let target = |id: &str| Value::object([("group_id", id.into())]);
        let value = Value::object([
            ("id", "own".into()),
            ("role_scope_tag_ids", Value::set(vec!["0".into(), "7".into()])),
            ("device_group_id", Value::Null),
            ("assignments", Value::set(vec![target("g1"), target("g2"), Value::object([("group_id", Value::Null)])])),
        ]);
        let found: Vec<_> = of(&table, &value)
            .into_iter()
            .map(|reference| format!("{} {} {}", reference.kind, reference.shown, reference.id))
            .collect();
        let expected = [
            "scope_tag role_scope_tag_ids 0",
            "scope_tag role_scope_tag_ids 7",
            "group assignments.group_id g1",
            "group assignments.group_id g2",
        ];
        assert_eq!(found, expected);
    }
}
