//! Which limits of the service the provider keeps to.

use serde_json::json;

use super::findings::{Finding, Part, Standing};
use crate::{
    graph::{BUDGETS, Budget},
    provider::Connection,
};

pub(super) fn part(connection: &Connection) -> Part {
    let is_kept = connection.client.is_paced();
    let said = match is_kept {
        true => "The provider keeps below the limits of an application in a tenant:",
        false => "The provider keeps below these limits, but not with Graph on this machine:",
    };
    let budget = |each: &Budget| format!("{}: {} {} in {} s", each.service, each.most, each.counted, each.seconds);
    let rows = BUDGETS.iter().map(
        |each| json!({"service": each.service, "counted": each.counted, "most": each.most, "seconds": each.seconds}),
    );
    Part {
        name: "limits",
        json: json!({"kept": is_kept, "budgets": rows.collect::<Vec<_>>()}),
        findings: vec![Finding::new(Standing::Good, said).with(BUDGETS.iter().map(budget))],
    }
}
