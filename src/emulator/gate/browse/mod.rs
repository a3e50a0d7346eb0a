//! What the page asks for: how many objects there are of each kind, some of one kind's rows, and one object as Graph
//! shows it.
//!
//! Rows are for a person: names instead of ids, statuses as the admin center says them. A list is searched and cut here,
//! so that the page is as quick with a hundred thousand devices as with ten.

mod devices;
mod directory;
mod items;
mod part;

use serde_json::{Value, json};

use super::exchange::Asked;
use super::tenants;
use super::world::World;
use crate::emulator::call::{ApprovalHeaders, Call, Content, version_of};
use crate::emulator::clock::intune_date;
use crate::emulator::desk;
use crate::emulator::odata::query::Query;
use crate::emulator::tenant::Tenant;
use part::{Part, Wanted};

/// A kind of objects.
struct Kind {
    /// Its word in requests.
    name: &'static str,
    title: &'static str,
    count: fn(&Tenant) -> usize,
    rows: fn(&Tenant, &Wanted) -> Part,
}

const fn kind(
    name: &'static str,
    title: &'static str,
    count: fn(&Tenant) -> usize,
    rows: fn(&Tenant, &Wanted) -> Part,
) -> Kind {
    Kind { name, title, count, rows }
}

/// The kinds, in the order of the page.
const KINDS: &[Kind] = &[
    kind(DEVICES, "Autopilot devices", devices::count, devices::rows),
    kind("imports", "Import records", |tenant| tenant.imports.len(), devices::imports),
    kind("associations", "Associated devices", |tenant| tenant.associations.len(), devices::associations),
    kind(
        "identifiers",
        "Corporate identifiers",
        |tenant| items::IDENTIFIERS.count(tenant),
        |tenant, wanted| items::IDENTIFIERS.rows(tenant, wanted),
    ),
    kind("events", "Deployments", |tenant| items::EVENTS.count(tenant), items::events),
    kind("groups", "Groups", |tenant| tenant.groups.len(), directory::groups),
    kind("users", "Users", |tenant| tenant.users.len(), directory::users),
    kind("objects", "Entra devices", |tenant| tenant.devices.len(), directory::devices),
    kind("profiles", "Deployment profiles", |tenant| items::PROFILES.count(tenant), items::profiles),
    kind("pages", "Enrollment pages", |tenant| items::PAGES.count(tenant), items::pages),
    kind("policies", "Policies", items::count_policies, items::policies),
    kind("apps", "Apps", |tenant| items::APPS.count(tenant), |tenant, wanted| items::APPS.rows(tenant, wanted)),
    kind(
        "scripts",
        "Scripts",
        |tenant| items::SCRIPTS.count(tenant),
        |tenant, wanted| items::SCRIPTS.rows(tenant, wanted),
    ),
    kind(
        "filters",
        "Filters",
        |tenant| items::FILTERS.count(tenant),
        |tenant, wanted| items::FILTERS.rows(tenant, wanted),
    ),
    kind("tags", "Scope tags", |tenant| items::TAGS.count(tenant), |tenant, wanted| items::TAGS.rows(tenant, wanted)),
];

const DEVICES: &str = "devices";

/// The journal is of all tenants.
const JOURNAL: &str = "journal";

/// `GET overview`: the tenant, the time, how many there are of each kind, and of devices with each status.
pub(super) fn overview(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    let tenant = tenant(world, asked)?;
    let named = |tenant: &Tenant| json!({"id": tenant.id, "name": tenant.name, "domain": tenant.domains.first()});
    let count = |kind: &Kind| json!({"kind": kind.name, "title": kind.title, "count": (kind.count)(tenant)});
    let mut kinds: Vec<Value> = KINDS.iter().map(count).collect();
    let requests: u64 = world.journal.requests.iter().map(|each| each.count).sum();
    kinds.push(json!({"kind": JOURNAL, "title": "Requests", "count": requests}));
    Ok(json!({
        "tenant": named(tenant),
        "tenants": world.tenants.values().map(named).collect::<Vec<_>>(),
        "clock": {"now": intune_date(world.clock.now()), "speed": world.clock.speed()},
        "kinds": kinds,
        "statuses": devices::statuses(tenant),
    }))
}

/// `GET browse?kind=k`: rows of a kind, from `skip` on and up to `top`, those only in which `search` stands; of devices,
/// those only with a `status`, or the one with an `id`.
pub(super) fn browse(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    let wanted = Wanted::read(&asked.query)?;
    let name = asked.query.get("kind").unwrap_or(DEVICES);
    if name != DEVICES && (wanted.status.is_some() || wanted.id.is_some()) {
        return Err(format!("{name} are not found by status or id"));
    }
    let part = if name == JOURNAL {
        let found = world.journal.recent.iter().rev().filter(|each| wanted.finds(|say| say(&each.text())));
        Part::in_order(found, &wanted, |each| json!(each))
    } else {
        let known = KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| format!("no kind '{name}'"))?;
        (known.rows)(tenant(world, asked)?, &wanted)
    };
    Ok(json!({"kind": name, "skip": wanted.skip, "top": wanted.top, "matching": part.matching, "rows": part.rows}))
}

/// `GET object?path=p`: what Graph answers to a GET of the path, asked as the tenant's own application with every
/// permission. The journal does not see it.
pub(super) fn object(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    let id = tenant(world, asked)?.id.clone();
    let target = asked.query.get("path").ok_or("path is missing")?.to_owned();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let call = Call {
        method: "GET".into(),
        version: version_of(path).map_err(|failure| failure.message)?,
        path: path.to_owned(),
        ids: Vec::new(),
        query: Query::parse(query),
        body: None,
        root: "https://graph.microsoft.com".into(),
        now: world.clock.now(),
        caller: tenants::owner(&id),
        eventual: false,
        accept: None,
        prefer: None,
        approval: ApprovalHeaders::default(),
        without_effect: false,
    };
    let (status, body) = match desk::run(world.desk(), call) {
        Ok(answer) => {
            let body = match answer.content {
                Content::Json(body) => body,
                Content::Text(text) => Value::from(text),
                Content::None => Value::Null,
            };
            (answer.status, body)
        }
        Err(failure) => (failure.status, json!({"error": {"code": failure.code, "message": failure.message}})),
    };
    Ok(json!({"path": target, "status": status, "body": body}))
}

fn tenant<'a>(world: &'a World, asked: &Asked<'_>) -> Result<&'a Tenant, String> {
    let id = world.tenant_or_contoso(asked.query.get("tenant"))?;
    world.tenants.get(&id).ok_or_else(|| format!("no tenant '{id}'"))
}
