//! What waits for a person: approvals and sign-ins.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulator::gate::exchange::{Asked, parse};
use crate::emulator::gate::token;
use crate::emulator::gate::world::World;
use crate::emulator::intune::approval_requests::{self, APPROVAL_REQUESTS, hidden, status};
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

pub(super) fn sign_ins(world: &World) -> Value {
    json!({"sign_ins": token::waiting(world)})
}

pub(super) fn decide(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Decide {
        #[serde(default)]
        user_code: Option<String>,
        #[serde(default)]
        user: Option<String>,
        #[serde(default)]
        decline: bool,
        #[serde(default)]
        revoke: bool,
    }
    let Decide { user_code, user, decline, revoke } = parse(asked.body)?;
    match (user_code, user, decline, revoke) {
        (Some(code), user, decline, false) => token::decide(world, &code, user.as_deref(), decline)?,
        (None, Some(user), false, true) => token::revoke(world, &user)?,
        _ => return Err("give the `user_code` of a sign-in, or a `user` with \"revoke\": true".into()),
    }
    Ok(Value::Null)
}

/// Every request for approval, of all tenants, the oldest first.
pub(super) fn approvals(world: &World) -> Value {
    let now = world.clock.now();
    let shown = |tenant: &Tenant, item: &Item| {
        json!({
            "id": item.id,
            "tenant": tenant.id,
            "client_id": hidden(item, "clientId"),
            "user": tenant.user(hidden(item, "principal")).map(|user| user.upn.as_str()),
            "method": hidden(item, "method"),
            "path": hidden(item, "path"),
            "justification": item.text("requestJustification"),
            "status": status(item, now),
            "since": item.text("requestDateTime"),
            "expires": item.text("expirationDateTime"),
        })
    };
    let of = |tenant| requests(tenant).into_iter().map(move |item| shown(tenant, item));
    json!({"approvals": world.tenants.values().flat_map(of).collect::<Vec<_>>()})
}

fn requests(tenant: &Tenant) -> Vec<&Item> {
    let mut items: Vec<&Item> = tenant.items(APPROVAL_REQUESTS.name).values().collect();
    items.sort_by_key(|item| item.sequence);
    items
}

/// Decides on one request, or on all that wait: as a user, or as another administrator than whoever asked.
pub(super) fn approve(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Approve {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        user: Option<String>,
        #[serde(default)]
        reject: bool,
        #[serde(default)]
        justification: String,
    }
    let Approve { id, user, reject, justification } = parse(asked.body)?;
    let now = world.clock.now();
    let person = user.as_deref().map(|user| user_id(world, user)).transpose()?;
    let own = |item: &Item| person.as_deref().is_some_and(|person| approval_requests::is_of(item, person));
    let mut decided = 0;
    for tenant in world.tenants.values_mut() {
        let wanted = |item: &&Item| id.as_ref().is_none_or(|id| item.id.eq_ignore_ascii_case(id));
        let items: Vec<&Item> = requests(tenant).into_iter().filter(wanted).collect();
        if id.is_some() && items.iter().any(|item| own(item)) {
            return Err(approval_requests::OWN.to_owned());
        }
        let ids: Vec<String> = items.iter().filter(|item| !own(item)).map(|item| item.id.clone()).collect();
        decided += ids.iter().filter(|id| approval_requests::decide(tenant, id, reject, &justification, now)).count();
    }
    match (decided, id) {
        (0, Some(id)) => Err(format!("no approval {id} waits")),
        _ => Ok(json!({"decided": decided})),
    }
}

fn user_id(world: &World, user: &str) -> Result<String, String> {
    let found = world.tenants.values().find_map(|tenant| tenant.user(user));
    found.map(|user| user.id.clone()).ok_or_else(|| format!("no user '{user}'"))
}
