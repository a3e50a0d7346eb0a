//! `autopilot_domain_join_connectors`: the Intune Connectors for Active Directory, which join hybrid devices to the domain.
//!
//! Graph, beta only: [deviceManagementDomainJoinConnector](https://learn.microsoft.com/graph/api/resources/intune-odj-devicemanagementdomainjoinconnector).
//! They are installed on premises. One whose version is too old is shown as active and does nothing.

use async_trait::async_trait;
use serde_json::Value as Json;

use crate::{
    knowledge::domain_join_connector::{ACTIVE, is_supported, status},
    resource::{Cx, DataSource, DataSpec, Result, body},
    schema::{Attribute, boolean, list_of, string, timestamp},
    value::Value,
};

/// The data source.
pub(super) struct DomainJoinConnectors;

#[async_trait]
impl DataSource for DomainJoinConnectors {
    fn spec(&self) -> DataSpec {
        let summary = "Reads the Intune Connectors for Active Directory: which of them join devices to an on-premises domain, and \
                       which only seem to.";
        DataSpec::new(
            "domain_join_connectors",
            summary,
            vec![
                list_of("connectors", "The connectors. The one that called Intune last comes first.")
                    .read_only()
                    .of(connector()),
                boolean("ready", "Whether one of them is active and of a supported version.").read_only(),
            ],
        )
        .noun("Intune Connectors for Active Directory")
        .permission("DeviceManagementConfiguration.Read.All")
    }

    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value> {
        let mut all = cx.graph()?.list("/beta/deviceManagement/domainJoinConnectors").await?;
        all.sort_by_cached_key(|json| std::cmp::Reverse(json["lastConnectionDateTime"].as_str().map(str::to_owned)));
        let connectors: Vec<_> = all.iter().map(value).collect();
        let works =
            |it: &Value| it.get("supported").as_bool() == Some(true) && it.get("status").as_str() == Some(ACTIVE);
        let mut state = config.clone();
        state.insert("ready", connectors.iter().any(works).into());
        state.insert("connectors", Value::List(connectors));
        Ok(state)
    }
}

fn connector() -> Vec<Attribute> {
    vec![
        string("id", "Identifier of the connector.").read_only(),
        string("display_name", "Name of the server that it runs on.").read_only(),
        string("status", "`Active`, `Error`, `Inactive`, or `Unknown`.").read_only().graph("state"),
        string("version", "Its version.").read_only(),
        timestamp("last_connection", "When it last called Intune.").read_only().graph("lastConnectionDateTime"),
        boolean(
            "supported",
            "Whether its version still processes requests: 6.2501.2000.5 or newer. An older one is shown as active and joins no \
             device.",
        )
        .read_only()
        .off_graph(),
    ]
}

fn value(json: &Json) -> Value {
    let mut value = body::read(&connector(), json, None);
    value.insert("status", status(json["state"].as_str().unwrap_or_default()).into());
    value.insert("supported", is_supported(json["version"].as_str().unwrap_or_default()).into());
    value
}
