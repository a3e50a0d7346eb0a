//! `install`: lays this program where Terraform and OpenTofu look for providers, so that `init` finds it.

mod command_line;
mod locked;
mod package;
mod places;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use self::{
    command_line::{Hindrance, Other, Told},
    package::Laid,
};
use super::{
    screen::Screen,
    stopped::Stopped,
    terraform::{self, Product},
    version::VERSION,
};
use crate::knowledge::rule::Severity;

pub(super) const LONG_HELP: &str = "\
Terraform and OpenTofu look into a folder of the user before they ask a
registry. There the program is laid, for both, under the address
zero-touch/autopilot. Any configuration that names it in required_providers then
finds it by init: with modules, a backend and other providers beside it. Run it
again after each build.

What hides that folder, or refuses this build, is told with what to do:
provider_installation in the configuration file of Terraform or OpenTofu, and
the .terraform.lock.hcl of the folder it is run in.

Examples:
  terraform-provider-autopilot install
  terraform-provider-autopilot install --remove";

/// Where to.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The mirror folder to lay it into. Otherwise the one that Terraform and OpenTofu search by themselves.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Remove this version from there.
    #[arg(long)]
    remove: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Stopped> {
    let screen = Screen::of_stdout();
    let mirror = match &arguments.dir {
        Some(folder) => {
            std::path::absolute(folder).map_err(Stopped::while_doing("Cannot tell which folder that is"))?
        }
        None => terraform::mirror().ok_or_else(|| {
            Stopped::because(format!(
                "Cannot tell where providers are kept: {} is not set. Set it, or name a folder with --dir.",
                terraform::HOME
            ))
        })?,
    };
    match arguments.remove {
        true => remove(screen, &mirror),
        false => install(screen, &mirror, arguments.dir.is_some()),
    }
}

fn install(screen: Screen, mirror: &Path, was_named: bool) -> Result<ExitCode, Stopped> {
    let executable = env::current_exe().map_err(Stopped::while_doing("Cannot tell where this program lies"))?;
    let hash = package::hash(&executable).map_err(Stopped::while_doing("Cannot read this program"))?;
    let cannot = format!("Cannot write below {}", mirror.display());
    let laid = package::lay(&executable, &hash, mirror).map_err(Stopped::while_doing(&cannot))?;
    match laid {
        Laid::New => screen.good(&format!("Installed version {VERSION} for Terraform and OpenTofu.")),
        Laid::Same => screen.good(&format!("This build of version {VERSION} was installed already.")),
        Laid::Instead => screen.good(&format!("Installed this build of version {VERSION} in place of another one.")),
    }
    screen.verbatim(&format!("  {}\n", mirror.display()));
    tell_hindrances(screen, mirror, was_named, &hash);
    screen.line("A configuration that has these lines finds it by terraform init, or tofu init:\n");
    screen.verbatim(
        "  terraform {\n    required_providers {\n      autopilot = { source = \"zero-touch/autopilot\" }\n    }\n  }\n",
    );
    let dir = if was_named { format!(" --dir {}", quoted(mirror)) } else { String::new() };
    screen.line(&format!("To undo it: terraform-provider-autopilot install --remove{dir}"));
    Ok(ExitCode::SUCCESS)
}

