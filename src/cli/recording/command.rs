//! `emulator --record` and `emulator --replay`.

#![expect(clippy::print_stderr, reason = "a person reads it")]

use std::{env, ffi::OsString, fs, io::ErrorKind, path::Path, process::ExitCode, sync::Arc};

use super::{
    form::{self, SignIn},
    record::Recorder,
    replay::{Outcome, Replay},
    served, sign_in,
};
use crate::{
    cli::{
        beside,
        screen::Screen,
        signed_in,
        stopped::{Stopped, block_on},
        terraform,
        text::counted,
    },
    login::App,
    provider,
};

const TENANT: &str = "ARM_TENANT_ID";

/// Runs a command on the service, and writes what it asked and was answered.
pub(in crate::cli) fn record(file: &Path, command: &[OsString]) -> Result<ExitCode, Stopped> {
    let name = file.display();
    let endpoints = provider::endpoints().map_err(|wrong| Stopped::because(wrong.join("\n")))?;
    block_on(async {
        let home = tempfile::tempdir().map_err(Stopped::while_doing("Cannot make a temporary folder"))?;
        let taken = served::take().await.map_err(Stopped::while_doing("Cannot listen on this machine"))?;
        let mut environment = led_to(&taken.root, home.path())?;
        let moved = signed_in::moved(&endpoints.authority, &taken.root, home.path()).await;
        let moved = moved.map_err(Stopped::while_doing("Cannot use the sign-ins of this machine"))?;
        environment.extend(moved.map(|(name, value)| (name, value.into())));
        let recorder = Recorder::begin(file, endpoints, &taken.root);
        let recorder = recorder.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                Stopped::because(format!("{name} is there already. Record to another file, or remove it first."))
            }
            _ => Stopped::while_doing(&format!("The recording {name} cannot be written"))(error),
        })?;
        let served = taken.serve(Arc::clone(&recorder));
        let code = beside::run(command, environment).await;
        served.stop().await;
        let count = recorder.end().map_err(Stopped::while_doing(&format!("The recording {name} is not whole")))?;
        let code = code?;
        let Some(count) = count else {
            eprintln!("\nNothing was asked of the service, so there is no recording.");
            return Ok(code);
        };
        Screen::of_stdout().complain(&format!(
            "\n{} in {name}, with placeholders for names, ids, serial numbers, hashes and addresses, and without tokens. Read it \
             before you publish it.",
            counted(count, "request", "requests")
        ));
        Ok(code)
    })
}

/// Runs a command on a recording.
pub(in crate::cli) fn replay(file: &Path, command: &[OsString]) -> Result<ExitCode, Stopped> {
    let name = file.display();
    let text = fs::read_to_string(file);
    let text = text.map_err(|error| Stopped::because(format!("The recording {name} cannot be read: {error}.")))?;
    let lines = form::read(&text).map_err(|why| Stopped::because(format!("{name} cannot be replayed: {why}.")))?;
    block_on(async {
        let home = tempfile::tempdir().map_err(Stopped::while_doing("Cannot make a temporary folder"))?;
        let taken = served::take().await.map_err(Stopped::while_doing("Cannot listen on this machine"))?;
        let replay = Replay::of(lines, &taken.root);
        let mut environment = led_to(&taken.root, home.path())?;
        let (application, person) = replay.signed_in();
        environment.extend(credential(application.as_ref().or(person.as_ref())));
        if let Some(person) = &person {
            // The tenant is that of the environment, if it says one: what is planned may name it.
            let tenant = env::var_os(TENANT).and_then(|tenant| tenant.into_string().ok());
            let tenant = tenant.unwrap_or_else(|| person.tenant.clone());
            let id = if tenant.contains('.') { &person.tenant } else { &tenant };
            let granted = sign_in::grant(person, id);
            let app = App { authority: taken.root.clone(), tenant, client_id: person.application.clone() };
            let kept = signed_in::keep(&app, &granted, home.path()).await;
            let (name, value) = kept.map_err(Stopped::while_doing("Cannot sign in to the recording"))?;
            environment.push((name, value.into()));
        }
        let served = taken.serve(Arc::clone(&replay));
        let code = beside::run(command, environment).await?;
        served.stop().await;
        let Outcome { answered, left, missing } = replay.outcome();
        eprintln!("\n{} answered from {name}.", counted(answered, "request", "requests"));
        list(&format!("{} of it not asked for:", counted(left.len(), "request", "requests")), &left);
        list("Not in it:", &missing);
        Ok(if missing.is_empty() { code } else { ExitCode::FAILURE })
    })
}

/// Nothing where there is none.
fn list(head: &str, requests: &[String]) {
    const AT_MOST: usize = 20;
    if !requests.is_empty() {
        eprintln!("{head}");
    }
    for request in requests.iter().take(AT_MOST) {
        eprintln!("  {request}");
    }
    if requests.len() > AT_MOST {
        eprintln!("  … and {} more.", requests.len() - AT_MOST);
    }
}

/// What leads Terraform to this provider, and the provider to this address.
fn led_to(root: &str, home: &Path) -> Result<Vec<(String, OsString)>, Stopped> {
    let terraform = terraform::led_here(home);
    let terraform = terraform.map_err(Stopped::while_doing("Cannot write what leads Terraform to this provider"))?;
    let endpoint = |name: &str| (name.to_owned(), root.into());
    Ok(vec![endpoint("AUTOPILOT_GRAPH_ENDPOINT"), endpoint("AUTOPILOT_AUTHORITY_HOST"), terraform])
}

/// An application that signs in to a replay.
fn credential(sign_in: Option<&SignIn>) -> Vec<(String, OsString)> {
    let Some(sign_in) = sign_in else { return Vec::new() };
    let mut all = vec![
        ("ARM_CLIENT_ID".to_owned(), sign_in.application.clone().into()),
        ("ARM_CLIENT_SECRET".to_owned(), "replay".into()),
    ];
    if env::var_os(TENANT).is_none() {
        all.push((TENANT.to_owned(), sign_in.tenant.clone().into()));
    }
    all
}
