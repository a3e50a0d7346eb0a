//! The table of a resource.

mod silent;
mod words;

pub use silent::Silent;
use std::{sync::Arc, time::Duration};

use super::{Error, Facet, Identity, Mover, shape::table::Shape, timeouts};
use crate::{
    diagnostic::Diagnostic,
    graph,
    schema::{Attribute, Setting},
    value::Value,
};

/// What a change sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// The properties that changed.
    Changes,
    /// The whole object, for services that refuse less.
    Whole,
    /// The whole object by PUT.
    Put,
    /// These properties by PUT: as they are, with what changed put into them.
    Merged(&'static [&'static str]),
}

/// An attribute that tells an object from others to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find {
    /// The attribute.
    pub attribute: &'static str,
    /// Whether the collection filters by it; else all of it is read.
    pub filterable: bool,
}

/// A facet with its attribute, which is made once.
#[derive(Clone, Debug)]
pub struct Held {
    /// The attribute.
    pub attribute: Attribute,
    /// How it is read and written.
    pub facet: Arc<dyn Facet>,
}

/// The table of a resource: all that its schema, its requests, its pages and its messages are derived from.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its name without the provider's prefix.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub summary: &'static str,
    /// What its registry page says beyond that, in Markdown.
    pub notes: &'static str,
    /// What somebody who sets a device up sees of it, for its registry page.
    pub seen: &'static str,
    /// Microsoft's page on it.
    pub learn: &'static str,
    /// What a message calls it: `group`, `deployment profile`.
    pub noun: &'static str,
    /// What a message calls several of it.
    pub nouns: String,
    /// In which shape Graph keeps it.
    pub shape: Shape,
    /// The path of its collection on Graph, version included.
    pub collection: &'static str,
    /// Its id where it is the one object of that path and no list shows it.
    pub alone: Option<&'static str>,
    /// Graph's type of it, where that is not the singular of the collection's name.
    pub graph_type: Option<&'static str>,
    /// Its `@odata.type` where the collection holds several types and no attribute tells it.
    pub odata_type: Option<&'static str>,
    /// The least permissions to read and to write.
    pub permissions: (&'static str, &'static str),
    /// Whether Graph takes them from people only.
    pub delegated_only: bool,
    /// What it needs beside those for some objects of it, each with what for: `read assignments of scripts`.
    pub also_needs: &'static [(&'static str, &'static str)],
    /// Its attributes, `timeouts` included.
    pub attributes: Vec<Attribute>,
    /// The attributes that an import by name looks for, the usual one first.
    pub find_by: Vec<Find>,
    /// What a change sends.
    pub update: Update,
    /// A property that Graph takes without any other, and the word that it has but cannot be given.
    pub apart: Option<(&'static str, &'static str)>,
    /// Whether a write is seen by reads only after a while (Entra's directory).
    pub replicates: bool,
    /// How long reads may not show what was made. So long it is looked for where the answer to its POST was lost, and a 404
    /// to it means "not yet"; then it is sent again.
    pub seen_within: Duration,
    /// How long each verb may take where the configuration does not say.
    pub timeouts: timeouts::Defaults,
    /// The version of the table that a state carries.
    pub version: i64,
    /// Properties that every object of this kind has.
    pub constants: Vec<(&'static str, serde_json::Value)>,
    /// Settings of the settings catalog that every object of this kind has, each with its value.
    pub fixed_settings: Vec<(Setting, serde_json::Value)>,
    /// Properties that reads give only by a list of their own, below the object.
    pub parts: &'static [&'static str],
    /// What is read and written by calls of its own, in the order in which it is written.
    pub facets: Vec<Held>,
    /// Whether a list answers less of an object than a read of it does.
    pub listed_in_part: bool,
    /// When an object that was written can be used, where that takes the service a while.
    pub ready_when: Option<fn(&serde_json::Value) -> bool>,
    /// What tells one object from all others. What has none cannot be listed.
    pub identity: Option<Identity>,
    /// Whether it is what the words of an import take together, and no object of Graph's.
    pub by_words: bool,
    /// The resource types of other providers whose state it takes over.
    pub movers: Vec<Mover>,
    /// What Intune refuses of it without a word.
    pub silent: Vec<Silent>,
    /// Which objects of the collection are of this kind, where not all are.
    pub owns: Option<fn(&serde_json::Value) -> bool>,
    /// Whether its data source tells every object of the collection, of this kind or not.
    pub lookup_of_any: bool,
    /// What its data source tells beside the attributes of the table.
    pub lookup_facets: Vec<Held>,
    /// The kind of resource among which its things are handed over.
    pub handed_over_as: &'static str,
    /// Whether what a create has begun is gone on with by the next apply, and not undone.
    pub resumed: bool,
    /// What a list is narrowed by, where it is not what the table says.
    pub list_attributes: Option<Vec<Attribute>>,
}

