//! Holds a state to its tenant. A state that is applied with another tenant's credentials would find nothing there,
//! and make everything again.

use super::never;
use crate::{
    diagnostic::{Diagnostic, Severity},
    resource::{Cx, Error, Result, Spec},
};

/// Compares the tenant that private state remembers with the one that the credentials lead to, before any other call.
/// Without credentials, as at a plan of what is yet unknown, it is compared later.
pub(super) async fn hold(cx: &Cx) -> Result<()> {
    let (Some(remembered), true) = (cx.private.tenant(), cx.has_tenant()) else { return Ok(()) };
    let actual = cx.graph()?.tenant_id().await?;
    if actual.eq_ignore_ascii_case(remembered) {
        return Ok(());
    }
    let detail = format!(
        "This state belongs to the tenant {remembered}, and the provider's credentials to the tenant {actual}. \
         Nothing was read or changed. Use the credentials of {remembered}, or another state (workspace, backend key) for \
         {actual}."
    );
    Err(Diagnostic::error("State of Another Tenant", detail).into())
}

/// Refuses to read what the credential may never read, before Graph does without saying why.
pub(super) async fn hold_reading(cx: &Cx) -> Result<()> {
    if cx.spec().delegated_only && cx.has_tenant() {
        never::hold(&cx.graph()?.claims().await?, &cx.spec())?;
    }
    Ok(())
}

/// Signs in where the apply will need Graph, so that a sign-in that is refused is told by the plan. A network that is down is
/// only warned of: the apply may run elsewhere. Says whether the sign-in ended; where it did not, whatever else asks Graph would wait too.
pub(super) async fn sign_in(cx: &mut Cx, spec: &Spec) -> Result<bool> {
    if !cx.has_tenant() {
        return Ok(true);
    }
    match cx.graph()?.signed_in().await {
        Ok(claims) => never::hold(&claims, spec).map(|()| true),
        Err(error) if error.is_sign_in_refused() || error.is_cancelled() => Err(error.into()),
        Err(error) if error.is_stop() => {
            cx.warn(
                "Sign-In Not Answered in Time",
                "The sign-in was given ten seconds and did not end, so this plan does not tell whether it would be refused, and \
                 checks nothing in the tenant that is not in the state. The apply signs in again.",
            );
            Ok(false)
        }
        Err(error) => {
            let told = Error::from(error).diagnostic("signing in", "");
            let detail = format!("{}\n\nThis plan goes on without; the apply signs in again.", told.detail);
            cx.diagnostics.push(Diagnostic { severity: Severity::Warning, detail, ..told });
            Ok(false)
        }
    }
}

/// Remembers the tenant that the credentials lead to.
pub(super) async fn remember(cx: &mut Cx) -> Result<()> {
    if cx.has_tenant() && cx.private.tenant().is_none() {
        let id = cx.graph()?.tenant_id().await?;
        cx.private.set_tenant(&id);
    }
    Ok(())
}
