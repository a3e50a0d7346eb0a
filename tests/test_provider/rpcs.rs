//! What no Terraform of today asks, asked without one.

pub(crate) const CASES: &[(&str, fn())] = &[];
