//! A `moved` block from another provider. Our own executable stands for that one: its state is all that is asked of it.

mod peers;

use std::collections::BTreeSet;

use autopilot::provider;
use serde_json::json;

use self::peers::Peer;
pub(super) use self::peers::preparation_policy;
use super::lab::{Lab, PRELUDE};

/// A state that other providers wrote, and a configuration that says the same in our words and moves it here.
fn hand_over(lab: &Lab, peers: &[Peer]) {
    let of = |peer: &Peer| peer.provider.rsplit('/').next().unwrap_or_default().to_owned();
    let providers: BTreeSet<_> = peers.iter().map(|peer| (of(peer), peer.provider)).collect();
    let mut required = "required_providers {".to_owned();
    for (name, source) in &providers {
        lab.stands_for(source);
        required += &format!("\n {name} = {{ source = {source:?} }}");
    }
    lab.write("prelude.tf", PRELUDE.replace("required_providers {", &required));
    let mut configuration = String::new();
    let mut resources = Vec::new();
    for (number, Peer { provider, type_name, state, ours: (ours, body) }) in peers.iter().enumerate() {
        configuration += &format!(
            "resource {ours:?} \"it_{number}\" {{\n {body}\n}}\nmoved {{\n from = {type_name}.it\n to = {ours}.it_{number}\n}}\n"
        );
        resources.push(json!({
            "mode": "managed", "type": type_name, "name": "it",
            "provider": format!("provider[\"registry.terraform.io/{provider}\"]"),
            "instances": [{"schema_version": 0, "attributes": state, "identity_schema_version": 0, "identity": {"id": state["id"]}}],
        }));
    }
    lab.write("main.tf", configuration);
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "8b1e0c5e-2f0a-4f6e-9a51-5c8f2f3d1a77",
        "outputs": {}, "resources": resources,
    });
    lab.write("terraform.tfstate", state.to_string());
}

fn are_moved(lab: &Lab, peers: &[Peer]) {
    hand_over(lab, peers);
    let before = lab.writes();

    let planned = lab.run(&["plan", "-no-color", "-input=false"]).succeeds();
    for (number, Peer { type_name, ours: (ours, _), .. }) in peers.iter().enumerate() {
        assert!(planned.stdout.contains(&format!("{type_name}.it has moved to {ours}.it_{number}")), "{planned}");
    }
    assert!(planned.stdout.contains("Plan: 0 to add, 0 to change, 0 to destroy."), "{planned}");
    lab.apply();
    assert_eq!(lab.writes_since(&before), Default::default(), "the tenant is left alone");
    for (number, Peer { state, ours: (ours, _), .. }) in peers.iter().enumerate() {
        let id = state["id"].as_str().expect("an id").trim_start_matches("/groups/");
        assert_eq!(lab.state_of(&format!("{ours}.it_{number}"))["id"], id);
    }
    assert!(!lab.state_text().contains("microsoft365") && !lab.state_text().contains("azuread"));
    lab.plan().is_empty();

    // They are like any other now, of this tenant.
    lab.configure("");
    lab.destroy();
}

#[test]
fn a_group_of_azuread_becomes_one_of_ours() {
    let lab = Lab::new();
    are_moved(&lab, &[peers::azuread_group(&lab.tenant)]);
    lab.tenant.is_empty();
}

#[test]
fn objects_of_other_providers_become_ours() {
    let lab = Lab::new();
    are_moved(&lab, &peers::all(&lab.tenant));
    lab.tenant.is_empty();
}

#[test]
fn objects_of_other_providers_become_ours_on_newest() {
    let lab = Lab::on_newest();
    are_moved(&lab, &peers::all(&lab.tenant));
    lab.tenant.is_empty();
}

