//! Data sources that are derived from a table: one object, by its id or by what a person calls it.
//!
//! A resource is looked up as it is imported, so that all that is odd about reading it holds here too. Of what a tenant has
//! but one there is nothing to choose.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Cx, DataSource, DataSpec, Resource, Result, Spec, shape::Shape, timeouts};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    schema::{Attribute, Kind, Nesting, Role, Send, Unset},
    value::{Map, Type, Value},
};

/// Looks up one object of a table.
pub struct Lookup {
    resource: Arc<dyn Resource>,
    spec: Arc<Spec>,
}

impl Lookup {
    /// Of this resource; `None` for one that is no object which could be told from others.
    pub fn of(resource: Arc<dyn Resource>) -> Option<Lookup> {
        let spec = Arc::new(looked_up(resource.spec()));
        (spec.identity.is_some() && !spec.by_words).then_some(Lookup { resource, spec })
    }

    /// The attributes that may name the object; none where a tenant has but one.
    fn keys(&self) -> Vec<&'static str> {
        match self.spec.shape {
            Shape::Collection => {
                ["id"].into_iter().chain(self.spec.find_by.iter().map(|find| find.attribute)).collect()
            }
            Shape::Singleton | Shape::Order(_) | Shape::Rows(_) => Vec::new(),
        }
    }
}

#[async_trait]
impl DataSource for Lookup {
    fn spec(&self) -> DataSpec {
        let keys = self.keys();
        let attributes = self.spec.attributes.iter().filter(|attribute| !is_only_managed(&self.spec, attribute));
        let attributes = attributes.filter_map(|attribute| {
            let mut read = read_only(attribute)?;
            if keys.contains(&attribute.name) {
                read.role = Role::OptionalComputed;
                read.example = attribute.example;
            }
            Some(read)
        });
        DataSpec::new(self.spec.name, summary(&self.spec, &keys), attributes.collect())
            .noun(self.spec.noun)
            .permission(self.spec.permissions.0)
    }

    fn table(&self) -> Option<Arc<Spec>> {
        Some(self.spec.clone())
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let keys = self.keys();
        for key in &keys {
            if config.get(key).as_str().is_some_and(|text| text.trim().is_empty()) {
                diagnostics.push(Diagnostic::invalid(Path::of(key), "cannot be empty."));
            }
        }
        // What is unknown may turn out to be null.
        let set = keys.iter().filter(|key| config.get(key).as_str().is_some()).count();
        let open = keys.iter().any(|key| config.get(key).is_unknown());
        if keys.is_empty() || set == 1 || (set == 0 && open) {
            return;
        }
        let names: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
        let found = if set == 0 { "none is set" } else { "several are set" };
        let detail = format!("Set exactly one of {}: {found}.", names.join(" and "));
        diagnostics.push(Diagnostic::error("One Name Needed", detail).at(Path::of("id")));
    }

    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value> {
        let named = self.keys().into_iter().find_map(|key| Some((key, config.get(key).as_str()?.to_owned())));
        let mut refused = Diagnostics::default();
        self.validate(config, &mut refused);
        if let Some(refused) = refused.into_iter().next() {
            return Err(refused.into());
        }
        let import_id = match &named {
            Some(("id", id)) => id.clone(),
            Some((key, name)) => format!("{key}={name}"),
            None => cx.graph()?.tenant_id().await?,
        };
        let state = self.resource.import(cx, &import_id).await?;
        let mut read: Map = self
            .spec
            .attributes
            .iter()
            .filter(|attribute| !attribute.write_only && !is_only_managed(&self.spec, attribute))
            .map(|attribute| {
                // What is not there is not managed at an import; here it is not there.
                let value = match (state.get(attribute.name), &attribute.kind, &attribute.unset) {
                    (Value::Null, Kind::Nested(Nesting::Set, _), _) => Value::set(Vec::new()),
                    (Value::Null, Kind::Plain(Type::Bool), Unset::Unmanaged) => false.into(),
                    (value, ..) => value.clone(),
                };
                (attribute.name.to_owned(), value)
            })
            .collect();
        if let Some((key, words)) = named {
            read.insert(key.to_owned(), words.as_str().into());
        }
        read.insert(timeouts::NAME.to_owned(), config.get(timeouts::NAME).clone());
        Ok(Value::Map(read))
    }
}

/// The table as it is looked up.
fn looked_up(mut spec: Spec) -> Spec {
    if spec.lookup_of_any {
        spec.owns = None;
    }
    let facets = std::mem::take(&mut spec.lookup_facets);
    spec.attributes.extend(facets.iter().map(|held| held.attribute.clone()));
    spec.facets.extend(facets);
    spec
}

