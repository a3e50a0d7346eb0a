//! Two resources and what moves between them.

use std::time::Duration;

use super::*;
use crate::graph::client::tests::silent;

fn things(keys: &[&str]) -> Things {
    keys.iter().map(|key| ((*key).to_owned(), Json::from(format!("with {key}")))).collect()
}

fn let_go(to_remove: &[&str], handed_over: &[(&str, bool)]) -> LetGo {
    LetGo {
        to_remove: to_remove.iter().map(|key| (*key).to_owned()).collect(),
        handed_over: handed_over.iter().map(|(key, inherited)| ((*key).to_owned(), *inherited)).collect(),
    }
}

#[tokio::test]
async fn what_another_wants_is_handed_over_with_what_goes_along() {
    let graph = silent();
    let (old, new) = (Holder::new(&graph, "fleet", "old"), Holder::new(&graph, "fleet", "new"));
    old.wants(things(&["a", "b", "c"]), &things(&["c"]));
    new.wants(things(&[]), &things(&["a", "c"]));
    assert_eq!((new.inherit("a"), new.inherit("c")), (Some("with a".into()), None));
    assert_eq!(old.let_go(["a", "b"]), let_go(&["b"], &[("a", true)]));
    assert!(old.is_wanted_elsewhere("a") && !old.is_wanted_elsewhere("b") && new.is_let_go_elsewhere("a"));
    assert_eq!((new.inherit("b"), new.fate("a").await), (None, None));
}

#[tokio::test]
async fn other_kinds_other_processes_and_what_ended_want_nothing() {
    let graph = silent();
    let old = Holder::new(&graph, "fleet", "1");
    old.wants(things(&["a"]), &things(&[]));
    Holder::new(&graph, "other", "2").wants(things(&[]), &things(&["a"]));
    Holder::new(&silent(), "fleet", "3").wants(things(&[]), &things(&["a"]));
    let failed = Holder::new(&graph, "fleet", "4");
    failed.wants(things(&[]), &things(&["a"]));
    failed.ends();
    assert_eq!(old.let_go(["a"]), let_go(&["a"], &[]));
}

#[tokio::test(start_paused = true)]
async fn who_wants_what_is_being_removed_waits_for_its_end() {
    let graph = silent();
    let (old, new) = (Holder::new(&graph, "fleet", "old"), Holder::new(&graph, "fleet", "new"));
    old.let_go(["a", "b", "c"]);
    let removing = async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        old.removed("a", Fate::Gone);
        old.removed("b", Fate::Stayed);
        drop(old);
    };
    let (fates, ()) = tokio::join!(async { (new.fate("a").await, new.fate("b").await, new.fate("c").await) }, removing);
    assert_eq!(fates, (Some(Fate::Gone), Some(Fate::Stayed), Some(Fate::Unsure)));
    new.makes_again("a");
    assert_eq!(new.fate("a").await, None);
}

#[tokio::test(start_paused = true)]
async fn what_two_have_in_their_states_is_seen_by_both() {
    let graph = silent();
    let held = async |id: &str, after: u64| {
        tokio::time::sleep(Duration::from_millis(after)).await;
        let holder = Holder::new(&graph, "fleet", id);
        holder.holds(&things(&["a", id]));
        holder.held_elsewhere().await.into_iter().map(|other| other.both).collect::<Vec<_>>()
    };
    let seen_by_both = tokio::join!(held("1", 0), held("2", 150));
    let both = || vec![vec!["a".to_owned()]];
    assert_eq!(seen_by_both, (both(), both()));
}

fn told(others: &[Other]) -> Vec<String> {
    others.iter().map(|other| other.warning(str::to_uppercase).detail).collect()
}

#[tokio::test]
async fn two_that_apply_the_same_are_told_by_what_they_have_whoever_comes_second() {
    let graph = silent();
    let holder = |id: &str| Holder::new(&graph, "fleet", id).of("autopilot_fleet", 1);
    let (one, two) = (holder("1"), holder("2"));
    assert_eq!(one.wants(things(&[]), &things(&["a", "b"])), []);
    assert_eq!(
        told(&two.wants(things(&[]), &things(&["b", "c"]))),
        [
            "These are also in another resource of this configuration, an `autopilot_fleet` that has 2 in all: B. Two resources \
          write over each other. Remove each from one of them: what is in the other one stays."
        ]
    );
    assert!(one.is_taken_elsewhere("c") && !one.is_taken_elsewhere("a"));
    // What both have had is told by the read, and what one lets go is handed over.
    assert_eq!(one.wants(things(&["a", "b"]), &things(&["a"])), []);
    assert_eq!(two.wants(things(&["b", "c"]), &things(&["b", "c"])), []);
}

#[tokio::test]
async fn a_plan_that_takes_what_another_one_has_and_keeps_is_told_and_a_replacement_is_not() {
    let graph = silent();
    let old = Holder::new(&graph, "fleet", "old").of("autopilot_fleet", 1);
    old.holds(&things(&[""]));
    let planning = |id: &str, config: u64| Holder::new(&graph, "fleet", id).of("autopilot_fleet", config).planning();
    assert_eq!(planning("old", 1).wants(things(&[""]), &things(&[""])), []);
    assert_eq!(planning("replacement", 1).wants(things(&[]), &things(&[""])), []);
    assert_eq!(
        told(&planning("new", 2).wants(things(&[]), &things(&[""]))),
        [
            "Another `autopilot_fleet` of this configuration is of the same thing: a tenant has one. Each apply of one of them \
          writes over what the other one wrote. Remove one of them."
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_wants_until_its_apply_must_have_begun() {
    let graph = silent();
    let old = Holder::new(&graph, "fleet", "old");
    let planning = Holder::new(&graph, "fleet", "new").planning();
    planning.wants(things(&[]), &things(&["a"]));
    tokio::time::sleep(Duration::from_secs(9)).await;
    assert!(old.is_wanted_elsewhere("a"), "it goes on");
    drop(planning);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(old.is_wanted_elsewhere("a"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!old.is_wanted_elsewhere("a") && old.is_planned_elsewhere("a"));
    assert_eq!(old.let_go(["a"]), let_go(&["a"], &[]));
}
