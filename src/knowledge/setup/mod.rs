//! What is wrong with a setup as a whole, though each of its parts may be right.
//!
//! A part that is not given, or not known yet, proves nothing: what is found holds whatever the rest turns out to be.
//! Where a rule or a fact of Windows Autopilot decides, it is named beside the code that holds it.

mod apps;
mod devices;
mod domain_join;
mod finding;
mod groups;
mod members;
mod parts;
mod preparation;
mod profiles;
mod view;

#[cfg(test)]
mod tests;

use view::View;

pub(crate) use finding::Finding;
pub(crate) use parts::{
    App, CorporateIdentifier, Device, DomainJoinProfile, Extent, Group, Page, Part, PreparationPolicy, Profile, Script,
    Setup,
};

/// All that is found, the worst first.
pub(crate) fn problems(setup: &Setup) -> Vec<Finding> {
    let view = View::of(setup);
    let kinds = [devices::find, profiles::find, domain_join::find, apps::find, preparation::find, groups::find];
    let mut found: Vec<_> = kinds.iter().flat_map(|find| find(&view)).collect();
    found.sort_by_key(|finding| finding.severity);
    found
}
