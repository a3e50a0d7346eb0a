//! What an answer says, in the words that were used before.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value as Json;

use super::{setting, words::on_graph};
use crate::{
    schema::{Attribute, Kind, Nesting, Role, Send, Unset},
    value::{Type, Value},
};

/// An object of the table from Graph's JSON.
///
/// With a prior state, what Graph says in other words is kept as it was: the same time, "" for null, false for absent.
/// Without one (import) what is blank and has no default is null. Attributes that Graph does not have keep their prior
/// value.
pub fn read(attributes: &[Attribute], json: &Json, prior: Option<&Value>) -> Value {
    let read = |attribute: &Attribute| {
        let prior = prior.map(|prior| prior.get(attribute.name));
        if attribute.write_only || !attribute.on_graph.read {
            return prior.cloned().unwrap_or_default();
        }
        let held = attribute.on_graph.setting.as_ref().map(|held_by| setting::read(held_by, json));
        let mut place = json;
        for property in attribute.on_graph.property_path(attribute.name) {
            place = place.get(&property).unwrap_or(&Json::Null);
        }
        let place = held.as_ref().unwrap_or(place);
        let value = from_json(attribute, place, prior.filter(|prior| !prior.is_unknown()));
        attribute.in_words_of(in_the_words_of_before(attribute, value, prior), prior)
    };
    let mut object = Value::Map(attributes.iter().map(|attribute| (attribute.name, read(attribute))).collect());
    // Where something has no meaning, nothing there is no default of it.
    let meaningless = |it: &&Attribute| it.only_where.is_some_and(|it| it.holds(attributes, &object) == Some(false));
    let blank: Vec<_> = attributes.iter().filter(meaningless).filter(|it| is_blank(object.get(it.name))).collect();
    if prior.is_none() {
        blank.into_iter().for_each(|attribute| object.insert(attribute.name, Value::Null));
    }
    object
}

fn in_the_words_of_before(attribute: &Attribute, value: Value, prior: Option<&Value>) -> Value {
    match prior {
        Some(prior) if !prior.is_unknown() && is_blank(prior) && is_blank(&value) => prior.clone(),
        Some(prior) if !prior.is_null() => value,
        _ if !is_blank(&value) => value,
        _ => match (&attribute.unset, attribute.role) {
            (Unset::Default(default), _) if is_blank(default) => default.clone(),
            (_, Role::Optional) => Value::Null,
            _ => value,
        },
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::List(elements) | Value::Set(elements) => elements.is_empty(),
        Value::Map(map) => map.values().all(is_blank),
        Value::Unknown | Value::Bool(true) | Value::Number(_) | Value::Dynamic(_) => false,
    }
}

const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

fn from_json(attribute: &Attribute, json: &Json, prior: Option<&Value>) -> Value {
    match (&attribute.kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Nested(Nesting::Single, attributes), Json::Object(_)) => read(attributes, json, prior),
        (Kind::Nested(Nesting::Map, attributes), Json::Object(elements)) => {
            let element =
                |key: &str, json| read_element(attributes, json, prior.and_then(|prior| prior.as_map()?.get(key)));
            Value::Map(elements.iter().map(|(key, json)| (key.as_str(), element(key, json))).collect())
        }
        (Kind::Nested(Nesting::List, attributes), Json::Array(elements)) => {
            let prior = prior.map(Value::elements).unwrap_or_default();
            let element = |(index, json)| read_element(attributes, json, prior.get(index));
            Value::List(elements.iter().enumerate().map(element).collect())
        }
        (Kind::Nested(Nesting::Set, attributes), Json::Array(elements)) => {
            let mut left: Vec<_> = prior.map(Value::elements).unwrap_or_default().iter().collect();
            let element = |json| {
                let is_same = |prior: &&Value| is_same(attributes, &read_element(attributes, json, Some(prior)), prior);
                let same = left.iter().position(is_same);
                read_element(attributes, json, same.map(|position| left.remove(position)))
            };
            Value::set(elements.iter().map(element).collect())
        }
        (Kind::Plain(Type::Bool), Json::String(choice)) if attribute.on_graph.setting.is_some() => {
            Value::Bool((choice == "_1") != attribute.on_graph.inverted)
        }
        (Kind::Plain(Type::Bool), Json::Bool(known)) => Value::Bool(*known != attribute.on_graph.inverted),
        // How Graph says that there is no id.
        (Kind::Plain(Type::String), Json::String(text)) if text == NO_ID => Value::Null,
        (Kind::Plain(Type::String), Json::String(text)) if attribute.on_graph.is_time => time(text, prior),
        (Kind::Plain(Type::String), Json::String(text)) if attribute.on_graph.base64 => {
            // What is no base64 of a text was not written by this provider: it shows as it is.
            let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            decoded.unwrap_or_else(|| text.clone()).as_str().into()
        }
        (Kind::Plain(Type::String), Json::String(word)) => {
            let pairs = &attribute.on_graph.values;
            let before = prior.and_then(Value::as_str);
            // Two of our words may be one of Graph's: the one of before is kept.
            match before.filter(|before| on_graph(attribute, before) == word) {
                Some(before) => before.into(),
                None => pairs.iter().find(|(_, theirs)| theirs == word).map_or(word.as_str(), |(ours, _)| ours).into(),
            }
        }
        (Kind::Plain(ty), json) => plain(ty, json),
        (Kind::Nested(..), _) => Value::Null,
    }
}

