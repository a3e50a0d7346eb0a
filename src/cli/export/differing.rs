//! How a file of the folder and what the tenant makes of it differ: by block and attribute, or by row and column. Where a block
//! stands, how it is laid out, and comments are no difference.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::{
    expr::{Expression, Object, ObjectKey},
    structure::{Block, Body, Structure},
};

/// Something that differs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The address of a block, or the key of a row.
    pub(super) what: String,
    pub(super) how: How,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum How {
    OnlyInTenant,
    OnlyInFolder,
    /// What is said of it.
    Otherwise(String),
}

/// Attributes and what they say, by their paths.
type Values = BTreeMap<String, String>;

/// So much of a value is shown, and so much of what both begin with.
const SHOWN: usize = 60;
const BEFORE: usize = 12;

/// What an import block is called, before the address that it leads to.
pub(super) const IMPORT: &str = "import of ";

impl Difference {
    pub(super) fn line(&self) -> String {
        match &self.how {
            How::OnlyInTenant => format!("{} is only in the tenant", self.what),
            How::OnlyInFolder => format!("{} is only in the folder", self.what),
            How::Otherwise(told) => format!("{}: {told}", self.what),
        }
    }
}

/// The differences of two texts of one file. `is_secret`: whether an attribute of a resource type is not to be shown.
pub(super) fn differences(
    file: &str,
    (folder, tenant): (&str, &str),
    is_secret: &dyn Fn(&str, &str) -> bool,
) -> Result<Vec<Difference>, String> {
    if folder == tenant {
        return Ok(Vec::new());
    }
    let read = |text: &str| match file.rsplit_once('.') {
        Some((_, "tf")) => blocks(text),
        Some((_, "csv")) => rows(text),
        _ => Ok(lines(text)),
    };
    let (folder, tenant) = (read(folder)?, read(tenant)?);
    let mut found = Vec::new();
    for what in folder.keys().chain(tenant.keys()).collect::<BTreeSet<_>>() {
        let mut tell = |how| found.push(Difference { what: what.clone(), how });
        match (folder.get(what), tenant.get(what)) {
            (Some(there), Some(now)) => {
                for name in there.keys().chain(now.keys()).collect::<BTreeSet<_>>() {
                    let is_hidden = is_secret(what, name);
                    if let Some(told) = told(name, there.get(name), now.get(name), is_hidden) {
                        tell(How::Otherwise(told));
                    }
                }
            }
            (None, _) => tell(How::OnlyInTenant),
            (_, None) => tell(How::OnlyInFolder),
        }
    }
    Ok(found)
}

fn told(name: &str, folder: Option<&String>, tenant: Option<&String>, is_hidden: bool) -> Option<String> {
    if folder == tenant {
        return None;
    }
    if is_hidden {
        return Some(format!("{name} differs"));
    }
    let one_line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (folder, tenant) = (folder.map(one_line), tenant.map(one_line));
    if folder == tenant {
        return Some(format!("{name} differs in its white space"));
    }
    let (a, b) = (folder.as_deref().unwrap_or_default(), tenant.as_deref().unwrap_or_default());
    let alike = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let shown = |text: &Option<String>| text.as_ref().map_or("not set".to_owned(), |text| short(text, alike));
    Some(format!("{name} is {} in the folder, {} in the tenant", shown(&folder), shown(&tenant)))
}

/// As much of a text as a line takes, from a little before what differs.
fn short(text: &str, alike: usize) -> String {
    let length = text.chars().count();
    let begin = if length <= SHOWN { 0 } else { alike.saturating_sub(BEFORE).min(length) };
    let shown: String = text.chars().skip(begin).take(SHOWN).collect();
    let before = if begin > 0 { "…" } else { "" };
    let after = if begin + SHOWN < length { "…" } else { "" };
    format!("{before}{shown}{after}")
}

/// The blocks of a configuration by their addresses.
fn blocks(text: &str) -> Result<BTreeMap<String, Values>, String> {
    let body: Body = text.parse().map_err(|error: hcl_edit::parser::Error| {
        format!("cannot be read in line {}: {}", error.location().line(), error.message())
    })?;
    Ok(body.blocks().map(|block| (address(block), values(&block.body))).collect())
}

fn address(block: &Block) -> String {
    let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
    let to = block.body.get_attribute("to").map(|to| to.value.to_string());
    match (block.ident.as_str(), to) {
        ("resource", _) => labels.join("."),
        ("import", Some(to)) => format!("{IMPORT}{}", to.trim()),
        (kind, _) => [&[kind], &labels[..]].concat().join("."),
    }
}

fn values(body: &Body) -> Values {
    let mut values = Values::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => put(&mut values, attribute.key.to_string(), &attribute.value),
            Structure::Block(block) => {
                let inner = self::values(&block.body).into_iter();
                values.extend(inner.map(|(name, value)| (format!("{}.{name}", address(block)), value)));
            }
        }
    }
    values
}

/// An object is its parts: the one that differs is named.
fn put(values: &mut Values, name: String, value: &Expression) {
    match value {
        Expression::Object(object) if !object.is_empty() => {
            for (key, value) in parts(object) {
                put(values, format!("{name}.{key}"), value);
            }
        }
        _ => {
            values.insert(name, said(value));
        }
    }
}

