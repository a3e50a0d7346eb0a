//! What there is in the tenant, by the lists of the resources.

use tokio::sync::mpsc;

use super::left_out::LeftOut;
use crate::{
    resource::{
        Registered, Registry, Shape,
        engine::{self, ListRequest, Scope},
        listing::{Found, NAME_CONTAINS},
    },
    schema::{Attribute, Unset, null_object},
    value::Value,
};

/// What `--only` calls the registered devices.
const DEVICES: &str = "devices";

/// What is exported.
pub(super) struct Kinds<'a> {
    pub(super) resources: Vec<&'a Registered>,
    pub(super) devices: bool,
}

/// The kinds that were asked for; without any all that an export takes.
pub(super) fn kinds<'a>(registry: &'a Registry, only: &[String]) -> Result<Kinds<'a>, String> {
    let listed = listed(registry);
    if only.is_empty() {
        let resources = listed.into_iter().filter(|registered| !is_of_every_tenant(registered)).collect();
        return Ok(Kinds { resources, devices: true });
    }
    let known = words(registry);
    for name in only {
        if !known.contains(&name.as_str()) {
            let meant = meant(name, &listed).map(|meant| format!(" Did you mean {meant}?")).unwrap_or_default();
            return Err(format!("There is no kind {name:?} to export.{meant} There are: {}.", known.join(", ")));
        }
    }
    let is_wanted = |registered: &&Registered| only.iter().any(|name| name == registered.spec.name);
    let devices = only.iter().any(|name| name == DEVICES);
    Ok(Kinds { resources: listed.into_iter().filter(is_wanted).collect(), devices })
}

/// The words for the kinds that there are.
pub(super) fn words(registry: &Registry) -> Vec<&'static str> {
    listed(registry).into_iter().map(|registered| registered.spec.name).chain([DEVICES]).collect()
}

fn listed(registry: &Registry) -> Vec<&Registered> {
    registry.all_resources().filter(|registered| is_listed(registered)).collect()
}

/// The kind that a word stands for: the type of the resource, several of them, or nearly that.
fn meant<'a>(word: &str, listed: &[&'a Registered]) -> Option<&'a str> {
    let word = word.to_lowercase().replace(['-', ' '], "_");
    let word = word.strip_prefix("autopilot_").unwrap_or(&word);
    if ["device", "device_import"].contains(&word) {
        return Some(DEVICES);
    }
    let called = |registered: &&'a Registered| {
        let spec = &registered.spec;
        [spec.name.to_owned(), spec.nouns.replace(' ', "_").to_lowercase()].map(|called| (called, spec.name))
    };
    let mut called: Vec<(String, &str)> =
        listed.iter().flat_map(called).chain([(DEVICES.to_owned(), DEVICES)]).collect();
    called.sort_by_key(|(called, _)| strsim::damerau_levenshtein(called, word));
    let (nearest, name) = called.into_iter().next()?;
    (strsim::jaro_winkler(&nearest, word) > 0.85).then_some(name)
}

/// Whether an export takes the objects of a kind as its list tells them. What is a part of other objects is in no collection of
/// its own, and one device is a row of an import: those say it whole. What words take together is not looked for.
fn is_listed(registered: &Registered) -> bool {
    let spec = &registered.spec;
    registered.list.is_some() && !spec.collection.is_empty() && !spec.by_words && spec.handed_over_as == spec.name
}

/// What every tenant has belongs to nobody: it is exported where it is asked for.
fn is_of_every_tenant(registered: &Registered) -> bool {
    matches!(registered.spec.shape, Shape::Singleton)
}

/// What is in no folder, and why.
pub(super) fn never(registry: &Registry, kinds: &Kinds<'_>) -> Vec<LeftOut> {
    let is_read = |registered: &Registered| kinds.resources.iter().any(|read| read.type_name == registered.type_name);
    let left = registry.all_resources().filter(|registered| !is_read(registered) && is_listed(registered));
    left.map(|registered| {
        let name = registered.spec.name;
        let why = match is_of_every_tenant(registered) {
            true => format!("Every tenant has one. `--only {name}` exports it, to be managed from then on."),
            false => "It was not asked for.".to_owned(),
        };
        LeftOut::always(&registered.type_name, why)
    })
    .chain([LeftOut::always("Whatever else Intune and Entra hold", "It is no part of setting up Windows Autopilot.")])
    .collect()
}

