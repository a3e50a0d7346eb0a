//! The command `docs`, for who works on the provider: writes the pages of the registry, from what is served and from
//! `examples/`. A test holds them against what is there.

mod pages;
mod parts;
mod readme;

use std::{collections::BTreeMap, fmt, fs, io, path::Path};

use super::{screen::Screen, stopped::Stopped};
use crate::provider;

/// The folders in which each page is written. Guides are by hand.
const FOLDERS: [&str; 5] = ["resources", "data-sources", "functions", "actions", "list-resources"];

/// A page that is not as it would be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is not there.
    Missing(String),
    /// It says something else.
    Stale(String),
    /// What it is about is not served.
    Left(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Missing(file) => write!(f, "{file} is missing"),
            Difference::Stale(file) => write!(f, "{file} is not up to date"),
            Difference::Left(file) => write!(f, "{file} is about something that is not served"),
        }
    }
}

/// Each page below this folder that is not as it would be written.
pub fn differences(root: &Path) -> io::Result<Vec<Difference>> {
    compare(root, &pages::all(&provider::registry(), root)?)
}

fn compare(root: &Path, pages: &BTreeMap<String, String>) -> io::Result<Vec<Difference>> {
    let mut found = Vec::new();
    for (file, text) in pages {
        match fs::read_to_string(root.join(file)) {
            // A checkout may have ended the lines as Windows does.
            Ok(there) if there.replace("\r\n", "\n") == *text => {}
            Ok(_) => found.push(Difference::Stale(file.clone())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => found.push(Difference::Missing(file.clone())),
            Err(error) => return Err(error),
        }
    }
    for folder in FOLDERS.map(|folder| format!("docs/{folder}")) {
        let there = match fs::read_dir(root.join(&folder)) {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in there {
            let file = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            found.extend((!pages.contains_key(&file)).then_some(Difference::Left(file)));
        }
    }
    Ok(found)
}

/// Writes the pages into the folder `docs`, and says which.
pub(super) fn run() -> Result<(), Stopped> {
    let root = Path::new(".");
    if !root.join("examples").is_dir() {
        return Err(Stopped::because(
            "There is no folder examples here. Run it in the folder of the provider's sources.",
        ));
    }
    let pages = pages::all(&provider::registry(), root).map_err(Stopped::while_doing("Cannot read the examples"))?;
    let differences = compare(root, &pages).map_err(Stopped::while_doing("Cannot read the pages"))?;
    let screen = Screen::of_stdout();
    for difference in &differences {
        let (done, said) = match difference {
            Difference::Missing(file) => (write(root, file, &pages[file]), format!("wrote {file}")),
            Difference::Stale(file) => (write(root, file, &pages[file]), format!("changed {file}")),
            Difference::Left(file) => (fs::remove_file(root.join(file)), format!("removed {file}")),
        };
        done.map_err(Stopped::while_doing("Cannot write the pages"))?;
        screen.line(&said);
    }
    let others = pages.len() - differences.iter().filter(|each| !matches!(each, Difference::Left(_))).count();
    screen.line(&format!("{others} of {} pages were up to date.", pages.len()));
    Ok(())
}

fn write(root: &Path, file: &str, text: &str) -> io::Result<()> {
    let path = root.join(file);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_found() {
        let root = tempfile::tempdir().expect("a folder");
        let page = |name: &str, text: &str| (format!("docs/resources/{name}.md"), text.to_owned());
        let pages = BTreeMap::from([page("a", "A\n"), page("b", "B\n"), page("c", "C\n")]);
        for (name, text) in [("a", "A\r\n"), ("b", "other\n"), ("d", "D\n")] {
            write(root.path(), &page(name, "").0, text).expect("it is written");
        }
        let found = compare(root.path(), &pages).expect("it is read");
        let expected = [
            Difference::Stale(page("b", "").0),
            Difference::Missing(page("c", "").0),
            Difference::Left(page("d", "").0),
        ];
        assert_eq!(found, expected);
    }
}
