//! A data source is read by core's rules, and says the same when it is asked again.

use autopilot::{
    provider,
    resource::{RegisteredData, Silent, shape::Shape},
    schema::{ANY_OBJECT, Role, null_object},
    value::Value,
};

use serde_json::json;

use super::{
    configuration::{settings, with},
    model::show,
    place::{Place, done, kinds},
    values,
};

/// By each configuration that has an answer.
pub(crate) async fn is_read(registered: &RegisteredData) {
    let name = registered.type_name.as_str();
    let mut place = Place::for_reading(registered).await;
    let configs = place.readable(registered).await;
    let mut ids = Vec::new();
    for config in configs {
        let process = place.core.phase().await;
        let once = done(process.read_data(name, &config).await);
        let again = done(process.read_data(name, &config).await);
        assert_eq!(show(&once), show(&again));
        ids.push(once.get("id").clone());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "all of them are of one object");
    place.end().await;
}

/// Whatever an attribute holds the id of has a data source, by id and by name.
pub(crate) fn are_there() {
    let registry = provider::registry();
    let tables: Vec<_> = registry.all_data_sources().filter_map(|it| it.data_source.table()).collect();
    for resource in registry.all_resources() {
        for kind in kinds(&resource.spec.attributes).into_iter().filter(|kind| *kind != ANY_OBJECT) {
            let table = tables.iter().find(|table| table.name == kind);
            assert!(table.is_some_and(|table| !table.find_by.is_empty()), "{}: {kind}", resource.type_name);
        }
    }
}

/// A name is found in any case, as Graph compares names, and of several objects of one name all ids are told.
pub(crate) async fn is_named(registered: &RegisteredData) {
    let spec = registered.data_source.table().expect("it is derived from a table");
    let name = registered.type_name.as_str();
    let mut place = Place::for_reading(registered).await;
    let configs = place.readable(registered).await;
    let named = |config: &Value| {
        let find = spec.find_by.iter().find(|find| config.get(find.attribute).as_str().is_some())?;
        Some((find.attribute, config.get(find.attribute).as_str()?.to_owned()))
    };
    for config in &configs {
        let Some((attribute, text)) = named(config) else { continue };
        let mut shouted = config.clone();
        shouted.insert(attribute, text.to_uppercase().as_str().into());
        let process = place.core.phase().await;
        let id = done(process.read_data(name, config).await).get("id").clone();
        assert_eq!(done(process.read_data(name, &shouted).await).get("id"), &id, "{shouted:?}");
    }
    // Where Graph takes no second one of a name there are no namesakes.
    if !spec.silent.iter().any(|rule| matches!(rule, Silent::NameTaken)) {
        let id = |configs: &[Value]| configs.iter().find_map(|config| config.get("id").as_str().map(str::to_owned));
        let namesakes = [id(&configs), id(&place.readable(registered).await)].map(|id| id.expect("it has an id"));
        if let Some(config) = configs.iter().find(|config| named(config).is_some() && namesakes[0] != namesakes[1]) {
            let told = place.core.phase().await.read_data(name, config).await.expect_err("it is one of two");
            assert!(namesakes.iter().all(|id| told[0].contains(id)), "{told:?}");
        }
    }
    place.end().await;
}

impl Place {
    /// Configurations of the data source: by each name of an object that there is, or with what is required and with each
    /// attribute set.
    pub(super) async fn readable(&mut self, registered: &RegisteredData) -> Vec<Value> {
        let table = &registered.spec.attributes;
        let mut nothing = null_object(table);
        for attribute in table.iter().filter(|attribute| attribute.role == Role::Required) {
            nothing.insert(attribute.name, values::of(attribute, &self.known).swap_remove(0));
        }
        match registered.data_source.table() {
            Some(spec) if matches!(spec.shape, Shape::Collection) => {
                let id = self.object(&spec).await;
                let object = match spec.collection {
                    "" => json!({"id": id}),
                    collection => self.graph.get(&format!("{collection}/{id}")).await.expect("it is there"),
                };
                let keys = table.iter().filter(|attribute| attribute.role == Role::OptionalComputed);
                let by_key = keys.map(|attribute| {
                    let property = attribute.on_graph.property_path(attribute.name).join("/");
                    let mut config = nothing.clone();
                    config.insert(attribute.name, object[&property].as_str().into());
                    config
                });
                by_key.collect()
            }
            Some(_) => vec![nothing],
            None => {
                let mut configs = vec![nothing.clone()];
                for setting in settings(table) {
                    let value = values::of(setting.attribute(), &self.known).swap_remove(0);
                    configs.push(with(&nothing, &setting, &value, &self.known));
                }
                configs
            }
        }
    }
}
