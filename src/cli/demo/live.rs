//! One line below what Terraform says, written anew as the devices go from status to status.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::{cli::screen::Screen, emulator::Emulator, knowledge::device_status};

/// How often the tenants are looked at.
const EACH: Duration = Duration::from_millis(200);

/// The order in which devices go through them. Any other comes after.
const ORDER: [&str; 3] = ["Not assigned", "Assigning", device_status::ASSIGNED];

/// The line, and what stands above it. It is seen on a terminal only.
#[derive(Debug)]
pub(super) struct Live {
    screen: Screen,
    shown: Mutex<String>,
}

impl Live {
    pub(super) fn new(screen: Screen) -> Live {
        Live { screen, shown: Mutex::default() }
    }

    /// Shows how it stands in the tenants, again and again.
    pub(super) async fn follow(&self, emulator: &Emulator) -> Infallible {
        if !self.screen.is_terminal() {
            return std::future::pending().await;
        }
        let mut ticks = tokio::time::interval(EACH);
        loop {
            ticks.tick().await;
            self.show(emulator);
        }
    }

    /// Shows how it stands in the tenants now.
    pub(super) fn show(&self, emulator: &Emulator) {
        if !self.screen.is_terminal() {
            return;
        }
        let held = emulator.snapshots();
        let text = counted(held.iter().flat_map(|(_, held)| &held.devices).map(|device| device.status.as_str()));
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        // Where every device has its profile from the start, nobody waits for any.
        let waits = !shown.is_empty() || !text.starts_with(device_status::ASSIGNED);
        if waits && *shown != text {
            self.screen.take_back(&shown);
            self.screen.pin(&text);
            *shown = text;
        }
    }

    /// Prints lines above it.
    pub(super) fn above(&self, print: impl FnOnce()) {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        self.screen.take_back(&shown);
        print();
        self.screen.pin(&shown);
    }

    /// Takes it back.
    pub(super) fn end(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        self.screen.take_back(&shown);
        shown.clear();
    }
}

/// `Not assigned 3 · Assigning 10 · Assigned 12`, of Graph's words; nothing where there are no devices.
fn counted<'a>(statuses: impl Iterator<Item = &'a str>) -> String {
    let mut counts = BTreeMap::new();
    for status in statuses {
        let status = device_status::profile_status(status, "");
        let place = ORDER.iter().position(|known| *known == status).unwrap_or(ORDER.len());
        *counts.entry((place, status)).or_insert(0) += 1;
    }
    let counts: Vec<_> = counts.into_iter().map(|((_, status), count)| format!("{status} {count}")).collect();
    counts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_counted_by_status_in_the_order_of_their_way() {
        let statuses = ["assignedUnkownSyncState", "pending", "failed", "notAssigned", "pending", "assignedInSync"];
        let expected = "Not assigned 1 · Assigning 2 · Assigned 2 · Failed 1";
        assert_eq!(counted(statuses.into_iter()), expected);
        assert_eq!(counted(std::iter::empty()), "");
    }
}
