//! Core is told the tables as they are.

use autopilot::{
    emulator::{Emulator, Options},
    provider,
};

use super::{model::of_table, session::Core};

pub(crate) async fn are_told() {
    let emulator = Emulator::start(Options::default()).await.expect("the emulator starts");
    let mut core = Core::new(emulator.environment());
    let process = core.phase().await;
    for registered in provider::registry().all_resources() {
        let told = &process.kinds()[&registered.type_name];
        assert_eq!(told.attributes, of_table(&registered.spec.attributes), "{}", registered.type_name);
        assert_eq!(told.ty, registered.ty);
    }
    core.end().await;
}
