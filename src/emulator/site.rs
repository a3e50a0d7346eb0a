//! What a handler may touch: the caller's tenant, which machines are registered anywhere, and the switches.

use std::collections::HashMap;

use ecow::EcoString;

use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device::Machine;

/// Which tenant a machine is registered in, and as what, over all tenants.
pub(crate) type Registry = HashMap<Machine, (EcoString, EcoString)>;

/// The caller's part of the emulator.
pub(crate) struct Site<'a> {
    pub(crate) tenant: &'a mut Tenant,
    pub(crate) registry: &'a mut Registry,
    pub(crate) settings: &'a Settings,
}
