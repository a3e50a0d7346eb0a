//! Which scopes and groups exclude each other.

use super::included_groups::GROUPS;
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};

/// Refuses a selection of nobody, and groups where nobody is selected.
pub(super) fn judge(config: &Value, diagnostics: &mut Diagnostics) {
    let groups = config.get(GROUPS);
    match config.get("scope").as_str() {
        Some("selected") if !groups.is_unknown() && groups.elements().is_empty() => {
            let rule = "is \"selected\", and selects nobody. Set `group_ids`, or make it \"none\".";
            diagnostics.push(Diagnostic::invalid(Path::of("scope"), rule));
        }
        Some("none" | "all") if !groups.elements().is_empty() => {
            let rule = "can only be set with `scope = \"selected\"`.";
            diagnostics.push(Diagnostic::invalid(Path::of(GROUPS), rule));
        }
        _ => {}
    }
}
