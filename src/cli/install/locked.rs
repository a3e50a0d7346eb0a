//! What a lock file says of this provider: `.terraform.lock.hcl` holds the hashes of the builds that a folder takes.
//!
//! Source: HashiCorp's "Dependency Lock File". `init -upgrade` takes no other build of a version either.

use std::{fs, path::Path};

use hcl_edit::structure::Body;

use super::super::{
    terraform::{Product, SOURCE},
    version::VERSION,
};

/// Who refuses the build with this hash in a folder.
pub(super) fn refusing(folder: &Path, hash: &str) -> Vec<Product> {
    let text = fs::read_to_string(folder.join(".terraform.lock.hcl")).unwrap_or_default();
    let Ok(body) = text.parse::<Body>() else { return Vec::new() };
    Product::BOTH.into_iter().filter(|product| refuses(&body, *product, hash)).collect()
}

fn refuses(body: &Body, product: Product, hash: &str) -> bool {
    let address = format!("{}/{SOURCE}", product.registry());
    let text = |body: &Body, name: &str| Some(body.get_attribute(name)?.value.as_str()?.to_owned());
    body.get_blocks("provider").filter(|block| block.has_exact_labels(&[&address])).any(|block| {
        let hashes = block.body.get_attribute("hashes").and_then(|hashes| hashes.value.as_array());
        text(&block.body, "version").as_deref() == Some(VERSION)
            && hashes.is_some_and(|hashes| !hashes.iter().any(|known| known.as_str() == Some(hash)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_with_another_build_of_this_version_refuses() {
        let refusing = |text: &str| {
            let folder = tempfile::tempdir().expect("a folder");
            fs::write(folder.path().join(".terraform.lock.hcl"), text).expect("a file");
            refusing(folder.path(), "h1:this=")
        };
        let block = |host: &str, version: &str, hash: &str| {
            format!(
                "provider \"{host}/zero-touch/autopilot\" {{\n  version = \"{version}\"\n  hashes = [\"{hash}\"]\n}}\n"
            )
        };
        let (terraform, tofu) = ("registry.terraform.io", "registry.opentofu.org");
        assert_eq!(refusing(&block(terraform, VERSION, "h1:other=")), [Product::Terraform]);
        assert_eq!(refusing(&block(tofu, VERSION, "h1:other=")), [Product::OpenTofu]);
        assert_eq!(refusing(&block(terraform, VERSION, "h1:this=")), []);
        assert_eq!(refusing(&block(terraform, "0.0.1", "h1:other=")), []);
        assert_eq!(refusing("provider {"), []);
        assert_eq!(refusing(""), []);
    }
}