/// Whether it says something of the managing of an object, and nothing of the object: `timeouts`, a switch.
fn is_only_managed(spec: &Spec, attribute: &Attribute) -> bool {
    let is_facet = || spec.facets.iter().any(|held| held.attribute.name == attribute.name);
    let is_plain = matches!(attribute.kind, Kind::Plain(_)) && attribute.name != "id";
    let is_on_graph = attribute.on_graph.read || attribute.on_graph.send != Send::Never;
    let is_of_collection = matches!(spec.shape, Shape::Collection);
    attribute.name == timeouts::NAME || is_of_collection && is_plain && !is_on_graph && !is_facet()
}

/// What the look-up does.
fn summary(spec: &Spec, keys: &[&str]) -> String {
    let names: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
    match names.as_slice() {
        [] => format!("Reads the {} of the tenant.", spec.noun),
        names => format!("Reads {} by its {}.", spec.a_noun(), names.join(" or ")),
    }
}

/// The attribute as something that is only read; `None` for what no state holds.
fn read_only(attribute: &Attribute) -> Option<Attribute> {
    if attribute.write_only {
        return None;
    }
    let kind = match &attribute.kind {
        Kind::Plain(ty) => Kind::Plain(ty.clone()),
        Kind::Nested(nesting, nested) => Kind::Nested(*nesting, nested.iter().filter_map(read_only).collect()),
    };
    Some(Attribute {
        kind,
        role: Role::Computed,
        unset: Unset::Recomputed,
        force_new: false,
        checks: Vec::new(),
        alternative: None,
        required_where: None,
        example: None,
        ..attribute.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{boolean, id, lint, object, string};

    struct Thing;

    impl Resource for Thing {
        fn spec(&self) -> Spec {
            Spec::new("thing", "Manages a thing.").find_by("display_name").attributes(vec![
                id(),
                string("display_name", "Name.").required().len(1, 5).force_new(),
                string("secret", "Secret.").write_only(),
                boolean("keep", "Whether it stays when this is destroyed.").off_graph(),
                object("screen", "Screen.").of(vec![string("title", "Title.").default("t")]).default_of_nested(),
            ])
        }
    }

    #[test]
    fn what_is_looked_up_is_told_by_its_names() {
        let spec = Spec::new("assignment_filter", "").noun("assignment filter");
        let by_name = "Reads an assignment filter by its `id` or `display_name`.";
        assert_eq!(summary(&spec, &["id", "display_name"]), by_name);
        assert_eq!(summary(&spec, &[]), "Reads the assignment filter of the tenant.");
    }

    fn refusals<const N: usize>(config: [(&str, Value); N]) -> usize {
        let mut diagnostics = Diagnostics::default();
        Lookup::of(Arc::new(Thing)).expect("it can be told").validate(&Value::object(config), &mut diagnostics);
        diagnostics.0.len()
    }

    #[test]
    fn what_is_looked_up_is_read_only_but_its_names() {
        let spec = Lookup::of(Arc::new(Thing)).expect("it can be told").spec();
        assert_eq!(lint(&spec.attributes), [""; 0]);
        let told: Vec<_> = spec.attributes.iter().map(|attribute| (attribute.name, attribute.role)).collect();
        let expected = [
            ("id", Role::OptionalComputed),
            ("display_name", Role::OptionalComputed),
            ("screen", Role::Computed),
            ("timeouts", Role::Optional),
        ];
        assert_eq!(told, expected);
        assert!(spec.attributes.iter().all(|attribute| attribute.checks.is_empty() && !attribute.force_new));
    }

    #[test]
    fn exactly_one_name_is_needed() {
        assert_eq!(refusals([("id", "1".into()), ("display_name", Value::Null)]), 0);
        assert_eq!(refusals([("id", Value::Null), ("display_name", Value::Unknown)]), 0);
        assert_eq!(refusals([("id", Value::Unknown), ("display_name", Value::Unknown)]), 0);
        assert_eq!(refusals([("id", "1".into()), ("display_name", Value::Unknown)]), 0);
        assert_eq!(refusals([("id", "".into()), ("display_name", Value::Null)]), 1);
        assert_eq!(refusals([("id", Value::Null), ("display_name", Value::Null)]), 1);
        assert_eq!(refusals([("id", "1".into()), ("display_name", "a".into())]), 1);
    }
}
