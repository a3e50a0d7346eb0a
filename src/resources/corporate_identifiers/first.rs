//! The first identifier of a tenant changes what becomes of every other Windows device.

use crate::{
    diagnostic::Diagnostic,
    path::Path,
    resource::{Change, Cx},
    value::{Map, Value},
};

/// The attribute that holds them.
pub(super) const IDENTIFIERS: &str = "identifiers";

/// Warns of a plan that adds the first identifiers.
pub(super) async fn warn(cx: &mut Cx, change: &Change) {
    let is_empty = |value: &Value| value.get(IDENTIFIERS).as_map().is_none_or(Map::is_empty);
    if is_empty(&change.prior) && !is_empty(&change.planned) && has_none(cx).await {
        let detail = "There is no corporate identifier of a Windows device in this tenant yet. From the first one on, a \
                      Windows device that has none enrols as a personal device, unless Windows Autopilot, device \
                      preparation, a bulk token or co-management enrols it. Have identifiers for all of them first.";
        let told = Diagnostic::warning("Other Windows Devices Become Personal", detail);
        cx.diagnostics.push(told.at(Path::of(IDENTIFIERS)));
    }
}

/// Whether no Windows device has an identifier. What cannot be read now is told by the apply.
async fn has_none(cx: &Cx) -> bool {
    let (spec, Ok(graph)) = (cx.spec(), cx.graph()) else { return false };
    let is_ours = |identifier| spec.owns.is_none_or(|owns| owns(&identifier)).then_some(());
    graph.list_as(spec.collection, is_ours).await.is_ok_and(|identifiers| identifiers.is_empty())
}
