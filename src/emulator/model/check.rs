//! Holding a request's body against the model: what the service would store of it, or why it refuses.

use serde_json::{Map, Value};

use super::{GraphType, Property, find, is_flags, members, name_of};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// Which of the two API versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    Beta,
}

impl Version {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Version::V1 => "v1.0",
            Version::Beta => "beta",
        }
    }
}

/// Why a body does not fit, in the words of Graph's model binder.
#[derive(Debug, PartialEq)]
pub(crate) enum Misfit {
    Abstract,
    NotDerived { found: String, expected: String },
    UnknownType(String),
    Unknown { property: String, of: String },
    Wrong { property: String, expected: String },
    Member { value: String, of: String },
    Null { property: String },
    TooLong { property: String, max: usize },
    Missing { property: String },
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Misfit::Abstract => write!(f, "Cannot create an abstract class."),
            Misfit::NotDerived { found, expected } => {
                write!(f, "The type '{found}' is not a type derived from '{expected}'.")
            }
            Misfit::UnknownType(name) => {
                write!(f, "A type named '{name}' could not be resolved by the model.")
            }
            Misfit::Unknown { property, of } => write!(
                f,
                "The property '{property}' does not exist on type '{of}'. Make sure to only use property names that are \
                 defined by the type."
            ),
            Misfit::Wrong { property, expected } => {
                write!(f, "Cannot convert the value of '{property}' to the expected type '{expected}'.")
            }
            Misfit::Member { value, of } => {
                write!(f, "Requested value '{value}' was not found in the enumeration 'microsoft.graph.{of}'.")
            }
            Misfit::Null { property } => {
                write!(f, "A null value was found for the property named '{property}', which is not nullable.")
            }
            Misfit::TooLong { property, max } => {
                write!(f, "The value of '{property}' is longer than the allowed {max} characters.")
            }
            Misfit::Missing { property } => {
                write!(f, "A value is required for the property named '{property}'.")
            }
        }
    }
}

/// The concrete type a body stands for, where `declared` is the type of the collection or property.
pub(crate) fn concrete(declared: &'static GraphType, body: &Object) -> Result<&'static GraphType, Misfit> {
    let found = match body.get("@odata.type") {
        None => declared,
        Some(Value::String(text)) => {
            let name = name_of(text);
            let found = find(name).ok_or_else(|| Misfit::UnknownType(format!("microsoft.graph.{name}")))?;
            if !found.is_a(&declared.name) {
                return Err(Misfit::NotDerived {
                    found: format!("microsoft.graph.{name}"),
                    expected: format!("microsoft.graph.{}", declared.name),
                });
            }
            found
        }
        Some(_) => return Err(Misfit::Wrong { property: "@odata.type".into(), expected: "Edm.String".into() }),
    };
    if found.is_abstract { Err(Misfit::Abstract) } else { Ok(found) }
}

/// What the client may write of the body, each value of the right type. Read-only properties are left out, as the
/// service ignores them; annotations (`@...`) are left to the caller.
pub(crate) fn writable(kind: &'static GraphType, body: &Object, version: Version) -> Result<Object, Misfit> {
    let mut accepted = Object::new();
    for (name, value) in body {
        if name.contains('@') {
            continue;
        }
        let property = kind
            .property(name)
            .filter(|property| version == Version::Beta || !property.beta)
            .ok_or_else(|| Misfit::Unknown { property: name.clone(), of: format!("microsoft.graph.{}", kind.name) })?;
        if property.read_only || property.navigation {
            continue;
        }
        accepted.insert(name.clone(), fitting(property, value, version)?);
    }
    Ok(accepted)
}

/// A new entity: the accepted values, and for the rest the default of the type.
pub(crate) fn filled(kind: &'static GraphType, mut accepted: Object) -> Object {
    for property in kind.properties() {
        if property.navigation || property.read_only || accepted.contains_key(&property.name) {
            continue;
        }
        accepted.insert(property.name.clone(), default_of(property));
    }
    accepted
}

/// What differs from the defaults of the type: all that need be kept of many entities.
pub(crate) fn differing(kind: &'static GraphType, mut entity: Object) -> Object {
    entity.retain(|name, value| kind.property(name).is_none_or(|property| *value != default_of(property)));
    entity
}

/// The value of a property nobody wrote.
pub(crate) fn default_of(property: &Property) -> Value {
    if let Some(default) = &property.default {
        return default.clone();
    }
    if property.collection {
        return Value::Array(Vec::new());
    }
    if property.nullable {
        return Value::Null;
    }
    match property.kind.as_str() {
        "Boolean" => Value::Bool(false),
        "Int32" | "Int64" => Value::from(0),
        "Duration" => Value::from("PT0S"),
        "String" => Value::from(""),
        "DateTimeOffset" => Value::from(crate::emulator::clock::NEVER),
        kind => members(kind).and_then(<[_]>::first).map_or(Value::Null, |first| Value::from(first.as_str())),
    }
}

fn fitting(property: &Property, value: &Value, version: Version) -> Result<Value, Misfit> {
    if property.collection {
        return match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| single(property, item, version));
                Ok(Value::Array(items.collect::<Result<_, _>>()?))
            }
            // OData has no null collection; the service takes it for an empty one where it is nullable.
            Value::Null if property.nullable => Ok(Value::Array(Vec::new())),
            Value::Null => Err(Misfit::Null { property: property.name.clone() }),
            _ => Err(wrong(property)),
        };
    }
    match value {
        Value::Null if property.nullable => Ok(Value::Null),
        Value::Null => Err(Misfit::Null { property: property.name.clone() }),
        value => single(property, value, version),
    }
}

