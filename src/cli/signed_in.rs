//! An administrator who is signed in to the emulator: for what Graph allows to no application. It needs no person.

use std::{env, io, path::Path};

use serde_json::Value;

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
    keep(&app, &answer, folder).await
}

/// Keeps a sign-in by this answer of the token endpoint.
pub(super) async fn keep(app: &App, answer: &Value, folder: &Path) -> io::Result<(String, String)> {
    let file = folder.join(FILE);
    let kept = async {
        let new =
            store::SignIn::new(app, &granted(app, answer)?).ok_or_else(|| Error::Here("no refresh token".into()))?;
        let store = store::open(&file).await?;
        store.write(&[new])
    };
    kept.await.map_err(|error: Error| io::Error::other(error.to_string()))?;
    Ok((store::VARIABLE.to_owned(), file.display().to_string()))
}

/// Keeps the sign-ins of this person at this authority as such of another one, and gives the variable; none where there are none.
pub(super) async fn moved(from: &str, to: &str, folder: &Path) -> io::Result<Option<(String, String)>> {
    let moving = async {
        let theirs = store::path(|name| env::var_os(name)?.into_string().ok())?;
        if !theirs.exists() {
            return Ok(None);
        }
        let mut sign_ins = store::open(&theirs).await?.read()?;
        sign_ins.retain(|sign_in| sign_in.is_at(from));
        if sign_ins.is_empty() {
            return Ok(None);
        }
        for sign_in in &mut sign_ins {
            to.clone_into(&mut sign_in.authority);
        }
        let file = folder.join(FILE);
        store::open(&file).await?.write(&sign_ins)?;
        Ok(Some((store::VARIABLE.to_owned(), file.display().to_string())))
    };
    moving.await.map_err(|error: Error| io::Error::other(error.to_string()))
}
