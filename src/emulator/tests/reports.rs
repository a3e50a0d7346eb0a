//! Reports are ordered, made after a while, and fetched as a file.

use std::io::Read;

use super::preparation::{assigned, groups, switch_on};
use super::*;

pub(super) const JOBS: &str = "/beta/deviceManagement/reports/exportJobs";

pub(super) fn order(report: &str) -> Value {
    json!({"reportName": report})
}

/// Orders a report, and tells the text of its file.
pub(super) fn exported(rig: &mut Rig, order: &Value) -> String {
    let (status, job) = rig.post(JOBS, order);
    assert_eq!(status, 201, "{job}");
    rig.wait(60);
    let (_, job) = rig.get(&format!("{JOBS}('{}')", text(&job, "id")));
    let file = fetch(rig, &text(&job, "url"));
    assert_eq!(file.status, 200);
    unzip(&file.body)
}

/// Fetches a file as anybody would, without a token.
fn fetch(rig: &mut Rig, url: &str) -> Reply {
    let target = url.strip_prefix("http://127.0.0.1:4711").unwrap().to_owned();
    rig.raw(|incoming| {
        incoming.method = "GET".into();
        incoming.target = target;
        incoming.authorization = None;
    })
}

fn unzip(bytes: &[u8]) -> String {
    let archive = rawzip::ZipArchive::from_slice(bytes).unwrap();
    let mut entries = archive.entries();
    let entry = entries.next_entry().unwrap().unwrap();
    assert!(entry.file_path().try_normalize().unwrap().as_ref().ends_with(".csv"));
    let content = archive.get_entry(entry.wayfinder()).unwrap();
    let mut text = String::new();
    let inflated = flate2::bufread::DeflateDecoder::new(content.data());
    content.verifying_reader(inflated).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_report_is_not_started_then_in_progress_then_completed_and_its_address_comes_after_that() {
    let mut rig = Rig::new();
    let (status, job) = rig.post(JOBS, &order("AutopilotV2DeploymentStatus"));
    assert_eq!(status, 201);
    assert_eq!((&job["status"], &job["url"], &job["format"]), (&json!("notStarted"), &Value::Null, &json!("csv")));
    assert_eq!(job["expirationDateTime"], json!("0001-01-01T00:00:00Z"));
    let target = format!("{JOBS}/{}", text(&job, "id"));
    let mut seen = Vec::new();
    for wait in [0, 5, 5, 2] {
        rig.wait(wait);
        let (_, job) = rig.get(&target);
        seen.push((text(&job, "status"), job["url"].is_string()));
    }
    let told: Vec<(&str, bool)> = seen.iter().map(|(status, url)| (status.as_str(), *url)).collect();
    assert_eq!(told, [("notStarted", false), ("inProgress", false), ("completed", false), ("completed", true)]);
}

#[test]
fn the_file_is_a_zip_of_a_csv_that_begins_with_a_byte_order_mark() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "P", &groups, &[]);
    switch_on(&mut rig, "X1");
    let text = exported(&mut rig, &order("AutopilotV2DeploymentStatus"));
    let header = "CurrentProvisioningPhase,DeploymentDurationTimeInSeconds,DeploymentStatus,DeviceId,DeviceName,\
                  EnrollmentTimeInUtc,Phase,ResultCode,SerialNumber,UPN\r\n";
    assert!(text.starts_with(&format!("\u{feff}{header}4,540,2,")), "{text}");
    assert!(text.ends_with(",6,0,X1,adele.vance@contoso.com\r\n"), "{text}");
}

#[test]
fn selected_columns_come_alone_and_in_their_order() {
    let mut rig = Rig::new();
    let order = json!({"reportName": "AutopilotV2DeploymentStatus", "select": ["UPN", "DeviceId"]});
    assert_eq!(exported(&mut rig, &order), "\u{feff}UPN,DeviceId\r\n");
}

