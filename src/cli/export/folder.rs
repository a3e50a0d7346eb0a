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

use super::devices;
use crate::cli::stopped::Stopped;

/// The files by their paths in the folder.
pub(super) type Files = BTreeMap<String, String>;

/// Names that the folder has for things, by their types and import ids.
pub(super) type Names = BTreeMap<(String, String), String>;

/// The first line of each `.tf` file that an export writes: a later one overwrites and deletes no others.
pub(super) const MARK: &str = "# Written by terraform-provider-autopilot export.";

/// How the README of an export begins.
pub(super) const README_MARK: &str = "# Windows Autopilot in the tenant ";

/// Where the import blocks stand.
pub(super) const IMPORTS: &str = "imports.tf";

/// The names that the folder has for things, by type and import id.
pub(super) fn names(out: &Path) -> Result<Names, Stopped> {
    let Some(text) = read(&out.join(IMPORTS))? else { return Ok(Names::new()) };
    let body: Body = text.parse().map_err(|error| {
        Stopped::because(format!(
            "{} cannot be read: {error}\nRepair it, or export into another folder.",
            out.join(IMPORTS).display()
        ))
    })?;
    Ok(body.get_blocks("import").filter_map(named).collect())
}

fn named(import: &Block) -> Option<((String, String), String)> {
    let to = import.body.get_attribute("to")?.value.to_string();
    let parts: Vec<&str> = to.trim().split('.').collect();
    let &[.., type_name, name] = &parts[..] else { return None };
    let Expression::String(id) = &import.body.get_attribute("id")?.value else { return None };
    Some(((type_name.to_owned(), id.to_lowercase()), name.to_owned()))
}

/// Writes what is new or changed, and deletes what an earlier export wrote and this one does not. Gives how many changed.
/// Where a file of somebody else is in the way, nothing is written.
pub(super) fn write(out: &Path, files: &Files) -> Result<usize, Stopped> {
    let foreign = in_the_way(out, files)?;
    if !foreign.is_empty() {
        return Err(Stopped::because(format!(
            "{} holds files that no export wrote, and that this one would overwrite: {}. Nothing was written. Choose another \
             folder with --out, or move them away.",
            out.display(),
            foreign.join(", ")
        )));
    }
    let left_over = left_over(out, files)?;
    let mut changed = 0;
    // The imports tell which CSVs are an export's: they are there before those.
    for (name, text) in files.get_key_value(IMPORTS).into_iter().chain(files) {
        let file = out.join(name);
        if read(&file)?.as_deref() == Some(text) {
            continue;
        }
        changed += 1;
        let folder = file.parent().unwrap_or(out);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&file, text));
        written.map_err(Stopped::while_doing(&format!("Cannot write {}", file.display())))?;
    }
    for name in left_over {
        let file = out.join(name);
        fs::remove_file(&file).map_err(Stopped::while_doing(&format!("Cannot delete {}", file.display())))?;
        changed += 1;
    }
    Ok(changed)
}

/// How the folder differs from what an export would write, a line for each file and for what first differs in it.
pub(super) fn differences(out: &Path, files: &Files) -> Result<Vec<String>, Stopped> {
    let mut told = Vec::new();
    for (name, text) in files {
        match read(&out.join(name))? {
            None => told.push(format!("{name}: is not in the folder")),
            Some(there) if there != *text => told.push(format!("{name}: {}", first_difference(&there, text))),
            Some(_) => {}
        }
    }
    told.extend(
        left_over(out, files)?.into_iter().map(|name| format!("{name}: nothing of it is in the tenant any more")),
    );
    Ok(told)
}

fn first_difference(folder: &str, tenant: &str) -> String {
    let (mut folder, mut tenant) = (folder.lines(), tenant.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (folder.next(), tenant.next()) {
            (Some(folder), Some(tenant)) if folder == tenant => {}
            (None, None) => return "differs in its line ends".to_owned(),
            (there, now) => {
                let said = |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("`{}`", line.trim()));
                return format!("line {number} says {}, the tenant {}", said(there), said(now));
            }
        }
    }
}

/// The files that would be overwritten and that no export wrote.
fn in_the_way(out: &Path, files: &Files) -> Result<Vec<String>, Stopped> {
    let csvs = csvs(out)?;
    let mut found = Vec::new();
    for (name, text) in files {
        if read(&out.join(name))?.is_some_and(|there| there != *text && !is_ours(name, &there, &csvs)) {
            found.push(name.clone());
        }
    }
    Ok(found)
}

/// Whether an export wrote a file that holds this text.
fn is_ours(name: &str, text: &str, csvs: &BTreeSet<String>) -> bool {
    match Path::new(name).extension().and_then(OsStr::to_str) {
        Some("tf") => text.starts_with(MARK),
        Some("md") => text.starts_with(README_MARK),
        _ => csvs.contains(name),
    }
}

/// The CSVs that an export wrote. They carry no mark of their own: the export's imports name them.
fn csvs(out: &Path) -> Result<BTreeSet<String>, Stopped> {
    if !read(&out.join(IMPORTS))?.is_some_and(|text| text.starts_with(MARK)) {
        return Ok(BTreeSet::new());
    }
    let fleets = names(out)?
        .into_iter()
        .filter(|((type_name, id), _)| type_name == devices::IMPORT && id.starts_with(devices::BY_TAG));
    Ok(fleets.map(|(_, name)| devices::file(&name)).collect())
}

/// The files that an earlier export wrote and this one does not.
pub(super) fn left_over(out: &Path, files: &Files) -> Result<Vec<String>, Stopped> {
    let csvs = csvs(out)?;
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    folders.extend(["devices", "modules/tenant"].map(PathBuf::from));
    for folder in folders {
        for entry in entries(&out.join(&folder)).map_err(Stopped::while_doing("Cannot read the folder"))? {
            let path = folder.join(entry);
            let name = path.to_string_lossy().replace('\\', "/");
            let is_ours = match Path::new(&name).extension().and_then(OsStr::to_str) {
                Some("tf") => read(&out.join(&path))?.is_some_and(|text| is_ours(&name, &text, &csvs)),
                _ => csvs.contains(&name),
            };
            if is_ours && !files.contains_key(&name) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
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

    #[test]
    fn a_file_that_no_export_wrote_is_named_and_nothing_is_written() {
        for name in ["README.md", "main.tf", "imports.tf", "devices/sales.csv"] {
            let folder = tempfile::tempdir().expect("a folder");
            put(folder.path(), name, "# mine\n");
            let told = write(folder.path(), &of_sales()).expect_err("it is in the way").to_string();
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
        assert_eq!(write(out, &of_sales()).map_err(|told| told.to_string()), Ok(4));
        put(out, "devices/new-laptops.csv", "serial_number\nB\n");
        put(out, "mine.tf", "# mine\n");
        let mut later = of_sales();
        later.insert("devices/sales.csv".into(), "serial_number\nC\n".into());
        assert_eq!(write(out, &later).map_err(|told| told.to_string()), Ok(1));
        later.remove("devices/sales.csv");
        later.remove("main.tf");
        later.insert(IMPORTS.into(), ours(""));
        assert_eq!(write(out, &later).map_err(|told| told.to_string()), Ok(3));
        let is_there = |name: &str| out.join(name).exists();
        assert!(!is_there("devices/sales.csv") && !is_there("main.tf"), "they were an export's");
        assert!(is_there("devices/new-laptops.csv") && is_there("mine.tf"), "they are somebody's own");
    }
}
