//! Configurations made from a table: the least, one attribute more, all of them.

use autopilot::{
    diagnostic::Severity,
    resource::{Registered, engine},
    schema::{Attribute, Kind, Nesting, Role, Unset, null_object},
    value::{Map, Value},
};

use super::values::{self, Known};

/// An attribute that a configuration may set and that has none inside, by the way to it from the top of the table.
#[derive(Clone)]
pub(super) struct Setting<'a> {
    way: Vec<&'a Attribute>,
    /// The attributes that say the same: none of them is set beside it.
    others: Vec<&'static str>,
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

    fn is_inside_with(&self, other: &Setting) -> bool {
        let names =
            |setting: &Setting| setting.way[..setting.way.len() - 1].iter().map(|it| it.name).collect::<Vec<_>>();
        self.way.len() > 1 && names(self) == names(other)
    }
}

/// All that a configuration of the table may set.
pub(super) fn settings(table: &[Attribute]) -> Vec<Setting<'_>> {
    let mut settings = Vec::new();
    for attribute in table.iter().filter(|attribute| attribute.role != Role::Computed) {
        match &attribute.kind {
            Kind::Plain(_) => {
                let says_the_same = |other: &&Attribute| {
                    attribute.alternative.is_some()
                        && other.alternative == attribute.alternative
                        && other.name != attribute.name
                };
                let others = table.iter().filter(says_the_same).map(|other| other.name).collect();
                settings.push(Setting { way: vec![attribute], others });
            }
            Kind::Nested(_, nested) => settings.extend(
                self::settings(nested)
                    .into_iter()
                    .map(|inside| Setting { way: [vec![attribute], inside.way].concat(), others: Vec::new() }),
            ),
        }
    }
    settings
}

/// What is required, and what is write-only: nobody can read afterwards whether that was there.
pub(super) fn least(table: &[Attribute], known: &Known) -> Value {
    let mut config = null_object(table);
    let nothing = config.clone();
    let is_needed = |attribute: &&Attribute| {
        let depends = attribute.required_where.is_some_and(|it| it.holds(table, &nothing) == Some(true));
        let first = table.iter().find(|other| other.alternative == attribute.alternative).map(|first| first.name);
        let is_first = attribute.alternative.is_some() && first == Some(attribute.name);
        attribute.role == Role::Required || attribute.write_only || depends || is_first
    };
    for attribute in table.iter().filter(is_needed) {
        let value = match &attribute.kind {
            Kind::Plain(_) => values::of(attribute, known).swap_remove(0),
            Kind::Nested(nesting, nested) => hold(*nesting, least(nested, known), known),
        };
        config.insert(attribute.name, value);
    }
    config
}

/// One object, held as the attribute holds objects.
fn hold(nesting: Nesting, object: Value, known: &Known) -> Value {
    match nesting {
        Nesting::Single => object,
        Nesting::List => Value::List(vec![object]),
        Nesting::Set => Value::set(vec![object]),
        Nesting::Map => Value::Map(Map::from_iter([(known.row.clone(), object)])),
    }
}

fn held<'a>(nesting: Nesting, value: &'a Value, known: &Known) -> Option<&'a Value> {
    match nesting {
        Nesting::Single => Some(value),
        Nesting::List | Nesting::Set => value.elements().first(),
        Nesting::Map => Some(value.get(&known.row)),
    }
}

/// The configuration with another value there.
pub(super) fn with(config: &Value, setting: &Setting, value: &Value, known: &Known) -> Value {
    let mut config = put(config, &setting.way, value, known);
    setting.others.iter().for_each(|other| config.insert(other, Value::Null));
    config
}

fn put(object: &Value, way: &[&Attribute], value: &Value, known: &Known) -> Value {
    let mut object = object.clone();
    let (first, rest) = way.split_first().expect("a way has an end");
    let value = match &first.kind {
        Kind::Nested(nesting, nested) if !rest.is_empty() => {
            let inside = held(*nesting, object.get(first.name), known).filter(|inside| !inside.is_null());
            let inside = inside.cloned().unwrap_or_else(|| least(nested, known));
            hold(*nesting, put(&inside, rest, value, known), known)
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
/// setting, or up to three inside the same object.
pub(super) fn with_one(registered: &Registered, setting: &Setting, value: &Value, known: &Known) -> Option<Value> {
    let table = &registered.spec.attributes;
    let least = least(table, known);
    let others: Vec<_> = settings(table).into_iter().filter(|other| other.name() != setting.name()).collect();
    let beside: Vec<_> = others.iter().filter(|other| other.is_inside_with(setting)).cloned().collect();
    let completed = |others: &[Setting], most| complete(registered, &least, (setting, value), others, most, known);
    completed(&others, 1).or_else(|| completed(&beside, 2)).or_else(|| completed(&beside, 3))
}

/// The base with the value, and with as many of the other settings as it takes until the provider takes it.
fn complete(
    registered: &Registered,
    base: &Value,
    (setting, value): (&Setting, &Value),
    others: &[Setting],
    most: usize,
    known: &Known,
) -> Option<Value> {
    let config = with(base, setting, value, known);
    if is_taken(registered, &config) {
        return Some(config);
    }
    if most == 0 {
        return None;
    }
    others.iter().enumerate().find_map(|(at, other)| {
        let words = values::of(other.attribute(), known);
        words.iter().find_map(|word| {
            let base = with(base, other, word, known);
            complete(registered, &base, (setting, value), &others[at + 1..], most - 1, known)
        })
    })
}

/// Whether it is declared only to be refused: Terraform would drop an unknown name in silence.
fn is_lacking(registered: &Registered, setting: &Setting, known: &Known) -> bool {
    let name = format!("`{}`", setting.attribute().name);
    let least = least(&registered.spec.attributes, known);
    values::of(setting.attribute(), known).iter().take(1).any(|value| {
        let refused = engine::validate(registered, &with(&least, setting, value, known), true);
        refused.into_iter().any(|told| told.detail.contains("cannot have") && told.detail.contains(&name))
    })
}

/// A configuration that sets as much as goes together, and nothing that is as if it were not set: after an import nobody
/// knows which word was used for that.
pub(super) fn full(registered: &Registered, known: &Known) -> Value {
    let table = &registered.spec.attributes;
    let mut config = least(table, known);
    for setting in settings(table) {
        let attribute = setting.attribute();
        let values = values::of(attribute, known);
        let has_default = matches!(attribute.unset, Unset::Default(_));
        let said = values.iter().filter(|value| has_default || !matches!(value, Value::Bool(false)));
        let mut more = said.map(|value| with(&config, &setting, value, known));
        if let Some(more) = more.find(|more| is_taken(registered, more)) {
            config = more;
        }
    }
    config
}

/// Each attribute that can be set, with a configuration that sets it.
pub(super) fn one_by_one<'a>(registered: &'a Registered, known: &Known) -> Vec<(Setting<'a>, Value)> {
    let mut all = Vec::new();
    for setting in settings(&registered.spec.attributes) {
        if is_lacking(registered, &setting, known) {
            continue;
        }
        let values = values::of(setting.attribute(), known);
        let config = values.iter().find_map(|value| with_one(registered, &setting, value, known));
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
