//! The pages in `docs` as the registry reads them: its rules for files, front matter and headings, and Markdown that is what it
//! looks like. Rendered, they lie in `target/tmp/pages`, to be looked at in a browser.
//!
//! Source of the rules: HashiCorp's "Provider Documentation" for the public registry.

use std::{
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// The folders that the registry knows, each with what the titles of its pages hold.
const FOLDERS: [(&str, &str); 6] = [
    ("resources", " Resource - autopilot"),
    ("data-sources", " Data Source - autopilot"),
    ("list-resources", " List Resource - autopilot"),
    ("functions", " function - autopilot"),
    ("actions", " Action - autopilot"),
    ("guides", ""),
];

/// What the registry takes no longer page than.
const LONGEST: u64 = 500_000;

/// Every page by its path below `docs`.
fn pages() -> Vec<(String, String)> {
    let mut pages = vec![("index.md".to_owned(), fs::read_to_string(docs().join("index.md")).expect("there is one"))];
    for (folder, _) in FOLDERS {
        for entry in fs::read_dir(docs().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            pages.push((format!("{folder}/{name}"), text.replace("\r\n", "\n")));
        }
    }
    pages
}

/// The front matter's lines, and the Markdown.
fn parted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix("---\n")?.split_once("\n---\n")
}

fn parse(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES)
}

#[test]
fn nothing_lies_in_docs_that_the_registry_does_not_know() {
    for entry in fs::read_dir(docs()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let is_picture = name.ends_with(".png") || name.ends_with(".svg");
        let is_known = FOLDERS.iter().any(|(folder, _)| *folder == name);
        assert!(is_known || is_picture || name == "index.md", "docs/{name}");
    }
    for (name, text) in pages() {
        assert!(name.ends_with(".md"), "{name}");
        assert!(u64::try_from(text.len()).expect("small") < LONGEST, "{name}");
    }
}

#[test]
fn each_page_begins_as_the_registry_wants() {
    for (name, text) in pages() {
        let (front, _) = parted(&text).unwrap_or_else(|| panic!("{name} has no front matter"));
        let keys: Vec<_> =
            front.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
        let known = ["page_title", "subcategory", "description"];
        assert!(keys.iter().all(|key| known.contains(key)) && keys.contains(&"page_title"), "{name}: {keys:?}");
        let folder = name.split('/').next().unwrap_or_default();
        let title = front.lines().find_map(|line| line.strip_prefix("page_title: ")).unwrap_or_default();
        let (_, ending) = FOLDERS.iter().find(|(known, _)| *known == folder).copied().unwrap_or_default();
        assert!(title.trim_matches('"').ends_with(ending), "{name}: {title}");
    }
}

/// How the line begins that runs an example.
const RUN: &str = "\nterraform-provider-autopilot emulator --speed 100 ";

#[test]
fn each_thing_has_an_example_the_line_that_runs_it_and_its_permissions() {
    for (name, text) in pages() {
        let folder = name.split_once('/').map_or("", |(folder, _)| folder);
        let parts: &[&str] = match folder {
            "" | "guides" => &[],
            "functions" => &["\n## Example Usage\n", RUN],
            _ => &["\n## Example Usage\n", RUN, "\n## Permissions\n"],
        };
        let lacking: Vec<_> = parts.iter().filter(|part| !text.contains(**part)).collect();
        assert!(lacking.is_empty(), "{name} lacks {lacking:?}");
    }
}

/// What is not what it looks like in a page.
fn faults(markdown: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut firsts, mut level, mut in_paragraph) = (0, HeadingLevel::H1, false);
    for event in parse(markdown) {
        match event {
            Event::Start(Tag::Heading { level: next, .. }) => {
                firsts += usize::from(next == HeadingLevel::H1);
                if next as usize > level as usize + 1 {
                    faults.push(format!("a heading of level {next} follows one of level {level}"));
                }
                level = next;
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                faults.push("text that is set in is code".to_owned())
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) if language.is_empty() => {
                faults.push("a block of code says no language".to_owned());
            }
            Event::Start(Tag::Paragraph) => in_paragraph = true,
            Event::End(TagEnd::Paragraph) => in_paragraph = false,
            Event::Text(text) if in_paragraph && (text.contains("```") || text.trim_start().starts_with('|')) => {
                faults.push(format!("{:?} is text", &*text));
            }
            Event::Html(tag) | Event::InlineHtml(tag)
                if !matches!(tag.trim(), "</a>" | "") && !tag.starts_with("<a id=\"") =>
            {
                faults.push(format!("{:?} is HTML", &*tag));
            }
            _ => {}
        }
    }
    if firsts != 1 {
        faults.push(format!("it has {firsts} headings of the first level"));
    }
    faults
}

#[test]
fn each_page_reads_as_it_is_meant() {
    for (name, text) in pages() {
        let (_, markdown) = parted(&text).unwrap_or_else(|| panic!("{name} has no front matter"));
        assert_eq!(faults(markdown), [""; 0], "{name}");
    }
}

#[test]
fn what_reads_otherwise_than_it_is_meant_is_found() {
    assert_eq!(faults("# A\n\n## B\n\n| a |\n|---|\n| b |\n\n```shell\nx\n```\n\n<a id=\"n\"></a>\n### C\n"), [""; 0]);
    for (wrong, why) in [
        ("## B\n", "it has 0 headings of the first level"),
        ("# A\n\n### B\n", "a heading of level h3 follows one of level h1"),
        ("# A\n\n```\nx\n```\n", "a block of code says no language"),
        ("# A\n\na <b> c\n", "\"<b>\" is HTML"),
        ("# A\n\n| a |\n| b |\n", "\"| a |\" is text"),
    ] {
        assert!(faults(wrong).iter().any(|fault| fault == why), "{wrong}: {:?}", faults(wrong));
    }
}

/// As near to the registry's look as it takes to see what is wrong.
const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}code,pre{background:#f3f4f6;\
                     border-radius:4px}code{padding:.1em .3em}pre{padding:1em;overflow:auto}pre code{padding:0}table{border-collapse:\
                     collapse}td,th{border:1px solid #ddd;padding:.3em .6em;text-align:left}";

#[test]
fn each_page_is_rendered_for_a_look() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    for (name, text) in pages() {
        let (_, markdown) = parted(&text).unwrap_or_else(|| panic!("{name} has no front matter"));
        let mut body = String::new();
        push_html(&mut body, parse(markdown));
        let file = folder.join(&name).with_extension("html");
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        let page =
            format!("<!doctype html><meta charset=\"utf-8\"><title>{name}</title><style>{STYLE}</style>\n{body}");
        fs::write(&file, page).expect("it is written");
        assert!(body.starts_with("<h1"), "{name}: {body}");
    }
}
