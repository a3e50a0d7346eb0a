//! The parts of a setup, as far as they are known: `None` is what is not known.

use crate::knowledge::effective::Assigned;

/// All that is judged together.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    pub(crate) devices: Part<Device>,
    pub(crate) groups: Part<Group>,
    pub(crate) profiles: Part<Profile>,
    pub(crate) pages: Part<Page>,
    pub(crate) preparation_policies: Part<PreparationPolicy>,
    pub(crate) apps: Part<App>,
    pub(crate) scripts: Part<Script>,
    pub(crate) domain_join_profiles: Part<DomainJoinProfile>,
    pub(crate) corporate_identifiers: Part<CorporateIdentifier>,
}

/// All things of a kind.
#[derive(Debug)]
pub(crate) struct Part<T> {
    pub(crate) items: Vec<T>,
    pub(crate) extent: Extent,
}

/// How much of a part is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Nothing was said of this kind.
    #[default]
    NotGiven,
    /// There is more, and it is not known yet.
    Some,
    All,
}

impl<T> Default for Part<T> {
    fn default() -> Part<T> {
        Part { items: Vec::new(), extent: Extent::NotGiven }
    }
}

impl<T> Part<T> {
    pub(crate) fn is_whole(&self) -> bool {
        self.extent == Extent::All
    }
}

/// A registered device.
#[derive(Debug, Default)]
pub(crate) struct Device {
    pub(crate) serial_number: Option<String>,
    /// Empty: without one.
    pub(crate) group_tag: Option<String>,
    /// Empty: nobody.
    pub(crate) assigned_user: Option<String>,
    pub(crate) hardware_hash: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
}

/// A group.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// In small letters.
    pub(crate) id: Option<String>,
    /// Empty: its members are assigned.
    pub(crate) rule: Option<String>,
    pub(crate) is_paused: Option<bool>,
    /// Whether the Intune Provisioning Client owns it.
    pub(crate) provisioning_client_owner: Option<bool>,
    pub(crate) is_assignable_to_roles: Option<bool>,
}

/// A deployment profile.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) created: Option<String>,
    pub(crate) is_hybrid: Option<bool>,
    pub(crate) is_self_deploying: Option<bool>,
    pub(crate) allows_preprovisioning: Option<bool>,
    /// Empty: none.
    pub(crate) name_template: Option<String>,
    pub(crate) assigned: Assigned,
}

/// An enrollment status page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) name: String,
    /// Whether it is the page of whoever gets no other one.
    pub(crate) is_default: bool,
    pub(crate) shows_progress: Option<bool>,
    pub(crate) blocking_apps: Option<Vec<String>>,
    pub(crate) assigned: Assigned,
}

/// A device preparation policy.
#[derive(Debug, Default)]
pub(crate) struct PreparationPolicy {
    pub(crate) name: String,
    pub(crate) device_group: Option<String>,
    pub(crate) apps: Option<Vec<String>>,
    pub(crate) scripts: Option<Vec<String>>,
    pub(crate) assigned: Assigned,
}

/// An app.
#[derive(Debug, Default)]
pub(crate) struct App {
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    /// Graph's type, such as `win32LobApp`.
    pub(crate) kind: Option<String>,
    pub(crate) runs_as_user: Option<bool>,
    pub(crate) assigned: Assigned,
}

/// A script.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    pub(crate) runs_as_user: Option<bool>,
    pub(crate) assigned: Assigned,
}

/// A domain join profile.
#[derive(Debug, Default)]
pub(crate) struct DomainJoinProfile {
    pub(crate) name: String,
    pub(crate) assigned: Assigned,
}

/// A corporate identifier of a Windows device.
#[derive(Debug, Default)]
pub(crate) struct CorporateIdentifier {
    /// `manufacturer,model,serial number`.
    pub(crate) text: String,
}