/// A type that a table names and no state of it was tried.
#[test]
fn each_type_that_can_be_moved_is_tried() {
    let lab = Lab::new();
    let tried: BTreeSet<_> =
        peers::all(&lab.tenant).iter().map(|peer| (peer.ours.0.to_owned(), peer.provider, peer.type_name)).collect();
    let taken: BTreeSet<_> = (provider::registry().all_resources())
        .flat_map(|it| it.spec.movers.iter().map(|mover| (it.type_name.clone(), mover.provider, mover.type_name)))
        .collect();
    assert_eq!(tried, taken);
}

#[test]
fn what_cannot_be_moved_says_so() {
    let lab = Lab::new();
    let mut peers = [peers::azuread_group(&lab.tenant)];
    peers[0].ours = ("autopilot_enrollment_status_page", "display_name = \"Page\"".to_owned());
    hand_over(&lab, &peers);
    let error = lab.plan_run().fails().error();
    error.says(&["State Cannot Be Moved", "cannot take over the state of azuread_group", "`import` block"]);
}

/// A hybrid profile that is not read seems to be one that joins Entra, which another would replace.
#[test]
fn what_was_moved_and_not_read_is_not_changed() {
    let lab = Lab::new();
    let mut peers = peers::all(&lab.tenant);
    peers.retain(|peer| peer.type_name.ends_with("windows_autopilot_deployment_profile"));
    peers.truncate(1);
    hand_over(&lab, &peers);
    let before = lab.writes();
    let unread = lab.run(&["plan", "-json", "-input=false", "-refresh=false"]).fails();
    unread.error().says(&["Moved and Not Read", "Plan it once without `-refresh=false`"]);
    lab.apply();
    assert_eq!(lab.writes_since(&before), Default::default());
}

/// A type of another provider may be several of ours, and of some we have none.
#[test]
fn an_object_of_another_kind_is_not_taken_for_one_that_is_gone() {
    let lab = Lab::new();
    let mut peers = peers::all(&lab.tenant);
    peers.retain(|peer| peer.type_name == "microsoft365wp_device_enrollment_configuration");
    let configurations = lab.tenant.list("/beta/deviceManagement/deviceEnrollmentConfigurations");
    let is_default = |kind: &str| {
        let of_kind = configurations.iter().find(|it| it["@odata.type"] == format!("#microsoft.graph.{kind}"));
        of_kind.expect("every tenant has it")["id"].clone()
    };
    for kind in ["deviceEnrollmentLimitConfiguration", "windows10EnrollmentCompletionPageConfiguration"] {
        peers[0].state["id"] = is_default(kind);
        hand_over(&lab, &peers);
        let error = lab.plan_run().fails().error();
        error.says(&["Object of Another Kind", "it is not an enrollment status page that can be managed"]);
    }
}

#[test]
fn a_group_with_mail_is_not_taken_over() {
    let lab = Lab::new();
    let mut peers = [peers::azuread_group(&lab.tenant)];
    let group = json!({
        "displayName": "Sales", "mailEnabled": true, "mailNickname": "mail", "securityEnabled": true, "groupTypes": ["Unified"],
    });
    peers[0].state["object_id"] = lab.tenant.post("/v1.0/groups", &group)["id"].clone();
    hand_over(&lab, &peers);
    lab.plan_run().fails().error().says(&["Object of Another Kind", "it is not a group that can be managed"]);
}

/// As an object that somebody deleted is made again.
#[test]
fn what_is_gone_when_it_is_moved_is_made_again() {
    let lab = Lab::new();
    let mut peers = peers::all(&lab.tenant);
    peers.retain(|peer| peer.ours.0 == "autopilot_scope_tag");
    hand_over(&lab, &peers);
    lab.tenant
        .delete(&format!("/beta/deviceManagement/roleScopeTags/{}", peers[0].state["id"].as_str().expect("an id")));
    let planned = lab.run(&["plan", "-no-color", "-input=false"]).succeeds();
    assert!(planned.stdout.contains("Plan: 1 to add, 0 to change, 0 to destroy."), "{planned}");
    lab.apply();
    lab.plan().is_empty();
}
