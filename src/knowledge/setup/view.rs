//! What each device gets, as far as that is sure.

use super::{
    members::{Groups, Seen},
    parts::{Group, Page, Profile, Setup},
};
use crate::knowledge::{
    effective::{ProfileRank, Reach, Way, Winner, profile_order, winner},
    visible::quoted,
};

/// A setup with what follows from it.
pub(super) struct View<'a> {
    pub(super) setup: &'a Setup,
    pub(super) groups: Groups<'a>,
    pub(super) devices: Vec<Got<'a>>,
}

/// A device and what it gets.
pub(super) struct Got<'a> {
    pub(super) seen: Seen<'a>,
    /// How each profile reaches it, in the order of the setup.
    pub(super) reaches: Vec<Reach>,
    pub(super) winner: Winner,
    /// The profile that it gets for sure.
    pub(super) profile: Option<&'a Profile>,
}

/// How the enrollment status pages reach a device and its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pages {
    /// One reaches the device, or may.
    OfDevice,
    /// None reaches the device, and one may reach its user.
    OfUser,
    /// Neither.
    None,
}

impl<'a> View<'a> {
    pub(super) fn of(setup: &'a Setup) -> View<'a> {
        let groups = Groups::of(setup);
        let seen = setup.devices.items.iter().filter_map(Seen::of);
        let devices = seen.map(|seen| got(setup, &groups, seen)).collect();
        View { setup, groups, devices }
    }

    /// How the pages that show progress reach a device and its user. Pages that are not all known may reach it.
    pub(super) fn pages(&self, got: &Got<'_>) -> Pages {
        let pages = &self.setup.pages;
        let shown = |page: &&Page| page.shows_progress != Some(false);
        let may_reach = |reach: Reach| !matches!(reach, Reach::No(_));
        let of_device = |page: &Page| page.is_default || may_reach(self.groups.reach(&page.assigned, &got.seen));
        if !pages.is_whole() || pages.items.iter().filter(shown).any(of_device) {
            return Pages::OfDevice;
        }
        let of_user = |page: &Page| may_reach(self.groups.reach_of_user(&page.assigned));
        if pages.items.iter().filter(shown).any(of_user) { Pages::OfUser } else { Pages::None }
    }

    /// The group with this id, in small letters.
    pub(super) fn group(&self, id: &str) -> Option<&'a Group> {
        self.setup.groups.items.iter().find(|group| group.id.as_deref() == Some(id))
    }

    /// What a message calls the group with this id.
    pub(super) fn group_name(&self, id: &str) -> String {
        self.group(id).map_or_else(|| id.to_owned(), |group| quoted(&group.name))
    }

    /// The serial numbers of the devices that a test holds of.
    pub(super) fn named(&self, holds: impl Fn(&Got<'a>) -> bool) -> Vec<&'a str> {
        self.devices.iter().filter(|got| holds(got)).map(|got| got.seen.name).collect()
    }
}

fn got<'a>(setup: &'a Setup, groups: &Groups<'a>, seen: Seen<'a>) -> Got<'a> {
    let profiles = &setup.profiles.items;
    let reaches: Vec<_> = profiles.iter().map(|profile| groups.reach(&profile.assigned, &seen)).collect();
    let ranks: Vec<_> = profiles
        .iter()
        .zip(&reaches)
        .map(|(profile, reach)| ProfileRank { reach, created: profile.created.as_deref() })
        .collect();
    let winner = match setup.profiles.is_whole() {
        true => winner(&ranks, |rank| rank.reach, profile_order),
        false => Winner::Unknown,
    };
    let profile = if let Winner::One(at) = winner { profiles.get(at) } else { None };
    Got { seen, reaches, winner, profile }
}

impl Got<'_> {
    /// The places of the profiles that reach it by a group: one for All Devices gives way to them.
    pub(super) fn by_group(&self) -> Vec<usize> {
        let is_by_group = |(_, reach): &(usize, &Reach)| matches!(reach, Reach::Yes(Way::Group(_)));
        self.reaches.iter().enumerate().filter(is_by_group).map(|(at, _)| at).collect()
    }
}
