//! Elements of sets that defaults make equal.

use super::propose::propose;
use crate::{
    path::Path,
    schema::{Attribute, Kind, Nesting},
    value::Value,
};

/// Sets in the configuration with two elements that are the same once defaults are filled in. Such a set cannot be
/// planned: core counts the elements, and equal ones are one.
pub fn repeated(attributes: &[Attribute], config: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    collect_repeated(attributes, config, &Path::root(), &mut paths);
    paths
}

fn collect_repeated(attributes: &[Attribute], config: &Value, path: &Path, paths: &mut Vec<Path>) {
    for attribute in attributes {
        let Kind::Nested(nesting, nested) = &attribute.kind else { continue };
        let (config, path) = (config.get(attribute.name), path.attribute(attribute.name));
        match nesting {
            Nesting::Single => collect_repeated(nested, config, &path, paths),
            Nesting::List => {
                for (index, element) in config.elements().iter().enumerate() {
                    collect_repeated(nested, element, &path.index(index), paths);
                }
            }
            Nesting::Map => {
                for (key, element) in config.as_map().into_iter().flatten() {
                    collect_repeated(nested, element, &path.key(key), paths);
                }
            }
            Nesting::Set => {
                let planned = config.elements().iter().map(|element| propose(nested, element, &Value::Null));
                let mut inner = Vec::new();
                for element in config.elements() {
                    collect_repeated(nested, element, &path, &mut inner);
                }
                if Value::set(planned.collect()).elements().len() < config.elements().len() || !inner.is_empty() {
                    paths.push(path);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{set_of, string};

    fn attributes() -> Vec<Attribute> {
        vec![string("name", "").computed(), string("kind", "").default("a"), string("id", "").read_only()]
    }

    fn element(name: Option<&str>, kind: Option<&str>, id: Value) -> Value {
        Value::object([("name", name.into()), ("kind", kind.into()), ("id", id)])
    }

    #[test]
    fn elements_that_defaults_make_equal_are_told() {
        let rows =
            vec![set_of("rows", "").of(attributes()), set_of("others", "").of(vec![string("kind", "").default("a")])];
        let kind = |kind: Option<&str>| Value::object([("kind", kind.into())]);
        let config = Value::object([
            ("rows", Value::set(vec![element(None, None, Value::Null), element(None, Some("a"), Value::Null)])),
            ("others", Value::set(vec![kind(None), kind(Some("a"))])),
        ]);
        // The ids of the rows may yet differ.
        assert_eq!(repeated(&rows, &config), [Path::of("others")]);
    }
}
