//! Things that another resource has in its state too: they are let go, and never removed, also where the other one has
//! nothing left to apply. A run that was interrupted leaves what moved in both.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::Private;

/// Where private state keeps their keys.
const SHARED: &str = "shared";

/// The keys that are remembered.
pub fn keys(private: &Private) -> BTreeSet<String> {
    let keys = private.get(SHARED).and_then(Json::as_array).into_iter().flatten();
    keys.filter_map(|key| key.as_str().map(str::to_owned)).collect()
}

/// Remembers these and no others.
pub fn remember(private: &mut Private, keys: &BTreeSet<String>) {
    if keys.is_empty() {
        private.remove(SHARED);
    } else {
        private.set(SHARED, keys.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
