//! Laws that hold for every resource, and for tables of every shape, whatever is configured.

use std::fmt;

use autopilot::{
    plan,
    resource::{
        Private, Registered, Spec, Tenant, body,
        engine::{self, PlanRequest, Scope},
    },
    schema::{self, Attribute, Kind, Nesting, Send, Unset, null_object},
    value::{Name, Type, Value},
    wire,
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value as Json, json};

use super::{
    compatible::apply_faults,
    model::{Attributes, conform, object_type, of_table, show, state_json},
    outcome::{Action, action, replan_faults, required_replaces, write_only_leaks},
    plan_valid::plan_faults,
    proposed_new::proposed_new,
    random::{config, fill_apart, hide, state},
    shapes,
};

/// A table that laws are held over.
struct Subject {
    name: String,
    spec: Spec,
    core: Attributes,
    ty: Type,
    /// Its verbs, where it is a resource.
    resource: Option<Registered>,
}

impl Subject {
    fn propose(&self, config: &Value, prior: &Value) -> Value {
        plan::propose(&self.spec.attributes, config, prior)
    }

    /// What core calls the change, and the paths that count.
    fn action(&self, prior: &Value, planned: &Value) -> Result<Action, String> {
        let paths = plan::replace_paths(&self.spec.attributes, prior, planned);
        let counts = required_replaces(&self.core, prior, planned, &paths).map_err(|faults| faults.join("; "))?;
        check(counts == paths, || format!("{paths:?} are given, of which {counts:?} count"))?;
        Ok(action(prior, planned, &counts))
    }
}

fn subjects() -> Vec<Subject> {
    let subject = |name: String, spec: Spec, resource| {
        let core = of_table(&spec.attributes);
        Subject { name, ty: object_type(&core), core, spec, resource }
    };
    let of_resource = |it: &Registered| subject(it.type_name.clone(), (*it.spec).clone(), Some(it.clone()));
    let shapes = shapes::all().into_iter().map(|(name, spec)| subject(name.to_owned(), spec, None));
    autopilot::provider::registry().all_resources().map(of_resource).chain(shapes).collect()
}

/// What happens to one resource.
#[derive(Clone)]
struct Story {
    /// As it is planned: parts may be unknown.
    config: Value,
    /// The same as it is applied.
    resolved: Value,
    /// The state before; null at create.
    prior: Value,
    /// What the service says of everything.
    answer: Value,
}

impl fmt::Debug for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        for (name, value) in
            [("config", &self.config), ("resolved", &self.resolved), ("prior", &self.prior), ("answer", &self.answer)]
        {
            writeln!(f, "{name:8} {}", show(value))?;
        }
        Ok(())
    }
}

fn stories(table: &[Attribute]) -> impl Strategy<Value = Story> + use<> {
    let prior = prop_oneof![1 => Just(Value::Null), 3 => state(table)];
    let hidden = prop_oneof![1 => Just(Vec::new()), 3 => proptest::collection::vec(prop::bool::weighted(0.1), 100)];
    let table = table.to_vec();
    (config(&table), hidden, prior, state(&table), 0..3_usize).prop_map(move |(config, hidden, prior, answer, kept)| {
        // Most changes change little: often the configuration says what is there.
        let resolved = if kept > 0 && !prior.is_null() { keep(&config, &prior, kept) } else { config };
        let mut hidden = hidden.iter().cycle();
        let config = hide(&table, &resolved, &mut || hidden.next().is_some_and(|hidden| *hidden));
        Story { config, resolved, prior, answer }
    })
}

/// The configuration with most of what it sets as it was before.
fn keep(config: &Value, prior: &Value, every: usize) -> Value {
    match (config, prior) {
        (Value::Map(config), Value::Map(prior)) => Value::Map(
            config
                .iter()
                .enumerate()
                .map(|(index, (name, config))| {
                    let prior = prior.get(name).unwrap_or(&Value::Null);
                    (name.clone(), if index % 3 < every { keep(config, prior, every) } else { config.clone() })
                })
                .collect(),
        ),
        (Value::Null, _) | (_, Value::Null) => config.clone(),
        (Value::List(config), Value::List(prior)) => {
            let null = Value::Null;
            let prior = prior.iter().chain(std::iter::repeat(&null));
            Value::List(config.iter().zip(prior).map(|(config, prior)| keep(config, prior, every)).collect())
        }
        (Value::Set(_), Value::Set(prior)) if config.elements().len() == prior.len() => {
            Value::set(config.elements().iter().zip(prior).map(|(config, prior)| keep(config, prior, every)).collect())
        }
        (Value::Unknown, _) => Value::Unknown,
        (Value::Set(_), _) => config.clone(),
        (_, prior) => prior.clone(),
    }
}

