//! The prerequisites, each with where it is looked for and what it means.
//!
//! Facts: "Windows Autopilot requirements", "Windows Autopilot device preparation requirements" and the tutorials' first steps.

use serde_json::Value as Json;

use crate::knowledge::domain_join_connector::{ACTIVE, is_supported, status};

/// Something of the tenant that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Licences,
    Organization,
    MdmScope,
    JoinSettings,
    Branding,
    EnrollmentConfigurations,
    CorporateIdentifiers,
    ProvisioningClient,
    Connectors,
}

impl Source {
    pub(super) fn path(self, tenant: &str) -> String {
        match self {
            Source::Licences => "/v1.0/subscribedSkus".to_owned(),
            Source::Organization => "/v1.0/organization".to_owned(),
            Source::MdmScope => {
                "/beta/policies/mobileDeviceManagementPolicies/0000000a-0000-0000-c000-000000000000".to_owned()
            }
            Source::JoinSettings => "/v1.0/policies/deviceRegistrationPolicy".to_owned(),
            Source::Branding => format!("/v1.0/organization/{tenant}/branding"),
            Source::EnrollmentConfigurations => "/beta/deviceManagement/deviceEnrollmentConfigurations".to_owned(),
            Source::CorporateIdentifiers => "/beta/deviceManagement/importedDeviceIdentities".to_owned(),
            Source::ProvisioningClient => {
                "/v1.0/servicePrincipals?$filter=appId%20eq%20'f1346770-5b25-470b-88bd-d5744ab7952c'".to_owned()
            }
            Source::Connectors => "/beta/deviceManagement/domainJoinConnectors".to_owned(),
        }
    }

    /// The least one that reads it.
    pub(super) fn permission(self) -> &'static str {
        match self {
            Source::Licences => "LicenseAssignment.Read.All",
            Source::Organization => "Organization.Read.All",
            Source::MdmScope => "Policy.Read.All",
            Source::JoinSettings => "Policy.Read.DeviceConfiguration",
            Source::Branding => "OrganizationalBranding.Read.All",
            Source::EnrollmentConfigurations | Source::CorporateIdentifiers => "DeviceManagementServiceConfig.Read.All",
            Source::ProvisioningClient => "Application.Read.All",
            Source::Connectors => "DeviceManagementConfiguration.Read.All",
        }
    }

    pub(super) fn is_list(self) -> bool {
        !matches!(self, Source::MdmScope | Source::JoinSettings | Source::Branding)
    }

    pub(super) fn is_for_people_only(self) -> bool {
        self == Source::MdmScope
    }
}

/// What came of a look.
#[derive(Debug)]
pub(super) enum Found {
    There(Vec<Json>),
    /// Without this permission.
    Forbidden(String),
    /// For another reason.
    Refused(String),
}

/// Whether a prerequisite is met, each with what was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    Met(String),
    NotMet(String),
    /// Why, and the permission that lacks where it is that.
    NotKnown(String, Option<String>),
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Prerequisite {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(super) sources: &'static [Source],
    pub(crate) user_sees: &'static str,
    pub(crate) remedy: &'static str,
    judge: fn(&[&[Json]]) -> Finding,
}

impl Prerequisite {
    /// By what was found of its sources, in their order.
    pub(super) fn judged<'a>(&self, found: impl Iterator<Item = &'a Found>) -> Finding {
        let mut there: Vec<&[Json]> = Vec::new();
        for found in found {
            match found {
                Found::There(all) => there.push(all),
                Found::Forbidden(permission) => {
                    let why = format!("It cannot be looked at without the permission {permission}.");
                    return Finding::NotKnown(why, Some(permission.clone()));
                }
                Found::Refused(why) => return Finding::NotKnown(format!("{why}."), None),
            }
        }
        (self.judge)(&there)
    }
}

