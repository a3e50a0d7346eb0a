//! The program in a mirror of providers: HOST/NAMESPACE/TYPE/VERSION/PLATFORM.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::digest::{Context, SHA256, digest};

use super::super::{
    terraform::{Product, of_version, packed_name},
    version::platform,
};

/// What was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Laid {
    /// Nothing.
    New,
    /// This very program.
    Same,
    /// Another build of this version.
    Instead,
}

/// Where it lies for one of both.
pub(super) fn folder(mirror: &Path, product: Product) -> PathBuf {
    of_version(mirror, product).join(platform())
}

/// The hash of a package that holds this file alone, as lock files have it: Go's `h1`, over a line for each file.
pub(super) fn hash(executable: &Path) -> io::Result<String> {
    let (mut file, mut of_file, mut part) = (fs::File::open(executable)?, Context::new(&SHA256), vec![0; 1 << 16]);
    loop {
        match file.read(&mut part)? {
            0 => break,
            read => of_file.update(&part[..read]),
        }
    }
    let digits: String = of_file.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let of_package = digest(&SHA256, format!("{digits}  {}\n", packed_name()).as_bytes());
    Ok(format!("h1:{}", BASE64_STANDARD.encode(of_package)))
}

/// The hash of what lies in a mirror for this version and platform.
pub(super) fn lies_in(mirror: &Path) -> Option<String> {
    Product::BOTH.into_iter().find_map(|product| hash(&folder(mirror, product).join(packed_name())).ok())
}

/// Lays the program into a mirror, for both.
pub(super) fn lay(executable: &Path, of_executable: &str, mirror: &Path) -> io::Result<Laid> {
    let mut laid = Laid::Same;
    for product in Product::BOTH {
        let folder = folder(mirror, product);
        let place = folder.join(packed_name());
        match hash(&place) {
            Ok(there) if there == of_executable => continue,
            Ok(_) => laid = Laid::Instead,
            Err(_) if laid == Laid::Same => laid = Laid::New,
            Err(_) => {}
        }
        fs::create_dir_all(&folder)?;
        // Beside its place and moved there: a Terraform that runs the earlier one goes on.
        let beside = tempfile::Builder::new().prefix(".installing-").tempdir_in(of_version(mirror, product))?;
        let copy = beside.path().join(packed_name());
        // One copy for both. The program itself is not linked to: a build may write into it.
        match product {
            Product::Terraform => fs::copy(executable, &copy).map(drop)?,
            Product::OpenTofu => {
                let first = self::folder(mirror, Product::Terraform).join(packed_name());
                fs::hard_link(&first, &copy).or_else(|_| fs::copy(&first, &copy).map(drop))?;
            }
        }
        fs::rename(&copy, &place)?;
    }
    Ok(laid)
}

/// Removes this version for this platform, and the folders that are empty then. Whether it was there.
pub(super) fn remove(mirror: &Path) -> io::Result<bool> {
    let mut was_there = false;
    for product in Product::BOTH {
        let folder = folder(mirror, product);
        match fs::remove_dir_all(&folder) {
            Ok(()) => was_there = true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        }
        // Not the mirror itself. The first that is not empty ends it.
        let above = folder.ancestors().skip(1).take_while(|above| *above != mirror);
        above.map(fs::remove_dir).take_while(Result::is_ok).for_each(drop);
    }
    Ok(was_there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_laid_replaced_and_removed_and_what_else_is_there_stays() {
        let home = tempfile::tempdir().expect("a folder");
        let mirror = home.path().join("plugins");
        let other = mirror.join("registry.terraform.io/hashicorp");
        fs::create_dir_all(&other).expect("a folder");
        let build = |text: &str| {
            let file = home.path().join("built");
            fs::write(&file, text).expect("a file");
            lay(&file, &hash(&file).expect("it is read"), &mirror).expect("it is laid")
        };
        assert_eq!([build("one"), build("one"), build("two")], [Laid::New, Laid::Same, Laid::Instead]);
        for product in Product::BOTH {
            assert_eq!(fs::read_to_string(folder(&mirror, product).join(packed_name())).expect("it is there"), "two");
            assert_eq!(
                fs::read_dir(of_version(&mirror, product)).expect("a folder").count(),
                1,
                "nothing is left beside"
            );
        }
        assert!(remove(&mirror).expect("it can be removed"));
        assert!(!remove(&mirror).expect("there is nothing"));
        assert!(other.is_dir());
        assert!(!mirror.join("registry.opentofu.org").exists());
    }
}
