//! `autopilot_group`: a security group of Entra, dynamic or assigned.
//!
//! Graph: [group](https://learn.microsoft.com/graph/api/resources/group). A group is dynamic while it has a rule; Graph wants
//! `groupTypes` to say so as well. Every group must have a mail nickname, security groups too.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::{self, Client},
    knowledge::{mail_nickname::wrong_nickname, membership_rule, rule::is_same},
    path::Path,
    resource::{Change, Cx, Facet, Mover, Post, Resource, Result, Spec, body, collection, rule},
    schema::{Attribute, Check, boolean, id, string, timestamp},
    value::Value,
};

/// Reads show what was written within this, but in administrative units, where eleven minutes have been seen.
const REPLICATION: Duration = Duration::from_secs(60);

/// The resource.
pub(super) struct Group;

#[async_trait]
impl Resource for Group {
    fn spec(&self) -> Spec {
        Spec::new("group", "Manages a security group of Microsoft Entra ID, with dynamic or assigned membership.")
            .collection("/v1.0/groups")
            .permissions("Group.Read.All", "Group.ReadWrite.All")
            .find_by_filter("display_name")
            .owns(is_security_group)
            .moved_from(Mover { provider: "hashicorp/azuread", type_name: "azuread_group", take: take_azuread_group })
            .replicates_within(REPLICATION)
            .facet(ProvisioningClientOwner)
            .constant("mailEnabled", false.into())
            .constant("securityEnabled", true.into())
            .attributes(vec![
                id(),
                string("display_name", "Name of the group.").required().len(1, 256),
                string("description", "What the group is for.").max_len(1024),
                string("membership_rule", "Rule that makes membership dynamic: who matches it is a member.")
                    .check(Check::Read(|text| rule::told(text, &membership_rule::problems(text))))
                    .same_when(is_same)
                    .example("(device.devicePhysicalIds -any (_ -contains \"[ZTDId]\"))"),
                string("membership_rule_processing", "Whether the rule is processed. On where there is a rule.")
                    .computed()
                    .values(&[("on", "On"), ("paused", "Paused")])
                    .graph("membershipRuleProcessingState"),
                string("mail_nickname", "Mail alias. Not set, a unique one is made.")
                    .computed()
                    .stable()
                    .len(1, 64)
                    .check(Check::Text(|text| wrong_nickname(text).map_or(Ok(()), Err)))
                    .example("sales-laptops"),
                timestamp("created_date_time", "When the group was made.").read_only().stable(),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let name = "membership_rule_processing";
        if config.get("membership_rule").is_null() && !matches!(config.get(name), Value::Null | Value::Unknown) {
            let rule = "needs a `membership_rule`: a group without one has assigned members.";
            diagnostics.push(Diagnostic::invalid(Path::of(name), rule));
        }
    }

    async fn plan(&self, _cx: &mut Cx, change: &mut Change) -> Result<()> {
        if change.config.get("membership_rule_processing").is_null() && !change.planned.is_null() {
            let processing = match (change.planned.get("membership_rule"), change.prior.get("membership_rule")) {
                (Value::Unknown, _) => Value::Unknown,
                // What becomes of it when a rule is taken away is the service's to say.
                (Value::Null, rule) if !rule.is_null() => Value::Unknown,
                (Value::Null, _) => change.prior.get("membership_rule_processing").clone(),
                _ => "on".into(),
            };
            change.planned.insert("membership_rule_processing", processing);
        }
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let mut post = Post::of(&cx.spec(), planned);
        post.body()["groupTypes"] = group_types(planned);
        if post.body()["description"] == "" {
            // Graph refuses an empty description and takes none.
            post.body()["description"] = Json::Null;
        }
        let post = match planned.get("mail_nickname").as_str() {
            Some(nickname) => post.narrowed(has_nickname(nickname)),
            None => {
                let nickname = uuid::Uuid::new_v4().simple().to_string();
                post.body()["mailNickname"] = nickname.as_str().into();
                post.marked(has_nickname(&nickname))
            }
        };
        collection::create_with(cx, planned, post).await
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
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

/// Whether the Intune Provisioning Client is an owner. It goes by several names, and by this application id alone
/// (Microsoft, "Create an assigned device group"). A tenant may not know it yet.
#[derive(Debug)]
struct ProvisioningClientOwner;

const PROVISIONING_CLIENT: &str = "f1346770-5b25-470b-88bd-d5744ab7952c";

#[async_trait]
impl Facet for ProvisioningClientOwner {
    fn attribute(&self) -> Attribute {
        boolean(
            "provisioning_client_owner",
            "Whether the Intune Provisioning Client owns it: device preparation needs that.",
        )
        .unmanaged_when_unset()
        .off_graph()
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["Application.Read.All", "Application.ReadWrite.All"]
    }

    async fn read(&self, graph: &Client, object: &str, _json: &Json, prior: &Value) -> Result<Value> {
        let owner = owner(graph, object).await?;
        // At an import only what is there is managed.
        Ok(if owner.is_none() && prior.is_null() { Value::Null } else { owner.is_some().into() })
    }

    async fn write(&self, graph: &Client, object: &str, _prior: &Value, planned: &Value) -> Result<()> {
        let owners = format!("{object}/owners");
        match (planned.as_bool(), owner(graph, object).await?) {
            (Some(true), None) => {
                let id = principal(graph).await?;
                let reference = json!({"@odata.id": graph.link(&format!("/v1.0/directoryObjects/{id}"))});
                let look = async || Ok(owner(graph, object).await?.map(Json::from));
                graph.post_unless_there(&format!("{owners}/$ref"), &reference, REPLICATION, look).await?;
            }
            (Some(false), Some(id)) => graph.delete(&format!("{owners}/{id}/$ref")).await?,
            _ => return Ok(()),
        }
        let is_seen = async || {
            owner(graph, object).await.map(|owner| (owner.is_some() == (planned.as_bool() == Some(true))).then_some(()))
        };
        Ok(graph.wait("waiting for the owners of the group to be seen", is_seen).await?)
    }
}

/// The client's service principal among the owners. Only beta lists owners that are service principals.
async fn owner(graph: &Client, object: &str) -> std::result::Result<Option<String>, graph::Error> {
    let owners = graph.read_list(&format!("{}/owners", object.replacen("/v1.0/", "/beta/", 1))).await?;
    let client = owners.into_iter().find(|owner| owner["appId"] == PROVISIONING_CLIENT);
    Ok(client.and_then(|client| Some(client["id"].as_str()?.to_owned())))
}

/// The client's service principal: found, or made.
async fn principal(graph: &Client) -> Result<String> {
    let find = async || {
        let filter = format!("appId%20eq%20'{PROVISIONING_CLIENT}'");
        Ok::<_, graph::Error>(graph.list(&format!("/v1.0/servicePrincipals?$filter={filter}")).await?.pop())
    };
    let made = match find().await? {
        Some(found) => found,
        None => {
            let body = json!({"appId": PROVISIONING_CLIENT});
            graph.post_unless_there("/v1.0/servicePrincipals", &body, REPLICATION, find).await?
        }
    };
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

/// Not a Microsoft 365 group and not a list of mail addresses.
fn is_security_group(group: &Json) -> bool {
    let unified = group["groupTypes"].as_array().is_some_and(|types| types.iter().any(|each| each == "Unified"));
    !unified && group["mailEnabled"] != true && group["securityEnabled"] != false
}

/// The state of an `azuread_group`: hashicorp/terraform-provider-azuread, `docs/resources/group.md`. Its `id` is
/// `/groups/` and the object id since 3.0, and was the object id before.
fn take_azuread_group(group: &Json) -> std::result::Result<Value, String> {
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
    ]))
}

fn has_nickname(nickname: &str) -> String {
    format!("mailNickname eq '{}'", nickname.replace('\'', "''"))
}

fn group_types(group: &Value) -> Json {
    if group.get("membership_rule").is_null() { json!([]) } else { json!(["DynamicMembership"]) }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn a_group_with_mail_is_in_no_list() {
        assert!(is_security_group(&json!({"groupTypes": [], "mailEnabled": false, "securityEnabled": true})));
        assert!(is_security_group(&json!({"groupTypes": ["DynamicMembership"]})));
        for other in
            [json!({"groupTypes": ["Unified"]}), json!({"mailEnabled": true}), json!({"securityEnabled": false})]
        {
            assert!(!is_security_group(&other), "{other}");
        }
    }
}
