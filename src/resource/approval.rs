//! Writes that another administrator has to approve, as Terraform sees them: what is remembered until then, and what the
//! user is told.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{Cx, Error, Private, approval_advice};
use crate::{
    diagnostic::{Diagnostic, Severity},
    graph::{self, Ledger, Standing},
};

/// Where private state keeps the codes of requests that stand.
const CODES: &str = "approvals";

/// The approvals of what is written of one thing, with those that were asked for before.
pub(super) fn ledger(kind: &str, name: &str, private: &Private) -> Ledger {
    let kept = private.get(CODES).and_then(Json::as_object).into_iter().flatten();
    let codes: BTreeMap<_, _> = kept.filter_map(|(of, code)| Some((of.clone(), code.as_str()?.into()))).collect();
    let about = if name.is_empty() { kind.to_owned() } else { format!("{kind}/{name}") };
    Ledger::new(&about, codes)
}

/// Remembers the requests that stand, those of other changes too, and tells what was approved.
pub(super) fn keep(cx: &mut Cx) {
    let ledger = cx.ledger().clone();
    let codes = ledger.codes();
    if codes.is_empty() {
        cx.private.remove(CODES);
    } else {
        let codes = codes.into_iter().map(|(of, code)| (of, Json::from(&*code)));
        cx.private.set(CODES, Json::Object(codes.collect()));
    }
    let approved = ledger.approved();
    if !approved.is_empty() {
        let detail = format!("Another administrator approved what was written:\n\n{}", approved.join("\n"));
        cx.diagnostics.push(Diagnostic::warning("Written After Approval", detail));
    }
}

/// Tells how the next apply can take up a request although there is no state that remembers it.
pub(super) fn tell_entry(diagnostic: &mut Diagnostic, error: &Error) {
    let Some(graph::Error::Approval { entry, standing: Standing::Waits { code, .. }, .. }) = error.graph() else {
        return;
    };
    if diagnostic.severity == Severity::Error {
        let entry = format!(
            "Nothing is recorded yet: before you apply again, add the request to the provider's configuration, so that it is \
             gone on with. The entry can go once this is written:\n\n{}",
            approval_advice::codes(entry, code)
        );
        diagnostic.detail = format!("{}\n\n{entry}", diagnostic.detail);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::resource::Tenant;

    #[tokio::test]
    async fn a_success_keeps_the_requests_of_other_steps() {
        let codes: BTreeMap<_, _> = [("a1".to_owned(), "code".into())].into();
        let cx = Cx::new(&Tenant::not_configured(), &CancellationToken::new(), Duration::ZERO);
        let mut cx = cx.entering_in(Ledger::new("autopilot_scope_tag/Sales", codes.clone()));
        keep(&mut cx);
        assert_eq!(ledger("autopilot_scope_tag", "Sales", &cx.private).codes(), codes);
    }
}
