//! Where Terraform and OpenTofu look on each system: for providers, and for the file that says otherwise.
//!
//! Sources: HashiCorp's "CLI Configuration File" (Implied Local Mirror Directories, Locations), which OpenTofu follows.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::super::terraform::{HOME, of_variable};

/// The folders that they search before that one, and those where they keep what they fetched.
pub(super) fn others(mirror: &Path) -> Vec<PathBuf> {
    let in_work = env::current_dir().map(|folder| folder.join("terraform.d").join("plugins"));
    let of_user = of_variable(HOME).map(|home| home.join(terraform_d()).join("plugins"));
    let all = in_work.into_iter().chain(of_user).chain(of_variable("TF_PLUGIN_CACHE_DIR"));
    all.filter(|place| place != mirror).collect()
}

fn terraform_d() -> &'static str {
    if cfg!(windows) { "terraform.d" } else { ".terraform.d" }
}

/// The configuration files of both that are there, or the one that is named for both.
pub(super) fn command_line_files() -> Vec<PathBuf> {
    let names = if cfg!(windows) { ["terraform.rc", "tofu.rc"] } else { [".terraformrc", ".tofurc"] };
    let named = of_variable("TF_CLI_CONFIG_FILE").map(|file| vec![file]);
    let of_user = || of_variable(HOME).map(|home| names.map(|name| home.join(name)).to_vec());
    let files = named.or_else(of_user).unwrap_or_default();
    files.into_iter().filter(|file| file.exists()).collect()
}
