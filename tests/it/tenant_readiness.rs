//! `autopilot_tenant_readiness` in tenants that lack something, and by those who may not look.

use std::collections::BTreeMap;

use autopilot::{
    emulator::{Emulator, Options, Settings},
    graph::Client,
    provider,
    resource::{Tenant, engine},
    schema::null_object,
    value::Value,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::tenant_client::{administrators_client, client, settings_of};

async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.expect("the emulator starts")
}

async fn read(graph: &Client) -> Value {
    let registry = provider::registry();
    let data = registry.data_source("autopilot_tenant_readiness").expect("it is served");
    let scope = engine::Scope { tenant: Tenant::Ready(graph.clone()), cancel: CancellationToken::new() };
    let answer = engine::read_data(data, &scope, null_object(&data.spec.attributes)).await;
    assert_eq!(answer.diagnostics.0, []);
    answer.state
}

/// Those of one status.
fn those<'a>(state: &'a Value, status: &str) -> BTreeMap<&'a str, &'a Value> {
    let all = state.get("prerequisites").as_map().expect("they are told");
    let rows = all.iter().map(|(name, row)| (name.as_str(), row));
    rows.filter(|(_, row)| row.get("status").as_str() == Some(status)).collect()
}

fn names(state: &Value, status: &str) -> Vec<String> {
    those(state, status).into_keys().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_new_tenant_says_what_is_left_to_do() {
    let emulator = emulator().await;
    let state = read(&client(&emulator)).await;
    assert_eq!(names(&state, "not met"), ["company_branding", "provisioning_client"]);
    assert_eq!(names(&state, "not known"), ["mdm_user_scope"]);
    assert_eq!(state.get("ready").as_bool(), Some(false));
    let all = those(&state, "not known");
    let scope = all["mdm_user_scope"];
    let lacking = "Policy.Read.All of an administrator who signs in by `login`: no application can have it";
    assert_eq!(scope.get("missing_permission").as_str(), Some(lacking));
    let all = those(&state, "not met");
    for row in all.values() {
        assert!(row.get("user_sees").as_str().is_some_and(|text| !text.is_empty()), "{row:?}");
        assert!(row.get("remedy").as_str().is_some_and(|text| !text.is_empty()), "{row:?}");
    }
    let administrators = read(&administrators_client(&emulator)).await;
    assert!(names(&administrators, "not known").is_empty());
    assert!(names(&administrators, "not met").contains(&"mdm_user_scope".to_owned()), "nobody's devices are enrolled");
}

#[tokio::test]
async fn who_may_look_at_nothing_is_told_each_permission_and_no_error() {
    let emulator = emulator().await;
    let id = "3d5f1d6c-7f0e-4b0b-9d55-0c8f2b1f6f19";
    let application = json!({"client_id": id, "client_secret": "open sesame", "roles": []});
    emulator.plant(json!({"applications": [application]}).to_string().as_bytes()).expect("it may sign in");
    let nobody = Client::new(settings_of(&emulator, emulator.tenant_id(), id, "open sesame")).expect("a client");
    let state = read(&nobody).await;
    let all = state.get("prerequisites").as_map().expect("they are told");
    let lacking =
        all.iter().map(|(name, row)| (name.as_str(), row.get("missing_permission").as_str().unwrap_or("none")));
    let lacking: BTreeMap<_, _> = lacking.filter(|(name, _)| *name != "mdm_user_scope").collect();
    let service = "DeviceManagementServiceConfig.Read.All";
    let expected = [
        ("company_branding", "OrganizationalBranding.Read.All"),
        ("corporate_identifiers", service),
        ("domain_join_connector", "DeviceManagementConfiguration.Read.All"),
        ("entra_id_p1", "LicenseAssignment.Read.All"),
        ("intune_licence", "LicenseAssignment.Read.All"),
        ("join_rights", "Policy.Read.DeviceConfiguration"),
        ("mdm_authority", "Organization.Read.All"),
        ("provisioning_client", "Application.Read.All"),
        ("windows_enrollment", service),
    ];
    assert_eq!(lacking, BTreeMap::from(expected));
    assert_eq!(state.get("ready").as_bool(), Some(true), "nothing is known not to be met");
}

#[tokio::test]
async fn what_a_tenant_lacks_is_told_by_what_was_found() {
    let emulator = emulator().await;
    emulator.configure(|settings: &mut Settings| settings.intune_is_provisioned = false);
    let graph = client(&emulator);
    let state = read(&graph).await;
    let missing = those(&state, "not met");
    assert_eq!(missing["intune_licence"].get("found").as_str(), Some("No licence in force contains it."));
    assert_eq!(missing["mdm_authority"].get("found").as_str(), Some("The MDM authority is unknown."));
    emulator.configure(|settings: &mut Settings| settings.intune_is_provisioned = true);

    let old = json!({"connectors": [{"displayName": "DC01", "version": "6.1902.1.0"}]}).to_string();
    emulator.plant(old.as_bytes()).expect("it is planted");
    let join = json!({
        "userDeviceQuota": 50,
        "multiFactorAuthConfiguration": "notRequired",
        "azureADRegistration": graph.get("/v1.0/policies/deviceRegistrationPolicy").await.expect("it is there")["azureADRegistration"],
        "azureADJoin": {
            "isAdminConfigurable": true,
            "allowedToJoin": {"@odata.type": "#microsoft.graph.noDeviceRegistrationMembership"},
            "localAdmins": {
                "enableGlobalAdmins": true,
                "registeringUsers": {"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"},
            },
        },
        "localAdminPassword": {"isEnabled": false},
    });
    graph.put("/v1.0/policies/deviceRegistrationPolicy", &join).await.expect("it is changed");
    let restrictions = "/beta/deviceManagement/deviceEnrollmentConfigurations";
    let all = graph.list(restrictions).await.expect("they are listed");
    let is_default = |id: &&str| id.ends_with("_DefaultPlatformRestrictions");
    let default = all.iter().filter_map(|it| it["id"].as_str()).find(is_default).expect("every tenant has it");
    let blocked = json!({
        "@odata.type": "#microsoft.graph.deviceEnrollmentPlatformRestrictionsConfiguration",
        "windowsRestriction": {"platformBlocked": true, "personalDeviceEnrollmentBlocked": true},
    });
    graph.patch(&format!("{restrictions}/{default}"), &blocked).await.expect("it is changed");

    let state = read(&graph).await;
    let missing = those(&state, "not met");
    for (name, found) in [
        ("domain_join_connector", "Of 1 connectors 0 are active and of a supported version."),
        ("join_rights", "No user may join devices."),
        ("windows_enrollment", "The default restriction blocks Windows."),
        (
            "corporate_identifiers",
            "Personal Windows devices are blocked, and there are 0 Windows corporate identifiers.",
        ),
    ] {
        assert_eq!(missing.get(name).and_then(|row| row.get("found").as_str()), Some(found), "{name}");
    }
}
