//! A group that hashicorp/azuread managed before, as a `moved` block hands it over.

use serde_json::Value as Json;

use crate::value::Value;

/// The state of an `azuread_group`: hashicorp/terraform-provider-azuread, `docs/resources/group.md`. Its `id` is
/// `/groups/` and the object id since 3.0, and was the object id before.
pub(super) fn take_azuread_group(group: &Json) -> std::result::Result<Value, String> {
    let text = |name: &str| group[name].as_str().filter(|text| !text.is_empty());
    let id = text("object_id").or_else(|| text("id")).ok_or("it has no object id.")?;
    let unified = group["types"].as_array().is_some_and(|types| types.iter().any(|each| each == "Unified"));
    if unified || group["mail_enabled"] == true {
        return Err(
            "it is a Microsoft 365 group or has mail, and autopilot_group is for security groups only.".to_owned()
        );
    }
    let dynamic = &group["dynamic_membership"][0];
    let processing = dynamic["enabled"].as_bool().map(|enabled| if enabled { "on" } else { "paused" });
    Ok(Value::object([
        ("id", id.trim_start_matches("/groups/").into()),
        ("display_name", text("display_name").into()),
        ("description", text("description").into()),
        ("membership_rule", dynamic["rule"].as_str().into()),
        ("membership_rule_processing", processing.into()),
        ("mail_nickname", text("mail_nickname").into()),
        ("assignable_to_roles", (group["assignable_to_role"] == true).into()),
    ]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_azuread_group_is_taken_over_whatever_its_version() {
        let rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))";
        let group = |id: &str, object_id: &str| {
            json!({
                "id": id, "object_id": object_id, "display_name": "Devices", "description": "", "mail_nickname": "a1",
                "types": ["DynamicMembership"], "mail_enabled": false, "security_enabled": true,
                "dynamic_membership": [{"enabled": true, "rule": rule}],
            })
        };
        for group in [group("/groups/1", "1"), group("1", "1"), group("/groups/1", "")] {
            let taken = take_azuread_group(&group).expect("it is taken over");
            let expected = [
                ("id", "1".into()),
                ("display_name", "Devices".into()),
                ("description", Value::Null),
                ("membership_rule", rule.into()),
                ("membership_rule_processing", "on".into()),
                ("mail_nickname", "a1".into()),
                ("assignable_to_roles", false.into()),
            ];
            assert_eq!(taken, Value::object(expected));
        }
        let assigned = json!({"object_id": "2", "display_name": "Ours", "dynamic_membership": []});
        let taken = take_azuread_group(&assigned).expect("it is taken over");
        assert_eq!(
            (taken.get("membership_rule"), taken.get("membership_rule_processing")),
            (&Value::Null, &Value::Null)
        );
    }

    #[test]
    fn a_group_with_mail_is_not_taken_over() {
        for group in [json!({"object_id": "1", "types": ["Unified"]}), json!({"object_id": "1", "mail_enabled": true})]
        {
            assert!(take_azuread_group(&group).expect_err("it has mail").contains("security groups only"));
        }
        assert_eq!(take_azuread_group(&json!({})), Err("it has no object id.".to_owned()));
    }
}
