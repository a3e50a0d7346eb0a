//! One Terraform or OpenTofu: what it is, and how to run it.

use std::{
    ffi::OsString,
    fmt, io,
    process::{Command, Stdio},
};

/// The first version with write-only attributes, which keep hardware hashes out of the state. The same for both products.
pub(super) const OLDEST: Version = Version(1, 11, 0);

/// What a configuration says of the oldest that takes this provider.
pub(in crate::cli) fn required_version() -> String {
    format!(">= {}.{}", OLDEST.0, OLDEST.1)
}

/// Major, minor, patch. A pre-release counts as its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub(super) u16, pub(super) u16, pub(super) u16);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Whose command it is. They look for providers under different host names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// HashiCorp's.
    Terraform,
    /// The Linux Foundation's.
    OpenTofu,
}

impl Product {
    /// Each there is.
    pub(in crate::cli) const BOTH: [Product; 2] = [Product::Terraform, Product::OpenTofu];

    /// What one types.
    pub(in crate::cli) fn command(self) -> &'static str {
        match self {
            Product::Terraform => "terraform",
            Product::OpenTofu => "tofu",
        }
    }

    /// The host that a provider's address without a host stands for.
    pub(in crate::cli) fn registry(self) -> &'static str {
        match self {
            Product::Terraform => "registry.terraform.io",
            Product::OpenTofu => "registry.opentofu.org",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Product::Terraform => "Terraform",
            Product::OpenTofu => "OpenTofu",
        })
    }
}

/// A Terraform that was started once and said its version.
#[derive(Clone, Debug)]
pub struct Terraform {
    /// The program and what comes before Terraform's own arguments.
    argv: Vec<OsString>,
    /// Whose it is.
    pub product: Product,
    /// Which one.
    pub(super) version: Version,
    /// `linux_amd64` and the like, as a mirror of providers spells it.
    pub(super) platform: String,
}

/// Why one candidate is not usable.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// There is no such program.
    #[error("there is no such program")]
    Absent,
    /// It did not start, or not to the end.
    #[error("it does not run: {0}")]
    Broken(String),
    /// It runs, and is too old.
    #[error("that is {0} {1}, which is too old")]
    Old(Product, Version),
}

impl Terraform {
    /// Starts the command once, to learn what it is.
    pub(super) fn at(argv: Vec<OsString>) -> Result<Terraform, Unusable> {
        let mut probe = command(&argv);
        probe.arg("version").env("CHECKPOINT_DISABLE", "1").stdin(Stdio::null());
        let answer = probe.output().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Unusable::Absent,
            _ => Unusable::Broken(error.to_string()),
        })?;
        let said = String::from_utf8_lossy(&answer.stdout);
        let Some((product, version, platform)) = read_version(&said) else {
            let said = [&*said, &*String::from_utf8_lossy(&answer.stderr)].concat();
            let first = said.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it says nothing");
            return Err(Unusable::Broken(first.to_owned()));
        };
        if version < OLDEST {
            return Err(Unusable::Old(product, version));
        }
        Ok(Terraform { argv, product, version, platform })
    }

    /// A command line to be filled with Terraform's own arguments.
    pub fn command(&self) -> Command {
        command(&self.argv)
    }
}

impl fmt::Display for Terraform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product, self.version)
    }
}

fn command(argv: &[OsString]) -> Command {
    let mut words = argv.iter();
    let mut command = Command::new(words.next().expect("a command has a program"));
    command.args(words);
    command
}

/// Reads what `terraform version` prints: `Terraform v1.11.4`, then `on linux_amd64`.
fn read_version(said: &str) -> Option<(Product, Version, String)> {
    let mut lines = said.lines().map(str::trim);
    let (product, version) = lines.find_map(|line| {
        let (product, version) = line.split_once(" v")?;
        let product = match product {
            "Terraform" => Product::Terraform,
            "OpenTofu" => Product::OpenTofu,
            _ => return None,
        };
        let release = version.split(['-', '+']).next().unwrap_or(version);
        let mut numbers = release.split('.').map(|number| number.parse::<u16>().ok());
        Some((product, Version(numbers.next()??, numbers.next()??, numbers.next()??)))
    })?;
    let platform = lines.find_map(|line| line.strip_prefix("on "))?;
    Some((product, version, platform.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_products_say_what_they_are() {
        let terraform =
            read_version("Terraform v1.11.4\non linux_amd64\n\nYour version of Terraform is out of date!\n");
        assert_eq!(terraform, Some((Product::Terraform, Version(1, 11, 4), "linux_amd64".to_owned())));
        let tofu = read_version("OpenTofu v1.12.0-beta1\non darwin_arm64\n");
        assert_eq!(tofu, Some((Product::OpenTofu, Version(1, 12, 0), "darwin_arm64".to_owned())));
        assert_eq!(read_version("Python 3.11.7\n"), None);
        assert_eq!(read_version(""), None);
    }

    #[test]
    fn every_configuration_says_the_same_of_the_oldest_that_takes_it() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (mut folders, mut said) = (vec![root.join("examples")], 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "tf") {
                    let text = std::fs::read_to_string(&path).expect("a file");
                    for line in text.lines().filter(|line| line.trim_start().starts_with("required_version")) {
                        assert!(line.ends_with(&format!("= {:?}", required_version())), "{}: {line}", path.display());
                        said += 1;
                    }
                }
            }
        }
        assert!(said > 5, "{said} say it");
        let readme = std::fs::read_to_string(root.join("README.md")).expect("a file");
        let oldest = required_version().replace(">= ", "");
        let told = format!("Terraform {oldest} or newer, or OpenTofu {oldest} or newer.");
        assert!(readme.contains(&told), "{told}");
    }

    #[test]
    fn a_program_that_is_no_terraform_is_named_by_what_it_says() {
        assert!(matches!(Terraform::at(vec!["no-such-terraform".into()]), Err(Unusable::Absent)));
        let this = std::env::current_exe().expect("a test has an executable");
        assert!(matches!(Terraform::at(vec![this.into()]), Err(Unusable::Broken(_))));
    }
}
