//! Where a call is let through: budget, approval, route, permission, query options. What is let through goes to its handler.
//!
//! The desk knows what may be asked and by whom. It knows neither HTTP nor tokens, and nothing of what handlers do.

pub(crate) mod approval;
pub(crate) mod throttle;

use std::collections::BTreeMap;

use throttle::Throttle;

use super::call::{Call, Outcome};
use super::error::Failure;
use super::odata::admit::Service;
use super::odata::options::Options;
use super::odata::path::segments;
use super::route::{self, Found, Route};
use super::settings::Settings;
use super::site::{Registry, Site};
use super::tenant::Tenant;

/// What stands behind the desk, and what it counts and asks for.
pub(crate) struct Desk<'a> {
    pub(crate) tenants: &'a mut BTreeMap<String, Tenant>,
    pub(crate) registry: &'a mut Registry,
    pub(crate) settings: &'a Settings,
    pub(crate) throttle: &'a mut Throttle,
}

/// Finds the route of a call and runs it; also for the items of a batch.
pub(crate) fn dispatch(desk: Desk<'_>, call: Call) -> Outcome {
    if desk.settings.throttling {
        let users = desk.tenants.get(&call.caller.tenant).map_or(0, |tenant| tenant.users.len());
        desk.throttle.admit(&call, users)?;
    }
    let (route, mut site, call) = admit(desk, call)?;
    let used = approval::check(site.tenant, site.settings, &call)?;
    let outcome = perform(route, &mut site, &call);
    if let (Some(used), Ok(_)) = (used, &outcome) {
        approval::done(site.tenant, &used, &call);
    }
    outcome
}

/// Each service refuses in words of its own; Intune's tell which permissions would do.
fn denied(route: &Route, call: &Call) -> Failure {
    let needed = route.needed(&call.caller);
    if route.is_intune() && !needed.is_empty() { Failure::denied_by_intune(needed) } else { Failure::denied() }
}

/// Runs a call that no budget and no administrator holds up.
pub(crate) fn run(desk: Desk<'_>, call: Call) -> Outcome {
    let (route, mut site, call) = admit(desk, call)?;
    perform(route, &mut site, &call)
}

/// Runs the operation, which has to look at every option that it takes.
fn perform(route: &Route, site: &mut Site<'_>, call: &Call) -> Outcome {
    let outcome = (route.run)(site, call);
    debug_assert!(
        outcome.is_err() || call.query.overlooked() == Options::NONE,
        "{} takes {:?} and does not look at it",
        route.template,
        call.query.overlooked().names().collect::<Vec<_>>()
    );
    outcome
}

/// The route of a call that the caller may make, and what it may touch.
fn admit(desk: Desk<'_>, mut call: Call) -> Result<(&'static Route, Site<'_>, Call), Failure> {
    let segments = segments(&call.path);
    let below = segments.get(1..).unwrap_or_default();
    match route::find(&call.method, call.version, below) {
        Found::Route(route, ids) => {
            if !route.allows(&call.caller) {
                return Err(denied(route, &call));
            }
            let service = if route.is_intune() { Service::Intune } else { Service::Directory };
            call.query.admit(route.takes, service)?;
            let Desk { tenants, registry, settings, .. } = desk;
            let writes_to_intune = call.method == "POST" && route.is_intune();
            if writes_to_intune && !settings.intune_is_provisioned {
                return Err(Failure::intune_refuses());
            }
            call.ids = ids;
            let tenant = tenants.get_mut(&call.caller.tenant);
            let tenant = tenant.ok_or_else(|| Failure::invalid_token("Invalid tenant."))?;
            Ok((route, Site { tenant, registry, settings }, call))
        }
        Found::Refused(failure) => Err(failure),
    }
}
