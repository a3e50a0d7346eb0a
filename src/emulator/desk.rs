//! Where a call is let through: budget, approval, route, permission; then its handler.

use super::call::{Call, Outcome};
use super::error::Failure;
use super::odata::path::segments;
use super::route::{self, Found};
use super::site::Site;
use super::world::World;

impl World {
    /// Finds the route of a call and runs it; also for the items of a batch.
    pub(crate) fn dispatch(&mut self, call: Call) -> Outcome {
        if self.settings.throttling {
            let users = self.tenants.get(&call.caller.tenant).map_or(0, |tenant| tenant.users.len());
            self.throttle.admit(&call, users)?;
        }
        if let Some(waiting) = self.approvals.check(&self.settings, &call)? {
            return Ok(waiting);
        }
        self.run(call)
    }

    /// Runs a call that no budget and no administrator holds up.
    pub(crate) fn run(&mut self, mut call: Call) -> Outcome {
        let segments = segments(&call.path);
        let below = segments.get(1..).unwrap_or_default();
        match route::find(&call.method, call.version, below) {
            Found::Route(route, ids) => {
                if !route.allows(&call.caller) {
                    return Err(Failure::denied());
                }
                let writes_to_intune = call.method == "POST" && route.template.starts_with("/device");
                if writes_to_intune && !self.settings.intune_is_provisioned {
                    return Err(Failure::intune_refuses());
                }
                call.ids = ids;
                let World { tenants, registry, settings, .. } = self;
                let tenant = tenants.get_mut(&call.caller.tenant);
                let tenant = tenant.ok_or_else(|| Failure::invalid_token("Invalid tenant."))?;
                (route.run)(&mut Site { tenant, registry, settings }, &call)
            }
            Found::Refused(failure) => Err(failure),
        }
    }
}
