//! `GET /`: a page that shows a tenant in a browser, live. It asks the control endpoints once a second.

use serde_json::{Value, json};

use super::exchange::Reply;
use super::snapshot;
use crate::emulator::tenant::Tenant;

const PAGE: &str = include_str!("page.html");

/// Nothing but what the page brings itself may run or be asked.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'";

pub(crate) fn reply() -> Reply {
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", POLICY.to_owned()),
        ("cache-control", "no-store".to_owned()),
    ];
    Reply { status: 200, headers, body: PAGE.into(), ..Reply::default() }
}

/// A snapshot for the page: counts, not more than `devices` devices, and up to `names` members of each group by name.
pub(crate) fn state(tenant: &Tenant, devices: Option<usize>, names: usize) -> Value {
    let mut taken = snapshot::take(tenant);
    let registered = taken.devices.len();
    taken.devices.truncate(devices.unwrap_or(usize::MAX));
    let mut body = json!(taken);
    body["counts"] = json!({"devices": registered});
    if names > 0 {
        for group in body["groups"].as_array_mut().into_iter().flatten() {
            let members = group["id"].as_str().and_then(|id| tenant.groups.get(id)).map(|found| &found.members);
            let shown: Vec<&str> = members.into_iter().flatten().take(names).map(|id| name(tenant, id)).collect();
            group["names"] = json!(shown);
        }
    }
    body
}

fn name<'a>(tenant: &'a Tenant, id: &'a str) -> &'a str {
    if let Some(device) = tenant.devices.get(id) {
        return &device.display_name;
    }
    if let Some(user) = tenant.users.get(id) {
        return &user.display_name;
    }
    tenant.groups.get(id).and_then(|group| group.text("displayName")).unwrap_or(id)
}