fn check(holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why()) }
}

fn nothing(faults: &[String]) -> Result<(), String> {
    check(faults.is_empty(), || faults.join("; "))
}

fn same(what: &str, left: &Value, right: &Value) -> Result<(), String> {
    check(left == right, || format!("{what}:\n{}\n{}", show(left), show(right)))
}

/// How many stories a law is held over for each subject: few, unless proptest's own variable says how many.
fn cases() -> u32 {
    if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 40 }
}

/// Holds a law over every subject.
fn hold(law: impl Fn(&Subject, Story) -> Result<(), String>) {
    for subject in subjects() {
        let config = ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
        let broken = TestRunner::new(config).run(&stories(&subject.spec.attributes), |story| {
            // Refused before any plan: elements of a set that are equal by their defaults.
            if !plan::repeated(&subject.spec.attributes, &story.resolved).is_empty() {
                return Ok(());
            }
            law(&subject, story).map_err(TestCaseError::fail)
        });
        if let Err(error) = broken {
            panic!("{}: {error}", subject.name);
        }
    }
}

#[test]
fn core_accepts_every_plan() {
    hold(|subject, story| {
        for prior in [&story.prior, &Value::Null] {
            let planned = subject.propose(&story.config, prior);
            nothing(&plan_faults(&subject.core, prior, &story.config, &planned))?;
            check(write_only_leaks(&subject.core, &planned).is_empty(), || "it leaks".to_owned())?;
        }
        Ok(())
    });
}

#[test]
fn every_path_that_replaces_is_in_order_and_changes() {
    hold(|subject, story| {
        let planned = subject.propose(&story.config, &story.prior);
        subject.action(&story.prior, &planned).map(drop)
    });
}

#[test]
fn the_plan_of_a_configuration_is_always_the_same() {
    hold(|subject, story| {
        let [first, second] = [0, 1].map(|_| subject.propose(&story.config, &story.prior));
        same("twice", &first, &second)
    });
}

#[test]
fn the_plan_keeps_what_is_configured() {
    hold(|subject, story| {
        let planned = subject.propose(&story.config, &story.prior);
        check(keeps(&subject.spec.attributes, &story.config, &planned), || show(&planned))
    });
}

/// Whether the planned object has every configured value, but write-only ones. An element of a set is somewhere in it.
fn keeps(table: &[Attribute], config: &Value, planned: &Value) -> bool {
    config.is_null()
        || config == planned
        || table.iter().all(|attribute| {
            let (config, planned) = (config.get(attribute.name), planned.get(attribute.name));
            match &attribute.kind {
                _ if attribute.write_only => planned.is_null(),
                _ if config.is_null() => true,
                Kind::Plain(_) => config == planned,
                _ if config.is_unknown() => planned.is_unknown(),
                Kind::Nested(Nesting::Single, nested) => keeps(nested, config, planned),
                Kind::Nested(Nesting::Map, nested) => {
                    let elements = config.as_map().into_iter().flatten();
                    elements.into_iter().all(|(key, config)| keeps(nested, config, planned.get(key)))
                }
                Kind::Nested(Nesting::List, nested) => {
                    let (config, planned) = (config.elements(), planned.elements());
                    config.len() == planned.len()
                        && config.iter().zip(planned).all(|(config, planned)| keeps(nested, config, planned))
                }
                Kind::Nested(Nesting::Set, nested) => {
                    let (config, planned) = (config.elements(), planned.elements());
                    config.len() == planned.len()
                        && config.iter().all(|config| planned.iter().any(|planned| keeps(nested, config, planned)))
                }
            }
        })
}

#[test]
fn where_core_proposes_no_change_none_is_planned() {
    hold(|subject, story| {
        let defaults = has_defaults(&subject.spec.attributes);
        let proposed = proposed_new(&subject.core, &story.prior, &story.config);
        if !defaults && proposed == story.prior {
            same("no change", &subject.propose(&story.config, &story.prior), &story.prior)?;
        }
        Ok(())
    });
}

