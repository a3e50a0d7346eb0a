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
        holder.held_elsewhere().await
    };
    let seen_by_both = tokio::join!(held("1", 0), held("2", 150));
    let both = |id: &str| BTreeMap::from([(id.to_owned(), vec!["a".to_owned()])]);
    assert_eq!(seen_by_both, (both("2"), both("1")));
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
