//! Ctrl-C, SIGKILL and lost answers: nothing twice, nothing lost, no replacement.

use super::*;
use autopilot::graph::Approvals;
use std::time::Instant;

/// Waits until the service has been asked for something.
async fn until_asked(world: &World, method: &str, path: &str) {
    while world.asked(method, path) == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn ctrl_c_returns_the_state_and_the_next_apply_finishes() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.import_seconds = 6000);
    let config = config(rows_of(["A1", "A2"]));
    let plan = world.good_plan(&config, &State::default()).await;
    let cancel = CancellationToken::new();
    let start = State::default();
    let apply = world.apply_plan(&config, &start, plan, &cancel);
    let stop = async {
        until_asked(&world, "GET", &format!("{RECORDS}/{{id}}")).await;
        cancel.cancel();
        Instant::now()
    };
    let (applied, stopped) = tokio::join!(apply, stop);
    assert!(stopped.elapsed() < seconds(2));
    assert_eq!(applied.errors(), [""; 0]);
    assert!(applied.warnings()[0].contains("A1, A2"), "{:?}", applied.told);
    assert_eq!(applied.state.row("A1").get("id"), &Value::Null);
    assert_eq!(applied.state.text("A1", "status"), Some("import not finished yet"));

    world.emulator.advance(seconds(6000));
    let applied = world.apply(&config, &applied.state).await;
    assert_eq!(applied.told, []);
    assert_eq!(applied.state.text("A1", "origin"), Some("imported"), "the record was found again");
    assert_eq!(world.serial_numbers(), ["A1", "A2"]);
    assert_eq!(world.emulator.snapshot().imports, 0);
    assert_eq!(world.asked("POST", &format!("{RECORDS}/import")), 1);
    world.assert_no_change(&config, &applied.state).await;
}

#[tokio::test]
async fn ctrl_c_before_anything_was_sent_leaves_nothing() {
    let world = World::new().await;
    let config = config(rows_of(["A1"]));
    let plan = world.good_plan(&config, &State::default()).await;
    let cancel = CancellationToken::new();
    cancel.cancel();
    let applied = world.apply_plan(&config, &State::default(), plan, &cancel).await;
    assert_eq!(applied.state.value, Value::Null);
    assert_eq!(applied.errors().len(), 1);
}

