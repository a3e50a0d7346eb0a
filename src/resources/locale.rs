//! The language and region that Windows is set up in, as a plan judges them.

use crate::{
    diagnostic::Diagnostic,
    knowledge::{locale, rule::Severity},
    path::Path,
    resource::{Change, Cx, Result},
};

/// A locale that is there already is left alone: it was made elsewhere.
pub(super) fn judge(cx: &mut Cx, change: &Change) -> Result<()> {
    let Some(text) = change.planned.get("locale").as_str() else { return Ok(()) };
    let is_new = change.prior.get("locale").as_str() != Some(text);
    let Some(problem) = locale::problem(text).filter(|_| is_new) else { return Ok(()) };
    let invalid = Diagnostic::invalid(Path::of("locale"), &problem.message);
    if problem.severity == Severity::Error {
        return Err(invalid.into());
    }
    cx.diagnostics.push(Diagnostic::warning("Unknown Language", invalid.detail).at(Path::of("locale")));
    Ok(())
}
