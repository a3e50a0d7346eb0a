//! The folder: what stands in it, and what an export changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
};

use hcl_edit::{
    expr::Expression,
    structure::{Block, Body},
};

use super::{devices, naming::Names};
use crate::cli::stopped::Stopped;

/// The files by their paths in the folder.
pub(super) type Files = BTreeMap<String, String>;

/// The first line of each `.tf` file that an export writes: a later one overwrites and deletes no others.
pub(super) const MARK: &str = "# Written by terraform-provider-autopilot export.";

/// How the README of an export begins.
pub(super) const README_MARK: &str = "# Windows Autopilot in the tenant ";

/// Where the import blocks stand.
pub(super) const IMPORTS: &str = "imports.tf";

/// Where the variables stand.
pub(super) const VARIABLES: &str = "variables.tf";

/// How the name of a variable begins that holds what users are told.
pub(super) const TEXT: &str = "help_desk_message";

/// A folder as it was when it was read.
pub(super) struct Folder<'a> {
    out: &'a Path,
    /// The names that it has for things.
    pub(super) names: Names,
    /// The names of its variables for what users are told, by the text as it is written there.
    pub(super) texts: BTreeMap<String, String>,
    /// The CSVs that an export wrote. They carry no mark of their own: what imports the devices names them, in two places.
    csvs: BTreeSet<String>,
}

/// What a write did to the folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) changed: usize,
    pub(super) deleted: usize,
}