fn read_element(attributes: &[Attribute], json: &Json, prior: Option<&Value>) -> Value {
    if json.is_null() { Value::Null } else { read(attributes, json, prior) }
}

/// Whether two elements differ at most by what Graph is never sent.
fn is_same(attributes: &[Attribute], one: &Value, other: &Value) -> bool {
    one == other || sent_part(attributes, one) == sent_part(attributes, other)
}

fn sent_part(attributes: &[Attribute], object: &Value) -> Value {
    let Value::Map(values) = object else { return object.clone() };
    let sent = attributes.iter().filter(|attribute| attribute.on_graph.send != Send::Never);
    let part = |attribute: &Attribute| {
        let value = values.get(attribute.name).unwrap_or(&Value::Null);
        let part = match (&attribute.kind, value) {
            (Kind::Nested(Nesting::Single, nested), _) => sent_part(nested, value),
            (Kind::Nested(_, nested), Value::List(elements)) => {
                Value::List(elements.iter().map(|element| sent_part(nested, element)).collect())
            }
            (Kind::Nested(_, nested), Value::Set(elements)) => {
                Value::set(elements.iter().map(|element| sent_part(nested, element)).collect())
            }
            (Kind::Nested(_, nested), Value::Map(elements)) => {
                Value::Map(elements.iter().map(|(key, element)| (key.clone(), sent_part(nested, element))).collect())
            }
            _ => value.clone(),
        };
        (attribute.name, part)
    };
    Value::Map(sent.map(part).collect())
}

/// Graph's year 1 is how a date that may not be null says that there is none.
fn time(text: &str, prior: Option<&Value>) -> Value {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};
    let parse = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    match (parse(text), prior.and_then(Value::as_str).and_then(parse)) {
        (Some(time), _) if time.year() <= 1 => Value::Null,
        (Some(now), Some(before)) if now == before => prior.cloned().unwrap_or_default(),
        _ => text.into(),
    }
}

fn plain(ty: &Type, json: &Json) -> Value {
    match (ty, json) {
        (Type::Bool, Json::Bool(known)) => Value::Bool(*known),
        (Type::String, Json::String(text)) => text.as_str().into(),
        (Type::Number, Json::Number(number)) => number.to_string().parse().map(Value::Number).unwrap_or_default(),
        (Type::List(element), Json::Array(elements)) => {
            Value::List(elements.iter().map(|json| plain(element, json)).collect())
        }
        (Type::Set(element), Json::Array(elements)) => {
            Value::set(elements.iter().map(|json| plain(element, json)).collect())
        }
        (Type::Map(element), Json::Object(map)) => {
            Value::Map(map.iter().map(|(key, json)| (key.as_str(), plain(element, json))).collect())
        }
        _ => Value::Null,
    }
}
