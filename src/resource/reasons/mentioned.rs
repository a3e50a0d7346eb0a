//! The ids of other objects that a configuration names, by what its table says that they are of.

use std::collections::BTreeSet;

use crate::{
    schema::{Attribute, Kind},
    value::Value,
};

/// A kind of object that others refer to.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Referred {
    /// As tables call it.
    name: &'static str,
    pub(super) noun: &'static str,
    pub(super) version: &'static str,
    pub(super) path: &'static str,
}

const APPS: &str = "/deviceAppManagement/mobileApps";

const KINDS: &[Referred] = &[
    Referred { name: "group", noun: "group", version: "v1.0", path: "/groups" },
    Referred { name: "app", noun: "app", version: "beta", path: APPS },
    Referred { name: "winget_app", noun: "app", version: "beta", path: APPS },
    Referred {
        name: "assignment_filter",
        noun: "assignment filter",
        version: "beta",
        path: "/deviceManagement/assignmentFilters",
    },
    Referred {
        name: "platform_script",
        noun: "platform script",
        version: "beta",
        path: "/deviceManagement/deviceManagementScripts",
    },
    Referred { name: "scope_tag", noun: "scope tag", version: "beta", path: "/deviceManagement/roleScopeTags" },
];

/// One thing that is named by its id.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    pub(super) kind: &'static Referred,
    /// The attribute that names it, as it is found in a configuration.
    pub(super) attribute: String,
    pub(super) id: String,
}

/// Ids that cannot be looked up in a moment are too many to be told.
const MOST: usize = 100;

/// Each once, in order.
pub(super) fn of(table: &[Attribute], value: &Value) -> Vec<Mention> {
    let mut found = BTreeSet::new();
    collect(table, value, "", &mut found);
    found.into_iter().take(MOST).collect()
}

fn collect(table: &[Attribute], value: &Value, inside: &str, found: &mut BTreeSet<Mention>) {
    for attribute in table {
        let name = if inside.is_empty() { attribute.name.to_owned() } else { format!("{inside}.{}", attribute.name) };
        let value = value.get(attribute.name);
        let kind = attribute.refers_to.and_then(|kind| KINDS.iter().find(|known| known.name == kind));
        if let Some(kind) = kind {
            let ids = value.as_str().into_iter().chain(value.elements().iter().filter_map(Value::as_str));
            let mention = |id: &str| Mention { kind, attribute: name.clone(), id: id.to_owned() };
            found.extend(ids.filter(|id| !id.is_empty()).map(mention));
        }
        if let Kind::Nested(_, nested) = &attribute.kind {
            collect(nested, value, &name, found);
            for element in value.elements() {
                collect(nested, element, &name, found);
            }
        }
    }
}
