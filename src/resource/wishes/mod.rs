//! What the resources of this process want and let go: what one lets go while another one wants it is not removed.
//!
//! Core applies resources side by side, tells none of the others, and makes before it destroys where
//! `create_before_destroy` says so. A thing that moves from one resource to another, such as a device, must be there in
//! the end, whichever of them comes first. So each says what it wants and lets go from the first moment of its plan and
//! its apply, and asks before it removes anything. A thing has a key that is the same for all holders of its kind.
//!
//! A process has one table for its tenant: Terraform starts a process for each alias of the provider, and one more for
//! the apply after the plan.

mod fate;
mod other;
mod quiet;
mod table;
mod wait;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde_json::Value as Json;
use tokio::time::{Instant, sleep_until};

use self::table::{Along, Holding, Named, Table};
use crate::graph::Client;

pub(crate) use self::{fate::Fate, other::Other, wait::Busy};

/// The things of an object by their keys, with what goes along with each when it moves.
pub type Things = BTreeMap<String, Json>;

/// What became of things that were let go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LetGo {
    /// Nobody else wants these: they are the holder's to remove.
    pub(crate) to_remove: Vec<String>,
    /// Another one wants these. Whether it took over what goes along.
    pub(crate) handed_over: BTreeMap<String, bool>,
}

/// One resource among those of this process, while a verb of it goes on.
pub(crate) struct Holder {
    table: Arc<Table>,
    kind: &'static str,
    id: Box<str>,
    began: Instant,
    is_plan: bool,
    resource: Box<str>,
    config: u64,
}

impl Holder {
    pub(crate) fn new(graph: &Client, kind: &'static str, id: &str) -> Holder {
        Holder {
            table: Table::of(graph),
            kind,
            id: id.into(),
            began: Instant::now(),
            is_plan: false,
            resource: kind.into(),
            config: 0,
        }
    }

    /// The same while it plans.
    pub(crate) fn planning(mut self) -> Holder {
        self.is_plan = true;
        self
    }

    /// The same as a resource of this type, by a configuration that this tells from others.
    pub(crate) fn of(mut self, resource: &str, config: u64) -> Holder {
        (self.resource, self.config) = (resource.into(), config);
        self
    }

    /// What tells it from others of its kind.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Says what it wants, and what of the things of before it does not want any more. Gives who said before that they want
    /// the same.
    pub(crate) fn wants(&self, before: Things, wanted: &Things) -> Vec<Other> {
        let is_new = wanted.keys().filter(|key| !before.contains_key(*key)).map(|key| key.as_str().into()).collect();
        let dropped = before.into_iter().filter(|(key, _)| !wanted.contains_key(key));
        self.table.change(|state| {
            let holding = state.holdings.entry(self.named(&self.id)).or_default();
            // The plan has said so before, and somebody may have taken it over since.
            let lets_go = dropped.map(|(key, with)| {
                let has_heir = holding.lets_go.get(key.as_str()).is_some_and(|along| along.has_heir);
                (key.into(), Along { with, has_heir })
            });
            holding.lets_go = lets_go.collect();
            let wanted = wanted.keys().map(|key| key.as_str().into()).collect();
            holding.planned_at = None;
            holding.is_new = is_new;
            (holding.resource, holding.config) = (self.resource.clone(), self.config);
            if self.is_plan {
                holding.plans = wanted;
            } else {
                holding.wants = wanted;
                holding.plans.clear();
            }
            let Some(own) = state.holdings.get(&self.named(&self.id)) else { return Vec::new() };
            let common = if self.is_plan { other::planned } else { other::applied };
            others(&state.holdings, self.kind, &self.id).filter_map(|(_, other)| common(own, other)).collect()
        })
    }

    /// Says what is in its state.
    pub(crate) fn holds(&self, things: &Things) {
        self.change(|holding| {
            holding.holds = things.keys().map(|key| key.as_str().into()).collect();
            holding.resource = self.resource.clone();
        });
    }

    /// It was not made, or is no more. What it let go stays known: who takes it over may not have come to it yet.
    pub(crate) fn ends(&self) {
        self.change(|holding| {
            holding.wants.clear();
            holding.plans.clear();
            holding.holds.clear();
            holding.is_new.clear();
        });
    }

    /// Whether another one applies that wants a thing.
    pub(crate) fn is_taken_elsewhere(&self, key: &str) -> bool {
        others(&self.table.state().holdings, self.kind, &self.id).any(|(_, other)| other.wants.contains(key))
    }

    /// Who has in the state what is in this one's too. Reads go on side by side: the first of them waits for the
    /// others to begin, no longer than a list of a real tenant takes anyway.
    pub(crate) async fn held_elsewhere(&self) -> Vec<Other> {
        sleep_until(self.began + std::time::Duration::from_millis(200)).await;
        let state = self.table.state();
        let Some(own) = state.holdings.get(&self.named(&self.id)) else { return Vec::new() };
        let both = |other: &Holding| own.holds.intersection(&other.holds).map(|key| key.to_string()).collect();
        let others = others(&state.holdings, self.kind, &self.id);
        others.filter_map(|(_, other)| Other::of(other, both(other))).collect()
    }

