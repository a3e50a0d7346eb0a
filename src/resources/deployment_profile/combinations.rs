//! Which settings of a profile exclude each other.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};

/// Refuses what cannot be together, and warns of what says nothing.
pub(super) fn judge(config: &Value, diagnostics: &mut Diagnostics) {
    let mut told = Vec::new();
    let mut refuse = |name: &str, rule: &str| diagnostics.push(Diagnostic::invalid(Path::of(name), rule));
    let is = |name: &str| config.get(name).as_bool() == Some(true);
    let text = |name: &str| config.get(name).as_str();
    if text("join_type") == Some("hybrid") && text("device_name_template").is_some_and(|name| !name.is_empty()) {
        refuse(
            "device_name_template",
            "cannot be set on a hybrid profile: the names of hybrid devices come from the domain join profile.",
        );
    }
    // A profile joins Entra where the configuration does not say.
    let joins_entra = matches!(text("join_type"), Some("entra")) || config.get("join_type").is_null();
    if joins_entra && is("skip_ad_connectivity_check") {
        refuse("skip_ad_connectivity_check", "belongs to a hybrid profile: set `join_type = \"hybrid\"`.");
    }
    if text("join_type") == Some("hybrid") && text("deployment_mode") == Some("self_deploying") {
        refuse(
            "deployment_mode",
            "cannot be \"self_deploying\" on a hybrid profile: a device that is nobody's joins Entra only.",
        );
    }
    if text("deployment_mode") == Some("self_deploying") && is("preprovisioning_allowed") {
        let detail = "Pre-provisioning is for devices that a user sets up in the end. A self-deploying device has no user, \
                      and needs no technician: set `preprovisioning_allowed = false`.";
        told.push(Diagnostic::warning("No Pre-Provisioning", detail).at(Path::of("preprovisioning_allowed")));
    }
    let is_user_driven =
        matches!(text("deployment_mode"), Some("user_driven")) || config.get("deployment_mode").is_null();
    if text("device_type") == Some("hololens") && is_user_driven {
        let detail = "HoloLens sets itself up by self-deploying profiles: set `deployment_mode = \"self_deploying\"`.";
        told.push(Diagnostic::warning("HoloLens Is Self-Deploying", detail).at(Path::of("device_type")));
    }
    if text("device_type") == Some("hololens") {
        for name in ["preprovisioning_allowed", "convert_targeted_devices", "skip_ad_connectivity_check"] {
            if is(name) {
                refuse(name, "must be false for HoloLens.");
            }
        }
    }
    diagnostics.extend(told);
}
