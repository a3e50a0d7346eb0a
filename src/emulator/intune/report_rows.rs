//! The reports that are exported: their columns, and a row for each deployment, app or script.
//!
//! Facts: Microsoft's page on the reports that Graph exports, which names the columns and says that none of these takes
//! a filter; published rows of `AutopilotV2DeploymentStatus` for its numbers. The words of `PolicyInstallStatus` are
//! those of the admin center; how the export spells them is not known.

use serde_json::Value;

use crate::emulator::clock::{Millis, intune_date};
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::event::EVENTS;
use crate::emulator::tenant::item::Item;
use crate::emulator::tenant::preparation::{Delivered, Deployment};

/// A report: its name, its columns, and its rows in the order of the columns.
pub(crate) struct Report {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) rows: fn(&Tenant) -> Vec<Vec<String>>,
}

static REPORTS: &[Report] = &[
    Report {
        name: "AutopilotV1DeploymentStatus",
        columns: &[
            "AccountSetupDuration",
            "AutopilotProfileName",
            "DeploymentDuration",
            "DeploymentEndDateTime",
            "DeploymentStartDateTime",
            "DeploymentState",
            "DeploymentTotalDuration",
            "DeviceId",
            "DeviceName",
            "DeviceRegisteredDateTime",
            "DeviceSerialNumber",
            "DeviceSetupDuration",
            "DeviceSetupStatus",
            "EnrollmentDateTime",
            "EnrollmentMethod",
            "EnrollmentStatus",
            "ESPPolicyId",
            "ESPPolicyName",
            "EspDeviceSetupFailureDetails",
            "EspUserSetupFailureDetails",
            "FailureDetails",
            "FailureReason",
            "OS",
            "OSVersion",
            "UPN",
            "UserId",
            "UserSetupStatus",
        ],
        rows: |tenant| events(tenant).map(|event| classic(tenant, event)).collect(),
    },
    Report {
        name: "AutopilotV2DeploymentStatus",
        columns: &[
            "CurrentProvisioningPhase",
            "DeploymentDurationTimeInSeconds",
            "DeploymentStatus",
            "DeviceId",
            "DeviceName",
            "EnrollmentTimeInUtc",
            "Phase",
            "ResultCode",
            "SerialNumber",
            "UPN",
        ],
        rows: |tenant| deployments(tenant).map(prepared).collect(),
    },
    Report {
        name: "AutopilotV2DeploymentStatusDetailedAppInfo",
        columns: &["ApplicationId", "ApplicationName", "AppType", "DeviceId", "IsAdminSelected", "PolicyInstallStatus"],
        rows: |tenant| {
            let rows = deployments(tenant).flat_map(|each| each.apps.iter().map(move |app| (each, app)));
            rows.map(|(each, app)| app_row(each, app)).collect()
        },
    },
    Report {
        name: "AutopilotV2DeploymentStatusDetailedScriptInfo",
        columns: &["DeviceId", "DisplayName", "PolicyId", "PolicyInstallStatus"],
        rows: |tenant| {
            let rows = deployments(tenant).flat_map(|each| each.scripts.iter().map(move |script| (each, script)));
            rows.map(|(each, script)| script_row(each, script)).collect()
        },
    },
];

/// The report of this name.
pub(crate) fn find(name: &str) -> Option<&'static Report> {
    REPORTS.iter().find(|report| report.name == name)
}

fn events(tenant: &Tenant) -> impl Iterator<Item = &Item> {
    tenant.items(EVENTS).values()
}

fn deployments(tenant: &Tenant) -> impl Iterator<Item = &Deployment> {
    tenant.deployments.values()
}

fn classic(tenant: &Tenant, event: &Item) -> Vec<String> {
    let text = |name: &str| event.text(name).to_owned();
    let failure = text("enrollmentFailureDetails");
    let failed = |setup: &str| if event.text(setup) == "failure" { failure.clone() } else { String::new() };
    let user = tenant.user(event.text("userPrincipalName"));
    vec![
        text("accountSetupDuration"),
        text("windowsAutopilotDeploymentProfileDisplayName"),
        text("deploymentDuration"),
        text("deploymentEndDateTime"),
        text("deploymentStartDateTime"),
        text("deploymentState"),
        text("deploymentTotalDuration"),
        text("deviceId"),
        text("managedDeviceName"),
        text("deviceRegisteredDateTime"),
        text("deviceSerialNumber"),
        text("deviceSetupDuration"),
        text("deviceSetupStatus"),
        text("enrollmentStartDateTime"),
        text("enrollmentType"),
        text("enrollmentState"),
        text("windows10EnrollmentCompletionPageConfigurationId"),
        text("windows10EnrollmentCompletionPageConfigurationDisplayName"),
        failed("deviceSetupStatus"),
        failed("accountSetupStatus"),
        failure.clone(),
        String::new(),
        "Windows".into(),
        text("osVersion"),
        text("userPrincipalName"),
        user.map(|user| user.id.clone()).unwrap_or_default(),
        text("accountSetupStatus"),
    ]
}

/// What a deployment that timed out was seen to answer: 0x800705B4.
const TIMED_OUT: &str = "-2147023436";

fn prepared(each: &Deployment) -> Vec<String> {
    let (provisioning, status, phase, code) =
        if each.failure.is_none() { ("4", "2", "6", "0") } else { ("2", "3", "1796", TIMED_OUT) };
    vec![
        provisioning.into(),
        (each.minutes * 60).to_string(),
        status.into(),
        each.id.clone(),
        each.name.clone(),
        utc(each.at),
        phase.into(),
        code.into(),
        each.hardware.serial.to_string(),
        each.user.clone(),
    ]
}

/// `2026-07-19 15:35:56.3022384`.
fn utc(at: Millis) -> String {
    intune_date(at).replace('T', " ").trim_end_matches('Z').to_owned()
}

fn app_row(each: &Deployment, app: &Delivered) -> Vec<String> {
    vec![app.id.clone(), app.name.clone(), app.kind.clone(), each.id.clone(), "True".into(), app.outcome.word().into()]
}

fn script_row(each: &Deployment, script: &Delivered) -> Vec<String> {
    vec![each.id.clone(), script.name.clone(), script.id.clone(), script.outcome.word().into()]
}

/// The report as a file, with these columns only where some are named. A byte order mark comes first.
pub(crate) fn csv(tenant: &Tenant, report: &Report, select: &[&str]) -> Vec<u8> {
    let places: Vec<usize> = match select {
        [] => (0..report.columns.len()).collect(),
        names => names.iter().filter_map(|name| report.columns.iter().position(|column| column == name)).collect(),
    };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xEF\xBB\xBF".to_vec());
    let header: Vec<String> = report.columns.iter().map(|column| (*column).to_owned()).collect();
    for row in std::iter::once(header).chain((report.rows)(tenant)) {
        let cells = places.iter().map(|place| row.get(*place).map_or("", String::as_str));
        writer.write_record(cells).expect("memory takes what is written, and all rows are of one length");
    }
    writer.into_inner().expect("memory takes what is written")
}

/// The names in a `select`, when the report has them all.
pub(crate) fn selection<'a>(report: &Report, select: Option<&'a Value>) -> Option<Vec<&'a str>> {
    let names: Option<Vec<&str>> = match select {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(names) => names.as_array()?.iter().map(Value::as_str).collect(),
    };
    names.filter(|names| names.iter().all(|name| report.columns.contains(name)))
}
