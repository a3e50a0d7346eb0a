//! The client of Graph by which a test looks into an emulator's tenant, as the provider does: by real sockets.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use autopilot::{
    emulator::{Emulator, PUBLIC_CLIENT_ID},
    graph::{Carrier, Client, ClientSecret, Credential, Error, Fetched, Settings},
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

/// A token that is there, for as long as any test.
#[derive(Debug)]
struct Token(String);

#[async_trait]
impl Credential for Token {
    async fn fetch(&self, _: &Carrier, _: &str) -> Result<Fetched, Error> {
        Ok(Fetched { token: self.0.clone(), lifetime: Duration::from_secs(3600) })
    }
}

/// Signs in as the administrator of that tenant, who may do what no application may.
pub(crate) fn administrators_client(emulator: &Emulator) -> Client {
    let answer = emulator.sign_in(PUBLIC_CLIENT_ID).expect("an administrator can sign in");
    let token = answer["access_token"].as_str().expect("a token").to_owned();
    let settings = Settings { credential: Arc::new(Token(token)), ..settings(emulator, "") };
    Client::new(settings).expect("the endpoint is good")
}
