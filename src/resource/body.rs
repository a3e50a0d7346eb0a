//! Between an object of a table and the JSON that Graph has of it.

use serde_json::{Map as JsonMap, Value as Json};

use super::{Spec, Update};
use crate::{
    plan,
    schema::{Attribute, Kind, Nesting, Role, Send, Unset},
    value::{Map, Type, Value},
};

/// The property that tells the type of an object.
pub const ODATA_TYPE: &str = "@odata.type";

/// What a POST sends: every property that is set.
pub fn create(spec: &Spec, planned: &Value) -> Json {
    Json::Object(body(spec, planned, true))
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
    if spec.update == Update::Changes {
        // The type goes along with every change: without it the service sees the abstract base (Intune, polymorphic sets).
        after.retain(|property, value| property == ODATA_TYPE || changed(property, value));
    }
    Some(Json::Object(after))
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
    put_attributes(&mut body, &spec.attributes, object, at_create);
    body
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
            Json::Object(elements.iter().map(|(key, element)| (key.clone(), nested(attributes, element))).collect())
        }
        (Kind::Nested(_, attributes), _) => {
            Json::Array(value.elements().iter().map(|element| nested(attributes, element)).collect())
        }
        (Kind::Plain(_), Value::Bool(known)) => Json::Bool(*known != attribute.on_graph.inverted),
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
        Value::Map(map) => Json::Object(map.iter().map(|(key, value)| (key.clone(), plain_json(value))).collect()),
        Value::Dynamic(inner) => plain_json(&inner.1),
    }
}

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
        let mut place = json;
        for property in attribute.on_graph.property_path(attribute.name) {
            place = place.get(&property).unwrap_or(&Json::Null);
        }
        let value = from_json(attribute, place, prior.filter(|prior| !prior.is_unknown()));
        in_the_words_of_before(attribute, value, prior)
    };
    Value::Map(attributes.iter().map(|attribute| (attribute.name.to_owned(), read(attribute))).collect())
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

fn from_json(attribute: &Attribute, json: &Json, prior: Option<&Value>) -> Value {
    match (&attribute.kind, json) {
        (_, Json::Null) => Value::Null,
        (Kind::Nested(Nesting::Single, attributes), Json::Object(_)) => read(attributes, json, prior),
        (Kind::Nested(Nesting::Map, attributes), Json::Object(elements)) => {
            let element =
                |key: &str, json| read_element(attributes, json, prior.and_then(|prior| prior.as_map()?.get(key)));
            Value::Map(elements.iter().map(|(key, json)| (key.clone(), element(key, json))).collect())
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
        (Kind::Plain(Type::Bool), Json::Bool(known)) => Value::Bool(*known != attribute.on_graph.inverted),
        (Kind::Plain(Type::String), Json::String(text)) if attribute.on_graph.is_time => time(text, prior),
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
        (attribute.name.to_owned(), part)
    };
    Value::Map(sent.map(part).collect())
}

/// Graph's word for one of ours.
fn on_graph<'a>(attribute: &Attribute, word: &'a str) -> &'a str {
    let pairs = &attribute.on_graph.values;
    pairs.iter().find(|(ours, _)| *ours == word).map_or(word, |(_, theirs)| theirs)
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
            Value::Map(map.iter().map(|(key, json)| (key.clone(), plain(element, json))).collect())
        }
        _ => Value::Null,
    }
}

