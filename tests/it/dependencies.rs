//! Holds `deny.toml` without cargo-deny: licences, banned crates, crates that are in the tree twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use serde::Deserialize;
use spdx::{Expression, Licensee, ParseMode};

const DENY: &str = include_str!("../../deny.toml");

/// What `deny.toml` says, as far as it is held here.
#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Named>,
    skip: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "crate")]
    name: String,
}

/// What `cargo metadata` says of a package.
#[derive(Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// Every package of the tree, ours included, on every platform.
fn packages() -> Vec<Package> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--locked", "--all-features", "--format-version", "1", "--manifest-path"]);
    cargo.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    let said = cargo.output().expect("cargo runs");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice::<Metadata>(&said.stdout).expect("cargo metadata writes JSON").packages
}

/// Whether a licence expression can be met by the allowed licences. Older crates write `/` for `OR`.
fn is_met(expression: &str, allowed: &[Licensee]) -> bool {
    Expression::parse_mode(expression, ParseMode::LAX)
        .is_ok_and(|read| read.evaluate(|wanted| allowed.iter().any(|licence| licence.satisfies(wanted))))
}

#[test]
fn the_tree_is_what_deny_toml_allows() {
    let Deny { licenses, bans } = toml::from_str(DENY).expect("deny.toml is read");
    let licence = |text: &String| Licensee::parse(text).unwrap_or_else(|why| panic!("{text} is no licence: {why}"));
    let allowed: Vec<Licensee> = licenses.allow.iter().map(licence).collect();
    let banned: BTreeSet<_> = bans.deny.iter().map(|banned| banned.name.as_str()).collect();
    let twice: BTreeSet<_> = bans.skip.iter().map(|skipped| skipped.name.as_str()).collect();
    let packages = packages();
    let mut versions = BTreeMap::<&str, usize>::new();
    let mut wrong = Vec::new();
    for Package { name, license, source } in &packages {
        if !license.as_deref().is_some_and(|license| is_met(license, &allowed)) {
            wrong.push(format!("{name}: licence {license:?}"));
        }
        if banned.contains(name.as_str()) {
            wrong.push(format!("{name} is banned"));
        }
        if source.as_deref().is_some_and(|source| !source.starts_with("registry+")) {
            wrong.push(format!("{name} comes from {source:?}"));
        }
        *versions.entry(name).or_default() += 1;
    }
    for (name, count) in &versions {
        if *count > 1 && !twice.contains(name) {
            wrong.push(format!("{name} is in the tree {count} times"));
        }
    }
    for name in twice {
        if versions.get(name).is_none_or(|count| *count < 2) {
            wrong.push(format!("{name} need not be skipped any more"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
