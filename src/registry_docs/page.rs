//! A whole page.

/// What a page begins with, and its parts.
#[derive(Clone, Debug)]
pub struct Page {
    /// What a browser shows as the title.
    pub title: String,
    /// Its only heading of the first level.
    pub heading: String,
    /// One or two sentences, for search results.
    pub description: String,
    /// What follows, in order. Empty parts are left out.
    pub parts: Vec<String>,
}

impl Page {
    /// The page as Markdown.
    pub fn text(&self) -> String {
        let Page { title, heading, parts, .. } = self;
        let description = self.description.replace('`', "");
        let front = format!(
            "---\npage_title: {title:?}\nsubcategory: \"\"\ndescription: |-\n  {description}\n---\n\n# {heading}\n"
        );
        let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
        parts.fold(front, |page, part| page + "\n" + part + "\n")
    }
}

/// The part that tells what somebody sees who sets a device up, and where Microsoft tells more.
pub fn on_device(seen: &str, learn: &str) -> String {
    let more =
        if learn.is_empty() { String::new() } else { format!("\n\nMicrosoft tells more [on its page]({learn}).") };
    if seen.is_empty() { String::new() } else { format!("## On the Device\n\n{seen}{more}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_front_matter_and_leaves_out_what_is_empty() {
        let page = Page {
            title: "x_y Resource - x".to_owned(),
            heading: "x_y (Resource)".to_owned(),
            description: "Manages a `y`.".to_owned(),
            parts: vec!["Manages a `y`.".to_owned(), String::new(), "## Schema\n".to_owned()],
        };
        let expected = snapbox::str![[r##"
---
page_title: "x_y Resource - x"
subcategory: ""
description: |-
  Manages a y.
---

# x_y (Resource)

Manages a `y`.

## Schema

"##]];
        snapbox::assert_data_eq!(page.text(), expected);
    }
}
