//! The Enrollment Status Page, one kind of enrollment configuration (beta).
//!
//! Facts: Graph's `windows10EnrollmentCompletionPageConfiguration`, exports of real tenants for the default page, and
//! recorded answers: `/assign` replaces the whole set, single assignments have no route, `setPriority` renumbers.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::intune_date_or_never;
use crate::emulator::collection::target::{read, require_filter};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, concrete, filled, of_version, writable};
use crate::emulator::model::kind;
use crate::emulator::model::name_of;
use crate::emulator::odata::filter::{Comparison, Filter};
use crate::emulator::odata::query::selected;
use crate::emulator::paging::{page, position, whole};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::Assignment;
use crate::emulator::tenant::policy::EnrollmentConfiguration;

const BASE: &str = "deviceEnrollmentConfiguration";
const PAGE_TYPE: &str = "windows10EnrollmentCompletionPageConfiguration";
const DEFAULT_SUFFIX: &str = "_DefaultWindows10EnrollmentCompletionPageConfiguration";
const SUFFIX: &str = "_Windows10EnrollmentCompletionPageConfiguration";
/// What a tenant holds besides the default page.
const MOST_PAGES: usize = 50;

/// The configurations that every tenant begins with: the default page, and one of another kind.
pub(crate) fn furnish(tenant: &mut Tenant) {
    let mut entity = filled(kind(PAGE_TYPE), Object::new());
    let values = json!({
        "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
        "displayName": "All users and all devices",
        "description": "This is the default enrollment status screen configuration applied with the lowest priority to all users and all devices regardless of group membership.",
        "deviceEnrollmentConfigurationType": "windows10EnrollmentCompletionPageConfiguration",
        "blockDeviceSetupRetryByUser": true,
        "roleScopeTagIds": [],
    });
    entity.extend(values.as_object().cloned().unwrap_or_default());
    put_default(tenant, DEFAULT_SUFFIX, entity);
    let limit = json!({
        "@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration",
        "displayName": "All users and all devices",
        "description": "This is the default Device Limit Restriction applied with the lowest priority to all users regardless of group membership.",
        "deviceEnrollmentConfigurationType": "limit",
        "roleScopeTagIds": [],
        "limit": 5,
    });
    put_default(tenant, "_DefaultLimit", limit.as_object().cloned().unwrap_or_default());
}

fn put_default(tenant: &mut Tenant, suffix: &str, entity: Object) {
    let id = format!("{}{suffix}", tenant.id);
    let configuration = EnrollmentConfiguration {
        id: id.clone(),
        entity,
        priority: 0,
        version: 0,
        created: None,
        modified: None,
        assignments: Vec::new(),
    };
    tenant.configurations.put(&id, configuration);
}

/// Whether it is one of the tenant's defaults.
pub(crate) fn is_default(configuration: &EnrollmentConfiguration) -> bool {
    configuration.priority == 0
}

/// Whether it is an Enrollment Status Page that somebody made.
pub(crate) fn is_own_page(configuration: &EnrollmentConfiguration) -> bool {
    !is_default(configuration)
}

fn entity(call: &Call, configuration: &EnrollmentConfiguration) -> Object {
    let mut entity = configuration.entity.clone();
    entity.insert("id".into(), Value::from(configuration.id.as_str()));
    entity.insert("priority".into(), json!(configuration.priority));
    entity.insert("version".into(), json!(configuration.version));
    entity.insert("createdDateTime".into(), Value::from(intune_date_or_never(configuration.created)));
    entity.insert("lastModifiedDateTime".into(), Value::from(intune_date_or_never(configuration.modified)));
    of_version(kind(PAGE_TYPE), entity, call.version)
}

fn shown(call: &Call, configuration: &EnrollmentConfiguration, expand: bool) -> Result<Value, Failure> {
    let names = call.query.select(kind(PAGE_TYPE))?;
    let mut entity = entity(call, configuration);
    if expand {
        entity.insert("assignments".into(), configuration.assignments.iter().map(Assignment::shown).collect());
    }
    let names = names.map(|mut names| {
        names.push("assignments".into());
        names
    });
    Ok(selected(entity, names.as_deref()))
}

