//! Which writes to Intune wait for each other: those to one object, and all of a collection whose objects have places, since
//! a write to one of them renumbers the others (Graph's pages on `setPriority` and `reorder`). A batch goes alone: the
//! service works on its items in the order that it likes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

use super::path::{collection, object};

/// Collections whose objects have places.
const RENUMBERED: [&str; 2] =
    ["deviceManagement/deviceEnrollmentConfigurations", "deviceManagement/configurationPolicies"];

/// Collections and objects that are written.
#[derive(Debug, Default)]
pub(super) struct Lines(Mutex<HashMap<String, Arc<RwLock<()>>>>);

/// The right to write; ends when it is dropped.
#[derive(Debug)]
pub(super) enum Place {
    /// Beside others of the collection, and as the only one to its object, if it has one already.
    Beside(#[expect(dead_code)] OwnedRwLockReadGuard<()>, #[expect(dead_code)] Option<OwnedRwLockWriteGuard<()>>),
    /// As the only one of the collection.
    Alone(#[expect(dead_code)] OwnedRwLockWriteGuard<()>),
}

impl Lines {
    /// Waits until so many writes may be sent to `path`. Elsewhere than in Intune nobody waits.
    pub(super) async fn enter(&self, path: &str, writes: u32) -> Option<Place> {
        let name = collection(path)?;
        let all = self.line(name);
        if writes > 1 || RENUMBERED.contains(&name) {
            return Some(Place::Alone(all.write_owned().await));
        }
        let beside = all.read_owned().await;
        let only = match object(path) {
            Some(object) => Some(self.line(object).write_owned().await),
            None => None,
        };
        Some(Place::Beside(beside, only))
    }

    fn line(&self, name: &str) -> Arc<RwLock<()>> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Where nobody writes or waits, there is no line.
        lines.retain(|known, line| known == name || Arc::strong_count(line) > 1);
        Arc::clone(lines.entry(name.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const TAGS: &str = "/beta/deviceManagement/roleScopeTags";
    const PAGES: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";

    /// Whether a write to `second` waits while one to `first` is under way.
    async fn waits(first: (&str, u32), second: (&str, u32)) -> bool {
        let lines = Lines::default();
        let under_way = lines.enter(first.0, first.1).await;
        let waits = tokio::time::timeout(Duration::from_millis(1), lines.enter(second.0, second.1)).await.is_err();
        drop(under_way);
        let after = tokio::time::timeout(Duration::from_millis(1), lines.enter(second.0, second.1)).await;
        assert!(after.is_ok(), "{second:?} waits for nobody");
        waits
    }

    #[tokio::test(start_paused = true)]
    async fn writes_to_different_objects_of_a_collection_go_side_by_side() {
        let [one, two, assign] = ["/1", "/2", "/1/assign"].map(|id| format!("{TAGS}{id}"));
        assert!(!waits((&one, 1), (&two, 1)).await);
        assert!(!waits((TAGS, 1), (TAGS, 1)).await, "two are made");
        assert!(waits((&one, 1), (&assign, 1)).await, "one object");
        assert!(waits((&one, 1), (&two, 20)).await && waits((&two, 20), (&one, 1)).await, "a batch");
        assert!(!waits((&two, 20), ("/beta/deviceManagement/assignmentFilters", 1)).await);
    }

    /// Graph, `setPriority`: moving one page renumbers the others.
    #[tokio::test(start_paused = true)]
    async fn writes_to_a_collection_whose_objects_have_places_go_one_after_another() {
        let policies = "/beta/deviceManagement/configurationPolicies";
        for collection in [PAGES, policies] {
            let [one, two] = ["/1/setPriority", "/2"].map(|id| format!("{collection}{id}"));
            assert!(waits((&one, 1), (&two, 1)).await && waits((collection, 1), (collection, 1)).await);
        }
        assert!(!waits((PAGES, 1), (policies, 1)).await);
    }

    #[tokio::test]
    async fn a_line_in_which_nobody_is_is_forgotten() {
        let lines = Lines::default();
        for number in 0..100 {
            drop(lines.enter(&format!("{TAGS}/{number}"), 1).await);
        }
        assert!(lines.0.lock().unwrap().len() <= 2);
    }
}