/// One object as a list tells it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Read {
    pub(super) title: String,
    pub(super) import_id: String,
    pub(super) state: Value,
}

/// One object as it is exported.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) registered: Registered,
    pub(super) title: String,
    pub(super) import_id: String,
    /// Its id in the tenant.
    pub(super) id: String,
    /// What a configuration says of it.
    pub(super) config: Value,
}

impl Read {
    /// What a configuration says of it. What none can say whole is left out.
    pub(super) fn object(&self, registered: &Registered) -> Result<Object, LeftOut> {
        let config = engine::sayable(registered, &self.state).map_err(|why| {
            let id = self.state.get("id").as_str().map(|id| (registered.spec.name, id.to_owned()));
            LeftOut { id, ..LeftOut::here(format!("{} {:?}", registered.spec.noun, self.title), why) }
        })?;
        Ok(Object {
            registered: registered.clone(),
            title: self.title.clone(),
            import_id: self.import_id.clone(),
            id: self.state.get("id").as_str().unwrap_or_default().to_owned(),
            config,
        })
    }

    /// That it lacks what a configuration gives by default: the first plan sets that. What the service means by a setting of the
    /// settings catalog that a policy lacks, Microsoft documents nowhere.
    pub(super) fn lacking(&self, registered: &Registered) -> Option<LeftOut> {
        let table = &registered.spec.attributes;
        let is_lacking = |attribute: &&Attribute| {
            self.state.get(attribute.name).is_null()
                && attribute.only_where.is_none_or(|condition| condition.holds(table, &self.state) != Some(false))
        };
        let set: Vec<String> = table
            .iter()
            .filter(is_lacking)
            .filter_map(|attribute| match &attribute.unset {
                Unset::Default(Value::String(text)) if !text.is_empty() => {
                    Some(format!("{} to {text:?}", attribute.name))
                }
                Unset::Default(Value::Number(number)) => Some(format!("{} to {number}", attribute.name)),
                _ => None,
            })
            .collect();
        (!set.is_empty()).then(|| {
            let why = format!(
                "It was made without settings that the admin center always gives. The first apply sets {}.",
                set.join(", ")
            );
            LeftOut::here(format!("{} {:?}", registered.spec.noun, self.title), why)
        })
    }
}

impl Object {
    /// Whether a tenant has but one of its kind.
    pub(super) fn is_the_only_one(&self) -> bool {
        !matches!(self.registered.spec.shape, Shape::Collection)
    }
}

