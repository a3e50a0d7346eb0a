//! The folder: what stands in it, and what an export changes.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use hcl_edit::{
    expr::Expression,
    structure::{Block, Body},
};

use crate::cli::stopped::Stopped;

/// The files by their paths in the folder.
pub(super) type Files = BTreeMap<String, String>;

/// Names that the folder has for things, by their types and import ids.
pub(super) type Names = BTreeMap<(String, String), String>;

/// The first line of each file that an export writes: only such files are deleted by a later one.
pub(super) const MARK: &str = "# Written by terraform-provider-autopilot export.";

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
pub(super) fn write(out: &Path, files: &Files) -> Result<usize, Stopped> {
    let mut changed = 0;
    for (name, text) in files {
        let file = out.join(name);
        if read(&file)?.as_deref() == Some(text) {
            continue;
        }
        changed += 1;
        let folder = file.parent().unwrap_or(out);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&file, text));
        written.map_err(Stopped::while_doing(&format!("Cannot write {}", file.display())))?;
    }
    for name in left_over(out, files)? {
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

/// The files that an earlier export wrote and this one does not.
pub(super) fn left_over(out: &Path, files: &Files) -> Result<Vec<String>, Stopped> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    folders.extend(["devices", "modules/tenant"].map(PathBuf::from));
    for folder in folders {
        for entry in entries(&out.join(&folder)).map_err(Stopped::while_doing("Cannot read the folder"))? {
            let path = folder.join(entry);
            let name = path.to_string_lossy().replace('\\', "/");
            let is_ours = match name.rsplit_once('.').map(|(_, end)| end) {
                Some("tf") => read(&out.join(&path))?.is_some_and(|text| text.starts_with(MARK)),
                Some("csv") => name.starts_with("devices/"),
                _ => false,
            };
            if is_ours && !files.contains_key(&name) {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn entries(folder: &Path) -> io::Result<Vec<std::ffi::OsString>> {
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
