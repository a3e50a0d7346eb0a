//! The table of a resource.

use std::time::Duration;

use super::{Facet, Identity, Mover, assignment, timeouts};
use crate::schema::Attribute;

/// What a change sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// The properties that changed.
    Changes,
    /// The whole object, for services that refuse less.
    Whole,
    /// The whole object by PUT.
    Put,
}

/// The table of a resource: all that its schema, its requests, its pages and its messages are derived from.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Its name without the provider's prefix.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub summary: &'static str,
    /// What a message calls it: `group`, `deployment profile`.
    pub noun: &'static str,
    /// The path of its collection on Graph, version included.
    pub collection: &'static str,
    /// Graph's type of it, where that is not the singular of the collection's name.
    pub graph_type: Option<&'static str>,
    /// Its `@odata.type` where the collection holds several types and no attribute tells it.
    pub odata_type: Option<&'static str>,
    /// The least permissions to read and to write.
    pub permissions: (&'static str, &'static str),
    /// Its attributes, `timeouts` included.
    pub attributes: Vec<Attribute>,
    /// The attribute that an import by name looks for.
    pub find_by: Option<&'static str>,
    /// Whether the collection filters by that attribute.
    pub filterable: bool,
    /// How it is assigned to groups.
    pub assignments: Option<assignment::Style>,
    /// What a change sends.
    pub update: Update,
    /// Whether a write is seen by reads only after a while (Entra's directory).
    pub replicates: bool,
    /// How long each verb may take where the configuration does not say.
    pub timeouts: timeouts::Defaults,
    /// The version of the table that a state carries.
    pub version: i64,
    /// Properties that every object of this kind has.
    pub constants: Vec<(&'static str, serde_json::Value)>,
    /// Properties that reads give only by a list of their own, below the object.
    pub parts: &'static [&'static str],
    /// What is read and written by calls of its own.
    pub facets: Vec<&'static dyn Facet>,
    /// What tells one object from all others. What has none cannot be listed.
    pub identity: Option<Identity>,
    /// The resource types of other providers whose state it takes over.
    pub movers: Vec<Mover>,
    /// Which objects of the collection are of this kind, where not all are.
    pub owns: Option<fn(&serde_json::Value) -> bool>,
    /// What a list is narrowed by, where it is not what the table says.
    pub list_attributes: Option<Vec<Attribute>>,
}

impl Spec {
    /// A table without attributes.
    pub fn new(name: &'static str, summary: &'static str) -> Spec {
        Spec {
            name,
            summary,
            noun: name,
            collection: "",
            graph_type: None,
            odata_type: None,
            permissions: ("", ""),
            attributes: Vec::new(),
            find_by: None,
            filterable: false,
            assignments: None,
            update: Update::Changes,
            replicates: false,
            timeouts: timeouts::Defaults::default(),
            version: 0,
            constants: Vec::new(),
            parts: &[],
            facets: Vec::new(),
            identity: Some(Identity::new(&[("id", "Identifier given by Microsoft Graph.")])),
            movers: Vec::new(),
            owns: None,
            list_attributes: None,
        }
    }

    /// What a message calls it.
    #[must_use]
    pub fn noun(mut self, noun: &'static str) -> Spec {
        self.noun = noun;
        self
    }

    /// The path of its collection on Graph, version included.
    #[must_use]
    pub fn collection(mut self, path: &'static str) -> Spec {
        self.collection = path;
        self
    }

    /// Graph's type of it, where that is not the singular of the collection's name.
    #[must_use]
    pub fn graph_type(mut self, name: &'static str) -> Spec {
        self.graph_type = Some(name);
        self
    }

    /// Its `@odata.type`, with the leading `#`.
    #[must_use]
    pub fn odata_type(mut self, odata_type: &'static str) -> Spec {
        self.odata_type = Some(odata_type);
        self
    }

    /// The least permissions of an application to read and to write.
    #[must_use]
    pub fn permissions(mut self, read: &'static str, write: &'static str) -> Spec {
        self.permissions = (read, write);
        self
    }

