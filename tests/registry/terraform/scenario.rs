//! What the scenarios promise, and the modules that they call.

use std::{
    fs,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{
    example,
    lab::{Lab, executable},
    run::Run,
};

pub(crate) fn goes_from_empty_to_empty(name: &str) {
    goes(&with_seed(Lab::of_example(&format!("scenarios/{name}"))));
}

pub(crate) fn does_so_on_the_newest(name: &str) {
    goes(&with_seed(Lab::of_example_on_newest(&format!("scenarios/{name}"))));
}

fn goes(lab: &Lab) {
    let told = fs::read_to_string(lab.folder().join("demo.json")).unwrap_or_else(|_| "{}".to_owned());
    let told: Value = serde_json::from_str(&told).expect("demo.json is JSON");
    let warns = told["warns"].as_array().into_iter().flatten();
    let warns: Vec<_> = warns.filter_map(|title| title.as_str().map(str::to_owned)).collect();
    example::goes_from_empty_to_empty(lab, &warns);
}

/// A scenario may need more tenants than there are.
fn with_seed(lab: Lab) -> Lab {
    if let Ok(seed) = fs::read(lab.folder().join("seed.json")) {
        lab.emulator.plant(&seed).unwrap_or_else(|why| panic!("{why}"));
    }
    lab
}

/// A part of the demo is seen at once.
const LINES: usize = 40;

/// As a person sees it, what is played included.
pub(crate) fn is_shown(name: &str) {
    let mut demo = Command::new(executable());
    // Where what Terraform says is kept.
    let folder = tempfile::tempdir().expect("a folder");
    demo.args(["demo", name]).env("TMPDIR", folder.path()).env("COLUMNS", "80").stdin(Stdio::null());
    let shown = Run::ended(&demo.output().expect("the program starts"));
    let shown = shown.succeeds();
    for part in ["No changes.", "The tenant is empty again."] {
        assert!(shown.stdout.contains(part), "{part:?} is missing in {shown}");
    }
    let lines: Vec<_> = shown.stdout.lines().collect();
    for part in lines.split(|line| line.ends_with("──")) {
        assert!(part.len() < LINES, "{} lines do not fit a screen:\n{}", part.len(), part.join("\n"));
    }
}

/// By `terraform test`, in a tenant of their own, which is as it was afterwards.
pub(crate) fn passes_its_own_tests(folder: &str) {
    let lab = with_seed(Lab::of_example(folder));
    let tested = lab.run(&["test", "-no-color"]).succeeds();
    assert!(tested.stdout.contains("Success!") && tested.stdout.contains(", 0 failed."), "{tested}");
    assert!(!tested.stdout.contains("Success! 0 passed"), "there is no test of {folder}: {tested}");
    lab.tenant.is_empty();
}