fn remove(screen: Screen, mirror: &Path) -> Result<ExitCode, Stopped> {
    let cannot = format!("Cannot remove it from {}", mirror.display());
    match package::remove(mirror).map_err(Stopped::while_doing(&cannot))? {
        true => screen.good(&format!("Removed version {} from {}.", VERSION, mirror.display())),
        false => screen.line(&format!("Version {} is not installed in {}.", VERSION, mirror.display())),
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells what keeps `init` from finding this very build, each with what to do.
fn tell_hindrances(screen: Screen, mirror: &Path, was_named: bool, hash: &str) {
    let warn = |text: &str| screen.problem(Severity::Warning, text);
    for told in command_line::hindrances(mirror, was_named) {
        tell(screen, &told, mirror);
    }
    for place in places::others(mirror) {
        if package::lies_in(&place).is_some_and(|other| other != hash) {
            warn(&format!(
                "Another build of version {} lies in {}, which is searched first. Remove it: terraform-provider-autopilot install \
                 --remove --dir {}\n",
                VERSION,
                place.display(),
                quoted(&place)
            ));
        }
    }
    let Ok(folder) = env::current_dir() else { return };
    for product in locked::refusing(&folder, hash) {
        warn(&format!(
            "The .terraform.lock.hcl of this folder knows other builds of version {} only, and {product} refuses this one \
             (\"doesn't match any of the checksums\"). Add it, here and in each such folder:\n",
            VERSION
        ));
        let command = product.command();
        screen.verbatim(&format!(
            "  {command} providers lock -fs-mirror={} zero-touch/autopilot\n  {command} init\n",
            quoted(mirror)
        ));
    }
}

/// Tells what a configuration file says against the mirror, and what to write into it.
fn tell(screen: Screen, told: &Told, mirror: &Path) {
    let warn = |text: &str| screen.problem(Severity::Warning, text);
    let file = told.file.as_deref().unwrap_or(Path::new("")).display();
    // Who, if not both.
    let only = if let [product] = told.products[..] { format!(" for {product}") } else { String::new() };
    let method = || match told.is_json {
        true => format!("  \"filesystem_mirror\": [{}]\n", terraform::mirror_method(mirror)),
        false => terraform::only_from_mirror(mirror),
    };
    match &told.hindrance {
        Hindrance::Unread(why) => {
            warn(&format!("{file} cannot be read: {why}. Whether it names other folders is not known.\n"));
        }
        Hindrance::Overridden(folder) => {
            let who = told.products.first().copied().unwrap_or(Product::Terraform);
            warn(&format!(
                "By dev_overrides in {file}, {who} uses the program in {folder}, and not this one. Take the line out.\n"
            ));
        }
        Hindrance::Hidden(others) => {
            warn(&format!(
                "{file} says where providers come from, and this folder is not among it{only}. Add this to its \
                 provider_installation:\n"
            ));
            screen.verbatim(&method());
            for other in others {
                screen.line(&format!("Its {} would be asked for this provider too. {}\n", other.method, into(other)));
                screen.verbatim(&exclusion(other, told.is_json));
            }
        }
        Hindrance::Shared(others) => {
            for other in others {
                warn(&format!(
                    "By {file}, init asks {} for this provider too{only}: where it cannot be reached, init fails, and a newer version there is \
                     taken. {}\n",
                    other.method,
                    into(other)
                ));
                screen.verbatim(&exclusion(other, told.is_json));
            }
        }
        Hindrance::Unknown => {
            let who = told.products.first().copied().unwrap_or(Product::Terraform);
            match &told.file {
                None => warn(&format!(
                    "{who} does not search this folder by itself. Write this into its configuration file, which is not there yet:\n"
                )),
                Some(_) => warn(&format!(
                    "{file} does not name this folder, and {who} does not search it by itself. Add this to it:\n"
                )),
            }
            screen.verbatim(&match told.is_json {
                true => format!(
                    "  \"provider_installation\": [{{\n  {}    , \"direct\": [{{\"exclude\": [\"{}\"]}}]\n  }}]\n",
                    method(),
                    terraform::SOURCE
                ),
                false => format!("provider_installation {{\n{}}}\n", terraform::from_mirror(mirror)),
            });
        }
    }
}

/// Where an exclusion of ours goes.
fn into(other: &Other) -> &'static str {
    if other.excludes { "Add to its exclude:" } else { "Add to it:" }
}

fn exclusion(other: &Other, is_json: bool) -> String {
    let source = terraform::SOURCE;
    match (other.excludes, is_json) {
        (true, _) => format!("    \"{source}\"\n"),
        (false, true) => format!("    \"exclude\": [\"{source}\"]\n"),
        (false, false) => format!("    exclude = [\"{source}\"]\n"),
    }
}

/// A path as a shell takes it: quoted where it has blanks.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if path.contains(char::is_whitespace) { format!("\"{path}\"") } else { path }
}
