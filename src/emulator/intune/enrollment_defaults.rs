//! The configurations of enrolment that every tenant begins with, one of each kind, for all users and all devices.
//!
//! Facts: answers and exports of real tenants. All have priority 0, version 0, no scope tags, and were made in the year 1.

use serde_json::{Value, json};

use crate::emulator::model::check::filled;
use crate::emulator::model::kind;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{CONFIGURATIONS, DEFAULT_PAGE, Item};

/// A default: what its id ends with, its type, the word for it, how its description calls it and whom it reaches, and what
/// of its values is not what the type begins with.
type Default = (&'static str, &'static str, &'static str, &'static str, fn() -> Value);

const DEFAULTS: &[Default] = &[
    (
        "_DefaultLimit",
        "deviceEnrollmentLimitConfiguration",
        "limit",
        "Device Limit Restriction applied with the lowest priority to all users",
        || json!({"limit": 5}),
    ),
    (
        "_DefaultPlatformRestrictions",
        "deviceEnrollmentPlatformRestrictionsConfiguration",
        "platformRestrictions",
        "Device Type Restriction applied with the lowest priority to all users",
        platforms,
    ),
    (
        "_DefaultWindowsHelloForBusiness",
        "deviceEnrollmentWindowsHelloForBusinessConfiguration",
        "windowsHelloForBusiness",
        "Windows Hello for Business configuration applied with the lowest priority to all users",
        || {
            json!({
                "pinLowercaseCharactersUsage": "disallowed",
                "pinMaximumLength": 127,
                "pinMinimumLength": 6,
                "pinSpecialCharactersUsage": "disallowed",
                "pinUppercaseCharactersUsage": "disallowed",
                "remotePassportEnabled": true,
                "unlockWithBiometricsEnabled": true,
            })
        },
    ),
    (
        DEFAULT_PAGE,
        "windows10EnrollmentCompletionPageConfiguration",
        "windows10EnrollmentCompletionPageConfiguration",
        "enrollment status screen configuration applied with the lowest priority to all users and all devices",
        || {
            json!({
                "blockDeviceSetupRetryByUser": true,
                "customErrorMessage": "",
                "installProgressTimeoutInMinutes": 0,
            })
        },
    ),
    (
        "_WindowsRestore",
        "windowsRestoreDeviceEnrollmentConfiguration",
        "windowsRestore",
        "Windows Restore configuration applied with the lowest priority to all users and all devices",
        || json!({}),
    ),
];

/// Every platform may enrol but Windows on phones.
fn platforms() -> Value {
    let restriction = |version: Value, blocked: bool| {
        json!({
            "blockedManufacturers": [],
            "blockedSkus": [],
            "osMaximumVersion": version,
            "osMinimumVersion": version,
            "personalDeviceEnrollmentBlocked": false,
            "platformBlocked": blocked,
        })
    };
    let (none, empty) = (|| restriction(Value::Null, false), || restriction(json!(""), false));
    json!({
        "androidForWorkRestriction": empty(),
        "androidRestriction": empty(),
        "iosRestriction": empty(),
        "macOSRestriction": none(),
        "macRestriction": none(),
        "tvosRestriction": none(),
        "visionOSRestriction": none(),
        "windowsHomeSkuRestriction": none(),
        "windowsMobileRestriction": restriction(json!(""), true),
        "windowsRestriction": empty(),
    })
}

/// Puts them into a new tenant.
pub(crate) fn furnish(tenant: &mut Tenant) {
    for (suffix, graph_type, word, reach, values) in DEFAULTS {
        let id = format!("{}{suffix}", tenant.id);
        let mut entity = filled(kind(graph_type), values().as_object().cloned().unwrap_or_default());
        let same = json!({
            "@odata.type": kind(graph_type).odata_type(),
            "deviceEnrollmentConfigurationType": word,
            "displayName": "All users and all devices",
            "description": format!("This is the default {reach} regardless of group membership."),
            "priority": 0,
            "roleScopeTagIds": [],
            "version": 0,
        });
        entity.extend(same.as_object().cloned().unwrap_or_default());
        tenant.items_mut(CONFIGURATIONS).put(&id, Item::of_service(&id, entity));
    }
}
