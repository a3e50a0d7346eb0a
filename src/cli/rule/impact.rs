//! Which devices of a CSV a membership rule matches.

use std::{fs, path::Path};

use serde_json::{Value as Json, json};

use crate::{
    cli::{screen::Screen, stopped::Stopped, table::Table},
    knowledge::{
        device_csv::{self, Row},
        membership_rule::{self, Member},
        rule::Expr,
    },
};

/// What a rule does to the devices of a file.
pub(super) struct Impact {
    /// The devices that match, in the order of the file.
    matched: Vec<Row>,
    /// How many devices the file has.
    all: usize,
    /// What the rule asks for that is null until a device enrols.
    not_there_yet: Vec<String>,
}

/// The devices of a file.
pub(super) fn rows_of(file: &Path) -> Result<Vec<Row>, Stopped> {
    let shown = file.display();
    let bytes = fs::read(file).map_err(Stopped::while_doing(&format!("Cannot read {shown}")))?;
    device_csv::parse(&bytes)
        .map_err(|problems| Stopped::because(format!("{shown} cannot be used:{}", device_csv::listed(&problems))))
}

/// Holds each device, as it is once it is registered, against the rule.
pub(super) fn of(rule: &Expr, rows: Vec<Row>) -> Result<Impact, Stopped> {
    if membership_rule::is_of_users(rule) {
        return Err(Stopped::because("The rule asks for users, and the file has devices."));
    }
    let all = rows.len();
    let mut matched = Vec::new();
    for row in rows {
        let matches = membership_rule::matches(rule, &device(&row), None);
        if matches.map_err(Stopped::while_doing("Which devices match cannot be told here"))? {
            matched.push(row);
        }
    }
    Ok(Impact { matched, all, not_there_yet: membership_rule::not_there_yet(rule) })
}

fn device(row: &Row) -> Member {
    membership_rule::registered(Some(&row.serial_number), row.group_tag.as_deref(), row.hardware_hash.as_deref())
}

impl Impact {
    pub(super) fn show(&self, screen: Screen, file: &Path) {
        let Impact { matched, all, not_there_yet } = self;
        let (count, file) = (matched.len(), file.display());
        screen.line(&format!("\nOf the {all} devices of {file} it matches {count}, once they are registered.\n"));
        let mut table = Table::new(["serial number", "group tag", "user"]);
        for row in matched {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            table.row([row.serial_number.clone(), text(&row.group_tag), text(&row.assigned_user)]);
        }
        screen.table(&table);
        if !not_there_yet.is_empty() {
            let names: Vec<_> = not_there_yet.iter().map(|name| format!("`{name}`")).collect();
            let (names, is) = (names.join(", "), if names.len() == 1 { "is" } else { "are" });
            screen.line(&format!(
                "{names} {is} null until a device enrols, or somebody writes it: who matches may change then."
            ));
        }
    }

    pub(super) fn json(&self) -> Json {
        let serial_numbers: Vec<_> = self.matched.iter().map(|row| &row.serial_number).collect();
        json!({ "count": self.all, "matched": serial_numbers, "null_until_enrolled": self.not_there_yet })
    }
}
