//! Another resource of this run that has the same: two that write over each other.

use std::collections::HashSet;

use super::table::Holding;
use crate::{diagnostic::Diagnostic, knowledge::some_of::some_of};

/// So many things are named.
const NAMED: usize = 20;

/// A resource that has something in common with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Other {
    /// The type of the resource.
    resource: Box<str>,
    /// How many things it has.
    has: usize,
    /// What both have.
    pub(crate) both: Vec<String>,
}

impl Other {
    pub(super) fn of(other: &Holding, mut both: Vec<String>) -> Option<Other> {
        let all = [&other.holds, &other.plans, &other.wants].into_iter().flatten();
        let has = all.collect::<HashSet<_>>().len();
        both.sort_unstable();
        (!both.is_empty()).then(|| Other { resource: other.resource.clone(), has, both })
    }

    /// What is told of it, with the keys as the configuration writes them.
    pub(crate) fn warning(&self, written: impl Fn(&str) -> String) -> Diagnostic {
        // Looking for how one is written takes its time, and only some are named.
        let name = |(at, key): (usize, &String)| if at < NAMED { written(key) } else { key.clone() };
        let names = |keys: &[String]| some_of(&keys.iter().enumerate().map(name).collect::<Vec<_>>(), NAMED);
        let resource = &self.resource;
        // The one thing that there is in a tenant has no name.
        let detail = match self.both.as_slice() {
            [key] if key.is_empty() => format!(
                "Another `{resource}` of this configuration is of the same thing: a tenant has one. Each apply of one of them \
                 writes over what the other one wrote. Remove one of them."
            ),
            both => format!(
                "These are also in another resource of this configuration, an `{resource}` that has {} in all: {}. Two resources \
                 write over each other. Remove each from one of them: what is in the other one stays.",
                self.has,
                names(both),
            ),
        };
        Diagnostic::warning("In Two Resources", detail)
    }
}

/// What a plan has in common with another one, where one of them has not had it: the read tells what both have had. A
/// replacement is planned with the same configuration.
pub(super) fn planned(own: &Holding, other: &Holding) -> Option<Other> {
    let is_in_common = |key: &str| {
        let wanted = other.plans.contains(key) || other.wants.contains(key);
        wanted && own.holds.contains(key) != other.holds.contains(key)
    };
    let both = own.plans.iter().map(|key| &**key).filter(|key| is_in_common(key)).map(str::to_owned).collect();
    if own.config == other.config { None } else { Other::of(other, both) }
}

/// What an apply has in common with another one, and is new to one of them.
pub(super) fn applied(own: &Holding, other: &Holding) -> Option<Other> {
    let is_new = |key: &str| own.is_new.contains(key) || other.is_new.contains(key);
    let both = own.wants.intersection(&other.wants).map(|key| &**key);
    let both = both.filter(|key| is_new(key)).map(str::to_owned).collect();
    Other::of(other, both)
}
