//! What `count` makes differs in nothing but names, and comes in another order in each run. A recording of it is replayed by the
//! configuration's own names.

use super::{lab::Lab, recorded::under, recorded_grouped::script};

/// Profiles that have two groups each, and pages that share theirs.
const ALIKE: &str = r#"
resource "autopilot_group" "sales" {
  count        = 12
  display_name = "Sales ${count.index}"
}

resource "autopilot_deployment_profile" "sales" {
  count        = 6
  display_name = "Profile ${count.index}"
  assignments  = [for each in [0, 1] : { group_id = autopilot_group.sales[2 * count.index + each].id }]
}

resource "autopilot_enrollment_status_page" "sales" {
  for_each     = { north = 0, east = 1, south = 2 }
  display_name = "Page ${each.key}"
  assignments  = [for next in [0, 1] : { group_id = autopilot_group.sales[each.value + next].id }]
}

output "assigned" {
  value = {
    for profile in autopilot_deployment_profile.sales : profile.display_name => sort([
      for group in autopilot_group.sales : group.display_name
      if contains([for each in profile.assignments : each.group_id], group.id)
    ])
  }
}
"#;

/// The export has the lists by which a plan may read many at once.
const LIFE: &str = r#"
set -e
"$TERRAFORM" apply -auto-approve -input=false -no-color -parallelism="$N"
"$0" export --out "exported-$N" --only group,deployment_profile,enrollment_status_page
"$TERRAFORM" plan -detailed-exitcode -input=false -no-color -parallelism="$N"
"$TERRAFORM" output -json assigned
"$TERRAFORM" destroy -auto-approve -input=false -no-color -parallelism="$N"
"#;

#[test]
fn an_apply_of_alike_objects_is_replayed_in_whichever_order_they_are_made() {
    for (recording, replays) in [(1, [10, 30]), (10, [1, 30]), (30, [1, 10])] {
        let lab = Lab::with(ALIKE);
        let file = lab.home.path().join("apply.jsonl");
        under("--record", &file, &script(&lab, lab.folder(), LIFE, recording)).succeeds();
        lab.emulator.forget_requests();
        for at_once in replays {
            let replayed = under("--replay", &file, &script(&lab, lab.folder(), LIFE, at_once)).succeeds();
            let context = format!("recorded with {recording} at once, replayed with {at_once}: {replayed}");
            assert!(replayed.stdout.contains("Apply complete! Resources: 21 added"), "{context}");
            assert!(replayed.stdout.contains("No changes."), "a second plan is empty, {context}");
            assert!(replayed.stdout.contains("Destroy complete! Resources: 21 destroyed."), "{context}");
            let assigned: Vec<_> = (0..6)
                .map(|each| format!("\"Profile {each}\":[\"Sales {}\",\"Sales {}\"]", 2 * each, 2 * each + 1))
                .collect();
            assert!(replayed.stdout.contains(&format!("{{{}}}", assigned.join(","))), "{context}");
        }
        assert!(lab.emulator.requests().is_empty(), "{:?}", lab.emulator.requests());
    }
}
