//! The words of a table, in the order in which they are written: what it is, where it is, what is odd about it, and last
//! its attributes.

use std::{sync::Arc, time::Duration};

use super::{Find, Held, Silent, Spec, Update, plural};
use crate::{
    resource::{
        Facet, Identity, Mover, assignment,
        shape::table::{Order, Rows, Shape},
        timeouts,
    },
    schema::{Attribute, Setting, string},
};

impl Spec {
    /// What a message calls it.
    #[must_use]
    pub fn noun(mut self, noun: &'static str) -> Spec {
        self.noun = noun;
        self.nouns = plural(noun);
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

    /// Graph takes them from people only: somebody signs in by `login`.
    #[must_use]
    pub fn delegated_only(mut self) -> Spec {
        self.delegated_only = true;
        self
    }

    /// What it needs beside those for some objects of it, each with what for.
    #[must_use]
    pub fn also_needs(mut self, needs: &'static [(&'static str, &'static str)]) -> Spec {
        self.also_needs = needs;
        self
    }

    /// An import by name looks for this attribute.
    #[must_use]
    pub fn find_by(mut self, attribute: &'static str) -> Spec {
        self.find_by.push(Find { attribute, filterable: false });
        self
    }

    /// The same, where the collection filters by it.
    #[must_use]
    pub fn find_by_filter(mut self, attribute: &'static str) -> Spec {
        self.find_by.push(Find { attribute, filterable: true });
        self
    }

    /// It can be assigned, by an attribute `assignments`.
    #[must_use]
    pub fn assigned(self, style: assignment::Style) -> Spec {
        self.facet(style)
    }

    /// It is the one object of the collection that every tenant has: it is changed, never made or deleted.
    #[must_use]
    pub fn singleton(mut self) -> Spec {
        self.shape = Shape::Singleton;
        self
    }

    /// It is the one object of that path, by this id, that every tenant has and no list shows.
    #[must_use]
    pub fn alone(mut self, id: &'static str) -> Spec {
        self.alone = Some(id);
        self.singleton()
    }

    /// It is the order of the objects of the collection.
    #[must_use]
    pub fn order(mut self, order: Order) -> Spec {
        self.shape = Shape::Order(order);
        self.identified_by(&[("id", "Identifier of the tenant.")])
    }

    /// It is many objects of the collection, as the rows of one map.
    #[must_use]
    pub fn rows(mut self, rows: Rows) -> Spec {
        self.shape = Shape::Rows(rows);
        self.identified_by_words()
    }

    /// What Intune refuses of it without a word: looked for where it did.
    #[must_use]
    pub fn silent(mut self, rules: &[Silent]) -> Spec {
        self.silent.extend(rules);
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

    /// A change puts these properties back, as they are now but for what changed: for services that refuse less, and hold what no
    /// attribute does.
    #[must_use]
    pub fn update_merged(mut self, properties: &'static [&'static str]) -> Spec {
        self.update = Update::Merged(properties);
        self
    }

    /// Graph takes this property without any other. It cannot be given this word, which results from something else.
    #[must_use]
    pub fn written_apart(mut self, property: &'static str, resulting: &'static str) -> Spec {
        self.apart = Some((property, resulting));
        self
    }

    /// A property that every object of this kind has.
    #[must_use]
    pub fn constant(mut self, property: &'static str, value: serde_json::Value) -> Spec {
        self.constants.push((property, value));
        self
    }

    /// A setting of the settings catalog that every object of this kind has.
    #[must_use]
    pub fn fixed_setting(mut self, setting: Setting, value: impl Into<serde_json::Value>) -> Spec {
        self.fixed_settings.push((setting, value.into()));
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
    pub fn facet(mut self, facet: impl Facet + 'static) -> Spec {
        self.facets.push(Held { attribute: facet.attribute(), facet: Arc::new(facet) });
        self
    }

    /// A list answers less of an object than a read of it does.
    #[must_use]
    pub fn listed_in_part(mut self) -> Spec {
        self.listed_in_part = true;
        self
    }

    /// What was written can be used only when this holds of the object; until then it is waited for.
    #[must_use]
    pub fn ready_when(mut self, ready_when: fn(&serde_json::Value) -> bool) -> Spec {
        self.ready_when = Some(ready_when);
        self
    }

    /// What its registry page says after the example, in Markdown: what no attribute tells.
    #[must_use]
    pub fn notes(mut self, notes: &'static str) -> Spec {
        self.notes = notes;
        self
    }

    /// What somebody who sets a device up sees of it.
    #[must_use]
    pub fn seen(mut self, seen: &'static str) -> Spec {
        self.seen = seen;
        self
    }

    /// The address of Microsoft's page on it.
    #[must_use]
    pub fn learn(mut self, address: &'static str) -> Spec {
        self.learn = address;
        self
    }

    /// A write is seen by reads only after a while, of at most so long.
    #[must_use]
    pub fn replicates_within(mut self, time: Duration) -> Spec {
        self.replicates = true;
        self.seen_within = time;
        self
    }

    /// How long making, changing and removing it may take where the configuration does not say.
    #[must_use]
    pub fn timeout(mut self, writes: Duration) -> Spec {
        self.timeouts = timeouts::Defaults { create: writes, update: writes, delete: writes, ..self.timeouts };
        self
    }

    /// How much longer that is for each element of a map.
    #[must_use]
    pub fn timeout_of_row(mut self, map: &'static str, longer: Duration) -> Spec {
        self.timeouts.of_row = Some((map, longer));
        self
    }

    /// The version of the table, to be raised with each change that an older state does not fit.
    #[must_use]
    pub fn version(mut self, version: i64) -> Spec {
        self.version = version;
        self
    }

    /// It is no object of Graph's, but what the words of an import take together: its id and its identity are those words. One that
    /// was made here has an id of its own, which brings in nothing.
    #[must_use]
    pub fn identified_by_words(mut self) -> Spec {
        self.by_words = true;
        self.identified_by(&[(
            "id",
            "What brings it in, such as `all`. The id of one that was made here brings in nothing.",
        )])
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
    ///
    /// Its identity counts as an older version of ours: OpenTofu 1.12 keeps it in place of the one that a move answers, reads it by
    /// our schema, and fails ("attribute \"tenant_id\" is required") unless it has it upgraded before.
    #[must_use]
    pub fn moved_from(mut self, mover: Mover) -> Spec {
        self.movers.push(mover);
        if let Some(identity) = &mut self.identity {
            identity.version = identity.version.max(1);
        }
        self
    }

    /// Its things may move to and from another kind of resource, named without the provider's prefix.
    #[must_use]
    pub fn handed_over_as(mut self, kind: &'static str) -> Spec {
        self.handed_over_as = kind;
        self
    }

    /// What a create has begun is gone on with by the next apply, and not undone.
    #[must_use]
    pub fn resumed(mut self) -> Spec {
        self.resumed = true;
        self
    }

    /// Only these objects of the collection are of this kind.
    #[must_use]
    pub fn owns(mut self, owns: fn(&serde_json::Value) -> bool) -> Spec {
        self.owns = Some(owns);
        self
    }

    /// Its data source tells every object of the collection, of this kind or not: what can be referred to is more than what can
    /// be managed.
    #[must_use]
    pub fn lookup_of_any_kind(mut self) -> Spec {
        self.lookup_of_any = true;
        self
    }

    /// Its data source tells this too.
    #[must_use]
    pub fn lookup_facet(mut self, facet: impl Facet + 'static) -> Spec {
        self.lookup_facets.push(Held { attribute: facet.attribute(), facet: Arc::new(facet) });
        self
    }

    /// It is listed by a verb of its own, narrowed by these attributes.
    #[must_use]
    pub fn listed_by(mut self, attributes: Vec<Attribute>) -> Spec {
        self.list_attributes = Some(attributes);
        self
    }

    /// Its attributes. Those of its shape, its facets (`assignments` among them) and `timeouts` are added.
    #[must_use]
    pub fn attributes(mut self, attributes: Vec<Attribute>) -> Spec {
        self.attributes = attributes;
        let of_shape = match &self.shape {
            Shape::Collection | Shape::Singleton => None,
            Shape::Order(order) => Some((order.list_attribute(), "Identifier of the tenant.")),
            Shape::Rows(rows) => Some((
                rows.map_attribute(),
                "Identifier of this resource, made at create; `all` where it was brought in.",
            )),
        };
        if let Some((attribute, id)) = of_shape {
            self.attributes.push(string("id", id).read_only().stable().off_graph());
            self.attributes.push(attribute);
        }
        self.attributes.extend(self.facets.iter().map(|held| held.attribute.clone()));
        self.attributes.push(timeouts::attribute());
        self
    }
}
