//! A file that only its owner can read, and that one process at a time changes. What depends on the operating system is
//! here.
//!
//! On Windows the folder of a person's own data is closed to others by itself.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::error::Error;

/// The variable that names the file.
pub(crate) const VARIABLE: &str = "AUTOPILOT_LOGIN_FILE";

/// Where sign-ins are kept: where the variable says, or in the person's own configuration.
pub(crate) fn path(variable: impl Fn(&str) -> Option<String>) -> Result<PathBuf, Error> {
    let folder = |name: &str| variable(name).filter(|path| !path.trim().is_empty()).map(PathBuf::from);
    if let Some(path) = folder(VARIABLE) {
        return Ok(path);
    }
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
    };
    let base = base.ok_or_else(|| {
        Error::Here(format!(
            "There is no folder to keep sign-ins in. Name a file by the environment variable {VARIABLE}."
        ))
    })?;
    Ok(base.join("terraform-provider-autopilot").join("sign-ins.json"))
}

/// The file's text; none where it does not exist. Refused where others could have read it.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    let fails = |error: io::Error| Error::Here(format!("The sign-ins in {} cannot be read: {error}.", path.display()));
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fails(error)),
    };
    // Of the open file, so that nobody puts another one there in between.
    let about = file.metadata().map_err(fails)?;
    if let Some(why) = objection(&about) {
        // What a link leads to is what has a mode and an owner.
        let led_to = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        return Err(Error::Here(why.replace("{}", &led_to.display().to_string())));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(fails)?;
    Ok(Some(text))
}

/// Puts a text in the file's place: under another name first, so that nobody ever sees half of it.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().display();
    let beside = path.with_file_name(format!(".{name}.{}", uuid::Uuid::new_v4().simple()));
    let written = (|| {
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        // Nothing to remove where it could not even be made.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// How long another process may take that changes the file: one request to Microsoft.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Waits until no other process changes the file. The lock ends with the value.
pub(super) async fn lock(path: &Path) -> Result<File, Error> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let beside = path.with_file_name(name);
    let fails = |error: io::Error| Error::Here(format!("{} cannot be locked: {error}.", beside.display()));
    if let Some(folder) = path.parent() {
        make_folder(folder).map_err(|error| Error::Here(format!("{} cannot be made: {error}.", folder.display())))?;
    }
    let file = private(OpenOptions::new().write(true).create(true).truncate(false)).open(&beside).map_err(fails)?;
    // Asked again and again rather than waited for by the thread: whoever is told to stop stops.
    let locked = tokio::time::timeout(PATIENCE, async {
        loop {
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => tokio::time::sleep(LOOK_AGAIN).await,
                Err(TryLockError::Error(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
        }
    });
    match locked.await {
        Ok(done) => done.map_err(fails)?,
        Err(_) => {
            let text = format!("Another process has held {} for {} seconds.", beside.display(), PATIENCE.as_secs());
            return Err(Error::Here(text));
        }
    }
    Ok(file)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Why a file of sign-ins is not to be trusted; `{}` stands for its path.
#[cfg(unix)]
fn objection(about: &Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let us = rustix::process::geteuid().as_raw();
    if about.uid() != us {
        return Some(format!(
            "The file of sign-ins {{}} belongs to another user (number {}; this process runs as number {us}), so it is not \
             read. Run as its owner, or name another file by the environment variable {VARIABLE}.",
            about.uid()
        ));
    }
    let others = about.mode() & 0o077;
    (others != 0).then(|| {
        format!(
            "The file of sign-ins {{}} can be opened by others than its owner (mode {:o}), so it is not read. Close it with `chmod \
             600 {{}}`. If others may have read it, end the sessions of whoever signed in (in the Entra admin center, on the user's \
             page: Revoke sessions), and sign in again.",
            about.mode() & 0o777
        )
    })
}

#[cfg(not(unix))]
fn objection(_: &Metadata) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_where_the_variable_says_or_in_the_person_s_own_configuration() {
        let path = |set: &'static [(&str, &str)]| {
            path(|name| set.iter().find(|(each, _)| *each == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(path(&[(VARIABLE, "/x/y.json"), ("HOME", "/h")]).unwrap(), Path::new("/x/y.json"));
        assert!(path(&[(VARIABLE, " ")]).unwrap_err().to_string().contains(VARIABLE));
        if cfg!(target_os = "linux") {
            let end = "terraform-provider-autopilot/sign-ins.json";
            assert_eq!(path(&[("HOME", "/h")]).unwrap(), Path::new("/h/.config").join(end));
            assert_eq!(path(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")]).unwrap(), Path::new("/c").join(end));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_is_written_is_for_its_owner_only_and_what_others_can_open_is_not_read() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("a").join("b").join("sign-ins.json");
        let lock = lock(&path).await.unwrap();
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert!(read(&path).unwrap().is_none());
        write(&path, "one").unwrap();
        write(&path, "two").unwrap();
        assert_eq!((mode(&path), read(&path).unwrap().as_deref()), (0o600, Some("two")));
        drop(lock);
        let names = fs::read_dir(path.parent().unwrap()).unwrap();
        assert_eq!(names.count(), 2, "the file and its lock");
        for open in [0o640, 0o604, 0o622] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            let told = read(&path).unwrap_err().to_string();
            assert!(told.contains(&format!("mode {open:o}")) && told.contains("chmod 600"), "{told}");
        }
        let link = base.path().join("link.json");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let told = read(&link).unwrap_err().to_string();
        assert!(told.contains("a/b/sign-ins.json") && !told.contains("link.json"), "{told}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_another_user_is_not_read() {
        let base = tempfile::tempdir().unwrap();
        let ours = base.path().join("sign-ins.json");
        write(&ours, "{}").unwrap();
        // Only root can give a file away; nobody else owns what is root's.
        let theirs = match rustix::process::geteuid().is_root() {
            true => {
                std::os::unix::fs::chown(&ours, Some(65534), None).unwrap();
                ours.as_path()
            }
            false => Path::new("/etc/passwd"),
        };
        let told = read(theirs).unwrap_err().to_string();
        assert!(told.contains("belongs to another user") && told.contains(VARIABLE), "{told}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lock_that_is_never_let_go_is_told() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("sign-ins.json");
        let held = lock(&path).await.unwrap();
        let told = lock(&path).await.unwrap_err().to_string();
        assert!(told.contains("sign-ins.json.lock for 60 seconds"), "{told}");
        drop(held);
        assert!(lock(&path).await.is_ok());
    }
}
