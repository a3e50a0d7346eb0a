//! The client of Graph by which a test looks into an emulator's tenant, as the provider does: by real sockets.

use std::sync::Arc;

use autopilot::{
    emulator::Emulator,
    graph::{Client, ClientSecret, Settings},
};

/// Signs in by the application that every emulator's first tenant has.
pub(crate) fn client(emulator: &Emulator) -> Client {
    Client::new(settings(emulator, emulator.client_secret())).expect("the endpoint is good")
}

/// The same application's settings, by this secret.
pub(crate) fn settings(emulator: &Emulator, client_secret: &str) -> Settings {
    settings_of(emulator, emulator.tenant_id(), emulator.client_id(), client_secret)
}

/// The settings of any application in any tenant.
pub(crate) fn settings_of(emulator: &Emulator, tenant_id: &str, client_id: &str, client_secret: &str) -> Settings {
    Settings {
        graph: emulator.endpoint(),
        audience: "https://graph.microsoft.com".to_owned(),
        user_agent: "test".to_owned(),
        credential: Arc::new(ClientSecret {
            tenant_id: tenant_id.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            authority: emulator.endpoint(),
        }),
    }
}
