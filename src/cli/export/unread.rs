//! What could not be read, and what to do about it.

use std::collections::BTreeSet;

use super::left_out::{self, LeftOut};

/// A kind that could not be read.
pub(super) struct Unread {
    pub(super) kind: String,
    /// What a diagnostic says: what happened, and after a blank line what to do.
    why: String,
}

impl Unread {
    pub(super) fn of(kind: &str, why: &str) -> Unread {
        Unread { kind: kind.to_owned(), why: why.to_owned() }
    }

    /// The permission that lacks, where it is that.
    fn permission(&self) -> Option<&str> {
        let (_, named) = self.why.split_once("needs the Microsoft Graph permission ")?;
        named.split_once(" with admin consent").map(|(permission, _)| permission)
    }

    /// What is to be done, where it is no permission.
    fn advice(&self) -> Option<&str> {
        self.why.split_once("\n\n").map(|(_, advice)| advice).filter(|_| self.permission().is_none())
    }

    /// One line for the screen.
    pub(super) fn line(&self) -> String {
        let told = self.why.split("\n\n").next().unwrap_or_default();
        match self.permission() {
            Some(permission) => format!("Not read: {}. The permission {permission} is missing.", self.kind),
            None => format!("Not read: {}. {told}", self.kind),
        }
    }

    /// A part of a line: what a count lacks.
    pub(super) fn reason(&self) -> String {
        match self.permission() {
            Some(permission) => format!("the permission {permission} is missing"),
            None => {
                left_out::lasting(self.why.split("\n\n").next().unwrap_or_default()).trim_end_matches('.').to_owned()
            }
        }
    }

    pub(super) fn left_out(&self) -> LeftOut {
        LeftOut::unread(&self.kind, &self.why)
    }
}

/// What to do about all of them, each thing said once.
pub(super) fn advice(unread: &[&Unread]) -> Vec<String> {
    let permissions: BTreeSet<&str> = unread.iter().filter_map(|unread| unread.permission()).collect();
    let others: BTreeSet<&str> = unread.iter().filter_map(|unread| unread.advice()).collect();
    let mut all: Vec<String> = others.into_iter().map(str::to_owned).collect();
    if !permissions.is_empty() {
        let names: Vec<&str> = permissions.into_iter().collect();
        all.push(format!(
            "Grant the application with admin consent: {}. `terraform-provider-autopilot doctor --read-only` tells what is \
             missing for what.",
            names.join(", ")
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{graph, resource};

    fn refused(status: u16, permission: &str) -> String {
        let refused = graph::Error::Refused {
            attempted: "GET /v1.0/groups".into(),
            status,
            code: "Code".into(),
            message: "No.".into(),
            request_id: None,
            activity_id: None,
            retry_after: None,
        };
        resource::Error::from(refused).diagnostic("listing each group", permission).detail
    }

    #[test]
    fn a_kind_is_a_line_and_the_advice_is_said_once() {
        let unread = [
            Unread::of("groups", &refused(403, "Group.Read.All")),
            Unread::of("scope tags", &refused(403, "DeviceManagementRBAC.Read.All")),
            Unread::of("more groups", &refused(403, "Group.Read.All")),
            Unread::of("apps", &refused(503, "")),
            Unread::of("scripts", &refused(503, "")),
        ];
        assert_eq!(unread[0].line(), "Not read: groups. The permission Group.Read.All is missing.");
        assert!(unread[3].line().starts_with("Not read: apps. While listing each group: GET /v1.0/groups: HTTP 503"));
        let advice = advice(&unread.iter().collect::<Vec<_>>());
        assert_eq!(advice.len(), 2, "{advice:?}");
        assert!(advice[0].starts_with("The fault is the service's"), "{advice:?}");
        assert!(advice[1].contains("consent: DeviceManagementRBAC.Read.All, Group.Read.All. "), "{advice:?}");
    }
}
