//! What a plan finds in the tenant about group tags and users that it gives to devices.
//!
//! Only what the plan changes is looked up, and everything once: users by fifteen in a filter and twenty filters in a
//! request, rules by one list.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use tokio::sync::OnceCell;

use super::why::several;
use crate::{
    autopilot::users,
    diagnostic::Diagnostic,
    graph::Client,
    knowledge::{membership_rule, rule::Expr, visible::quoted},
    resource::{Cx, InProcess, looks},
};

/// So many users are looked up at most: five requests.
const MOST_USERS: usize = 1500;

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
    let found = users::named(graph, &looked_up).await;
    let Some(found) = looks::answered(cx, found, "users", "User.Read.All") else { return Vec::new() };
    let among = |is_doubtful: &dyn Fn(Option<&Json>) -> bool| -> Vec<&str> {
        looked_up.iter().copied().filter(|user| is_doubtful(found.get(&user.to_lowercase()))).collect()
    };
    let missing = among(&|user| user.is_none());
    let disabled = among(&|user| user.is_some_and(users::is_disabled));
    let unlicensed = among(&|user| user.is_some_and(|user| !users::is_disabled(user) && !users::has_intune(user)));
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
