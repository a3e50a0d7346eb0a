//! Entra device objects. Autopilot makes one for each registered device, with `[ZTDID]`, `[OrderID]` and
//! `[PurchaseOrderId]` among its physical ids.

use super::listing::{self, Objects};
use super::look;
use super::objects::DirectoryObject;
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;

const KINDS: &[&str] = &["device"];

fn objects(tenant: &Tenant) -> Objects<'_> {
    Objects {
        set: "devices",
        kinds: KINDS,
        own: true,
        after: Box::new(|from| Box::new(tenant.devices.after(from).map(|(_, device)| DirectoryObject::Device(device)))),
        one: Box::new(|id| tenant.devices.get(id).map(DirectoryObject::Device)),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::list(site.tenant, call, &objects(site.tenant))
}

pub(crate) fn count(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::count(call, &objects(site.tenant))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let id = call.id(0);
    let device = site.tenant.devices.get(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    look::entity(site.tenant, call, "devices", KINDS, DirectoryObject::Device(device))
}
