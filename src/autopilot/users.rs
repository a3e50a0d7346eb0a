//! Users, as they are assigned to devices.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use serde_json::Value as Json;

use crate::graph::{self, Client, segment};

/// So many values does Graph take in an `in` of a filter.
const IN_A_FILTER: usize = 15;

const USERS: &str = "/v1.0/users?$select=id,userPrincipalName,accountEnabled,assignedPlans&$filter=";

/// Those of these users that there are, by their names in lower case. Fifteen are asked for in a filter.
///
/// # Errors
/// Whatever Graph refuses.
pub(crate) async fn named(graph: &Client, users: &[&str]) -> Result<BTreeMap<String, Json>, graph::Error> {
    let path = |some: &[&str]| {
        let names: Vec<_> = some.iter().map(|user| format!("'{}'", user.replace('\'', "''"))).collect();
        format!("{USERS}{}", segment(&format!("userPrincipalName in ({})", names.join(","))))
    };
    let paths: Vec<_> = users.chunks(IN_A_FILTER).map(path).collect();
    let mut found = BTreeMap::new();
    for page in join_all(paths.iter().map(|path| graph.read(path))).await {
        let page = page?;
        for user in page["value"].as_array().into_iter().flatten() {
            let name = user["userPrincipalName"].as_str().unwrap_or_default().to_lowercase();
            found.insert(name, user.clone());
        }
    }
    Ok(found)
}

/// Whether nobody signs in as this user.
pub(crate) fn is_disabled(user: &Json) -> bool {
    user["accountEnabled"] == false
}

/// Intune's plans are those of the service SCO. A user of whom no plans are shown is not judged.
pub(crate) fn has_intune(user: &Json) -> bool {
    let Some(plans) = user["assignedPlans"].as_array() else { return true };
    plans.iter().any(|plan| plan["service"] == "SCO" && plan["capabilityStatus"] == "Enabled")
}