/// What filters do here: equality of two properties. `isof` does not work, and neither does anything else.
fn filter(call: &Call) -> Result<Option<Filter>, Failure> {
    let Some(text) = call.query.get("$filter") else { return Ok(None) };
    let filter = Filter::parse(text).map_err(|error| Failure::unreadable(format!("Invalid filter clause: {error}")))?;
    let mut works = true;
    filter.leaves(&mut |leaf| {
        works &= matches!(leaf, Filter::Compare(path, Comparison::Equal, _)
            if path == "deviceEnrollmentConfigurationType" || path == "priority");
    });
    if works { Ok(Some(filter)) } else { Err(Failure::intune_refuses()) }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    call.query.refuse(&["$search"])?;
    let expand = !call.query.expand(&["assignments"], kind(BASE))?.is_empty();
    call.query.select(kind(PAGE_TYPE))?;
    let filter = filter(call)?;
    let size = call.query.top(1000)?.unwrap_or(1000);
    let tenant = &*site.tenant;
    let from = position(call)?;
    let rows = tenant.configurations.after(from.as_deref());
    let rows = rows.filter(|(_, each)| filter.as_ref().is_none_or(|filter| filter.matches(&entity(call, each))));
    Ok(page(call, rows, size, None, |each| shown(call, each, expand).unwrap_or_default()))
}

/// The configuration of the path; ids carry their kind as a suffix and are compared as they are.
fn found<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a EnrollmentConfiguration, Failure> {
    let id = call.id(0);
    let found = tenant.configurations.get(&id);
    found
        .or_else(|| tenant.configurations.values().find(|each| each.id.eq_ignore_ascii_case(&id)))
        .ok_or_else(Failure::no_intune_object)
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let expand = !call.query.expand(&["assignments"], kind(BASE))?.is_empty();
    let tenant = &*site.tenant;
    Ok(call.entity(200, shown(call, found(tenant, call)?, expand)?))
}

pub(crate) fn create(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let concrete = concrete(kind(BASE), body)?;
    let accepted = writable(concrete, body, call.version)?;
    let mut entity = filled(concrete, accepted);
    entity.insert("@odata.type".into(), Value::from(concrete.odata_type()));
    entity.insert("deviceEnrollmentConfigurationType".into(), Value::from(PAGE_TYPE));
    check(&entity)?;
    let tenant = &mut *site.tenant;
    let own = tenant.configurations.values().filter(|each| is_own_page(each));
    let (count, last) = own.fold((0, 0), |(count, last), each| (count + 1, last.max(each.priority)));
    if count >= MOST_PAGES {
        return Err(Failure::intune_refuses());
    }
    let configuration = EnrollmentConfiguration {
        id: format!("{}{SUFFIX}", uuid::Uuid::new_v4()),
        entity,
        priority: last + 1,
        version: 1,
        created: Some(call.now),
        modified: Some(call.now),
        assignments: Vec::new(),
    };
    let answer = call.entity(201, Value::Object(self::entity(call, &configuration)));
    let id = configuration.id.clone();
    tenant.configurations.put(&id, configuration);
    Ok(answer)
}

pub(crate) fn update(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let concrete = concrete(kind(BASE), body)?;
    let accepted = writable(concrete, body, call.version)?;
    let tenant = &mut *site.tenant;
    let configuration = found(tenant, call)?;
    let stored = configuration.entity.get("@odata.type").and_then(Value::as_str).map(name_of);
    if stored != Some(concrete.name.as_str()) {
        return Err(Failure::intune_refuses());
    }
    if is_default(configuration) {
        let fixed = ["displayName", "description", "roleScopeTagIds"];
        if fixed.iter().any(|name| accepted.get(*name).is_some_and(|new| configuration.entity.get(*name) != Some(new)))
        {
            return Err(Failure::intune_refuses());
        }
    }
    let mut entity = configuration.entity.clone();
    entity.extend(accepted);
    check(&entity)?;
    let id = configuration.id.clone();
    let configuration = tenant.configurations.edit(&id).ok_or_else(Failure::no_intune_object)?;
    configuration.entity = entity;
    configuration.version += 1;
    configuration.modified = Some(call.now);
    let shown = self::entity(call, configuration);
    Ok(call.entity(200, Value::Object(shown)))
}

