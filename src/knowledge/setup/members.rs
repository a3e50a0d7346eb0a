//! Who is in which group, as far as rules tell.

use std::collections::HashMap;

use super::parts::{Device, Setup};
use crate::knowledge::{
    effective::{Assigned, Reach, Subject, reach},
    hardware_hash,
    membership_rule::{self, Member, asks_for, is_of_users, matches, not_there_yet},
    rule::Expr,
};

/// What a group says of its members.
pub(super) enum Members {
    /// Devices that match the rule.
    Devices(Expr),
    /// Users that match a rule.
    Users,
    /// Whom somebody added.
    Assigned,
}

/// The groups of a setup, to be asked for members.
pub(super) struct Groups<'a> {
    by_id: HashMap<&'a str, Members>,
}

/// A device as rules see it.
pub(super) struct Seen<'a> {
    pub(super) device: &'a Device,
    /// As it is to be called.
    pub(super) name: &'a str,
    member: Member,
}

impl<'a> Groups<'a> {
    pub(super) fn of(setup: &'a Setup) -> Groups<'a> {
        let known = setup.groups.items.iter().filter(|group| group.is_paused == Some(false));
        let by_id = known.filter_map(|group| Some((group.id.as_deref()?, members(group.rule.as_deref()?)?)));
        Groups { by_id: by_id.collect() }
    }

    /// What is known of the members of the group with this id.
    pub(super) fn members(&self, id: &str) -> Option<&Members> {
        self.by_id.get(id)
    }

    /// Whether a policy reaches a device.
    pub(super) fn reach(&self, assigned: &Assigned, seen: &Seen<'_>) -> Reach {
        let is_in = |id: &str| match self.members(id)? {
            Members::Devices(rule) => seen.matches(rule),
            Members::Users => Some(false),
            // Devices cannot be told from what a resource says of members.
            Members::Assigned => None,
        };
        reach(assigned, &Subject { is_device: true, is_in: &is_in, matches: &|_| None })
    }

    /// Whether a policy reaches a user of whom nothing is known.
    pub(super) fn reach_of_user(&self, assigned: &Assigned) -> Reach {
        let is_in = |id: &str| match self.members(id)? {
            Members::Devices(_) => Some(false),
            Members::Users | Members::Assigned => None,
        };
        reach(assigned, &Subject { is_device: false, is_in: &is_in, matches: &|_| None })
    }
}

fn members(rule: &str) -> Option<Members> {
    if rule.is_empty() {
        return Some(Members::Assigned);
    }
    let rule = membership_rule::read(rule).0?;
    Some(if is_of_users(&rule) { Members::Users } else { Members::Devices(rule) })
}

impl<'a> Seen<'a> {
    /// None where not even its serial number is known.
    pub(super) fn of(device: &'a Device) -> Option<Seen<'a>> {
        let name = device.serial_number.as_deref()?;
        let hash = device.hardware_hash.as_deref();
        let mut member = membership_rule::registered(Some(name), device.group_tag.as_deref(), hash);
        for (property, known) in [("deviceManufacturer", &device.manufacturer), ("deviceModel", &device.model)] {
            if let Some(known) = known {
                member.properties.insert(property.to_owned(), vec![known.clone()]);
            }
        }
        Some(Seen { device, name, member })
    }

    /// Whether the device is a member by this rule, before it is switched on. None where that is not known.
    pub(super) fn matches(&self, rule: &Expr) -> Option<bool> {
        let is_told = |property: &str| self.member.properties.get(property).is_some_and(|texts| !texts.is_empty());
        let unknown = ["deviceManufacturer", "deviceModel"].into_iter().filter(|property| !is_told(property));
        let unknown = unknown.chain(self.device.group_tag.is_none().then_some("devicePhysicalIds"));
        if unknown.into_iter().any(|property| asks_for(rule, property)) || !not_there_yet(rule).is_empty() {
            return None;
        }
        matches(rule, &self.member, None).ok()
    }

    /// Whether its hash tells that it cannot attest itself.
    pub(super) fn lacks_tpm(&self) -> bool {
        let hash = self.device.hardware_hash.as_deref().and_then(|hash| hardware_hash::decode(hash).ok());
        hash.is_some_and(|hash| hash.lacks_tpm())
    }
}
