//! `autopilot_mdm_enrollment_scope`: whose devices are enrolled in Intune automatically when they join Microsoft Entra. The admin
//! center calls it the MDM user scope; every tenant with Intune has it.
//!
//! Graph, beta only: [mobilityManagementPolicy](https://learn.microsoft.com/graph/api/resources/mobilitymanagementpolicy), the entry
//! of Intune. No application may read or change it. `selected` cannot be written, it comes of adding a group; the scope is written
//! without any other property, and `all` drops the groups.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::{self, Client, segment},
    path::Path,
    resource::{Facet, Resource, Result, Spec},
    schema::{Attribute, Check, id, string, strings},
    value::Value,
};

/// The application that is Intune.
const INTUNE: &str = "0000000a-0000-0000-c000-000000000000";

/// The resource.
pub(super) struct MdmEnrollmentScope;

impl Resource for MdmEnrollmentScope {
    fn spec(&self) -> Spec {
        let summary = "Manages whose devices are enrolled in Intune automatically when they join Microsoft Entra (MDM user scope).";
        Spec::new("mdm_enrollment_scope", summary)
            .noun("MDM user scope")
            .collection("/beta/policies/mobileDeviceManagementPolicies")
            .alone(INTUNE)
            .graph_type("mobilityManagementPolicy")
            .permissions("Policy.Read.All", "Policy.ReadWrite.MobilityManagement")
            .delegated_only()
            .notes("An address that is not set stays as it is.")
            .written_apart("appliesTo", "selected")
            .facet(IncludedGroups)
            .attributes(vec![
                id(),
                string(
                    "scope",
                    "Whose devices are enrolled: nobody's, everybody's, or those of the members of `group_ids`.",
                )
                .required()
                .one_of(&["none", "all", "selected"])
                .graph("appliesTo"),
                url("terms_of_use_url", "Terms of use that users see.").graph("termsOfUseUrl"),
                url("discovery_url", "Where devices find the enrollment service.").graph("discoveryUrl"),
                url("compliance_url", "Where users see why a device is not compliant.").graph("complianceUrl"),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let groups = config.get(GROUPS);
        match config.get("scope").as_str() {
            Some("selected") if !groups.is_unknown() && groups.elements().is_empty() => {
                let rule = "is \"selected\", and selects nobody. Set `group_ids`, or make it \"none\".";
                diagnostics.push(Diagnostic::invalid(Path::of("scope"), rule));
            }
            Some("none" | "all") if !groups.elements().is_empty() => {
                let rule = "can only be set with `scope = \"selected\"`.";
                diagnostics.push(Diagnostic::invalid(Path::of(GROUPS), rule));
            }
            _ => {}
        }
    }
}

fn url(name: &'static str, description: &'static str) -> Attribute {
    string(name, description).check(Check::Text(is_url)).example("https://enrollment.contoso.com/").kept()
}

fn is_url(text: &str) -> std::result::Result<(), String> {
    let is_one =
        text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    if is_one { Ok(()) } else { Err(format!("must be an address that begins with https://, got: {text:?}")) }
}

/// How long reads may not show a group that was added.
const REPLICATION: Duration = Duration::from_secs(60);

const GROUPS: &str = "group_ids";

/// The groups whose members are in the scope, each added and removed by a call of its own.
#[derive(Debug)]
struct IncludedGroups;

#[async_trait]
impl Facet for IncludedGroups {
    fn attribute(&self) -> Attribute {
        strings(GROUPS, "Ids of the groups whose members' devices are enrolled. Only with `scope = \"selected\"`.")
            .guid()
            .refers_to("group")
            .off_graph()
    }

    fn expands(&self) -> Option<&'static str> {
        Some("includedGroups")
    }

    async fn read(&self, _: &Client, _: &str, json: &Json, prior: &Value) -> Result<Value> {
        let ids = ids(json);
        // Of a scope that is not selected there are none, and nobody sets them.
        Ok(if ids.is_empty() && prior.is_null() {
            Value::Null
        } else {
            Value::set(ids.into_iter().map(Value::from).collect())
        })
    }

    /// Adds first, so that the scope is never empty.
    async fn write(&self, graph: &Client, object: &str, prior: &Value, planned: &Value) -> Result<()> {
        let texts =
            |value: &Value| value.elements().iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
        let (before, wanted) = (texts(prior), texts(planned));
        let there = included(graph, object).await?;
        for id in wanted.iter().filter(|id| !there.contains(id)) {
            // It is a path of no version.
            let reference = json!({"@odata.id": graph.link(&format!("/odata/groups('{id}')"))});
            let look =
                async || Ok(included(graph, object).await?.into_iter().find(|there| there == id).map(Json::from));
            graph.post_unless_there(&format!("{object}/includedGroups/$ref"), &reference, REPLICATION, look).await?;
        }
        // A scope of all has dropped them by then.
        for id in there.iter().filter(|id| before.contains(id) && !wanted.contains(id)) {
            graph.delete(&format!("{object}/includedGroups/{}/$ref", segment(id))).await?;
        }
        Ok(())
    }
}

fn ids(policy: &Json) -> Vec<String> {
    let groups = policy["includedGroups"].as_array().into_iter().flatten();
    groups.filter_map(|group| group["id"].as_str()).map(str::to_owned).collect()
}

async fn included(graph: &Client, object: &str) -> std::result::Result<Vec<String>, graph::Error> {
    Ok(ids(&graph.get(&format!("{object}?$expand=includedGroups")).await?))
}