/// All of them, in the order of the tutorials.
pub(super) const ALL: &[Prerequisite] = &[
    Prerequisite {
        name: "intune_licence",
        title: "the tenant has licences of Microsoft Intune",
        sources: &[Source::Licences],
        user_sees: "The device joins Microsoft Entra and is not enrolled: no policy and no app, \"Something went wrong\" with 80180018.",
        remedy: "Buy a licence that contains Microsoft Intune, and assign it to the users.",
        judge: |found| has_plan(found[0], "INTUNE"),
    },
    Prerequisite {
        name: "entra_id_p1",
        title: "the tenant has licences of Microsoft Entra ID P1",
        sources: &[Source::Licences],
        user_sees: "The device joins Microsoft Entra and is not enrolled in Intune by itself; dynamic groups get no devices.",
        remedy: "Buy a licence that contains Microsoft Entra ID P1, and assign it to the users.",
        judge: |found| has_plan(found[0], "AAD_PREMIUM"),
    },
    Prerequisite {
        name: "mdm_authority",
        title: "Intune manages the tenant's devices",
        sources: &[Source::Organization],
        user_sees: "The device joins Microsoft Entra and cannot be enrolled in Intune.",
        remedy: "Intune admin center, Tenant administration, Tenant status: set the MDM authority to Microsoft Intune.",
        judge: |found| {
            let authority =
                found[0].first().and_then(|it| it["mobileDeviceManagementAuthority"].as_str()).unwrap_or("unknown");
            met(authority == "intune", format!("The MDM authority is {authority}."))
        },
    },
    Prerequisite {
        name: "mdm_user_scope",
        title: "devices are enrolled when they join",
        sources: &[Source::MdmScope],
        user_sees: "The device joins Microsoft Entra and is not enrolled in Intune: the user reaches the desktop without policies and apps.",
        remedy: "Set `scope` of an `autopilot_mdm_enrollment_scope` to all, or to selected with the groups of the users.",
        judge: |found| {
            let scope = found[0].first().and_then(|it| it["appliesTo"].as_str()).unwrap_or("none");
            met(scope != "none", format!("The MDM user scope is {scope}."))
        },
    },
    Prerequisite {
        name: "join_rights",
        title: "users may join devices to Microsoft Entra",
        sources: &[Source::JoinSettings],
        user_sees: "The sign-in during setup ends with \"Something went wrong\" and 801c0003: the user is not authorized to join the device.",
        remedy: "Set `users_may_join` of an `autopilot_device_join_settings` to all, or to selected with the groups of the users.",
        judge: |found| {
            let who = found[0]
                .first()
                .and_then(|it| it["azureADJoin"]["allowedToJoin"]["@odata.type"].as_str())
                .unwrap_or_default();
            let (may, found) = match who {
                "#microsoft.graph.allDeviceRegistrationMembership" => (true, "All users may join devices."),
                "#microsoft.graph.enumeratedDeviceRegistrationMembership" => (true, "Selected users may join devices."),
                _ => (false, "No user may join devices."),
            };
            met(may, found.to_owned())
        },
    },
    Prerequisite {
        name: "company_branding",
        title: "the sign-in page has the company's branding",
        sources: &[Source::Branding],
        user_sees: "The sign-in page does not say whose device it is, and shows options to change the account although the profile hides them.",
        remedy: "Microsoft Entra admin center, Company branding: set up the default sign-in experience.",
        judge: |found| match found[0] {
            [] => Finding::NotMet("There is no company branding.".to_owned()),
            _ => Finding::Met("There is company branding.".to_owned()),
        },
    },
    Prerequisite {
        name: "windows_enrollment",
        title: "the default enrollment restriction allows Windows",
        sources: &[Source::EnrollmentConfigurations],
        user_sees: "The device cannot be enrolled: \"Something went wrong\" with 80180014.",
        remedy: "Intune admin center, Devices, Enrollment, Device platform restriction, All users: allow Windows (MDM).",
        judge: |found| match windows_restriction(found[0]) {
            Some(restriction) if restriction["platformBlocked"] == true => {
                Finding::NotMet("The default restriction blocks Windows.".to_owned())
            }
            Some(_) => Finding::Met("The default restriction allows Windows.".to_owned()),
            None => Finding::NotKnown("There is no default platform restriction.".to_owned(), None),
        },
    },
    Prerequisite {
        name: "corporate_identifiers",
        title: "device preparation is not blocked as personal enrollment",
        sources: &[Source::EnrollmentConfigurations, Source::CorporateIdentifiers],
        user_sees: "A device that is not registered for Windows Autopilot cannot be enrolled by device preparation: 80180014.",
        remedy: "Add the devices to an `autopilot_corporate_identifiers`, or allow personally owned Windows devices.",
        judge: |found| {
            let blocked = windows_restriction(found[0]).is_some_and(|it| it["personalDeviceEnrollmentBlocked"] == true);
            let is_windows = |it: &&Json| it["importedDeviceIdentityType"] == "manufacturerModelSerial";
            let known = found[1].iter().filter(is_windows).count();
            let personal = if blocked { "blocked" } else { "allowed" };
            let counted = format!(
                "Personal Windows devices are {personal}, and there are {known} Windows corporate identifiers."
            );
            met(!blocked || known > 0, counted)
        },
    },
    Prerequisite {
        name: "provisioning_client",
        title: "the Intune Provisioning Client is in the tenant",
        sources: &[Source::ProvisioningClient],
        user_sees: "Device preparation adds the device to no group, so what is assigned to the group does not come.",
        remedy: "Make an `autopilot_group` with `provisioning_client_owner = true`: it adds the service principal.",
        judge: |found| match found[0] {
            [] => Finding::NotMet(
                "There is no service principal with the application id f1346770-5b25-470b-88bd-d5744ab7952c."
                    .to_owned(),
            ),
            _ => Finding::Met("Its service principal is there.".to_owned()),
        },
    },
    Prerequisite {
        name: "domain_join_connector",
        title: "an Intune Connector for Active Directory works; for hybrid join only",
        sources: &[Source::Connectors],
        user_sees: "A device with a hybrid profile stops at \"Please wait while we set up your device\" and ends with 80070774.",
        remedy: "Install the newest Intune Connector for Active Directory on a server of the domain.",
        judge: |found| {
            let works = |it: &&Json| {
                let text = |name: &str| it[name].as_str().unwrap_or_default();
                status(text("state")) == ACTIVE && is_supported(text("version"))
            };
            let (all, working) = (found[0].len(), found[0].iter().filter(works).count());
            met(working > 0, format!("Of {all} connectors {working} are active and of a supported version."))
        },
    },
];

fn met(is_met: bool, found: String) -> Finding {
    if is_met { Finding::Met(found) } else { Finding::NotMet(found) }
}

fn has_plan(licences: &[Json], plan: &str) -> Finding {
    let is_good =
        |licence: &&Json| licence["capabilityStatus"] == "Enabled" || licence["capabilityStatus"] == "Warning";
    let has = |licence: &&Json| {
        let mut plans = licence["servicePlans"].as_array().into_iter().flatten();
        plans.any(|it| it["servicePlanName"].as_str().is_some_and(|name| name.starts_with(plan)))
    };
    let found = licences.iter().filter(is_good).find(has);
    match found.map(|licence| licence["skuPartNumber"].as_str().unwrap_or_default()) {
        Some(licence) => Finding::Met(format!("The licence {licence} contains it.")),
        None => Finding::NotMet("No licence in force contains it.".to_owned()),
    }
}

/// The restriction of Windows in the default configuration, which is of all users.
fn windows_restriction(configurations: &[Json]) -> Option<&Json> {
    let is_default = |it: &&Json| it["id"].as_str().is_some_and(|id| id.ends_with("_DefaultPlatformRestrictions"));
    configurations.iter().find(is_default).map(|it| &it["windowsRestriction"])
}
