//! Holds a configuration against the checks of its attributes. What is unknown never fails.

use super::{Attribute, Kind, Nesting};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    value::Value,
};

/// Everything that the attributes' own checks refuse, each on its attribute.
pub fn validate(attributes: &[Attribute], config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    walk(attributes, config, &Path::root(), &mut |attribute, value, path| {
        let broken = attribute.checks.iter().filter_map(|check| check.broken_by(value));
        let sentence = |rule: String| format!("{}.", rule.trim_end_matches('.'));
        diagnostics.extend(broken.map(|rule| Diagnostic::invalid(path.clone(), &sentence(rule))));
    });
    diagnostics
}

/// Where the configuration sets a write-only attribute. A client that does not know them must be refused.
pub fn write_only_paths(attributes: &[Attribute], config: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    walk(attributes, config, &Path::root(), &mut |attribute, value, path| {
        if attribute.write_only && !value.is_null() {
            paths.push(path.clone());
        }
    });
    paths
}

/// Visits every attribute of the value, nested ones too. Those inside a set are visited with the path of the set.
fn walk(attributes: &[Attribute], value: &Value, path: &Path, visit: &mut dyn FnMut(&Attribute, &Value, &Path)) {
    for attribute in attributes {
        let value = value.get(attribute.name);
        let path = path.attribute(attribute.name);
        visit(attribute, value, &path);
        let Kind::Nested(nesting, nested) = &attribute.kind else { continue };
        match nesting {
            Nesting::Single => {
                if value.as_map().is_some() {
                    walk(nested, value, &path, visit);
                }
            }
            Nesting::List => {
                for (index, element) in value.elements().iter().enumerate() {
                    walk(nested, element, &path.index(index), visit);
                }
            }
            Nesting::Map => {
                for (key, element) in value.as_map().into_iter().flatten() {
                    walk(nested, element, &path.key(key), visit);
                }
            }
            Nesting::Set => {
                for element in value.elements() {
                    // no step leads into a set, so what is wrong inside is told at the set
                    walk(nested, element, &Path::root(), &mut |attribute, value, _| visit(attribute, value, &path));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{integer, map_of, set_of, string};
    use super::*;

    #[test]
    fn an_error_stands_on_its_attribute() {
        let attributes = vec![map_of("devices", "").of(vec![integer("count", "").range(1, 5)])];
        let element = Value::object([("count", 9.into())]);
        let config = Value::object([("devices", Value::object([("PF3A", element)]))]);
        let Diagnostics(found) = validate(&attributes, &config);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, Some(Path::of("devices").key("PF3A").attribute("count")));
        assert_eq!(found[0].detail, "Attribute devices[\"PF3A\"].count must be from 1 to 5, got: 9.");
    }

    #[test]
    fn inside_a_set_an_error_stands_on_the_set() {
        let attributes = vec![set_of("targets", "").of(vec![string("group_id", "").guid()])];
        let element = Value::object([("group_id", "Sales".into())]);
        let config = Value::object([("targets", Value::set(vec![element]))]);
        assert_eq!(validate(&attributes, &config).0[0].path, Some(Path::of("targets")));
    }

    #[test]
    fn an_unknown_value_never_fails() {
        let attributes = vec![map_of("devices", "").of(vec![integer("count", "").range(1, 5)])];
        for devices in [Value::Unknown, Value::object([("a", Value::Unknown)]), Value::Null] {
            assert_eq!(validate(&attributes, &Value::object([("devices", devices)])), Diagnostics::default());
        }
    }
}
