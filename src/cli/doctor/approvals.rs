//! Whether writes wait for another administrator (Multi Admin Approval).

use serde_json::{Value as Json, json};

use super::findings::{Finding, Part, Standing};
use crate::graph::{self, Client};

/// Graph's `operationApprovalPolicy`: there is one for each kind that is protected.
const POLICIES: &str = "/beta/deviceManagement/operationApprovalPolicies";

pub(super) async fn look(graph: &Client) -> Part {
    judged(graph.list(POLICIES).await)
}

fn judged(read: Result<Vec<Json>, graph::Error>) -> Part {
    let part = |kinds: Json, finding: Finding| Part {
        name: "approvals",
        json: json!({"kinds": kinds}),
        findings: vec![finding],
    };
    let unknown = || Finding::new(Standing::Note, "Whether Multi Admin Approval is in force is not known.");
    let policies = match read {
        Ok(policies) => policies,
        Err(graph::Error::Refused { status: 403, .. }) => {
            let why = "It cannot be looked at without the permission DeviceManagementConfiguration.Read.All.";
            return part(Json::Null, unknown().with([why.to_owned()]));
        }
        Err(error) => return part(Json::Null, unknown().with([format!("{error}.")])),
    };
    let mut kinds: Vec<String> =
        policies.iter().filter_map(|policy| policy["policyType"].as_str()).map(in_words).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let finding = match kinds.is_empty() {
        true => Finding::new(Standing::Good, "Multi Admin Approval is not in force."),
        false => {
            Finding::new(Standing::Note, "Multi Admin Approval is in force: another administrator approves changes.")
                .with([format!("It is for: {}.", kinds.join(", "))])
                .mended_by(
                    "Set approval_justification in the provider's configuration, and the provider asks and waits.",
                )
        }
    };
    part(json!(kinds), finding)
}

/// A word of Graph's, as it is read: `compliancePolicy` is `compliance policy`.
fn in_words(kind: &str) -> String {
    let mut words = String::new();
    for letter in kind.chars() {
        if letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_in_words_each_once() {
        let policies = ["script", "compliancePolicy", "script"].map(|kind| json!({"policyType": kind}));
        let part = judged(Ok(policies.to_vec()));
        assert_eq!(part.json, json!({"kinds": ["compliance policy", "script"]}));
        assert_eq!(part.findings[0].standing, Standing::Note);
        assert_eq!(judged(Ok(Vec::new())).findings[0].standing, Standing::Good);
    }
}
