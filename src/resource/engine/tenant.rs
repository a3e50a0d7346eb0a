//! Holds a state to its tenant. A state that is applied with another tenant's credentials would find nothing there,
//! and make everything again.

use super::never;
use crate::{
    diagnostic::Diagnostic,
    resource::{Cx, Result, Spec},
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

/// Signs in where the apply will need Graph, so that a sign-in that is refused is told by the plan. A network that is down is
/// not: the apply may run elsewhere.
pub(super) async fn sign_in(cx: &Cx, spec: &Spec) -> Result<()> {
    if !cx.has_tenant() {
        return Ok(());
    }
    match cx.graph()?.signed_in().await {
        Ok(claims) => never::hold(&claims, spec),
        Err(error) if error.is_sign_in_refused() => Err(error.into()),
        Err(_) => Ok(()),
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
