//! Which permissions of Microsoft Graph the things of this provider need, by their tables.

use std::collections::BTreeMap;

use crate::{
    registry_docs::Needs,
    resource::{Held, Registry, Spec},
    schema::Role,
};

/// One permission that one thing needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) permission: &'static str,
    /// The name in a configuration, prefix included.
    pub(super) thing: String,
    /// What for: `create, change and delete`.
    pub(super) purpose: String,
    /// Whether Graph gives it to people only.
    pub(super) is_for_people: bool,
    /// Whether it is for an attribute that may be left out.
    pub(super) is_for_an_option: bool,
}

impl Need {
    /// Whether it is not enough to read.
    pub(super) fn is_to_write(&self) -> bool {
        !self.permission.contains(".Read.")
    }

    /// The name without the prefix that all have.
    pub(super) fn bare_thing(&self) -> &str {
        bare(&self.thing)
    }
}

/// A name without the prefix that all have.
pub(super) fn bare(thing: &str) -> &str {
    thing.split_once('_').map_or(thing, |(_, bare)| bare)
}

/// What the table's permission to read is for.
pub(super) const READ: &str = "read";

/// What its permission to write is for.
pub(super) const WRITE: &str = "create, change and delete";

/// What an action's permission is for.
pub(super) const INVOKE: &str = "invoke";

/// All of them, things in the order in which they are served, the least permission of each first.
pub(super) fn all(registry: &Registry) -> Vec<Need> {
    let need = |permission, thing: &str, purpose: &str, is_for_people| Need {
        permission,
        thing: thing.to_owned(),
        purpose: purpose.to_owned(),
        is_for_people,
        is_for_an_option: false,
    };
    let of_resources = registry.all_resources().flat_map(|known| {
        let of_table = of_table(&known.spec).into_iter();
        of_table.map(|(permission, purpose)| Need {
            is_for_an_option: is_for_an_option(&known.spec, &purpose),
            ..need(permission, &known.type_name, &purpose, known.spec.delegated_only)
        })
    });
    // What is looked up by a resource's table needs what reading the resource does.
    let of_data = registry.own_data_sources().map(|known| {
        let is_for_people = known.data_source.table().is_some_and(|table| table.delegated_only);
        need(known.spec.permission, &known.type_name, READ, is_for_people)
    });
    let of_actions = registry.actions.iter().map(|known| need(known.spec.permission, &known.type_name, INVOKE, false));
    let all = of_resources.chain(of_data).chain(of_actions);
    all.filter(|need| !need.permission.is_empty()).collect()
}

/// Those that these data sources may do without: each tells what it does not know then.
pub(super) fn of_parts(registry: &Registry, is_asked: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let asked = registry.all_data_sources().filter(|known| is_asked(&known.type_name));
    asked.flat_map(|known| &known.spec.also_needs).map(|(permission, _)| *permission).collect()
}

/// What each thing needs whatever is set; things in the order in which they are served.
pub(super) fn by_thing(registry: &Registry) -> Vec<(String, Needs)> {
    let mut things = BTreeMap::<String, Needs>::new();
    for need in all(registry).into_iter().filter(|need| !need.is_for_an_option) {
        let needs = things.entry(need.thing.clone()).or_default();
        let those = if need.purpose.starts_with(READ) { &mut needs.read } else { &mut needs.write };
        if !those.contains(&need.permission) {
            those.push(need.permission);
        }
    }
    for known in registry.all_data_sources() {
        let part = known.spec.also_needs.iter().map(|(permission, _)| *permission);
        things.entry(known.type_name.clone()).or_default().part.extend(part);
    }
    let resources = registry.all_resources().map(|known| &known.type_name);
    let data_sources = registry.own_data_sources().map(|known| &known.type_name);
    let actions = registry.actions.iter().map(|known| &known.type_name);
    let served = resources.chain(data_sources).chain(actions);
    served.map(|thing| (thing.clone(), things.remove(thing).unwrap_or_default())).collect()
}

/// The table's permissions and what each is for, and those of facets that need more. The permission may be empty.
pub(super) fn of_table(spec: &Spec) -> Vec<(&'static str, String)> {
    let (read, write) = spec.permissions;
    let of_facet = |held: &Held| {
        let purposes = [format!("read `{}`", held.attribute.name), to_write(held)];
        held.facet.permissions().iter().copied().zip(purposes).collect::<Vec<_>>()
    };
    let table = [(read, READ.to_owned()), (write, WRITE.to_owned())];
    let further = spec.also_needs.iter().map(|(permission, purpose)| (*permission, (*purpose).to_owned()));
    table.into_iter().chain(spec.facets.iter().flat_map(of_facet)).chain(further).collect()
}

fn to_write(held: &Held) -> String {
    format!("write `{}`", held.attribute.name)
}

fn is_for_an_option(spec: &Spec, purpose: &str) -> bool {
    spec.facets.iter().any(|held| held.attribute.role != Role::Required && to_write(held) == purpose)
}

/// What `Directory.Read.All` reads, and `Directory.ReadWrite.All` changes, by Graph's lists of permissions.
const OF_DIRECTORY: [&str; 6] = ["Application", "Device", "Group", "GroupMember", "Organization", "User"];

/// Whether what is granted is enough: who may write may read, and who may do so with the directory may with its parts.
pub(super) fn covers(granted: &[String], wanted: &str) -> bool {
    let is_of_directory = wanted.split_once('.').is_some_and(|(part, _)| OF_DIRECTORY.contains(&part));
    let more = |permission: &str| permission.replace(".Read.", ".ReadWrite.");
    let whole = wanted.split_once('.').filter(|_| is_of_directory).map(|(_, rest)| format!("Directory.{rest}"));
    let enough = [Some(wanted.to_owned()), Some(more(wanted)), whole.as_deref().map(more), whole];
    enough.iter().flatten().any(|enough| granted.contains(enough))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider;

    fn granted(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn who_may_write_may_read() {
        let scopes = granted(&["Group.ReadWrite.All", "User.Read"]);
        assert!(covers(&scopes, "Group.Read.All") && covers(&scopes, "Group.ReadWrite.All"));
        assert!(!covers(&scopes, "User.Read.All"));
        assert!(!covers(&granted(&["Group.Read.All"]), "Group.ReadWrite.All"));
    }

    #[test]
    fn who_may_read_the_directory_may_read_its_parts() {
        let reads = granted(&["Directory.Read.All"]);
        assert!(covers(&reads, "Group.Read.All") && covers(&reads, "User.Read.All"));
        assert!(!covers(&reads, "Group.ReadWrite.All"));
        assert!(!covers(&reads, "DeviceManagementApps.Read.All"));
        assert!(covers(&granted(&["Directory.ReadWrite.All"]), "Group.Read.All"));
    }

    #[test]
    fn each_permission_of_a_table_is_a_need_of_its_thing() {
        let registry = provider::registry();
        let needs = all(&registry);
        let has = |permission: &str, thing: &str| {
            needs.iter().any(|need| need.permission == permission && need.thing == thing)
        };
        for known in registry.all_resources() {
            let (read, write) = known.spec.permissions;
            for permission in [read, write].into_iter().chain(known.spec.further_permissions()) {
                assert!(
                    permission.is_empty() || has(permission, &known.type_name),
                    "{permission} of {}",
                    known.type_name
                );
            }
        }
        for known in &registry.actions {
            assert!(known.spec.permission.is_empty() || has(known.spec.permission, &known.type_name));
        }
        assert!(has("User.Read.All", "autopilot_user"), "of a data source without a resource");
        assert!(needs.iter().all(|need| !need.permission.is_empty()));
    }
}
