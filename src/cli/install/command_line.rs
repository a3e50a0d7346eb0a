//! What the configuration files of Terraform's command line say of where providers come from.
//!
//! Source: HashiCorp's "CLI Configuration File": with a block `provider_installation`, nothing is searched but what it names, and
//! all of it that takes the provider is asked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    super::terraform::{Item, Product, SOURCE, is_json, names_us_for, read_settings},
    places::command_line_files,
};

/// What keeps the products from a folder, and the file that says so: none, if it would have to be made.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) file: Option<PathBuf>,
    pub(super) is_json: bool,
    pub(super) hindrance: Hindrance,
    pub(super) products: Vec<Product>,
}

/// What keeps it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Hindrance {
    /// The file cannot be read, and why.
    Unread(String),
    /// The file takes the provider from another folder.
    Overridden(String),
    /// The file does not take the provider from this folder, but perhaps from these.
    Hidden(Vec<Other>),
    /// The file takes the provider from this folder, and from these too.
    Shared(Vec<Other>),
    /// No file names a folder, and this is not one that is searched without.
    Unknown,
}

/// Another place that is asked for the provider.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Other {
    /// As it stands in the file.
    pub(super) method: String,
    /// Whether it says `exclude` already.
    pub(super) excludes: bool,
}

/// What keeps Terraform or OpenTofu from taking the provider from a mirror. `is_named`: the mirror is not one that is searched
/// without a word.
pub(super) fn hindrances(mirror: &Path, is_named: bool) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    let mut tell = |file: Option<&Path>, is_json, hindrance, product| match all
        .iter_mut()
        .find(|told| told.file.as_deref() == file && told.hindrance == hindrance)
    {
        Some(told) => told.products.push(product),
        None => all.push(Told { file: file.map(Path::to_owned), is_json, hindrance, products: vec![product] }),
    };
    for product in Product::BOTH {
        let files = command_line_files(product);
        let mut is_settled = false;
        for file in &files {
            let text = fs::read_to_string(file).map_err(|error| error.to_string());
            let is_json = text.as_deref().is_ok_and(is_json);
            let judged = text.and_then(|text| Ok(judge(&read_settings(&text)?, mirror, product)));
            let hindrance = match judged {
                Ok(None) => continue,
                Ok(Some(hindrance)) => hindrance,
                Err(why) => Some(Hindrance::Unread(why)),
            };
            is_settled = true;
            if let Some(hindrance) = hindrance {
                tell(Some(file), is_json, hindrance, product);
            }
        }
        if is_named && !is_settled {
            // What `login` keeps is nothing to write into.
            let file = files.iter().find(|file| !file.ends_with("credentials.tfrc.json"));
            let is_json = file.and_then(|file| fs::read_to_string(file).ok()).as_deref().is_some_and(is_json);
            tell(file.map(PathBuf::as_path), is_json, Hindrance::Unknown, product);
        }
    }
    all
}

/// None, if a file does not say where providers come from.
fn judge(said: &[Item], mirror: &Path, product: Product) -> Option<Option<Hindrance>> {
    let installation = blocks(said, "provider_installation").next()?;
    for item in blocks(installation, "dev_overrides").flatten() {
        if let Item::Set(name, folders) = item
            && names_us_for(product, name)
        {
            return Some(Some(Hindrance::Overridden(folders.join(" "))));
        }
    }
    let (mut is_taken, mut others) = (false, Vec::new());
    for item in installation {
        let Item::Block(name, method) = item else { continue };
        let path = of_name(method, "path").and_then(|path| path.first()).map(Path::new);
        match path.filter(|_| name == "filesystem_mirror") {
            _ if name == "dev_overrides" || !takes(method, product) => {}
            Some(path) if path == mirror => is_taken = true,
            // A folder without it does no harm.
            Some(path) if !path.join(product.registry()).join(SOURCE).is_dir() => {}
            _ => others.push(Other { method: title(name, method), excludes: of_name(method, "exclude").is_some() }),
        }
    }
    Some(match (is_taken, others.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Hindrance::Shared(others)),
        (false, _) => Some(Hindrance::Hidden(others)),
    })
}

/// Whether a method of installation takes this provider. An exclusion goes before an inclusion; no inclusion includes all.
fn takes(method: &[Item], product: Product) -> bool {
    let names = |name: &str| of_name(method, name).unwrap_or_default();
    let is_ours = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, product));
    let included = names("include");
    (included.is_empty() || is_ours(included)) && !is_ours(names("exclude"))
}

/// A method, as one finds it in the file.
fn title(name: &str, method: &[Item]) -> String {
    let place = ["url", "path"].iter().find_map(|place| of_name(method, place)?.first());
    place.map_or_else(|| name.to_owned(), |place| format!("{name} of {place}"))
}

fn blocks<'a>(items: &'a [Item], name: &str) -> impl Iterator<Item = &'a [Item]> {
    items.iter().filter_map(move |item| match item {
        Item::Block(own, items) if own == name => Some(items.as_slice()),
        _ => None,
    })
}

fn of_name<'a>(items: &'a [Item], name: &str) -> Option<&'a [String]> {
    items.iter().find_map(|item| match item {
        Item::Set(own, texts) if own == name => Some(texts.as_slice()),
        _ => None,
    })
}

