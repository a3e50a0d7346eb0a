//! Device association: DeviceLinks are imported, records read, removed, and vanish.

use super::policies::{ASSOCIATION, POLICIES, policy};
use super::*;
use crate::emulator::intune::device_link;

pub(super) const ASSOCIATIONS: &str = "/beta/deviceManagement/tenantAssociatedDevices";
pub(super) const IMPORT: &str = "/beta/deviceManagement/tenantAssociatedDevices/importTenantAssociatedDevice";
const BOARD: &str = "4c4c4544-0043-4410-8054-b9c04f313233";
const OTHER_BOARD: &str = "4c4c4544-0043-4410-8054-b9c04f313234";

pub(super) fn link(serial: &str, board: &str, export: u32) -> Value {
    json!({"deviceLink": device_link::write(&laptop(serial), board, export)})
}

/// Pre-associates a laptop, and waits until reads show it.
pub(super) fn associate(rig: &mut Rig, serial: &str) -> String {
    let board = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, serial.as_bytes()).to_string();
    let (status, body) = rig.post(IMPORT, &link(serial, &board, 1));
    assert_eq!(status, 200, "{body}");
    rig.wait(20);
    text(&body, "id")
}

fn serials(rig: &mut Rig, query: &str) -> Vec<String> {
    let (status, body) = rig.get(&format!("{ASSOCIATIONS}?{query}"));
    assert_eq!(status, 200, "{body}");
    values(&body).iter().map(|row| text(row, "serialNumber")).collect()
}

#[test]
fn a_device_link_becomes_a_pre_association_with_year_1_dates_and_zero_ids() {
    let mut rig = Rig::new();
    let id = associate(&mut rig, "A1");
    let (status, row) = rig.get(&format!("{ASSOCIATIONS}/{id}"));
    assert_eq!(status, 200);
    assert_eq!(
        (text(&row, "serialNumber"), text(&row, "manufacturerName"), text(&row, "modelName")),
        ("A1".into(), "HP".into(), "EliteBook 840".into())
    );
    assert_eq!(row["associationState"], json!("preassociated"));
    assert!(!text(&row, "preassociationDateTime").starts_with("0001"));
    for date in ["associationDateTime", "enrolledDateTime", "lastContactedDateTime"] {
        assert_eq!(row[date], json!("0001-01-01T00:00:00Z"), "{date}");
    }
    assert_eq!(row["devicePreparationPolicyAssignedDateTime"], json!("0001-01-01T00:00:00Z"));
    for id in ["devicePreparationPolicyId", "managedDeviceId"] {
        assert_eq!(row[id], json!("00000000-0000-0000-0000-000000000000"), "{id}");
    }
    for text in ["preassociatedByUserPrincipalName", "assignedToUserPrincipalName", "managedDeviceName"] {
        assert_eq!(row[text], Value::Null, "{text}");
    }
}

#[test]
fn both_forms_of_the_import_action_are_served() {
    let mut rig = Rig::new();
    let unbound = "/beta/deviceManagement/importTenantAssociatedDevice";
    assert_eq!(rig.post(unbound, &link("A1", BOARD, 1)).0, 200);
    assert_eq!(rig.post(IMPORT, &link("A2", OTHER_BOARD, 1)).0, 200);
}

#[test]
fn garbage_is_no_device_link() {
    let mut rig = Rig::new();
    for (bad, says) in [
        (json!({"deviceLink": "garbage"}), "BadRequest"),
        (json!({"deviceLink": "e30="}), "BadRequest"),
        (json!({}), "BadRequest"),
        (json!({"deviceLink": 1}), "ModelValidationFailure"),
        (json!({"deviceLinks": []}), "BadRequest"),
    ] {
        let (status, body) = rig.post(IMPORT, &bad);
        assert_eq!((status, code(&body)), (400, says), "{bad}");
    }
    let mut more = link("A1", BOARD, 1);
    more["serialNumber"] = json!("A1");
    let (status, body) = rig.post(IMPORT, &more);
    assert_eq!((status, inner(&body)), (400, "An error has occurred".into()));
    rig.wait(20);
    assert_eq!(serials(&mut rig, ""), Vec::<String>::new());
}

#[test]
fn an_association_is_not_found_for_a_while_after_its_import() {
    let mut rig = Rig::new();
    rig.world.settings.association_seconds = 40;
    let (_, body) = rig.post(IMPORT, &link("A1", BOARD, 1));
    let target = format!("{ASSOCIATIONS}/{}", text(&body, "id"));
    rig.wait(39);
    assert_eq!((rig.get(&target).0, serials(&mut rig, "").len()), (404, 0));
    rig.wait(1);
    assert_eq!((rig.get(&target).0, serials(&mut rig, "").len()), (200, 1));
}