/// What the service holds against a page. Its refusals say nothing.
fn check(entity: &Object) -> Result<(), Failure> {
    let on = |name: &str| entity.get(name) == Some(&json!(true));
    let name = entity.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let minutes = entity.get("installProgressTimeoutInMinutes").and_then(Value::as_i64).unwrap_or(60);
    let apps = entity.get("selectedMobileAppIds").and_then(Value::as_array).map_or(0, Vec::len);
    // Letting the user go on rules out everything that blocks.
    let not_blocking = on("blockDeviceSetupRetryByUser");
    let blocking =
        ["allowDeviceResetOnInstallFailure", "allowDeviceUseOnInstallFailure", "allowNonBlockingAppInstallation"];
    let contradicts = not_blocking && (apps > 0 || blocking.into_iter().any(on));
    if name.trim().is_empty() || !(1..=1440).contains(&minutes) || apps > 100 || contradicts {
        return Err(Failure::intune_refuses());
    }
    Ok(())
}

pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    let configuration = found(tenant, call)?;
    if is_default(configuration) {
        return Err(Failure::intune_refuses());
    }
    let id = configuration.id.clone();
    tenant.configurations.take(&id);
    let order = own_pages(tenant);
    renumber(tenant, &order);
    Ok(Answer::done())
}

/// Ids of the pages that are no default, by priority.
fn own_pages(tenant: &Tenant) -> Vec<String> {
    let mut pages: Vec<&EnrollmentConfiguration> =
        tenant.configurations.values().filter(|each| is_own_page(each)).collect();
    pages.sort_by_key(|each| each.priority);
    pages.into_iter().map(|each| each.id.clone()).collect()
}

fn renumber(tenant: &mut Tenant, order: &[String]) {
    for (priority, id) in (1..).zip(order) {
        if tenant.configurations.get(id).is_some_and(|each| each.priority != priority)
            && let Some(each) = tenant.configurations.edit(id)
        {
            each.priority = priority;
        }
    }
}

pub(crate) fn set_priority(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let wanted = body.get("priority").and_then(Value::as_i64).filter(|_| body.len() == 1);
    let wanted = wanted.ok_or_else(|| {
        Failure::model("The parameter 'priority' of the action 'setPriority' is missing or no number.")
    })?;
    let tenant = &mut *site.tenant;
    let configuration = found(tenant, call)?;
    if is_default(configuration) {
        return Err(Failure::intune_refuses());
    }
    let id = configuration.id.clone();
    let mut order = own_pages(tenant);
    let place = usize::try_from(wanted).ok().filter(|place| (1..=order.len()).contains(place));
    let place = place.ok_or_else(Failure::intune_refuses)?;
    order.retain(|each| *each != id);
    order.insert(place - 1, id);
    renumber(tenant, &order);
    Ok(Answer::done())
}

/// Replaces all assignments; an empty list ends them all.
pub(crate) fn assign(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let wanted = body.get("enrollmentConfigurationAssignments").and_then(Value::as_array).filter(|_| body.len() == 1);
    let wanted = wanted.ok_or_else(|| {
        Failure::model(
            "The parameter 'enrollmentConfigurationAssignments' of the action 'assign' is missing or is not alone.",
        )
    })?;
    let tenant = &mut *site.tenant;
    let configuration = found(tenant, call)?;
    if is_default(configuration) {
        return Err(Failure::intune_refuses());
    }
    let id = configuration.id.clone();
    let mut assignments = Vec::<Assignment>::new();
    for each in wanted {
        let (target, filter) = read(tenant, each.get("target"), call.version)?;
        require_filter(tenant, filter.as_ref())?;
        let twice = assignments.iter().any(|other| {
            other.target == target || (target.group().is_some() && other.target.group() == target.group())
        });
        if twice {
            return Err(Failure::intune_refuses());
        }
        assignments.push(Assignment::new(&id, target, filter));
    }
    if let Some(configuration) = tenant.configurations.edit(&id) {
        configuration.assignments = assignments;
    }
    Ok(Answer::done())
}

pub(crate) fn list_assignments(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    Ok(whole(call, found(tenant, call)?.assignments.iter().map(Assignment::shown).collect()))
}

pub(crate) fn get_assignment(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.ids.get(1).map(String::as_str).unwrap_or_default();
    let found = found(tenant, call)?.assignments.iter().find(|each| each.id == id);
    Ok(call.entity(200, found.ok_or_else(Failure::no_intune_object)?.shown()))
}