fn parts(object: &Object) -> impl Iterator<Item = (String, &Expression)> {
    object.iter().map(|(key, value)| {
        let key = match key {
            ObjectKey::Ident(name) => name.as_str().to_owned(),
            ObjectKey::Expression(key) => key.to_string().trim().to_owned(),
        };
        (key, value.expr())
    })
}

/// A value without its layout.
fn said(value: &Expression) -> String {
    match value {
        Expression::Object(object) => {
            let parts: Vec<_> = parts(object).map(|(key, value)| format!("{key} = {}", said(value))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        Expression::Array(array) => format!("[{}]", array.iter().map(said).collect::<Vec<_>>().join(", ")),
        Expression::ForExpr(_) | Expression::FuncCall(_) | Expression::Conditional(_) => {
            value.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
        }
        _ => value.to_string().trim().to_owned(),
    }
}

/// The rows of a CSV by their first columns.
fn rows(text: &str) -> Result<BTreeMap<String, Values>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let unread = |error: csv::Error| format!("cannot be read: {error}");
    let header = reader.headers().map_err(unread)?.clone();
    let mut rows = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(unread)?;
        let cells = header.iter().zip(&row).filter(|(_, cell)| !cell.is_empty());
        let values = cells.map(|(column, cell)| (column.to_owned(), format!("{cell:?}"))).collect();
        rows.insert(row.get(0).unwrap_or_default().to_owned(), values);
    }
    Ok(rows)
}

/// The points of a README. What was exported, the files tell; how many there are of what is left out is no difference.
fn lines(text: &str) -> BTreeMap<String, Values> {
    let points = text.lines().filter_map(|line| line.strip_prefix("- "));
    points
        .map(|point| {
            let point = point.trim_start_matches(|character: char| character.is_ascii_digit()).trim();
            (format!("`{}`", short(point, 0)), Values::from([("text".to_owned(), point.to_owned())]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str, folder: &str, tenant: &str) -> Vec<String> {
        let is_secret = |_: &str, attribute: &str| attribute == "password";
        let found = differences(file, (folder, tenant), &is_secret).expect("both can be read");
        found.iter().map(Difference::line).collect()
    }

    #[test]
    fn a_block_that_differs_is_named_with_the_attribute_and_both_values() {
        let folder = "resource \"x\" \"a\" {\n  name = \"Sales\"\n  settings = {\n    size = 1\n    kept = 2\n  }\n  old = true\n}\n\
                      resource \"x\" \"b\" {\n}\n";
        let tenant = "resource \"x\" \"c\" {\n}\nresource \"x\" \"a\" {\n  new = true\n  name = \"Vertrieb\"\n  \
                      settings = { size = 3, kept = 2 }\n}\n";
        assert_eq!(
            told("x.tf", folder, tenant),
            [
                "x.a: name is \"Sales\" in the folder, \"Vertrieb\" in the tenant",
                "x.a: new is not set in the folder, true in the tenant",
                "x.a: old is true in the folder, not set in the tenant",
                "x.a: settings.size is 1 in the folder, 3 in the tenant",
                "x.b is only in the folder",
                "x.c is only in the tenant",
            ]
        );
    }

    #[test]
    fn layout_order_and_comments_are_no_difference() {
        let folder = "# Mine.\nresource \"x\" \"b\" {\n  ids = [1, 2]\n}\n\nresource \"x\" \"a\" {}\n";
        let tenant = "resource \"x\" \"a\" {\n}\nresource \"x\" \"b\" {\n  ids = [\n    1,\n    2,\n  ]\n}\n";
        assert_eq!(told("x.tf", folder, tenant), [""; 0]);
    }

    #[test]
    fn a_long_value_is_shown_where_it_differs_and_a_secret_never() {
        let text = |end: &str| {
            format!("resource \"x\" \"a\" {{\n  password = \"{end}\"\n  text = \"{}{end}\"\n}}\n", "a".repeat(200))
        };
        let found = told("x.tf", &text("one"), &text("two"));
        assert_eq!(
            found,
            [
                "x.a: password differs",
                "x.a: text is …aaaaaaaaaaaaone\" in the folder, …aaaaaaaaaaaatwo\" in the tenant",
            ]
        );
    }

    #[test]
    fn a_row_that_differs_is_named_by_its_serial_number() {
        let folder = "serial_number,group_tag\nA,Sales\nB,\n";
        let tenant = "serial_number,group_tag\nA,Kiosk\nC,\n";
        assert_eq!(
            told("devices/sales.csv", folder, tenant),
            [
                "A: group_tag is \"Sales\" in the folder, \"Kiosk\" in the tenant",
                "B is only in the folder",
                "C is only in the tenant",
            ]
        );
    }

    #[test]
    fn of_a_readme_what_is_left_out_counts_and_not_how_many() {
        assert_eq!(told("README.md", "12 a\n- 3 groups: Why.\n", "13 a\n- 4 groups: Why.\n"), [""; 0]);
        assert_eq!(told("README.md", "", "- a filter: Old.\n"), ["`a filter: Old.` is only in the tenant"]);
    }
}
