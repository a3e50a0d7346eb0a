//! The part that tells all attributes: what must be set, what can be set, and what is only read.

use super::attribute::line;
use crate::schema::{Attribute, Kind, Role};

/// The part of a page. Nested attributes follow below the others, each with an anchor.
pub fn schema(attributes: &[Attribute]) -> String {
    if attributes.is_empty() {
        return "## Schema\n\nThere is nothing to set.".to_owned();
    }
    let groups = groups(attributes, &[]).into_iter();
    let groups = groups.map(|(title, lines)| format!("### {title}\n\n{lines}"));
    let mut blocks = vec!["## Schema".to_owned()];
    blocks.extend(groups);
    nested(attributes, &[], &mut blocks);
    blocks.join("\n\n")
}

/// Every object of nested attributes, however deep.
fn nested(attributes: &[Attribute], parents: &[&str], blocks: &mut Vec<String>) {
    for attribute in in_order(attributes) {
        let Kind::Nested(_, inner) = &attribute.kind else { continue };
        let path = [parents, &[attribute.name]].concat();
        let groups = groups(inner, &path).into_iter().map(|(title, lines)| format!("\n\n{title}:\n\n{lines}"));
        let (anchor, name, groups) = (anchor(&path), path.join("."), groups.collect::<String>());
        blocks.push(format!("<a id=\"{anchor}\"></a>\n### Nested Schema for `{name}`{groups}"));
        nested(inner, &path, blocks);
    }
}

/// The lines of attributes under the titles that the registry has for them.
fn groups(attributes: &[Attribute], parents: &[&str]) -> Vec<(&'static str, String)> {
    let titles: [(&str, &[Role]); 3] = [
        ("Required", &[Role::Required]),
        ("Optional", &[Role::Optional, Role::OptionalComputed]),
        ("Read-Only", &[Role::Computed]),
    ];
    let group = |(title, roles): (&'static str, &[Role])| {
        let attributes = in_order(attributes).into_iter().filter(|attribute| roles.contains(&attribute.role));
        let line = |attribute: &Attribute| line(attribute, &anchor(&[parents, &[attribute.name]].concat()));
        let lines: Vec<_> = attributes.map(line).collect();
        (!lines.is_empty()).then(|| (title, lines.join("\n")))
    };
    titles.into_iter().filter_map(group).collect()
}

/// By name, as on every page of the registry.
fn in_order(attributes: &[Attribute]) -> Vec<&Attribute> {
    let mut sorted: Vec<_> = attributes.iter().collect();
    sorted.sort_by_key(|attribute| attribute.name);
    sorted
}

fn anchor(path: &[&str]) -> String {
    format!("nestedatt--{}", path.join("--"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{boolean, id, object, set_of, string};

    #[test]
    fn nested_attributes_are_told_below_with_an_anchor() {
        let title = || string("title", "Title.").required();
        let attributes = vec![
            id(),
            string("name", "Name.").required(),
            object("screen", "Screen.").of(vec![set_of("parts", "Parts.").of(vec![title()])]),
            boolean("allowed", "Whether it is allowed."),
        ];
        let expected = snapbox::str![[r##"
## Schema

### Required

- `name` (String) Name.

### Optional

- `allowed` (Boolean) Whether it is allowed. Not set, it is the same as `false`.
- `screen` (Attributes) Screen. (see [below for nested schema](#nestedatt--screen))

### Read-Only

- `id` (String) Identifier given by Microsoft Graph.

<a id="nestedatt--screen"></a>
### Nested Schema for `screen`

Optional:

- `parts` (Attributes Set) Parts. (see [below for nested schema](#nestedatt--screen--parts))

<a id="nestedatt--screen--parts"></a>
### Nested Schema for `screen.parts`

Required:

- `title` (String) Title.
"##]];
        snapbox::assert_data_eq!(schema(&attributes), expected);
    }
}
