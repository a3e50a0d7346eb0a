//! PowerShell scripts (beta).
//!
//! Facts: Graph's `deviceManagementScript`. The live list answers no script, only a GET by id does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::emulator::collection::{Assign, Collection, PLAIN, PLAIN_ASSIGN, Shown, View};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{self, Item};

/// The largest script, in bytes.
const LARGEST: usize = 200 * 1024;

pub(crate) static SCRIPTS: Collection = Collection {
    name: item::SCRIPTS,
    kind: "deviceManagementScript",
    required: &["displayName", "scriptContent", "fileName"],
    assign: Some(Assign {
        parameter: "deviceManagementScriptAssignments",
        kind: "deviceManagementScriptAssignment",
        answers: false,
        legacy: Some("deviceManagementScriptGroupAssignments"),
        ..PLAIN_ASSIGN
    }),
    check,
    show,
    ..PLAIN
};

fn check(_: &Tenant, _: Option<&Item>, values: &Object) -> Result<(), Failure> {
    let content = values.get("scriptContent").and_then(Value::as_str).unwrap_or_default();
    match STANDARD.decode(content) {
        Ok(script) if !script.is_empty() && script.len() <= LARGEST => Ok(()),
        _ => Err(Failure::intune_refuses()),
    }
}

fn show(_: &Item, entity: &mut Object, view: &View<'_>) {
    if view.how == Shown::Listed && !view.settings.script_lists_have_content {
        entity.insert("scriptContent".into(), Value::Null);
    }
}
