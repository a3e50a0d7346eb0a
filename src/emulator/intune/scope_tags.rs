//! Scope tags of role based access (beta). Their ids are small integers; `0` is the built-in one called Default.
//!
//! Facts: Graph's `roleScopeTag`.

use serde_json::{Value, json};

use crate::emulator::call::Call;
use crate::emulator::collection::{Assign, Collection, Key, PLAIN, PLAIN_ASSIGN};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{self, Item};

pub(crate) static SCOPE_TAGS: Collection = Collection {
    name: item::SCOPE_TAGS,
    kind: "roleScopeTag",
    key: Key::Number,
    assign: Some(Assign { kind: "roleScopeTagAutoAssignment", ..PLAIN_ASSIGN }),
    check,
    begin,
    release,
    ..PLAIN
};

/// The tag that every tenant begins with.
pub(crate) fn furnish(tenant: &mut Tenant) {
    let mut entity = Object::new();
    entity.insert("displayName".into(), json!("Default"));
    entity.insert("description".into(), json!(""));
    entity.insert("isBuiltIn".into(), json!(true));
    tenant.items_mut(SCOPE_TAGS.name).put("0", Item::of_service("0", entity));
}

fn check(tenant: &Tenant, before: Option<&Item>, values: &Object) -> Result<(), Failure> {
    let name = values.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let built_in = before.is_some_and(|before| before.entity.get("isBuiltIn") == Some(&json!(true)));
    let mut others = tenant.items(SCOPE_TAGS.name).values().filter(|other| before.is_none_or(|own| own.id != other.id));
    let taken = others.any(|other| other.text("displayName").eq_ignore_ascii_case(name));
    if built_in || taken || name.trim().is_empty() { Err(Failure::intune_refuses()) } else { Ok(()) }
}

fn begin(tenant: &Tenant, item: &mut Item, _: &Call) -> Result<(), Failure> {
    let last = tenant.items(SCOPE_TAGS.name).values().filter_map(|tag| tag.id.parse::<u64>().ok()).max();
    item.id = (last.unwrap_or(0) + 1).to_string();
    item.entity.insert("isBuiltIn".into(), json!(false));
    Ok(())
}

fn release(_: &Tenant, item: &Item) -> Result<(), Failure> {
    if item.entity.get("isBuiltIn") == Some(&json!(true)) { Err(Failure::intune_refuses()) } else { Ok(()) }
}
