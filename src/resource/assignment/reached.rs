//! The assignments that Graph answered, for whoever asks whom they reach.

use serde_json::Value as Json;

use super::target::{NAME, Target, Who};
use crate::knowledge::effective::{Assigned, Filter, Target as Meant, Who as Whom};

/// To whom an object is assigned that was read with its assignments. A target that this provider does not know is not known.
pub(crate) fn assigned(object: &Json) -> Assigned {
    let Some(all) = object.get(NAME).and_then(Json::as_array) else { return Assigned::default() };
    let targets: Vec<_> = all.iter().map(Target::from_json).collect();
    let is_whole = targets.iter().all(Option::is_some);
    Assigned { targets: targets.into_iter().flatten().map(meant).collect(), is_whole }
}

fn meant(target: Target) -> Meant {
    let who = match target.who {
        Who::Group(id) => Whom::Group(id),
        Who::AllDevices => Whom::AllDevices,
        Who::AllUsers => Whom::AllUsers,
    };
    let filter = target.filter.map(|(id, mode)| Filter { id, includes: mode != "exclude" });
    Meant { who, excluded: target.excluded, filter, intent: target.intent }
}
