//! How far the service has come with a rule that was changed. One that was stored while paused is looked at only when it is
//! switched on, and that it cannot be evaluated is told by its processing status alone, after 15 minutes to 2 days (seen in
//! September 2026): members stay as they were. Only a read of the single group tells the status, and only beta.

use super::words::RULE;
use crate::{
    diagnostic::Diagnostic,
    path::Path,
    resource::{Cx, Result},
    value::Value,
};

/// Where private state keeps that the rule was changed and is not known to be evaluated yet.
const CHANGED: &str = "rule_changed";

/// Remembers a rule that was changed, or switched on.
pub(super) fn remember(cx: &mut Cx, prior: &Value, planned: &Value) {
    let processing = "membership_rule_processing";
    let is_on = !planned.get(RULE).is_null() && planned.get(processing).as_str() != Some("paused");
    if !is_on {
        cx.private.remove(CHANGED);
    } else if [RULE, processing].iter().any(|name| prior.get(name) != planned.get(name)) {
        cx.private.set(CHANGED, true);
    }
}

/// Looks at the status of a rule that was changed, until it is evaluated. That it failed is told each time.
pub(super) async fn look(cx: &mut Cx, state: &Value) -> Result<()> {
    let (Some(_), Some(id)) = (cx.private.get(CHANGED), state.get("id").as_str()) else { return Ok(()) };
    let path = format!("/beta/groups/{id}?$select=id,membershipRuleProcessingStatus");
    let group = cx.graph()?.read(&path).await?;
    let status = &group["membershipRuleProcessingStatus"];
    match status["status"].as_str() {
        Some("Succeeded") => cx.private.remove(CHANGED),
        Some("Failed") => {
            let reason = status["errorMessage"].as_str().map(|why| format!(" It says: {why}")).unwrap_or_default();
            let detail = format!(
                "Microsoft Entra ID could not process the rule of the group {:?} since it was changed.{reason} Nobody joins or \
                 leaves the group meanwhile. Correct the rule; a plan checks it as Entra does.",
                state.get("display_name").as_str().unwrap_or_default(),
            );
            cx.diagnostics.push(Diagnostic::warning("Rule Not Processed", detail).at(Path::of(RULE)));
        }
        _ => {}
    }
    Ok(())
}
