//! `completions`: what a shell needs to complete the command line.

use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::{Shell, generate};

use super::screen::Screen;

pub(super) const LONG_HELP: &str = "\
Put the line of your shell into the file that it reads when it starts:
  bash        source <(terraform-provider-autopilot completions bash)
  zsh         source <(terraform-provider-autopilot completions zsh)
  fish        terraform-provider-autopilot completions fish | source
  powershell  terraform-provider-autopilot completions powershell |
                Out-String | Invoke-Expression";

/// For whom.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The shell that is to complete.
    shell: Shell,
}

/// Prints the script for a command line. What is hidden there stays hidden.
pub(super) fn run(arguments: &Arguments, of: &Command) -> ExitCode {
    let name = env!("CARGO_PKG_NAME");
    let shown = of.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let mut shown = Command::new(name).args(of.get_arguments().cloned()).subcommands(shown);
    // clap_complete 4.6 loses its way in Bash below a name with a hyphen (clap-rs/clap 6421): the script is made for a name
    // without one. The name counts only where the script's last lines say what it is for.
    let plain = if arguments.shell == Shell::Bash { name.replace('-', "_") } else { name.to_owned() };
    let mut script = Vec::new();
    generate(arguments.shell, &mut shown, &plain, &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = script.replace(&format!(" -o default {plain}\n"), &format!(" -o default {name}\n"));
    Screen::of_stdout().verbatim(script.trim_end());
    ExitCode::SUCCESS
}
