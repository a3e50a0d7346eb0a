//! `login` and `logout`: an administrator signs in, for what Graph allows to no application.

mod permissions;

use std::{env, process::ExitCode, sync::Arc, time::Duration};

use clap::Args;

use super::{
    screen::Screen,
    stopped::{Stopped, block_on},
};
use crate::{
    graph::Carrier,
    login::{App, Error, Granted, by_browser, by_device_code, store},
    provider::{self, Administrator},
};
use permissions::Allowed;

/// How long the browser is waited for.
const LIMIT: Duration = Duration::from_secs(600);

pub(super) const LOGIN_HELP: &str = "\
The application is one of your tenant, and a public one. In the Entra admin
center, App registrations, New registration; then
  Authentication   Add a platform, Mobile and desktop applications,
                   http://localhost
  API permissions  Microsoft Graph, Delegated permissions: those you need;
                   Grant admin consent
What is missing is told after the sign-in.

The sign-in is kept in a file that only you can read; AUTOPILOT_LOGIN_FILE names
another one. A provider uses it with use_login = true, or AUTOPILOT_USE_LOGIN.
On Linux BROWSER names the browser. Remove the sign-in with logout.

Example: terraform-provider-autopilot login --tenant contoso.com --client-id ID";

/// Who signs in where.
#[derive(Debug, Args)]
pub(super) struct Login {
    /// The tenant: its id, or one of its domains. Otherwise ARM_TENANT_ID or AZURE_TENANT_ID.
    #[arg(long, value_name = "ID|DOMAIN")]
    tenant: Option<String>,
    /// The public application to sign in by. Otherwise ARM_CLIENT_ID or AZURE_CLIENT_ID.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The cloud: global, usgovernment, dod or china. Otherwise ARM_ENVIRONMENT.
    #[arg(long, value_name = "CLOUD")]
    environment: Option<String>,
    /// Sign in on another machine, with a code. Security defaults and many policies block it.
    #[arg(long, conflicts_with_all = ["no_browser", "port"])]
    device_code: bool,
    /// Open no browser, and only show the address.
    #[arg(long)]
    no_browser: bool,
    /// The port of this machine that the browser comes back to. Any free one otherwise.
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
}

/// Signs somebody in, keeps it, and tells what it is good for.
pub(super) fn login(arguments: Login) -> Result<ExitCode, Stopped> {
    let Login { tenant, client_id, environment, device_code, no_browser, port } = arguments;
    let administrator =
        provider::administrator(tenant, client_id, environment).map_err(|why| Stopped::because(why.join("\n")))?;
    let Administrator { app, default_scope, transport } = administrator;
    let carrier = Carrier(Arc::new(transport));
    let path = file()?;
    let screen = Screen::of_stdout();
    block_on(async {
        // First, so that nobody signs in for a file that cannot be used.
        store::open(&path).await.and_then(|store| store.read())?;
        let granted = match device_code {
            true => by_code(screen, &app, &carrier, &default_scope).await,
            false => in_browser(screen, &app, &carrier, &default_scope, port, !no_browser).await,
        };
        let granted = granted?;
        let new = store::SignIn::new(&app, &granted).ok_or_else(|| {
            Stopped::because(
                "Microsoft gave no refresh token, so there is nothing to keep. Does a policy of the tenant forbid it?",
            )
        })?;
        let place = new.place();
        let store = store::open(&path).await?;
        let mut sign_ins = store.read()?;
        store::put(&mut sign_ins, new);
        store.write(&sign_ins)?;
        screen.good(&format!("Signed in: {}", granted.person.user));
        screen.line(&format!("In {place}.\nKept in {}. Providers with use_login = true use it.", path.display()));
        tell(screen, &granted);
        Ok(ExitCode::SUCCESS)
    })
}