/// The state after a write: what was planned, and for what was unknown what Graph answered. Core holds a provider to
/// every value it planned; what the service made of it otherwise is drift, and the next read tells it.
///
/// What was unknown and is not in the answer is null.
pub fn settle(planned: &Value, answered: &Value) -> Value {
    match planned {
        Value::Unknown => answered.clone(),
        Value::Map(planned) => Value::Map(
            planned.iter().map(|(name, planned)| (name.clone(), settle(planned, answered.get(name)))).collect::<Map>(),
        ),
        Value::List(planned) => {
            let answered = answered.elements().iter().chain(std::iter::repeat(&Value::Null));
            Value::List(planned.iter().zip(answered).map(|(planned, answered)| settle(planned, answered)).collect())
        }
        Value::Set(elements) if !planned.is_wholly_known() => {
            let left: Vec<_> = answered.elements().iter().filter(|answered| !elements.contains(answered)).collect();
            let (open, mut settled): (Vec<_>, Vec<_>) =
                elements.iter().cloned().partition(|element| !element.is_wholly_known());
            let fits = |open_at: usize, left_at: usize| settle(&open[open_at], left[left_at]) == *left[left_at];
            let mut found = vec![&Value::Null; open.len()];
            for (left_at, holder) in plan::match_most(open.len(), left.len(), fits).into_iter().enumerate() {
                if let Some(open_at) = holder {
                    found[open_at] = left[left_at];
                }
            }
            settled.extend(open.iter().zip(found).map(|(open, found)| settle(open, found)));
            Value::set(settled)
        }
        known => known.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{boolean, id, integer, object, string, strings, timestamp};

    fn spec() -> Spec {
        Spec::new("thing", "A thing.").attributes(vec![
            id(),
            string("display_name", "").required(),
            string("description", ""),
            string("join_type", "").values(&[("entra", "#a"), ("hybrid", "#b")]).graph("@odata.type"),
            string("usage", "").default("single").graph("setting/deviceUsage"),
            boolean("block_device_use", "").default(true).inverted().graph("allowRetry"),
            integer("minutes", "").default(60),
            strings("tag_ids", "").default_strings(&["0"]),
            string("device_type", "").default("pc").create_only(),
            object("screen", "").graph("setting").of(vec![boolean("hidden", "").default(true), string("title", "")]),
            timestamp("seen", "").read_only(),
        ])
    }

    fn state() -> Value {
        Value::object([
            ("id", "1".into()),
            ("display_name", "a".into()),
            ("description", "text".into()),
            ("join_type", "entra".into()),
            ("usage", "single".into()),
            ("block_device_use", true.into()),
            ("minutes", 60.into()),
            ("tag_ids", Value::set(vec!["0".into()])),
            ("device_type", "pc".into()),
            ("screen", Value::object([("hidden", true.into()), ("title", "t".into())])),
            ("seen", Value::Null),
            ("timeouts", Value::Null),
        ])
    }

    fn graph() -> Json {
        json!({
            "@odata.type": "#a", "id": "1", "displayName": "a", "description": "text", "allowRetry": false,
            "minutes": 60, "tagIds": ["0"], "deviceType": "pc", "seen": "0001-01-01T00:00:00Z",
            "setting": {"deviceUsage": "single", "hidden": true, "title": "t"}
        })
    }

    #[test]
    fn a_post_holds_what_is_set_in_graphs_words() {
        let mut expected = graph();
        let read_only = ["id", "seen"];
        expected.as_object_mut().expect("an object").retain(|name, _| !read_only.contains(&name.as_str()));
        assert_eq!(create(&spec(), &state()), expected);
    }

    #[test]
    fn what_is_written_is_read() {
        let spec = spec();
        assert_eq!(read(&spec.attributes, &graph(), Some(&state())), state());
    }

    #[test]
    fn nothing_changed_is_nothing_sent() {
        assert_eq!(change(&spec(), &state(), &state()), None);
    }

    #[test]
    fn a_change_holds_the_type_and_what_changed() {
        let mut planned = state();
        planned.insert("block_device_use", false.into());
        planned.insert("description", Value::Null);
        let expected = json!({"@odata.type": "#a", "allowRetry": true, "description": null});
        assert_eq!(change(&spec(), &state(), &planned), Some(expected));
    }

    #[test]
    fn a_part_of_an_object_is_sent_with_the_whole_object() {
        let mut planned = state();
        planned.insert("screen", Value::object([("hidden", false.into()), ("title", Value::Null)]));
        let setting = json!({"deviceUsage": "single", "hidden": false, "title": null});
        assert_eq!(change(&spec(), &state(), &planned), Some(json!({"@odata.type": "#a", "setting": setting})));
    }

    #[test]
    fn what_graph_takes_at_creation_only_is_in_no_change() {
        let mut planned = state();
        planned.insert("device_type", "hololens".into());
        assert_eq!(change(&spec(), &state(), &planned), None);
    }

    #[test]
    fn blank_in_other_words_is_no_drift() {
        let mut json = graph();
        json["description"] = "".into();
        for blank in [Value::Null, "".into()] {
            let mut prior = state();
            prior.insert("description", blank.clone());
            assert_eq!(read(&spec().attributes, &json, Some(&prior)).get("description"), &blank);
        }
        assert_eq!(read(&spec().attributes, &json, Some(&state())).get("description"), &"".into());
        assert_eq!(read(&spec().attributes, &json, None).get("description"), &Value::Null);
    }

    #[test]
    fn after_a_write_the_plan_holds_and_the_unknown_is_filled() {
        let planned = Value::object([("a", "planned".into()), ("b", Value::Unknown)]);
        let answered = Value::object([("a", "other".into()), ("b", "answered".into())]);
        assert_eq!(settle(&planned, &answered), Value::object([("a", "planned".into()), ("b", "answered".into())]));
    }
}
