//! The guides of `docs/guides` are true where a test can tell: front matter, links, titles of messages.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{sources, titles};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder of the repository whose names end so.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A page without its fenced blocks.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ids that a page's headings have in the registry and on GitHub.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text);
    let headings =
        headings.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let id = |heading: &str| -> String {
        let kept = heading.to_lowercase().replace(' ', "-");
        kept.chars().filter(|it| it.is_alphanumeric() || matches!(it, '-' | '_')).collect()
    };
    headings.map(id).collect()
}

#[test]
fn each_guide_has_the_front_matter_that_the_registry_wants() {
    for path in files(&root().join("docs/guides"), ".md") {
        let text = read(&path);
        let mut lines = text.lines();
        let name = path.display();
        assert_eq!(lines.next(), Some("---"), "{name}");
        let title = lines.next().and_then(|line| line.strip_prefix("page_title: \"")?.strip_suffix('"'));
        let title = title.unwrap_or_else(|| panic!("{name} has no page_title"));
        assert_eq!(lines.next(), Some("subcategory: \"Guides\""), "{name}");
        assert_eq!(lines.next(), Some("---"), "{name}");
        assert!(text.contains(&format!("\n# {title}\n")), "the heading of {name} is not its title {title:?}");
    }
}

/// Where the registry shows what is in `docs`.
const PAGES: &str = "https://registry.terraform.io/providers/zero-touch/autopilot/latest/docs/";

/// Where a file of this repository is seen.
const SOURCES: &str = "https://github.com/zero-touch/terraform-provider-autopilot/tree/main/";

#[test]
fn no_link_of_the_starter_leads_out_of_its_folder() {
    let text = prose(&read(&root().join("examples/starter/README.md")));
    let out: Vec<_> = text.split("](").skip(1).filter(|target| target.starts_with("../")).collect();
    assert!(out.is_empty(), "{out:#?}");
}

#[test]
fn each_link_of_a_page_leads_somewhere() {
    let mut pages = files(&root().join("docs"), ".md");
    pages.push(root().join("README.md"));
    pages.extend(files(&root().join("examples"), "README.md"));
    let mut lost = Vec::new();
    for page in pages {
        let text = prose(&read(&page));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() {
                page.clone()
            } else if let Some(file) = file.strip_prefix(PAGES) {
                root().join("docs").join(format!("{file}.md"))
            } else if let Some(file) = file.strip_prefix(SOURCES) {
                root().join(file)
            } else if file.contains("://") {
                continue;
            } else {
                page.parent().expect("a folder").join(file)
            };
            let found = file.exists() && (anchor.is_empty() || anchors_of(&file).iter().any(|it| it == anchor));
            if !found {
                lost.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

fn anchors_of(file: &Path) -> Vec<String> {
    let text = read(file);
    let named = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned));
    anchors(&text).into_iter().chain(named).collect()
}

#[test]
fn each_message_of_the_provider_is_in_the_troubleshooting_and_no_other() {
    let said = titles::of(&sources::texts(&root().join("src")));
    let page = read(&root().join("docs/guides/troubleshooting.md"));
    let headings: BTreeSet<_> = page.lines().filter_map(|line| line.strip_prefix("### ")).map(str::to_owned).collect();
    // A section may gather several: it quotes those that are not its heading.
    let quoted: BTreeSet<_> = prose(&page).split('"').skip(1).step_by(2).map(in_one_line).collect();
    let untold: Vec<_> = said.iter().filter(|title| !headings.contains(*title) && !quoted.contains(*title)).collect();
    assert!(untold.is_empty(), "no section of docs/guides/troubleshooting.md has or quotes {untold:#?}");
    let unsaid: Vec<_> = headings.difference(&said).collect();
    assert!(unsaid.is_empty(), "the provider does not say {unsaid:#?}");
}

#[test]
fn each_permission_of_the_provider_s_page_is_in_the_guides_of_signing_in() {
    let provider = read(&root().join("docs/index.md"));
    let (_, table) = provider.split_once("## Permissions").expect("the page has them");
    let named = table.split('`').skip(1).step_by(2).filter(|word| word.contains('.'));
    let guides =
        ["credentials", "sign-in-as-administrator"].map(|name| read(&root().join(format!("docs/guides/{name}.md"))));
    let missing: Vec<_> = named.filter(|name| !guides.concat().contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "the table of docs/guides/credentials.md lacks {missing:?}");
}
