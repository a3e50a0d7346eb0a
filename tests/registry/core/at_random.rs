//! Whatever is configured at random, one after the other. The tenant may refuse it; what it takes is settled.

use std::cell::Cell;

use autopilot::{
    path::Step,
    resource::{Registered, engine, shape::Shape},
    schema::{Attribute, Kind, Nesting, Role},
    value::{Type, Value},
};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use tokio::runtime::Runtime;

use super::{
    configuration::least,
    place::{Place, assert_same, done},
    random::config,
    values::{self, Known},
};

/// More is taken than refused, and all of it is gone at the end.
pub(crate) fn is_settled(registered: &Registered) {
    if registered.spec.by_words {
        // Rows at random are of devices that nobody has.
        return;
    }
    let runtime = Runtime::new().expect("threads");
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { ProptestConfig::default().cases } else { 6 };
    let settings =
        ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20, ..ProptestConfig::default() };
    let configs = vec(config(&registered.spec.attributes), 4);
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    let broken = TestRunner::new(settings).run(&configs, |configs| {
        let errors = runtime.block_on(apply_one_after_the_other(registered, &configs));
        taken.set(taken.get() + configs.len() - errors);
        refused.set(refused.get() + errors);
        Ok(())
    });
    if let Err(error) = broken {
        panic!("{}: {error}", registered.type_name);
    }
    assert!(taken.get() > refused.get(), "{}: {refused:?} were refused", registered.type_name);
}

/// Gives how many were refused.
async fn apply_one_after_the_other(registered: &Registered, configs: &[Value]) -> usize {
    let (name, table) = (registered.type_name.as_str(), &registered.spec.attributes);
    let mut place = Place::of(&registered.spec).await;
    let before = place.holdings().await;
    let mut instance = None;
    let mut refused = 0;
    for config in configs {
        let config = acceptable(registered, sensible(table, config, &place.known), &place.known);
        let applied = done(place.core.apply(name, &config, instance).await);
        instance = applied.instance;
        match &instance {
            Some(there) if applied.errors.is_empty() => place.core.assert_no_change(name, &config, there).await,
            _ => refused += 1,
        }
    }
    place.apply(name, &Value::Null, instance).await;
    // An order that is let go stays as it is.
    if !matches!(registered.spec.shape, Shape::Order(_)) {
        assert_same(&place.holdings().await, &before);
    }
    place.end().await;
    refused
}

/// The configuration with objects that there are, and with texts that mean something where the table has an example.
fn sensible(table: &[Attribute], object: &Value, known: &Known) -> Value {
    let mut object = object.clone();
    for attribute in table {
        let value = object.get(attribute.name).clone();
        let of_each = |inside: &Value, nested: &[Attribute]| sensible(nested, inside, known);
        let value = match (&attribute.kind, value) {
            (Kind::Nested(Nesting::Single, nested), value) => of_each(&value, nested),
            (Kind::Nested(_, nested), Value::List(all)) => {
                Value::List(all.iter().map(|inside| of_each(inside, nested)).collect())
            }
            (Kind::Nested(_, nested), Value::Set(all)) => {
                Value::set(all.iter().map(|inside| of_each(inside, nested)).collect())
            }
            (Kind::Plain(Type::String | Type::Set(_) | Type::List(_)), value)
                if !value.is_null() && (attribute.refers_to.is_some() || attribute.example.is_some()) =>
            {
                let known = values::of(attribute, known);
                // Any of them, but for the same text the same.
                let which = format!("{value:?}").len() % known.len().min(2);
                known[which].clone()
            }
            (_, value) => value,
        };
        object.insert(attribute.name, value);
    }
    object
}

/// The configuration with the least in the place of what the provider refuses before anything is done.
fn acceptable(registered: &Registered, mut config: Value, known: &Known) -> Value {
    let table = &registered.spec.attributes;
    let least = least(table, known);
    loop {
        let refused = engine::validate(registered, &config, true);
        let Some(path) = refused.into_iter().find_map(|told| told.path) else { return config };
        let Some(Step::Attribute(name)) = path.0.first() else { panic!("{path} is no attribute") };
        if config.get(name) == least.get(name) {
            // It does not fit something else that is required.
            let before = config.clone();
            for required in table.iter().filter(|attribute| attribute.role == Role::Required) {
                config.insert(required.name, least.get(required.name).clone());
            }
            assert_ne!(config, before, "{name} is refused also in the least configuration");
        }
        config.insert(name, least.get(name).clone());
    }
}