    /// The attribute that an import by name looks for.
    #[must_use]
    pub fn find_by(mut self, attribute: &'static str) -> Spec {
        self.find_by = Some(attribute);
        self
    }

    /// The same, where the collection filters by it.
    #[must_use]
    pub fn find_by_filter(mut self, attribute: &'static str) -> Spec {
        self.filterable = true;
        self.find_by(attribute)
    }

    /// It can be assigned, by an attribute `assignments`.
    #[must_use]
    pub fn assigned(mut self, style: assignment::Style) -> Spec {
        self.assignments = Some(style);
        self
    }

    /// A change sends the whole object.
    #[must_use]
    pub fn update_whole(mut self) -> Spec {
        self.update = Update::Whole;
        self
    }

    /// A change sends the whole object by PUT.
    #[must_use]
    pub fn update_by_put(mut self) -> Spec {
        self.update = Update::Put;
        self
    }

    /// A property that every object of this kind has.
    #[must_use]
    pub fn constant(mut self, property: &'static str, value: serde_json::Value) -> Spec {
        self.constants.push((property, value));
        self
    }

    /// Properties that reads give only by a list of their own.
    #[must_use]
    pub fn parts(mut self, parts: &'static [&'static str]) -> Spec {
        self.parts = parts;
        self
    }

    /// A part that is read and written by calls of its own.
    #[must_use]
    pub fn facet(mut self, facet: &'static dyn Facet) -> Spec {
        self.facets.push(facet);
        self
    }

    /// A write is seen by reads only after a while.
    #[must_use]
    pub fn replicates(mut self) -> Spec {
        self.replicates = true;
        self
    }

    /// How long making, changing and removing it may take where the configuration does not say.
    #[must_use]
    pub fn timeout(mut self, writes: Duration) -> Spec {
        self.timeouts = timeouts::Defaults { create: writes, update: writes, delete: writes, ..self.timeouts };
        self
    }

    /// The version of the table, to be raised with each change that an older state does not fit.
    #[must_use]
    pub fn version(mut self, version: i64) -> Spec {
        self.version = version;
        self
    }

    /// It is no object that could be told from others: it has no identity and is in no list.
    #[must_use]
    pub fn without_identity(mut self) -> Spec {
        self.identity = None;
        self
    }

    /// It is told from others by these attributes, each with its description. Not said, that is its id.
    #[must_use]
    pub fn identified_by(mut self, attributes: &[(&'static str, &'static str)]) -> Spec {
        self.identity = Some(Identity::new(attributes));
        self
    }

    /// The version of the parts of its identity, to be raised with each change of them.
    #[must_use]
    pub fn identity_version(mut self, version: i64) -> Spec {
        if let Some(identity) = &mut self.identity {
            identity.version = version;
        }
        self
    }

    /// A `moved` block may lead here from another resource type.
    #[must_use]
    pub fn moved_from(mut self, mover: Mover) -> Spec {
        self.movers.push(mover);
        self
    }

    /// Only these objects of the collection are of this kind.
    #[must_use]
    pub fn owns(mut self, owns: fn(&serde_json::Value) -> bool) -> Spec {
        self.owns = Some(owns);
        self
    }

    /// It is listed by a verb of its own, narrowed by these attributes.
    #[must_use]
    pub fn listed_by(mut self, attributes: Vec<Attribute>) -> Spec {
        self.list_attributes = Some(attributes);
        self
    }

    /// Its attributes; `assignments` (where it can be assigned) and `timeouts` are added.
    #[must_use]
    pub fn attributes(mut self, attributes: Vec<Attribute>) -> Spec {
        self.attributes = attributes;
        self.attributes.extend(self.facets.iter().map(|facet| facet.attribute()));
        self.attributes.extend(self.assignments.map(|style| assignment::attribute(&style)));
        self.attributes.push(timeouts::attribute());
        self
    }
}
