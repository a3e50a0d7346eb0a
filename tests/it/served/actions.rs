//! `autopilot_sync_devices` against the emulator.

use autopilot::server::proto::tfplugin6::invoke_action::event::Type as Told;

use super::*;

const SETTINGS: &str = "/beta/deviceManagement/windowsAutopilotSettings";
const SYNC: &str = "/beta/deviceManagement/windowsAutopilotSettings/sync";

impl World {
    /// The messages of a sync, and what was told at its end.
    async fn sync(&self, wait: bool, timeout: Option<&str>) -> (Vec<String>, Vec<String>) {
        let timeouts = timeout.map(|timeout| Value::object([("invoke", timeout.into())]));
        self.invoke("autopilot_sync_devices", [("wait", wait.into()), ("timeouts", timeouts.into())]).await
    }

    /// The messages of an action, and what was told at its end.
    pub(super) async fn invoke<const N: usize>(
        &self,
        type_name: &str,
        set: [(&str, Value); N],
    ) -> (Vec<String>, Vec<String>) {
        let action = self.registry.action(type_name).expect("it is registered");
        let mut config = null_object(&action.spec.attributes);
        for (name, value) in set {
            config.insert(name, value);
        }
        let request = proto::invoke_action::Request {
            action_type: action.type_name.clone(),
            config: encoded(&action.ty, &config),
            client_capabilities: None,
        };
        let events = answer(self.service.invoke_action(Request::new(request)).await);
        let events = events.map(|event| event.expect("failures are diagnostics").r#type.expect("core panics without"));
        let mut events: Vec<Told> = events.collect().await;
        let Some(Told::Completed(end)) = events.pop() else { panic!("{events:?}") };
        let messages = events.into_iter().map(|event| match event {
            Told::Progress(progress) => progress.message,
            Told::Completed(_) => panic!("it ended twice"),
        });
        (messages.collect(), told(&end.diagnostics))
    }

    async fn sync_status(&self) -> Json {
        self.graph.get(SETTINGS).await.expect("it is shown")["syncStatus"].clone()
    }
}

#[tokio::test]
async fn a_sync_is_asked_for_and_waited_for() {
    let world = World::new().await;
    let (messages, end) = world.sync(true, None).await;
    let expected = ["The sync was asked for.", "Waiting until the sync is completed.", "The sync is completed."];
    assert_eq!((messages, end), (expected.map(str::to_owned).to_vec(), vec![]));
    assert_eq!(world.sync_status().await, "completed");
    assert_eq!(world.asked("POST", SYNC), 1);
}

#[tokio::test]
async fn a_sync_within_ten_minutes_of_another_is_no_failure() {
    let world = World::new().await;
    assert_eq!(world.sync(true, None).await.1, Vec::<String>::new());
    let (messages, end) = world.sync(true, None).await;
    assert!(messages[0].contains("Somebody asked for a sync within the last ten minutes"), "{messages:?}");
    assert_eq!((messages.len(), messages[1].as_str(), end), (2, "The sync is completed.", vec![]));
    world.emulator.advance(Duration::from_secs(600));
    let (messages, _) = world.sync(false, None).await;
    assert_eq!(messages, ["The sync was asked for."], "and is not waited for unless asked");
}

#[tokio::test]
async fn a_sync_that_is_under_way_is_joined() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.sync_seconds = 60);
    assert_eq!(world.sync(false, None).await.0, ["The sync was asked for."]);
    assert_eq!(world.sync_status().await, "inProgress");
    let (messages, end) = world.sync(true, None).await;
    let expected = ["A sync is under way already.", "Waiting until the sync is completed.", "The sync is completed."];
    assert_eq!((messages, end), (expected.map(str::to_owned).to_vec(), vec![]));
    assert_eq!(world.asked("POST", SYNC), 1);
}

#[tokio::test]
async fn a_sync_is_not_waited_for_without_end() {
    let world = World::new().await;
    world.emulator.configure(|settings| settings.sync_seconds = 1_000_000);
    let (_, end) = world.sync(true, Some("300ms")).await;
    assert!(end[0].starts_with("error Timed Out: While syncing the devices"), "{end:?}");
}

#[tokio::test]
async fn a_refused_sync_says_which_permission_is_missing() {
    let world = World::new().await;
    world.emulator.fail(vec![refusal(SYNC, 403)]);
    let (messages, end) = world.sync(false, None).await;
    assert_eq!(messages, Vec::<String>::new());
    assert!(end[0].contains("DeviceManagementServiceConfig.ReadWrite.All"), "{end:?}");
}
