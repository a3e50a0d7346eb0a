//! Groups, users and devices of the directory, for a person.

use serde_json::{Value, json};

use super::part::{Part, Wanted, by_text};
use crate::emulator::clock::intune_date;
use crate::emulator::gate::snapshot;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::directory::{EntraDevice, Group, User};

/// So many members of a group are named.
const NAMED: usize = 8;

fn name(group: &Group) -> &str {
    group.text("displayName").unwrap_or_default()
}

pub(super) fn groups(tenant: &Tenant, wanted: &Wanted) -> Part {
    let texts = |group: &Group, say: &mut dyn FnMut(&str)| {
        ["displayName", "membershipRule", "description"].into_iter().filter_map(|name| group.text(name)).for_each(say);
    };
    let found = tenant.groups.values().filter(|group| wanted.finds(|say| texts(group, say)));
    let show = |group: &Group| {
        json!({
            "id": group.id,
            "path": format!("/v1.0/groups/{}", group.id),
            "name": name(group),
            "dynamic": group.is_dynamic(),
            "rule": group.text("membershipRule"),
            "paused": group.is_dynamic() && group.running_rule().is_none(),
            "members": group.members.len(),
            "names": group.members.iter().take(NAMED).map(|id| snapshot::name(tenant, id)).collect::<Vec<_>>(),
        })
    };
    Part::sorted(found, wanted, |group| by_text(name(group)), show)
}

pub(super) fn users(tenant: &Tenant, wanted: &Wanted) -> Part {
    fn text<'a>(user: &'a User, name: &str) -> Option<&'a str> {
        user.extra.get(name).and_then(Value::as_str)
    }
    let found = tenant.users.values().filter(|user| {
        wanted.finds(|say| {
            say(&user.display_name);
            say(&user.upn);
            ["department", "jobTitle"].into_iter().filter_map(|name| text(user, name)).for_each(say);
        })
    });
    let show = |user: &User| {
        json!({
            "id": user.id,
            "path": format!("/v1.0/users/{}", user.id),
            "name": user.display_name,
            "upn": user.upn,
            "department": text(user, "department"),
            "title": text(user, "jobTitle"),
        })
    };
    Part::sorted(found, wanted, |user| by_text(&user.display_name), show)
}

pub(super) fn devices(tenant: &Tenant, wanted: &Wanted) -> Part {
    let found = tenant.devices.values().filter(|device| {
        wanted.finds(|say| {
            say(&device.display_name);
            let texts = [&device.model, &device.manufacturer, &device.order, &device.enrollment_profile];
            texts.into_iter().flatten().for_each(|text| say(text));
        })
    });
    let show = |device: &EntraDevice| {
        json!({
            "id": device.id,
            "path": format!("/v1.0/devices/{}", device.id),
            "name": device.display_name,
            "joined": device.joined,
            "autopilot": device.autopilot.is_some(),
            "group_tag": device.order,
            "profile": device.enrollment_profile,
            "registered_at": intune_date(device.registered_at),
        })
    };
    Part::sorted(found, wanted, |device| by_text(&device.display_name), show)
}
