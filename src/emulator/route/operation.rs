//! An operation of Graph, and the form in which the tables list them: method, versions, path, permissions, query
//! options, what runs.

use super::permissions::Permissions;
use crate::emulator::call::{Call, Caller, Outcome};
use crate::emulator::odata::options::Options;
use crate::emulator::site::Site;

/// An operation.
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(super) v1: bool,
    pub(crate) template: &'static str,
    pub(crate) needs: &'static Permissions,
    /// The query options that `run` looks at.
    pub(crate) takes: Options,
    pub(crate) run: fn(&mut Site<'_>, &Call) -> Outcome,
}

impl Route {
    /// Whether Intune serves it, rather than the directory.
    pub(crate) fn is_intune(&self) -> bool {
        self.template.starts_with("/deviceManagement/") || self.template.starts_with("/deviceAppManagement/")
    }

    /// Whether the caller holds a permission for it, as the kind of caller it is.
    pub(crate) fn allows(&self, caller: &Caller) -> bool {
        self.needed(caller).iter().any(|name| caller.has(name))
    }

    /// The permissions of which a caller of this kind needs one.
    pub(crate) fn needed(&self, caller: &Caller) -> &'static [&'static str] {
        if caller.delegated { self.needs.delegated } else { self.needs.application }
    }
}

macro_rules! routes {
    ($($method:ident $versions:ident $template:literal $needs:ident $takes:ident $run:path $(=> $of:path)?;)*) => {
        &[$($crate::emulator::route::operation::Route {
            method: stringify!($method),
            v1: routes!(@ $versions),
            template: $template,
            needs: &$needs,
            takes: $takes,
            run: routes!(# $run $(=> $of)?),
        }),*]
    };
    (# $run:path) => { $run };
    // A verb of collections that work alike, over one of them.
    (# $run:path => $of:path) => { |site, call| $run(&$of, site, call) };
    (@ both) => { true };
    (@ beta) => { false };
}

pub(super) use routes;
