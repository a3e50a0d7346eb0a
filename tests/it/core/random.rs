//! Random configurations and states of any table.

use autopilot::{
    schema::{Attribute, Check, Kind, Nesting, Role},
    value::{Map, Number, Type, Value},
};
use proptest::{collection::vec, prelude::*, sample::select};

/// All the GUIDs there are.
pub(super) const GUIDS: [&str; 2] = ["0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"];

/// A configuration that passes the checks of its attributes. Everything in it is known.
pub(super) fn config(table: &[Attribute]) -> BoxedStrategy<Value> {
    object(table, &|attribute| match attribute.role {
        Role::Computed => Just(Value::Null).boxed(),
        Role::Required => held(attribute, Part::Config),
        Role::Optional | Role::OptionalComputed => {
            prop_oneof![1 => Just(Value::Null), 2 => held(attribute, Part::Config)].boxed()
        }
    })
}

/// The configuration as it may be at plan time: parts of it are not known yet. `dice` tells which.
///
/// An element that is null is not hidden: core takes an unknown element for an object.
pub(super) fn hide(table: &[Attribute], config: &Value, dice: &mut impl FnMut() -> bool) -> Value {
    let Value::Map(object) = config else { return config.clone() };
    let part = |attribute: &Attribute| {
        let value = object.get(attribute.name).unwrap_or(&Value::Null);
        let hidden = attribute.role != Role::Computed && dice();
        (attribute.name.to_owned(), if hidden { Value::Unknown } else { hide_inside(attribute, value, dice) })
    };
    Value::Map(table.iter().map(part).collect())
}

fn hide_inside(attribute: &Attribute, value: &Value, dice: &mut impl FnMut() -> bool) -> Value {
    let mut element = |value: &Value| match &attribute.kind {
        _ if value.is_null() => Value::Null,
        _ if dice() => Value::Unknown,
        Kind::Nested(_, nested) => hide(nested, value, dice),
        Kind::Plain(_) => value.clone(),
    };
    match (&attribute.kind, value) {
        (Kind::Nested(Nesting::Single, nested), _) => hide(nested, value, dice),
        (Kind::Nested(..) | Kind::Plain(Type::List(_)), Value::List(elements)) => {
            Value::List(elements.iter().map(element).collect())
        }
        (Kind::Nested(..) | Kind::Plain(Type::Set(_)), Value::Set(elements)) => {
            let mut hidden: Vec<_> = elements.iter().map(element).collect();
            // One more that will turn out to be equal to another.
            hidden.extend((!elements.is_empty() && dice()).then_some(Value::Unknown));
            Value::set(hidden)
        }
        (Kind::Nested(..) | Kind::Plain(Type::Map(_)), Value::Map(elements)) => {
            Value::Map(elements.iter().map(|(key, value)| (key.clone(), element(value))).collect())
        }
        _ => value.clone(),
    }
}

/// A state: everything known, computed values too, and nothing that is write-only.
pub(super) fn state(table: &[Attribute]) -> BoxedStrategy<Value> {
    object(table, &|attribute| {
        let held = held(attribute, Part::State);
        match attribute.role {
            _ if attribute.write_only => Just(Value::Null).boxed(),
            Role::Required => held,
            Role::Optional | Role::OptionalComputed | Role::Computed => {
                prop_oneof![1 => Just(Value::Null), 3 => held].boxed()
            }
        }
    })
}

#[derive(Clone, Copy)]
enum Part {
    Config,
    State,
}

fn object(table: &[Attribute], attribute: &dyn Fn(&Attribute) -> BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let names: Vec<_> = table.iter().map(|attribute| attribute.name.to_owned()).collect();
    let values: Vec<_> = table.iter().map(attribute).collect();
    values.prop_map(move |values| Value::Map(names.iter().cloned().zip(values).collect())).boxed()
}

/// A value that is there.
fn held(attribute: &Attribute, part: Part) -> BoxedStrategy<Value> {
    let (nesting, nested) = match &attribute.kind {
        Kind::Plain(ty) => return plain(ty, attribute),
        Kind::Nested(nesting, nested) => (nesting, nested),
    };
    let object = match part {
        Part::Config => config(nested),
        Part::State => state(nested),
    };
    let elements = prop_oneof![1 => Just(Value::Null), 12 => object.clone()];
    match nesting {
        Nesting::Single => object,
        Nesting::List => vec(elements, 0..4).prop_map(Value::List).boxed(),
        Nesting::Set => vec(object, 0..4).prop_map(Value::set).boxed(),
        Nesting::Map => map(elements.boxed()),
    }
}

fn map(elements: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    proptest::collection::btree_map(select(vec!["a", "b", "c", "ä 1"]), elements, 0..4)
        .prop_map(|map| Value::Map(map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map>()))
        .boxed()
}

