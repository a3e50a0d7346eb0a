//! `export`: a tenant that exists, as a configuration that plans no change.

mod devices;
mod folder;
mod left_out;
mod looking;
mod naming;
mod progress;
mod reading;
mod readme;
mod referring;
mod tenancy;
mod variables;
mod writing;

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::{folder::Files, left_out::LeftOut, progress::Progress, referring::Addresses, tenancy::Tenancy};
use super::{
    not_set,
    screen::{Screen, Took},
    stopped::{Stopped, block_on},
    text::counted,
};
use crate::{
    diagnostic::Diagnostics,
    provider,
    resource::{Registry, Tenant, engine::Scope},
    schema::null_object,
    value::Value,
};

pub(super) const LONG_HELP: &str = "\
The credential is found as the provider finds it: by ARM_TENANT_ID and the other
variables. Nothing is written to the tenant.

The folder holds a file for each kind, import blocks, and a README that says
what was left out and why. `terraform init` and `terraform plan` in it show
imports and no change. Export again later, and Git shows what was changed by
hand; with --check nothing is written.

Exit codes:
  0  it is written, or with --check, tenant and folder are the same
  1  it could not be done, not all of it, or the command line is wrong
  2  with --check, tenant and folder differ

Example: terraform-provider-autopilot export --out contoso";

/// The exit code where a check finds a difference.
const DIFFERS: u8 = 2;

/// What is exported, and where to.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder to write to. It is made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "autopilot")]
    out: PathBuf,
    /// Only these kinds, such as group,deployment_profile,devices.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    only: Vec<String>,
    /// Only what has this text in its name, in upper or lower case.
    #[arg(long, value_name = "TEXT")]
    name_contains: Option<String>,
    /// The tenant: its id, or one of its domains. Otherwise ARM_TENANT_ID or AZURE_TENANT_ID.
    #[arg(long, value_name = "ID|DOMAIN")]
    tenant: Option<String>,
    /// Write a module with variables, so that a second tenant can be made like this one.
    #[arg(long)]
    module: bool,
    /// Write nothing, and say how the folder differs from the tenant.
    #[arg(long)]
    check: bool,
}

/// Reads the tenant, and writes the folder or compares with it.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Stopped> {
    let registry = provider::registry();
    let kinds = reading::kinds(&registry, &arguments.only).map_err(Stopped::because)?;
    block_on(async {
        let began = Instant::now();
        let screen = Screen::of_stdout();
        let scope = sign_in(&registry, arguments.tenant.as_deref()).await?;
        let mut tenancy = read(screen, &registry, &scope, &kinds, arguments).await?;
        let before = folder::names(&arguments.out)?;
        let mut addresses = Addresses::of(&registry, &tenancy, &before, arguments.module);
        let (data, unknown) = addresses.look_up(&registry, &scope, &tenancy.objects).await;
        tenancy.left_out.extend(unknown);
        for left in tenancy.left_out.iter().filter(|left| left.is_of_this_tenant) {
            screen.doubtful(&format!("{}: {}", left.what, left.why));
        }
        let files = writing::files(&tenancy, &addresses, &data, arguments.module);
        let is_whole = !tenancy.is_incomplete && arguments.only.is_empty() && arguments.name_contains.is_none();
        if !is_whole {
            hold_to_its_part(arguments, &files)?;
        }
        let done = match arguments.check {
            true => compare(screen, arguments, &files)?,
            false => write(screen, arguments, &files, began)?,
        };
        Ok(if tenancy.is_incomplete { ExitCode::FAILURE } else { done })
    })
}

/// The tenant that the settings of the environment lead to.
async fn sign_in(registry: &Registry, tenant: Option<&str>) -> Result<Scope, Stopped> {
    let mut config = null_object(&registry.provider.attributes());
    config.insert("tenant_id", tenant.map_or(Value::Null, Value::from));
    let (cancel, mut told) = (CancellationToken::new(), Diagnostics::default());
    let tenant = registry.provider.configure(&config, "", &cancel, &mut told).await;
    let missing = match &tenant {
        Tenant::Ready(_) => None,
        Tenant::Missing(why) => Some(why.clone()),
    };
    match told.into_iter().next().or(missing) {
        Some(why) => Err(Stopped::because(format!("{}\n\n{}", why.summary, not_set::detail(&why)))),
        None => Ok(Scope { tenant, cancel }),
    }
}

