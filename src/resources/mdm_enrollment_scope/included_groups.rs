//! The groups whose members' devices are enrolled.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::{
    graph::{self, Client, segment},
    resource::{Facet, Result},
    schema::{Attribute, strings},
    value::Value,
};

/// How long reads may not show a group that was added.
const REPLICATION: Duration = Duration::from_secs(60);

pub(super) const GROUPS: &str = "group_ids";

/// The groups whose members are in the scope, each added and removed by a call of its own.
#[derive(Debug)]
pub(super) struct IncludedGroups;

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
