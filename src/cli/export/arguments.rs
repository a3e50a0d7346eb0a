//! What is said on the command line.

use std::{ffi::OsStr, path::PathBuf};

use clap::{
    Args,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
};

use super::reading;
use crate::provider;

/// What is exported, and where to.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The folder to write to. It is made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "autopilot")]
    pub(super) out: PathBuf,
    /// Only these kinds, such as group,deployment_profile,devices.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = AnyKind)]
    pub(super) only: Vec<String>,
    /// Only what has this text in its name, in upper or lower case.
    #[arg(long, value_name = "TEXT")]
    pub(super) name_contains: Option<String>,
    /// The tenant: its id, or one of its domains. Otherwise ARM_TENANT_ID or AZURE_TENANT_ID.
    #[arg(long, value_name = "ID|DOMAIN")]
    pub(super) tenant: Option<String>,
    /// Write a module with variables, so that a second tenant can be made like this one.
    #[arg(long)]
    pub(super) module: bool,
    /// Write nothing, and say how the folder differs from the tenant.
    #[arg(long)]
    pub(super) check: bool,
}

/// The word for a kind. Help and completions name those there are; what is none is told with the one that was meant.
#[derive(Clone, Copy, Debug)]
struct AnyKind;

impl TypedValueParser for AnyKind {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(reading::words(&provider::registry()).into_iter().map(PossibleValue::new)))
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct Whole {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn help_names_the_kinds_and_another_word_is_left_to_the_export() {
        let help = Whole::command().render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            help.contains("[possible values: app_") || help.contains("[possible values: assignment_filter"),
            "{help}"
        );
        for kind in ["deployment_profile,", "enrollment_status_page_order,", "group,", "devices]"] {
            assert!(help.contains(kind), "{kind}: {help}");
        }
        let given = Whole::try_parse_from(["export", "--only", "groups,devices"]).expect("words are taken");
        assert_eq!(given.arguments.only, ["groups", "devices"]);
    }
}