impl Spec {
    /// A table without attributes.
    pub fn new(name: &'static str, summary: &'static str) -> Spec {
        Spec {
            name,
            summary,
            notes: "",
            seen: "",
            learn: "",
            noun: name,
            nouns: plural(name),
            shape: Shape::Collection,
            collection: "",
            alone: None,
            graph_type: None,
            odata_type: None,
            permissions: ("", ""),
            delegated_only: false,
            also_needs: &[],
            attributes: Vec::new(),
            find_by: Vec::new(),
            update: Update::Changes,
            apart: None,
            replicates: false,
            seen_within: Duration::from_secs(10),
            timeouts: timeouts::Defaults::default(),
            version: 0,
            constants: Vec::new(),
            fixed_settings: Vec::new(),
            parts: &[],
            facets: Vec::new(),
            listed_in_part: false,
            ready_when: None,
            identity: Some(Identity::new(&[("id", "Identifier given by Microsoft Graph.")])),
            by_words: false,
            movers: Vec::new(),
            silent: Vec::new(),
            owns: None,
            lookup_of_any: false,
            lookup_facets: Vec::new(),
            handed_over_as: name,
            resumed: false,
            list_attributes: None,
        }
    }

    /// Its noun with the article: `an assignment filter`.
    pub fn a_noun(&self) -> String {
        let article = if self.noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {}", self.noun)
    }

    /// The permissions that parts of it, or some objects of it, need beside the table's own.
    pub fn further_permissions(&self) -> impl Iterator<Item = &'static str> {
        let of_facets = self.facets.iter().flat_map(|held| held.facet.permissions()).copied();
        of_facets.chain(self.also_needs.iter().map(|(permission, _)| *permission))
    }

    /// What a list calls it where there is but one.
    pub fn title(&self) -> String {
        let mut letters = self.noun.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// The version and the path of its collection apart, as a batch takes them.
    pub fn versioned_collection(&self) -> (&'static str, &'static str) {
        graph::versioned(self.collection)
    }

    /// The identity of a state; null where this kind of thing has none.
    pub fn identity_of(&self, state: &Value, tenant: Option<&str>) -> Value {
        self.identity.as_ref().map_or(Value::Null, |identity| identity.of(state, tenant))
    }

    /// What the user is told of a failed write. `doing` is a verb such as `creating`.
    pub fn failed_writing(&self, doing: &str, error: &Error) -> Diagnostic {
        error.diagnostic(&format!("{doing} the {}", self.noun), self.permissions.1)
    }
}

/// `group` is `groups`, `policy` is `policies`.
fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with('s') => noun.to_owned(),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_of_a_thing_have_a_plural() {
        let nouns = ["group", "device preparation policy", "assignment key", "corporate identifiers"]
            .map(|noun| Spec::new("x", "").noun(noun).nouns);
        assert_eq!(nouns, ["groups", "device preparation policies", "assignment keys", "corporate identifiers"]);
    }

    #[test]
    fn a_batch_takes_the_version_apart() {
        let spec = Spec::new("x", "").collection("/beta/deviceManagement/roleScopeTags");
        assert_eq!(spec.versioned_collection(), ("beta", "/deviceManagement/roleScopeTags"));
    }
}
