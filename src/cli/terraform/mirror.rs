//! Mirrors of providers: where this one lies in them, and the one of the user that Terraform and OpenTofu search by themselves.
//!
//! Source: HashiCorp's "CLI Configuration File" (Implied Local Mirror Directories), which OpenTofu follows.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::program::Product;

/// The provider's address without its host.
pub(in crate::cli) const SOURCE: &str = "zero-touch/autopilot";

/// Whether one of both takes this address for ours: with its host, or without.
pub(in crate::cli) fn names_us_for(product: Product, address: &str) -> bool {
    let mut parts = address.rsplitn(3, '/').zip(SOURCE.rsplit('/').chain([product.registry()]));
    address.contains('/') && parts.all(|(part, ours)| part.eq_ignore_ascii_case(ours))
}

/// Whether either takes it for ours.
pub(super) fn names_us(address: &str) -> bool {
    Product::BOTH.into_iter().any(|product| names_us_for(product, address))
}

/// What Terraform looks for in a folder of this provider: its file's name, or the beginning of it.
pub(in crate::cli) const NAME: &str = "terraform-provider-autopilot";

/// The variable by which a user's own folders are found.
pub(in crate::cli) const HOME: &str = if cfg!(windows) { "APPDATA" } else { "HOME" };

/// The path that a variable holds.
pub(in crate::cli) fn of_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// The folder of the user that both search. Unlike `~/.terraform.d`, it moves no other setting when it is made.
pub(in crate::cli) fn mirror() -> Option<PathBuf> {
    let home = of_variable(HOME)?;
    Some(if cfg!(windows) {
        home.join("HashiCorp").join("Terraform").join("plugins")
    } else if cfg!(target_os = "macos") {
        home.join("Library").join("Application Support").join("io.terraform").join("plugins")
    } else {
        let data = of_variable("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local").join("share"));
        data.join("terraform").join("plugins")
    })
}

/// Where the packages of this version lie in a mirror, a folder for each platform: HOST/NAMESPACE/TYPE/VERSION.
pub(in crate::cli) fn of_version(mirror: &Path, product: Product) -> PathBuf {
    mirror.join(product.registry()).join(SOURCE).join(env!("CARGO_PKG_VERSION"))
}

/// What the program is called in a package.
pub(in crate::cli) fn packed_name() -> String {
    format!("{NAME}_v{}{}", env!("CARGO_PKG_VERSION"), env::consts::EXE_SUFFIX)
}
