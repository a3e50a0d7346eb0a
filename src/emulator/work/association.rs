//! Associations end: those whose device never came, and those that are to be removed.

use crate::emulator::clock::Millis;
use crate::emulator::tenant::Tenant;

/// Ends an association that is due. One that has become another state since is not.
pub(super) fn end_association(tenant: &mut Tenant, at: Millis, id: &str) {
    if tenant.associations.get(id).and_then(|row| row.ends()).is_some_and(|ends| ends <= at) {
        tenant.end_association(id);
    }
}
