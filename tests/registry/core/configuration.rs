//! Configurations made from a table: the least, one attribute more, all of them.

use autopilot::{
    diagnostic::Severity,
    resource::{Registered, engine},
    schema::{Attribute, Kind, Nesting, Role, Unset, null_object},
    value::{Map, Value},
};

use super::values::{self, ROW, Referred};

/// An attribute that a configuration may set and that has none inside, by the way to it from the top of the table.
#[derive(Clone)]
pub(super) struct Setting<'a> {
    way: Vec<&'a Attribute>,
}

impl<'a> Setting<'a> {
    pub(super) fn attribute(&self) -> &'a Attribute {
        self.way[self.way.len() - 1]
    }

    /// The attribute of the table that it is in, or is.
    pub(super) fn top(&self) -> &'a Attribute {
        self.way[0]
    }

    pub(super) fn name(&self) -> String {
        self.way.iter().map(|attribute| attribute.name).collect::<Vec<_>>().join(".")
    }

    /// Whether it is inside an element of a set: with another value the element is another one.
    pub(super) fn is_in_a_set(&self) -> bool {
        self.way.iter().any(|attribute| matches!(attribute.kind, Kind::Nested(Nesting::Set, _)))
    }

    fn is_beside(&self, other: &Setting) -> bool {
        let names =
            |setting: &Setting| setting.way[..setting.way.len() - 1].iter().map(|it| it.name).collect::<Vec<_>>();
        names(self) == names(other)
    }
}

/// All that a configuration of the table may set.
pub(super) fn settings(table: &[Attribute]) -> Vec<Setting<'_>> {
    let mut settings = Vec::new();
    for attribute in table.iter().filter(|attribute| attribute.role != Role::Computed) {
        match &attribute.kind {
            Kind::Plain(_) => settings.push(Setting { way: vec![attribute] }),
            Kind::Nested(_, nested) => settings.extend(
                self::settings(nested)
                    .into_iter()
                    .map(|inside| Setting { way: [vec![attribute], inside.way].concat() }),
            ),
        }
    }
    settings
}

/// What is required, and what is write-only: nobody can read afterwards whether that was there.
pub(super) fn least(table: &[Attribute], referred: &Referred) -> Value {
    let mut config = null_object(table);
    for attribute in table.iter().filter(|attribute| attribute.role == Role::Required || attribute.write_only) {
        let value = match &attribute.kind {
            Kind::Plain(_) => values::of(attribute, referred).swap_remove(0),
            Kind::Nested(nesting, nested) => hold(*nesting, least(nested, referred)),
        };
        config.insert(attribute.name, value);
    }
    config
}

/// One object, held as the attribute holds objects.
fn hold(nesting: Nesting, object: Value) -> Value {
    match nesting {
        Nesting::Single => object,
        Nesting::List => Value::List(vec![object]),
        Nesting::Set => Value::set(vec![object]),
        Nesting::Map => Value::Map(Map::from([(ROW.to_owned(), object)])),
    }
}

fn held(nesting: Nesting, value: &Value) -> Option<&Value> {
    match nesting {
        Nesting::Single => Some(value),
        Nesting::List | Nesting::Set => value.elements().first(),
        Nesting::Map => Some(value.get(ROW)),
    }
}

/// The configuration with another value there.
pub(super) fn with(config: &Value, setting: &Setting, value: &Value, referred: &Referred) -> Value {
    put(config, &setting.way, value, referred)
}

fn put(object: &Value, way: &[&Attribute], value: &Value, referred: &Referred) -> Value {
    let mut object = object.clone();
    let (first, rest) = way.split_first().expect("a way has an end");
    let value = match &first.kind {
        Kind::Nested(nesting, nested) if !rest.is_empty() => {
            let inside = held(*nesting, object.get(first.name)).filter(|inside| !inside.is_null());
            let inside = inside.cloned().unwrap_or_else(|| least(nested, referred));
            hold(*nesting, put(&inside, rest, value, referred))
        }
        _ => value.clone(),
    };
    object.insert(first.name, value);
    object
}

/// Whether the provider takes the configuration as it is written.
pub(super) fn is_taken(registered: &Registered, config: &Value) -> bool {
    engine::validate(registered, config, true).into_iter().all(|told| told.severity != Severity::Error)
}

/// The least configuration with this value there. Where the provider refuses that, one with something more: one other
/// setting, or two beside it.
pub(super) fn with_one(
    registered: &Registered,
    setting: &Setting,
    value: &Value,
    referred: &Referred,
) -> Option<Value> {
    let least = least(&registered.spec.attributes, referred);
    let taken = |base: &Value| Some(with(base, setting, value, referred)).filter(|config| is_taken(registered, config));
    if let Some(config) = taken(&least) {
        return Some(config);
    }
    let others = settings(&registered.spec.attributes).into_iter().filter(|other| other.name() != setting.name());
    let bases: Vec<_> = others
        .flat_map(|other| {
            let values = values::of(other.attribute(), referred).into_iter();
            values.map(|value| (other.clone(), value)).collect::<Vec<_>>()
        })
        .collect();
    let one_more = |(other, value): &(Setting, Value)| with(&least, other, value, referred);
    bases.iter().find_map(|base| taken(&one_more(base))).or_else(|| {
        let beside: Vec<_> = bases.iter().filter(|(other, _)| other.is_beside(setting)).collect();
        let pairs = beside.iter().flat_map(|one| beside.iter().map(move |(other, value)| (*one, other, value)));
        pairs.into_iter().find_map(|(one, other, value)| taken(&with(&one_more(one), other, value, referred)))
    })
}

/// A configuration that sets as much as goes together, and nothing that is as if it were not set: after an import nobody
/// knows which word was used for that.
pub(super) fn full(registered: &Registered, referred: &Referred) -> Value {
    let table = &registered.spec.attributes;
    let mut config = least(table, referred);
    for setting in settings(table) {
        let attribute = setting.attribute();
        let values = values::of(attribute, referred);
        let has_default = matches!(attribute.unset, Unset::Default(_));
        let said = values.iter().filter(|value| has_default || !matches!(value, Value::Bool(false)));
        let mut more = said.map(|value| with(&config, &setting, value, referred));
        if let Some(more) = more.find(|more| is_taken(registered, more)) {
            config = more;
        }
    }
    config
}

/// Each attribute that can be set, with a configuration that sets it.
pub(super) fn one_by_one<'a>(registered: &'a Registered, referred: &Referred) -> Vec<(Setting<'a>, Value)> {
    let mut all = Vec::new();
    for setting in settings(&registered.spec.attributes) {
        let values = values::of(setting.attribute(), referred);
        let config = values.iter().find_map(|value| with_one(registered, &setting, value, referred));
        let config = config.unwrap_or_else(|| {
            panic!(
                "{0}: no configuration with {1} was found that the provider takes. Give {1} `.example(\"...\")` in its table",
                registered.type_name,
                setting.name()
            )
        });
        all.push((setting, config));
    }
    all
}
