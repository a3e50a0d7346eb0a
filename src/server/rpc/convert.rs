//! Between the messages and the floors below: values, diagnostics, paths.

use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    path::{Path, Step},
    schema::Attribute,
    server::proto::tfplugin6 as proto,
    value::{Type, Value},
    wire,
};

/// Reads a value. Core sends msgpack, or JSON, or neither for a null.
pub(super) fn decode(name: &str, value: Option<proto::DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    let proto::DynamicValue { msgpack, json } = value.unwrap_or_default();
    let refuse = |why: String| {
        let detail = format!("Terraform sent {} that cannot be read: {why}.", with_article(name));
        Diagnostic::error("Value Not Readable", detail)
    };
    if !msgpack.is_empty() {
        wire::decode(&msgpack, ty).map_err(|error| refuse(error.to_string()))
    } else if !json.is_empty() {
        let json = serde_json::from_slice(&json).map_err(|_| refuse("it is not JSON".to_owned()))?;
        wire::from_json(json, ty).map_err(|error| refuse(error.to_string()))
    } else {
        Ok(Value::Null)
    }
}

/// Whether core sent null, whatever the type.
pub(super) fn is_null(value: &Option<proto::DynamicValue>) -> bool {
    value.as_ref().is_none_or(|proto::DynamicValue { msgpack, json }| match msgpack.as_slice() {
        [] => json.is_empty() || json == b"null",
        msgpack => wire::is_null(msgpack),
    })
}

/// Writes a value. One that does not fit its type is a bug of ours, and said to be one.
pub(super) fn encode(name: &str, value: &Value, ty: &Type) -> Result<Option<proto::DynamicValue>, Diagnostic> {
    match wire::encode(value, ty) {
        Ok(msgpack) => Ok(Some(proto::DynamicValue { msgpack, json: Vec::new() })),
        Err(error) => Err(Diagnostic::error(
            "Value Not Writable",
            format!(
                "The provider made {} that does not fit the schema: {error}. This is a bug in the provider: please \
                 report it.",
                with_article(name)
            ),
        )),
    }
}

fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// Reads an identity of this type. What has no identity is sent none.
pub(super) fn identity(
    name: &str,
    identity: Option<proto::ResourceIdentityData>,
    ty: &Option<Type>,
) -> Result<Value, Diagnostic> {
    match ty {
        Some(ty) => decode(name, identity.and_then(|identity| identity.identity_data), ty),
        None => Ok(Value::Null),
    }
}

/// Writes an identity. Null is none: core then keeps the one that it has.
pub(super) fn identity_data(
    identity: &Value,
    ty: &Option<Type>,
) -> Result<Option<proto::ResourceIdentityData>, Diagnostic> {
    match ty {
        Some(ty) if !identity.is_null() => {
            Ok(Some(proto::ResourceIdentityData { identity_data: encode("identity", identity, ty)? }))
        }
        _ => Ok(None),
    }
}

/// A diagnostic in core's terms.
pub(super) fn diagnostic(diagnostic: Diagnostic) -> proto::Diagnostic {
    let Diagnostic { severity, summary, detail, path } = diagnostic;
    let severity = match severity {
        Severity::Error => proto::diagnostic::Severity::Error,
        Severity::Warning => proto::diagnostic::Severity::Warning,
    };
    let attribute = path.filter(|path| !path.0.is_empty()).map(findable).map(attribute_path);
    proto::Diagnostic { severity: severity.into(), summary, detail, attribute }
}

/// All of them.
pub(super) fn diagnostics(diagnostics: Diagnostics) -> Vec<proto::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

/// All of them, about something with these attributes. Core prints the line of what is pointed at, and what is secret may
/// stand there: of that the detail says the name.
pub(super) fn diagnostics_of(attributes: &[Attribute], about: Diagnostics) -> Vec<proto::Diagnostic> {
    let is_secret = |path: &Path| {
        let Some(Step::Attribute(name)) = path.0.first() else { return false };
        attributes.iter().any(|attribute| attribute.name == name && (attribute.sensitive || attribute.write_only))
    };
    let told = about.into_iter().map(|told| Diagnostic { path: told.path.filter(|path| !is_secret(path)), ..told });
    diagnostics(Diagnostics(told.collect()))
}

/// As much of a path as core finds a line for: an attribute, or one element of it. Given more, it points at the whole
/// resource (terraform `internal/tfdiags/contextual.go`). The detail says the rest.
fn findable(mut path: Path) -> Path {
    let is_element = matches!(path.0.get(1), Some(Step::Key(_) | Step::Index(_)));
    path.0.truncate(if is_element { 2 } else { 1 });
    path
}

/// A path in core's terms.
pub(super) fn attribute_path(path: Path) -> proto::AttributePath {
    use proto::attribute_path::step::Selector;
    let steps = path.0.into_iter().map(|step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name),
            Step::Key(key) => Selector::ElementKeyString(key),
            Step::Index(index) => Selector::ElementKeyInt(index),
        };
        proto::attribute_path::Step { selector: Some(selector) }
    });
    proto::AttributePath { steps: steps.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::string;

    #[test]
    fn msgpack_is_read_before_json_and_neither_is_null() {
        let value = |msgpack: &[u8], json: &[u8]| {
            let value = proto::DynamicValue { msgpack: msgpack.to_vec(), json: json.to_vec() };
            decode("configuration", Some(value), &Type::Bool)
        };
        assert_eq!(value(&[0xc3], b"false"), Ok(Value::Bool(true)));
        assert_eq!(value(&[], b"false"), Ok(Value::Bool(false)));
        assert_eq!(value(&[], &[]), Ok(Value::Null));
        assert_eq!(decode("configuration", None, &Type::Bool), Ok(Value::Null));
    }

    #[test]
    fn what_cannot_be_read_is_an_error_that_says_which_value() {
        let value = proto::DynamicValue { msgpack: vec![0xa1, b'a'], json: Vec::new() };
        let error = decode("prior state", Some(value), &Type::Bool).expect_err("it is text");
        assert_eq!(error.detail, "Terraform sent a prior state that cannot be read: it is not true or false.");
    }

    #[test]
    fn the_root_is_no_place_to_point_at() {
        assert_eq!(diagnostic(Diagnostic::error("A", "B").at(Path::root())).attribute, None);
    }

    #[test]
    fn what_is_secret_is_not_pointed_at() {
        let attributes = [string("name", ""), string("secret", "").sensitive(), string("hash", "").write_only()];
        let told = ["name", "secret", "hash"].map(|name| Diagnostic::invalid(Path::of(name), "is wrong."));
        let told = diagnostics_of(&attributes, Diagnostics(told.into()));
        assert_eq!(told.iter().map(|told| told.attribute.is_some()).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(told[1].detail, "Attribute secret is wrong.");
    }

    #[test]
    fn core_finds_the_line_of_an_attribute_or_of_its_element() {
        let pointed = |path: Path| {
            let attribute = diagnostic(Diagnostic::error("A", "B").at(path)).attribute;
            attribute.map(|path| path.steps.len())
        };
        assert_eq!(pointed(Path::of("a").key("b").attribute("c")), Some(2));
        assert_eq!(pointed(Path::of("a").index(1)), Some(2));
        assert_eq!(pointed(Path::of("a").attribute("b")), Some(1));
    }
}
