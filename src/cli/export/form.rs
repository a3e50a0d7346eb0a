//! The two forms of a folder: what makes the tenant stands in it, or in a module. An address has the one or the other, and what
//! changes its address is destroyed and made anew.

use super::{
    arguments::Arguments,
    devices,
    folder::{self, IMPORTS},
};
use crate::cli::stopped::Stopped;

/// How the addresses of what is in the module begin.
pub(super) const INSIDE: &str = "module.tenant.";

/// Refuses a folder that has the other form.
pub(super) fn held(arguments: &Arguments) -> Result<(), Stopped> {
    let out = arguments.out.display();
    let is_module = match folder::body(&arguments.out, IMPORTS)? {
        Some(imports) => {
            imports.get_blocks("import").filter_map(|import| import.body.get_attribute("to")).find_map(|to| {
                let to = to.value.to_string();
                let is_inside = to.trim().starts_with(INSIDE);
                // The devices are outside in both.
                (is_inside || !to.trim().starts_with(devices::IMPORT)).then_some(is_inside)
            })
        }
        None => None,
    };
    let Some(is_module) = is_module.filter(|is_module| *is_module != arguments.module) else { return Ok(()) };
    let with = if is_module { "with" } else { "without" };
    Err(Stopped::because(match arguments.check {
        true => format!("{out} was exported {with} --module. Check it {with} --module too."),
        false => format!(
            "{out} was exported {with} --module. Written over by the other form, Terraform would destroy what it manages there. \
             Nothing was written. Export {with} --module, or choose another folder with --out."
        ),
    }))
}
