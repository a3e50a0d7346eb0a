//! A group that hashicorp/azuread managed before, as a `moved` block hands it over.

use serde_json::Value as Json;

use crate::value::Value;

/// The state of an `azuread_group`: hashicorp/terraform-provider-azuread, `docs/resources/group.md`. Its `id` is
/// `/groups/` and the object id since 3.0, and was the object id before.
pub(super) fn take_azuread_group(group: &Json) -> std::result::Result<Value, String> {
    let text = |name: &str| group[name].as_str().filter(|text| !text.is_empty());
    let id = text("object_id").or_else(|| text("id")).ok_or("it has no object id.")?;
    Ok(Value::object([("id", id.trim_start_matches("/groups/").into())]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_azuread_group_is_taken_over_whatever_its_version() {
        for (id, object_id) in [("/groups/1", "1"), ("1", "1"), ("/groups/1", "")] {
            let group = json!({"id": id, "object_id": object_id, "display_name": "Devices"});
            assert_eq!(take_azuread_group(&group), Ok(Value::object([("id", "1".into())])));
        }
        assert_eq!(take_azuread_group(&json!({})), Err("it has no object id.".to_owned()));
    }
}