/// The emulator approves over HTTP, as its page does.
async fn approve_all(world: &World) {
    let url = format!("{}/_emulator/approvals", world.emulator.endpoint());
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
    let answer = http.post(url).body("{}").send().await.expect("an answer");
    assert_eq!(answer.text().await.expect("a text"), r#"{"decided":3}"#);
}

#[tokio::test]
async fn a_create_that_waits_for_approvals_keeps_all_of_its_requests_in_the_state() {
    for by_ctrl_c in [true, false] {
        let mut world = World::new().await;
        let names = ["A1", "A2", "A3"];
        world.oem(names.map(|serial_number| serde_json::json!({ "serialNumber": serial_number })).into()).await;
        world.emulator.configure(|settings| settings.approval = vec!["deviceActions".to_owned()]);
        let approvals = Approvals { justification: Some("new laptops".to_owned()), ..Approvals::default() };
        world.tenant = Tenant::Ready(client(&world.emulator).with_approvals(approvals));
        let mut config = config(names.map(|name| Row::adopted(name).with("group_tag", "Sales")).into());
        if !by_ctrl_c {
            timeouts(&mut config, "2s");
        }
        let plan = world.good_plan(&config, &State::default()).await;
        let (cancel, start) = (CancellationToken::new(), State::default());
        let apply = world.apply_plan(&config, &start, plan, &cancel);
        let stop = async {
            while world.asked("GET", "/beta/deviceManagement/operationApprovalRequests") < 3 {
                tokio::task::yield_now().await;
            }
            if by_ctrl_c {
                cancel.cancel();
            }
        };
        let (applied, ()) = tokio::join!(apply, stop);
        assert_eq!(applied.errors(), [""; 0], "an error would taint");
        assert!(applied.warnings()[0].contains("another administrator has to approve it"), "{:?}", applied.told);

        approve_all(&world).await;
        timeouts(&mut config, "1m");
        let applied = world.apply(&config, &applied.state).await;
        assert_eq!(applied.errors(), [""; 0], "{:?}", applied.told);
        assert!(world.devices().values().all(|group_tag| group_tag == "Sales"), "{:?}", world.devices());
        world.assert_no_change(&config, &applied.state).await;
    }
}

#[tokio::test]
async fn after_a_kill_at_any_time_the_next_apply_finds_its_own_imports() {
    let import = format!("{RECORDS}/import");
    let sync = "/beta/deviceManagement/windowsAutopilotSettings/sync".to_owned();
    let tag = format!("{DEVICES}/{{id}}/updateDeviceProperties");
    let record = format!("{RECORDS}/{{id}}");
    for (method, path) in [("POST", &import), ("GET", &record), ("POST", &sync), ("POST", &tag)] {
        let world = World::new().await;
        // The tag comes with the import; the name does not, so that something is written at the end.
        let config =
            config(vec![Row::new("A1").with("display_name", "DESK-1"), Row::new("A2").with("group_tag", "Sales")]);
        let plan = world.good_plan(&config, &State::default()).await;
        tokio::select! {
            // Dropped where it stands, as a killed process is.
            _ = async { world.apply_plan(&config, &State::default(), plan, &CancellationToken::new()).await } => panic!("not killed at {path}"),
            () = until_asked(&world, method, path) => {}
        }
        let world = world.another("here");
        let applied = world.apply(&config, &State::default()).await;
        assert_eq!(applied.told, [], "{path}");
        assert_eq!(world.serial_numbers(), ["A1", "A2"], "{path}");
        assert_eq!(world.emulator.snapshot().imports, 0, "{path}");
        assert_eq!(world.asked("POST", &import), 1, "{path}");
        for serial_number in ["A1", "A2"] {
            assert_eq!(applied.state.text(serial_number, "origin"), Some("imported"), "{path}");
        }
        world.assert_no_change(&config, &applied.state).await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_an_import_is_looked_up_before_it_is_repeated() {
    let import = format!("{RECORDS}/import");
    for lost in [Fault { lose_answer: true, ..fault("POST", &import) }, Fault { reset: true, ..fault("POST", &import) }]
    {
        let (arrives, world) = (lost.lose_answer, World::new().await);
        world.emulator.fail(vec![lost]);
        let config = config(rows_of(["A1", "A2"]));
        let state = world.good_apply(&config, &State::default()).await;
        assert_eq!(world.asked("POST", &import), if arrives { 1 } else { 2 });
        assert_eq!(world.serial_numbers(), ["A1", "A2"]);
        assert_eq!(world.emulator.snapshot().imports, 0);
        assert_eq!(state.text("A1", "origin"), Some("imported"));
        world.assert_no_change(&config, &state).await;
    }
}

#[tokio::test]
async fn a_create_that_runs_out_of_time_is_finished_by_an_update() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.import_seconds = 60_000);
    let mut config = config(rows_of(["A1"]));
    timeouts(&mut config, "1s");
    let applied = world.apply(&config, &State::default()).await;
    assert_eq!(applied.errors(), [""; 0]);
    assert!(applied.warnings()[0].contains("timed out"), "{:?}", applied.told);
    // An update that runs out of time says so as an error, and still loses nothing.
    let applied = world.apply(&config, &applied.state).await;
    assert!(applied.errors()[0].contains("timed out"), "{:?}", applied.told);
    world.emulator.advance(seconds(60_000));
    timeouts(&mut config, "1m");
    let state = world.good_apply(&config, &applied.state).await;
    assert_eq!(state.text("A1", "origin"), Some("imported"));
    assert_eq!(world.asked("POST", &format!("{RECORDS}/import")), 1);
    world.assert_no_change(&config, &state).await;
}
