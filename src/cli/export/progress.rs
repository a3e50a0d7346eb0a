//! What was read so far, kept beside the folder's files until all is read: an export that was interrupted goes on there.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json, json};

use super::reading::Read;
use crate::{resource::Registered, wire};

/// The file, in the folder that is written to.
pub(super) const FILE: &str = ".export-progress.json";

/// What is older is read again.
const LASTS: Duration = Duration::from_secs(3600);

/// What was read so far.
pub(super) struct Progress {
    file: Option<PathBuf>,
    of: Json,
    kinds: Map<String, Json>,
    is_resumed: bool,
}

impl Progress {
    /// Of an export of a tenant into a folder; without a folder nothing is kept.
    pub(super) fn of(out: Option<&Path>, tenant: &str, name_contains: Option<&str>) -> Progress {
        let file = out.map(|out| out.join(FILE));
        let of = json!({"tenant": tenant, "name_contains": name_contains});
        let kinds = file.as_deref().and_then(|file| kept(file, &of)).unwrap_or_default();
        Progress { file, of, is_resumed: !kinds.is_empty(), kinds }
    }

    /// Whether an earlier export had begun.
    pub(super) fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// What was read of a kind.
    pub(super) fn take(&self, registered: &Registered) -> Option<Vec<Read>> {
        self.kinds.get(&registered.type_name)?.as_array()?.iter().map(|kept| read(kept, registered)).collect()
    }

    /// Keeps what was read of a kind. Where it cannot be kept, the export works all the same.
    pub(super) fn keep(&mut self, registered: &Registered, all: &[Read]) {
        let Some(file) = &self.file else { return };
        let Some(all) = all.iter().map(|read| kept_as(read, registered)).collect::<Option<Vec<_>>>() else { return };
        self.kinds.insert(registered.type_name.clone(), Json::Array(all));
        let text = json!({"of": self.of, "kinds": self.kinds}).to_string();
        let _ = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(file, text));
    }

    /// All was read.
    pub(super) fn ends(self) {
        // Where there is none, there was nothing to read.
        let _ = self.file.map(fs::remove_file);
    }
}

fn kept(file: &Path, of: &Json) -> Option<Map<String, Json>> {
    let age = SystemTime::now().duration_since(fs::metadata(file).ok()?.modified().ok()?).ok()?;
    let mut kept: Json = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let is_of_this = age < LASTS && kept["of"] == *of;
    is_of_this.then(|| kept["kinds"].take()).and_then(|kinds| kinds.as_object().cloned())
}

fn kept_as(read: &Read, registered: &Registered) -> Option<Json> {
    let state = STANDARD.encode(wire::encode(&read.state, &registered.ty).ok()?);
    Some(json!({"title": read.title, "import_id": read.import_id, "state": state}))
}

fn read(kept: &Json, registered: &Registered) -> Option<Read> {
    let state = STANDARD.decode(kept["state"].as_str()?).ok()?;
    Some(Read {
        title: kept["title"].as_str()?.to_owned(),
        import_id: kept["import_id"].as_str()?.to_owned(),
        state: wire::decode(&state, &registered.ty).ok()?,
    })
}
