//! What a request sends.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map as JsonMap, Value as Json};

use super::{
    setting,
    words::{ODATA_TYPE, on_graph},
};
use crate::{
    resource::{Spec, Update},
    schema::{Attribute, Kind, Nesting, Send, Setting},
    value::Value,
};

/// What a POST sends: every property that is set.
pub fn create(spec: &Spec, planned: &Value) -> Json {
    Json::Object(body(spec, planned, true))
}

/// What an object of its own without a table sends: a row of a map. What is not set is null, since the row may be there
/// with another value.
pub fn element(attributes: &[Attribute], object: &Value) -> Json {
    let mut body = JsonMap::new();
    for attribute in attributes.iter().filter(|attribute| attribute.on_graph.send != Send::Never) {
        put(&mut body, &attribute.on_graph.property_path(attribute.name), Json::Null);
    }
    put_attributes(&mut body, attributes, object, true);
    Json::Object(body)
}

/// The properties that a table may write, its type and constants included.
pub fn written_properties(spec: &Spec) -> Vec<String> {
    let written = spec.attributes.iter().filter(|attribute| attribute.on_graph.send == Send::Always);
    let first = |attribute: &Attribute| attribute.on_graph.property_path(attribute.name).into_iter().next();
    let constants = spec.constants.iter().map(|(property, _)| (*property).to_owned());
    [ODATA_TYPE.to_owned()].into_iter().chain(constants).chain(written.filter_map(first)).collect()
}

/// What a PATCH sends; `None` where nothing of it changed.
///
/// A property that is a whole object is sent whole, so that no service merges it its own way. What was set and is not
/// any more is sent as null.
pub fn change(spec: &Spec, prior: &Value, planned: &Value) -> Option<Json> {
    let before = body(spec, prior, false);
    let mut after = body(spec, planned, false);
    put_nulls(&before, &mut after);
    let changed = |property: &str, value: &Json| before.get(property) != Some(value);
    if !after.iter().any(|(property, value)| changed(property, value)) {
        return None;
    }
    if matches!(spec.update, Update::Changes | Update::Merged(_)) {
        // The type goes along with every change: without it the service sees the abstract base (Intune, polymorphic sets).
        after.retain(|property, value| property == ODATA_TYPE || changed(property, value));
    }
    Some(Json::Object(after))
}

/// These properties of an object with a change put into them, as a PUT sends them. What has a type of its own is sent as it is
/// changed: another type has other properties.
pub fn merged(whole: &Json, properties: &[&str], change: &Json) -> Json {
    let mut all: JsonMap<String, Json> =
        properties.iter().filter_map(|&name| Some((name.to_owned(), whole.get(name)?.clone()))).collect();
    for (property, value) in
        change.as_object().into_iter().flatten().filter(|(name, _)| properties.contains(&name.as_str()))
    {
        merge(all.entry(property.clone()).or_insert(Json::Null), value);
    }
    Json::Object(all)
}

fn merge(into: &mut Json, change: &Json) {
    match (into, change) {
        (Json::Object(into), Json::Object(change)) if !change.contains_key(ODATA_TYPE) => {
            for (property, value) in change {
                merge(into.entry(property.clone()).or_insert(Json::Null), value);
            }
        }
        (into, Json::Object(change)) => {
            let set = change.iter().filter(|(_, value)| !value.is_null());
            *into = Json::Object(set.map(|(property, value)| (property.clone(), value.clone())).collect());
        }
        (into, change) => into.clone_from(change),
    }
}

fn put_nulls(before: &JsonMap<String, Json>, after: &mut JsonMap<String, Json>) {
    for (property, value) in before {
        match (value, after.get_mut(property)) {
            (Json::Object(before), Some(Json::Object(after))) => put_nulls(before, after),
            (_, Some(_)) => {}
            (_, None) => {
                after.insert(property.clone(), Json::Null);
            }
        }
    }
}