fn wrong(property: &Property) -> Misfit {
    let expected = if members(&property.kind).is_some() || find(&property.kind).is_some() {
        format!("microsoft.graph.{}", property.kind)
    } else {
        format!("Edm.{}", property.kind)
    };
    let expected = if property.collection { format!("Collection({expected})") } else { expected };
    Misfit::Wrong { property: property.name.clone(), expected }
}

fn single(property: &Property, value: &Value, version: Version) -> Result<Value, Misfit> {
    let fits = match property.kind.as_str() {
        "Boolean" => value.is_boolean(),
        "Int32" => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        "Int64" => value.is_i64(),
        // Binary that is not base64 is left to the service behind: a hardware hash has an error code of its own.
        "String" | "Binary" => value.is_string(),
        "Guid" => value.as_str().is_some_and(|text| uuid::Uuid::try_parse(text).is_ok()),
        "DateTimeOffset" => value.as_str().is_some_and(is_date_time),
        kind => {
            if let Some(members) = members(kind) {
                let Some(text) = value.as_str() else { return Err(wrong(property)) };
                return spelled(kind, members, text).map(Value::from);
            }
            if let Some(declared) = find(kind) {
                let Value::Object(body) = value else { return Err(wrong(property)) };
                let kind = concrete(declared, body)?;
                let mut inner = filled(kind, writable(kind, body, version)?);
                if kind.name != declared.name {
                    inner.insert("@odata.type".into(), Value::from(kind.odata_type()));
                }
                return Ok(Value::Object(inner));
            }
            true
        }
    };
    if !fits {
        return Err(wrong(property));
    }
    if let (Some(max), Some(text)) = (property.max, value.as_str())
        && text.chars().count() > max
    {
        return Err(Misfit::TooLong { property: property.name.clone(), max });
    }
    Ok(value.clone())
}

/// The member, or the members of a flags enum, in the declared spelling; letter case does not matter.
fn spelled(kind: &str, members: &[String], text: &str) -> Result<String, Misfit> {
    let one = |text: &str| {
        let member = members.iter().find(|member| member.eq_ignore_ascii_case(text));
        member
            .filter(|member| *member != "unknownFutureValue")
            .map(String::as_str)
            .ok_or_else(|| Misfit::Member { value: text.into(), of: kind.into() })
    };
    if !is_flags(kind) {
        return one(text).map(str::to_owned);
    }
    let parts: Result<Vec<&str>, Misfit> = text.split(',').map(|part| one(part.trim())).collect();
    Ok(parts?.join(","))
}

fn is_date_time(text: &str) -> bool {
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).is_ok()
}

