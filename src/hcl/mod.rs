//! HCL over values: what a configuration says, laid out as `terraform fmt` lays it out.
//!
//! # Must not know
//! HTTP, files, and any resource.
//!
//! # Start at
//! [`attributes`], then [`file`].

mod layout;
mod say;
mod text;

pub(crate) use hcl_edit::{expr::Expression, structure::Block};
pub(crate) use layout::{block, file, inside};
pub(crate) use say::{Said, attributes};
pub(crate) use text::{is_name, literal, written};
