//! `doctor`: what the settings of the environment lead to, and what is missing there. It reads, and writes nothing.

mod approvals;
mod clock;
mod credential;
mod findings;
mod intune;
mod limits;
mod permissions;
mod proxies;
mod remedy;
mod shown;
mod tenant;

use std::{process::ExitCode, time::Duration};

use clap::Args;
use tokio::time::Instant;

use self::findings::Report;
use super::{
    needs,
    screen::Screen,
    stopped::{Stopped, block_on},
};
use crate::provider::{self, Connection};

pub(super) const LONG_HELP: &str = "\
The credential is found as the provider finds it: by ARM_TENANT_ID and the other
variables. Nothing is written to the tenant, and no secret is shown.

Exit codes:
  0  all is well
  1  it cannot sign in or reach Microsoft Graph, or the command line is wrong
  2  it works, and something is missing

--json prints one object:
  exit_code    as above
  problems     each with part, problem and remedy
  credential   kind; used: values and where they came from; authority, graph
  tenant       id, name, default_domain
  permissions  granted, unused; missing, optional and for_people_only with what
               for
  intune       answers, licensed, mdm_authority (Intune is it): true, false, or
               null where it is not known
  approvals    kinds for which Multi Admin Approval is in force
  clock        ahead_seconds: of this machine's clock, against Microsoft Graph's
  proxies      to the authority, to graph; answered: in Microsoft's place
  limits       budgets of the service; kept: not with Graph on this machine
What could not be looked at is null, or not there where the sign-in failed.

Example: terraform-provider-autopilot doctor --read-only";

/// What is asked for.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only what these need, such as group,deployment_profile,sync_devices.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    only: Vec<String>,
    /// Ask only for the permissions that export and plan need.
    #[arg(long)]
    read_only: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// So long all questions together may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Looks at everything, and tells it.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Stopped> {
    let needed = needed(arguments).map_err(Stopped::because)?;
    let report = block_on(async { Ok(examine(&needed).await) })?;
    let screen = Screen::of_stdout();
    match arguments.json {
        true => screen.verbatim(&format!("{:#}", report.json())),
        false => shown::show(screen, &report),
    }
    Ok(ExitCode::from(report.exit_code()))
}

fn needed(arguments: &Arguments) -> Result<Vec<needs::Need>, String> {
    let all = needs::all(&provider::registry());
    let is_known = |kind: &&String| all.iter().any(|need| need.bare_thing() == kind.as_str());
    if let Some(kind) = arguments.only.iter().find(|kind| !is_known(kind)) {
        let mut known: Vec<_> = all.iter().map(needs::Need::bare_thing).collect();
        known.dedup();
        return Err(format!("There is no kind {kind:?}. There are: {}.", known.join(", ")));
    }
    let is_asked = |need: &needs::Need| {
        (arguments.only.is_empty() || arguments.only.iter().any(|kind| kind == need.bare_thing()))
            && !(arguments.read_only && need.is_to_write())
    };
    Ok(all.into_iter().filter(is_asked).collect())
}

async fn examine(needed: &[needs::Need]) -> Report {
    let connection = match Connection::of_process() {
        Ok(connection) => connection,
        Err(refused) => return Report { parts: vec![credential::not_chosen(&refused)] },
    };
    let client = connection.client.until(Instant::now() + LIMIT);
    let claims = match connection.sign_in(&client).await {
        Ok(claims) => claims,
        Err(why) => {
            let proxies = proxies::part(&connection, why.error.as_ref());
            return Report { parts: vec![credential::refused(&connection, why), proxies] };
        }
    };
    let signed_in = credential::signed_in(&connection);
    let tenant = match tenant::look(&client, &claims).await {
        Ok(tenant) => tenant,
        Err(error) => {
            let proxies = proxies::part(&connection, Some(&error));
            return Report { parts: vec![signed_in, tenant::not_reached(&error), proxies] };
        }
    };
    let clock = clock::part(&connection, client.service_time());
    let parts = vec![
        signed_in,
        tenant,
        permissions::part(&claims, needed, connection.credential),
        intune::look(&client, &claims).await,
        approvals::look(&client).await,
        clock,
        proxies::part(&connection, None),
        limits::part(&connection),
    ];
    Report { parts }
}