fn plain(ty: &Type, attribute: &Attribute) -> BoxedStrategy<Value> {
    let inner = |ty: &Type| plain(ty, attribute);
    let fitting = |count: usize| {
        let elements = Value::List(vec![Value::Null; count]);
        attribute
            .checks
            .iter()
            .all(|check| !matches!(check, Check::Length { .. }) || check.broken_by(&elements).is_none())
    };
    let counts: Vec<usize> = (0..4).filter(|&count| fitting(count)).collect();
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Number => select(numbers(attribute)).prop_map(Value::Number).boxed(),
        Type::String => texts(attribute),
        Type::Dynamic => prop_oneof![
            Just(Value::Dynamic(Box::new((Type::String, "text".into())))),
            Just(Value::Dynamic(Box::new((Type::List(Type::Bool.into()), Value::List(vec![true.into()]))))),
        ]
        .boxed(),
        Type::List(ty) => {
            let inner = inner(ty);
            select(counts).prop_flat_map(move |count| vec(inner.clone(), count)).prop_map(Value::List).boxed()
        }
        Type::Set(ty) => {
            let inner = inner(ty);
            select(counts).prop_flat_map(move |count| vec(inner.clone(), count)).prop_map(Value::set).boxed()
        }
        Type::Map(ty) => map(inner(ty)),
        Type::Tuple(types) => types.iter().map(inner).collect::<Vec<_>>().prop_map(Value::List).boxed(),
        Type::Object(types) => {
            let names: Vec<_> = types.keys().cloned().collect();
            let values: Vec<_> = types.values().map(inner).collect();
            values.prop_map(move |values| Value::Map(names.iter().cloned().zip(values).collect())).boxed()
        }
    }
}

fn passes(attribute: &Attribute, value: &Value) -> bool {
    let by_element = |check: &Check| match check {
        // An attribute with elements counts them: one element is held to the other checks.
        Check::Length { .. } => {
            !matches!(attribute.kind, Kind::Plain(Type::String)) || check.broken_by(value).is_none()
        }
        check => check.broken_by(value).is_none(),
    };
    attribute.checks.iter().all(by_element)
}

fn numbers(attribute: &Attribute) -> Vec<Number> {
    let known = ["0", "1", "2", "5", "60", "1440", "-1", "0.1", "9007199254740993", "18446744073709551616"];
    let edges = attribute.checks.iter().filter_map(|check| match check {
        Check::Range { at_least, at_most } => Some([(*at_least).into(), (*at_most).into()]),
        _ => None,
    });
    let known = known.iter().map(|text| text.parse().expect("a number"));
    let fitting = |number: &Number| passes(attribute, &Value::Number(number.clone()));
    let numbers: Vec<_> = known.chain(edges.flatten()).filter(fitting).collect();
    assert!(!numbers.is_empty(), "no number passes the checks of {}", attribute.name);
    numbers
}

fn texts(attribute: &Attribute) -> BoxedStrategy<Value> {
    const KNOWN: &[&str] = &[
        "",
        "a",
        "b",
        "Sales laptops",
        "ä ß 漢 🦀",
        "user-select",
        "os-default",
        "en-US",
        "PC-%SERIAL%",
        "30m",
        "1h30m",
        GUIDS[0],
        GUIDS[1],
        "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))",
    ];
    const TIMES: &[&str] = &["2026-01-01T00:00:00Z", "2026-01-01T01:30:00.5+01:00"];
    let words = attribute.checks.iter().flat_map(|check| match check {
        Check::OneOf(words) => words.clone(),
        _ => Vec::new(),
    });
    let known = if attribute.on_graph.is_time { TIMES } else { KNOWN };
    let fitting = |text: &&str| passes(attribute, &(*text).into());
    let texts: Vec<_> = words.chain(attribute.example).chain(known.iter().copied()).filter(fitting).collect();
    assert!(!texts.is_empty(), "no text passes the checks of {}", attribute.name);
    let known = select(texts).prop_map(Value::from);
    let free = attribute.checks.iter().all(|check| matches!(check, Check::Length { .. }));
    if free && !attribute.on_graph.is_time {
        let checked = attribute.clone();
        let any = ".{1,12}".prop_map(Value::from).prop_filter("fits its checks", move |text| passes(&checked, text));
        prop_oneof![4 => known, 1 => any].boxed()
    } else {
        known.boxed()
    }
}

/// The value with what is unknown in it taken from another, by index and by key: null, where that one has nothing.
/// `None`, where two elements of a set became one: no plan can tell them apart afterwards.
pub(super) fn fill_apart(value: &Value, from: &Value) -> Option<Value> {
    let mut merged = false;
    let filled = fill_noting(value, from, &mut merged);
    (!merged).then_some(filled)
}

fn fill_noting(value: &Value, from: &Value, merged: &mut bool) -> Value {
    let mut by_index = |elements: &[Value]| -> Vec<Value> {
        let fill = |(index, element)| fill_noting(element, from.elements().get(index).unwrap_or(&Value::Null), merged);
        elements.iter().enumerate().map(fill).collect()
    };
    match value {
        Value::Unknown => from.clone(),
        Value::List(elements) => Value::List(by_index(elements)),
        Value::Set(elements) => {
            let set = Value::set(by_index(elements));
            *merged |= set.elements().len() < elements.len();
            set
        }
        Value::Map(map) => Value::Map(
            map.iter().map(|(name, value)| (name.clone(), fill_noting(value, from.get(name), merged))).collect(),
        ),
        known => known.clone(),
    }
}
