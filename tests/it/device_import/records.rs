//! Import records of imports that ended never hold up a later one, and are cleaned up.

use super::*;
use std::time::Instant;

/// An import that waits for something that never comes would take an hour.
async fn is_quick<T>(apply: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let applied = apply.await;
    assert!(start.elapsed() < seconds(30), "it waited for {:?}", start.elapsed());
    applied
}

#[tokio::test]
async fn an_import_that_was_interrupted_after_its_changes_leaves_no_record_behind() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.property_seconds = 60_000);
    let config = config(vec![Row::new("A1").with("display_name", "DESK-1"), Row::new("A2")]);
    let plan = world.good_plan(&config, &State::default()).await;
    let (cancel, none) = (CancellationToken::new(), State::default());
    let stop = async {
        while world.asked("POST", &format!("{DEVICES}/{{id}}/updateDeviceProperties")) == 0 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (applied, ()) = tokio::join!(world.apply_plan(&config, &none, plan, &cancel), stop);
    assert_eq!(applied.errors(), [""; 0]);
    world.emulator.configure(|settings| settings.property_seconds = 5);
    assert_eq!(world.emulator.snapshot().imports, 2, "there was no time");
    let world = world.another("here");
    assert_eq!(world.destroy(&applied.state).await.told, []);
    assert_eq!((world.emulator.snapshot().imports, world.serial_numbers().len()), (0, 0));
    let again = is_quick(world.good_apply(&config, &State::default())).await;
    world.assert_no_change(&config, &again).await;
}

/// Nobody could delete the records, and the devices went with a destroy.
#[tokio::test]
async fn records_of_devices_that_are_gone_hold_up_no_later_apply() {
    let world = World::new().await;
    world.emulator.fail(vec![Fault { status: Some(500), times: 0, ..fault("DELETE", &format!("{RECORDS}/*")) }]);
    let config = config(rows_of(["A1", "A2"]));
    let state = world.good_apply(&config, &State::default()).await;
    assert_eq!(world.destroy(&state).await.told, []);
    assert_eq!((world.emulator.snapshot().imports, world.serial_numbers().len()), (2, 0));
    world.emulator.fail(Vec::new());
    let world = world.another("here");
    let again = is_quick(world.good_apply(&config, &State::default())).await;
    assert_eq!(world.serial_numbers(), ["A1", "A2"]);
    assert_eq!(again.text("A1", "origin"), Some("imported"));
    assert_eq!(world.emulator.snapshot().imports, 0, "they are cleaned up");
    world.assert_no_change(&config, &again).await;
}

#[tokio::test]
async fn a_record_that_could_not_be_deleted_is_deleted_by_the_next_apply() {
    let world = World::new().await;
    world.emulator.fail(vec![Fault { status: Some(500), times: 0, ..fault("DELETE", &format!("{RECORDS}/*")) }]);
    let state = world.good_apply(&config(rows_of(["A1", "A2"])), &State::default()).await;
    world.emulator.fail(Vec::new());
    let tagged = config(vec![Row::new("A1").with("group_tag", "Sales"), Row::new("A2")]);
    let state = world.good_apply(&tagged, &state).await;
    assert_eq!(world.emulator.snapshot().imports, 0);
    world.emulator.forget_requests();
    world.good_apply(&config(rows_of(["A1", "A2"])), &state).await;
    assert_eq!(world.asked("DELETE", &format!("{RECORDS}/{{id}}")), 0, "once");
}

/// A device that was deregistered in the portal while its import was interrupted.
#[tokio::test]
async fn a_device_that_was_deregistered_before_it_was_listed_is_imported_again() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.import_seconds = 6000);
    let mut config = config(rows_of(["A1"]));
    timeouts(&mut config, "1s");
    let unfinished = world.apply(&config, &State::default()).await.state;
    world.emulator.advance(seconds(7000));
    let id = world.ids().await["A1"].clone();
    client(&world.emulator).delete(&format!("{DEVICES}/{id}")).await.unwrap();
    world.emulator.advance(seconds(600));
    assert!(world.serial_numbers().is_empty());
    world.emulator.configure(|settings| settings.import_seconds = 60);
    timeouts(&mut config, "10m");
    let state = is_quick(world.good_apply(&config, &unfinished)).await;
    assert_eq!((world.serial_numbers(), state.text("A1", "origin")), (vec!["A1".to_owned()], Some("imported")));
    assert_eq!(world.emulator.snapshot().imports, 0);
}

/// The device was there all the time; only its sync was late.
#[tokio::test]
async fn a_device_that_a_sync_passed_by_is_ours_all_the_same() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.sync_seconds = 600);
    let config = config(rows_of(["A1"]));
    let plan = world.good_plan(&config, &State::default()).await;
    let sync = "/beta/deviceManagement/windowsAutopilotSettings/sync";
    tokio::select! {
        _ = async { world.apply_plan(&config, &State::default(), plan, &CancellationToken::new()).await } => panic!("not killed"),
        () = async { while world.asked("POST", sync) == 0 { tokio::task::yield_now().await; } } => {}
    }
    let world = world.another("here");
    let state = is_quick(world.good_apply(&config, &State::default())).await;
    assert_eq!(state.text("A1", "origin"), Some("imported"));
    assert_eq!((world.serial_numbers().len(), world.emulator.snapshot().imports), (1, 0));
}
