//! Everything that the provider serves, held to the same promises: the trials are made from the registry, so that a new
//! table is tried without a line here.
//!
//! `cargo test scope_tag` runs the trials of one resource, `cargo test --test registry drift` one trial of all.

#![allow(clippy::disallowed_methods, reason = "tests see other processes in real time, as their users do")]

#[allow(dead_code, unused_imports, reason = "the rules' own tests stand with them in tests/it")]
mod core;
mod missing;
#[allow(dead_code, reason = "shared with tests/it")]
mod protocol;
#[path = "../it/tenant_client.rs"]
#[allow(dead_code, reason = "shared with tests/it")]
mod tenant_client;
#[allow(dead_code, reason = "shared with tests/it")]
mod terraform;

use std::{fs, process::ExitCode};

use autopilot::{
    provider,
    resource::{Registered, RegisteredAction, RegisteredData, RegisteredFunction},
};
use libtest_mimic::{Arguments, Trial};
use tokio::runtime::Runtime;

/// What is tried with one thing of a kind.
type Cases<T> = &'static [(&'static str, fn(&T))];

const RESOURCE_CASES: Cases<Registered> = &[
    ("nothing_of_it_is_missing", missing::of_resource),
    ("its_example_is_applied_brought_in_listed_and_destroyed", terraform::example::of_resource),
    ("it_lives_by_cores_rules", |it| wait(core::life::lives(it))),
    ("drift_of_each_attribute_is_seen_and_mended", |it| wait(core::drift::is_seen(it))),
    ("its_permissions_are_enough_and_needed", |it| wait(core::permissions::of_resource(it))),
    ("a_create_is_whole_or_undone_whatever_fails", |it| wait(core::whole::is_each_create(it))),
    ("it_is_written_by_approvals_and_taken_up_when_interrupted", |it| wait(core::approvals::are_waited_for(it))),
    ("what_does_not_exist_is_named_where_intune_says_nothing", |it| wait(core::reasons::are_named(it))),
    ("random_configurations_are_settled", core::at_random::is_settled),
];

const DATA_SOURCE_CASES: Cases<RegisteredData> = &[
    ("it_is_read_by_cores_rules", |it| wait(core::data_source::is_read(it))),
    ("its_permission_is_enough_and_needed", |it| wait(core::permissions::of_data_source(it))),
];

/// Of what has names.
const NAMED_CASES: Cases<RegisteredData> =
    &[("its_names_have_no_case_and_namesakes_are_told_with_their_ids", |it| wait(core::data_source::is_named(it)))];

const DATA_SOURCE_EXAMPLES: Cases<RegisteredData> = &[("its_example_works", terraform::example::of_data_source)];

const FUNCTION_CASES: Cases<RegisteredFunction> = &[("its_example_works", terraform::example::of_function)];

const ACTION_CASES: Cases<RegisteredAction> = &[
    ("its_example_works", terraform::example::of_action),
    ("its_permission_is_enough_and_needed", |it| wait(core::permissions::of_action(it))),
];

const SCENARIO_CASES: Cases<String> = &[
    ("it_goes_from_empty_to_empty", |name| terraform::scenario::goes_from_empty_to_empty(name)),
    ("the_newest_terraform_does_the_same", |name| terraform::scenario::does_so_on_the_newest(name)),
    ("its_demo_works", |name| terraform::scenario::is_shown(name)),
    ("its_own_tests_pass", |name| terraform::scenario::passes_its_own_tests(&format!("scenarios/{name}"))),
];

const MODULE_CASES: Cases<String> = &[
    ("nothing_of_it_is_missing", |name| missing::of_module(name)),
    ("its_own_tests_pass", |name| terraform::scenario::passes_its_own_tests(&format!("modules/{name}"))),
];

const CASES: &[(&str, fn())] = &[
    ("nothing_is_missing", missing::nothing),
    ("what_is_referred_to_can_be_looked_up_by_its_name", core::data_source::are_there),
    ("the_server_tells_the_tables_as_they_are", || wait(core::tables::are_told())),
];

fn main() -> ExitCode {
    let registry = provider::registry();
    let mut trials: Vec<_> = CASES.iter().map(|&(name, case)| trial(name.to_owned(), case)).collect();
    for it in registry.all_resources() {
        trials.extend(of(&format!("resource::{}", it.spec.name), RESOURCE_CASES, it));
    }
    for it in registry.all_data_sources() {
        let prefix = format!("data_source::{}", it.spec.name);
        trials.extend(of(&prefix, DATA_SOURCE_CASES, it));
        if it.data_source.table().is_some_and(|table| !table.find_by.is_empty()) {
            trials.extend(of(&prefix, NAMED_CASES, it));
        }
        // That of one which is derived from a resource's table finds what the example of the resource makes.
        if registry.resource(&it.type_name).is_none() {
            trials.extend(of(&prefix, DATA_SOURCE_EXAMPLES, it));
        }
    }
    for it in &registry.functions {
        trials.extend(of(&format!("function::{}", it.spec.name), FUNCTION_CASES, it));
    }
    for it in &registry.actions {
        trials.extend(of(&format!("action::{}", it.spec.name), ACTION_CASES, it));
    }
    for (kind, cases) in [("scenarios", SCENARIO_CASES), ("modules", MODULE_CASES)] {
        for name in folders(kind) {
            trials.extend(of(&format!("{kind}::{name}"), cases, &name));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn of<T: Clone + Send + Sync + 'static>(prefix: &str, cases: Cases<T>, it: &T) -> Vec<Trial> {
    let case = |&(name, case): &(&str, fn(&T))| {
        let it = it.clone();
        trial(format!("{prefix}::{name}"), move || case(&it))
    };
    cases.iter().map(case).collect()
}

fn trial(name: String, case: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        case();
        Ok(())
    })
}

/// What the folders of the examples are called.
fn folders(kind: &str) -> Vec<String> {
    let entries = fs::read_dir(format!("{}/examples/{kind}", env!("CARGO_MANIFEST_DIR"))).into_iter().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn wait<T>(done: impl Future<Output = T>) -> T {
    Runtime::new().expect("threads").block_on(done)
}
