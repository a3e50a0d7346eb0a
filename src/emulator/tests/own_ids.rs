//! The ids of the documented examples are of tenants that are not ours. None of them may be in the sources: an answer
//! that was copied instead of worked out would show by them.
//!
//! `examples/ids.txt` holds a fingerprint of each such id, its UUID of version 5, so that the ids themselves are not
//! here either. Left out are placeholders such as 11111111-..., and the ids that Microsoft gives to things that are the
//! same in every tenant.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use uuid::Uuid;

/// What is the same in every tenant and has to be named: the templates of device preparation policies, with the ids of
/// their settings.
fn well_known() -> BTreeSet<String> {
    ids(include_str!("../intune/preparation_templates.json"))
}

/// The UUIDs in a text, in lower case.
fn ids(text: &str) -> BTreeSet<String> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
    // An assignment's id has several, with underscores between.
    words.filter(|word| word.len() == 36 && Uuid::try_parse(word).is_ok()).map(str::to_owned).collect()
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The ids of each source file, by its path below `src`.
fn sources() -> BTreeMap<PathBuf, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    // The page's assets may be no text.
    found
        .into_iter()
        .map(|path| {
            let text = fs::read(&path).unwrap();
            let ids = ids(&String::from_utf8_lossy(&text));
            (path.strip_prefix(&root).unwrap().to_owned(), ids)
        })
        .collect()
}

fn fingerprint(id: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes()).simple().to_string()
}

#[test]
fn no_id_of_the_documented_examples_is_in_the_sources() {
    let theirs: BTreeSet<&str> = include_str!("examples/ids.txt").lines().collect();
    assert_eq!(theirs.len(), 89);
    let is_theirs = |id: &&String| theirs.contains(fingerprint(id).as_str());
    for (path, ids) in sources() {
        let taken: Vec<&String> = ids.iter().filter(is_theirs).collect();
        assert!(taken.is_empty(), "{}: {taken:?}", path.display());
    }
}

/// The provider answers nothing, and its tables name the settings of Microsoft's templates: only the emulator is held.
#[test]
fn no_id_in_the_replayed_examples_is_elsewhere_in_the_emulator() {
    let sources = sources();
    let is_example = |path: &Path| path.parent().is_some_and(|parent| parent.ends_with("tests/examples"));
    let examples: BTreeSet<&String> =
        sources.iter().filter(|(path, _)| is_example(path)).flat_map(|(_, ids)| ids).collect();
    let well_known = well_known();
    assert!(examples.iter().any(|id| well_known.contains(*id)), "the examples name settings of the templates");
    for (path, ids) in sources.iter().filter(|(path, _)| path.starts_with("emulator") && !is_example(path)) {
        let shared = ids.iter().filter(|id| examples.contains(id) && !well_known.contains(*id));
        let shared: Vec<&String> = shared.collect();
        assert!(shared.is_empty(), "{}: {shared:?}", path.display());
    }
}

#[test]
fn ids_are_found_in_any_case_and_inside_other_ids() {
    let text = "x('9F9B5F1C-8ba5-4a0e-8f0a-3ff4c9b0e0aa')/9f9b5f1c-8ba5-4a0e-8f0a-3ff4c9b0e0ab_c-1_0";
    assert_eq!(
        ids(text).into_iter().collect::<Vec<_>>(),
        ["9f9b5f1c-8ba5-4a0e-8f0a-3ff4c9b0e0aa", "9f9b5f1c-8ba5-4a0e-8f0a-3ff4c9b0e0ab"]
    );
}
