//! The configuration as data: what the tenant is to hold.

pub(crate) mod edit;
mod hcl;
mod invent;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use hcl::membership_rule;
pub(crate) use invent::FROM_OEM;

/// Stands for a thing as long as it lives, whatever its address is.
pub(crate) type Key = u32;

/// Everything that is configured.
#[derive(Clone, Default)]
pub(crate) struct Wish {
    pub(crate) things: BTreeMap<Key, Thing>,
    /// Addresses whose objects an edit asked to be made anew.
    pub(crate) anew: BTreeSet<String>,
    /// How many names, keys and serial numbers have been given.
    given: u32,
}

/// A resource.
#[derive(Clone)]
pub(crate) struct Thing {
    /// Its address is its type and this.
    pub(crate) label: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// `create_before_destroy`.
    pub(crate) before_destroy: bool,
    /// Its scope tags.
    pub(crate) tags: BTreeSet<Key>,
    /// Whom it is assigned to. None: not said.
    pub(crate) targets: Option<BTreeMap<Whom, Manner>>,
    pub(crate) what: What,
}

/// What a resource is, with what only its kind has.
#[derive(Clone)]
pub(crate) enum What {
    Tag,
    Filter { maker: String, platform: &'static str },
    Group(Members),
    Profile { mode: &'static str, template: String },
    Page { minutes: u32 },
    Preparation { group: Key, minutes: u32 },
    Identifiers(BTreeMap<String, String>),
    Import(BTreeMap<String, Row>),
}

/// Who is in a group.
#[derive(Clone)]
pub(crate) enum Members {
    /// Whom somebody adds. It may have a mail nickname.
    Assigned(Option<String>),
    /// The devices with a group tag.
    Tagged(String),
    /// Devices, by the Intune Provisioning Client, which owns it.
    Prepared,
}

/// A device.
#[derive(Clone, PartialEq)]
pub(crate) struct Row {
    /// Whether its hash is given. Without, it has to be registered already.
    pub(crate) hashed: bool,
    pub(crate) tag: Option<String>,
    pub(crate) user: Option<&'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whom {
    Group(Key),
    AllDevices,
    AllUsers,
}

#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) struct Manner {
    pub(crate) excluded: bool,
    /// A filter, and whether what matches it is included.
    pub(crate) filter: Option<(Key, bool)>,
}

/// The kinds of resources, in the order in which they can be removed by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Profile,
    Page,
    Preparation,
    Filter,
    Group,
    Tag,
    Identifiers,
    Import,
}

impl Kind {
    pub(crate) const ALL: [Kind; 8] = [
        Kind::Profile,
        Kind::Page,
        Kind::Preparation,
        Kind::Filter,
        Kind::Group,
        Kind::Tag,
        Kind::Identifiers,
        Kind::Import,
    ];

    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Kind::Profile => "autopilot_deployment_profile",
            Kind::Page => "autopilot_enrollment_status_page",
            Kind::Preparation => "autopilot_device_preparation_policy",
            Kind::Filter => "autopilot_assignment_filter",
            Kind::Group => "autopilot_group",
            Kind::Tag => "autopilot_scope_tag",
            Kind::Identifiers => "autopilot_corporate_identifiers",
            Kind::Import => "autopilot_device_import",
        }
    }

    pub(crate) fn of_type(type_name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.type_name() == type_name)
    }

    /// Where Graph keeps what it makes.
    pub(crate) fn collection(self) -> &'static str {
        match self {
            Kind::Profile => "/beta/deviceManagement/windowsAutopilotDeploymentProfiles",
            Kind::Page => "/beta/deviceManagement/deviceEnrollmentConfigurations",
            Kind::Preparation => "/beta/deviceManagement/configurationPolicies",
            Kind::Filter => "/beta/deviceManagement/assignmentFilters",
            Kind::Group => "/v1.0/groups",
            Kind::Tag => "/beta/deviceManagement/roleScopeTags",
            Kind::Identifiers => "/beta/deviceManagement/importedDeviceIdentities",
            Kind::Import => "/beta/deviceManagement/windowsAutopilotDeviceIdentities",
        }
    }

    /// The property that tells its objects apart for a person.
    pub(crate) fn naming(self) -> &'static str {
        match self {
            Kind::Preparation => "name",
            Kind::Identifiers => "importedDeviceIdentifier",
            Kind::Import => "serialNumber",
            _ => "displayName",
        }
    }

    /// The attribute with the rows, of a resource that is many objects.
    pub(crate) fn rows(self) -> Option<&'static str> {
        match self {
            Kind::Identifiers => Some("identifiers"),
            Kind::Import => Some("devices"),
            _ => None,
        }
    }

    pub(crate) fn is_assigned(self) -> bool {
        matches!(self, Kind::Profile | Kind::Page | Kind::Preparation)
    }

    fn has_scope_tags(self) -> bool {
        self.is_assigned() || self == Kind::Filter
    }
}

impl Thing {
    pub(crate) fn kind(&self) -> Kind {
        match self.what {
            What::Tag => Kind::Tag,
            What::Filter { .. } => Kind::Filter,
            What::Group(_) => Kind::Group,
            What::Profile { .. } => Kind::Profile,
            What::Page { .. } => Kind::Page,
            What::Preparation { .. } => Kind::Preparation,
            What::Identifiers(_) => Kind::Identifiers,
            What::Import(_) => Kind::Import,
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("{}.{}", self.kind().type_name(), self.label)
    }

    /// Whether it speaks of that other one.
    fn refers_to(&self, key: Key) -> bool {
        let targets = self.targets.iter().flatten();
        let named = |(whom, manner): (&Whom, &Manner)| {
            *whom == Whom::Group(key) || manner.filter.is_some_and(|(filter, _)| filter == key)
        };
        let prepares = matches!(self.what, What::Preparation { group, .. } if group == key);
        self.tags.contains(&key) || prepares || targets.into_iter().any(named)
    }
}

impl Wish {
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = (Key, &Thing)> {
        self.things.iter().filter(move |(_, thing)| thing.kind() == kind).map(|(key, thing)| (*key, thing))
    }

    fn keys(&self, kind: Kind) -> Vec<Key> {
        self.of(kind).map(|(key, _)| key).collect()
    }

    /// Every device that is wanted, by its serial number as it is registered.
    pub(crate) fn devices(&self) -> BTreeMap<String, &Row> {
        let rows = self.things.values().filter_map(|thing| match &thing.what {
            What::Import(rows) => Some(rows),
            _ => None,
        });
        rows.flatten().map(|(serial, row)| (serial.to_uppercase(), row)).collect()
    }

    fn next(&mut self) -> u32 {
        self.given += 1;
        self.given
    }
}
