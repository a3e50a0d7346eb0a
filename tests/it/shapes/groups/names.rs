//! Names that other groups have, or had.

use super::*;

/// What a plan tells of a new group.
async fn told_of_new(world: &World, config: &Value) -> Vec<Diagnostic> {
    world.plan(GROUP, config, &State::default()).await.diagnostics.0
}

#[tokio::test]
async fn a_name_that_another_group_has_is_refused_where_that_is_asked_for() {
    let world = World::new().await;
    let there = world.made(GROUP, [("display_name", "SALES".into())]).await;
    let world = world.again();
    let alone = group(&world, [("prevent_duplicate_names", true.into())]);
    let told = told_of_new(&world, &alone).await;
    let expected = format!(
        "Attribute display_name must not be that of another group, since `prevent_duplicate_names` is set, got: \"Sales\". It \
         is the name of {}. Choose another one, or bring that group in by its id.",
        id(&there)
    );
    assert_eq!(details(&told), [expected.as_str()]);
    assert_eq!(told[0].severity, Severity::Error);
    assert_eq!(told_of_new(&world, &group(&world, [])).await, [], "Entra takes it");

    // A colleague's group of the name, made between plan and apply.
    let mut config = group(&world, [("prevent_duplicate_names", true.into()), ("display_name", "Lab".into())]);
    let plan = world.plan(GROUP, &config, &State::default()).await;
    world.made(GROUP, [("display_name", "Lab".into())]).await;
    let request = ApplyRequest {
        config: config.clone(),
        prior: Value::Null,
        planned: plan.planned,
        identity: Value::Null,
        private: plan.private,
    };
    let refused = engine::apply(world.resource(GROUP), &world.scope(), request).await;
    assert!(refused.diagnostics.has_errors() && refused.state.is_null());

    // Its own name is none of another's, also where another one takes its place.
    config.insert("display_name", "Own".into());
    let own = world.apply(GROUP, &config, &State::default()).await.quietly();
    let world = world.again();
    config.insert("description", "changed".into());
    assert_eq!(world.plan(GROUP, &config, &own).await.diagnostics.0, []);
    config.insert("assignable_to_roles", true.into());
    let replaced = world.plan(GROUP, &config, &own).await;
    assert_eq!(replaced.diagnostics.0, []);
    let again = State { value: Value::Null, private: replaced.private };
    assert_eq!(world.plan(GROUP, &config, &again).await.diagnostics.0, []);
    config.insert("display_name", "Sales".into());
    assert!(world.plan(GROUP, &config, &own).await.diagnostics.has_errors(), "it is renamed to what another one has");
}

#[tokio::test]
async fn a_deleted_group_of_the_name_is_told_with_how_to_bring_it_back() {
    let world = World::new().await;
    let state = world.made(GROUP, [("display_name", "sales".into())]).await;
    world.emulator.advance(std::time::Duration::from_secs(3600));
    world.destroy(GROUP, &state).await.quietly();
    let world = world.again();
    world.emulator.forget_requests();
    let [told] = &told_of_new(&world, &group(&world, [])).await[..] else { panic!("it is told") };
    assert_eq!((told.severity, told.summary.as_str()), (Severity::Warning, "Deleted Group of This Name"));
    let begin = "A group of the name \"Sales\" was deleted at ";
    let end = format!(
        "and this makes another one with another id: what was assigned to the old one does not reach it. For thirty days the \
         old one can be brought back, with its members: in the Entra admin center under Groups, Deleted groups, or by POST \
         /v1.0/directory/deletedItems/{0}/restore. Then bring it in: terraform import ADDRESS {0}.",
        id(&state)
    );
    assert!(told.detail.starts_with(begin) && told.detail.ends_with(&end), "{}", told.detail);
    let other = group(&world, [("display_name", "Lab".into())]);
    assert_eq!(told_of_new(&world, &other).await, []);
    assert_eq!(asked(&world).len(), 1, "they are read once in a process");
    // What is advised works.
    let restore = format!("/v1.0/directory/deletedItems/{}/restore", id(&state));
    world.graph.post(&restore, &serde_json::json!({})).await.expect("it comes back");
    assert_eq!(world.import(GROUP, id(&state)).await.value.get("display_name"), &"sales".into());
}

/// No application may delete it for good.
#[tokio::test]
async fn a_group_whose_creation_was_undone_is_not_told_as_somebodys() {
    let world = World::new().await;
    let nobody = "0f8fad5b-d9cb-469f-a165-70867728950e".to_owned();
    let refused = world.apply(GROUP, &group(&world, [("owner_ids", set(&[&nobody]))]), &State::default()).await;
    assert!(refused.state.value.is_null() && !refused.told(Severity::Error).is_empty(), "{:?}", refused.told);
    let world = world.again();
    let [told] = &told_of_new(&world, &group(&world, [])).await[..] else { panic!("it is told") };
    assert_eq!((told.severity, told.summary.as_str()), (Severity::Warning, "Deleted Group of This Name"));
    let begin = "A group of the name \"Sales\" that this provider had made was deleted at ";
    let middle = " seconds after it was made: by a destroy, or since the rest of its creation was refused. This makes another one \
                  with another id. The old one is missed only if somebody assigned something to it meanwhile: its id was ";
    assert!(told.detail.starts_with(begin) && told.detail.contains(middle), "{}", told.detail);
}

#[tokio::test]
async fn without_the_permission_to_look_for_deleted_groups_one_warning_says_so() {
    let world = World::new().await;
    let path = "/v1.0/directory/deletedItems/microsoft.graph.group";
    let fault = serde_json::json!({"method": "GET", "path": path, "status": 403, "times": 0});
    world.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let told = told_of_new(&world, &group(&world, [])).await;
    assert_eq!(
        details(&told),
        [
            "This plan was not held against the tenant everywhere: deleted groups cannot be read with these credentials. That \
          needs the permission Group.Read.All."
        ]
    );
    assert_eq!(told_of_new(&world, &group(&world, [])).await, [], "once in a run");
}
