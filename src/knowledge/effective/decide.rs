//! What a device gets of all that is assigned.

use super::{
    contest::{PageRank, ProfileRank, Winner, page_order, profile_order, winner},
    facts::{Candidate, Facts, Kind, Outcome, Policy, Route, User},
    reach::{Assigned, Miss, Reach, Subject, Way, reach},
    reason::{groups, reached},
};
use crate::knowledge::{filter_rule, visible::quoted};

/// How a policy reaches a device: by itself, or by its user.
struct Entrant<'a> {
    policy: &'a Policy,
    reach: Reach,
    is_device: bool,
}

/// What becomes of each policy. Apps and scripts that are not meant for the device or its user are left out.
pub(crate) fn decide(facts: &Facts) -> Vec<Candidate> {
    let mut all = profiles(facts);
    let hybrid = all.iter().find(|it| it.outcome == Outcome::Applies).map(|it| is_hybrid(facts, &it.id));
    all.extend(pages(facts));
    all.extend(preparation(facts));
    all.extend(domain_join(facts, hybrid));
    all.extend(deliveries(facts));
    all
}

fn of(facts: &Facts, kind: Kind) -> impl Iterator<Item = &Policy> {
    facts.policies.iter().filter(move |policy| policy.kind == kind)
}

fn is_hybrid(facts: &Facts, id: &str) -> bool {
    facts.policies.iter().any(|policy| policy.id == id && policy.is_hybrid)
}

fn reach_of(facts: &Facts, assigned: &Assigned, is_device: bool) -> Reach {
    let groups = groups(facts, is_device);
    let is_in = |id: &str| groups.map(|groups| groups.contains_key(id));
    let matches = |id: &str| filter_rule::matches(&facts.filters.get(id)?.rule, &facts.properties);
    match reach(assigned, &Subject { is_device, is_in: &is_in, matches: &matches }) {
        // All Users are those that there are.
        Reach::Yes(_) if !is_device && matches!(facts.user, User::Missing(_)) => Reach::Unknown,
        reach => reach,
    }
}

/// By the device itself where that may be, else by its user.
fn entrant<'a>(facts: &Facts, policy: &'a Policy, assigned: &Assigned) -> Entrant<'a> {
    let by_device = reach_of(facts, assigned, true);
    let by_user = reach_of(facts, assigned, false);
    match (by_device, by_user) {
        (Reach::No(miss), Reach::No(_)) => Entrant { policy, reach: Reach::No(miss), is_device: true },
        (Reach::No(_), by_user) => Entrant { policy, reach: by_user, is_device: false },
        (by_device, _) => Entrant { policy, reach: by_device, is_device: true },
    }
}

fn told(policy: &Policy, outcome: Outcome, reason: String) -> Candidate {
    Candidate { kind: policy.kind, id: policy.id.clone(), name: policy.name.clone(), outcome, reason }
}

/// All of them, where the contest is this; `than` says why one loses to the winner.
fn judged(
    facts: &Facts,
    entrants: &[Entrant<'_>],
    winner: Winner,
    than: impl Fn(&Entrant<'_>, &Entrant<'_>) -> String,
) -> Vec<Candidate> {
    let judge = |(at, entrant): (usize, &Entrant<'_>)| {
        let reason = reached(facts, &entrant.reach, entrant.is_device);
        match (&entrant.reach, winner) {
            (Reach::No(_), _) => told(entrant.policy, Outcome::NotAssigned, reason),
            (_, Winner::One(wins)) if wins == at => told(entrant.policy, Outcome::Applies, reason),
            (_, Winner::One(wins)) => {
                let why = entrants.get(wins).map(|wins| than(entrant, wins)).unwrap_or_default();
                told(entrant.policy, Outcome::Loses, format!("{reason} {why}"))
            }
            _ => {
                let why = "Which one wins depends on what is not known.";
                let several = entrants.iter().filter(|it| !matches!(it.reach, Reach::No(_))).count() > 1;
                told(entrant.policy, Outcome::NotKnown, if several { format!("{reason} {why}") } else { reason })
            }
        }
    };
    entrants.iter().enumerate().map(judge).collect()
}

/// Those that reach the device lose, since it is set up in another way.
fn passed_over(facts: &Facts, entrants: &[Entrant<'_>], why: &str) -> Vec<Candidate> {
    let judge = |entrant: &Entrant<'_>| {
        let reason = reached(facts, &entrant.reach, entrant.is_device);
        match entrant.reach {
            Reach::No(_) => told(entrant.policy, Outcome::NotAssigned, reason),
            _ => told(entrant.policy, Outcome::Loses, format!("{reason} {why}")),
        }
    };
    entrants.iter().map(judge).collect()
}

fn profiles(facts: &Facts) -> Vec<Candidate> {
    let entrant = |policy| Entrant { policy, reach: reach_of(facts, &policy.assigned, true), is_device: true };
    let entrants: Vec<_> = of(facts, Kind::DeploymentProfile).map(entrant).collect();
    match facts.route() {
        Route::Associated => {
            passed_over(facts, &entrants, "An associated device gets a device preparation policy instead.")
        }
        Route::User => passed_over(facts, &entrants, "The device is not registered with Windows Autopilot."),
        Route::Registered => {
            let ranks = entrants.iter();
            let ranks: Vec<_> =
                ranks.map(|it| ProfileRank { reach: &it.reach, created: it.policy.created.as_deref() }).collect();
            let winner = winner(&ranks, |rank| rank.reach, profile_order);
            judged(facts, &entrants, winner, |loser, wins| {
                let name = quoted(&wins.policy.name);
                match loser.reach {
                    Reach::Yes(Way::AllDevices) => {
                        format!("{name} comes first, which is assigned to a group of the device.")
                    }
                    _ => format!("{name} is older and wins."),
                }
            })
        }
    }
}

fn pages(facts: &Facts) -> Vec<Candidate> {
    let default = |policy| Entrant { policy, reach: Reach::Yes(Way::Default), is_device: true };
    let entrant = |policy| entrant(facts, policy, &policy.assigned);
    let all = of(facts, Kind::EnrollmentStatusPage);
    let entrants: Vec<_> = all.map(|page| if page.is_default { default(page) } else { entrant(page) }).collect();
    if facts.route() != Route::Registered {
        return passed_over(facts, &entrants, "Device preparation shows a page of its own.");
    }
    let rank = |it: &Entrant<'_>| PageRank {
        is_default: it.policy.is_default,
        reaches_device: it.is_device,
        priority: it.policy.priority,
    };
    let winner = winner(&entrants, |it| &it.reach, |one, other| page_order(&rank(one), &rank(other)));
    judged(facts, &entrants, winner, |loser, wins| {
        let name = quoted(&wins.policy.name);
        match (loser.policy.is_default, loser.is_device == wins.is_device) {
            (true, _) => format!("{name} comes first."),
            (_, true) => format!("{name} has the higher priority."),
            (_, false) => format!("{name} comes first, which reaches the device itself."),
        }
    })
}

