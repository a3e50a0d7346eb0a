//! The scenarios, held in the executable: the demo needs no other file.

use std::{fs, io, path::Path};

use super::holdings::Expected;

/// A story of `examples/scenarios/`.
#[derive(Debug)]
pub(super) struct Scenario {
    /// Its folder.
    pub(super) name: &'static str,
    /// What it is about.
    pub(super) title: &'static str,
    /// What it leaves in the tenant.
    pub(super) expected: Expected,
    files: &'static [(&'static str, &'static [u8])],
}

macro_rules! files {
    ($folder:literal: $($file:literal),+ $(,)?) => {
        &[$((
            $file,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/scenarios/", $folder, "/", $file)),
        )),+]
    };
}

/// Every scenario.
pub(super) const ALL: &[Scenario] = &[Scenario {
    name: "user-driven-entra-join",
    title: "User-driven Microsoft Entra join",
    expected: Expected {
        devices: 25,
        profile: "User driven Entra join",
        status_page: "Standard devices",
        assigned_to: "Autopilot devices",
        groups: &[("Autopilot devices", 25), ("Autopilot devices of Sales", 10)],
        users: 1,
    },
    files: files!(
        "user-driven-entra-join": "README.md", "devices.csv", "main.tf", "outputs.tf", "ready.tftest.hcl", "variables.tf",
    ),
}];

impl Scenario {
    pub(super) fn named(name: &str) -> Option<&'static Scenario> {
        ALL.iter().find(|scenario| scenario.name == name)
    }

    /// Writes its files into a folder.
    pub(super) fn write_to(&self, folder: &Path) -> io::Result<()> {
        self.files.iter().try_for_each(|(name, content)| fs::write(folder.join(name), content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_every_scenario_is_held() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scenarios");
        let names = |folder: &Path| {
            let entries = fs::read_dir(folder).expect("the folder is there");
            let mut names: Vec<_> = entries
                .map(|entry| entry.expect("an entry").file_name().into_string().expect("plain letters"))
                .collect();
            names.sort();
            names
        };
        let held: Vec<_> = ALL.iter().map(|scenario| scenario.name).collect();
        assert_eq!(names(&root), held);
        for scenario in ALL {
            let held: Vec<_> = scenario.files.iter().map(|(name, _)| *name).collect();
            let mut there = names(&root.join(scenario.name));
            there.retain(|name| !name.starts_with('.') && !name.contains("tfstate"));
            assert_eq!(there, held, "{}", scenario.name);
        }
    }
}
