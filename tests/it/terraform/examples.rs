//! Every example is formatted. `tests/registry` runs them.

use super::lab::{Lab, examples};

#[test]
fn every_example_is_formatted() {
    let lab = Lab::new();
    let folder = examples();
    let run = lab.run(&["fmt", "-check", "-recursive", "-diff", &folder.to_string_lossy()]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run}");
}
