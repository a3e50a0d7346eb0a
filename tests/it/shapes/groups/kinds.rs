//! Assigned or dynamic, for roles, for device preparation.

use super::*;

#[tokio::test]
async fn a_group_becomes_dynamic_in_place_and_assigned_again() {
    let world = World::new().await;
    let people = users(&world).await;
    let assigned = group(&world, [("member_ids", set(&[&people[0]]))]);
    let dynamic = group(&world, [("membership_rule", RULE.into())]);
    let first = world.apply(GROUP, &assigned, &State::default()).await.quietly();

    let plan = world.plan(GROUP, &dynamic, &first).await;
    assert_eq!(plan.replace, []);
    assert_eq!(plan.planned.get("member_ids"), &Value::Null, "the rule's business");
    assert_eq!(
        details(&plan.diagnostics.0),
        [
            "The group becomes dynamic: whoever is a member leaves it at once, and comes back only by the rule, which may take \
          hours in a large tenant. Policies that are assigned to it do not reach them meanwhile."
        ]
    );
    let second = world.apply(GROUP, &dynamic, &first).await.quietly();
    assert_eq!(id(&second), id(&first));
    assert_eq!(related(&world, &second, "members").await, [""; 0]);
    world.assert_no_change(GROUP, &dynamic, &second).await;

    let third = world.apply(GROUP, &assigned, &second).await.quietly();
    assert_eq!(id(&third), id(&first));
    assert_eq!(related(&world, &third, "members").await, sorted(&[&people[0]]));
    world.assert_no_change(GROUP, &assigned, &third).await;
}

/// Such as a rule that is written anew, or a new group: nobody leaves.
#[tokio::test]
async fn only_a_group_that_becomes_dynamic_loses_its_members() {
    let world = World::new().await;
    let dynamic = |rule: &str| group(&world, [("membership_rule", rule.into())]);
    let plan = world.plan(GROUP, &dynamic(RULE), &State::default()).await;
    assert_eq!(plan.diagnostics.0, []);
    let state = world.apply(GROUP, &dynamic(RULE), &State::default()).await.quietly();
    let plan = world.plan(GROUP, &dynamic("(device.deviceOwnership -eq \"Company\")"), &state).await;
    assert_eq!(plan.diagnostics.0, []);
}

#[tokio::test]
async fn a_group_for_roles_is_made_as_such_or_replaced() {
    let world = World::new().await;
    let config = |roles: Value| group(&world, [("assignable_to_roles", roles)]);
    let plain = world.apply(GROUP, &config(Value::Null), &State::default()).await.quietly();
    assert_eq!(plain.value.get("assignable_to_roles"), &false.into());
    let plan = world.plan(GROUP, &config(true.into()), &plain).await;
    assert_eq!(plan.replace.iter().map(ToString::to_string).collect::<Vec<_>>(), ["assignable_to_roles"]);
    let state = world.apply(GROUP, &config(true.into()), &State::default()).await.quietly();
    assert_eq!(world.graph.get(&format!("{GROUPS}/{}", id(&state))).await.expect("it is")["isAssignableToRole"], true);
    world.assert_no_change(GROUP, &config(true.into()), &state).await;
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("assignable_to_roles"), &true.into());
}

#[tokio::test]
async fn a_group_for_roles_without_the_permission_says_which_one_is_missing() {
    let world = World::new().await;
    let refused = serde_json::json!({"method": "POST", "path": "/v1.0/groups", "status": 403, "times": 1});
    world.emulator.fail(vec![serde_json::from_value(refused).expect("a fault")]);
    let config = group(&world, [("assignable_to_roles", true.into())]);
    let applied = world.apply(GROUP, &config, &State::default()).await;
    let told = applied.told(Severity::Error).join("\n");
    assert!(told.contains("Group.ReadWrite.All and RoleManagement.ReadWrite.Directory"), "{told}");
}

#[tokio::test]
async fn a_rule_excludes_roles_and_members() {
    let world = World::new().await;
    let people = users(&world).await;
    let told = |config: Value| {
        let told = engine::validate(world.resource(GROUP), &config, true).0;
        told.into_iter().map(|told| told.detail).collect::<Vec<_>>()
    };
    let both = [("membership_rule", RULE.into()), ("assignable_to_roles", true.into())];
    assert_eq!(
        told(group(&world, both)),
        [
            "Attribute assignable_to_roles cannot be true where there is a `membership_rule`: a role would go to whoever \
          matches it."
        ]
    );
    let both = [("membership_rule", RULE.into()), ("member_ids", set(&[&people[0]]))];
    assert_eq!(
        told(group(&world, both)),
        ["Attribute member_ids cannot be set where there is a `membership_rule`: the rule alone says who is a member."]
    );
    for unknown in [
        [("membership_rule", Value::Unknown), ("member_ids", set(&[&people[0]]))],
        [("membership_rule", RULE.into()), ("member_ids", Value::Unknown)],
        [("membership_rule", Value::Unknown), ("assignable_to_roles", true.into())],
    ] {
        assert_eq!(told(group(&world, unknown)), [""; 0]);
    }
}

/// Devices join such a group when they enrol.
#[tokio::test]
async fn an_import_leaves_the_members_of_a_device_preparation_group_to_enrolment() {
    let world = World::new().await;
    let people = users(&world).await;
    let mut config = group(&world, [("member_ids", set(&[&people[0]]))]);
    let state = world.apply(GROUP, &config, &State::default()).await.quietly();
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("member_ids"), &set(&[&people[0]]));
    config.insert("provisioning_client_owner", true.into());
    let told = world.plan(GROUP, &config, &state).await.diagnostics;
    assert_eq!(
        details(&told.0),
        [
            "Devices join the group of a device preparation policy when they enrol. With `member_ids` set, the next apply \
          removes them again. Leave it out."
        ]
    );
    let owned = world.apply(GROUP, &config, &state).await.quietly();
    assert_eq!(world.import(GROUP, id(&owned)).await.value.get("member_ids"), &Value::Null);
}

/// Microsoft, "Create an assigned device group": assigned, and not for roles.
#[tokio::test]
async fn a_group_that_device_preparation_will_refuse_is_told_at_plan() {
    let world = World::new().await;
    for (attribute, value) in [("membership_rule", RULE.into()), ("assignable_to_roles", true.into())] {
        let config = group(&world, [("provisioning_client_owner", true.into()), (attribute, value)]);
        let plan = world.plan(GROUP, &config, &State::default()).await;
        let expected = format!(
            "Device preparation takes no group with `{attribute}`: it has to be assigned, and not for roles. The Intune \
             Provisioning Client becomes an owner all the same."
        );
        assert_eq!(details(&plan.diagnostics.0), [expected]);
    }
}
