//! `export`: a tenant that exists, as a configuration that plans no change.

mod arguments;
mod comparing;
mod devices;
mod differing;
mod folder;
mod form;
mod left_out;
mod looking;
mod lost;
mod naming;
mod progress;
mod reading;
mod readme;
mod referring;
mod tenancy;
mod tenant;
mod uncollected;
mod unread;
mod variables;
mod writing;

use std::process::ExitCode;

use tokio::time::Instant;

pub(super) use self::arguments::Arguments;
use self::{
    folder::{Files, Folder, Written},
    referring::Addresses,
    unread::Unread,
};
use super::{
    screen::{Screen, Took},
    stopped::{Stopped, block_on},
    text::counted,
};
use crate::provider;

pub(super) const LONG_HELP: &str = "\
The credential is found as the provider finds it: by ARM_TENANT_ID and the other
variables. Nothing is written to the tenant.

The folder holds a file for each kind, import blocks, and a README that says
what was left out and why. `terraform init` and `terraform plan` in it show
imports and no change. Export again later, and Git shows what was changed by
hand.

With --check nothing is written: what can be read is compared, block by block.
What cannot be read is named, with the permission that is missing; --only
compares some kinds.

Exit codes:
  0  it is written, or with --check, tenant and folder are the same
  1  it could not be done, or the command line is wrong; or not all could be
     read, and with --check, the rest is the same
  2  with --check, tenant and folder differ in what could be read

Example: terraform-provider-autopilot export --out contoso";

/// Reads the tenant, and writes the folder or compares with it.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Stopped> {
    let registry = provider::registry();
    let kinds = reading::kinds(&registry, &arguments.only).map_err(Stopped::because)?;
    form::held(arguments)?;
    block_on(async {
        let began = Instant::now();
        let screen = Screen::of_stdout();
        let scope = tenant::sign_in(&registry, arguments.tenant.as_deref()).await?;
        let mut tenancy = tenant::read(screen, &registry, &scope, &kinds, arguments).await?;
        let folder = Folder::of(&arguments.out)?;
        devices::name(&mut tenancy.devices, &folder.names);
        let is_whole = !tenancy.is_incomplete() && arguments.only.is_empty() && arguments.name_contains.is_none();
        let compares_part = arguments.check && !is_whole && arguments.name_contains.is_none();
        let mut addresses = Addresses::of(&registry, &tenancy, &folder, arguments.module);
        if compares_part {
            addresses.keep(&registry, &tenancy, &folder);
        }
        let (data, unknown, referred) = addresses.look_up(&registry, &scope, &tenancy).await;
        addresses.relate(&tenancy.objects);
        tenancy.left_out.extend(unknown);
        for left in tenancy.left_out.iter().filter(|left| left.is_of_this_tenant) {
            screen.doubtful(&format!("{}: {}", left.what, left.why));
        }
        let unread: Vec<&Unread> = tenancy.unread.iter().chain(&referred).collect();
        for unread in &unread {
            screen.line(&unread.line());
        }
        for advice in unread::advice(&unread) {
            screen.line(&advice);
        }
        let files = writing::files(&tenancy, &addresses, &data, arguments.module);
        if compares_part {
            return comparing::part(screen, &registry, arguments, &folder, &files, (&tenancy, &addresses));
        }
        if !is_whole {
            hold_to_its_part(arguments, &folder, &files)?;
        }
        let done = match arguments.check {
            true => comparing::whole(screen, &registry, arguments, &folder, &files)?,
            false => write(screen, arguments, &folder, &files, began)?,
        };
        if let Some(line) = uncollected::line(&tenancy.uncollected) {
            screen.line(&line);
        }
        Ok(if tenancy.is_incomplete() && done == ExitCode::SUCCESS { ExitCode::FAILURE } else { done })
    })
}

/// A part of the tenant takes no place where more of it stands: what is referred to, imported and named there would be gone.
fn hold_to_its_part(arguments: &Arguments, folder: &Folder<'_>, files: &Files) -> Result<(), Stopped> {
    let more = folder.left_over(files)?;
    if more.is_empty() {
        return Ok(());
    }
    Err(Stopped::because(format!(
        "{} holds more than was exported now: {}. Nothing was written. Export all of the tenant, or this part into another folder.",
        arguments.out.display(),
        more.join(", ")
    )))
}

fn write(
    screen: Screen,
    arguments: &Arguments,
    folder: &Folder<'_>,
    files: &Files,
    began: Instant,
) -> Result<ExitCode, Stopped> {
    lost::held(arguments, folder, files)?;
    let written = folder.write(files)?;
    let out = arguments.out.display();
    screen.line(&format!(
        "\n{} in {out}, in {}. {}",
        counted(files.len(), "file", "files"),
        Took(began.elapsed()),
        match written {
            Written { changed: 0, deleted: 0 } => "Nothing has changed since the last export.".to_owned(),
            Written { changed, deleted: 0 } => format!("{} new or changed.", counted(changed, "is", "are")),
            Written { changed, deleted } => format!(
                "{} new or changed, and {} deleted.",
                counted(changed, "is", "are"),
                counted(deleted, "was", "were")
            ),
        }
    ));
    screen.line(&match files.contains_key(folder::IMPORTS) {
        true => format!(
            "\nNext, in {out}: terraform init, then terraform plan, which shows imports and no change. README.md says what was \
             left out and why."
        ),
        false => "\nNothing was exported. README.md says what was left out and why.".to_owned(),
    });
    Ok(ExitCode::SUCCESS)
}
