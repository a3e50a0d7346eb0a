//! The Enrollment Status Page, one kind of enrollment configuration (beta).
//!
//! Facts: Graph's `windows10EnrollmentCompletionPageConfiguration`, exports of real tenants for the default page, and
//! recorded answers: `/assign` replaces the whole set, single assignments have no route, `setPriority` renumbers.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::{Assign, Collection, Filters, PLAIN, PLAIN_ASSIGN, found};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, filled};
use crate::emulator::model::kind;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{self, Item};

const PAGE_TYPE: &str = "windows10EnrollmentCompletionPageConfiguration";
const DEFAULT_SUFFIX: &str = "_DefaultWindows10EnrollmentCompletionPageConfiguration";
const SUFFIX: &str = "_Windows10EnrollmentCompletionPageConfiguration";
const PRIORITY: &str = "priority";
/// What a tenant holds besides the default page.
const MOST_PAGES: usize = 50;

pub(crate) static CONFIGURATIONS: Collection = Collection {
    name: item::CONFIGURATIONS,
    kind: "deviceEnrollmentConfiguration",
    required: &[],
    // `isof` does not work, and neither does anything else.
    filters: Filters::Equality(&["deviceEnrollmentConfigurationType", "priority"]),
    selects: Some(PAGE_TYPE),
    most: MOST_PAGES,
    assign: Some(Assign {
        parameter: "enrollmentConfigurationAssignments",
        kind: "enrollmentConfigurationAssignment",
        answers: false,
        check: |configuration, _| own(configuration),
        ..PLAIN_ASSIGN
    }),
    typed_changes: true,
    check,
    begin,
    release: |_, configuration| own(configuration),
    released: |tenant, _, _| {
        let order = own_pages(tenant);
        renumber(tenant, &order);
    },
    ..PLAIN
};

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

fn put_default(tenant: &mut Tenant, suffix: &str, mut entity: Object) {
    let id = format!("{}{suffix}", tenant.id);
    entity.insert(PRIORITY.into(), json!(0));
    entity.insert("version".into(), json!(0));
    tenant.items_mut(CONFIGURATIONS.name).put(&id, Item::of_service(&id, entity));
}

/// Refuses what cannot be done with the tenant's defaults.
fn own(configuration: &Item) -> Result<(), Failure> {
    if configuration.by_service { Err(Failure::intune_refuses()) } else { Ok(()) }
}

fn priority(configuration: &Item) -> i64 {
    configuration.entity.get(PRIORITY).and_then(Value::as_i64).unwrap_or(0)
}

/// A new page comes last, and its id carries its kind.
fn begin(tenant: &Tenant, page: &mut Item, _: &Call) -> Result<(), Failure> {
    let last = tenant.items(CONFIGURATIONS.name).values().map(priority).max().unwrap_or(0);
    page.id.push_str(SUFFIX);
    page.entity.insert(PRIORITY.into(), json!(last + 1));
    page.entity.insert("version".into(), json!(1));
    page.entity.insert("deviceEnrollmentConfigurationType".into(), Value::from(PAGE_TYPE));
    Ok(())
}

/// What the service holds against a page. Its refusals say nothing.
fn check(_: &Tenant, before: Option<&Item>, entity: &Object) -> Result<(), Failure> {
    let fixed = |before: &Item| {
        let names = ["displayName", "description", "roleScopeTagIds"];
        before.by_service && names.iter().any(|name| before.entity.get(*name) != entity.get(*name))
    };
    if before.is_some_and(fixed) {
        return Err(Failure::intune_refuses());
    }
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

/// Ids of the pages that are no default, by priority.
fn own_pages(tenant: &Tenant) -> Vec<String> {
    let mut pages: Vec<&Item> = tenant.items(CONFIGURATIONS.name).values().filter(|each| !each.by_service).collect();
    pages.sort_by_key(|each| priority(each));
    pages.into_iter().map(|each| each.id.clone()).collect()
}

fn renumber(tenant: &mut Tenant, order: &[String]) {
    let configurations = tenant.items_mut(CONFIGURATIONS.name);
    for (place, id) in (1..).zip(order) {
        if configurations.get(id).is_some_and(|each| priority(each) != place)
            && let Some(each) = configurations.edit(id)
        {
            each.entity.insert(PRIORITY.into(), json!(place));
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
    let configuration = found(tenant, &CONFIGURATIONS, call)?;
    own(configuration)?;
    let id = configuration.id.clone();
    let mut order = own_pages(tenant);
    let place = usize::try_from(wanted).ok().filter(|place| (1..=order.len()).contains(place));
    let place = place.ok_or_else(Failure::intune_refuses)?;
    order.retain(|each| *each != id);
    order.insert(place - 1, id);
    renumber(tenant, &order);
    Ok(Answer::done())
}
