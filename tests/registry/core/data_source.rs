//! A data source is read by core's rules, and says the same when it is asked again.

use autopilot::{resource::RegisteredData, schema::null_object};

use super::{
    configuration::{settings, with},
    place::{Place, done},
    values,
};

/// With nothing set, and with each attribute set.
pub(crate) async fn is_read(registered: &RegisteredData) {
    let (name, table) = (registered.type_name.as_str(), &registered.spec.attributes);
    let mut place = Place::for_table(table).await;
    let nothing = null_object(table);
    let mut configs = vec![nothing.clone()];
    for setting in settings(table) {
        let value = values::of(setting.attribute(), &place.referred).swap_remove(0);
        configs.push(with(&nothing, &setting, &value, &place.referred));
    }
    for config in configs {
        let process = place.core.phase().await;
        let once = done(process.read_data(name, &config).await);
        let again = done(process.read_data(name, &config).await);
        assert_eq!(once, again);
    }
    place.end().await;
}