async fn in_browser(
    screen: Screen,
    app: &App,
    carrier: &Carrier,
    default_scope: &str,
    port: u16,
    opens: bool,
) -> Result<Granted, Error> {
    let begun = by_browser::begin(app, default_scope, port).await?;
    let address = begun.address.to_string();
    let opened = match opens {
        true => {
            let address = address.clone();
            tokio::task::spawn_blocking(move || webbrowser::open(&address).is_ok()).await.unwrap_or_default()
        }
        false => false,
    };
    match opened {
        true => screen.line(&format!("Sign in to {} in the browser. If none has opened, open this address:", app.tenant)),
        false => screen.line(&format!(
            "Open this address in a browser of this machine, and sign in to {}. From another machine forward the port first: ssh \
             -L {1}:localhost:{1}",
            app.tenant,
            begun.port()
        )),
    }
    screen.verbatim(&format!("\n{address}\n"));
    by_browser::finish(begun, app, carrier, LIMIT).await
}

async fn by_code(screen: Screen, app: &App, carrier: &Carrier, default_scope: &str) -> Result<Granted, Error> {
    let begun = by_device_code::begin(app, carrier, default_scope).await?;
    screen.line(&format!(
        "Open {} in a browser, enter the code {}, and sign in to {}.",
        begun.address, begun.user_code, app.tenant
    ));
    screen.line("Enter it only because you ran this command yourself.\n");
    by_device_code::finish(begun, app, carrier).await
}

/// What the sign-in is good for.
fn tell(screen: Screen, granted: &Granted) {
    let Allowed { there, missing } = permissions::held_against(&granted.person.scopes);
    // One below the other, so that none is broken where the terminal is narrow.
    let list = |title: &str, rows: &[(&'static str, String)]| {
        screen.heading(title);
        rows.iter().for_each(|(permission, purpose)| screen.line(&format!("  {permission}: {purpose}")));
    };
    if !there.is_empty() {
        list("It may", &there);
        screen.line(&format!("\nThe roles of {} in the tenant limit it further.", granted.person.user));
    }
    if !missing.is_empty() {
        list("It lacks", &missing);
        screen.line(
            "\nOnly what you manage with this sign-in is needed. To add some: Entra admin center, App registrations, the application, \
             API permissions, Add a permission, Microsoft Graph, Delegated permissions; then Grant admin consent, and sign in again.",
        );
    }
}

/// Which sign-ins go.
#[derive(Debug, Args)]
pub(super) struct Logout {
    /// Of this tenant: its id, or the domain that was given to login.
    #[arg(long, value_name = "ID|DOMAIN", conflicts_with = "all")]
    tenant: Option<String>,
    /// Of all tenants.
    #[arg(long)]
    all: bool,
    /// By this application only.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
}

/// Removes sign-ins.
pub(super) fn logout(arguments: &Logout) -> Result<ExitCode, Stopped> {
    let Logout { tenant, all, client_id } = arguments;
    if tenant.is_none() && !all {
        return Err(Stopped::because("Say which sign-ins are to go: --tenant, or --all."));
    }
    let path = file()?;
    let screen = Screen::of_stdout();
    block_on(async {
        let store = store::open(&path).await?;
        let goes = |each: &store::SignIn| {
            tenant.as_deref().is_none_or(|tenant| each.is_to(tenant))
                && client_id.as_deref().is_none_or(|client_id| each.is_by(client_id))
        };
        let (gone, kept): (Vec<_>, Vec<_>) = store.read()?.into_iter().partition(goes);
        if gone.is_empty() {
            let kept: Vec<_> = kept.iter().map(|each| format!("\n  {}", each.shown())).collect();
            let there = if kept.is_empty() { " nothing.".to_owned() } else { format!(":{}", kept.concat()) };
            screen.line(&format!("Nothing to remove. {} holds{there}", path.display()));
            return Ok(ExitCode::SUCCESS);
        }
        store.write(&kept)?;
        for each in &gone {
            screen.good(&format!("Removed: {}", each.user));
            screen.line(&format!("  in {}", each.place()));
        }
        screen.line(
            "\nIt is forgotten on this machine. Sessions go on, in browsers too: to end them all, open the user in the Entra admin \
             center and choose Revoke sessions.",
        );
        Ok(ExitCode::SUCCESS)
    })
}

fn file() -> Result<std::path::PathBuf, Stopped> {
    Ok(store::path(|name| env::var_os(name)?.into_string().ok())?)
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Stopped {
        Stopped::because(error.to_string())
    }
}
