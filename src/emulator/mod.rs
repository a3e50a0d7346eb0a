//! Graph tenants on this machine.
