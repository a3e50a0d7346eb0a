//! What is referred to and is not exported, looked up by the data sources.

use futures_util::future::join_all;

use crate::{
    resource::{
        RegisteredData, Registry, Spec,
        engine::{self, Scope},
    },
    schema::null_object,
    value::Value,
};

/// So many are looked up at once: they go out together.
const AT_ONCE: usize = 60;

/// What is said of an id that is nothing's, or another thing's.
const NOT_THERE: [&str; 2] = ["Object Not Found", "Object of Another Kind"];

/// What came of looking something up.
pub(super) enum Looking {
    Found(Target),
    /// What it was looked up as, and why it was not found; and whether it may be there, and could not be read.
    Failed {
        noun: String,
        why: String,
        may_be_there: bool,
    },
    /// No data source tells things of its kind.
    Nowhere,
}

/// Something that a data source tells.
pub(super) struct Target {
    /// The type of the data source.
    pub(super) type_name: String,
    pub(super) kind: &'static str,
    pub(super) noun: String,
    /// The attribute that names it for people, and its value.
    pub(super) attribute: &'static str,
    pub(super) title: String,
    /// Whether nothing else has this name; not looked at where the name is not asked for.
    pub(super) is_the_only_one: bool,
}

/// Looks up things by their kinds and ids; `by_name`: and whether their names tell them from all others.
pub(super) async fn look_up_all(
    registry: &Registry,
    scope: &Scope,
    things: &[(&'static str, &str)],
    by_name: bool,
) -> Vec<Looking> {
    let mut found = Vec::new();
    for some in things.chunks(AT_ONCE) {
        found.extend(join_all(some.iter().map(|(kind, id)| look_up(registry, scope, kind, id, by_name))).await);
    }
    found
}

async fn look_up(registry: &Registry, scope: &Scope, kind: &'static str, id: &str, by_name: bool) -> Looking {
    let mut failed = Looking::Nowhere;
    for registered in telling(registry, kind) {
        let Some(table) = registered.data_source.table() else { continue };
        let Some(find_by) = table.find_by.first() else { continue };
        let answer = read(registered, scope, "id", id).await;
        match answer.state.get(find_by.attribute).as_str() {
            Some(title) if !answer.diagnostics.has_errors() => {
                let is_the_only_one = by_name && is_told_by(registered, scope, find_by.attribute, title, id).await;
                return Looking::Found(Target {
                    type_name: registered.type_name.clone(),
                    kind: table.name,
                    noun: table.noun.to_owned(),
                    attribute: find_by.attribute,
                    title: title.to_owned(),
                    is_the_only_one,
                });
            }
            _ if matches!(failed, Looking::Nowhere) => {
                let told = answer.diagnostics.into_iter().next();
                let may_be_there = told.as_ref().is_some_and(|told| !NOT_THERE.contains(&&*told.summary));
                let why = told.map(|told| told.detail).unwrap_or_default();
                failed = Looking::Failed { noun: table.noun.to_owned(), why, may_be_there };
            }
            _ => {}
        }
    }
    failed
}

/// The data sources that may tell a thing of a kind: that of the kind, and those of whatever is in the same collection.
fn telling<'a>(registry: &'a Registry, kind: &str) -> impl Iterator<Item = &'a RegisteredData> {
    let own = registry.data_source(&format!("{}_{kind}", registry.name));
    let collection = own.and_then(|own| own.data_source.table()).map(|table| table.collection);
    let is_of_any = |table: &Spec| table.owns.is_none() && table.odata_type.is_none();
    let others = registry.all_data_sources().filter(move |other| {
        let is_own = own.is_some_and(|own| own.type_name == other.type_name);
        let table = other.data_source.table().filter(|table| is_of_any(table));
        !is_own && collection.is_some() && table.map(|table| table.collection) == collection
    });
    own.into_iter().chain(others)
}

/// Whether a name leads to this thing and to no other.
async fn is_told_by(registered: &RegisteredData, scope: &Scope, attribute: &str, name: &str, id: &str) -> bool {
    let answer = read(registered, scope, attribute, name).await;
    answer.state.get("id").as_str().is_some_and(|found| found.eq_ignore_ascii_case(id))
}

async fn read(registered: &RegisteredData, scope: &Scope, attribute: &str, value: &str) -> engine::Answer {
    let mut config = null_object(&registered.spec.attributes);
    config.insert(attribute, Value::from(value));
    engine::read_data(registered, scope, config).await
}
