//! `autopilot_group`: a security group of Entra, dynamic or assigned.
//!
//! Graph: [group](https://learn.microsoft.com/graph/api/resources/group). A group is dynamic while it has a rule; Graph wants
//! `groupTypes` to say so as well. Every group must have a mail nickname, security groups too.

mod deleted;
mod group_type;
mod judge;
mod names;
mod provisioning_client;
mod related;
mod rule_status;
mod taken_over;
mod words;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use self::words::{ASSIGNABLE, REPLICATION, RULE};
use crate::{
    diagnostic::Diagnostics,
    knowledge::{mail_nickname::wrong_nickname, membership_rule, rule::is_same},
    resource::{Change, Cx, MICROSOFT365, Mover, Post, Resource, Result, Spec, body, collection, rule},
    schema::{Check, boolean, id, string, timestamp},
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
            .owns(is_ours)
            .lookup_of_any_kind()
            .lookup_facet(group_type::GroupType)
            .moved_from(Mover::by_id(MICROSOFT365, "microsoft365_graph_beta_groups_group"))
            .moved_from(Mover {
                provider: "hashicorp/azuread",
                type_name: "azuread_group",
                take: taken_over::take_azuread_group,
            })
            .replicates_within(REPLICATION)
            .facet(provisioning_client::ProvisioningClientOwner)
            .facet(related::Owners)
            .facet(related::Members)
            .constant("mailEnabled", false.into())
            .constant("securityEnabled", true.into())
            .learn("https://learn.microsoft.com/autopilot/enrollment-autopilot")
            .seen(
                "Nothing of itself. A dynamic group has a new device after some minutes, in a large tenant after hours; \
                 what is assigned to the group reaches the device after that.",
            )
            .attributes(vec![
                id(),
                string("display_name", "Name of the group.").required().len(1, 256),
                string("description", "What the group is for.").max_len(1024),
                string(RULE, "Rule that makes membership dynamic: who matches it is a member.")
                    .check(Check::Read(|text| rule::told(text, &membership_rule::problems(text))))
                    .same_when(is_same)
                    .example("(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))"),
                string("membership_rule_processing", "Whether the rule is processed. Not set, it is `on` where there is a rule.")
                    .computed()
                    .values(&[("on", "On"), ("paused", "Paused")])
                    .graph("membershipRuleProcessingState"),
                string("mail_nickname", "Mail alias, in ASCII, without blanks and `@ ( ) \\ [ ] \" ; : < > ,`. Not set, a unique one is made.")
                    .computed()
                    .stable()
                    .len(1, 64)
                    .check(Check::Text(|text| wrong_nickname(text).map_or(Ok(()), Err)))
                    .example("sales-laptops"),
                boolean(ASSIGNABLE, "Whether Entra roles can be assigned to it. Only without a rule. Making such a group needs the permission \
                     `RoleManagement.ReadWrite.Directory` too.")
                    .default(false)
                    .force_new()
                    .create_only()
                    .graph("isAssignableToRole"),
                boolean(names::PREVENT, "Whether a name that another group has is refused.").off_graph(),
                timestamp("created_date_time", "When the group was made.").read_only().stable(),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        judge::judge(config, diagnostics);
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        if change.config.get("membership_rule_processing").is_null() && !change.planned.is_null() {
            let processing = match (change.planned.get(RULE), change.prior.get(RULE)) {
                (Value::Unknown, _) => Value::Unknown,
                // What becomes of it when a rule is taken away is the service's to say.
                (Value::Null, rule) if !rule.is_null() => Value::Unknown,
                (Value::Null, _) => change.prior.get("membership_rule_processing").clone(),
                _ => "on".into(),
            };
            change.planned.insert("membership_rule_processing", processing);
        }
        if change.config.get(related::MEMBERS).is_null() && !change.planned.get(RULE).is_null() {
            // A rule that is not known yet may turn out to be none, and then they stay.
            let may_stay = change.planned.get(RULE).is_unknown() && !change.planned.get(related::MEMBERS).is_null();
            change.planned.insert(related::MEMBERS, if may_stay { Value::Unknown } else { Value::Null });
        }
        cx.diagnostics.extend(judge::members_leave(change));
        related::judge_owners(cx, change).await?;
        names::judge(cx, change).await?;
        deleted::warn(cx, change).await;
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        names::hold(cx, &Value::Null, planned).await?;
        let mut post = Post::of(&cx.spec(), planned);
        post.body()["groupTypes"] = group_types(planned);
        if post.body()["description"] == "" {
            // Graph refuses an empty description and takes none.
            post.body()["description"] = Json::Null;
        }
        let for_roles = planned.get(ASSIGNABLE).as_bool() == Some(true);
        if !for_roles {
            // Graph answers null for false.
            post.body().as_object_mut().map(|body| body.remove("isAssignableToRole"));
        }
        let post = match planned.get("mail_nickname").as_str() {
            Some(nickname) => post.narrowed(has_nickname(nickname)),
            None => {
                let nickname = uuid::Uuid::new_v4().simple().to_string();
                post.body()["mailNickname"] = nickname.as_str().into();
                post.marked(has_nickname(&nickname))
            }
        };
        let made = collection::create_with(cx, planned, post).await;
        made.map_err(|error| match error.graph() {
            Some(graph) if for_roles && graph.status() == Some(403) => {
                let doing = "creating the group with `assignable_to_roles = true`";
                error.diagnostic(doing, "Group.ReadWrite.All and RoleManagement.ReadWrite.Directory").into()
            }
            _ => error,
        })
    }

    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let read = collection::read(cx, state).await?;
        if let Some(state) = &read {
            rule_status::look(cx, state).await?;
        }
        Ok(read)
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        if prior.get("display_name") != planned.get("display_name") {
            names::hold(cx, prior.get("id"), planned).await?;
        }
        rule_status::remember(cx, prior, planned);
        let mut change = body::change(&cx.spec(), prior, planned);
        if let Some(change) = &mut change {
            if group_types(prior) != group_types(planned) {
                change["groupTypes"] = group_types(planned);
            }
            if change.get("description") == Some(&"".into()) {
                change["description"] = Json::Null;
            }
        }
        collection::update_with(cx, prior, planned, change).await
    }
}

/// A security group of the cloud. What is synchronised from on premises is changed there: Graph refuses to.
fn is_ours(group: &Json) -> bool {
    group_type::of(group) == group_type::SECURITY && group["onPremisesSyncEnabled"] != true
}

fn has_nickname(nickname: &str) -> String {
    format!("mailNickname eq '{}'", nickname.replace('\'', "''"))
}

fn group_types(group: &Value) -> Json {
    if group.get(RULE).is_null() { json!([]) } else { json!(["DynamicMembership"]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_with_mail_or_from_on_premises_is_in_no_list() {
        assert!(is_ours(&json!({"groupTypes": [], "mailEnabled": false, "securityEnabled": true})));
        assert!(is_ours(&json!({"groupTypes": ["DynamicMembership"], "onPremisesSyncEnabled": null})));
        for other in [
            json!({"groupTypes": ["Unified"]}),
            json!({"mailEnabled": true}),
            json!({"securityEnabled": false}),
            json!({"securityEnabled": true, "onPremisesSyncEnabled": true}),
        ] {
            assert!(!is_ours(&other), "{other}");
        }
    }
}
