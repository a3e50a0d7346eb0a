//! Which credential signs in, and what came of it.

use serde_json::json;

use super::{
    findings::{Finding, Part, Standing},
    proxies,
};
use crate::{
    cli::not_set,
    diagnostic::Diagnostic,
    provider::{Connection, NotSignedIn},
};

const NAME: &str = "credential";

/// The settings choose none, or are not usable.
pub(super) fn not_chosen(refused: &[Diagnostic]) -> Part {
    let finding = |told: &Diagnostic| {
        Finding::new(Standing::Stopped, format!("{}.", told.summary))
            .with(not_set::detail(told).lines().filter(|line| !line.is_empty()).map(str::to_owned))
    };
    Part { name: NAME, json: json!(null), findings: refused.iter().map(finding).collect() }
}

/// It signed in.
pub(super) fn signed_in(connection: &Connection) -> Part {
    part(
        connection,
        Finding::new(Standing::Good, format!("Signed in with {}.", connection.credential)).with(used(connection)),
    )
}

/// It did not.
pub(super) fn refused(connection: &Connection, why: NotSignedIn) -> Part {
    let NotSignedIn { said, advice, error } = why;
    let said = if proxies::is_told(error.as_ref()) { String::new() } else { said };
    let said = said.lines().filter(|line| !line.is_empty()).map(str::to_owned);
    let finding = Finding::new(Standing::Stopped, format!("Not signed in with {}.", connection.credential));
    part(connection, advice.into_iter().fold(finding.with(said).with(used(connection)), Finding::mended_by))
}

fn used(connection: &Connection) -> Vec<String> {
    let places = format!("at {}, for {}", connection.authority(), connection.graph());
    connection.used().iter().cloned().chain([places]).collect()
}

fn part(connection: &Connection, finding: Finding) -> Part {
    let json = json!({
        "kind": connection.credential,
        "used": connection.used(),
        "authority": connection.authority(),
        "graph": connection.graph(),
    });
    Part { name: NAME, json, findings: vec![finding] }
}
