//! What a table says of a shape: data only.

use serde_json::Value as Json;

use crate::schema::{Attribute, Check, map_of, string, texts};

/// The shape of a thing.
#[derive(Clone, Debug, Default)]
pub enum Shape {
    /// One of the objects of a collection.
    #[default]
    Collection,
    /// The object of a collection that every tenant has.
    Singleton,
    /// The order of the objects of a collection.
    Order(Order),
    /// The rows of one map, each an object of a collection.
    Rows(Rows),
}

/// How a collection is ordered.
#[derive(Clone, Debug)]
pub struct Order {
    /// The attribute that holds the ids.
    pub attribute: &'static str,
    /// What the attribute is, as a sentence.
    pub description: &'static str,
    /// The resource whose ids it holds, without the provider's prefix.
    pub of: &'static str,
    /// What the collection has to be asked for so that it tells places, as `$select=…`; "" where it does by itself.
    pub asked_for: &'static str,
    /// The action of an object that moves it, and the parameter that takes its place, counted from 1.
    pub action: (&'static str, &'static str),
    /// The place of an object.
    pub place: fn(&Json) -> Option<i64>,
}

impl Order {
    /// The attribute that holds the ids.
    pub fn list_attribute(&self) -> Attribute {
        let list = texts(self.attribute, self.description).required().check(Check::Distinct).len(1, 1000);
        list.refers_to(self.of).off_graph()
    }
}

/// How rows are kept.
#[derive(Clone, Debug)]
pub struct Rows {
    /// The attribute that holds the map.
    pub attribute: &'static str,
    /// What the attribute is, as a sentence.
    pub description: &'static str,
    /// The property that a row's key is written to.
    pub key: &'static str,
    /// What a key must be. The error goes on after the row's path: `must …`.
    pub check: fn(&str) -> Result<(), String>,
    /// A key that passes.
    pub example: &'static str,
    /// The attributes of a row, `id` and `origin` aside.
    pub row: fn() -> Vec<Attribute>,
    /// How they are added.
    pub adding: Adding,
}

/// How rows are added.
#[derive(Clone, Debug)]
pub enum Adding {
    /// Many in a call.
    Many(Many),
    /// One in a call, by a proof of what it is.
    Single(Single),
}

/// An action that adds many rows.
#[derive(Clone, Debug)]
pub struct Many {
    /// The action of the collection that adds rows, and the parameter that takes them.
    pub action: (&'static str, &'static str),
    /// What else the action is given.
    pub with: &'static [(&'static str, bool)],
    /// How many rows one call takes.
    pub at_most: usize,
    /// The property of an answered row that says whether it was taken.
    pub taken: &'static str,
}

/// An action that adds one row by a proof, which tells its key.
#[derive(Clone, Debug)]
pub struct Single {
    /// The action of the collection that adds a row.
    pub action: &'static str,
    /// The write-only attribute that holds the proof, and its parameter.
    pub proof: (&'static str, &'static str),
    /// What stays the same of the proofs of one thing; none where it cannot be read.
    pub identity: fn(&str) -> Option<String>,
    /// Whether it hurts nobody to remove what is there, in order to add it as it is wanted.
    pub can_be_removed: fn(&Json) -> bool,
}

impl Rows {
    /// The attribute that holds the map.
    pub fn map_attribute(&self) -> Attribute {
        map_of(self.attribute, self.description).required().off_graph().of(self.row_attributes())
    }

    /// The attributes of a row.
    pub fn row_attributes(&self) -> Vec<Attribute> {
        let mut row = (self.row)();
        let id = string("id", "Identifier given by Microsoft Graph. Null while it was refused.").read_only();
        row.push(match &self.adding {
            Adding::Many(_) => id.stable(),
            // Added again, it is another one.
            Adding::Single(_) => id,
        });
        row.push(
            string(
                "origin",
                "`imported` for what was made here, `adopted` for what was there: destroying leaves that.",
            )
            .read_only()
            .stable()
            .off_graph(),
        );
        row
    }
}