/// All objects of a kind, whole. The error is a sentence.
pub(super) async fn objects(
    registered: &Registered,
    scope: &Scope,
    name_contains: Option<&str>,
) -> Result<Vec<Read>, String> {
    let narrowed_by = registered.list.as_deref().unwrap_or_default();
    let mut config = null_object(narrowed_by);
    if narrowed_by.iter().any(|attribute| attribute.name == NAME_CONTAINS) {
        config.insert(NAME_CONTAINS, name_contains.map_or(Value::Null, Value::from));
    }
    let request = ListRequest { config, whole: true, sayable: false, limit: usize::MAX };
    let (to, mut from) = mpsc::channel::<Found>(64);
    let collecting = async {
        let mut all = Vec::new();
        while let Some(found) = from.recv().await {
            all.push(found);
        }
        all
    };
    let (told, found) = tokio::join!(engine::list(registered, scope, request, to), collecting);
    let errors = told.into_iter().chain(found.iter().flat_map(|found| found.diagnostics.0.iter().cloned()));
    if let Some(error) = errors.into_iter().find(|told| told.severity == crate::diagnostic::Severity::Error) {
        return Err(error.detail);
    }
    // An order of nothing says nothing.
    let is_something = |found: &Found| match &registered.spec.shape {
        Shape::Order(order) => !found.object.get(order.attribute).elements().is_empty(),
        _ => !found.object.is_null(),
    };
    let import_id = |found: &Found| registered.spec.identity.as_ref().map(|parts| parts.import_id(&found.identity));
    let mut read: Vec<Read> = found
        .into_iter()
        .filter(is_something)
        .filter_map(|found| {
            Some(Read { import_id: import_id(&found)?, title: found.display_name, state: found.object })
        })
        .collect();
    read.sort_by(|a, b| (a.title.to_lowercase(), &a.import_id).cmp(&(b.title.to_lowercase(), &b.import_id)));
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider;

    #[test]
    fn a_kind_that_is_named_otherwise_is_told() {
        let registry = provider::registry();
        let refused = |word: &str| kinds(&registry, &[word.to_owned()]).err().expect("there is none");
        for (word, meant) in [
            ("groups", "group"),
            ("autopilot_group", "group"),
            ("Deployment Profiles", "deployment_profile"),
            ("deploymnet_profile", "deployment_profile"),
            ("autopilot_device", "devices"),
        ] {
            let told = refused(word);
            assert!(told.contains(&format!("to export. Did you mean {meant}? There are: ")), "{told}");
        }
        assert!(refused("xyz").contains("to export. There are: "), "{}", refused("xyz"));
    }

    fn left_out(kind: &str, title: &str, state: &[(&'static str, &str)]) -> (String, String) {
        let registry = provider::registry();
        let mut of_kind = registry.all_resources().filter(|registered| registered.spec.name == kind);
        let registered = of_kind.next().expect("a kind");
        let mut whole = null_object(&registered.spec.attributes);
        for (attribute, value) in state {
            whole.insert(attribute, (*value).into());
        }
        let read = Read { title: title.into(), import_id: "1".into(), state: whole };
        read.object(registered).err().map(|left| (left.what, left.why)).expect("it is left out")
    }

    #[test]
    fn what_no_configuration_can_say_is_left_out_with_the_reason() {
        let filter = [
            ("id", "1"),
            ("display_name", "Old"),
            ("rule", "(device.model -eq \"x\")"),
            ("platform", "windowsPhone81"),
        ];
        let (what, why) = left_out("assignment_filter", "Old", &filter);
        assert_eq!(what, "assignment filter \"Old\"");
        let expected = "No configuration can say it as it is: Attribute platform must be one of";
        assert!(why.starts_with(expected) && why.contains("windowsPhone81"), "{why}");
    }

    #[test]
    fn what_the_first_apply_sets_of_a_policy_without_settings_is_named() {
        let registry = provider::registry();
        let policy = registry.resource("autopilot_device_preparation_policy").expect("a kind");
        let lacking = |deployment: &str, timeout: Value| {
            let mut state = null_object(&policy.spec.attributes);
            state.insert("deployment", deployment.into());
            state.insert("timeout_minutes", timeout);
            Read { title: "P".into(), import_id: "1".into(), state }.lacking(policy).map(|left| left.why)
        };
        let told = lacking("user_driven", Value::Null).expect("it lacks settings");
        assert!(told.contains("The first apply sets account_type to \"standard\", timeout_minutes to 60, "), "{told}");
        let told = lacking("user_driven", 90.into()).expect("it lacks settings");
        assert!(!told.contains("timeout_minutes"), "{told}");
        assert_eq!(lacking("automatic", Value::Null), None, "there they mean nothing");
    }

    #[test]
    fn what_lacks_a_value_that_it_must_have_is_left_out_with_the_reason() {
        let (_, why) = left_out("device_preparation_policy", "P", &[("id", "1"), ("display_name", "P")]);
        let expected = "No configuration can say it as it is: Attribute device_group_id must be set where";
        assert!(why.starts_with(expected), "{why}");
    }
}
