//! What somebody else changes is seen as exactly that, and mended.

use autopilot::{
    resource::Registered,
    schema::{Attribute, Kind, Nesting, Role, Unset},
    value::{Name, Value},
};

use super::{
    configuration::{Setting, is_taken, one_by_one, with, with_one},
    life::{imports, is_in_no_tenant},
    model::show,
    outcome::Action,
    place::{Place, done},
    values,
};

/// Every attribute that can be changed in place: a second state of the same object changes it, and the first one tells.
pub(crate) async fn is_seen(registered: &Registered) {
    let mut place = Place::of(&registered.spec).await;
    // A change is to be one of the same object, and not another object in its place.
    place.emulator.configure(|settings| settings.association_upload_updates = true);
    let mut changed = 0;
    let all = one_by_one(registered, &place.known);
    for (setting, _) in &all {
        let attribute = setting.attribute();
        if attribute.write_only || attribute.force_new || is_in_no_tenant(&registered.spec, setting.top()) {
            continue;
        }
        let Some((ours, theirs)) = apart(registered, setting, &all, &place) else {
            panic!(
                "{0}: only one value of {1} is known. Give {1} `.example(\"...\")` in its table",
                registered.type_name,
                setting.name()
            );
        };
        is_seen_and_mended(&mut place, registered, setting, &ours, &theirs).await;
        changed += 1;
    }
    assert!(changed > 0, "something can be changed in place");
    place.end().await;
}

/// Two configurations that differ there and nowhere else.
fn apart(
    registered: &Registered,
    setting: &Setting,
    all: &[(Setting, Value)],
    place: &Place,
) -> Option<(Value, Value)> {
    let known = &place.known;
    if setting.is_in_a_set() {
        // Its element as a whole makes way for another one: with another object in it, or else any other.
        let name = setting.top().name;
        let all: Vec<_> = all.iter().filter(|(other, _)| other.top().name == name).collect();
        let ours = all.iter().find(|(other, _)| other.name() == setting.name()).map(|(_, config)| config.clone())?;
        let objects = all.iter().filter(|(other, _)| other.attribute().refers_to.is_some());
        let with_others = objects.flat_map(|(other, _)| {
            let values = values::of(other.attribute(), known).into_iter();
            values.map(|value| with(&ours, other, &value, known)).collect::<Vec<_>>()
        });
        let replaced = all.iter().map(|(_, config)| {
            let mut theirs = ours.clone();
            theirs.insert(name, config.get(name).clone());
            theirs
        });
        let mut theirs = with_others.chain(replaced).filter(|theirs| theirs != &ours);
        return theirs.find(|theirs| is_taken(registered, theirs)).map(|theirs| (ours.clone(), theirs));
    }
    let values = values::of(setting.attribute(), known);
    values.iter().find_map(|value| {
        let ours = with_one(registered, setting, value, known)?;
        let others = values.iter().filter(|other| *other != value).map(|other| with(&ours, setting, other, known));
        let theirs = others.into_iter().find(|theirs| is_taken(registered, theirs))?;
        Some((ours, theirs))
    })
}

async fn is_seen_and_mended(
    place: &mut Place,
    registered: &Registered,
    setting: &Setting<'_>,
    ours: &Value,
    theirs: &Value,
) {
    let (name, table) = (registered.type_name.as_str(), &registered.spec.attributes);
    let made = place.apply(name, ours, None).await.instance.expect("it is there");
    let wanted = imports(place, registered, &made).await.swap_remove(0);
    let second = done(place.core.import(name, &wanted).await);
    let changed = place.apply(name, theirs, Some(second)).await;
    assert_eq!(changed.action, Action::Update, "{}", setting.name());

    let stored = place.state(name, &made).await;
    let process = place.core.phase().await;
    let read = done(process.refresh(name, &made).await).expect("it is there");
    let expected = vec![setting_path(setting)];
    let follows = following(table, [ours, theirs]);
    let seen = without(differences(table, &stored, &read.value), &follows);
    assert_eq!(seen, expected, "a read tells {} where {} was stored", show(&read.value), show(&stored));
    let plan = done(process.plan(name, ours, Some(&read)).await);
    assert_eq!(plan.action, Action::Update, "{}", setting.name());
    let planned = without(differences(table, &settled(table, &read.value, &plan.planned), &read.value), &follows);
    assert_eq!(planned, expected, "{} is planned", show(&plan.planned));

    let mended = place.apply(name, ours, Some(made)).await.instance.expect("it is there");
    place.core.assert_no_change(name, ours, &mended).await;
    place.apply(name, &Value::Null, Some(mended)).await;
}

/// What the provider makes of other attributes where a configuration does not set it: it changes with them.
fn following(table: &[Attribute], configs: [&Value; 2]) -> Vec<&'static str> {
    let follows = |it: &&Attribute| it.role == Role::OptionalComputed && it.unset == Unset::Recomputed;
    let unset = |it: &&Attribute| configs.iter().all(|config| config.get(it.name).is_null());
    table.iter().filter(follows).filter(unset).map(|it| it.name).collect()
}

fn without(names: Vec<String>, left_out: &[&str]) -> Vec<String> {
    names.into_iter().filter(|name| !left_out.contains(&name.as_str())).collect()
}

/// The plan with what is recomputed at any change as it was before.
fn settled(table: &[Attribute], prior: &Value, planned: &Value) -> Value {
    let mut settled = planned.clone();
    for attribute in table {
        let (prior, planned) = (prior.get(attribute.name), planned.get(attribute.name));
        let value = match &attribute.kind {
            _ if planned.is_unknown() && attribute.unset == Unset::Recomputed => prior.clone(),
            Kind::Nested(Nesting::Single, nested) => self::settled(nested, prior, planned),
            Kind::Nested(Nesting::Map, nested) => {
                let rows = planned.as_map().into_iter().flatten();
                let row = |(key, row): (&Name, &Value)| (key.clone(), self::settled(nested, prior.get(key), row));
                planned.as_map().map_or(Value::Null, |_| Value::Map(rows.map(row).collect()))
            }
            _ => planned.clone(),
        };
        settled.insert(attribute.name, value);
    }
    settled
}

/// Where a change of it is seen: at the set, where it is inside one.
fn setting_path(setting: &Setting) -> String {
    if setting.is_in_a_set() { setting.top().name.to_owned() } else { setting.name() }
}

/// The attributes in which two states differ, as [`Setting::name`] names them. What is recomputed at any change may differ with
/// what is changed.
fn differences(table: &[Attribute], one: &Value, other: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let is_recomputed = |it: &&Attribute| it.role == Role::Computed && it.unset == Unset::Recomputed;
    for attribute in table.iter().filter(|it| !is_recomputed(it)) {
        let (one, other) = (one.get(attribute.name), other.get(attribute.name));
        let inside = match &attribute.kind {
            Kind::Nested(Nesting::Single, nested) => differences(nested, one, other),
            Kind::Nested(Nesting::Map, nested) => {
                let keys = one.as_map().into_iter().flatten().map(|(key, _)| key);
                keys.flat_map(|key| differences(nested, one.get(key), other.get(key))).collect()
            }
            _ if one != other => vec![String::new()],
            _ => Vec::new(),
        };
        all.extend(
            inside.into_iter().map(|inside| format!("{}.{inside}", attribute.name).trim_end_matches('.').to_owned()),
        );
    }
    all
}
