//! What becomes of a device whose hardware was changed, a mainboard replaced for one.
//!
//! Facts: the Windows Autopilot tutorials, "Verify device has an Autopilot profile assigned to it", and Graph's
//! `windowsAutopilotDeviceRemediationState`. Intune tries to register the new hardware by itself and says at the next
//! check-in what came of it. Where it cannot, the device gets no profile until it is registered anew.

use super::registration::known;
use crate::emulator::clock::{Millis, millis};
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device::Remediation;
use crate::emulator::tenant::queue::Work;

/// Changes the hardware of a registered device. What is `repairable` is registered at the next check-in.
pub(crate) fn hardware_changed(
    tenant: &mut Tenant,
    settings: &Settings,
    now: Millis,
    serial: &str,
    repairable: bool,
) -> Result<(), String> {
    let id = known(tenant, serial)?;
    let Some(device) = tenant.autopilot.edit(&id) else { return Ok(()) };
    if device.needs_registering_anew() {
        return Err(format!("device '{serial}' has to be registered anew"));
    }
    let check_in = now + millis(settings.check_in_seconds);
    let remediation = if repairable { Remediation::Automatic { check_in } } else { Remediation::Manual };
    device.remediation = Some(Box::new((remediation, now)));
    if repairable {
        tenant.index.plan(check_in, Work::CheckIn(id));
    }
    Ok(())
}

/// The device asks, and its new hardware is registered. An older change's check-in does nothing for a newer one.
pub(super) fn check_in(tenant: &mut Tenant, at: Millis, id: &str) {
    let due = tenant.autopilot.get(id).and_then(|device| device.remediation.as_deref());
    if due.is_none_or(|(remediation, _)| *remediation != Remediation::Automatic { check_in: at }) {
        return;
    }
    if let Some(device) = tenant.autopilot.edit(id) {
        device.remediation = Some(Box::new((Remediation::Done, at)));
        device.last_contact = Some(at);
    }
}
