//! Who may do what: the permissions of each group of operations, least privileged first, as Graph's permission lists
//! have them. An application needs one of its roles, a person's token one of the scopes.

/// The permissions of an operation; an empty list means that callers of that kind are refused.
pub(crate) struct Permissions {
    pub(crate) application: &'static [&'static str],
    pub(crate) delegated: &'static [&'static str],
}

const fn both(names: &'static [&'static str]) -> Permissions {
    Permissions { application: names, delegated: names }
}

const fn delegated_only(names: &'static [&'static str]) -> Permissions {
    Permissions { application: &[], delegated: names }
}

pub(super) const GROUP_READ: Permissions = both(&[
    "Group.ReadBasic.All",
    "Group-NestingSupport.ReadWrite.All",
    "Group.ManageProtection.All",
    "Group.Read.All",
    "GroupMember.Read.All",
    "Group-XTenantIdentitySync.Read.All",
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Directory.ReadWrite.All",
]);
pub(super) const GROUP_CREATE: Permissions = Permissions {
    application: &[
        "Group.Create",
        "Group.ReadWrite.All",
        "Group-PreferredDataLocation.ReadWrite.All",
        "Directory.ReadWrite.All",
    ],
    delegated: &["Group.ReadWrite.All", "Directory.ReadWrite.All"],
};
pub(super) const GROUP_WRITE: Permissions = both(&["Group.ReadWrite.All", "Directory.ReadWrite.All"]);
/// A PATCH may carry members only, so the narrower role has to reach it; the handler looks closer.
pub(super) const GROUP_UPDATE: Permissions = both(&[
    "GroupMember.ReadWrite.All",
    "Group-NestingSupport.ReadWrite.All",
    "Group.ManageProtection.All",
    "Group.ReadWrite.All",
    "Group-PreferredDataLocation.ReadWrite.All",
    "Directory.ReadWrite.All",
]);
pub(super) const MEMBER_READ: Permissions = both(&[
    "GroupMember.ReadBasic.All",
    "GroupMember.Read.All",
    "Group.ReadBasic.All",
    "Group.Read.All",
    "Directory.Read.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
]);
pub(super) const MEMBER_OF_READ: Permissions = both(&[
    "GroupMember.Read.All",
    "User.Read.All",
    "Group.Read.All",
    "Directory.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
]);
pub(super) const MANAGER_READ: Permissions =
    both(&["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]);
pub(super) const MANAGER_WRITE: Permissions = both(&["User.ReadWrite.All", "Directory.ReadWrite.All"]);
pub(super) const DIRECTORY_READ: Permissions = both(&["Directory.Read.All", "Directory.ReadWrite.All"]);
/// Which of them deletes depends on the object's kind; the handler looks closer.
pub(super) const OBJECT_DELETE: Permissions =
    both(&["Group.ReadWrite.All", "User.ReadWrite.All", "Device.ReadWrite.All", "Directory.ReadWrite.All"]);
pub(super) const MEMBER_WRITE: Permissions =
    both(&["GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"]);
pub(super) const DELETED_READ: Permissions = both(&["Group.Read.All", "Directory.Read.All", "Group.ReadWrite.All"]);
pub(super) const DEVICE_READ: Permissions =
    both(&["Device.Read.All", "Directory.Read.All", "Device.ReadWrite.All", "Directory.ReadWrite.All"]);
pub(super) const USER_READ: Permissions =
    both(&["User.Read.All", "Directory.Read.All", "User.ReadWrite.All", "Directory.ReadWrite.All"]);
pub(super) const APPLICATION_READ: Permissions =
    both(&["Application.Read.All", "Directory.Read.All", "Application.ReadWrite.All", "Directory.ReadWrite.All"]);
pub(super) const SERVICE_READ: Permissions =
    both(&["DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All"]);
pub(super) const SERVICE_WRITE: Permissions = both(&["DeviceManagementServiceConfig.ReadWrite.All"]);
/// Taking a user off a device asks for reading only. Odd, and documented.
pub(super) const UNASSIGN_USER: Permissions =
    both(&["DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All"]);
pub(super) const ENROLLMENT_READ: Permissions = both(&[
    "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
]);
pub(super) const ENROLLMENT_WRITE: Permissions =
    both(&["DeviceManagementServiceConfig.ReadWrite.All", "DeviceManagementConfiguration.ReadWrite.All"]);
pub(super) const ORGANIZATION_READ: Permissions =
    both(&["User.Read.All", "Organization.Read.All", "Directory.Read.All"]);
pub(super) const CONFIGURATION_READ: Permissions =
    both(&["DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All"]);
pub(super) const CONFIGURATION_WRITE: Permissions = both(&["DeviceManagementConfiguration.ReadWrite.All"]);
/// The actions on enrolment-time targets and the order of policies ask for reading only. Odd, and documented.
pub(super) const CONFIGURATION_ACTION: Permissions =
    both(&["DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All"]);
pub(super) const APPS_READ: Permissions =
    both(&["DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All"]);
pub(super) const APPS_WRITE: Permissions = both(&["DeviceManagementApps.ReadWrite.All"]);
pub(super) const SCRIPTS_READ: Permissions = both(&[
    "DeviceManagementScripts.Read.All",
    "DeviceManagementScripts.ReadWrite.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
]);
pub(super) const SCRIPTS_WRITE: Permissions =
    both(&["DeviceManagementScripts.ReadWrite.All", "DeviceManagementConfiguration.ReadWrite.All"]);
pub(super) const SCOPE_TAGS_READ: Permissions = both(&[
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementRBAC.Read.All",
    "DeviceManagementRBAC.ReadWrite.All",
]);
pub(super) const SCOPE_TAGS_WRITE: Permissions =
    both(&["DeviceManagementConfiguration.ReadWrite.All", "DeviceManagementRBAC.ReadWrite.All"]);
pub(super) const APPROVAL_READ: Permissions = SCOPE_TAGS_READ;
pub(super) const APPROVAL_CANCEL: Permissions = SCOPE_TAGS_WRITE;
/// The page names permissions for applications too, but none may approve.
pub(super) const APPROVAL_DECIDE: Permissions = delegated_only(&[
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
    "DeviceManagementRBAC.Read.All",
    "DeviceManagementRBAC.ReadWrite.All",
]);
pub(super) const MANAGED_READ: Permissions =
    both(&["DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All"]);
/// Ordering a report asks for writing, though it only reads.
pub(super) const REPORT_ORDER: Permissions =
    both(&["DeviceManagementManagedDevices.ReadWrite.All", "DeviceManagementConfiguration.ReadWrite.All"]);
pub(super) const REPORT_READ: Permissions = both(&[
    "DeviceManagementManagedDevices.Read.All",
    "DeviceManagementManagedDevices.ReadWrite.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementConfiguration.ReadWrite.All",
]);
pub(super) const UNBLOCK: Permissions = both(&[
    "DeviceManagementServiceConfig.Read.All",
    "DeviceManagementConfiguration.Read.All",
    "DeviceManagementServiceConfig.ReadWrite.All",
    "DeviceManagementConfiguration.ReadWrite.All",
]);
pub(super) const MOBILITY_READ: Permissions =
    delegated_only(&["Policy.Read.All", "Policy.ReadWrite.MobilityManagement"]);
pub(super) const MOBILITY_WRITE: Permissions = delegated_only(&["Policy.ReadWrite.MobilityManagement"]);
pub(super) const EVALUATE: Permissions = delegated_only(&[
    "Group.Read.All",
    "GroupMember.Read.All",
    "Directory.Read.All",
    "Device.Read.All",
    "User.Read.All",
    "Group.ReadWrite.All",
]);
pub(super) const REGISTRATION_READ: Permissions = Permissions {
    application: &["Policy.Read.DeviceConfiguration", "Policy.ReadWrite.DeviceConfiguration"],
    delegated: &["Policy.Read.DeviceConfiguration", "Policy.Read.All", "Policy.ReadWrite.DeviceConfiguration"],
};
pub(super) const REGISTRATION_WRITE: Permissions = both(&["Policy.ReadWrite.DeviceConfiguration"]);
pub(super) const APPLICATION_WRITE: Permissions = both(&["Application.ReadWrite.All", "Directory.ReadWrite.All"]);
pub(super) const SKU_READ: Permissions =
    both(&["LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"]);
pub(super) const BRANDING_READ: Permissions = both(&["OrganizationalBranding.Read.All", "Organization.Read.All"]);
