//! What Exchange keeps of a group rather than the directory: it is read of a mailbox, and changed by itself.
//!
//! Facts: Graph's page "Update group". The refusals are recorded in microsoftgraph/microsoft-graph-docs, issues 10640 and
//! 13552; that of a change beside others is not known, and worded as the directory's are.

use serde_json::json;

use crate::emulator::call::Call;
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;

const PROPERTIES: &[&str] = &[
    "allowExternalSenders",
    "autoSubscribeNewMembers",
    "hideFromAddressLists",
    "hideFromOutlookClients",
    "isSubscribedByMail",
    "unseenCount",
];

fn is_kept(name: &str) -> bool {
    PROPERTIES.contains(&name)
}

/// Refuses a selection of them where the group has no mailbox.
pub(super) fn holds_selection(names: Option<&[String]>, group: &Object) -> Result<(), Failure> {
    let asked = names.unwrap_or_default().iter().any(|name| is_kept(name));
    if asked && group.get("mailEnabled") != Some(&json!(true)) {
        return Err(none());
    }
    Ok(())
}

/// Refuses an application that writes them: only people may.
pub(super) fn holds_caller(call: &Call, body: &Object) -> Result<(), Failure> {
    if !call.caller.delegated && body.keys().any(|name| is_kept(name)) {
        let text = "User does not have permissions to execute this action.";
        return Err(Failure::graph(403, "ErrorGroupsAccessDenied", text));
    }
    Ok(())
}

/// Refuses a change of them beside others, by an application, or of a group without a mailbox.
pub(super) fn holds_change(call: &Call, body: &Object, group: &Object) -> Result<(), Failure> {
    let mut names = body.keys().filter(|name| !name.starts_with('@'));
    let Some(name) = names.clone().find(|name| is_kept(name)) else { return Ok(()) };
    if names.any(|name| !is_kept(name)) {
        return Err(Failure::bad_directory_request(format!(
            "Property '{name}' cannot be updated in one request with properties that are not Exchange's."
        )));
    }
    holds_caller(call, body)?;
    if group.get("mailEnabled") == Some(&json!(true)) { Ok(()) } else { Err(none()) }
}

fn none() -> Failure {
    let text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
    Failure::graph(404, "MailboxNotEnabledForRESTAPI", text)
}
