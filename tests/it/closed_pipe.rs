//! `… | head -1`: nobody reads standard output any more. Every command then ends as it would have, and quietly.

use crate::every_command;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

/// What a command said to standard error and how it ended, its standard output closed from the start.
fn run(words: &[&str], home: &Path) -> Output {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut program = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    program.current_dir(env!("CARGO_MANIFEST_DIR")).args(words).stdin(Stdio::null()).stdout(writer);
    program.env("AUTOPILOT_LOGIN_FILE", home.join("login.json")).env("TMPDIR", home);
    program.stderr(Stdio::piped()).output().expect("the program starts")
}

#[test]
fn every_command_ends_as_it_would_have_and_quietly() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name).to_str().expect("text").to_owned();
    let (exported, installed) = (place("exported"), place("installed"));
    let program = env!("CARGO_BIN_EXE_terraform-provider-autopilot");
    let mut tried = Vec::new();
    for (words, code) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["version"], 0),
        (&["version", "--json"], 0),
        (&["completions", "bash"], 0),
        (&["demo", "--help"], 0),
        (&["demo", "--list"], 0),
        (&["csv", "check", "examples/scenarios/user-driven-entra-join/devices.csv"], 0),
        (&["csv", "check", "tests/it/screens/devices.csv"], 1),
        (&["csv", "check", "--json", "tests/it/screens/devices.csv"], 1),
        (&["csv", "check", "--format", "github", "tests/it/screens/devices.csv"], 1),
        (&["hash", "decode", "tests/it/screens/hash.txt"], 0),
        (&["hash", "make", "LAB-01"], 0),
        (&["rule", "check", "(device.deviceModel -eq \"Cloud PC\")"], 0),
        (&["rule", "check", "(device.deviceModel -eqals \"Cloud PC\")"], 1),
        (&["emulator", "--", "true"], 0),
        (&["emulator", "--", program, "doctor"], 0),
        (&["emulator", "--", program, "export", "--out", &exported], 0),
        (&["install", "--dir", &installed], 0),
        (&["logout", "--all"], 0),
        // It is not shown to the end.
        (&["demo"], 1),
    ] {
        let ended = run(words, folder.path());
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{words:?}");
        assert_eq!(ended.status.code(), Some(code), "{words:?}");
        let of_this = words.iter().skip(words.iter().position(|word| *word == program).map_or(0, |at| at + 1));
        tried.push(of_this.copied().collect::<Vec<_>>().join(" ") + " ");
    }
    // An administrator would have to sign in.
    let waits = |command: &str| command == "login";
    for command in every_command::doing().iter().map(|words| words.join(" ")).filter(|command| !waits(command)) {
        assert!(tried.iter().any(|tried| tried.starts_with(&format!("{command} "))), "{command} is not tried");
    }
}

#[test]
fn the_demo_ends_and_its_terraform_too_when_nobody_looks_any_more() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    let home = tempfile::tempdir().expect("a folder");
    let mut demo = {
        let mut program = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
        program
            .arg("demo")
            .env("TMPDIR", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(writer)
            .spawn()
            .expect("it starts")
    };
    let mut lines = BufReader::new(demo.stdout.take().expect("piped")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains(": Creation complete")), "the apply has begun");
    drop(lines);
    assert_eq!(demo.wait().expect("an end").code(), Some(1));
    // The pipe ends when nobody is left who could write to it.
    assert_eq!(BufReader::new(reader).lines().map_while(Result::ok).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_full_is_told() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    let mut program = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    let ended = program.args(["hash", "make", "LAB-01"]).stdout(full).output().expect("the program starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.starts_with("Error: Cannot write to standard output: "), "{said}");
    assert_eq!(ended.status.code(), Some(1));
}
