//! A provider of its own, for what the real one lacks: numbers, dynamic values, a text of 60 MB, a panic, an old schema
//! version, a create that takes forever. The real Terraform drives it.
//!
//! Terraform starts a provider as a program without arguments, and nothing of ours may run before libtest's `main`. So
//! this is a test without libtest's harness: started with the cookie in the environment it serves, otherwise it runs its
//! tests, which let Terraform start this very program. The product has no binary for it.

#![allow(clippy::disallowed_methods, reason = "tests see other processes in real time, as their users do")]

mod actions;
mod ask;
mod elsewhere;
mod identity;
mod lists;
mod loans;
mod registry;
mod rpcs;
mod runs;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    if std::env::var_os("TF_PLUGIN_MAGIC_COOKIE").is_some() {
        return autopilot::server::run(registry::registry());
    }
    let cases =
        [runs::CASES, rpcs::CASES, identity::CASES, elsewhere::CASES, lists::CASES, actions::CASES, loans::CASES];
    let trials = cases.into_iter().flatten().map(|&(name, case)| {
        Trial::test(name, move || {
            case();
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
