//! The name of a profile or a policy, by which rules know it: `enrollmentProfileName`.
//!
//! Microsoft, "Rules for dynamic membership groups": for Windows it is the name of the deployment profile, and since
//! September 2024 that of the device preparation policy too.

use crate::{diagnostic::Diagnostic, knowledge::visible::quoted, path::Path, resource::Change, value::Value};

/// What a change of the name does to rules.
pub(super) fn renamed(noun: &str, change: &Change) -> Option<Diagnostic> {
    let name = |value: &Value| value.get("display_name").as_str().map(str::to_owned);
    let (before, now) = (name(&change.prior)?, name(&change.planned)?);
    let detail = format!(
        "The {noun} {} becomes {}. Rules of groups and of filters that ask for `enrollmentProfileName` know it by its name: \
         one that asks for the old name matches no device that enrols from now on.",
        quoted(&before),
        quoted(&now),
    );
    (before != now).then(|| Diagnostic::warning("Rules Know the Old Name", detail).at(Path::of("display_name")))
}