#[test]
fn a_second_upload_of_unchanged_hardware_is_409() {
    let mut rig = Rig::new();
    assert_eq!(rig.post(IMPORT, &link("A1", BOARD, 1)).0, 200);
    let (status, body) = rig.post(IMPORT, &link("A1", BOARD, 2));
    assert_eq!((status, inner(&body)), (409, "The device is already pre-associated.".into()));
}

#[test]
fn a_second_upload_updates_the_record_and_its_policy_when_switched() {
    let mut rig = Rig::new();
    rig.world.settings.association_upload_updates = true;
    let policy = made(&mut rig, ASSOCIATION);
    let (_, first) = rig.post(IMPORT, &link("A1", BOARD, 1));
    let mut again = link("A1", BOARD, 2);
    again["devicePreparationPolicyId"] = json!(policy);
    let (status, second) = rig.post(IMPORT, &again);
    assert_eq!((status, &second["id"], &second["devicePreparationPolicyId"]), (200, &first["id"], &json!(policy)));
    assert!(!text(&second, "devicePreparationPolicyAssignedDateTime").starts_with("0001"));
}

#[test]
fn a_changed_identity_makes_a_second_record_and_leaves_the_old_one_stale() {
    let mut rig = Rig::new();
    let (_, old) = rig.post(IMPORT, &link("A1", BOARD, 1));
    let (status, new) = rig.post(IMPORT, &link("A1", OTHER_BOARD, 1));
    assert_eq!(status, 200);
    assert_ne!(old["id"], new["id"]);
    rig.wait(20);
    assert_eq!(serials(&mut rig, "$filter=contains(serialNumber,'A1')"), ["A1", "A1"]);
    let (_, stale) = rig.get(&format!("{ASSOCIATIONS}/{}", text(&old, "id")));
    assert_eq!((&stale["associationState"], &stale["smbiosUuid"]), (&json!("preassociated"), &json!(BOARD)));
}

fn made(rig: &mut Rig, template: &str) -> String {
    let (status, body) = rig.post(POLICIES, &policy(template, &[]));
    assert_eq!(status, 201, "{body}");
    text(&body, "id")
}

#[test]
fn only_a_policy_of_the_template_for_associated_devices_can_be_given() {
    let mut rig = Rig::new();
    let import = |rig: &mut Rig, policy: &Value| {
        let mut body = link("A1", BOARD, 1);
        body["devicePreparationPolicyId"] = policy.clone();
        rig.post(IMPORT, &body)
    };
    let user_driven = made(&mut rig, super::policies::USER_DRIVEN);
    let automatic = made(&mut rig, super::policies::AUTOMATIC);
    let nobody = uuid::Uuid::new_v4().to_string();
    for bad in [json!(user_driven), json!(automatic), json!(nobody), json!("no id"), json!(1)] {
        assert_eq!(import(&mut rig, &bad).0, 400, "{bad}");
    }
    let good = made(&mut rig, ASSOCIATION);
    let (status, row) = import(&mut rig, &json!(good.to_uppercase()));
    assert_eq!((status, &row["devicePreparationPolicyId"]), (200, &json!(good)));
}

#[test]
fn no_policy_may_be_said_as_null_or_as_zeros() {
    let mut rig = Rig::new();
    for (serial, board, none) in [("A1", BOARD, Value::Null), ("A2", OTHER_BOARD, json!(uuid::Uuid::nil()))] {
        let mut body = link(serial, board, 1);
        body["devicePreparationPolicyId"] = none;
        let (status, row) = rig.post(IMPORT, &body);
        assert_eq!((status, &row["devicePreparationPolicyId"]), (200, &json!(uuid::Uuid::nil())));
    }
}

#[test]
fn a_deleted_association_is_gone_at_once() {
    let mut rig = Rig::new();
    let id = associate(&mut rig, "A1");
    let target = format!("{ASSOCIATIONS}/{id}");
    assert_eq!(rig.delete(&target), (204, Value::Null));
    assert_eq!((rig.get(&target).0, rig.delete(&target).0), (404, 404));
    assert_ne!(associate(&mut rig, "A1"), id);
}

#[test]
fn a_deleted_association_is_pending_removal_when_switched() {
    let mut rig = Rig::new();
    rig.world.settings.association_removal_seconds = 600;
    let id = associate(&mut rig, "A1");
    let target = format!("{ASSOCIATIONS}/{id}");
    assert_eq!((rig.delete(&target).0, rig.delete(&target).0), (204, 204));
    assert_eq!(rig.get(&target).1["associationState"], json!("pendingRemoval"));
    // It does not stand in the way of a new one.
    assert_ne!(associate(&mut rig, "A1"), id);
    rig.wait(600);
    assert_eq!(rig.get(&target).0, 404);
    assert_eq!(serials(&mut rig, ""), ["A1"]);
}