/// Leaves out what v1.0 does not have.
pub(crate) fn of_version(kind: &'static GraphType, mut entity: Object, version: Version) -> Object {
    if version == Version::V1 {
        entity.retain(|name, _| kind.property(name).is_none_or(|property| !property.beta));
    }
    entity
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(value: Value) -> Object {
        match value {
            Value::Object(object) => object,
            _ => Object::new(),
        }
    }

    fn profile() -> &'static GraphType {
        find("azureADWindowsAutopilotDeploymentProfile").unwrap()
    }

    #[test]
    fn the_abstract_base_is_refused() {
        let base = find("windowsAutopilotDeploymentProfile").unwrap();
        assert_eq!(concrete(base, &body(json!({}))).unwrap_err(), Misfit::Abstract);
        let named = body(json!({"@odata.type": "microsoft.graph.azureADWindowsAutopilotDeploymentProfile"}));
        assert_eq!(concrete(base, &named).unwrap().name, "azureADWindowsAutopilotDeploymentProfile");
        let foreign = body(json!({"@odata.type": "#microsoft.graph.group"}));
        assert!(matches!(concrete(base, &foreign), Err(Misfit::NotDerived { .. })));
        let unknown = body(json!({"@odata.type": "#microsoft.graph.nothing"}));
        assert!(matches!(concrete(base, &unknown), Err(Misfit::UnknownType(_))));
    }

    #[test]
    fn unknown_property_wrong_type_unknown_member_and_null_are_told_apart() {
        let refused = |value| writable(profile(), &body(value), Version::Beta).unwrap_err();
        assert!(matches!(refused(json!({"nope": 1})), Misfit::Unknown { .. }));
        assert!(matches!(refused(json!({"preprovisioningAllowed": "yes"})), Misfit::Wrong { .. }));
        assert!(matches!(refused(json!({"deviceType": "toaster"})), Misfit::Member { .. }));
        assert!(matches!(refused(json!({"deviceType": null})), Misfit::Null { .. }));
        assert!(matches!(refused(json!({"roleScopeTagIds": "0"})), Misfit::Wrong { .. }));
        assert!(matches!(refused(json!({"displayName": "x".repeat(201)})), Misfit::TooLong { max: 200, .. }));
        assert!(matches!(refused(json!({"outOfBoxExperienceSetting": {"hideEULA": true}})), Misfit::Unknown { .. }));
    }

    #[test]
    fn read_only_properties_are_ignored() {
        let accepted = writable(profile(), &body(json!({"id": "7", "enableWhiteGlove": true})), Version::Beta).unwrap();
        assert!(accepted.is_empty());
    }

    #[test]
    fn a_property_of_beta_is_unknown_to_v1() {
        let kind = find("windows10EnrollmentCompletionPageConfiguration").unwrap();
        let value = body(json!({"showInstallationProgress": true}));
        assert!(writable(kind, &value, Version::Beta).is_ok());
        assert!(matches!(writable(kind, &value, Version::V1), Err(Misfit::Unknown { .. })));
    }

    #[test]
    fn members_of_a_flags_enum_are_joined_by_commas() {
        let policy = find("deviceManagementConfigurationPolicy").unwrap();
        let accepted = writable(policy, &body(json!({"technologies": "MDM, enrollment"})), Version::Beta).unwrap();
        assert_eq!(accepted["technologies"], json!("mdm,enrollment"));
        let refused = writable(policy, &body(json!({"technologies": "mdm,magic"})), Version::Beta).unwrap_err();
        assert_eq!(
            refused,
            Misfit::Member { value: "magic".into(), of: "deviceManagementConfigurationTechnologies".into() }
        );
    }

    #[test]
    fn a_new_entity_is_filled_with_defaults() {
        let accepted = body(json!({"displayName": "x"}));
        let entity = filled(profile(), accepted);
        assert_eq!(entity["locale"], json!("os-default"));
        assert_eq!(entity["roleScopeTagIds"], json!(["0"]));
        assert_eq!(entity["deviceType"], json!("windowsPc"));
        assert_eq!(entity["description"], Value::Null);
        assert!(!entity.contains_key("assignments"));
    }
}
