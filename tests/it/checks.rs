//! `csv check` and `hash decode` as they are run.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use autopilot::knowledge::{
    device_csv::HEADER,
    hardware_hash::{HardwareHash, encode, of_a_lab},
};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_terraform-provider-autopilot");

/// Runs the program with these words and this standard input. Its exit code, and what it said.
fn run(words: &[&str], stdin: &[u8]) -> (i32, String) {
    let mut program = Command::new(PROGRAM);
    program.args(words).env("COLUMNS", "200").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = program.spawn().expect("the program starts");
    program.stdin.take().expect("piped").write_all(stdin).expect("it reads");
    let said = program.wait_with_output().expect("an end");
    let [stdout, stderr] = [said.stdout, said.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
    (said.status.code().expect("an exit code"), stdout + &stderr)
}

fn hash(serial_number: &str) -> String {
    encode(&of_a_lab(serial_number, "Contoso", "Lab"))
}

fn wrong_csv() -> String {
    format!("{HEADER}\r\nS1,,{},Sales,\r\nS2,,{},,bob\r\nDefault string,,,,\r\n", hash("S1"), hash("S3"))
}

const OTHER: &str = "The hardware hash belongs to the device with serial number \"S3\", not to \"S2\".";

#[test]
fn a_wrong_csv_is_told_with_row_and_column_and_no_hash() {
    let (code, said) = run(&["csv", "check", "-"], wrong_csv().as_bytes());
    assert_eq!(code, 1, "{said}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        format!("Error: Row 3, column \"Hardware Hash\": {OTHER}"),
        "Error: Row 3, column \"Assigned User\": \"bob\" is not a user principal name".to_owned(),
        "Warning: Row 4, column \"Device Serial Number\": \"Default string\" is what firmware has".to_owned(),
        "The file cannot be used: 2 errors, 1 warning.".to_owned(),
    ] {
        assert!(said.contains(&part), "{part}\nis missing in\n{said}");
    }
    assert!(!said.contains(&hash("S3")[..40]) && !said.contains('\x1b'), "{said}");
}

#[test]
fn a_csv_that_can_be_used_ends_with_0() {
    let text = wrong_csv().replace(&hash("S3"), &hash("S2")).replace("bob", "");
    let (code, said) = run(&["csv", "check", "-"], text.as_bytes());
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("The file can be used: 3 devices, 1 warning."), "{said}");
    let utf16: Vec<u8> = text.replace("Default string", "S4").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(run(&["csv", "check", "-"], &utf16), (0, "✓ The file can be used: 3 devices.\n".to_owned()));
}

#[test]
fn json_says_valid_and_each_diagnostic() {
    let (code, said) = run(&["csv", "check", "--json", "-"], wrong_csv().as_bytes());
    assert_eq!(code, 1);
    let said: Value = serde_json::from_str(&said).expect("one object");
    assert_eq!(said["valid"], false);
    assert_eq!(
        said["diagnostics"][0],
        json!({"severity": "error", "line": 3, "column": 5, "summary": format!("Column \"Hardware Hash\": {OTHER}"), "detail": ""})
    );
    assert_eq!(said["diagnostics"][2]["severity"], "warning");
    let (code, said) = run(&["csv", "check", "--format", "json", "-"], format!("{HEADER}\nS1,,,,\n").as_bytes());
    assert_eq!((code, said.trim()), (0, r#"{"diagnostics":[],"valid":true}"#));
}

#[test]
fn several_files_are_checked_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let [good, bad] = ["good.csv", "bad.csv"].map(|name| folder.path().join(name));
    fs::write(&good, format!("{HEADER}\nS1,,,,\n")).expect("a file");
    fs::write(&bad, format!("{HEADER}\nS1,,,,\nS1,,,,\n")).expect("a file");
    let [good, bad] = [&good, &bad].map(|file| file.to_str().expect("a path"));
    let (code, said) = run(&["csv", "check", "--json", good, bad], b"");
    let said: Value = serde_json::from_str(&said).expect("one object");
    assert_eq!((code, &said["diagnostics"][0]["file"]), (1, &json!(bad)));
    let (code, said) = run(&["csv", "check", good, "no-such.csv"], b"");
    assert_eq!(code, 1);
    assert!(said.contains("Cannot read no-such.csv"), "{said}");
}

#[test]
fn github_gets_an_annotation_for_each_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("devices.csv");
    fs::write(&file, wrong_csv()).expect("a file");
    let file = file.to_str().expect("a path");
    let (code, said) = run(&["csv", "check", "--format", "github", file], b"");
    let lines: Vec<_> = said.lines().collect();
    assert_eq!((code, lines.len()), (1, 3), "{said}");
    assert_eq!(lines[0], format!("::error file={file},line=3,col=5::Column \"Hardware Hash\": {OTHER}"));
    assert!(
        lines[2].starts_with(&format!("::warning file={file},line=4,col=1::Column \"Device Serial Number\": ")),
        "{said}"
    );
}