async fn read(
    screen: Screen,
    registry: &Registry,
    scope: &Scope,
    kinds: &reading::Kinds<'_>,
    arguments: &Arguments,
) -> Result<Tenancy, Stopped> {
    let Tenant::Ready(graph) = &scope.tenant else { return Err(Stopped::because("There is no tenant.")) };
    let id = graph.tenant_id().await.map_err(Stopped::while_doing("Cannot sign in"))?;
    screen.title(&format!("The tenant {id}"));
    let mut progress =
        Progress::of((!arguments.check).then_some(arguments.out.as_path()), &id, arguments.name_contains.as_deref());
    let mut tenancy =
        Tenancy { id, objects: Vec::new(), devices: Vec::new(), left_out: Vec::new(), is_incomplete: false };
    for registered in &kinds.resources {
        let name = arguments.name_contains.as_deref();
        let read = match progress.take(registered) {
            Some(read) => Ok(read),
            None => reading::objects(registered, scope, name).await,
        };
        match read {
            Ok(read) => {
                screen.good(&counted(read.len(), registered.spec.noun, &registered.spec.nouns));
                progress.keep(registered, &read);
                for object in read.iter().map(|read| read.object(registered)) {
                    match object {
                        Ok(object) => tenancy.objects.push(object),
                        Err(left) => tenancy.left_out.push(left),
                    }
                }
            }
            Err(why) => {
                screen.line(&format!("Not read: {}. {why}", registered.spec.nouns));
                tenancy.left_out.push(LeftOut::unread(&registered.spec.nouns, &why));
                tenancy.is_incomplete = true;
            }
        }
    }
    if kinds.devices {
        match devices::read(graph).await {
            Ok((fleets, odd)) => {
                let count = fleets.iter().map(devices::Fleet::count).sum();
                screen.good(&counted(count, "registered device", "registered devices"));
                if arguments.name_contains.is_some() {
                    screen.line("--name-contains does not narrow devices: all of them are exported.");
                }
                tenancy.devices = fleets;
                tenancy.left_out.extend(odd);
            }
            Err(error) => {
                let why = format!("{error}.");
                screen.line(&format!("Not read: registered devices. {why}"));
                tenancy.left_out.push(LeftOut::unread("registered devices", &why));
                tenancy.is_incomplete = true;
            }
        }
    }
    tenancy.left_out.extend(reading::never(registry, kinds));
    if !tenancy.is_incomplete {
        progress.ends();
    }
    Ok(tenancy)
}

/// A part of the tenant takes no place where more of it stands: what is referred to, imported and named there would be gone.
fn hold_to_its_part(arguments: &Arguments, files: &Files) -> Result<(), Stopped> {
    let more = folder::left_over(&arguments.out, files)?;
    if more.is_empty() {
        return Ok(());
    }
    Err(Stopped::because(format!(
        "{} holds more than was exported now: {}. Nothing was written. Export all of the tenant, or this part into another folder.",
        arguments.out.display(),
        more.join(", ")
    )))
}

fn write(screen: Screen, arguments: &Arguments, files: &Files, began: Instant) -> Result<ExitCode, Stopped> {
    let written = folder::write(&arguments.out, files)?;
    let out = arguments.out.display();
    screen.line(&format!(
        "\n{} in {out}, in {}. {}",
        counted(files.len(), "file", "files"),
        Took(began.elapsed()),
        match written {
            0 => "Nothing has changed since the last export.".to_owned(),
            changed => format!("{} new or changed.", counted(changed, "is", "are")),
        }
    ));
    screen.line(&format!(
        "\nNext, in {out}: terraform init, then terraform plan, which shows imports and no change. README.md says what was \
         left out and why."
    ));
    Ok(ExitCode::SUCCESS)
}

fn compare(screen: Screen, arguments: &Arguments, files: &Files) -> Result<ExitCode, Stopped> {
    let differences = folder::differences(&arguments.out, files)?;
    if differences.is_empty() {
        screen.good(&format!("{} says what is in the tenant.", arguments.out.display()));
        return Ok(ExitCode::SUCCESS);
    }
    for difference in &differences {
        screen.verbatim(difference);
    }
    screen.line(&format!(
        "\n{} between {} and the tenant. Export again to see them in Git.",
        counted(differences.len(), "file differs", "files differ"),
        arguments.out.display()
    ));
    Ok(ExitCode::from(DIFFERS))
}
