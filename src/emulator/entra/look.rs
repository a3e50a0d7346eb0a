//! What a request wants to see of directory objects: `$select` and `$expand`, and how `@odata.context` repeats them.
//!
//! Facts: Graph's pages on query parameters: a relationship of a directory object expands to at most twenty objects,
//! without a link to the rest.

use serde_json::Value;

use super::objects::{DirectoryObject, ON_REQUEST, USER_DEFAULT};
use super::relations::{self, Relation};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version, of_version};
use crate::emulator::model::kind;
use crate::emulator::odata::expand;
use crate::emulator::odata::filter::Source;
use crate::emulator::odata::query::unknown_in_select;
use crate::emulator::tenant::Tenant;

/// The most objects that a relationship expands to.
const MOST_EXPANDED: usize = 20;

pub(super) struct Look {
    names: Option<Vec<String>>,
    expanded: Vec<(&'static Relation, Option<Vec<String>>)>,
}

/// Whether one of the types has the property in this version.
fn known(name: &str, kinds: &[&str], version: Version) -> bool {
    let found = |each: &&str| kind(each).property(name).is_some_and(|found| version == Version::Beta || !found.beta);
    kinds.iter().any(found)
}

/// The name of the type, for a refusal.
fn named(kinds: &[&'static str]) -> &'static str {
    match kinds {
        [only] => only,
        _ => "directoryObject",
    }
}

pub(super) fn look(call: &Call, kinds: &[&'static str]) -> Result<Look, Failure> {
    let names = call.query.select_of(kind(named(kinds)), |name| known(name, kinds, call.version))?;
    let mut expanded = Vec::new();
    for wanted in
        call.query.get("$expand").map(expand::parse).transpose().map_err(Failure::unreadable)?.unwrap_or_default()
    {
        let relation = kinds.iter().find_map(|kind| relations::find(kind, &wanted.name));
        let relation = relation.ok_or_else(|| unknown_in_select(&wanted.name, named(kinds)))?;
        for name in wanted.names.iter().flatten() {
            if !known(name, relation.kinds, call.version) {
                return Err(unknown_in_select(name, named(relation.kinds)));
            }
        }
        expanded.push((relation, wanted.names));
    }
    Ok(Look { names, expanded })
}

impl Look {
    pub(super) fn expands(&self) -> bool {
        !self.expanded.is_empty()
    }

    pub(super) fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// `@odata.context` without what stands behind the set's name and list.
    pub(super) fn context(&self, call: &Call, set: &str) -> String {
        let expanded = self.expanded.iter().map(|(relation, names)| {
            format!("{}({})", relation.name, names.as_ref().map(|names| names.join(",")).unwrap_or_default())
        });
        let listed: Vec<String> = self.names.iter().flatten().cloned().chain(expanded).collect();
        let listed = if listed.is_empty() { String::new() } else { format!("({})", listed.join(",")) };
        format!("{}/{}/$metadata#{set}{listed}", call.root, call.version.name())
    }

    /// The answer that is the object.
    pub(super) fn answer(
        &self,
        tenant: &Tenant,
        call: &Call,
        status: u16,
        set: &str,
        object: DirectoryObject<'_>,
        tagged: bool,
    ) -> Answer {
        let mut shown = self.shown(tenant, call, object, tagged);
        if let Value::Object(shown) = &mut shown {
            shown.insert("@odata.context".into(), Value::from(format!("{}/$entity", self.context(call, set))));
        }
        Answer::json(status, shown)
    }

    /// The object with what was asked for; `tagged` where its type does not go without saying.
    pub(super) fn shown(&self, tenant: &Tenant, call: &Call, object: DirectoryObject<'_>, tagged: bool) -> Value {
        let mut shown = cut(object, self.names.as_deref(), call.version);
        if let (true, None, DirectoryObject::User(_)) = (tagged, &self.names, object) {
            // Graph's sample of owners has it, where a list of users has not.
            shown.insert("accountEnabled".into(), object.value("accountEnabled").json().into_owned());
        }
        for (relation, names) in &self.expanded {
            if relation.of != object.kind() {
                continue;
            }
            let related = (relation.related)(tenant, call, object.id());
            let mut related = related.into_iter().map(|other| {
                let mut shown = cut(other, names.as_deref(), call.version);
                shown.insert("@odata.type".into(), Value::from(kind(other.kind()).odata_type()));
                Value::Object(shown)
            });
            let value = match relation.single {
                true => related.next().unwrap_or(Value::Null),
                false => related.take(MOST_EXPANDED).collect(),
            };
            shown.insert(relation.name.into(), value);
        }
        if tagged {
            shown.insert("@odata.type".into(), Value::from(kind(object.kind()).odata_type()));
        }
        Value::Object(shown)
    }
}

/// One object, as the request wants to see it.
pub(super) fn entity(
    tenant: &Tenant,
    call: &Call,
    set: &str,
    kinds: &[&'static str],
    object: DirectoryObject<'_>,
) -> Outcome {
    Ok(look(call, kinds)?.answer(tenant, call, 200, set, object, kinds.len() > 1))
}

/// The selected properties, or those that Graph returns when none are.
pub(super) fn cut(object: DirectoryObject<'_>, names: Option<&[String]>, version: Version) -> Object {
    let entity = of_version(kind(object.kind()), object.entity(), version);
    let keeps = |name: &str| match names {
        Some(names) => names.iter().any(|each| each == name),
        None if object.kind() == "user" => USER_DEFAULT.contains(&name),
        None => !ON_REQUEST.contains(&name),
    };
    entity.into_iter().filter(|(name, _)| keeps(name)).collect()
}
