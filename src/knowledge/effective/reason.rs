//! Why a policy reaches a device or its user, or does not, in sentences.

use std::collections::BTreeMap;

use super::{
    facts::{Facts, User},
    reach::{Miss, Reach, Way},
};
use crate::knowledge::visible::quoted;

/// What is said of how a policy reaches the device, or its user.
pub(super) fn reached(facts: &Facts, reach: &Reach, is_device: bool) -> String {
    let of = if is_device { "the device" } else { "the user" };
    match reach {
        Reach::Yes(Way::Group(group)) => format!("It is assigned to the group {} of {of}.", group_name(facts, group)),
        Reach::Yes(Way::AllDevices) => "It is assigned to All Devices.".to_owned(),
        Reach::Yes(Way::AllUsers) => "It is assigned to All Users.".to_owned(),
        Reach::Yes(Way::Default) => "It is the default page, for whoever gets no other one.".to_owned(),
        Reach::No(Miss::Unassigned) => "It is assigned to nobody.".to_owned(),
        Reach::No(Miss::Elsewhere) => format!("It is assigned to no group of {of}."),
        Reach::No(Miss::Excluded(group)) => format!("The group {} of {of} is excluded.", group_name(facts, group)),
        Reach::No(Miss::Filtered(filter)) => {
            let name = facts.filters.get(filter).map_or(filter.as_str(), |filter| &filter.name);
            format!("The filter {} leaves {of} out.", quoted(name))
        }
        Reach::Unknown if groups(facts, is_device).is_none() => match is_device {
            true => "The groups of the device are not known.".to_owned(),
            false => match &facts.user {
                User::Unnamed => "Whether it reaches the user depends on who that is: set `user`.".to_owned(),
                User::Known => "The groups of the user are not known.".to_owned(),
                User::Missing(name) => format!("There is no user {} in this tenant.", quoted(name)),
            },
        },
        Reach::Unknown => "It depends on a filter that asks for what is not known before the device enrols.".to_owned(),
    }
}

pub(super) fn groups(facts: &Facts, is_device: bool) -> Option<&BTreeMap<String, String>> {
    if is_device { facts.device_groups.as_ref() } else { facts.user_groups.as_ref() }
}

fn group_name(facts: &Facts, id: &str) -> String {
    let all = [&facts.device_groups, &facts.user_groups];
    let name = all.into_iter().flatten().find_map(|groups| groups.get(id)).filter(|name| !name.is_empty());
    name.map_or_else(|| id.to_owned(), |name| quoted(name))
}