#[test]
fn the_report_of_classic_deployments_tells_the_events() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1", "userPrincipalName": "adele.vance@contoso.com"}]));
    let failure = json!({"phase": "device_setup", "details": "An app, \"Portal\", broke."});
    rig.post("/_emulator/enroll", &json!({"serial_number": "A1", "failure": failure}));
    let columns = [
        "DeviceSerialNumber",
        "DeploymentState",
        "DeviceSetupStatus",
        "UserSetupStatus",
        "DeviceSetupDuration",
        "EspDeviceSetupFailureDetails",
        "EspUserSetupFailureDetails",
        "UPN",
    ];
    let text = exported(&mut rig, &json!({"reportName": "AutopilotV1DeploymentStatus", "select": columns}));
    let row = "A1,failure,failure,notAttempted,PT8M,\"An app, \"\"Portal\"\", broke.\",,adele.vance@contoso.com\r\n";
    assert!(text.ends_with(row), "{text}");
}

#[test]
fn other_reports_formats_filters_and_columns_are_refused() {
    let mut rig = Rig::new();
    for bad in [
        json!({}),
        json!({"reportName": "Devices"}),
        json!({"reportName": "autopilotv2deploymentstatus"}),
        json!({"reportName": "AutopilotV2DeploymentStatus", "format": "json"}),
        json!({"reportName": "AutopilotV2DeploymentStatus", "format": "xml"}),
        json!({"reportName": "AutopilotV2DeploymentStatus", "filter": "(UPN eq 'a')"}),
        json!({"reportName": "AutopilotV2DeploymentStatus", "select": ["Nothing"]}),
        json!({"reportName": "AutopilotV2DeploymentStatus", "select": "UPN"}),
        json!({"reportName": "AutopilotV2DeploymentStatus", "status": "completed", "more": 1}),
    ] {
        assert_eq!(rig.post(JOBS, &bad).0, 400, "{bad}");
    }
}

#[test]
fn ordering_a_report_asks_for_writing_though_it_only_reads() {
    let mut rig = Rig::new();
    let (_, job) = rig.post(JOBS, &order("AutopilotV2DeploymentStatus"));
    let target = format!("{JOBS}/{}", text(&job, "id"));
    rig.as_application(&["DeviceManagementManagedDevices.Read.All"], |rig| {
        assert_eq!(rig.post(JOBS, &order("AutopilotV2DeploymentStatus")).0, 403);
        assert_eq!(rig.get(&target).0, 200);
    });
    rig.as_application(&["DeviceManagementConfiguration.ReadWrite.All"], |rig| {
        assert_eq!(rig.post(JOBS, &order("AutopilotV2DeploymentStatus")).0, 201);
    });
}

#[test]
fn reports_are_ordered_48_times_a_minute() {
    let mut rig = Rig::new();
    rig.world.settings.throttling = true;
    let order = order("AutopilotV2DeploymentStatus");
    for number in 1..=48 {
        assert_eq!(rig.post(JOBS, &order).0, 201, "{number}");
    }
    assert_eq!(rig.post(JOBS, &order).0, 429);
    rig.wait(60);
    assert_eq!(rig.post(JOBS, &order).0, 201);
}

#[test]
fn a_file_is_for_whoever_has_its_address_and_for_six_hours() {
    let mut rig = Rig::new();
    let (_, job) = rig.post(JOBS, &order("AutopilotV2DeploymentStatus"));
    let target = format!("{JOBS}/{}", text(&job, "id"));
    rig.wait(60);
    let url = text(&rig.get(&target).1, "url");
    assert_eq!(fetch(&mut rig, &url).status, 200);
    assert_eq!(fetch(&mut rig, &format!("{url}0")).status, 403);
    assert_eq!(fetch(&mut rig, url.split('?').next().unwrap()).status, 403);
    rig.wait(6 * 3600);
    assert_eq!((fetch(&mut rig, &url).status, rig.get(&target).0), (403, 404));
}

#[test]
fn a_report_tells_the_moment_of_its_order_and_counts_as_nobody_s_object() {
    let mut rig = Rig::new();
    let groups = groups(&mut rig);
    assigned(&mut rig, "P", &groups, &[]);
    let (_, job) = rig.post(JOBS, &order("AutopilotV2DeploymentStatusDetailedScriptInfo"));
    switch_on(&mut rig, "X1");
    rig.wait(60);
    let (_, job) = rig.get(&format!("{JOBS}/{}", text(&job, "id")));
    let file = fetch(&mut rig, &text(&job, "url"));
    assert_eq!(unzip(&file.body).lines().count(), 1);
    let (_, state) = rig.get("/_emulator/state");
    assert!(state["made"].get("exportJobs").is_none() && state["made"].get("deployments").is_none());
}
