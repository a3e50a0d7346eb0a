//! What the real Terraform does with the provider, on a tenant on this machine.

use std::{
    fs,
    time::{Duration, Instant},
};

use autopilot::{
    emulator::{Emulator, Options},
    graph::Client,
    knowledge::hardware_hash::{HardwareHash, encode},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{
    Arguments,
    lab::Lab,
    table::{Table, median, megabytes, seconds},
    tenant_client::settings,
    watched::{Took, terraform},
};

const APPLY: [&str; 4] = ["apply", "-auto-approve", "-input=false", "-no-color"];
const DESTROY: [&str; 4] = ["destroy", "-auto-approve", "-input=false", "-no-color"];
const PLAN: [&str; 3] = ["plan", "-input=false", "-no-color"];

/// So often is a run of some seconds measured at most.
const MOST: usize = 10;

/// How often a run of some seconds is measured.
fn often(arguments: &Arguments) -> std::ops::Range<usize> {
    0..arguments.times.min(MOST)
}

fn plant(lab: &Lab, seed: &Value) {
    lab.emulator.plant(seed.to_string().as_bytes()).unwrap_or_else(|why| panic!("{why}"));
}

fn many_groups(count: u32) -> Value {
    let body = json!({"displayName": "Other ", "mailEnabled": false, "mailNickname": "other", "securityEnabled": true});
    json!({"objects": [{"path": "/v1.0/groups", "count": count, "body": body}]})
}

fn many_devices(count: u32) -> Value {
    json!({"devices": [{"serialNumber": "SN-", "count": count, "groupTag": "Sales"}]})
}

/// A plan, which has to be of no change.
fn empty_plan(lab: &Lab) -> Took {
    let took = terraform(lab, &[PLAN.as_slice(), &["-detailed-exitcode"]].concat(), false);
    assert_eq!(took.run.code, Some(0), "{}", took.run);
    took
}

fn walls(all: &[Took]) -> Duration {
    median(all.iter().map(|took| took.wall).collect())
}

fn cpus(all: &[Took]) -> Duration {
    median(all.iter().map(|took| took.cpu).collect())
}

/// An import of so many rows, each with these attributes. Terraform's `range` gives 1,024 numbers at most.
fn an_import_of(count: u32, attributes: &str) -> String {
    let of_a_thousand = count / 1_000;
    format!(
        "resource \"autopilot_device_import\" \"all\" {{\n  devices = {{\n    for part in setproduct(range({of_a_thousand}), range(1000)) :\n    \
         format(\"SN-%06d\", part[0] * 1000 + part[1]) => {{ {attributes} }}\n  }}\n}}\n"
    )
}

pub(super) fn devices(arguments: &Arguments, table: &mut Table) {
    for (count, at_most) in [(5_000, "6"), (20_000, "21")] {
        let lab = Lab::with(&an_import_of(count, ""));
        plant(&lab, &many_devices(count));
        terraform(&lab, &APPLY, false);
        let took = empty_plan(&lab);
        table.row(&format!("requests to refresh {count} devices"), &took.requests.to_string(), at_most);
        if count == 5_000 {
            let peak = median(often(arguments).map(|_| empty_plan(&lab).peak).collect());
            table.row("most memory, refreshing 5000 devices", &megabytes(peak), "40 MB");
        }
    }
}

pub(super) fn aliases(arguments: &Arguments, table: &mut Table) {
    let alias = |number: u32| {
        format!(
            "provider \"autopilot\" {{\n  alias = \"t{number}\"\n}}\n\
             resource \"autopilot_group\" \"t{number}\" {{\n  provider     = autopilot.t{number}\n  display_name = \"Group {number}\"\n}}\n"
        )
    };
    let lab = Lab::with(&(0..50).map(alias).collect::<String>());
    // What is measured together is looked at closely, which takes time of its own.
    let applied = |is_together: bool| -> Vec<Took> {
        let apply = |_| {
            let took = terraform(&lab, &APPLY, is_together);
            terraform(&lab, &DESTROY, false);
            took
        };
        often(arguments).map(apply).collect()
    };
    table.row("50 aliases, a group each: wall of an apply", &seconds(walls(&applied(false))), "2.5 s");
    let together = median(applied(true).iter().map(|took| took.together).collect());
    table.row("50 aliases: memory of all together", &megabytes(together), "100 MB");
}

pub(super) fn groups(arguments: &Arguments, table: &mut Table) {
    let groups = |count: u32| {
        format!(
            "resource \"autopilot_group\" \"g\" {{\n  count           = {count}\n  display_name    = \"Group ${{count.index}}\"\n  \
             membership_rule = \"(device.devicePhysicalIds -any (_ -eq \\\"[OrderID]:${{count.index}}\\\"))\"\n}}\n"
        )
    };
    for (count, at_most) in
        [(1, [None, None, None]), (40, [None, None, None]), (1_000, [Some("8 s"), Some("1.1 s"), Some("9 s")])]
    {
        let lab = Lab::with(&groups(count));
        let all = lives(arguments, &lab);
        let [(_, applied), (_, planned), _] = &all;
        let named = |what: &str| format!("{count} group{}: {what}", if count == 1 { "" } else { "s" });
        if count == 1 {
            // Both plans of an apply look once among the deleted groups.
            let of_plan = terraform(&lab, &PLAN, false).requests;
            let of_creation = applied[0].requests.saturating_sub(2 * of_plan);
            table.row(&named("requests to create it, beside the plan's"), &of_creation.to_string(), "2");
            continue;
        }
        for ((what, all), at_most) in all.iter().zip(at_most) {
            table.row(&named(what), &seconds(walls(all)), at_most.unwrap_or_default());
        }
        terraform(&lab, &APPLY, false);
        if count == 1_000 {
            let state = fs::metadata(lab.folder().join("terraform.tfstate")).expect("there is a state").len();
            core_alone(arguments, table, u64::from(count), state);
            table.row(&named("our CPU time for a plan"), &seconds(cpus(planned)), "0.4 s");
            table.row(&named("our CPU time for an apply"), &seconds(cpus(applied)), "1.0 s");
            table.row("requests to refresh 1000 of 1000 groups", &planned[0].requests.to_string(), "4");
        }
        plant(&lab, &many_groups(20_000 - count));
        let at_most = if count == 40 { "6" } else { "42" };
        let asked = empty_plan(&lab).requests.to_string();
        table.row(&format!("requests to refresh {count} of 20000 groups"), &asked, at_most);
    }
}

/// Runs so often what makes, refreshes and destroys all of a configuration, and gives what each took.
fn lives(arguments: &Arguments, lab: &Lab) -> [(&'static str, Vec<Took>); 3] {
    let (mut applied, mut planned, mut destroyed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in often(arguments) {
        applied.push(terraform(lab, &APPLY, false));
        planned.push(empty_plan(lab));
        destroyed.push(terraform(lab, &DESTROY, false));
    }
    [("apply wall", applied), ("second plan wall", planned), ("destroy wall", destroyed)]
}

/// What of the time is Terraform's own, which writes all of the state after each resource: as many resources without a
/// provider, and as large a state.
fn core_alone(arguments: &Arguments, table: &mut Table, count: u64, state: u64) {
    // One that holds a text is 450 bytes, and the text twice.
    let text = "x".repeat(usize::try_from((state / count).saturating_sub(450) / 2).unwrap_or_default());
    let lab =
        Lab::with(&format!("resource \"terraform_data\" \"d\" {{\n  count = {count}\n  input = \"{text}\"\n}}\n"));
    for (what, all) in lives(arguments, &lab) {
        table.row(&format!("    of which Terraform alone: {what}"), &seconds(walls(&all)), "");
    }
}

const MIXED: &str = r#"
resource "autopilot_group" "g" {
  count        = 60
  display_name = "Group ${count.index}"
}

resource "autopilot_deployment_profile" "p" {
  count        = 20
  display_name = "Profile ${count.index}"
  assignments  = [{ group_id = autopilot_group.g[count.index].id }]
}

resource "autopilot_enrollment_status_page" "e" {
  count        = 20
  display_name = "Page ${count.index}"
  assignments  = [{ group_id = autopilot_group.g[20 + count.index].id }]
}
"#;

pub(super) fn tenant(_: &Arguments, table: &mut Table) {
    let lab = Lab::with(MIXED);
    terraform(&lab, &APPLY, false);
    let what = "requests to refresh 60 groups, 20 profiles, 20 pages";
    table.row(what, &empty_plan(&lab).requests.to_string(), "12");
    plant(&lab, &many_groups(20_000));
    plant(&lab, &many_devices(100_000));
    table.row("the same beside 20000 groups, 100000 devices", &empty_plan(&lab).requests.to_string(), "16");
}

/// How many times as fast as real time the budgets of writes run.
const SPEED: f64 = 20.0;

/// By the client alone, under the budgets that the service really has: 100 writes in 20 seconds.
pub(super) fn writes(arguments: &Arguments, table: &mut Table) {
    let floor = Duration::from_secs(40);
    let runtime = Runtime::new().expect("threads");
    let ratio = || {
        runtime.block_on(async {
            let emulator = Emulator::start(Options { speed: SPEED, ..Options::default() }).await.expect("it starts");
            emulator.configure(|settings| settings.throttling = true);
            let settings = settings(&emulator, emulator.client_secret());
            let client = Client::paced(settings, SPEED).expect("a client");
            client.tenant_id().await.expect("it signs in");
            let began = Instant::now();
            let tags: Vec<_> = (0..300).map(|number| json!({"displayName": format!("Tag {number}")})).collect();
            let made = join_all(tags.iter().map(|tag| client.post("/beta/deviceManagement/roleScopeTags", tag))).await;
            assert!(made.iter().all(Result::is_ok), "{made:?}");
            began.elapsed().mul_f64(SPEED).as_secs_f64() / floor.as_secs_f64()
        })
    };
    let ratio = median(often(arguments).map(|_| ratio()).collect());
    table.row("300 Intune writes: wall over the budget's floor", &format!("{ratio:.2}"), "1.20");
}

pub(super) fn plan(_: &Arguments, table: &mut Table) {
    let lab = Lab::with(
        "resource \"autopilot_device_import\" \"all\" {\n  \
         devices = provider::autopilot::parse_device_csv(file(\"${path.module}/devices.csv\"))\n}\n",
    );
    let row = |number: u32| {
        let serial_number = format!("SN-{number:06}");
        let machine = HardwareHash {
            serial_number: Some(serial_number.clone()),
            manufacturer: Some("Contoso".into()),
            ..HardwareHash::default()
        };
        format!("{serial_number},,{},Sales\r\n", encode(&machine))
    };
    let rows: String = (0..3_000).map(row).collect();
    lab.write("devices.csv", format!("Device Serial Number,Windows Product ID,Hardware Hash,Group Tag\r\n{rows}"));
    let took = terraform(&lab, &PLAN, false);
    table.row("3000 new devices: lines of the plan", &took.run.stdout.lines().count().to_string(), "21100");
}
