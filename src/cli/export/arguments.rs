//! What is said on the command line.

use std::path::PathBuf;

use clap::Args;

/// What is exported, and where to.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The folder to write to. It is made if it is not there.
    #[arg(long, value_name = "DIR", default_value = "autopilot")]
    pub(super) out: PathBuf,
    /// Only these kinds, such as group,deployment_profile,devices.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
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
