//! What every tenant has: it is changed, never made or deleted, and a destroy puts back what it replaced.

use super::*;

const NAME: &str = "autopilot_default_enrollment_status_page";

async fn page(world: &World) -> Json {
    let pages = world.list(PAGES).await;
    let is_default = |page: &&Json| {
        page["id"].as_str().is_some_and(|id| id.ends_with("_DefaultWindows10EnrollmentCompletionPageConfiguration"))
    };
    pages.iter().find(is_default).expect("every tenant has it").clone()
}

/// Without what the service counts and dates.
fn settings(mut page: Json) -> Json {
    let all = page.as_object_mut().expect("it is an object");
    all.retain(|name, _| !["version", "lastModifiedDateTime"].contains(&name.as_str()));
    page
}

#[tokio::test]
async fn a_destroy_puts_back_what_the_first_apply_replaced() {
    let world = World::new().await;
    let before = settings(page(&world).await);
    let state = world.made(NAME, [("timeout_minutes", 90.into()), ("custom_error_message", "Call us.".into())]).await;
    assert_eq!(page(&world).await["installProgressTimeoutInMinutes"], 90);
    let config = world.config(NAME, [("timeout_minutes", 120.into())]);
    let state = world.apply(NAME, &config, &state).await.quietly();
    world.assert_no_change(NAME, &config, &state).await;
    assert_ne!(settings(page(&world).await), before);
    world.destroy(NAME, &state).await.quietly();
    assert_eq!(settings(page(&world).await), before);
}

/// A resource renamed without `moved`: core removes the one and makes the other side by side.
#[tokio::test]
async fn renamed_it_keeps_the_settings_and_what_was_before() {
    let world = World::new().await;
    let before = settings(page(&world).await);
    let config = world.config(NAME, [("timeout_minutes", 90.into())]);
    let made = world.apply(NAME, &config, &State::default()).await.quietly();
    // Another process applies the new name.
    let world = world.again();
    let none = State::default();
    let (new, old) = tokio::join!(world.apply(NAME, &config, &none), world.destroy(NAME, &made));
    old.quietly();
    let new = new.quietly();
    assert_eq!(page(&world).await["installProgressTimeoutInMinutes"], 90);
    world.assert_no_change(NAME, &config, &new).await;
    let world = world.again();
    world.destroy(NAME, &new).await.quietly();
    assert_eq!(settings(page(&world).await), before);
}

/// `create_before_destroy`.
#[tokio::test]
async fn what_another_resource_has_taken_over_is_not_put_back() {
    let world = World::new().await;
    let config = world.config(NAME, [("timeout_minutes", 90.into())]);
    let old = world.apply(NAME, &config, &State::default()).await.quietly();
    let world = world.again();
    let new = world.apply(NAME, &config, &State::default()).await.quietly();
    let destroyed = world.destroy(NAME, &old).await;
    assert!(destroyed.told(Severity::Warning)[0].contains("was not put back"), "{:?}", destroyed.told);
    world.assert_no_change(NAME, &config, &new).await;
}

#[tokio::test]
async fn what_was_imported_is_left_as_it_is_with_a_warning() {
    let world = World::new().await;
    let imported = world.import(NAME, world.emulator.tenant_id()).await;
    let config = world.config(NAME, [("timeout_minutes", 45.into())]);
    let state = world.apply(NAME, &config, &imported).await.quietly();
    let destroyed = world.destroy(NAME, &state).await;
    assert!(destroyed.told(Severity::Warning)[0].contains("keeps its settings"), "{:?}", destroyed.told);
    assert_eq!(page(&world).await["installProgressTimeoutInMinutes"], 45);
}

#[tokio::test]
async fn it_is_imported_by_the_tenants_id_or_its_own_and_by_no_other() {
    let world = World::new().await;
    let by_tenant = world.import(NAME, world.emulator.tenant_id()).await;
    assert_eq!(world.import(NAME, id(&by_tenant)).await.value, by_tenant.value);
    let refused = engine::import(world.resource(NAME), &world.scope(), By::from("something")).await;
    assert!(refused.diagnostics.0[0].detail.contains(world.emulator.tenant_id()), "{:?}", refused.diagnostics);
}

#[tokio::test]
async fn two_resources_of_one_singleton_are_told_in_the_run_that_brings_the_second() {
    let world = World::new().await;
    let config = |minutes: i64| world.config(NAME, [("timeout_minutes", minutes.into())]);
    let words = "Another `autopilot_default_enrollment_status_page` of this configuration is of the same thing: a tenant has one. \
                 Each apply of one of them writes over what the other one wrote. Remove one of them.";
    let (one, two) = (config(90), config(120));
    let first = world.apply(NAME, &one, &State::default()).await.quietly();
    let second = world.apply(NAME, &two, &State::default()).await;
    assert_eq!(second.told(Severity::Warning), [words]);
    // The plan tells where one of them is there already, and the read where both are.
    let world = world.again();
    let read = world.refresh(NAME, &first).await;
    assert_eq!(world.told(NAME, &one, &read).await, []);
    let told = world.told(NAME, &two, &State::default()).await;
    assert_eq!((told.len(), told[0].severity, told[0].detail.as_str()), (1, Severity::Warning, words));
    let world = world.again();
    let read = async |state: &State| {
        let State { value, private } = state.clone();
        engine::read(world.resource(NAME), &world.scope(), value, &Value::Null, &private).await.diagnostics.0
    };
    let (told, too) = tokio::join!(read(&first), read(&second.state));
    assert_eq!((told.len(), too.len(), told[0].detail.as_str()), (1, 1, words));
}