#[test]
fn a_pre_association_without_a_device_vanishes_after_360_days() {
    let mut rig = Rig::new();
    let id = associate(&mut rig, "A1");
    rig.wait(360 * 24 * 3600 - 21);
    assert_eq!(rig.get(&format!("{ASSOCIATIONS}/{id}")).0, 200);
    rig.wait(1);
    assert_eq!(rig.get(&format!("{ASSOCIATIONS}/{id}")).0, 404);
}

#[test]
fn associations_are_ordered_by_their_date_paged_selected_and_found_by_a_part_of_the_serial_number() {
    let mut rig = Rig::new();
    for serial in ["A1", "B2", "A3"] {
        associate(&mut rig, serial);
    }
    assert_eq!(serials(&mut rig, ""), ["A1", "B2", "A3"]);
    assert_eq!(serials(&mut rig, "$orderby=preAssociationDateTime%20desc"), ["A3", "B2", "A1"]);
    let clients = "$top=25&$filter=contains(serialNumber,'a')&$orderby=preAssociationDateTime%20desc";
    assert_eq!(serials(&mut rig, clients), ["A3", "A1"]);
    let (_, page) = rig.get(&format!("{ASSOCIATIONS}?$top=2&$select=id,serialNumber"));
    assert_eq!(values(&page)[0].as_object().unwrap().len(), 2);
    let next = text(&page, "@odata.nextLink");
    let (_, last) = rig.get(next.trim_start_matches("http://127.0.0.1:4711"));
    assert_eq!(values(&last).len(), 1);
    assert_eq!(text(&values(&last)[0], "serialNumber"), "A3");
    assert!(last.get("@odata.nextLink").is_none());
}

#[test]
fn eq_and_other_orders_do_not_work_on_associations() {
    let mut rig = Rig::new();
    associate(&mut rig, "A1");
    for query in [
        "$filter=serialNumber%20eq%20'A1'",
        "$filter=contains(modelName,'E')",
        "$orderby=serialNumber",
        "$search=A1",
        "$expand=managedDevice",
        "$skip=1",
        "$select=nothing",
        "$top=0",
    ] {
        assert_eq!(rig.get(&format!("{ASSOCIATIONS}?{query}")).0, 400, "{query}");
    }
}

#[test]
fn an_association_knows_the_person_who_imported_it() {
    let mut rig = Rig::new();
    let import = |rig: &mut Rig, board: &str| {
        let seed = rig.get("/v1.0/users").1;
        let user = values(&seed)[0].clone();
        let body = link("A1", board, 1);
        let scopes = ["DeviceManagementServiceConfig.ReadWrite.All"];
        (text(&user, "userPrincipalName"), rig.as_user(&text(&user, "id"), &scopes, "POST", IMPORT, &body))
    };
    let (upn, (status, row)) = import(&mut rig, BOARD);
    assert_eq!((status, &row["preassociatedByUserPrincipalName"]), (200, &json!(upn)));
}

#[test]
fn reading_associations_asks_for_less_than_writing_them() {
    let mut rig = Rig::new();
    let id = associate(&mut rig, "A1");
    rig.as_application(&["DeviceManagementServiceConfig.Read.All"], |rig| {
        assert_eq!(rig.get(ASSOCIATIONS).0, 200);
        assert_eq!(rig.post(IMPORT, &link("A2", BOARD, 1)).0, 403);
        assert_eq!(rig.delete(&format!("{ASSOCIATIONS}/{id}")).0, 403);
    });
    rig.as_application(&["DeviceManagementConfiguration.ReadWrite.All"], |rig| {
        assert_eq!(rig.get(ASSOCIATIONS).0, 403);
    });
    assert_eq!(rig.get("/v1.0/deviceManagement/tenantAssociatedDevices").0, 400);
}

#[test]
fn associations_are_seeded_and_the_state_shows_them() {
    let mut rig = Rig::new();
    let seed = json!({"associations": [{"serialNumber": "L", "count": 2, "model": "Book"}]});
    assert_eq!(rig.post("/_emulator/seed", &seed).0, 200);
    let (_, state) = rig.get("/_emulator/state");
    let shown = state["associations"].as_array().unwrap();
    assert_eq!(shown.len(), 2);
    assert_eq!((&shown[0]["serial_number"], &shown[0]["state"]), (&json!("L000000"), &json!("preassociated")));
    assert_eq!(state["made"]["tenantAssociatedDevices"], json!(2));
    assert_eq!(values(&rig.get(ASSOCIATIONS).1).len(), 2);
    assert_eq!(rig.post("/_emulator/seed", &seed).0, 400);
}
