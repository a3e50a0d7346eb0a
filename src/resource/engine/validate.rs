//! Holds a configuration against the table and against itself. Works without credentials.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    plan,
    resource::{
        Registered, Registry,
        shape::{Shape, rows},
    },
    schema,
    value::Value,
};

/// A resource's configuration. `write_only_allowed` is whether the client keeps write-only values out of the state.
pub fn validate(registered: &Registered, config: &Value, write_only_allowed: bool) -> Diagnostics {
    let spec = &registered.spec;
    let mut diagnostics = schema::validate(&spec.attributes, config);
    diagnostics.extend(plan::repeated(&spec.attributes, config).into_iter().map(|path| {
        Diagnostic::invalid(path, "has elements that are the same once defaults are filled in. Leave all but one out.")
    }));
    if !write_only_allowed {
        for path in schema::write_only_paths(&spec.attributes, config) {
            let detail = format!(
                "Attribute {path} is write-only, so that it is in no state. This needs Terraform 1.11 or OpenTofu 1.11, \
                 or newer."
            );
            diagnostics.push(Diagnostic::error("Write-Only Attribute Not Allowed", detail).at(path));
        }
    }
    for held in &spec.facets {
        held.facet.validate(config.get(held.attribute.name), &mut diagnostics);
    }
    if let Shape::Rows(rows) = &spec.shape {
        rows::validate(rows, config, &mut diagnostics);
    }
    registered.resource.validate(config, &mut diagnostics);
    diagnostics
}

/// The provider's own configuration.
pub fn validate_provider(registry: &Registry, config: &Value) -> Diagnostics {
    let mut diagnostics = schema::validate(&registry.provider.attributes(), config);
    registry.provider.validate(config, &mut diagnostics);
    diagnostics
}
