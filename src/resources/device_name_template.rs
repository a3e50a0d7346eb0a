//! The naming template of a deployment profile or a device preparation policy: `device_name_template`.

use crate::{diagnostic::Diagnostic, knowledge::device_name, path::Path};

/// What is wrong with a naming template; nothing with "", which is none.
pub(super) fn problems(template: &str) -> Vec<Diagnostic> {
    let problems = if template.is_empty() { Vec::new() } else { device_name::check(template) };
    let sentences: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
    if sentences.is_empty() {
        return Vec::new();
    }
    let rule = format!("cannot be {template:?}. {}", sentences.join(" "));
    vec![Diagnostic::invalid(Path::of("device_name_template"), &rule)]
}
