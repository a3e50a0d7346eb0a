//! Which tenant it is.

use serde_json::{Value as Json, json};

use super::{
    findings::{Finding, Part, Standing},
    proxies,
};
use crate::graph::{self, Claims, Client};

const NAME: &str = "tenant";

/// Graph's own answer. An error says that Graph was not reached.
pub(super) async fn look(graph: &Client, claims: &Claims) -> Result<Part, graph::Error> {
    let id = &claims.tenant_id;
    let finding = match graph.list("/v1.0/organization").await {
        Ok(all) => {
            let organization = all.first().unwrap_or(&Json::Null);
            let name = organization["displayName"].as_str().unwrap_or_default();
            let domains = organization["verifiedDomains"].as_array().into_iter().flatten();
            let default =
                domains.filter(|domain| domain["isDefault"] == true).find_map(|domain| domain["name"].as_str());
            let default = default.unwrap_or_default();
            let json = json!({"id": id, "name": name, "default_domain": default});
            let finding = Finding::new(Standing::Good, format!("The tenant is {name}, {default}.")).with([id.clone()]);
            return Ok(Part { name: NAME, json, findings: vec![finding] });
        }
        Err(graph::Error::Refused { status: 403, .. }) => Finding::new(Standing::Note, format!("The tenant is {id}."))
            .with(["Its name is not known without the permission Organization.Read.All.".to_owned()]),
        Err(error @ graph::Error::Refused { status: 400..500, .. }) => {
            Finding::new(Standing::Note, format!("The tenant is {id}."))
                .with([format!("Its name is not known: {error}.")])
        }
        Err(error) => return Err(error),
    };
    Ok(Part { name: NAME, json: json!({"id": id, "name": null, "default_domain": null}), findings: vec![finding] })
}

/// Graph did not answer, or somebody else did.
pub(super) fn not_reached(error: &graph::Error) -> Part {
    let why = (!proxies::is_told(Some(error))).then(|| format!("{error}."));
    let finding = Finding::new(Standing::Stopped, "Microsoft Graph was not reached.").with(why);
    Part { name: NAME, json: Json::Null, findings: vec![finding] }
}