#[test]
fn a_rule_s_annotation_names_the_file_it_is_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rule.txt");
    fs::write(&file, "(device.displayName\n  -eqals \"A\")\n").expect("a file");
    let file = file.to_str().expect("a path");
    let (code, said) = run(&["rule", "check", "--format", "github", file], b"");
    assert_eq!((code, said.lines().count()), (1, 1), "{said}");
    assert!(said.starts_with(&format!("::error file={file},line=2,col=3::")), "{said}");
    let (_, said) = run(&["rule", "check", "--format", "github", "(device.displayName -eqals \"A\")"], b"");
    assert!(said.starts_with("::error line=1,col=21::"), "{said}");
}

/// A file that is wrong in each row.
#[test]
fn of_ten_thousand_problems_fifty_are_told() {
    let rows: String = (0..10_000).map(|at| format!("S{at},,,,bob\n")).collect();
    let text = format!("{HEADER}\n{rows}");
    let (_, said) = run(&["csv", "check", "-"], text.as_bytes());
    assert_eq!(
        (said.matches("Error:").count(), said.contains("And 9950 problems that are not told here.")),
        (50, true)
    );
    let (_, said) = run(&["csv", "check", "--format", "github", "-"], text.as_bytes());
    assert!(
        said.lines().count() == 51 && said.ends_with("::error line=51,col=1::There are 9950 problems more.\n"),
        "{said}"
    );
}

#[test]
fn a_hash_tells_of_its_device_and_is_not_printed() {
    for (words, stdin) in
        [(vec!["hash", "decode", "-"], hash("S1")), (vec!["hash", "decode", &hash("S1")], String::new())]
    {
        let (code, said) = run(&words, stdin.as_bytes());
        assert_eq!(code, 0, "{said}");
        for line in
            ["Serial number           S1", "TPM version             2.0", "Disks                   NVMe SSD DISK-S1"]
        {
            assert!(said.lines().any(|shown| shown == line), "{line}\nis missing in\n{said}");
        }
        assert!(!said.contains(&hash("S1")[..40]), "{said}");
    }
    let (_, said) = run(&["hash", "decode", "--json", "-"], hash("S1").as_bytes());
    let said: Value = serde_json::from_str(&said).expect("one object");
    assert_eq!((&said["valid"], &said["hash"]["serial_number"]), (&json!(true), &json!("S1")));
}

#[test]
fn a_hash_that_intune_would_refuse_ends_with_1() {
    let (code, said) = run(&["hash", "decode", "-"], encode(&HardwareHash::default()).as_bytes());
    assert_eq!(code, 1);
    assert!(
        said.contains("Error: The hash contains no serial number") && said.contains("Warning: The hash shows no TPM"),
        "{said}"
    );
    let (code, said) = run(&["hash", "decode", "--json", &hash("S1")[..400]], b"");
    let said: Value = serde_json::from_str(&said).expect("one object");
    assert_eq!((code, &said["valid"], said.get("hash")), (1, &json!(false), None));
    assert!(said["diagnostics"][0]["summary"].as_str().is_some_and(|summary| summary.contains("cut off")), "{said}");
}

#[test]
fn what_is_made_for_a_lab_can_be_used() {
    let (code, made) = run(&["hash", "make", "LAB-1", "LAB,2", "--group-tag", "Kiosk"], b"");
    assert_eq!((code, made.lines().count()), (0, 3));
    assert_eq!(run(&["csv", "check", "-"], made.as_bytes()), (0, "✓ The file can be used: 2 devices.\n".to_owned()));
}

/// pre-commit runs the hook's entry with the files after it.
#[test]
#[cfg(unix)]
fn the_hook_of_pre_commit_checks_files_as_it_stands() {
    let hooks = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml")).expect("the hooks");
    let word = |name: &str| {
        let line = hooks.lines().find_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix(name));
        line.unwrap_or_else(|| panic!("{name} is missing")).trim().to_owned()
    };
    assert_eq!(word("language:"), "system");
    let files = regex::Regex::new(&word("files:")).expect("a pattern");
    assert!(
        files.is_match("fleet/devices-berlin.csv") && files.is_match("devices.csv") && !files.is_match("prices.csv")
    );
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("devices.csv"), format!("{HEADER}\nS1,,,,\n")).expect("a file");
    fs::write(folder.path().join("devices b.csv"), wrong_csv()).expect("a file");
    let path = std::path::Path::new(PROGRAM).parent().expect("a folder");
    for (files, code) in [("devices.csv", 0), ("devices.csv 'devices b.csv'", 1)] {
        let mut hook = Command::new("/bin/sh");
        hook.args(["-c", &format!("{} {files}", word("entry:"))]).current_dir(folder.path()).env("PATH", path);
        assert_eq!(hook.output().expect("a shell").status.code(), Some(code), "{files}");
    }
}
