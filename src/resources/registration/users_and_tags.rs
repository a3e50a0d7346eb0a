//! What a plan finds in the tenant about group tags and users that it gives to devices.
//!
//! Only what the plan changes is looked up, and everything once: users by fifteen in a filter and twenty filters in a
//! request, rules by one list.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::Value as Json;
use tokio::sync::OnceCell;

use super::why::several;
use crate::{
    diagnostic::Diagnostic,
    graph::{self, Client, segment},
    knowledge::{membership_rule, rule::Expr, visible::quoted},
    resource::{Cx, InProcess, looks},
};

/// So many values does Graph take in an `in` of a filter.
const IN_A_FILTER: usize = 15;

/// So many users are looked up at most: five requests.
const MOST_USERS: usize = 1500;

const USERS: &str = "/v1.0/users?$select=id,userPrincipalName,accountEnabled,assignedPlans&$filter=";
const RULES: &str =
    "/v1.0/groups?$select=id,membershipRule&$top=999&$filter=groupTypes/any(c:c%20eq%20'DynamicMembership')";

/// Dynamic groups of the tenant. However many resources give tags, they are read once.
static GROUPS: InProcess<OnceCell<Vec<Json>>> = InProcess::new();

/// What is to be told of these group tags and users. Neither has case.
pub(super) async fn doubts(cx: &mut Cx, tags: &BTreeSet<String>, users: &BTreeSet<String>) -> Vec<Diagnostic> {
    let Some(graph) = looks::allowed(cx) else { return Vec::new() };
    let mut told = of_users(cx, &graph, users).await;
    told.extend(of_tags(cx, &graph, tags).await);
    told
}

async fn of_users(cx: &mut Cx, graph: &Client, users: &BTreeSet<String>) -> Vec<Diagnostic> {
    if users.len() > MOST_USERS {
        looks::only_some(cx, &format!("of {} assigned users the first {MOST_USERS} were looked up", users.len()));
    }
    let looked_up: Vec<_> = users.iter().take(MOST_USERS).map(String::as_str).collect();
    let found = users_named(graph, &looked_up).await;
    let Some(found) = looks::answered(cx, found, "users", "User.Read.All") else { return Vec::new() };
    let among = |is_doubtful: &dyn Fn(Option<&Json>) -> bool| -> Vec<&str> {
        looked_up.iter().copied().filter(|user| is_doubtful(found.get(&user.to_lowercase()))).collect()
    };
    let missing = among(&|user| user.is_none());
    let disabled = among(&|user| user.is_some_and(|user| user["accountEnabled"] == false));
    let unlicensed = among(&|user| user.is_some_and(|user| user["accountEnabled"] != false && !has_intune(user)));
    [
        (
            "Assigned Users Missing",
            missing,
            "not in this tenant",
            "Intune checks only the domain, and a device of nobody may be unusable.",
        ),
        (
            "Assigned Users Disabled",
            disabled,
            "disabled",
            "Nobody signs in as them, so their devices cannot be set up.",
        ),
        ("Assigned Users Without Intune", unlicensed, "without an Intune licence", "Their devices do not enrol."),
    ]
    .into_iter()
    .filter(|(_, users, ..)| !users.is_empty())
    .map(|(title, users, are, so)| {
        Diagnostic::warning(title, format!("Assigned users that are {are}: {}. {so}", several(&users)))
    })
    .collect()
}

/// Those of these users that there are, by their names in lower case.
async fn users_named(graph: &Client, users: &[&str]) -> Result<BTreeMap<String, Json>, graph::Error> {
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

/// Intune's plans are those of the service SCO. A user of whom no plans are shown is not judged.
fn has_intune(user: &Json) -> bool {
    let Some(plans) = user["assignedPlans"].as_array() else { return true };
    plans.iter().any(|plan| plan["service"] == "SCO" && plan["capabilityStatus"] == "Enabled")
}

/// A tenant none of whose rules asks for a group tag has its groups yet to come.
async fn of_tags(cx: &mut Cx, graph: &Client, tags: &BTreeSet<String>) -> Option<Diagnostic> {
    if tags.is_empty() {
        return None;
    }
    let groups = GROUPS.of(graph, "");
    let answer = groups.get_or_try_init(|| graph.list(RULES)).await;
    let groups = looks::answered(cx, answer, "groups", "Group.Read.All")?;
    let rules = groups.iter().filter_map(|group| group["membershipRule"].as_str());
    let rules: Vec<Expr> = rules
        .filter(|rule| rule.to_lowercase().contains("[orderid]"))
        .filter_map(|rule| membership_rule::read(rule).0)
        .collect();
    let is_asked_for = |tag: &str| rules.iter().any(|rule| membership_rule::asks_for_tag(rule, tag));
    let unasked: Vec<_> = tags.iter().filter(|tag| !is_asked_for(tag)).map(|tag| quoted(tag)).collect();
    if rules.is_empty() || unasked.is_empty() {
        return None;
    }
    let detail = format!(
        "The rule of no dynamic group in this tenant asks for {}, while others ask for group tags. Unless a group of this run \
         does, devices with such a tag are in no group by it, and get what every device gets. Check how it is written.",
        several(&unasked.iter().map(String::as_str).collect::<Vec<_>>()),
    );
    Some(Diagnostic::warning("Group Tag Without a Group", detail))
}