    /// Whether another one wants a thing.
    pub(crate) fn is_wanted_elsewhere(&self, key: &str) -> bool {
        others(&self.table.state().holdings, self.kind, &self.id).any(|(_, other)| other.is_wanting(key))
    }

    /// Whether another one wants a thing, or would by its plan.
    pub(crate) fn is_planned_elsewhere(&self, key: &str) -> bool {
        let wants = |other: &Holding| other.wants.contains(key) || other.plans.contains(key);
        others(&self.table.state().holdings, self.kind, &self.id).any(|(_, other)| wants(other))
    }

    /// Whether another one has a thing and does not want it any more.
    pub(crate) fn is_let_go_elsewhere(&self, key: &str) -> bool {
        others(&self.table.state().holdings, self.kind, &self.id).any(|(_, other)| other.lets_go.contains_key(key))
    }

    /// Takes over what goes along with a thing that another one lets go.
    pub(crate) fn inherit(&self, key: &str) -> Option<Json> {
        let mut state = self.table.state();
        let others = state.holdings.iter_mut().filter(|(named, _)| named.0 == self.kind && named.1 != self.id);
        let along = others.into_iter().find_map(|(_, other)| other.lets_go.get_mut(key))?;
        along.has_heir = true;
        Some(along.with.clone())
    }

    /// Waits until one that lets go the same thing must have said so: it comes milliseconds apart.
    pub(crate) async fn wait_for_heirloom(&self) {
        sleep_until(self.began + quiet::QUIET).await;
    }

    /// Waits until nothing else has gone on in this process for half a second, so that who wants something has said so.
    pub(crate) async fn wait_for_others(&self) {
        wait::until_quiet(&self.table).await;
    }

    /// Lets things go: those that another one wants are its own from now on. Whoever comes to want one of the rest waits
    /// until it is told what became of it.
    pub(crate) fn let_go<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> LetGo {
        self.table.change(|state| {
            let mut let_go = LetGo::default();
            for key in keys {
                let wanted = others(&state.holdings, self.kind, &self.id).any(|(_, other)| other.is_wanting(key));
                let own = state.holdings.get_mut(&self.named(&self.id));
                if wanted {
                    let along = own.and_then(|own| own.lets_go.get(key));
                    let_go.handed_over.insert(key.to_owned(), along.is_some_and(|along| along.has_heir));
                } else {
                    own.map(|own| own.lets_go.remove(key));
                    state.removed.insert(self.named(key), (self.id.clone(), None));
                    let_go.to_remove.push(key.to_owned());
                }
            }
            let_go
        })
    }

    /// Begins to remove a thing whoever wants it, since it is not what anybody wants any more.
    pub(crate) fn removes(&self, key: &str) {
        self.table.change(|state| state.removed.insert(self.named(key), (self.id.clone(), None)));
    }

    /// Tells what became of a thing that was let go.
    pub(crate) fn removed(&self, key: &str, fate: Fate) {
        self.table.change(|state| state.removed.insert(self.named(key), (self.id.clone(), Some(fate))));
    }

    /// What became of a thing that another one removes, or has removed, in this run. Waits for it.
    pub(crate) async fn fate(&self, key: &str) -> Option<Fate> {
        let (mut changes, named) = (self.table.changes(), self.named(key));
        loop {
            match self.table.state().removed.get(&named) {
                Some((by, Some(fate))) if *by != self.id => return Some(*fate),
                Some((by, None)) if *by != self.id => {}
                _ => return None,
            }
            let _ = changes.changed().await;
        }
    }

    /// A thing that another one has removed is made again.
    pub(crate) fn makes_again(&self, key: &str) {
        self.table.change(|state| state.removed.remove(&self.named(key)));
    }

    fn named(&self, key: &str) -> Named {
        (self.kind, key.into())
    }

    fn change(&self, change: impl FnOnce(&mut Holding)) {
        self.table.change(|state| change(state.holdings.entry(self.named(&self.id)).or_default()));
    }
}

/// A verb that ends without a word about what it was removing leaves it unsure.
impl Drop for Holder {
    fn drop(&mut self) {
        self.table.change(|state| {
            if self.is_plan
                && let Some(holding) = state.holdings.get_mut(&self.named(&self.id))
            {
                holding.planned_at = Some(Instant::now());
            }
            let own = state.removed.values_mut().filter(|(by, fate)| *by == self.id && fate.is_none());
            own.for_each(|(_, fate)| *fate = Some(Fate::Unsure));
        });
    }
}

fn others<'a>(
    holdings: &'a HashMap<Named, Holding>,
    kind: &'static str,
    id: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Holding)> {
    let others = holdings.iter().filter(move |((other_kind, other), _)| *other_kind == kind && **other != *id);
    others.map(|((_, id), holding)| (&**id, holding))
}

#[cfg(test)]
mod tests;
