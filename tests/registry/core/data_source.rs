//! A data source is read by core's rules, and says the same when it is asked again.

use autopilot::{
    resource::{RegisteredData, shape::Shape},
    schema::{Role, null_object},
    value::Value,
};

use serde_json::json;

use super::{
    configuration::{settings, with},
    model::show,
    place::{Place, done},
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
