//! What is known of a device and of the policies of its tenant, and what comes of it.

use std::collections::BTreeMap;

use super::reach::Assigned;

/// What kind of thing is assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    DeploymentProfile,
    EnrollmentStatusPage,
    DevicePreparationPolicy,
    DomainJoinProfile,
    App,
    Script,
}

/// What may be assigned to a device or its user.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) assigned: Assigned,
    /// When it was made, as Graph writes it.
    pub(crate) created: Option<String>,
    /// 1 is highest.
    pub(crate) priority: Option<i64>,
    /// Whether it is the page of whoever gets no other one.
    pub(crate) is_default: bool,
    /// Whether it is a profile for hybrid join.
    pub(crate) is_hybrid: bool,
}

/// The way by which Windows sets a device up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Device preparation, of a device that is associated with the tenant.
    Associated,
    /// Windows Autopilot, of a registered device.
    Registered,
    /// Device preparation by the policy of its user.
    User,
}

/// An association of a device with the tenant.
#[derive(Clone, Debug)]
pub(crate) struct Association {
    /// The id of the policy that it was given.
    pub(crate) policy: Option<String>,
}

/// An assignment filter.
#[derive(Clone, Debug)]
pub(crate) struct FilterRule {
    pub(crate) name: String,
    pub(crate) rule: String,
}

/// Who the user of a device is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum User {
    /// Nobody says.
    #[default]
    Unnamed,
    /// One of the tenant.
    Known,
    /// The one who is named is none of the tenant.
    Missing(String),
}

/// What is known.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) is_registered: bool,
    pub(crate) association: Option<Association>,
    /// The names of the device's groups by their ids, in small letters. None: not known.
    pub(crate) device_groups: Option<BTreeMap<String, String>>,
    /// The same of its user.
    pub(crate) user_groups: Option<BTreeMap<String, String>>,
    /// Who its user is.
    pub(crate) user: User,
    /// The filters by their ids, in small letters.
    pub(crate) filters: BTreeMap<String, FilterRule>,
    /// What filters can ask of the device, as far as it is known.
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) policies: Vec<Policy>,
}

/// What becomes of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The device gets it.
    Applies,
    /// It reaches the device or its user, and another one wins.
    Loses,
    /// It does not reach them.
    NotAssigned,
    /// It depends on what is not known.
    NotKnown,
}

/// What becomes of a policy, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    /// A sentence or two.
    pub(crate) reason: String,
}

impl Facts {
    /// An association comes before a registration, and a registration before the policy of the user (Microsoft, "Device
    /// association" and "Device preparation FAQ").
    pub(crate) fn route(&self) -> Route {
        match (&self.association, self.is_registered) {
            (Some(_), _) => Route::Associated,
            (None, true) => Route::Registered,
            (None, false) => Route::User,
        }
    }
}

impl Kind {
    /// What a configuration calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::DeploymentProfile => "deployment_profile",
            Kind::EnrollmentStatusPage => "enrollment_status_page",
            Kind::DevicePreparationPolicy => "device_preparation_policy",
            Kind::DomainJoinProfile => "domain_join_profile",
            Kind::App => "app",
            Kind::Script => "script",
        }
    }
}

impl Outcome {
    /// What a configuration calls it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Outcome::Applies => "applies",
            Outcome::Loses => "loses",
            Outcome::NotAssigned => "not_assigned",
            Outcome::NotKnown => "not_known",
        }
    }
}
