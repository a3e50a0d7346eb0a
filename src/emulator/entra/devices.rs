//! Entra device objects. Autopilot makes one for each registered device, with `[ZTDID]`, `[OrderID]` and
//! `[PurchaseOrderId]` among its physical ids.

use super::objects;
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::kind;
use crate::emulator::site::Site;

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    objects::list(call, kind("device"), &tenant.devices, |device| Some(objects::device(device)))
}

pub(crate) fn count(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    objects::count(call, kind("device"), &tenant.devices, |device| Some(objects::device(device)))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let device = tenant.devices.get(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    Ok(call.entity(200, objects::shown(call, kind("device"), objects::device(device))?))
}
