//! The Enrollment Status Page, one kind of enrollment configuration (beta).
//!
//! Facts: Graph's `windows10EnrollmentCompletionPageConfiguration`, exports of real tenants for the default page, and
//! recorded answers: `/assign` replaces the whole set, single assignments have no route, `setPriority` renumbers. Every
//! tenant has defaults of five kinds ([`super::enrollment_defaults`]); only pages are made here, others are refused.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::{Assign, BetaKinds, Collection, Filters, Key, PLAIN, PLAIN_ASSIGN, found};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::model::name_of;
use crate::emulator::odata::path::key;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{self, Item};

const PAGE_TYPE: &str = "windows10EnrollmentCompletionPageConfiguration";
const SUFFIX: &str = "_Windows10EnrollmentCompletionPageConfiguration";
const PRIORITY: &str = "priority";
/// What a tenant holds besides the default page.
const MOST_PAGES: usize = 50;

pub(crate) static CONFIGURATIONS: Collection = Collection {
    name: item::CONFIGURATIONS,
    kind: "deviceEnrollmentConfiguration",
    key: Key::GuidAndWord,
    required: &[],
    beta_kinds: BetaKinds::AsTheBase,
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

/// The types of apps that a page can wait for.
const BLOCKING_APPS: &[&str] = &[
    "officeSuiteApp",
    "win32CatalogApp",
    "win32LobApp",
    "winGetApp",
    "windowsAppX",
    "windowsMicrosoftEdgeApp",
    "windowsMobileMSI",
    "windowsUniversalAppX",
];

/// What the service holds against a configuration. Its refusals say nothing.
fn check(tenant: &Tenant, before: Option<&Item>, entity: &Object) -> Result<(), Failure> {
    let is_page = entity.get("@odata.type").and_then(Value::as_str).is_some_and(|kind| name_of(kind) == PAGE_TYPE);
    let refused = match before {
        None => !is_page,
        Some(before) => {
            let names = ["displayName", "description", "roleScopeTagIds"];
            before.by_service && names.iter().any(|name| before.entity.get(*name) != entity.get(*name))
        }
    };
    if refused {
        return Err(Failure::intune_refuses());
    }
    if is_page { check_page(tenant, before, entity) } else { Ok(()) }
}

fn check_page(tenant: &Tenant, before: Option<&Item>, entity: &Object) -> Result<(), Failure> {
    const MINUTES: &str = "installProgressTimeoutInMinutes";
    const APPS: &str = "selectedMobileAppIds";
    let on = |name: &str| entity.get(name) == Some(&json!(true));
    let as_before = |name: &str| before.is_some_and(|before| before.entity.get(name) == entity.get(name));
    let name = entity.get("displayName").and_then(Value::as_str).unwrap_or_default();
    let minutes = entity.get(MINUTES).and_then(Value::as_i64).unwrap_or(60);
    let apps: Vec<&Value> = entity.get(APPS).and_then(Value::as_array).into_iter().flatten().collect();
    let blocks = |id: &&Value| {
        let app = id.as_str().and_then(|id| tenant.items(item::APPS).get(&key(id)));
        app.is_some_and(|app| BLOCKING_APPS.contains(&name_of(app.text("@odata.type"))))
    };
    // Letting the user go on rules out everything that blocks.
    let not_blocking = on("blockDeviceSetupRetryByUser");
    let blocking =
        ["allowDeviceResetOnInstallFailure", "allowDeviceUseOnInstallFailure", "allowNonBlockingAppInstallation"];
    let contradicts = not_blocking && (!apps.is_empty() || blocking.into_iter().any(on));
    // Where no progress is shown there is nothing to wait for; the portal writes 0 then, and the default page begins so.
    let in_time =
        (1..=1440).contains(&minutes) || as_before(MINUTES) || (minutes == 0 && !on("showInstallationProgress"));
    let known = as_before(APPS) || apps.iter().all(blocks);
    if name.trim().is_empty() || !in_time || apps.len() > 100 || !known || contradicts {
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
    let wanted = wanted.ok_or_else(Failure::intune_refuses)?;
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
