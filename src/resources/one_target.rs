//! What an assignment of its own says of its one target: the attributes, its part of the id, and the way back.

use crate::{
    schema::{Attribute, boolean, string},
    value::Value,
};

/// The words for everyone in an id.
const EVERYONE: [&str; 2] = ["all_devices", "all_users"];

/// The attributes.
pub(super) fn attributes() -> Vec<Attribute> {
    let who = |attribute: Attribute| attribute.force_new().alternative("target");
    vec![
        who(string("group_id", "Object id of a group.").guid().refers_to("group")),
        who(boolean("all_devices", "True for all devices of the tenant.")),
        who(boolean("all_users", "True for all licensed users of the tenant.")),
        boolean("excluded", "True for a group whose members are left out."),
        string("filter_id", "Id of an assignment filter that narrows the target.")
            .guid()
            .refers_to("assignment_filter"),
        string("filter_mode", "Whether devices that match the filter are included or excluded.")
            .one_of(&["include", "exclude"]),
    ]
}

/// The target as the end of an id: the object id of a group, `all_devices` or `all_users`.
pub(super) fn end_of_id(state: &Value) -> String {
    let group = state.get("group_id").as_str().map(str::to_lowercase);
    let everyone =
        || EVERYONE.iter().find(|name| state.get(name).as_bool() == Some(true)).map(|name| (*name).to_owned());
    group.or_else(everyone).unwrap_or_default()
}

/// Sets the attribute that the end of an id says.
pub(super) fn put(state: &mut Value, end_of_id: &str) {
    match EVERYONE.contains(&end_of_id) {
        true => state.insert(end_of_id, true.into()),
        false => state.insert("group_id", end_of_id.into()),
    }
}
