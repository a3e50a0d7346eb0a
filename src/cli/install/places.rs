//! Where Terraform and OpenTofu look on each system: for providers, and for the file that says otherwise.
//!
//! Sources: HashiCorp's "CLI Configuration File" (Implied Local Mirror Directories, Locations), which OpenTofu follows; that all
//! `*.tfrc` and `*.tfrc.json` of the folder of settings are read, and where OpenTofu's lie, is seen in both programs.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::super::terraform::{HOME, Product, named_file, of_variable};

/// The folders that they search before that one, and those where they keep what they fetched.
pub(super) fn others(mirror: &Path) -> Vec<PathBuf> {
    let in_work = env::current_dir().map(|folder| folder.join("terraform.d").join("plugins"));
    let of_user = of_variable(HOME).map(|home| home.join(terraform_d()).join("plugins"));
    let all = in_work.into_iter().chain(of_user).chain(of_variable("TF_PLUGIN_CACHE_DIR"));
    all.filter(|place| place != mirror).collect()
}

fn terraform_d() -> &'static str {
    if cfg!(windows) { "terraform.d" } else { ".terraform.d" }
}

/// The configuration files that one of both reads, of those that are there: the one that is named for both, or that of the user
/// and all in the folder of settings.
pub(super) fn command_line_files(product: Product) -> Vec<PathBuf> {
    if let Some(named) = named_file() {
        return Vec::from_iter(Some(named).filter(|file| file.exists()));
    }
    let Some(home) = of_variable(HOME) else { return Vec::new() };
    let elsewhere = if cfg!(windows) { None } else { of_variable("XDG_CONFIG_HOME") };
    let (file, folder) = of_user(product, &home, elsewhere.as_deref());
    let within = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_settings = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".tfrc") || name.ends_with(".tfrc.json")
    };
    let mut within: Vec<_> = within.filter(is_settings).collect();
    within.sort();
    Some(file).filter(|file| file.exists()).into_iter().chain(within).collect()
}

/// The file of a user, and the folder. OpenTofu takes those of Terraform where they are, and else has its own below
/// `XDG_CONFIG_HOME`, which Terraform does not heed.
fn of_user(product: Product, home: &Path, elsewhere: Option<&Path>) -> (PathBuf, PathBuf) {
    let [earlier, own] = if cfg!(windows) { ["terraform.rc", "tofu.rc"] } else { [".terraformrc", ".tofurc"] };
    let (earlier, own, folder) = (home.join(earlier), home.join(own), home.join(terraform_d()));
    if product == Product::Terraform {
        return (earlier, folder);
    }
    let elsewhere = elsewhere.map(|settings| settings.join("opentofu"));
    let file = match &elsewhere {
        _ if own.exists() => own,
        _ if earlier.exists() => earlier,
        Some(elsewhere) => elsewhere.join("tofurc"),
        None => own,
    };
    let folder = elsewhere.filter(|_| !folder.exists()).unwrap_or(folder);
    (file, folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn opentofu_takes_the_files_of_terraform_where_they_are() {
        let home = tempfile::tempdir().expect("a folder");
        let (home, settings) = (home.path(), home.path().join("settings"));
        let of = |product| of_user(product, home, Some(&settings));
        let of_terraform = (home.join(".terraformrc"), home.join(".terraform.d"));
        assert_eq!(of(Product::Terraform), of_terraform);
        assert_eq!(of(Product::OpenTofu), (settings.join("opentofu/tofurc"), settings.join("opentofu")));
        assert_eq!(of_user(Product::OpenTofu, home, None), (home.join(".tofurc"), home.join(".terraform.d")));
        fs::write(home.join(".terraformrc"), "").expect("a file");
        fs::create_dir(home.join(".terraform.d")).expect("a folder");
        assert_eq!(of(Product::OpenTofu), of_terraform);
        fs::write(home.join(".tofurc"), "").expect("a file");
        assert_eq!(of(Product::OpenTofu), (home.join(".tofurc"), home.join(".terraform.d")));
    }
}
