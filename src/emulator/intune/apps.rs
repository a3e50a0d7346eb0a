//! Apps: Microsoft Store apps by winget, Microsoft 365, Win32 apps.
//!
//! Facts: Graph's `mobileApp` and the types derived from it. An app cannot be assigned before it is published; a Win32
//! app is not published before its content is committed. v1.0 knows no winget apps.

use serde_json::{Value, json};

use crate::emulator::clock::millis;
use crate::emulator::collection::{Assign, Collection, PLAIN, View};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Misfit, Object};
use crate::emulator::model::{find, members, name_of};
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::{ALL_DEVICES, ALL_USERS, Assigned, Assignment, Target};
use crate::emulator::tenant::item::{self, Item};

pub(crate) static APPS: Collection = Collection {
    name: item::APPS,
    kind: "mobileApp",
    expands: &["categories"],
    typed_changes: true,
    assign: Some(Assign {
        parameter: "mobileAppAssignments",
        kind: "mobileAppAssignment",
        answers: false,
        legacy: None,
        check: |item, view| if state(item, view) == "published" { Ok(()) } else { Err(Failure::intune_refuses()) },
        make,
    }),
    check,
    begin: |_, item, call| {
        item.hidden.insert("uploadedAt".into(), json!(call.now));
        Ok(())
    },
    show: |item, entity, view| {
        entity.insert("publishingState".into(), Value::from(state(item, view)));
    },
    ..PLAIN
};

/// `notPublished` without content, `processing` for a while, then `published`.
fn state(item: &Item, view: &View<'_>) -> &'static str {
    let needs_content = find(name_of(item.text("@odata.type"))).is_some_and(|kind| kind.is_a("mobileLobApp"));
    if needs_content && item.text("committedContentVersion").is_empty() {
        return "notPublished";
    }
    let since = item.modified.max(item.hidden.get("uploadedAt").and_then(Value::as_i64)).filter(|_| needs_content);
    let since = since.or(item.created).unwrap_or_default();
    let takes = millis(view.settings.publishing_seconds);
    if view.now - since >= takes { "published" } else { "processing" }
}

/// What a winget app is made of stays.
const FIXED: &[&str] = &["packageIdentifier", "installExperience"];

fn check(_: &Tenant, before: Option<&Item>, values: &Object) -> Result<(), Failure> {
    let text = |name: &str| values.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("displayName").trim().is_empty() {
        return Err(Failure::intune_refuses());
    }
    if name_of(text("@odata.type")) == "winGetApp" {
        if text("packageIdentifier").is_empty() {
            return Err(Misfit::Missing { property: "packageIdentifier".into() }.into());
        }
        if before.is_some_and(|before| FIXED.iter().any(|name| before.entity.get(*name) != values.get(*name))) {
            return Err(Failure::intune_refuses());
        }
    }
    Ok(())
}

/// `{group}_{intent}_{filter}`; the settings have to be those of the app's type.
fn make(item: &Item, mut assignment: Assignment, mut more: Object) -> Result<Assigned, Failure> {
    let intent = more.get("intent").and_then(Value::as_str).unwrap_or_default();
    let number = members("installIntent").and_then(|all| all.iter().position(|each| each == intent));
    let number = number.ok_or_else(|| Failure::from(Misfit::Missing { property: "intent".into() }))?;
    let settings = more.get("settings").and_then(|settings| settings.get("@odata.type")).and_then(Value::as_str);
    if let Some(settings) = settings {
        let expected = format!("{}AssignmentSettings", name_of(item.text("@odata.type")));
        let fits = find(name_of(settings)).is_some_and(|kind| kind.name == expected);
        if !fits {
            return Err(Failure::intune_refuses());
        }
    }
    let group = match &assignment.target {
        Target::Group(id) | Target::Exclusion(id) | Target::Collection(id) => id.as_str(),
        Target::AllDevices => ALL_DEVICES,
        Target::AllUsers => ALL_USERS,
    };
    assignment.id = format!("{group}_{number}_{}", u8::from(assignment.filter.is_some()));
    more.entry("settings").or_insert(Value::Null);
    more.insert("sourceId".into(), Value::from(item.id.as_str()));
    Ok(Assigned { assignment, more })
}
