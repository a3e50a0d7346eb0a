//! Of several policies that reach somebody, which one wins.

use std::cmp::Ordering;

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::reach::{Reach, Way};

/// Who wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Winner {
    /// The one at this place.
    One(usize),
    Nobody,
    /// It depends on what is not known.
    Unknown,
}

/// The winner of several, by whether each is in the contest and which of two comes first. One of which it is not known
/// whether it is in the contest is to be compared as if it were so in the best way.
pub(crate) fn winner<T>(
    entrants: &[T],
    reach: impl Fn(&T) -> &Reach,
    order: impl Fn(&T, &T) -> Option<Ordering>,
) -> Winner {
    let is_in = |entrant: &T| !matches!(reach(entrant), Reach::No(_));
    let beats_all = |at: usize, entrant: &T| {
        let mut others = entrants.iter().enumerate().filter(|(other, entrant)| *other != at && is_in(entrant));
        others.all(|(_, other)| order(entrant, other) == Some(Ordering::Less))
    };
    let sure = |entrant: &T| matches!(reach(entrant), Reach::Yes(_));
    match entrants.iter().enumerate().find(|(at, entrant)| sure(entrant) && beats_all(*at, entrant)) {
        Some((at, _)) => Winner::One(at),
        None if entrants.iter().any(is_in) => Winner::Unknown,
        None => Winner::Nobody,
    }
}

/// What decides between deployment profiles.
pub(crate) struct ProfileRank<'a> {
    pub(crate) reach: &'a Reach,
    /// As Graph writes it.
    pub(crate) created: Option<&'a str>,
}

/// Which of two profiles comes first: one for a group before the one for All Devices, and then the older.
pub(crate) fn profile_order(one: &ProfileRank<'_>, other: &ProfileRank<'_>) -> Option<Ordering> {
    let is_default = |rank: &ProfileRank<'_>| *rank.reach == Reach::Yes(Way::AllDevices);
    let created = |rank: &ProfileRank<'_>| rank.created.and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    match is_default(one).cmp(&is_default(other)) {
        Ordering::Equal => Some(created(one)?.cmp(&created(other)?)),
        different => Some(different),
    }
}

/// What decides between enrollment status pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageRank {
    pub(crate) is_default: bool,
    /// Whether the page reaches the device itself, and not just its user.
    pub(crate) reaches_device: bool,
    /// 1 is highest.
    pub(crate) priority: Option<i64>,
}

/// Which of two pages comes first: the default one last, one that reaches the device before one that reaches its user, and
/// then the one with the smaller number.
pub(crate) fn page_order(one: &PageRank, other: &PageRank) -> Option<Ordering> {
    let class = |rank: &PageRank| (rank.is_default, !rank.reaches_device);
    match class(one).cmp(&class(other)) {
        Ordering::Equal => Some(one.priority?.cmp(&other.priority?)),
        different => Some(different),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::reach::Miss, *};

    const OLD: Option<&str> = Some("2026-03-02T13:57:54.5031392Z");
    const YOUNG: Option<&str> = Some("2026-03-02T13:57:55Z");

    fn by_group() -> Reach {
        Reach::Yes(Way::Group("g".to_owned()))
    }

    fn of(profiles: &[(Reach, Option<&str>)]) -> Winner {
        let ranks: Vec<_> = profiles.iter().map(|(reach, created)| ProfileRank { reach, created: *created }).collect();
        winner(&ranks, |rank| rank.reach, profile_order)
    }

    #[test]
    fn of_two_profiles_the_oldest_wins() {
        assert_eq!(of(&[(by_group(), YOUNG), (by_group(), OLD)]), Winner::One(1));
        assert_eq!(of(&[(by_group(), YOUNG), (by_group(), None)]), Winner::Unknown);
    }

    #[test]
    fn a_profile_for_all_devices_comes_last() {
        let all = || Reach::Yes(Way::AllDevices);
        assert_eq!(of(&[(all(), OLD), (by_group(), YOUNG)]), Winner::One(1));
        assert_eq!(of(&[(all(), OLD), (Reach::No(Miss::Elsewhere), YOUNG)]), Winner::One(0));
        assert_eq!(of(&[(all(), OLD), (Reach::Unknown, YOUNG)]), Winner::Unknown);
    }

    #[test]
    fn one_that_may_reach_it_and_would_lose_decides_nothing() {
        assert_eq!(of(&[(by_group(), OLD), (Reach::Unknown, YOUNG)]), Winner::One(0));
        assert_eq!(of(&[(Reach::Unknown, OLD)]), Winner::Unknown);
        assert_eq!(of(&[(Reach::No(Miss::Unassigned), OLD)]), Winner::Nobody);
    }

    #[test]
    fn a_page_for_the_device_comes_before_one_for_its_user_and_the_default_one_last() {
        let rank = |is_default, reaches_device, priority| PageRank { is_default, reaches_device, priority };
        let first = |one, other| page_order(&one, &other) == Some(Ordering::Less);
        assert!(first(rank(false, true, Some(7)), rank(false, false, Some(1))));
        assert!(first(rank(false, false, Some(7)), rank(true, true, Some(0))));
        assert!(first(rank(false, true, Some(1)), rank(false, true, Some(2))));
        assert_eq!(page_order(&rank(false, true, None), &rank(false, true, Some(2))), None);
    }
}
