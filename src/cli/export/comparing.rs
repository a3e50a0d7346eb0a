//! Tenant and folder, held against each other.

use std::{collections::BTreeSet, process::ExitCode};

use super::{
    arguments::Arguments,
    devices,
    folder::{Files, Folder},
    referring::Addresses,
    tenancy::Tenancy,
    writing,
};
use crate::{
    cli::{screen::Screen, stopped::Stopped, text::counted},
    resource::Registry,
};

/// The exit code where tenant and folder differ.
const DIFFERS: u8 = 2;

/// All of it.
pub(super) fn whole(
    screen: Screen,
    arguments: &Arguments,
    folder: &Folder<'_>,
    files: &Files,
) -> Result<ExitCode, Stopped> {
    let differences = folder.differences(files, |_| true, str::to_owned)?;
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
    let read = registry.resources.iter().filter(|registered| tenancy.read.contains(&registered.type_name));
    let of_kinds: BTreeSet<String> =
        read.map(|registered| writing::file_of(&registered.spec, arguments.module)).collect();
    let has_devices = tenancy.read.contains(devices::IMPORT);
    let is_of_devices = |name: &str| name == devices::FILE || name.starts_with("devices/");
    let is_looked_at = |name: &str| of_kinds.contains(name) || (has_devices && is_of_devices(name));
    let differences = folder.differences(files, is_looked_at, |text| without(&addresses.unread, text))?;
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

/// The differences, where there are any.
fn told(screen: Screen, arguments: &Arguments, differences: &[String]) -> Option<ExitCode> {
    if differences.is_empty() {
        return None;
    }
    for difference in differences {
        screen.verbatim(difference);
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
        text = text.replace(&format!("{id:?}"), "?");
        let address = format!("data.{type_name}.");
        let mut parts = text.split(&address).map(str::to_owned).collect::<Vec<_>>().into_iter();
        let first = parts.next().unwrap_or_default();
        // The name goes up to the attribute.
        text = first
            + &parts
                .map(|part| format!("?{}", part.split_once(".id").map_or("", |(_, rest)| rest)))
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