fn preparation(facts: &Facts) -> Vec<Candidate> {
    let entrant = |policy| Entrant { policy, reach: reach_of(facts, &policy.assigned, false), is_device: false };
    let entrants: Vec<_> = of(facts, Kind::DevicePreparationPolicy).map(entrant).collect();
    let own = facts.association.as_ref().and_then(|association| association.policy.as_deref());
    if let Some(own) = own.and_then(|id| entrants.iter().find(|it| it.policy.id.eq_ignore_ascii_case(id))) {
        let why = format!("The device is associated with {}, which comes first.", quoted(&own.policy.name));
        let judged = passed_over(facts, &entrants, &why);
        let is_own = |it: &Candidate| it.id == own.policy.id;
        let applies = told(own.policy, Outcome::Applies, "The device is associated with it.".to_owned());
        return judged.into_iter().map(|it| if is_own(&it) { applies.clone() } else { it }).collect();
    }
    if facts.route() == Route::Registered {
        return passed_over(facts, &entrants, "A registered device gets a deployment profile instead.");
    }
    let priority = |it: &Entrant<'_>| it.policy.priority;
    let winner = winner(&entrants, |it| &it.reach, |one, other| Some(priority(one)?.cmp(&priority(other)?)));
    judged(facts, &entrants, winner, |_, wins| format!("{} has the higher priority.", quoted(&wins.policy.name)))
}

/// `hybrid`: whether the profile that applies is for hybrid join, where one does.
fn domain_join(facts: &Facts, hybrid: Option<bool>) -> Vec<Candidate> {
    let entrant = |policy| Entrant { policy, reach: reach_of(facts, &policy.assigned, true), is_device: true };
    let entrants: Vec<_> = of(facts, Kind::DomainJoinProfile).map(entrant).collect();
    match hybrid {
        Some(false) => passed_over(facts, &entrants, "The deployment profile joins Microsoft Entra ID only."),
        None if facts.route() != Route::Registered => {
            passed_over(facts, &entrants, "Device preparation joins Microsoft Entra ID only.")
        }
        _ => {
            // No rule says which of several wins: Intune reports a conflict.
            let winner = winner(&entrants, |it| &it.reach, |_, _| None);
            let winner = if hybrid.is_none() && winner != Winner::Nobody { Winner::Unknown } else { winner };
            judged(facts, &entrants, winner, |_, _| String::new())
        }
    }
}

fn deliveries(facts: &Facts) -> Vec<Candidate> {
    let all = of(facts, Kind::App).chain(of(facts, Kind::Script));
    let judge = |policy: &Policy| {
        let entrant = entrant(facts, policy, &policy.assigned.required());
        let reason = reached(facts, &entrant.reach, entrant.is_device);
        match entrant.reach {
            Reach::Yes(_) => Some(told(policy, Outcome::Applies, reason)),
            Reach::Unknown => Some(told(policy, Outcome::NotKnown, reason)),
            Reach::No(Miss::Excluded(_) | Miss::Filtered(_)) => Some(told(policy, Outcome::NotAssigned, reason)),
            Reach::No(_) => None,
        }
    };
    all.filter_map(judge).collect()
}
