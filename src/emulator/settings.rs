//! The switches: how long things take, and which of several believed behaviours the tenants show.
//!
//! Read with `GET /_emulator/settings`, changed with `PATCH /_emulator/settings`. All times are seconds of the
//! emulator's clock. Defaults are what people report of the service, shortened where it only means waiting.

use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From an import call until its rows are complete or refused. Observed: 60 to 95 seconds.
    pub import_seconds: u64,
    /// From a finished import until the service syncs by itself.
    pub automatic_sync_seconds: u64,
    /// How long a sync takes; registered devices show up at its end.
    pub sync_seconds: u64,
    /// The least time between two syncs that are asked for; sooner is answered 429.
    pub sync_interval_seconds: u64,
    /// From a change until membership rules have been evaluated.
    pub membership_seconds: u64,
    /// From when a rule that cannot be evaluated is switched on until its processing status is `Failed`. Observed: 15
    /// minutes to 2 days.
    pub rule_failure_seconds: u64,
    /// From a change of membership or assignment until Intune has worked out each device's profile.
    pub assignment_seconds: u64,
    /// How long a device then stays `pending`, unless its profile is assigned to All Devices.
    pub pending_seconds: u64,
    /// From `updateDeviceProperties` until a read shows it.
    pub property_seconds: u64,
    /// Of a hundred calls of `updateDeviceProperties`, how many are answered 412 `ConditionNotMet` and have to be sent
    /// again. Reported of a small share of bulk changes.
    pub property_conflicts_percent: u32,
    /// Of a hundred calls of `updateDeviceProperties`, how many are answered success and have no effect. Reported: the first
    /// call changes nothing, the second does.
    pub property_losses_percent: u32,
    /// Which calls those are. The same seed gives the same devices and the same tries each time.
    pub property_seed: u64,
    /// From a change of a device's hardware until the device checks in and Intune has registered the new hardware.
    pub check_in_seconds: u64,
    /// From a device's DELETE until it is gone.
    pub deletion_seconds: u64,
    /// From the import of an association until reads show it.
    pub association_seconds: u64,
    /// From an association's DELETE until it is gone; it is `pendingRemoval` meanwhile. With 0 it is gone at once.
    pub association_removal_seconds: u64,
    /// Whether a second upload of a device whose hardware is unchanged updates its association, as documented; live
    /// clients are answered 409.
    pub association_upload_updates: bool,
    /// From the order of a report until its export is completed.
    pub export_seconds: u64,
    /// From a completed export until the address of its file is told.
    pub export_address_seconds: u64,
    /// From a write to a group until reads see it: 404 after a create, old values after a change.
    pub replication_seconds: u64,
    /// From an app's creation or its content until it is published and can be assigned.
    pub publishing_seconds: u64,
    /// The lifetime of a token, in real seconds.
    pub token_seconds: i64,
    /// Whether sign-ins are approved at once, by the tenant's administrator. Else a device code waits for
    /// `POST /_emulator/sign_ins`, and the browser shows a page.
    pub sign_ins_approved: bool,
    /// Whether sign-ins by device code are blocked, as security defaults do in every tenant made since July 2026.
    pub device_codes_blocked: bool,
    /// Whether gzipped bodies are answered 415, which makes Kiota for Go send them plain.
    pub gzip_bodies_refused: bool,
    /// Whether requests are counted against the published budgets, and refused beyond them.
    pub throttling: bool,
    /// Which kinds of objects need Multi Admin Approval: `apps`, `compliance`, `configurationPolicies`, `deviceActions`,
    /// `rbac`, `scripts`, `tenantConfiguration`.
    pub approval: Vec<String>,
    /// The client ids of applications that need none.
    pub approval_exempt: Vec<String>,
    /// Whether Autopilot profiles and Enrollment Status Pages are protected with `tenantConfiguration`; nothing says so.
    pub approval_covers_enrollment: bool,
    /// After how many days a request for approval expires.
    pub approval_expires_days: u64,
    /// Whether a protected write without a justification is answered 400, as reported; 403 is documented.
    pub approval_missing_is_400: bool,
    /// Whether a device action that needs approval is answered 412, as reported of some; 403 is documented.
    pub approval_of_device_actions_is_412: bool,
    /// Whether a device that is enrolled may be deregistered (the service allows it since 2307).
    pub enrolled_may_be_deleted: bool,
    /// Whether `contains(serialNumber,'x')` fails when x has a hyphen or a space, as has been reported.
    pub strict_serial_filter: bool,
    /// Whether an Autopilot profile refuses an excluded group beside All Devices.
    pub exclusion_beside_all_devices_refused: bool,
    /// Whether an Autopilot profile's assignment is refused for its assignment filter; the filter is ignored otherwise.
    pub profile_filters_refused: bool,
    /// Whether v1.0 lists service principals among the owners of a group.
    pub v1_owners_include_service_principals: bool,
    /// Whether a list of scripts has their content, as the documented sample does; the live one has null.
    pub script_lists_have_content: bool,
    /// Whether the results of the actions on enrolment-time targets stand inside `value`, as the documented sample has
    /// it; the SDK reads them bare.
    pub membership_results_in_value: bool,
    /// Whether the tenant has Intune; without it every POST is refused without a reason.
    pub intune_is_provisioned: bool,
    /// Whether POST on Autopilot devices registers one, as documented; the service is believed to refuse it.
    pub devices_can_be_created: bool,
    /// Whether a deleted security group is kept for thirty days, as Microsoft 365 groups are.
    pub security_groups_are_kept: bool,
    /// Whether writing `none` to the scope of automatic enrolment drops its groups, as writing `all` does.
    pub mdm_scope_none_drops_groups: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            import_seconds: 60,
            automatic_sync_seconds: 120,
            sync_seconds: 15,
            sync_interval_seconds: 600,
            membership_seconds: 20,
            rule_failure_seconds: 60,
            assignment_seconds: 10,
            pending_seconds: 60,
            property_seconds: 5,
            property_conflicts_percent: 0,
            property_losses_percent: 0,
            property_seed: 0,
            check_in_seconds: 300,
            deletion_seconds: 30,
            association_seconds: 20,
            association_removal_seconds: 0,
            association_upload_updates: false,
            export_seconds: 10,
            export_address_seconds: 2,
            replication_seconds: 0,
            publishing_seconds: 30,
            token_seconds: 3599,
            sign_ins_approved: true,
            device_codes_blocked: false,
            gzip_bodies_refused: false,
            throttling: false,
            approval: Vec::new(),
            approval_exempt: Vec::new(),
            approval_covers_enrollment: false,
            approval_expires_days: 30,
            approval_missing_is_400: false,
            approval_of_device_actions_is_412: false,
            enrolled_may_be_deleted: true,
            strict_serial_filter: true,
            exclusion_beside_all_devices_refused: true,
            profile_filters_refused: false,
            v1_owners_include_service_principals: false,
            script_lists_have_content: false,
            membership_results_in_value: true,
            intune_is_provisioned: true,
            devices_can_be_created: false,
            security_groups_are_kept: true,
            mdm_scope_none_drops_groups: true,
        }
    }
}
