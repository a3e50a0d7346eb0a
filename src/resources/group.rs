//! `autopilot_group`: a security group of Entra, dynamic or assigned.
//!
//! Graph: [group](https://learn.microsoft.com/graph/api/resources/group). A group is dynamic while it has a rule; Graph wants
//! `groupTypes` to say so as well. Every group must have a mail nickname, security groups too.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::{
    knowledge::membership_rule,
    resource::{Change, Cx, Resource, Result, Spec, body, collection},
    schema::{Check, id, string, timestamp},
    value::Value,
};

/// The resource.
pub(super) struct Group;

#[async_trait]
impl Resource for Group {
    fn spec(&self) -> Spec {
        Spec::new("group", "Manages a security group of Microsoft Entra ID, with dynamic or assigned membership.")
            .collection("/v1.0/groups")
            .permissions("Group.Read.All", "Group.ReadWrite.All")
            .find_by_filter("display_name")
            .replicates()
            .attributes(vec![
                id(),
                string("display_name", "Name of the group.").required().len(1, 256),
                string("description", "What the group is for.").max_len(1024),
                string("membership_rule", "Rule that makes membership dynamic: who matches it is a member.").check(
                    Check::Text(|rule| {
                        membership_rule::check_length(rule).map_err(|error| format!("is too long. {error}"))
                    }),
                ),
                string("membership_rule_processing", "Whether the rule is processed. On where there is a rule.")
                    .computed()
                    .values(&[("on", "On"), ("paused", "Paused")])
                    .graph("membershipRuleProcessingState"),
                string("mail_nickname", "Mail alias. Not set, a unique one is made.").computed().stable().len(1, 64),
                timestamp("created_date_time", "When the group was made.").read_only().stable(),
            ])
    }

    async fn plan(&self, _cx: &mut Cx, change: &mut Change) -> Result<()> {
        if change.config.get("membership_rule_processing").is_null() && !change.planned.is_null() {
            let processing = match change.planned.get("membership_rule") {
                Value::Null => Value::Null,
                Value::Unknown => Value::Unknown,
                _ => "on".into(),
            };
            change.planned.insert("membership_rule_processing", processing);
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let mut body = body::create(&self.spec(), planned);
        body["mailEnabled"] = false.into();
        body["securityEnabled"] = true.into();
        body["groupTypes"] = group_types(planned);
        let mut ours = None;
        if planned.get("mail_nickname").is_unknown() {
            let nickname = uuid::Uuid::new_v4().simple().to_string();
            ours = Some(format!("mailNickname eq '{nickname}'"));
            body["mailNickname"] = nickname.into();
        }
        if body["description"] == "" {
            // Graph refuses an empty description and takes none.
            body["description"] = Json::Null;
        }
        collection::create_with(&self.spec(), cx, planned, body, ours).await
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let mut change = body::change(&self.spec(), prior, planned);
        if let Some(change) = &mut change {
            if group_types(prior) != group_types(planned) {
                change["groupTypes"] = group_types(planned);
            }
            if change.get("description") == Some(&"".into()) {
                change["description"] = Json::Null;
            }
        }
        collection::update_with(&self.spec(), cx, prior, planned, change).await
    }
}

fn group_types(group: &Value) -> Json {
    if group.get("membership_rule").is_null() { json!([]) } else { json!(["DynamicMembership"]) }
}
