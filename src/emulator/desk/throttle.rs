//! Throttling by the budgets that Microsoft publishes, counted by the emulator's clock.
//!
//! Facts: "Microsoft Graph service-specific throttling limits". Intune: requests in 20 seconds, writes and all, by
//! application in a tenant and by tenant, each family of paths for itself; the family of devices has twice as much.
//! Entra: resource units in 10 seconds by application in a tenant, by the size of the tenant; writes by themselves.
//! Reports are ordered 48 times a minute at most (Microsoft's page on exporting reports).
//! Refused requests count as well. A window begins with its first request.

use std::collections::HashMap;

use crate::emulator::call::Call;
use crate::emulator::clock::{Millis, millis};
use crate::emulator::error::Failure;

/// What is counted, for whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Account {
    budget: &'static str,
    family: &'static str,
    /// Empty where all tenants count together.
    tenant: String,
    /// Empty where all applications count together.
    app: String,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Millis,
    used: u64,
}

/// So much in so many seconds.
struct Limit {
    account: Account,
    cost: u64,
    most: u64,
    seconds: u64,
}

/// All that is counted.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    windows: HashMap<Account, Window>,
    /// The units that the last request to the directory cost, for `x-ms-resource-unit`.
    pub(crate) units: Option<u64>,
}

impl Throttle {
    /// Counts a request, and refuses it when a budget is used up. `users` is the size of the tenant.
    pub(crate) fn admit(&mut self, call: &Call, users: usize) -> Result<(), Failure> {
        let (limits, units) = limits(call, users);
        self.units = units;
        self.windows.retain(|account, window| call.now < window.began + millis(longest(account.budget)));
        let mut wait = None;
        for limit in limits {
            let window = self.windows.entry(limit.account).or_insert(Window { began: call.now, used: 0 });
            if call.now >= window.began + millis(limit.seconds) {
                *window = Window { began: call.now, used: 0 };
            }
            window.used += limit.cost;
            if window.used > limit.most {
                let left = window.began + millis(limit.seconds) - call.now;
                let left = u64::try_from(left).unwrap_or(0).div_ceil(1000).max(1);
                wait = Some(wait.unwrap_or(0).max(left));
            }
        }
        match wait {
            None => Ok(()),
            Some(seconds) => {
                let mut failure = Failure::too_many_requests("Too many requests. Please retry again later.");
                failure.retry_after = Some(seconds);
                Err(failure)
            }
        }
    }
}

const GLOBAL: &str = "all requests";
const ANY: &str = "requests";
const WRITES: &str = "writes";
const UNITS: &str = "resource units";
const EXPORTS: &str = "export jobs";
const DIRECTORY_WRITES: &str = "directory writes";
const TENANT_WRITES: &str = "directory writes of the tenant";

/// How long a window of this budget can be, to forget those that are over.
fn longest(budget: &str) -> u64 {
    match budget {
        GLOBAL => 1,
        UNITS => 10,
        EXPORTS => 60,
        DIRECTORY_WRITES => 150,
        TENANT_WRITES => 300,
        _ => 20,
    }
}

fn limits(call: &Call, users: usize) -> (Vec<Limit>, Option<u64>) {
    let limit = |budget, family, (tenant, app): (bool, bool), cost, most| Limit {
        account: Account {
            budget,
            family,
            tenant: if tenant { call.caller.tenant.clone() } else { String::new() },
            app: if app { call.caller.app_id.clone() } else { String::new() },
        },
        cost,
        most,
        seconds: longest(budget),
    };
    let (app_in_tenant, tenant, app) = ((true, true), (true, false), (false, true));
    let writes = call.method != "GET";
    let mut limits = vec![limit(GLOBAL, "", app, 1, 2000)];
    if let Some((family, factor)) = intune_family(&call.path) {
        limits.push(limit(ANY, family, app_in_tenant, 1, 1000 * factor));
        limits.push(limit(ANY, family, tenant, 1, 2000 * factor));
        if writes {
            limits.push(limit(WRITES, family, app_in_tenant, 1, 100 * factor));
            limits.push(limit(WRITES, family, tenant, 1, 200 * factor));
        }
        if writes && call.path.to_ascii_lowercase().ends_with("/reports/exportjobs") {
            limits.push(limit(EXPORTS, family, app_in_tenant, 1, 48));
        }
        return (limits, None);
    }
    let cost = units(call);
    let most = match users {
        0..50 => 3500,
        50..=500 => 5000,
        _ => 8000,
    };
    limits.push(limit(UNITS, "", app_in_tenant, cost, most));
    if writes {
        limits.push(limit(DIRECTORY_WRITES, "", app_in_tenant, 1, 3000));
        limits.push(limit(TENANT_WRITES, "", tenant, 1, 18000));
    }
    (limits, Some(cost))
}

/// Which of Intune's families a path belongs to, and how many times the usual budget it has.
fn intune_family(path: &str) -> Option<(&'static str, u64)> {
    let mut segments = path.split('/').skip(2);
    let first = segments.next().unwrap_or_default().to_ascii_lowercase();
    let second = segments.next().unwrap_or_default().to_ascii_lowercase();
    let second = second.split('(').next().unwrap_or_default();
    match (first.as_str(), second) {
        ("deviceappmanagement", _) => Some(("apps", 1)),
        ("devicemanagement", "manageddevices" | "devicemanagementscripts") => Some(("devices", 2)),
        ("devicemanagement", second)
            if ["windowsautopilot", "importedwindowsautopilot", "importeddevice", "deviceenrollment", "autopilot"]
                .iter()
                .any(|head| second.starts_with(head)) =>
        {
            Some(("enrollment", 1))
        }
        ("devicemanagement", _) => Some(("configuration", 1)),
        _ => None,
    }
}

/// What a request to the directory costs.
fn units(call: &Call) -> u64 {
    let last = call.path.split('/').rfind(|part| !part.starts_with('$') && !part.contains('.'));
    let base = match last.unwrap_or_default() {
        "users" => 2,
        "members" => 3,
        "transitiveMembers" => 5,
        _ => 1,
    };
    let option = |name: &str| call.query.glance(name);
    let more = u64::from(option("$expand").is_some());
    let few = option("$top").and_then(|top| top.parse::<u64>().ok()).is_some_and(|top| top < 20);
    let less = u64::from(option("$select").is_some()) + u64::from(few);
    (base + more).saturating_sub(less).max(1)
}