fn has_defaults(table: &[Attribute]) -> bool {
    table.iter().any(|attribute| {
        let nested = matches!(&attribute.kind, Kind::Nested(_, nested) if has_defaults(nested));
        nested || matches!(attribute.unset, Unset::Default(_))
    })
}

#[test]
fn the_plan_at_apply_time_is_the_one_that_was_shown() {
    hold(|subject, story| {
        let planned = subject.propose(&story.config, &story.prior);
        let shown = subject.action(&story.prior, &planned)?;
        // A replacement is planned again without a prior state, and applied as a create.
        let prior = if shown == Action::Replace { &Value::Null } else { &story.prior };
        let planned = subject.propose(&story.config, prior);
        let shown = if shown == Action::Replace { Action::Create } else { shown };
        let replanned = subject.propose(&story.resolved, prior);
        let now = subject.action(prior, &replanned)?;
        nothing(&replan_faults(&subject.core, (shown, &planned), (now, &replanned)))
    });
}

#[test]
fn a_second_plan_is_empty() {
    hold(|subject, story| {
        let planned = subject.propose(&story.resolved, &story.prior);
        let Some(applied) = fill_apart(&planned, &story.answer) else { return Ok(()) };
        nothing(&apply_faults(&subject.core, &planned, &applied))?;
        same("planned again", &subject.propose(&story.resolved, &applied), &applied)
    });
}

#[test]
fn what_the_service_changes_by_itself_is_no_change_of_ours() {
    hold(|subject, story| {
        let planned = subject.propose(&story.resolved, &Value::Null);
        let Some(applied) = fill_apart(&planned, &story.answer) else { return Ok(()) };
        let drifted = drift(&subject.spec.attributes, &story.resolved, &applied, &story.prior);
        same("planned again", &subject.propose(&story.resolved, &drifted), &drifted)
    });
}

/// The state with computed values changed that nobody configured, but inside sets.
fn drift(table: &[Attribute], config: &Value, state: &Value, now: &Value) -> Value {
    let Value::Map(object) = state else { return state.clone() };
    let now_of = |attribute: &Attribute| {
        let [config, state, now] = [config, state, now].map(|value| value.get(attribute.name));
        match (&attribute.kind, &attribute.unset) {
            (Kind::Nested(Nesting::Single, nested), Unset::Default(default)) if config.is_null() => {
                drift(nested, default, state, now)
            }
            (_, Unset::Default(_)) if config.is_null() => state.clone(),
            _ if config.is_null() && attribute.is_computed() => now.clone(),
            (Kind::Nested(Nesting::Single, nested), _) => drift(nested, config, state, now),
            (Kind::Nested(Nesting::Map, nested), _) => match state {
                Value::Map(elements) => {
                    let element = |key: &str, state| drift(nested, config.get(key), state, now.get(key));
                    Value::Map(elements.iter().map(|(key, state)| (key.clone(), element(key, state))).collect())
                }
                _ => state.clone(),
            },
            _ => state.clone(),
        }
    };
    let drifted = |attribute: &Attribute| (Name::from(attribute.name), now_of(attribute));
    Value::Map(object.clone().into_iter().chain(table.iter().map(drifted)).collect())
}

#[test]
fn after_a_write_the_plan_holds_and_everything_is_known() {
    hold(|subject, story| {
        let planned = subject.propose(&story.resolved, &story.prior);
        let settled = body::settle(&planned, &story.answer);
        nothing(&apply_faults(&subject.core, &planned, &settled))?;
        check(settled.is_wholly_known(), || format!("{} became {}", show(&planned), show(&settled)))?;
        let Some(applied) = fill_apart(&planned, &story.answer) else { return Ok(()) };
        same("the service answered what was planned", &body::settle(&planned, &applied), &applied)
    });
}

