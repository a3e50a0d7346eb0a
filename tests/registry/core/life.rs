//! A resource from its first apply to its destroy: every attribute set, brought in, listed, generated, gone.

use autopilot::{
    resource::{Registered, Spec, shape::Shape, timeouts},
    schema::{Attribute, Kind, Nesting, Send},
    value::Value,
};

use super::{
    configuration::{full, least, one_by_one},
    model::show,
    outcome::Action,
    place::{Place, assert_same, done},
    process::{Import, Instance},
};

/// The whole of it, and the tenant is as it was before.
pub(crate) async fn lives(registered: &Registered) {
    let (name, table) = (registered.type_name.as_str(), &registered.spec.attributes);
    let mut place = Place::of(&registered.spec).await;
    let before = place.holdings().await;
    let (least, full) = (least(table, &place.known), full(registered, &place.known));

    let made = step(&mut place, registered, &least, None).await;
    let mut made = step(&mut place, registered, &least, Some(made)).await;
    for (_, config) in one_by_one(registered, &place.known) {
        made = step(&mut place, registered, &config, Some(made)).await;
    }
    made = step(&mut place, registered, &full, Some(made)).await;
    is_brought_in(&mut place, registered, &full, &made).await;
    is_found(&mut place, registered, &made).await;
    made = step(&mut place, registered, &least, Some(made)).await;

    let destroyed = place.apply(name, &Value::Null, Some(made.clone())).await;
    assert_eq!(destroyed.action, Action::Delete);
    assert!(destroyed.instance.is_none(), "it is gone");
    assert_same(&place.holdings().await, &before);
    let read = done(place.core.phase().await.refresh(name, &made).await);
    let is_made = matches!(registered.spec.shape, Shape::Collection) && !registered.spec.collection.is_empty();
    assert!(read.is_none() || !is_made, "it is gone for a read too");
    place.end().await;
}

/// Applies a configuration, after which nothing is left to do. What is done is what the change of the state asks for.
async fn step(place: &mut Place, registered: &Registered, config: &Value, before: Option<Instance>) -> Instance {
    let name = registered.type_name.as_str();
    let prior = match &before {
        Some(before) => place.state(name, before).await,
        None => Value::Null,
    };
    let applied = place.apply(name, config, before).await;
    let made = applied.instance.expect("it is there");
    place.core.assert_no_change(name, config, &made).await;
    let now = place.state(name, &made).await;
    let table = &registered.spec.attributes;
    let expected = match &prior {
        Value::Null => Action::Create,
        _ if changed(table, &prior, &now, &|it| it.force_new) => Action::Replace,
        _ if changed(table, &prior, &now, &|_| true) => Action::Update,
        _ => Action::Nothing,
    };
    assert_eq!(applied.action, expected, "from {} to {} by {}", show(&prior), show(&now), show(config));
    made
}

/// Whether two states differ in an attribute of this sort.
fn changed(table: &[Attribute], before: &Value, now: &Value, sort: &dyn Fn(&Attribute) -> bool) -> bool {
    table.iter().any(|attribute| {
        let (before, now) = (before.get(attribute.name), now.get(attribute.name));
        let inside = match &attribute.kind {
            Kind::Nested(Nesting::Single, nested) => changed(nested, before, now, sort),
            _ => false,
        };
        inside || (sort(attribute) && before != now)
    })
}

/// By its id, by its name, by its identity. Then nothing is left to do, also by the configuration that is generated.
async fn is_brought_in(place: &mut Place, registered: &Registered, config: &Value, made: &Instance) {
    let name = registered.type_name.as_str();
    let config = importable(&registered.spec, config);
    for wanted in imports(place, registered, made).await {
        let imported = done(place.core.import(name, &wanted).await);
        place.core.assert_no_change(name, &config, &imported).await;
        let state = place.state(name, &imported).await;
        let generated = done(place.core.phase().await.generate(name, &state).await);
        done(place.core.phase().await.validate(name, &generated).await);
        place.core.assert_no_change(name, &generated, &imported).await;
    }
    // An import is a run of its own: in the process of another state, what both hold is a device in two imports.
    place.core.end().await;
}

/// What an import of the object can ask for.
pub(super) async fn imports(place: &mut Place, registered: &Registered, made: &Instance) -> Vec<Import> {
    let Registered { type_name, spec, .. } = registered;
    if spec.by_words {
        let rows = matches!(spec.shape, Shape::Rows(_));
        let words = if rows { "all".to_owned() } else { format!("serial_numbers={}", place.known.row) };
        let mut identity = made.identity.clone();
        identity.insert("id", words.as_str().into());
        return vec![Import::Id(words), Import::Identity(identity)];
    }
    let state = place.state(type_name, made).await;
    let text = |name: &str| state.get(name).as_str().unwrap_or_default().to_owned();
    let by_name = spec.find_by.iter().map(|find| Import::Id(format!("{0}={1}", find.attribute, text(find.attribute))));
    let mut all = vec![Import::Id(text("id")), Import::Identity(made.identity.clone())];
    all.extend(by_name);
    all
}

/// The configuration without what is in no tenant, and so in no imported state.
pub(super) fn importable(spec: &Spec, config: &Value) -> Value {
    let mut config = config.clone();
    for attribute in spec.attributes.iter().filter(|attribute| is_in_no_tenant(spec, attribute)) {
        config.insert(attribute.name, Value::Null);
    }
    config
}

/// Whether it only tells the provider how to go about it.
pub(super) fn is_in_no_tenant(spec: &Spec, attribute: &Attribute) -> bool {
    let is_facet = spec.facets.iter().any(|held| held.attribute.name == attribute.name);
    let is_shape = matches!(attribute.kind, Kind::Nested(Nesting::Map, _)) || matches!(spec.shape, Shape::Order(_));
    let is_off_graph = attribute.on_graph.send == Send::Never && !attribute.on_graph.read;
    is_off_graph && (attribute.name == timeouts::NAME || !is_facet && !is_shape)
}

/// A list tells it whole, and so does a data source of the same name.
async fn is_found(place: &mut Place, registered: &Registered, made: &Instance) {
    let name = registered.type_name.as_str();
    if registered.list.is_some() {
        let listed = done(place.core.phase().await.list(name).await);
        let id = match registered.spec.by_words {
            // What words it tells by, it is brought in by.
            true => {
                listed.first().map(|found| found.get("id").as_str().unwrap_or_default().to_owned()).unwrap_or_default()
            }
            false => place.id(name, made).await,
        };
        let imported = done(place.core.import(name, &Import::Id(id.clone())).await);
        let imported = place.state(name, &imported).await;
        let found: Vec<_> = listed.iter().filter(|found| found.get("id").as_str() == Some(&id)).collect();
        assert_eq!(
            found.into_iter().map(show).collect::<Vec<_>>(),
            [show(&imported)],
            "a list tells what an import tells"
        );
        place.core.end().await;
    }
}
