//! What happens to a laptop: it is switched on, its hardware changes.

use serde::Deserialize;
use serde_json::Value;

use crate::emulator::gate::exchange::{Asked, parse};
use crate::emulator::gate::world::World;
use crate::emulator::tenant::event::Failed;
use crate::emulator::work::{self, SwitchedOn};

pub(super) fn enroll(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Enroll {
        #[serde(default)]
        tenant: Option<String>,
        #[serde(alias = "serialNumber")]
        serial_number: String,
        /// Who signs in, if not the user that the device is assigned to.
        #[serde(default)]
        user: Option<String>,
        /// Whether a technician pre-provisions it.
        #[serde(default)]
        technician: bool,
        /// What a laptop is that the service does not know.
        #[serde(default)]
        manufacturer: Option<String>,
        #[serde(default)]
        model: Option<String>,
        /// That fails, or later in phase `device_setup` or `account_setup`.
        #[serde(default)]
        failure: Option<Failed>,
    }
    let Enroll { tenant, serial_number: serial, user, technician, manufacturer, model, failure } = parse(asked.body)?;
    let on = SwitchedOn { serial, user, technician, manufacturer, model, failure };
    let tenant = world.tenant_or_contoso(tenant.as_deref())?;
    world.catch_up();
    let now = world.clock.now();
    let World { tenants, settings, .. } = world;
    let tenant = tenants.get_mut(&tenant).ok_or_else(|| format!("no tenant '{tenant}'"))?;
    work::switch_on(tenant, settings, now, &on)?;
    Ok(Value::Null)
}

pub(super) fn hardware_change(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct HardwareChange {
        #[serde(default)]
        tenant: Option<String>,
        #[serde(alias = "serialNumber")]
        serial_number: String,
        /// Intune registers the new hardware by itself, or cannot.
        repairable: bool,
    }
    let HardwareChange { tenant, serial_number, repairable } = parse(asked.body)?;
    let tenant = world.tenant_or_contoso(tenant.as_deref())?;
    world.catch_up();
    let now = world.clock.now();
    let World { tenants, settings, .. } = world;
    let tenant = tenants.get_mut(&tenant).ok_or_else(|| format!("no tenant '{tenant}'"))?;
    work::hardware_changed(tenant, settings, now, &serial_number, repairable)?;
    Ok(Value::Null)
}
