//! The permissions that tables name are enough, and without them the error names the one that is missing.

use autopilot::{
    resource::{Registered, RegisteredAction, RegisteredData, shape::Shape},
    schema::null_object,
    value::Value,
};

use super::{
    configuration::{full, is_taken, least, settings, with},
    life::importable,
    place::{Place, done},
    values::{self, Known},
};

/// An application with both permissions makes, reads, changes, brings in and removes it; one with that to read sees it
/// and plans, and is told what is missing when it writes.
pub(crate) async fn of_resource(registered: &Registered) {
    let (name, table) = (registered.type_name.as_str(), &registered.spec.attributes);
    let (read, write) = registered.spec.permissions;
    let mut place = Place::of(&registered.spec).await;
    let (least, other) = (least(table, &place.known), other(registered, &place.known));

    let further = registered.spec.further_permissions();
    let writer = place.core_with(&[read, write].into_iter().chain(further).collect::<Vec<_>>()).await;
    let admin = std::mem::replace(&mut place.core, writer);
    let made = place.apply(name, &least, None).await.instance.expect("it is there");
    place.core.assert_no_change(name, &least, &made).await;

    let mut reader = place.core_with(&[read]).await;
    reader.assert_no_change(name, &least, &made).await;
    // Some of Graph's actions ask for no more than reading does.
    let is_enough = read == write;
    if !is_enough {
        let refused = done(reader.apply(name, &other, Some(made.clone())).await);
        assert!(refused.errors.iter().any(|told| told.contains(write)), "{write} is not named: {:?}", refused.errors);
    }

    let made = place.apply(name, &other, Some(made)).await.instance.expect("it is there");
    place.core.assert_no_change(name, &other, &made).await;
    for wanted in super::life::imports(&mut place, registered, &made).await {
        done(place.core.import(name, &wanted).await);
    }
    // An import is a run of its own, and what it told of a state is not known to the next.
    place.core.end().await;
    if registered.list.is_some() {
        done(place.core.phase().await.list(name).await);
    }

    place.apply(name, &Value::Null, Some(made)).await;
    // In one run with the state that was, it would be a second resource of the same thing.
    reader.end().await;
    if !is_enough && !matches!(registered.spec.shape, Shape::Singleton | Shape::Order(_)) {
        let refused = done(reader.apply(name, &least, None).await);
        assert!(refused.errors.iter().any(|told| told.contains(write)), "{write} is not named: {:?}", refused.errors);
    }
    reader.end().await;
    let mut writer = std::mem::replace(&mut place.core, admin);
    writer.end().await;
    place.end().await;
}

/// What a tenant sees as another configuration than the least: the full one, or the least with one other value.
fn other(registered: &Registered, known: &Known) -> Value {
    let table = &registered.spec.attributes;
    let least = least(table, known);
    let changed = settings(table).into_iter().flat_map(|setting| {
        let values = values::of(setting.attribute(), known).into_iter();
        values.map(|value| with(&least, &setting, &value, known)).collect::<Vec<_>>()
    });
    let seen = |config: &Value| importable(&registered.spec, config);
    let mut others = [full(registered, known)].into_iter().chain(changed);
    let other = others.find(|other| seen(other) != seen(&least) && is_taken(registered, other));
    other.expect("something can be changed")
}

/// An application with the permission reads it, one without is told so.
pub(crate) async fn of_data_source(registered: &RegisteredData) {
    let (name, permission) = (registered.type_name.as_str(), registered.spec.permission);
    let mut place = Place::for_reading(registered).await;
    let config = place.readable(registered).await.swap_remove(0);
    let mut reader = place.core_with(&[permission]).await;
    done(reader.phase().await.read_data(name, &config).await);
    reader.end().await;
    let mut nobody = place.core_with(&[]).await;
    let told = nobody.phase().await.read_data(name, &config).await;
    if permission.is_empty() {
        // It says itself what could not be looked at.
        done(told);
    } else {
        let refused = told.expect_err("it is refused");
        assert!(refused.iter().any(|told| told.contains(permission)), "{permission} is not named: {refused:?}");
    }
    nobody.end().await;
    place.end().await;
}

/// An application with the permission does it, one without is told so.
pub(crate) async fn of_action(registered: &RegisteredAction) {
    let permission = registered.spec.permission;
    let place = Place::for_table(&[]).await;
    let config = place.invocable(registered);
    let mut doer = place.core_with(&[permission]).await;
    done(doer.phase().await.invoke(registered, &config).await);
    doer.end().await;
    let mut nobody = place.core_with(&[]).await;
    let refused = nobody.phase().await.invoke(registered, &config).await.expect_err("it is refused");
    assert!(refused.iter().any(|told| told.contains(permission)), "{permission} is not named: {refused:?}");
    nobody.end().await;
    place.end().await;
}