fn body(spec: &Spec, object: &Value, at_create: bool) -> JsonMap<String, Json> {
    let mut body = JsonMap::new();
    body.extend(spec.odata_type.map(|odata_type| (ODATA_TYPE.to_owned(), odata_type.into())));
    body.extend(spec.constants.iter().map(|(property, value)| ((*property).to_owned(), value.clone())));
    for (held_by, value) in &spec.fixed_settings {
        put_setting(&mut body, held_by, value);
    }
    put_attributes(&mut body, &spec.attributes, object, at_create);
    body
}

fn put_setting(body: &mut JsonMap<String, Json>, held_by: &Setting, value: &Json) {
    let settings = body.entry(setting::SETTINGS).or_insert_with(|| Json::Array(Vec::new()));
    settings.as_array_mut().into_iter().for_each(|all| all.extend(setting::write(held_by, value)));
}

fn put_attributes(body: &mut JsonMap<String, Json>, attributes: &[Attribute], object: &Value, at_create: bool) {
    for attribute in attributes {
        let sent = match attribute.on_graph.send {
            Send::Always => true,
            Send::AtCreate => at_create,
            Send::Never => false,
        };
        let value = object.get(attribute.name);
        if !sent || value.is_null() || value.is_unknown() {
            continue;
        }
        let json = to_json(attribute, value, at_create);
        if let Some(held_by) = &attribute.on_graph.setting {
            put_setting(body, held_by, &json);
            continue;
        }
        put(body, &attribute.on_graph.property_path(attribute.name), json);
    }
}

fn put(body: &mut JsonMap<String, Json>, path: &[String], json: Json) {
    match path {
        [property] => match (body.get_mut(property), json) {
            // two attributes may each hold a part of one object
            (Some(Json::Object(there)), Json::Object(more)) => there.extend(more),
            (_, json) => {
                body.insert(property.clone(), json);
            }
        },
        [property, rest @ ..] => {
            let inner = body.entry(property.clone()).or_insert_with(|| Json::Object(JsonMap::new()));
            if let Json::Object(inner) = inner {
                put(inner, rest, json);
            }
        }
        [] => {}
    }
}

fn to_json(attribute: &Attribute, value: &Value, at_create: bool) -> Json {
    let nested = |attributes: &[Attribute], element: &Value| {
        if element.is_null() {
            return Json::Null;
        }
        let mut object = JsonMap::new();
        put_attributes(&mut object, attributes, element, at_create);
        Json::Object(object)
    };
    match (&attribute.kind, value) {
        (Kind::Nested(Nesting::Single, attributes), _) => nested(attributes, value),
        (Kind::Nested(Nesting::Map, attributes), Value::Map(elements)) => {
            Json::Object(elements.iter().map(|(key, element)| (key.to_string(), nested(attributes, element))).collect())
        }
        (Kind::Nested(_, attributes), _) => {
            Json::Array(value.elements().iter().map(|element| nested(attributes, element)).collect())
        }
        (Kind::Plain(_), Value::Bool(known)) => Json::Bool(*known != attribute.on_graph.inverted),
        (Kind::Plain(_), Value::String(text)) if attribute.on_graph.base64 => STANDARD.encode(text).into(),
        (Kind::Plain(_), Value::String(word)) => on_graph(attribute, word).into(),
        (Kind::Plain(_), value) => plain_json(value),
    }
}

fn plain_json(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown => Json::Null,
        Value::Bool(known) => Json::Bool(*known),
        Value::Number(number) => number.to_string().parse().map(Json::Number).unwrap_or(Json::Null),
        Value::String(text) => text.as_str().into(),
        Value::List(elements) | Value::Set(elements) => Json::Array(elements.iter().map(plain_json).collect()),
        Value::Map(map) => Json::Object(map.iter().map(|(key, value)| (key.to_string(), plain_json(value))).collect()),
        Value::Dynamic(inner) => plain_json(&inner.1),
    }
}
