//! The types of Graph that the emulator knows: names, types, nullability, enum members, defaults.
//!
//! Facts from Graph's published metadata (v1.0 and beta CSDL) and its SDKs, kept as JSON beside this file. A
//! property is nullable, writable, single and in v1.0 unless its line says otherwise. The model is public, so that
//! a test can hold other tables of Graph's names against it.

pub(crate) mod check;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

/// An entity or complex type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphType {
    /// Its name without the namespace.
    pub name: String,
    /// The type it derives from.
    #[serde(default)]
    pub base: Option<String>,
    /// Whether only derived types exist.
    #[serde(default, rename = "abstract")]
    pub is_abstract: bool,
    /// Whether it is a complex type, without an id.
    #[serde(default)]
    pub complex: bool,
    /// Whether only beta has it.
    #[serde(default)]
    pub beta: bool,
    /// Its own properties, without those of the base.
    pub properties: Vec<Property>,
}

/// A property of a type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Property {
    /// As it stands in JSON.
    pub name: String,
    /// `String`, `Boolean`, `Int32`, `Int64`, `DateTimeOffset`, `Duration`, `Binary`, `Guid`, or the name of an enum or type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it holds several.
    #[serde(default)]
    pub collection: bool,
    /// Whether it leads to other entities, and is returned only when expanded.
    #[serde(default)]
    pub navigation: bool,
    /// Whether null may be written.
    #[serde(default = "yes")]
    pub nullable: bool,
    /// Whether the service alone sets it; what a client writes is ignored.
    #[serde(default)]
    pub read_only: bool,
    /// Whether only beta has it.
    #[serde(default)]
    pub beta: bool,
    /// The longest text, in characters.
    #[serde(default)]
    pub max: Option<usize>,
    /// The value of a new entity that does not say.
    #[serde(default)]
    pub default: Option<Value>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    types: Vec<GraphType>,
    enums: BTreeMap<String, Vec<String>>,
    /// Enums of which several members travel as one text, joined by commas.
    #[serde(default)]
    flags: Vec<String>,
}

struct Model {
    types: BTreeMap<String, GraphType>,
    enums: BTreeMap<String, Vec<String>>,
    flags: BTreeSet<String>,
}

static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let mut model = Model { types: BTreeMap::new(), enums: BTreeMap::new(), flags: BTreeSet::new() };
    for part in [
        include_str!("entra.json"),
        include_str!("entra_policies.json"),
        include_str!("autopilot.json"),
        include_str!("association.json"),
        include_str!("enrollment.json"),
        include_str!("policies.json"),
        include_str!("reports.json"),
        include_str!("apps.json"),
        include_str!("administration.json"),
    ] {
        let part: Part = serde_json::from_str(part).expect("the model is part of the program");
        model.types.extend(part.types.into_iter().map(|each| (each.name.clone(), each)));
        model.enums.extend(part.enums);
        model.flags.extend(part.flags);
    }
    model
});

/// The type of this name, without `#` and namespace.
pub fn find(name: &str) -> Option<&'static GraphType> {
    MODEL.types.get(name)
}

/// A type that the emulator serves.
pub(crate) fn kind(name: &str) -> &'static GraphType {
    find(name).expect("the model holds every type the emulator serves")
}

/// All types, by name.
pub fn all() -> impl Iterator<Item = &'static GraphType> {
    MODEL.types.values()
}

/// The members of an enum.
pub fn members(name: &str) -> Option<&'static [String]> {
    MODEL.enums.get(name).map(Vec::as_slice)
}

/// Whether several members of the enum may stand together, joined by commas.
pub fn is_flags(name: &str) -> bool {
    MODEL.flags.contains(name)
}

/// The name in an `@odata.type`, with or without `#`.
pub fn name_of(odata_type: &str) -> &str {
    let name = odata_type.strip_prefix('#').unwrap_or(odata_type);
    name.strip_prefix("microsoft.graph.").unwrap_or(name)
}

impl GraphType {
    /// Itself, then what it derives from.
    pub fn lineage(&'static self) -> impl Iterator<Item = &'static GraphType> {
        std::iter::successors(Some(self), |each| each.base.as_deref().and_then(find))
    }

    /// Whether it is the named type or derives from it.
    pub fn is_a(&'static self, name: &str) -> bool {
        self.lineage().any(|each| each.name == name)
    }

    /// A property of its own or of a base.
    pub fn property(&'static self, name: &str) -> Option<&'static Property> {
        self.lineage().flat_map(|each| &each.properties).find(|each| each.name == name)
    }

    /// All properties, its own first.
    pub fn properties(&'static self) -> impl Iterator<Item = &'static Property> {
        self.lineage().flat_map(|each| &each.properties)
    }

    /// As it stands in `@odata.type`.
    pub fn odata_type(&self) -> String {
        format!("#microsoft.graph.{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_and_every_base_is_known() {
        assert!(all().count() >= 30);
        for each in all() {
            assert!(each.base.as_deref().is_none_or(|base| find(base).is_some()), "{}", each.name);
            for property in &each.properties {
                if let Some(members) = members(&property.kind) {
                    let default = property.default.as_ref().and_then(Value::as_str);
                    assert!(default.is_none_or(|text| members.iter().any(|m| m == text)), "{}", property.name);
                }
            }
        }
    }

    #[test]
    fn a_derived_type_has_the_properties_of_its_base() {
        let hybrid = find("activeDirectoryWindowsAutopilotDeploymentProfile").unwrap();
        assert!(hybrid.is_a("windowsAutopilotDeploymentProfile"));
        assert!(hybrid.property("displayName").is_some());
        assert!(
            find("azureADWindowsAutopilotDeploymentProfile")
                .unwrap()
                .property("hybridAzureADJoinSkipConnectivityCheck")
                .is_none()
        );
        assert_eq!(name_of("#microsoft.graph.group"), "group");
        assert_eq!(name_of("microsoft.graph.group"), "group");
    }

    #[test]
    fn the_misspelt_member_is_spelt_as_in_the_schema() {
        let members = members("windowsAutopilotProfileAssignmentStatus").unwrap();
        assert!(members.iter().any(|member| member == "assignedUnkownSyncState"));
        assert!(!members.iter().any(|member| member == "assignedUnknownSyncState"));
    }
}
