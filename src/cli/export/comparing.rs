//! Tenant and folder, held against each other.

use std::{collections::BTreeSet, process::ExitCode};

use super::{
    arguments::Arguments,
    devices,
    differing::{self, Difference, How},
    folder::{Files, Folder, IMPORTS},
    form,
    referring::Addresses,
    tenancy::Tenancy,
    writing,
};
use crate::{
    cli::{screen::Screen, stopped::Stopped, text::counted},
    resource::Registry,
    schema::{Attribute, Kind},
};

/// The exit code where tenant and folder differ.
const DIFFERS: u8 = 2;

/// All of it.
pub(super) fn whole(
    screen: Screen,
    registry: &Registry,
    arguments: &Arguments,
    folder: &Folder<'_>,
    files: &Files,
) -> Result<ExitCode, Stopped> {
    let differences = differences(registry, folder.beside(files)?, str::to_owned);
    let out = arguments.out.display();
    Ok(told(screen, arguments, &differences).unwrap_or_else(|| {
        screen.good(&format!("{out} says what is in the tenant."));
        ExitCode::SUCCESS
    }))
}

/// What was read of it. What was not is taken as the folder has it: neither gone nor changed.
pub(super) fn part(
    screen: Screen,
    registry: &Registry,
    arguments: &Arguments,
    folder: &Folder<'_>,
    files: &Files,
    (tenancy, addresses): (&Tenancy, &Addresses),
) -> Result<ExitCode, Stopped> {
    let read = registry.all_resources().filter(|registered| tenancy.read.contains_key(&registered.type_name));
    let of_kinds: BTreeSet<String> =
        read.map(|registered| writing::file_of(&registered.spec, arguments.module)).collect();
    let has_devices = tenancy.read.contains_key(devices::IMPORT);
    let is_of_devices = |name: &str| name == devices::FILE || name.starts_with("devices/");
    let is_looked_at = |name: &str| of_kinds.contains(name) || (has_devices && is_of_devices(name));
    let beside = folder.beside(files)?.into_iter().filter(|(name, ..)| is_looked_at(name)).collect();
    let differences = differences(registry, beside, |text| without(&addresses.unread, text));
    Ok(told(screen, arguments, &differences).unwrap_or_else(|| {
        let is_all = !tenancy.is_incomplete() && addresses.unread.is_empty();
        screen.good(&format!(
            "{} says what {} of the tenant.",
            arguments.out.display(),
            if is_all { "was asked for" } else { "could be read" }
        ));
        if is_all { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }))
}

/// The lines that are told of a file.
type Told = (String, Vec<String>);

/// So many differences of one file are told.
const OF_A_FILE: usize = 20;

/// How the files differ. `said` is how a text counts.
fn differences(registry: &Registry, beside: Vec<(String, String, String)>, said: impl Fn(&str) -> String) -> Vec<Told> {
    let is_secret = |address: &str, attribute: &str| {
        let type_name = address.split('.').next().unwrap_or_default();
        let top = attribute.split('.').next().unwrap_or_default();
        let table = registry.resource(type_name).map_or(&[][..], |registered| &registered.spec.attributes);
        table.iter().any(|declared| declared.name == top && holds_secret(declared))
    };
    let (mut imports, mut told, mut one_sided) = (Vec::new(), Vec::new(), Vec::new());
    for (name, there, now) in beside {
        match differing::differences(&name, (&said(&there), &said(&now)), &is_secret) {
            Ok(found) if name == IMPORTS => imports = found,
            Ok(found) => {
                told.push((name, found.iter().map(Difference::line).collect()));
                one_sided.extend(found.into_iter().filter(|found| !matches!(found.how, How::Otherwise(_))));
            }
            Err(why) => told.push((name, vec![why])),
        }
    }
    // That something is only on one side, its own block tells.
    let is_told = |import: &Difference| {
        let to = import.what.strip_prefix(differing::IMPORT).unwrap_or_default();
        let to = to.strip_prefix(form::INSIDE).unwrap_or(to);
        one_sided.iter().any(|found| found.what == to && found.how == import.how)
    };
    imports.retain(|import| !is_told(import));
    told.push((IMPORTS.to_owned(), imports.iter().map(Difference::line).collect()));
    told.retain(|(_, lines): &Told| !lines.is_empty());
    told.sort();
    told
}

/// Whether an attribute, or a part of it, is a secret.
fn holds_secret(attribute: &Attribute) -> bool {
    let is_inside = matches!(&attribute.kind, Kind::Nested(_, parts) if parts.iter().any(holds_secret));
    attribute.sensitive || attribute.write_only || is_inside
}

/// The differences, where there are any.
fn told(screen: Screen, arguments: &Arguments, differences: &[Told]) -> Option<ExitCode> {
    if differences.is_empty() {
        return None;
    }
    for (name, lines) in differences {
        for line in lines.iter().take(OF_A_FILE) {
            screen.verbatim(&format!("{name}: {line}"));
        }
        if let more @ 1.. = lines.len().saturating_sub(OF_A_FILE) {
            screen.verbatim(&format!("{name}: {more} more"));
        }
    }
    screen.line(&format!(
        "\n{} between {} and the tenant. Export again to see them in Git.",
        counted(differences.len(), "file differs", "files differ"),
        arguments.out.display()
    ));
    Some(ExitCode::from(DIFFERS))
}

/// A text without saying which ones of these are meant: the folder has a data source where an id is all that is known now.
fn without(unread: &[(String, String)], text: &str) -> String {
    let mut text = text.to_owned();
    for (type_name, id) in unread {
        text = text.replace(&format!("{id:?}"), "\"?\"");
        let address = format!("data.{type_name}.");
        let mut parts = text.split(&address).map(str::to_owned).collect::<Vec<_>>().into_iter();
        let first = parts.next().unwrap_or_default();
        // The name goes up to the attribute.
        text = first
            + &parts
                .map(|part| format!("\"?\"{}", part.split_once(".id").map_or("", |(_, rest)| rest)))
                .collect::<String>();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn an_id_and_the_data_source_of_it_are_the_same_where_it_cannot_be_read() {
        let unread = [("autopilot_group".to_owned(), "1-2".to_owned())];
        let folder = "group_id = data.autopilot_group.sales.id\nname = \"x\"\nid = data.autopilot_app.a.id\n";
        let tenant = "group_id = \"1-2\"\nname = \"x\"\nid = data.autopilot_app.a.id\n";
        assert_eq!(without(&unread, folder), without(&unread, tenant));
        assert_ne!(without(&unread, folder), without(&unread, &tenant.replace("1-2", "1-3")));
        assert_eq!(without(&[], folder), folder);
    }
}