/// Whether a pattern of providers is of ours: `zero-touch/*`, `*/*/*`. Without a host it is of the product's own registry.
fn matches(pattern: &str, product: Product) -> bool {
    let mut parts = pattern.rsplit('/').zip(SOURCE.rsplit('/').chain([product.registry()]));
    parts.all(|(pattern, ours)| pattern == "*" || pattern.eq_ignore_ascii_case(ours))
}

#[cfg(test)]
mod tests {
    use super::{super::super::terraform::only_from_mirror, *};

    fn of(product: Product, text: &str) -> Option<Option<Hindrance>> {
        judge(&read_settings(text).expect("it can be read"), Path::new("/plugins"), product)
    }

    fn within(methods: &str) -> Option<Hindrance> {
        of(Product::Terraform, &format!("provider_installation {{\n{methods}\n}}\n")).expect("it says where from")
    }

    fn mirror(rest: &str) -> String {
        format!("filesystem_mirror {{\n path = \"/plugins\"\n{rest}\n}}\n")
    }

    fn others<const N: usize>(methods: [&str; N]) -> Vec<Other> {
        methods.map(|method| Other { method: method.to_owned(), excludes: false }).into()
    }

    #[test]
    fn without_an_installation_block_a_file_says_nothing() {
        assert_eq!(of(Product::Terraform, "disable_checkpoint = true"), None);
        assert_eq!(of(Product::OpenTofu, "{\"credentials\": {\"a\": {\"token\": \"b\"}}}"), None);
    }

    #[test]
    fn an_installation_block_hides_what_it_does_not_name() {
        let hidden = || Some(Hindrance::Hidden(Vec::new()));
        assert_eq!(within(""), hidden());
        assert_eq!(within("filesystem_mirror {\n path = \"/other\"\n}"), hidden());
        assert_eq!(within("direct { exclude = [\"zero-touch/*\"] }"), hidden());
        assert_eq!(within(&mirror("")), None);
        assert_eq!(within(&mirror("include = []")), None);
        assert_eq!(within(&mirror("include = [\"zero-touch/*\"]")), None);
        assert_eq!(within(&mirror("include = [\"hashicorp/*\"]")), hidden());
        assert_eq!(within(&mirror("exclude = [\"zero-touch/autopilot\"]")), hidden());
        assert_eq!(within(&(mirror("exclude = [\"*/*\"]") + &only_from_mirror(Path::new("/plugins")))), None);
    }

    #[test]
    fn a_pattern_with_a_host_is_of_one_product() {
        let text = format!("provider_installation {{\n{}}}\n", mirror("include = [\"registry.terraform.io/*/*\"]"));
        assert_eq!(of(Product::Terraform, &text), Some(None));
        assert_eq!(of(Product::OpenTofu, &text), Some(Some(Hindrance::Hidden(Vec::new()))));
        assert_eq!(within(&mirror("include = [\"*/*/*\"]")), None);
        assert_eq!(within(&mirror("include = [\"example.com/*/*\"]")), Some(Hindrance::Hidden(Vec::new())));
    }

    #[test]
    fn every_other_source_that_takes_the_provider_is_told() {
        let hidden = |methods: &str| match within(methods) {
            Some(Hindrance::Hidden(others)) => others,
            other => panic!("{other:?}"),
        };
        let company = "network_mirror { url = \"https://m/\"\n include = [\"zero-touch/*\"] }";
        assert_eq!(hidden("direct {}"), others(["direct"]));
        assert_eq!(hidden(&format!("direct {{}}\n{company}")), others(["direct", "network_mirror of https://m/"]));
        assert_eq!(within(&(mirror("") + "direct {}")), Some(Hindrance::Shared(others(["direct"]))));
        assert_eq!(within(&(mirror("") + company)), Some(Hindrance::Shared(others(["network_mirror of https://m/"]))));
        assert_eq!(within(&(mirror("") + "direct { include = [\"hashicorp/*\"] }")), None);
        let excluding = vec![Other { method: "direct".to_owned(), excludes: true }];
        assert_eq!(hidden("direct { exclude = [\"hashicorp/*\"] }"), excluding);
        let json = of(Product::Terraform, "{\"provider_installation\": [{\"direct\": [{}]}]}");
        assert_eq!(json, Some(Some(Hindrance::Hidden(others(["direct"])))));
    }

    #[test]
    fn another_folder_is_told_if_the_provider_lies_in_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let methods = mirror("") + &format!("filesystem_mirror {{ path = {:?} }}", folder.path());
        assert_eq!(within(&methods), None);
        fs::create_dir_all(folder.path().join("registry.terraform.io").join(SOURCE)).expect("a folder");
        let title = format!("filesystem_mirror of {}", folder.path().display());
        assert_eq!(within(&methods), Some(Hindrance::Shared(others([title.as_str()]))));
    }

    #[test]
    fn an_override_is_told() {
        let text = "dev_overrides {\n    \"zero-touch/autopilot\" = \"/built\"\n  }\n  direct {}";
        assert_eq!(within(text), Some(Hindrance::Overridden("/built".to_owned())));
    }
}
