//! What the provider costs, beside what it may cost: `cargo bench`.
//!
//! Whole processes of a release build, on an idle machine: medians, and what is counted. Nothing is asserted here; the counts of
//! requests are held by tests. `cargo bench -- --only start,groups` measures some; `--peer azuread=PATH` adds a provider's binary.

#![allow(clippy::disallowed_methods, reason = "it measures real time")]
#![cfg_attr(not(target_os = "linux"), allow(dead_code, unused_imports, reason = "it finds processes by /proc"))]

#[path = "../../tests/it/protocol/certificate.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod certificate;
#[path = "../../tests/it/protocol/client.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod client;
#[path = "../../tests/it/terraform/lab.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod lab;
mod process;
#[path = "../../tests/it/terraform/run.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod run;
mod start;
mod stories;
mod table;
#[path = "../../tests/it/terraform/tenant.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod tenant;
#[path = "../../tests/it/tenant_client.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod tenant_client;
mod watched;

use std::{path::PathBuf, str::FromStr};

use clap::Parser;

use table::Table;

/// A provider of somebody else's.
#[derive(Clone)]
struct Peer {
    name: String,
    executable: PathBuf,
}

impl FromStr for Peer {
    type Err = String;

    fn from_str(text: &str) -> Result<Peer, String> {
        let (name, executable) = text.split_once('=').ok_or("has to be NAME=PATH, such as azuread=/opt/azuread")?;
        let executable = PathBuf::from(executable);
        if !executable.is_file() {
            return Err(format!("{} is no file", executable.display()));
        }
        Ok(Peer { name: name.to_owned(), executable })
    }
}

/// Prints what the provider costs.
#[derive(Parser)]
struct Arguments {
    /// Only these, with commas: start, devices, aliases, groups, tenant, writes, plan.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How often what is short is measured; what takes seconds, ten times at most.
    #[arg(long, default_value_t = 15)]
    times: usize,
    /// The executable of another provider, measured beside this one where that is possible; more than once.
    #[arg(long, value_name = "NAME=PATH")]
    peer: Vec<Peer>,
    /// What `cargo bench` hands to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// One part of the table: its name on the command line, and what measures it.
type Part = (&'static str, fn(&Arguments, &mut Table));

const PARTS: [Part; 7] = [
    ("start", start::measure),
    ("devices", stories::devices),
    ("aliases", stories::aliases),
    ("groups", stories::groups),
    ("tenant", stories::tenant),
    ("writes", stories::writes),
    ("plan", stories::plan),
];

#[cfg(target_os = "linux")]
fn main() {
    let arguments = Arguments::parse();
    let names = PARTS.map(|(name, _)| name);
    for only in &arguments.only {
        assert!(names.contains(&only.as_str()), "--only {only}: there are {}", names.join(", "));
    }
    let mut table = Table::new(arguments.peer.iter().map(|peer| peer.name.clone()).collect());
    table.head();
    for (name, measure) in PARTS {
        if arguments.only.is_empty() || arguments.only.iter().any(|only| only == name) {
            measure(&arguments, &mut table);
        }
    }
    table.foot();
}

#[cfg(not(target_os = "linux"))]
fn main() {}
