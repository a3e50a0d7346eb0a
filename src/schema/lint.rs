//! What core refuses in a schema, so that a test can refuse it first.
//!
//! Core checks the whole schema when it loads a provider and drops the provider for one mistake
//! (Terraform's `configschema.InternalValidate`).

use std::collections::BTreeSet;

use super::{Attribute, Kind, Nesting, Role, Unset};
use crate::{path::Path, value::Type};

/// Every mistake in a list of attributes, as sentences.
pub fn lint(attributes: &[Attribute]) -> Vec<String> {
    let mut mistakes = Vec::new();
    lint_into(attributes, &Path::root(), false, &mut mistakes);
    mistakes
}

fn lint_into(attributes: &[Attribute], path: &Path, in_set: bool, mistakes: &mut Vec<String>) {
    let mut names = BTreeSet::new();
    for attribute in attributes {
        let path = path.attribute(attribute.name);
        let mut refuse = |why: &str| mistakes.push(format!("{path} {why}"));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if attribute.name.is_empty() || !attribute.name.bytes().all(plain) {
            refuse("has a name of other than a-z, 0-9 and _");
        }
        if !names.insert(attribute.name) {
            refuse("is declared twice");
        }
        if attribute.write_only && attribute.is_computed() {
            refuse("is write-only and computed");
        }
        if attribute.write_only && in_set {
            refuse("is write-only inside a set");
        }
        if attribute.unset == Unset::Unmanaged && in_set {
            refuse("is unmanaged inside a set, where nothing tells which element it was");
        }
        if attribute.force_new && in_set {
            refuse("replaces inside a set, where elements come and go");
        }
        if attribute.deprecated.is_some_and(|instead| !instead.ends_with('.')) {
            refuse("is deprecated without a sentence on what to use instead");
        }
        let conditions = [attribute.only_where, attribute.required_where];
        let is_no_sibling = |name: &str| !attributes.iter().any(|other| other.name == name);
        if conditions.iter().flatten().any(|it| path.0.len() > 1 || is_no_sibling(it.attribute)) {
            refuse("depends on an attribute that does not stand beside it in the whole");
        }
        if attribute.role == Role::Required && attribute.unset != Unset::Recomputed {
            refuse("is required, so it is never unset");
        }
        if !attribute.description.ends_with('.') {
            refuse("has a description that is no sentence");
        }
        match &attribute.kind {
            Kind::Plain(ty) if in_set && is_dynamic(ty) => refuse("is dynamic inside a set"),
            Kind::Plain(_) => {}
            Kind::Nested(_, nested) if nested.is_empty() => refuse("has no nested attributes"),
            Kind::Nested(nesting, nested) => lint_into(nested, &path, in_set || *nesting == Nesting::Set, mistakes),
        }
    }
}

fn is_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => is_dynamic(element),
        Type::Object(types) => types.values().any(is_dynamic),
        Type::Tuple(types) => types.iter().any(is_dynamic),
    }
}

#[cfg(test)]
mod tests {
    use super::super::attribute::{object, plain, set_of, string};
    use super::*;

    #[test]
    fn what_core_refuses_is_found() {
        let attributes = vec![
            string("Name", "A."),
            string("a", "A."),
            string("a", "A."),
            string("b", "A.").write_only().computed(),
            set_of("c", "A.").of(vec![
                string("d", "A.").write_only(),
                plain("e", "A.", Type::List(Type::Dynamic.into())),
                string("f", "A.").unmanaged_when_unset(),
                string("g", "A.").force_new(),
            ]),
            object("e", "A."),
            string("f", "no sentence"),
        ];
        assert_eq!(
            lint(&attributes),
            [
                "Name has a name of other than a-z, 0-9 and _",
                "a is declared twice",
                "b is write-only and computed",
                "c.d is write-only inside a set",
                "c.e is dynamic inside a set",
                "c.f is unmanaged inside a set, where nothing tells which element it was",
                "c.g replaces inside a set, where elements come and go",
                "e has no nested attributes",
                "f has a description that is no sentence",
            ]
        );
    }
}
