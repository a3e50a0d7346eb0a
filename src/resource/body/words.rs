//! Graph's words for ours.

use crate::schema::Attribute;

/// The property that tells the type of an object.
pub const ODATA_TYPE: &str = "@odata.type";

/// Graph's word for one of ours.
pub(super) fn on_graph<'a>(attribute: &Attribute, word: &'a str) -> &'a str {
    let pairs = &attribute.on_graph.values;
    pairs.iter().find(|(ours, _)| *ours == word).map_or(word, |(_, theirs)| theirs)
}
