//! Entra device objects. Autopilot makes one for each registered device, with `[ZTDID]`, `[OrderID]` and
//! `[PurchaseOrderId]` among its physical ids.

use super::objects::{self, kind};
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::tenant::EntraDevice;
use crate::emulator::world::World;

pub(crate) fn list(world: &mut World, call: &Call) -> Outcome {
    let tenant = world.tenant(call)?;
    objects::list(call, kind("device"), &tenant.devices, |device| Some(objects::device(device)))
}

pub(crate) fn count(world: &mut World, call: &Call) -> Outcome {
    let tenant = world.tenant(call)?;
    objects::count(call, kind("device"), &tenant.devices, |device| Some(objects::device(device)))
}

pub(crate) fn get(world: &mut World, call: &Call) -> Outcome {
    call.query.refuse(&["$filter", "$expand"])?;
    let tenant = world.tenant(call)?;
    let id = call.id(0);
    let device = tenant.devices.get(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    Ok(call.entity(200, objects::shown(call, kind("device"), objects::device(device))?))
}

/// What Autopilot writes into `physicalIds`.
pub(crate) fn physical_ids(device: &EntraDevice) -> Vec<String> {
    let Some(registration) = &device.autopilot else { return Vec::new() };
    let mut ids = vec![format!("[ZTDID]:{registration}")];
    if let Some(tag) = device.order.as_deref().filter(|tag| !tag.is_empty()) {
        ids.push(format!("[OrderID]:{tag}"));
    }
    if let Some(order) = device.purchase_order.as_deref().filter(|order| !order.is_empty()) {
        ids.push(format!("[PurchaseOrderId]:{order}"));
    }
    ids
}
