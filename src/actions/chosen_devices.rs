//! Registered devices that something is done with, one by one: one that fails does not stop the others.

use std::collections::HashMap;

use crate::{
    autopilot::{
        device::Device,
        devices::{self, BATCH, Registered},
    },
    diagnostic::{Diagnostic, Diagnostics},
    graph::{Call, Error, Json},
    knowledge::serial_number::Key,
    path::Path,
    resource::{Cx, Progress, Result, reasons},
    schema::{Attribute, string, strings},
    value::Value,
};

const SERIAL_NUMBERS: &str = "serial_numbers";
const GROUP_TAG: &str = "group_tag";
/// Some of these actions are documented with the permission to read, as others that write are.
pub(super) const PERMISSION: &str = "DeviceManagementServiceConfig.ReadWrite.All";
/// So many failures are named.
const NAMED: usize = 20;

/// The attributes that choose devices.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        strings(SERIAL_NUMBERS, "The devices with these serial numbers.").example("PF3A0001"),
        string(GROUP_TAG, "The devices with this group tag."),
    ]
}

/// One of them has to choose.
pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let (serial_numbers, tag) = (config.get(SERIAL_NUMBERS), config.get(GROUP_TAG));
    if tag.as_str().is_some_and(str::is_empty) {
        let rule = "cannot be empty: that would be every device without a group tag.";
        diagnostics.push(Diagnostic::invalid(Path::of(GROUP_TAG), rule));
    } else if serial_numbers.is_null() == tag.is_null() {
        let found = if tag.is_null() { "none is set" } else { "both are set" };
        let detail = format!("Set exactly one of `{SERIAL_NUMBERS}` and `{GROUP_TAG}`: {found}.");
        diagnostics.push(Diagnostic::error("One Choice Needed", detail).at(Path::of(SERIAL_NUMBERS)));
    }
}

/// Does it with each chosen device, and tells of each what came of it. `done` is what is told of one that worked.
pub(super) async fn do_with_each(
    cx: &Cx,
    config: &Value,
    progress: &Progress,
    done: &str,
    (action, body): (&str, &Json),
) -> Result<()> {
    let graph = cx.graph()?;
    let registered = devices::registered(&graph).await?;
    let (chosen, mut failed) = chosen(config, &registered)?;
    let mut is_unexplained = false;
    for (serial_number, why) in &failed {
        progress.tell(format!("{serial_number}: {why}.")).await;
    }
    let all = chosen.len() + failed.len();
    for some in chosen.chunks(BATCH) {
        let call = |device: &&Device| Call::action(format!("{}/{action}", devices::path(&device.id)), body.clone());
        let calls: Vec<_> = some.iter().map(call).collect();
        for (device, answer) in some.iter().zip(graph.send_many("beta", &calls).await) {
            let name = &device.serial_number;
            match answer {
                Ok(_) => progress.tell(format!("{name}: {done}.")).await,
                Err(error @ Error::Refused { .. }) => {
                    is_unexplained |= error.is_without_words();
                    let why = error.to_string().trim_end_matches('.').to_owned();
                    progress.tell(format!("{name}: {why}.")).await;
                    failed.push((name.clone(), why));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let mut told = told(&failed, all);
    if is_unexplained {
        let user = body["userPrincipalName"].as_str();
        reasons::explain_action(cx, user.as_slice(), &mut told).await;
    }
    Err(told.into())
}

/// A serial number, and why it did not work.
type Failed = (String, String);

/// The devices that are meant, and the serial numbers that nobody registered.
fn chosen<'a>(config: &Value, registered: &'a Registered) -> Result<(Vec<&'a Device>, Vec<Failed>)> {
    if let Some(tag) = config.get(GROUP_TAG).as_str() {
        let mut chosen: Vec<_> = registered.iter().filter(|device| device.group_tag.as_deref() == Some(tag)).collect();
        chosen.sort_by(|a, b| a.serial_number.cmp(&b.serial_number));
        if chosen.is_empty() {
            let detail = format!("No registered device has the group tag {tag:?}. Check its spelling and case.");
            return Err(Diagnostic::error("No Device Found", detail).at(Path::of(GROUP_TAG)).into());
        }
        return Ok((chosen, Vec::new()));
    }
    let mut by_serial_number: HashMap<Key, Vec<&Device>> = HashMap::new();
    for device in registered.iter() {
        by_serial_number.entry(Key::of(&device.serial_number)).or_default().push(device);
    }
    let (mut chosen, mut failed) = (Vec::new(), Vec::new());
    for serial_number in config.get(SERIAL_NUMBERS).strings() {
        match by_serial_number.get(&Key::of(&serial_number)) {
            Some(found) => chosen.extend(found),
            None => failed.push((serial_number, "it is not registered with Windows Autopilot".to_owned())),
        }
    }
    Ok((chosen, failed))
}

fn told(failed: &[Failed], all: usize) -> Diagnostic {
    let mut lines: Vec<_> = failed.iter().take(NAMED).map(|(name, why)| format!("{name}: {why}.")).collect();
    if failed.len() > NAMED {
        lines.push(format!("And {} more.", failed.len() - NAMED));
    }
    if failed.iter().any(|(_, why)| why.contains(" 403 ")) {
        lines.push(format!("The application needs the permission {PERMISSION} with admin consent."));
    }
    let count = failed.len();
    let detail =
        format!("It did not work with {count} of {all} devices. It was done with the others.\n\n{}", lines.join("\n"));
    Diagnostic::error("Devices Failed", detail)
}
