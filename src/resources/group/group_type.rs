//! What kind of group it is, in the words of the admin center.

use async_trait::async_trait;
use serde_json::Value as Json;

use crate::{
    graph::Client,
    resource::{Facet, Result},
    schema::{Attribute, string},
    value::Value,
};

/// The attribute of the data source. A resource is a security group always.
#[derive(Debug)]
pub(super) struct GroupType;

pub(super) const SECURITY: &str = "Security";

#[async_trait]
impl Facet for GroupType {
    fn attribute(&self) -> Attribute {
        let what = "What kind of group it is: `Security`, `Microsoft 365`, `Mail-enabled security` or `Distribution`. Only a \
                    security group of the cloud can be a resource.";
        string("group_type", what).read_only().off_graph()
    }

    async fn read(&self, _graph: &Client, _object: &str, json: &Json, _prior: &Value) -> Result<Value> {
        Ok(of(json).into())
    }

    async fn write(&self, _graph: &Client, _object: &str, _prior: &Value, _planned: &Value) -> Result<()> {
        Ok(())
    }
}

/// The type of a group as Graph tells it (Microsoft, "Working with groups in Microsoft Graph").
pub(super) fn of(group: &Json) -> &'static str {
    let is_unified = group["groupTypes"].as_array().is_some_and(|types| types.iter().any(|each| each == "Unified"));
    match (is_unified, group["mailEnabled"] == true, group["securityEnabled"] != false) {
        (true, ..) => "Microsoft 365",
        (_, true, true) => "Mail-enabled security",
        (_, false, true) => SECURITY,
        (_, _, false) => "Distribution",
    }
}
