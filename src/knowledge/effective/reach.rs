//! Whether an assignment reaches somebody, and how.

/// Whom one target means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// The members of the group with this id, in small letters.
    Group(String),
    AllDevices,
    AllUsers,
}

/// An assignment filter on a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) id: String,
    /// Whether who matches is meant, or who does not.
    pub(crate) includes: bool,
}

/// One target of an assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) who: Who,
    pub(crate) excluded: bool,
    pub(crate) filter: Option<Filter>,
    /// What is done with an app. Other policies have none.
    pub(crate) intent: Option<String>,
}

/// To whom a policy is assigned, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Assigned {
    pub(crate) targets: Vec<Target>,
    /// Whether these are all.
    pub(crate) is_whole: bool,
}

/// Who may be reached: a device, or a user.
pub(crate) struct Subject<'a> {
    pub(crate) is_device: bool,
    /// Whether it is in the group with this id. None: that is not known.
    pub(crate) is_in: &'a dyn Fn(&str) -> Option<bool>,
    /// Whether it matches this filter. None: that is not known.
    pub(crate) matches: &'a dyn Fn(&str) -> Option<bool>,
}

/// How a policy reaches somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By the group with this id.
    Group(String),
    AllDevices,
    AllUsers,
    /// As the page of whoever gets no other one.
    Default,
}

/// Why a policy does not reach somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Miss {
    Unassigned,
    /// It is assigned to others.
    Elsewhere,
    /// A member of the group with this id, which is left out.
    Excluded(String),
    /// The filter with this id leaves it out.
    Filtered(String),
}

/// Whether a policy reaches somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Yes(Way),
    No(Miss),
    Unknown,
}

impl Assigned {
    /// The groups whose members are meant.
    pub(crate) fn included(&self) -> impl Iterator<Item = &str> {
        self.targets.iter().filter(|target| !target.excluded).filter_map(|target| match &target.who {
            Who::Group(id) => Some(id.as_str()),
            Who::AllDevices | Who::AllUsers => None,
        })
    }

    /// Whether it is for everyone of this kind.
    pub(crate) fn is_for(&self, who: &Who) -> bool {
        self.targets.iter().any(|target| !target.excluded && target.who == *who)
    }

    /// The targets by which an app is installed without anybody asking.
    pub(crate) fn required(&self) -> Assigned {
        let is_required = |target: &&Target| target.intent.as_deref().is_none_or(|intent| intent == "required");
        Assigned { targets: self.targets.iter().filter(is_required).cloned().collect(), is_whole: self.is_whole }
    }
}

/// Whether an assignment reaches somebody. A group that is left out wins over one that is meant.
pub(crate) fn reach(assigned: &Assigned, subject: &Subject<'_>) -> Reach {
    let mut may_be_excluded = !assigned.is_whole;
    for target in assigned.targets.iter().filter(|target| target.excluded) {
        let Who::Group(group) = &target.who else { continue };
        match (subject.is_in)(group) {
            Some(true) => return Reach::No(Miss::Excluded(group.clone())),
            Some(false) => {}
            None => may_be_excluded = true,
        }
    }
    let mut may_be_included = !assigned.is_whole;
    let mut ways = Vec::new();
    let mut filtered = None;
    for target in assigned.targets.iter().filter(|target| !target.excluded) {
        let (is_meant, way) = match &target.who {
            Who::Group(group) => ((subject.is_in)(group), Way::Group(group.clone())),
            Who::AllDevices => (Some(subject.is_device), Way::AllDevices),
            Who::AllUsers => (Some(!subject.is_device), Way::AllUsers),
        };
        let passes = match &target.filter {
            Some(filter) if is_meant != Some(false) => {
                (subject.matches)(&filter.id).map(|matches| matches == filter.includes)
            }
            _ => Some(true),
        };
        match (is_meant, passes) {
            (Some(true), Some(true)) => ways.push(way),
            (Some(true), Some(false)) => filtered = target.filter.as_ref().map(|filter| filter.id.clone()),
            (Some(false), _) | (None, Some(false)) => {}
            (None, _) | (_, None) => may_be_included = true,
        }
    }
    let by_group = ways.iter().position(|way| matches!(way, Way::Group(_))).unwrap_or(0);
    match ways.into_iter().nth(by_group) {
        Some(way) if !may_be_excluded => Reach::Yes(way),
        None if !may_be_included => Reach::No(match filtered {
            Some(filter) => Miss::Filtered(filter),
            None if assigned.targets.is_empty() => Miss::Unassigned,
            None => Miss::Elsewhere,
        }),
        _ => Reach::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(who: Who) -> Target {
        Target { who, excluded: false, filter: None, intent: None }
    }

    fn group(id: &str) -> Target {
        target(Who::Group(id.to_owned()))
    }

    fn excluded(id: &str) -> Target {
        Target { excluded: true, ..group(id) }
    }

    fn filtered(includes: bool) -> Target {
        Target { filter: Some(Filter { id: "f".to_owned(), includes }), ..group("in") }
    }

    /// Of a device in the group "in" and not in "out", of whose membership in others nothing is known, and which matches
    /// the filter "f".
    fn of(targets: Vec<Target>, is_whole: bool) -> Reach {
        let is_in = |group: &str| match group {
            "in" => Some(true),
            "out" => Some(false),
            _ => None,
        };
        let matches = |filter: &str| (filter == "f").then_some(true);
        reach(&Assigned { targets, is_whole }, &Subject { is_device: true, is_in: &is_in, matches: &matches })
    }

    #[test]
    fn a_group_that_is_left_out_wins_over_one_that_is_meant() {
        assert_eq!(of(vec![group("in"), excluded("in")], true), Reach::No(Miss::Excluded("in".into())));
        assert_eq!(of(vec![target(Who::AllDevices), excluded("out")], true), Reach::Yes(Way::AllDevices));
    }

    #[test]
    fn a_group_is_named_before_all_devices() {
        assert_eq!(of(vec![target(Who::AllDevices), group("in")], true), Reach::Yes(Way::Group("in".into())));
    }

    #[test]
    fn all_users_are_no_devices() {
        assert_eq!(of(vec![target(Who::AllUsers)], true), Reach::No(Miss::Elsewhere));
        assert_eq!(of(vec![], true), Reach::No(Miss::Unassigned));
    }

    #[test]
    fn a_filter_lets_in_or_leaves_out() {
        assert_eq!(of(vec![filtered(true)], true), Reach::Yes(Way::Group("in".into())));
        assert_eq!(of(vec![filtered(false)], true), Reach::No(Miss::Filtered("f".into())));
    }

    #[test]
    fn what_is_not_known_decides_nothing() {
        assert_eq!(of(vec![group("in")], false), Reach::Unknown);
        assert_eq!(of(vec![group("out")], false), Reach::Unknown);
        assert_eq!(of(vec![group("other")], true), Reach::Unknown);
        assert_eq!(of(vec![group("in"), excluded("other")], true), Reach::Unknown);
        assert_eq!(of(vec![group("in"), group("other")], true), Reach::Yes(Way::Group("in".into())));
        assert_eq!(of(vec![excluded("in"), group("other")], false), Reach::No(Miss::Excluded("in".into())));
    }
}
