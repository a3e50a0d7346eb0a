//! The Intune Provisioning Client, which has to own the group that device preparation puts devices into.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::words::REPLICATION;
use crate::{
    graph::{self, Client},
    resource::{Facet, Result},
    schema::{Attribute, boolean},
    value::Value,
};

/// Whether the Intune Provisioning Client is an owner. It goes by several names, and by this application id alone
/// (Microsoft, "Create an assigned device group"). A tenant may not know it yet.
#[derive(Debug)]
pub(super) struct ProvisioningClientOwner;

pub(super) const OWNER: &str = "provisioning_client_owner";

pub(super) const PROVISIONING_CLIENT: &str = "f1346770-5b25-470b-88bd-d5744ab7952c";

#[async_trait]
impl Facet for ProvisioningClientOwner {
    fn attribute(&self) -> Attribute {
        boolean(OWNER, "Whether the Intune Provisioning Client owns it: device preparation needs that.")
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
pub(super) async fn owner(graph: &Client, object: &str) -> std::result::Result<Option<String>, graph::Error> {
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
