//! How laptops were deployed, as plain data: the events of registered ones, and what device preparation left behind.

use serde::Serialize;

use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::event::EVENTS;
use crate::emulator::tenant::item::Item;
use crate::emulator::tenant::preparation::{Deployment, Outcome};

/// A laptop's deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Deployed {
    /// The device's serial number.
    pub serial_number: String,
    /// The address of the user who signed in; empty for a technician, or a device by itself.
    pub user: String,
    /// How the setup of the device ended, in Graph's word: `success`, `failure`, `notAttempted`. Empty in device preparation.
    pub device_setup: String,
    /// How the setup of the user's account ended.
    pub account_setup: String,
    /// How many apps and scripts device preparation installed, and of how many.
    pub installed: Option<(usize, usize)>,
    /// How long it took.
    pub minutes: i64,
    /// Whether all of it worked.
    pub succeeded: bool,
}

/// Every deployment of a tenant, in the order of time.
pub(super) fn take(tenant: &Tenant) -> Vec<Deployed> {
    let classic =
        tenant.items(EVENTS).values().map(|event| (event.created.unwrap_or_default(), event.sequence, of_event(event)));
    let prepared = tenant.deployments.values().map(|each| (each.at, 0, of_preparation(each)));
    let mut all: Vec<_> = classic.chain(prepared).collect();
    all.sort_by_key(|(at, sequence, _)| (*at, *sequence));
    all.into_iter().map(|(_, _, deployed)| deployed).collect()
}

fn of_event(event: &Item) -> Deployed {
    let minutes = event.text("deploymentTotalDuration").trim_start_matches("PT").trim_end_matches(['M', 'S']);
    Deployed {
        serial_number: event.text("deviceSerialNumber").to_owned(),
        user: event.text("userPrincipalName").to_owned(),
        device_setup: event.text("deviceSetupStatus").to_owned(),
        account_setup: event.text("accountSetupStatus").to_owned(),
        installed: None,
        minutes: minutes.parse().unwrap_or_default(),
        succeeded: event.text("deploymentState") == "success",
    }
}

fn of_preparation(each: &Deployment) -> Deployed {
    let all = || each.apps.iter().chain(&each.scripts);
    Deployed {
        serial_number: each.hardware.serial.to_string(),
        user: each.user.clone(),
        installed: Some((all().filter(|it| it.outcome == Outcome::Installed).count(), all().count())),
        minutes: each.minutes,
        succeeded: each.failure.is_none(),
        ..Deployed::default()
    }
}
