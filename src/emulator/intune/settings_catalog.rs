//! Policies of the settings catalog (beta): a list of setting instances, perhaps after a template.
//!
//! Facts: Graph's `deviceManagementConfigurationPolicy` and recorded traffic of the admin center. Settings are written
//! with the policy and read on their own; PATCH does not reach them, PUT replaces the whole policy. Device preparation
//! is one template ([`super::device_preparation`]).

use serde_json::{Value, json};

use super::preparation_templates::{AUTOMATIC, check_settings, is_after, name_template, template_of, templates};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::write::{accepted, require_scope_tags};
use crate::emulator::collection::{Assign, Collection, PLAIN, PLAIN_ASSIGN, Shown, found};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Misfit, Object, concrete, filled, writable};
use crate::emulator::model::kind;
use crate::emulator::paging::whole;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{self, Item};
use crate::emulator::tenant::preparation::{PRIORITY, SETTINGS};

pub(crate) static POLICIES: Collection = Collection {
    name: item::POLICIES,
    kind: "deviceManagementConfigurationPolicy",
    required: &["name", "platforms", "technologies"],
    expands: &[SETTINGS],
    assign: Some(Assign {
        kind: "deviceManagementConfigurationPolicyAssignment",
        // Automatic deployments have no user whose group could be assigned.
        check: |item, _| if is_after(&item.entity, AUTOMATIC) { Err(Failure::intune_refuses()) } else { Ok(()) },
        ..PLAIN_ASSIGN
    }),
    check,
    begin,
    show: |item, entity, view| {
        let settings = item.hidden.get(SETTINGS).and_then(Value::as_array).map_or(0, Vec::len);
        entity.insert("settingCount".into(), json!(settings));
        // A list tells the priority only where it is asked for by name.
        let told = view.how != Shown::Listed || view.selects;
        let priority = item.hidden.get(PRIORITY).filter(|_| told).cloned();
        let priority = priority.map_or(Value::Null, |priority| json!({"priority": priority}));
        entity.insert("priorityMetaData".into(), priority);
    },
    release: |_, _| Ok(()),
    ..PLAIN
};

fn check(_: &Tenant, before: Option<&Item>, values: &Object) -> Result<(), Failure> {
    let name = values.get("name").and_then(Value::as_str).unwrap_or_default();
    // What a policy is for, and after which template, is settled when it is made.
    let fixed = |before: &Item| {
        ["platforms", "technologies"].iter().any(|name| before.entity.get(*name) != values.get(*name))
            || !is_after(values, template_of(&before.entity))
    };
    if name.trim().is_empty() || before.is_some_and(fixed) {
        return Err(Failure::intune_refuses());
    }
    Ok(())
}

fn begin(tenant: &Tenant, item: &mut Item, call: &Call) -> Result<(), Failure> {
    let settings = settings(call, call.object()?)?;
    take_settings(item, settings)?;
    name_template(&mut item.entity);
    if templates(template_of(&item.entity)).is_some() {
        let last = tenant.items(POLICIES.name).values().filter_map(|each| each.hidden.get(PRIORITY)?.as_u64()).max();
        item.hidden.insert(PRIORITY.into(), json!(last.unwrap_or(0) + 1));
    }
    Ok(())
}

/// The settings of a body, each of a type that the model knows.
fn settings(call: &Call, body: &Object) -> Result<Vec<Value>, Failure> {
    let settings = match body.get(SETTINGS) {
        None => return Ok(Vec::new()),
        Some(Value::Array(settings)) => settings,
        Some(_) => {
            let expected = "Collection(microsoft.graph.deviceManagementConfigurationSetting)".into();
            return Err(Misfit::Wrong { property: SETTINGS.into(), expected }.into());
        }
    };
    let mut read = Vec::new();
    for setting in settings {
        let setting = setting.as_object().ok_or_else(Failure::intune_refuses)?;
        let declared = kind("deviceManagementConfigurationSetting");
        let setting = filled(declared, writable(concrete(declared, setting)?, setting, call.version)?);
        if setting.get("settingInstance").is_none_or(Value::is_null) {
            return Err(Misfit::Missing { property: "settingInstance".into() }.into());
        }
        read.push(Value::Object(setting));
    }
    Ok(read)
}

/// Puts settings into a policy, each under an id of the service's.
fn take_settings(item: &mut Item, mut settings: Vec<Value>) -> Result<(), Failure> {
    check_settings(template_of(&item.entity), &settings)?;
    for (number, setting) in settings.iter_mut().enumerate() {
        if let Value::Object(setting) = setting {
            setting.insert("id".into(), Value::from(number.to_string()));
        }
    }
    item.hidden.insert(SETTINGS.into(), Value::Array(settings));
    Ok(())
}

/// PUT: the whole policy, settings included, in the place of the old one.
pub(crate) fn replace(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let tenant = &mut *site.tenant;
    let item = found(tenant, &POLICIES, call)?;
    let (kind, values) = accepted(&POLICIES, body, None, call.version)?;
    for property in POLICIES.required {
        if values.get(*property).is_none_or(Value::is_null) {
            return Err(Misfit::Missing { property: (*property).to_owned() }.into());
        }
    }
    let mut values = filled(kind, values);
    values.insert("@odata.type".into(), Value::from(kind.odata_type()));
    require_scope_tags(tenant, Some(item), &values)?;
    check(tenant, Some(item), &values)?;
    name_template(&mut values);
    let mut replaced = item.clone();
    replaced.entity = values;
    replaced.modified = Some(call.now);
    take_settings(&mut replaced, settings(call, body)?)?;
    let id = replaced.id.clone();
    tenant.items_mut(POLICIES.name).put(&id, replaced);
    Ok(Answer::done())
}

pub(crate) fn list_settings(site: &mut Site<'_>, call: &Call) -> Outcome {
    let item = found(site.tenant, &POLICIES, call)?;
    Ok(whole(call, item.hidden.get(SETTINGS).and_then(Value::as_array).cloned().unwrap_or_default()))
}