#[test]
fn every_value_survives_the_wire() {
    hold(|subject, story| {
        let planned = subject.propose(&story.config, &story.prior);
        for value in [&story.config, &story.prior, &story.answer, &planned] {
            nothing(&conform(value, &subject.ty))?;
            let bytes = wire::encode(value, &subject.ty).map_err(|error| error.to_string())?;
            let read = wire::decode(&bytes, &subject.ty).map_err(|error| error.to_string())?;
            same("msgpack", value, &read)?;
        }
        let json = state_json(&story.answer, &subject.ty);
        let read = wire::from_json(json.clone(), &subject.ty).map_err(|error| error.to_string())?;
        same("JSON", &story.answer, &read)?;
        let Some(resource) = &subject.resource else { return Ok(()) };
        let upgraded = engine::upgrade(resource, subject.spec.version, json.to_string().as_bytes());
        same("upgraded", &story.answer, &upgraded.map_err(|error| error.detail)?)
    });
}

#[test]
fn what_is_written_is_read() {
    hold(|subject, story| {
        let planned = subject.propose(&story.resolved, &Value::Null);
        let Some(applied) = fill_apart(&planned, &story.answer) else { return Ok(()) };
        let written = body::create(&subject.spec, &applied);
        let read = body::read(&subject.spec.attributes, &written, Some(&applied));
        let sent = |value: &Value| sent(&subject.spec.attributes, value, true);
        same(&format!("{written} is read"), &sent(&read), &sent(&applied))?;
        // Right after a create the prior state is the plan, with its unknown parts.
        let read = body::read(&subject.spec.attributes, &written, Some(&planned));
        same(&format!("{written} is settled"), &sent(&body::settle(&applied, &read)), &sent(&applied))
    });
}

#[test]
fn nothing_changed_is_nothing_sent() {
    hold(|subject, story| {
        let change = body::change(&subject.spec, &story.answer, &story.answer);
        check(change.is_none(), || format!("{change:?}"))
    });
}

#[test]
fn a_change_makes_the_one_object_the_other() {
    hold(|subject, story| {
        let planned = subject.propose(&story.resolved, &story.prior);
        let Some(after) = fill_apart(&planned, &story.answer) else { return Ok(()) };
        let before = body::create(&subject.spec, &story.prior);
        let sent = |value: &Value| sent(&subject.spec.attributes, value, false);
        let Some(change) = body::change(&subject.spec, &story.prior, &after) else {
            let read = body::read(&subject.spec.attributes, &before, Some(&after));
            return same("nothing is sent", &sent(&read), &sent(&after));
        };
        // Services either replace a property that is an object, or merge it.
        for merge in [replace_properties, merge_patch] {
            let mut json = before.clone();
            merge(&mut json, &change);
            let read = body::read(&subject.spec.attributes, &json, Some(&after));
            same(&format!("{before} is changed by {change}"), &sent(&read), &sent(&after))?;
        }
        Ok(())
    });
}

fn replace_properties(json: &mut Json, change: &Json) {
    for (property, value) in change.as_object().into_iter().flatten() {
        json[property] = value.clone();
    }
}

/// RFC 7396.
fn merge_patch(json: &mut Json, change: &Json) {
    let Json::Object(change) = change else {
        *json = change.clone();
        return;
    };
    if !json.is_object() {
        *json = json!({});
    }
    for (property, value) in change {
        match value {
            Json::Null => {
                json.as_object_mut().map(|json| json.remove(property));
            }
            value => merge_patch(&mut json[property], value),
        }
    }
}

/// The part of an object that Graph is sent; the rest null.
fn sent(table: &[Attribute], object: &Value, at_create: bool) -> Value {
    let Value::Map(object) = object else { return object.clone() };
    let part = |attribute: &Attribute| {
        let is_sent = match attribute.on_graph.send {
            Send::Always => true,
            Send::AtCreate => at_create,
            Send::Never => false,
        };
        let value = object.get(attribute.name).unwrap_or(&Value::Null);
        match (&attribute.kind, value) {
            _ if !is_sent || attribute.write_only => Value::Null,
            (Kind::Nested(Nesting::Single, nested), _) => sent(nested, value, at_create),
            (Kind::Nested(_, nested), Value::List(elements)) => {
                Value::List(elements.iter().map(|element| sent(nested, element, at_create)).collect())
            }
            (Kind::Nested(_, nested), Value::Set(elements)) => {
                Value::set(elements.iter().map(|element| sent(nested, element, at_create)).collect())
            }
            (Kind::Nested(_, nested), Value::Map(elements)) => Value::Map(
                elements.iter().map(|(key, element)| (key.clone(), sent(nested, element, at_create))).collect(),
            ),
            _ => value.clone(),
        }
    };
    Value::Map(table.iter().map(|attribute| (attribute.name.to_owned(), part(attribute))).collect())
}

