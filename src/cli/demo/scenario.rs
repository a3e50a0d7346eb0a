//! The scenarios, held in the executable: the demo needs no other file. Each folder of `examples/scenarios/` is one.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::Deserialize;
use serde_json::Value;

/// Every file below `examples/scenarios/` and `examples/modules/`: its path below `examples/`, and its content.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// What a scenario's folder may have for the demo alone.
const FOR_THE_DEMO: &str = "demo.json";

/// A story of `examples/scenarios/`.
#[derive(Clone, Debug)]
pub(super) struct Scenario {
    /// Its folder.
    pub(super) name: &'static str,
    /// What it is about: the heading of its README.
    pub(super) title: &'static str,
}

/// What the demo does besides running Terraform.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Besides {
    /// Values for variables of the scenario.
    pub(super) variables: BTreeMap<String, Value>,
    /// A file that is planted before the first plan, as by `emulator --seed`.
    pub(super) seed: Option<String>,
    /// The script that runs Terraform, in the place of Terraform itself: once for each of several tenants.
    pub(super) script: Option<String>,
    /// What Terraform warns of when it applies: what the title of each warning begins with.
    pub(super) warns: Vec<String>,
    /// What happens to laptops when all is set up.
    pub(super) played: Vec<Played>,
}

impl Besides {
    /// Whether Terraform is to warn so.
    pub(super) fn expects(&self, title: &str) -> bool {
        self.warns.iter().any(|beginning| title.starts_with(beginning.as_str()))
    }

    /// What gives Terraform the values.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.variables.iter().map(|(name, value)| (format!("TF_VAR_{name}"), text(value))).collect()
    }
}

/// Something that happens to a laptop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Played {
    /// What it is, in a sentence.
    pub(super) says: String,
    /// Which laptop is switched on by whom: the body of `POST /_emulator/enroll`.
    pub(super) enroll: Value,
}

/// Every scenario, by name.
pub(super) fn all() -> impl Iterator<Item = Scenario> {
    let readme = |(path, text): &(&'static str, &'static [u8])| {
        let name = path.strip_prefix("scenarios/")?.strip_suffix("/README.md")?;
        let title = std::str::from_utf8(text).ok()?.lines().next()?.strip_prefix("# ")?;
        Some(Scenario { name, title })
    };
    FILES.iter().filter_map(readme)
}

impl Scenario {
    pub(super) fn named(name: &str) -> Option<Scenario> {
        all().find(|scenario| scenario.name == name)
    }

    /// Its files, by their paths below its folder.
    fn files(&self) -> impl Iterator<Item = (&'static str, &'static [u8])> {
        let folder = format!("scenarios/{}/", self.name);
        FILES.iter().filter_map(move |(path, content)| Some((path.strip_prefix(folder.as_str())?, *content)))
    }

    /// Writes its files into a folder, and the modules where `../../modules` is seen from there.
    pub(super) fn write_to(&self, folder: &Path) -> io::Result<()> {
        let modules = folder.join("../..");
        let of_modules = FILES.iter().filter(|(path, _)| path.starts_with("modules/"));
        of_modules.copied().try_for_each(|(path, content)| write(&modules.join(path), content))?;
        self.files().try_for_each(|(path, content)| write(&folder.join(path), content))
    }

    /// The content of one of its files.
    pub(super) fn file(&self, name: &str) -> Option<&'static [u8]> {
        self.files().find(|(path, _)| *path == name).map(|(_, content)| content)
    }

    /// What the demo does besides running Terraform.
    pub(super) fn besides(&self) -> serde_json::Result<Besides> {
        self.file(FOR_THE_DEMO).map_or_else(|| Ok(Besides::default()), serde_json::from_slice)
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_is_a_scenario_with_a_title() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scenarios");
        let entries = fs::read_dir(root).expect("the folder is there");
        let mut folders: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        folders.sort();
        assert_eq!(all().map(|scenario| scenario.name).collect::<Vec<_>>(), folders);
    }

    #[test]
    fn what_the_demo_does_besides_is_understood() {
        for scenario in all() {
            scenario.besides().unwrap_or_else(|why| panic!("{}: {why}", scenario.name));
        }
    }

    #[test]
    fn the_files_are_laid_out_so_that_modules_are_found() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("scenarios/this");
        fs::create_dir_all(&folder).expect("a folder");
        Scenario::named("user-driven-entra-join").expect("it is there").write_to(&folder).expect("it is written");
        assert!(folder.join("main.tf").exists() && folder.join("devices.csv").exists());
        let modules = FILES.iter().filter(|(path, _)| path.starts_with("modules/"));
        assert!(modules.into_iter().all(|(path, _)| home.path().join(path).exists()));
    }
}
