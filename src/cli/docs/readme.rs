//! The tables of the README, between comments that name them; all else of it is by hand.

use std::{fs, io, path::Path};

use crate::{
    cli::needs::{bare, by_thing},
    registry_docs::permissions_by_need,
    resource::Registry,
};

pub(super) const FILE: &str = "README.md";

/// The README as it is, with its tables as they have to be.
pub(super) fn of(registry: &Registry, root: &Path) -> io::Result<String> {
    let text = fs::read_to_string(root.join(FILE))?.replace("\r\n", "\n");
    let tables = [("what it manages", things(registry)), ("permissions", permissions_by_need(&by_thing(registry)))];
    Ok(tables.into_iter().fold(text, |text, (name, table)| filled(&text, name, &table)))
}

/// The text with this table between its comments; as it is where they are not there.
fn filled(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (format!("<!-- table: {name} -->\n"), format!("<!-- end: {name} -->"));
    let place = text.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match place {
        Some((before, after)) => format!("{before}{begin}\n{table}\n\n{end}{after}"),
        None => text.to_owned(),
    }
}

/// What is served, a line each, with its page. Data sources that only read what a resource manages are one line.
fn things(registry: &Registry) -> String {
    let row = |kind: &str, folder: &str, type_name: &str, summary: &str| {
        let name = bare(type_name);
        format!("\n| {kind} | [`{type_name}`](docs/{folder}/{name}.md) | {} |", first_sentence(summary))
    };
    let resources =
        registry.all_resources().map(|known| row("resource", "resources", &known.type_name, known.spec.summary));
    let own = registry.own_data_sources();
    let data_sources = own.map(|known| row("data", "data-sources", &known.type_name, &known.spec.summary));
    let derived =
        "\n| data | [one for most resources](docs/data-sources) | Reads an object by its id or its exact name. |"
            .to_owned();
    let actions = registry.actions.iter().map(|known| row("action", "actions", &known.type_name, known.spec.summary));
    let functions = registry.functions.iter().map(|known| {
        let name = known.spec.name;
        format!("\n| function | [`{name}`](docs/functions/{name}.md) | {} |", known.spec.summary)
    });
    let rows = resources.chain(data_sources).chain([derived]).chain(actions).chain(functions);
    format!("| | | |\n|---|---|---|{}", rows.collect::<String>())
}

fn first_sentence(summary: &str) -> &str {
    summary.find(". ").map_or(summary, |end| &summary[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_put_between_its_comments_and_nothing_else_changes() {
        let text = "# A\n<!-- table: x -->\n\n| old |\n\n<!-- end: x -->\nB\n";
        assert_eq!(filled(text, "x", "| new |"), text.replace("old", "new"));
        assert_eq!(filled(text, "y", "| new |"), text);
    }
}