impl<'a> Folder<'a> {
    pub(super) fn of(out: &'a Path) -> Result<Folder<'a>, Stopped> {
        let names: Names = match body(out, IMPORTS)? {
            Some(body) => body.get_blocks("import").filter_map(named).collect(),
            None => Names::new(),
        };
        let is_ours = |file: &str| Ok::<_, Stopped>(read(&out.join(file))?.filter(|text| text.starts_with(MARK)));
        let mut csvs = BTreeSet::new();
        if is_ours(IMPORTS)?.is_some() {
            let is_fleet = |kind: &str, id: &str| kind == devices::IMPORT && id.starts_with(devices::BY_TAG);
            let fleets = names.iter().filter(|((kind, id), _)| is_fleet(kind, id));
            csvs.extend(fleets.map(|(_, name)| devices::file(name)));
        }
        if is_ours(devices::FILE)?.is_some()
            && let Some(body) = body(out, devices::FILE)?
        {
            let fleets = body.get_blocks("resource").filter_map(|block| match &block.labels[..] {
                [kind, name] if kind.as_str() == devices::IMPORT => Some(devices::file(name.as_str())),
                _ => None,
            });
            csvs.extend(fleets);
        }
        let texts = match is_ours(VARIABLES)? {
            Some(_) => {
                body(out, VARIABLES)?.iter().flat_map(|body| body.get_blocks("variable")).filter_map(text).collect()
            }
            None => BTreeMap::new(),
        };
        Ok(Folder { out, names, texts, csvs })
    }

    /// Writes what is new or changed, and deletes what an earlier export wrote and this one does not. Where a file of somebody
    /// else is in the way, nothing is written.
    pub(super) fn write(&self, files: &Files) -> Result<Written, Stopped> {
        let foreign = self.in_the_way(files)?;
        if !foreign.is_empty() {
            return Err(Stopped::because(format!(
                "{} holds files that no export wrote, and that this one would overwrite: {}. Nothing was written. Choose \
                 another folder with --out, or move them away.",
                self.out.display(),
                foreign.join(", ")
            )));
        }
        let left_over = self.left_over(files)?;
        let mut written = Written::default();
        // The imports tell which CSVs are an export's: they are there before those.
        for (name, text) in files.get_key_value(IMPORTS).into_iter().chain(files) {
            let file = self.out.join(name);
            if read(&file)?.as_deref() == Some(text) {
                continue;
            }
            written.changed += 1;
            let folder = file.parent().unwrap_or(self.out);
            let done = fs::create_dir_all(folder).and_then(|()| fs::write(&file, text));
            done.map_err(Stopped::while_doing(&format!("Cannot write {}", file.display())))?;
        }
        for name in left_over {
            let file = self.out.join(name);
            fs::remove_file(&file).map_err(Stopped::while_doing(&format!("Cannot delete {}", file.display())))?;
            written.deleted += 1;
        }
        Ok(written)
    }

    /// What the files of the folder and of an export say, each file that is in either with both texts; empty where it is not.
    pub(super) fn beside(&self, files: &Files) -> Result<Vec<(String, String, String)>, Stopped> {
        let mut both = Vec::new();
        for name in files.keys().cloned().chain(self.left_over(files)?) {
            let there = read(&self.out.join(&name))?.unwrap_or_default();
            let now = files.get(&name).cloned().unwrap_or_default();
            both.push((name, there, now));
        }
        Ok(both)
    }

    /// The files that would be overwritten and that no export wrote.
    fn in_the_way(&self, files: &Files) -> Result<Vec<String>, Stopped> {
        let mut found = Vec::new();
        for (name, text) in files {
            if read(&self.out.join(name))?.is_some_and(|there| there != *text && !self.is_ours(name, &there)) {
                found.push(name.clone());
            }
        }
        Ok(found)
    }

    /// Whether an export wrote a file that holds this text.
    fn is_ours(&self, name: &str, text: &str) -> bool {
        match Path::new(name).extension().and_then(OsStr::to_str) {
            Some("tf") => text.starts_with(MARK),
            Some("md") => text.starts_with(README_MARK),
            _ => self.csvs.contains(name),
        }
    }

    /// The files that an earlier export wrote and this one does not.
    pub(super) fn left_over(&self, files: &Files) -> Result<Vec<String>, Stopped> {
        let mut found = Vec::new();
        let mut folders = vec![PathBuf::new()];
        folders.extend(["devices", "modules/tenant"].map(PathBuf::from));
        for folder in folders {
            for entry in entries(&self.out.join(&folder)).map_err(Stopped::while_doing("Cannot read the folder"))? {
                let path = folder.join(entry);
                let name = path.to_string_lossy().replace('\\', "/");
                let is_ours = match Path::new(&name).extension().and_then(OsStr::to_str) {
                    Some("tf") => read(&self.out.join(&path))?.is_some_and(|text| self.is_ours(&name, &text)),
                    _ => self.csvs.contains(&name),
                };
                if is_ours && !files.contains_key(&name) {
                    found.push(name);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// What a file of the folder says; nothing where it is not there.
pub(super) fn body(out: &Path, name: &str) -> Result<Option<Body>, Stopped> {
    let Some(text) = read(&out.join(name))? else { return Ok(None) };
    let body = text.parse().map_err(|error| {
        Stopped::because(format!(
            "{} cannot be read: {error}\nRepair it, or export into another folder.",
            out.join(name).display()
        ))
    })?;
    Ok(Some(body))
}

fn named(import: &Block) -> Option<((String, String), String)> {
    let to = import.body.get_attribute("to")?.value.to_string();
    let parts: Vec<&str> = to.trim().split('.').collect();
    let &[.., type_name, name] = &parts[..] else { return None };
    let Expression::String(id) = &import.body.get_attribute("id")?.value else { return None };
    // Graph compares ids without case, and group tags with it.
    let id = if type_name == devices::IMPORT { id.to_string() } else { id.to_lowercase() };
    Some(((type_name.to_owned(), id), name.to_owned()))
}

fn text(variable: &Block) -> Option<(String, String)> {
    let name = variable.labels.first()?.as_str();
    let text = variable.body.get_attribute("default")?.value.to_string();
    name.starts_with(TEXT).then(|| (text.trim().to_owned(), name.to_owned()))
}

fn entries(folder: &Path) -> io::Result<Vec<OsString>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries
            .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_file()))
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn read(file: &Path) -> Result<Option<String>, Stopped> {
    match fs::read_to_string(file) {
        // Git may have made of a file what this machine writes.
        Ok(text) => Ok(Some(text.replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Stopped::while_doing(&format!("Cannot read {}", file.display()))(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMPORT: &str = "import {\n  to = autopilot_device_import.sales\n  id = \"group_tag=Sales\"\n}\n";

    fn ours(text: &str) -> String {
        format!("{MARK}\n\n{text}")
    }

    /// What an export writes of one group tag.
    fn of_sales() -> Files {
        let csv = "serial_number\nA\n".to_owned();
        let readme = format!("{README_MARK}t\n");
        let files = [("README.md", readme), (IMPORTS, ours(IMPORT)), ("main.tf", ours("")), ("devices/sales.csv", csv)];
        files.map(|(name, text)| (name.to_owned(), text)).into()
    }

    fn put(out: &Path, name: &str, text: &str) {
        let file = out.join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    fn wrote(out: &Path, files: &Files) -> Result<Written, String> {
        Folder::of(out).and_then(|folder| folder.write(files)).map_err(|told| told.to_string())
    }

    #[test]
    fn without_its_imports_a_folder_is_still_an_export_s() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path();
        let mut files = of_sales();
        files.insert(devices::FILE.into(), ours("resource \"autopilot_device_import\" \"sales\" {\n}\n"));
        assert_eq!(wrote(out, &files), Ok(Written { changed: 5, deleted: 0 }));
        fs::remove_file(out.join(IMPORTS)).expect("it was written");
        files.insert("devices/sales.csv".into(), "serial_number\nC\n".into());
        assert_eq!(wrote(out, &files), Ok(Written { changed: 2, deleted: 0 }));
    }

    #[test]
    fn a_file_that_no_export_wrote_is_named_and_nothing_is_written() {
        for name in ["README.md", "main.tf", "imports.tf", "devices/sales.csv"] {
            let folder = tempfile::tempdir().expect("a folder");
            put(folder.path(), name, "# mine\n");
            let told = wrote(folder.path(), &of_sales()).expect_err("it is in the way");
            let expected =
                format!("holds files that no export wrote, and that this one would overwrite: {name}. Nothing");
            assert!(told.contains(&expected) && told.contains("Choose another folder"), "{told}");
            assert_eq!(fs::read_to_string(folder.path().join(name)).expect("a file"), "# mine\n");
            let there: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
            assert_eq!(there.len(), 1, "nothing else was written");
        }
    }

    #[test]
    fn a_later_export_overwrites_and_deletes_only_what_an_earlier_one_wrote() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path();
        assert_eq!(wrote(out, &of_sales()), Ok(Written { changed: 4, deleted: 0 }));
        put(out, "devices/new-laptops.csv", "serial_number\nB\n");
        put(out, "mine.tf", "# mine\n");
        let mut later = of_sales();
        later.insert("devices/sales.csv".into(), "serial_number\nC\n".into());
        assert_eq!(wrote(out, &later), Ok(Written { changed: 1, deleted: 0 }));
        later.remove("devices/sales.csv");
        later.remove("main.tf");
        later.insert(IMPORTS.into(), ours(""));
        assert_eq!(wrote(out, &later), Ok(Written { changed: 1, deleted: 2 }));
        let is_there = |name: &str| out.join(name).exists();
        assert!(!is_there("devices/sales.csv") && !is_there("main.tf"), "they were an export's");
        assert!(is_there("devices/new-laptops.csv") && is_there("mine.tf"), "they are somebody's own");
    }
}
