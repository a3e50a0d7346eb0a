//! An administrator who is signed in to the emulator: for what Graph allows to no application. It needs no person.

use std::{io, path::Path};

use crate::{
    emulator::{Emulator, PUBLIC_CLIENT_ID},
    login::{App, Error, granted, store},
};

/// The file's name in a folder that is the emulator's.
const FILE: &str = "sign-ins.json";

/// Keeps the sign-in of the tenant's administrator in this folder, and gives the variable that leads a provider with
/// `use_login = true` to it.
pub async fn administrator(emulator: &Emulator, folder: &Path) -> io::Result<(String, String)> {
    administrator_by(emulator, PUBLIC_CLIENT_ID, folder).await
}

/// The same by this public application of the tenant.
pub async fn administrator_by(emulator: &Emulator, client_id: &str, folder: &Path) -> io::Result<(String, String)> {
    let app = App {
        authority: emulator.endpoint(),
        tenant: emulator.tenant_id().to_owned(),
        client_id: client_id.to_owned(),
    };
    let answer =
        emulator.sign_in(client_id).ok_or_else(|| io::Error::other("nobody can sign in by that application"))?;
    let file = folder.join(FILE);
    let kept = async {
        let new =
            store::SignIn::new(&app, &granted(&app, &answer)?).ok_or_else(|| Error::Here("no refresh token".into()))?;
        let store = store::open(&file).await?;
        store.write(&[new])
    };
    kept.await.map_err(|error: Error| io::Error::other(error.to_string()))?;
    Ok((store::VARIABLE.to_owned(), file.display().to_string()))
}
