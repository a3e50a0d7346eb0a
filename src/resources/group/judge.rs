//! What contradicts itself in a group, and what works and will hurt.

use super::{
    provisioning_client, related,
    words::{ASSIGNABLE, RULE},
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    resource::Change,
    value::Value,
};

/// What goes with a rule only, or without one only.
pub(super) fn judge(config: &Value, diagnostics: &mut Diagnostics) {
    let is_said = |name: &str| !matches!(config.get(name), Value::Null | Value::Unknown);
    let is_for_roles = config.get(ASSIGNABLE).as_bool() == Some(true);
    let mut refuse = |name: &str, rule: &str| diagnostics.push(Diagnostic::invalid(Path::of(name), rule));
    let processing = "membership_rule_processing";
    if config.get(RULE).is_null() && is_said(processing) {
        refuse(processing, "needs a `membership_rule`: a group without one has assigned members.");
    }
    if is_said(RULE) && is_for_roles {
        refuse(ASSIGNABLE, "cannot be true where there is a `membership_rule`: a role would go to whoever matches it.");
    }
    if is_said(RULE) && is_said(related::MEMBERS) {
        refuse(
            related::MEMBERS,
            "cannot be set where there is a `membership_rule`: the rule alone says who is a member.",
        );
    }
    if config.get(provisioning_client::OWNER).as_bool() == Some(true) {
        diagnostics.extend(device_preparation(is_said(RULE), is_for_roles, is_said(related::MEMBERS)));
    }
}

/// Microsoft, "Create an assigned device group"; what enrolment adds is drift to whoever names all members.
fn device_preparation(has_rule: bool, is_for_roles: bool, has_members: bool) -> impl Iterator<Item = Diagnostic> {
    let unfit = [(has_rule, RULE), (is_for_roles, ASSIGNABLE)].into_iter().filter(|(is_unfit, _)| *is_unfit);
    let unfit = unfit.map(|(_, attribute)| {
        let detail = format!(
            "Device preparation takes no group with `{attribute}`: it has to be assigned, and not for roles. The Intune \
             Provisioning Client becomes an owner all the same."
        );
        Diagnostic::warning("Not for Device Preparation", detail).at(Path::of(attribute))
    });
    let detail = "Devices join the group of a device preparation policy when they enrol. With `member_ids` set, the next \
                  apply removes them again. Leave it out.";
    let members = Diagnostic::warning("Enrolled Devices Are Removed", detail).at(Path::of(related::MEMBERS));
    unfit.chain(has_members.then_some(members))
}

/// Microsoft, "Change static group membership to dynamic": existing members are removed, then the rule is processed.
pub(super) fn members_leave(change: &Change) -> Option<Diagnostic> {
    let becomes_dynamic =
        !change.prior.is_null() && change.prior.get(RULE).is_null() && change.planned.get(RULE).as_str().is_some();
    let detail = "The group becomes dynamic: whoever is a member leaves it at once, and comes back only by the rule, which \
                  may take hours in a large tenant. Policies that are assigned to it do not reach them meanwhile.";
    becomes_dynamic.then(|| Diagnostic::warning("Members Leave", detail).at(Path::of(RULE)))
}
