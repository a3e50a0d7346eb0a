//! Holds the table of ARCHITECTURE.md: each RPC of the protocol has a row, and each row a test that there is.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const ARCHITECTURE: &str = include_str!("../../ARCHITECTURE.md");
const PROTO: &str = include_str!("../../proto/tfplugin6.proto");

/// The RPCs that the protocol has.
fn rpcs() -> BTreeSet<&'static str> {
    let lines = PROTO.lines().filter_map(|line| line.trim().strip_prefix("rpc "));
    lines.filter_map(|line| line.split('(').next()).collect()
}

/// A row: the RPC, since when, who calls it, and the tests.
struct Row {
    rpc: &'static str,
    since: &'static str,
    called_by: &'static str,
    tests: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let header = "| RPC | since | called by | proven by |";
    let table = ARCHITECTURE.split_once(header).expect("ARCHITECTURE.md has the table").1;
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let row = |line: &'static str| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [rpc, since, called_by, tests] = cells[..] else { panic!("four cells, got: {line}") };
        Row { rpc, since, called_by, tests: tests.split('`').skip(1).step_by(2).collect() }
    };
    lines.map(row).collect()
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).expect("the sources are here") {
        let path = entry.expect("the sources are readable").path();
        if path.is_dir() && !path.ends_with("target") {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The names of all tests: functions with a test attribute, and the cases of `tests/test_provider`.
fn tests() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = BTreeSet::new();
    for file in sources(&root.join("src")).into_iter().chain(sources(&root.join("tests"))) {
        let source = fs::read_to_string(&file).expect("a source is text");
        let mut is_test = false;
        for line in source.lines().map(str::trim) {
            let function = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn "));
            match function.and_then(|rest| rest.split('(').next()) {
                Some(name) if is_test => {
                    names.insert(name.to_owned());
                    is_test = false;
                }
                Some(_) => is_test = false,
                None => is_test |= line == "#[test]" || line.starts_with("#[tokio::test"),
            }
            let case = line.strip_prefix("(\"").and_then(|rest| rest.split_once("\", "));
            names.extend(
                case.filter(|_| file.ends_with("runs.rs") || source.contains("CASES")).map(|it| it.0.to_owned()),
            );
        }
    }
    names
}

#[test]
fn every_rpc_has_a_row_in_the_protocols_order() {
    let rows = rows();
    let named: BTreeSet<_> = rows.iter().map(|row| row.rpc).collect();
    assert_eq!(named.len(), rows.len(), "one row each");
    assert_eq!(named, rpcs(), "the table and proto/tfplugin6.proto");
    for row in &rows {
        assert!(row.since.starts_with("6."), "{}: since {}", row.rpc, row.since);
        assert!(!row.called_by.is_empty(), "{}: who calls it?", row.rpc);
    }
}

#[test]
fn every_rpc_has_a_test_that_there_is() {
    let tests = tests();
    for row in rows() {
        assert!(!row.tests.is_empty(), "{} is proven by nothing", row.rpc);
        let missing: Vec<_> = row.tests.iter().filter(|name| !tests.contains(**name)).collect();
        assert!(missing.is_empty(), "{}: there is no test {missing:?}", row.rpc);
    }
}