#[test]
fn an_unknown_value_never_fails_a_check() {
    hold(|subject, story| {
        let validate = |config: &Value| match &subject.resource {
            Some(resource) => engine::validate(resource, config, true),
            None => schema::validate(&subject.spec.attributes, config),
        };
        if validate(&story.resolved).has_errors() {
            return Ok(());
        }
        let refused = validate(&story.config);
        check(!refused.has_errors(), || format!("{refused:?}"))
    });
}

#[test]
fn a_configuration_of_which_nothing_is_known_is_planned() {
    for subject in subjects() {
        let config = unknown_where_configurable(&subject.spec.attributes);
        if let Some(resource) = &subject.resource {
            assert_eq!(engine::validate(resource, &config, true), Default::default(), "{}", subject.name);
        }
        let planned = subject.propose(&config, &Value::Null);
        let faults = plan_faults(&subject.core, &Value::Null, &config, &planned);
        assert_eq!(faults, Vec::<String>::new(), "{}", subject.name);
    }
}

fn unknown_where_configurable(table: &[Attribute]) -> Value {
    let mut config = null_object(table);
    for attribute in table.iter().filter(|attribute| attribute.role != schema::Role::Computed) {
        config.insert(attribute.name, Value::Unknown);
    }
    config
}

/// The resource's own word is part of its plan. Without a tenant it must have it all the same, or say that it needs one.
#[test]
fn core_accepts_what_a_resource_has_to_say_of_its_plan() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    let scope = Scope { tenant: Tenant::not_configured(), cancel: tokio_util::sync::CancellationToken::new() };
    let plan = |resource: &Registered, config: &Value, prior: &Value| {
        let request = PlanRequest {
            config: config.clone(),
            prior: prior.clone(),
            identity: Value::Null,
            private: Private::default(),
        };
        runtime.block_on(engine::plan(resource, &scope, request))
    };
    hold(|subject, story| {
        let Some(resource) = &subject.resource else { return Ok(()) };
        let answer = plan(resource, &story.config, &story.prior);
        if answer.diagnostics.has_errors() {
            return Ok(());
        }
        nothing(&plan_faults(&subject.core, &story.prior, &story.config, &answer.planned))?;
        let counts = required_replaces(&subject.core, &story.prior, &answer.planned, &answer.replace);
        let shown = action(&story.prior, &answer.planned, &counts.map_err(|faults| faults.join("; "))?);
        if shown != Action::Replace {
            let again = plan(resource, &story.resolved, &story.prior);
            // What was not known turned out to be refused: the apply ends there.
            if again.diagnostics.has_errors() {
                return Ok(());
            }
            let counts = required_replaces(&subject.core, &story.prior, &again.planned, &again.replace);
            let now = action(&story.prior, &again.planned, &counts.map_err(|faults| faults.join("; "))?);
            nothing(&replan_faults(&subject.core, (shown, &answer.planned), (now, &again.planned)))?;
        }
        let answer = plan(resource, &story.resolved, &story.prior);
        if answer.diagnostics.has_errors() {
            return Ok(());
        }
        let Some(applied) = fill_apart(&answer.planned, &story.answer) else { return Ok(()) };
        let applied = finished(applied);
        same("planned again", &plan(resource, &story.resolved, &applied).planned, &applied)?;
        let destroyed = plan(resource, &Value::Null, &applied);
        same("destroyed", &destroyed.planned, &Value::Null)
    });
}

/// What is done has an id. A row of devices without one is not, and is planned again.
fn finished(value: Value) -> Value {
    match value {
        Value::Map(object) => {
            let finish = |(name, value): (Name, Value)| {
                let lacks_id = name == "id" && value.is_null();
                (name, if lacks_id { "1".into() } else { finished(value) })
            };
            Value::Map(object.into_iter().map(finish).collect())
        }
        Value::List(elements) => Value::List(elements.into_iter().map(finished).collect()),
        Value::Set(elements) => Value::set(elements.into_iter().map(finished).collect()),
        known => known,
    }
}
