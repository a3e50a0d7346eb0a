//! What the tenant holds, as the demo shows it and judges it.
//!
//! A `check` that fails only warns, and Terraform's exit is 0 all the same: so the demo looks for itself.

use std::fmt;

use crate::cli::screen::{Screen, Table};

/// What a tenant holds of Autopilot, by the names that a person knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Holdings {
    pub(super) devices: Vec<Device>,
    pub(super) groups: Vec<Group>,
    pub(super) profiles: Vec<Policy>,
    pub(super) status_pages: Vec<Policy>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) serial_number: String,
    pub(super) model: String,
    pub(super) group_tag: String,
    pub(super) user: String,
    /// In the admin center's words.
    pub(super) profile_status: String,
    pub(super) date_assigned: Option<String>,
    pub(super) profile: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) rule: String,
    pub(super) members: usize,
}

/// A deployment profile or an enrollment status page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) name: String,
    /// What tells it from others of its kind, in a few words.
    pub(super) settings: String,
    /// The names of the groups, or "All devices".
    pub(super) assigned_to: Vec<String>,
}

/// What a scenario leaves in the tenant.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) devices: usize,
    /// The profile that every device has.
    pub(super) profile: &'static str,
    pub(super) status_page: &'static str,
    /// The group that both are assigned to.
    pub(super) assigned_to: &'static str,
    /// How many members each group has.
    pub(super) groups: &'static [(&'static str, usize)],
    /// How many devices have a user.
    pub(super) users: usize,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expected { devices, profile, .. } = self;
        write!(f, "{devices} devices, each Assigned, with a date, by {profile}.")
    }
}

impl Holdings {
    pub(super) fn is_empty(&self) -> bool {
        *self == Holdings::default()
    }

    pub(super) fn show(&self, screen: Screen) {
        let mut devices =
            Table::new(["SERIAL NUMBER", "MODEL", "GROUP TAG", "USER", "PROFILE STATUS", "DATE ASSIGNED", "PROFILE"]);
        for device in &self.devices {
            devices.row([
                device.serial_number.clone(),
                device.model.clone(),
                device.group_tag.clone(),
                device.user.clone(),
                device.profile_status.clone(),
                device.date_assigned.clone().unwrap_or_default(),
                device.profile.clone().unwrap_or_default(),
            ]);
        }
        let mut groups = Table::new(["GROUP", "MEMBERS", "RULE"]);
        for group in &self.groups {
            groups.row([group.name.clone(), group.members.to_string(), group.rule.clone()]);
        }
        let policies = |heading: &'static str, policies: &[Policy]| {
            let mut table = Table::new([heading, "SETTINGS", "ASSIGNED TO"]);
            for policy in policies {
                table.row([policy.name.clone(), policy.settings.clone(), policy.assigned_to.join(", ")]);
            }
            table
        };
        let profiles = policies("DEPLOYMENT PROFILE", &self.profiles);
        let status_pages = policies("ENROLLMENT STATUS PAGE", &self.status_pages);
        for table in [&devices, &groups, &profiles, &status_pages] {
            screen.table(table);
            screen.line("");
        }
    }

    /// What is not as it should be; nothing when all is well.
    pub(super) fn wrong(&self, expected: &Expected) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.devices.len() != expected.devices {
            wrong.push(format!("There are {} devices instead of {}.", self.devices.len(), expected.devices));
        }
        for device in &self.devices {
            let Device { serial_number, profile_status, .. } = device;
            if profile_status != "Assigned" {
                wrong.push(format!(
                    "The profile status of {serial_number} is {profile_status:?} instead of \"Assigned\"."
                ));
            } else if device.date_assigned.is_none() {
                wrong.push(format!("{serial_number} is assigned, but without a date."));
            }
            if device.profile.as_deref() != Some(expected.profile) {
                let profile = device.profile.as_deref().unwrap_or("none");
                wrong.push(format!("The profile of {serial_number} is {profile} instead of {}.", expected.profile));
            }
        }
        let users = self.devices.iter().filter(|device| !device.user.is_empty()).count();
        if users != expected.users {
            wrong.push(format!("{users} devices have a user instead of {}.", expected.users));
        }
        for (name, members) in expected.groups {
            match self.groups.iter().find(|group| group.name == *name) {
                Some(group) if group.members == *members => {}
                Some(group) => {
                    wrong.push(format!("The group {name} has {} members instead of {members}.", group.members))
                }
                None => wrong.push(format!("There is no group {name}.")),
            }
        }
        for (kind, name, policies) in [
            ("deployment profile", expected.profile, &self.profiles),
            ("enrollment status page", expected.status_page, &self.status_pages),
        ] {
            match policies.iter().find(|policy| policy.name == name) {
                Some(policy) if policy.assigned_to == [expected.assigned_to] => {}
                Some(policy) => wrong.push(format!("The {kind} {name} is assigned to {:?}.", policy.assigned_to)),
                None => wrong.push(format!("There is no {kind} {name}.")),
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Expected =
        Expected { devices: 1, profile: "P", status_page: "S", assigned_to: "G", groups: &[("G", 1)], users: 1 };

    fn as_expected() -> Holdings {
        let policy = |name: &str| Policy { name: name.into(), assigned_to: vec!["G".into()], ..Policy::default() };
        Holdings {
            devices: vec![Device {
                serial_number: "A1".into(),
                user: "adele@contoso.com".into(),
                profile_status: "Assigned".into(),
                date_assigned: Some("2026-11-21".into()),
                profile: Some("P".into()),
                ..Device::default()
            }],
            groups: vec![Group { name: "G".into(), members: 1, ..Group::default() }],
            profiles: vec![policy("P")],
            status_pages: vec![policy("S")],
        }
    }

    /// What is said when one thing is otherwise.
    fn said(change: impl FnOnce(&mut Holdings)) -> Vec<String> {
        let mut holdings = as_expected();
        change(&mut holdings);
        holdings.wrong(&EXPECTED)
    }

    #[test]
    fn nothing_is_wrong_when_all_is_as_expected() {
        assert_eq!(as_expected().wrong(&EXPECTED), Vec::<String>::new());
    }

    #[test]
    fn each_thing_that_is_wrong_is_said() {
        let status = said(|holdings| holdings.devices[0].profile_status = "Assigning".into());
        assert_eq!(status, [r#"The profile status of A1 is "Assigning" instead of "Assigned"."#]);
        assert_eq!(said(|holdings| holdings.devices[0].date_assigned = None), ["A1 is assigned, but without a date."]);
        assert_eq!(said(|holdings| holdings.devices[0].profile = None), ["The profile of A1 is none instead of P."]);
        assert_eq!(said(|holdings| holdings.devices[0].user.clear()), ["0 devices have a user instead of 1."]);
        assert_eq!(said(|holdings| holdings.groups[0].members = 0), ["The group G has 0 members instead of 1."]);
        assert_eq!(said(|holdings| holdings.groups.clear()), ["There is no group G."]);
        assert_eq!(said(|holdings| holdings.profiles.clear()), ["There is no deployment profile P."]);
        let unassigned = said(|holdings| holdings.status_pages[0].assigned_to.clear());
        assert_eq!(unassigned, ["The enrollment status page S is assigned to []."]);
    }

    #[test]
    fn only_an_empty_tenant_is_empty() {
        assert!(Holdings::default().is_empty());
        assert!(!as_expected().is_empty());
    }
}
