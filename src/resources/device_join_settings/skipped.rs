//! Whose devices skip device preparation by these settings.

use crate::{diagnostic::Diagnostic, path::Path, resource::Change};

/// Provisioning is skipped where the policy makes users standard users and Entra makes not all of them local administrators
/// ("Windows Autopilot device preparation - known issues", 3 June 2024).
pub(super) fn users_who_are(change: &Change) -> Option<Diagnostic> {
    let choice = "registering_users_are_local_administrators";
    let (before, now) = (change.prior.get(choice), change.planned.get(choice));
    let who = now.as_str().filter(|who| *who != "all" && before != now)?;
    let detail = format!(
        "With {who:?} here, Windows Autopilot device preparation skips the devices of policies whose user account type is standard \
         user: their users reach the desktop without apps. Set the user account type of such policies to administrator, or this to \
         \"all\"; in both cases their users are no administrators."
    );
    Some(Diagnostic::warning("Device Preparation May Be Skipped", detail).at(Path::of(choice)))
}
