//! What a person sees, held as text, in a narrow terminal and in a wide one.
//!
//! After a change, `SNAPSHOTS=overwrite cargo test --test it screens` writes the texts anew: read the difference.

use std::process::{Command, Stdio};

use regex::Regex;
use snapbox::{Assert, Data, Redactions};

const PROGRAM: &str = "terraform-provider-autopilot";

pub(crate) fn program(width: usize) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    program.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).env("COLUMNS", width.to_string());
    program
}

/// Runs a command, and gives what a terminal would show of it.
pub(crate) fn session(words: &[&str], command: &mut Command) -> String {
    let said = command.args(words).output().expect("the program starts");
    let [stdout, stderr] = [said.stdout, said.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
    let words = [&[PROGRAM], words].concat();
    let line = words.join(if words.join(" ").len() < 78 { " " } else { " \\\n    " });
    let code = said.status.code().expect("an exit code");
    format!("$ {line}\n{stdout}{stderr}[exit {code}]\n")
}

/// The same text however fast, when and where it was run.
fn redactions() -> Redactions {
    let mut redactions = Redactions::new();
    for (name, pattern) in [
        ("[PORT]", r"http://127\.0\.0\.1:(?<redacted>\d+)"),
        ("[TIME]", r"after (?<redacted>\d+)s"),
        ("[TIME]", r" in (?<redacted>[\d.]+ s|\d+ min \d+ s)\."),
        ("[TIME]", r"\((?<redacted>[\d.]+ s|\d+ min \d+ s)\)"),
        ("[FILE]", r"(?m)^(?<redacted>\S+autopilot-demo-\w+\.txt)$"),
        ("[DATE]", r"(?<redacted>\d{4}-\d\d-\d\d \d\d:\d\d)"),
        ("[DATE]", r"(?<redacted>\d{4}-\d\d-\d\dT[\d:.]+Z)"),
        ("[ID]", r"(?<redacted>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"),
        ("[FOLDER]", r"(?m)zero-touch/autopilot in (?<redacted>\S+)$"),
        ("[PLATFORM]", r"(?m)^on (?<redacted>[a-z]+_\w+), plugin"),
        ("[VERSION]", &format!("(?m) (?<redacted>{})$", regex::escape(env!("CARGO_PKG_VERSION")))),
    ] {
        redactions.insert(name, Regex::new(pattern).expect("a pattern")).expect("a name in brackets");
    }
    redactions
}

#[track_caller]
pub(crate) fn assert_screen(screen: &str, width: usize, expected: Data) {
    let wide: Vec<_> = screen.lines().filter(|line| line.chars().count() > width).collect();
    assert!(wide.is_empty(), "wider than {width} columns:\n{}", wide.join("\n"));
    Assert::new().action_env("SNAPSHOTS").normalize_paths(false).redact_with(redactions()).eq(screen, expected);
}

const DEVICES: &str = "examples/scenarios/user-driven-entra-join/devices.csv";

const COMMANDS: &[&[&str]] = &[
    &[],
    &["--help"],
    &["demo", "--help"],
    &["demo", "--list"],
    &["demo", "--list", "--keep"],
    &["emulator", "--help"],
    &["doctor", "--help"],
    &["install", "--help"],
    &["login", "--help"],
    &["logout", "--help"],
    &["login", "--environment", "mars"],
    &["logout"],
    &["csv", "check", "tests/it/screens/devices.csv"],
    &["csv", "check", "--help"],
    &["hash", "decode", "tests/it/screens/hash.txt"],
    &["hash", "decode", "T0FmBAEAHAAAAAo"],
    &["rule", "check", "(device.deviceModel -eqals \"Cloud PC\")"],
    &["rule", "check", "(user.accountEnabled -eq \"True\")"],
    &["rule", "check", "--devices", DEVICES, "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Sales\"))"],
    &[
        "rule",
        "check",
        "--devices",
        DEVICES,
        "(device.isRooted -ne true) and (device.deviceOwnership -ne \"Personal\")",
    ],
    &["rule", "check", "--devices", DEVICES, "(user.city -eq \"Oslo\")"],
    &["rule", "check", "--help"],
    &["rule", "check", "--filter", "(device.osVersion -gt 11)"],
    &["rule", "check", "--filter", "--platform", "ios", "(device.isRooted -eq \"True\")"],
    &["rule", "check", "-not (device.displayName -eq null)"],
    &["rule", "check", "no-such-file.txt"],
    &["hash", "decode", "no-such-file.txt"],
    &["completions", "--help"],
    &["completions", "tcsh"],
    &["version", "--help"],
    &["version"],
    &["--version"],
    &["--verbose"],
    &["plan"],
    &["demo", "hybrid"],
    &["emulator", "--listen", "everywhere"],
    &["emulator", "--listen", "0.0.0.0:8080", "--", "true"],
    &["emulator", "--speed", "0"],
    &["emulator", "--seed", "no-such-file.json", "--", "true"],
    &["emulator", "--", "no-such-program"],
    &["emulator", "--record", "report.jsonl"],
    &["emulator", "--replay", "no-such-file.jsonl", "--", "true"],
    &["emulator", "--replay", "tests/it/screens/devices.csv", "--", "true"],
];

fn commands(width: usize) -> String {
    let sessions = COMMANDS.iter().map(|words| session(words, &mut program(width)));
    sessions.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_commands_at_80_columns() {
    assert_screen(&commands(80), 80, snapbox::file!["commands.80.txt"]);
}

#[test]
fn the_commands_at_130_columns() {
    assert_screen(&commands(130), 130, snapbox::file!["commands.130.txt"]);
}

/// The demo with the Terraform that it makes itself, so that Terraform's own words are the same everywhere: nothing is on
/// the PATH but Python. What Terraform does at once, it tells in any order.
#[cfg(unix)]
fn demo(words: &[&str], width: usize) -> String {
    // Here, so that what is made does not lean on the folder that is gone after this test.
    autopilot::cli::terraform::make(&|_| ()).unwrap_or_else(|why| panic!("{why}"));
    let python = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output();
    let python = String::from_utf8(python.expect("the tests need python3 to make a Terraform with").stdout);
    let path = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(python.expect("a path").trim(), path.path().join("python3")).expect("a link");
    let mut command = program(width);
    command.env("PATH", path.path()).env("TMPDIR", path.path()).env_remove("AUTOPILOT_TERRAFORM");
    let shown = session(words, &mut command);
    let is_progress =
        |line: &&str| ["autopilot_", "data.autopilot_", "module."].iter().any(|begin| line.starts_with(begin));
    let lines: Vec<_> = shown.lines().filter(|line| !line.contains(": Still ")).collect();
    let mut sorted = Vec::new();
    for part in lines.chunk_by(|left, right| is_progress(left) == is_progress(right)) {
        let mut part = part.to_vec();
        if part.iter().all(is_progress) {
            part.sort_unstable();
        }
        sorted.extend(part);
    }
    sorted.join("\n") + "\n"
}

#[test]
#[cfg(unix)]
fn the_demo_at_80_columns() {
    assert_screen(&demo(&["demo"], 80), 80, snapbox::file!["demo.80.txt"]);
}

#[test]
#[cfg(unix)]
fn the_demo_switches_laptops_on() {
    // Wide enough that a line which tells of a module's resource is not folded.
    let shown = demo(&["demo", "pre-provisioned-entra-join"], 100);
    assert_screen(&shown, 100, snapbox::file!["played.txt"]);
}

#[test]
#[cfg(unix)]
fn the_quiet_demo_is_a_line_for_each_part() {
    let shown = demo(&["demo", "--quiet", "pre-provisioned-entra-join"], 80);
    assert_screen(&shown, 80, snapbox::file!["quiet.txt"]);
}

#[test]
#[cfg(unix)]
fn the_demo_at_130_columns() {
    assert_screen(&demo(&["demo"], 130), 130, snapbox::file!["demo.130.txt"]);
}

const TYPO: &str = "(device.devicePhysicalIds -any (_ -eqals \"[OrderID]:Kiosk\"))";

/// One rule with a typo, where a person may meet it: by the command, in a plan, and in Terraform's console by the function.
/// Terraform is the one that is made here, whose words are the same everywhere.
#[cfg(unix)]
fn typo(width: usize) -> String {
    let terraform = autopilot::cli::terraform::make(&|_| ()).unwrap_or_else(|why| panic!("{why}"));
    let folder = tempfile::tempdir().expect("a folder");
    let quoted = TYPO.replace('"', "\\\"");
    let main = format!(
        "terraform {{\n  required_providers {{\n    autopilot = {{ source = \"zero-touch/autopilot\" }}\n  }}\n}}\n\n\
         resource \"autopilot_group\" \"kiosks\" {{\n  display_name    = \"Kiosks\"\n  membership_rule = \"{quoted}\"\n}}\n"
    );
    std::fs::write(folder.path().join("main.tf"), main).expect("a file");
    let question = folder.path().join("question");
    std::fs::write(&question, format!("provider::autopilot::membership_rule_matches(\"{quoted}\", {{}})\n"))
        .expect("a file");
    let run = |words: &[&str]| {
        let mut command = program(width);
        command.args(["emulator", "--"]).arg(terraform.command().get_program()).args(terraform.command().get_args());
        command.arg(format!("-chdir={}", folder.path().display())).args(words);
        command.stdin(std::fs::File::open(&question).expect("the file"));
        let said = command.output().expect("the program starts");
        let [stdout, stderr] = [said.stdout, said.stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
        let code = said.status.code().expect("an exit code");
        // The console cannot be asked to leave its colours.
        let said = anstream::adapter::strip_str(&format!("{stdout}{stderr}")).to_string();
        format!("$ terraform {}\n{said}[exit {code}]\n", words.join(" "))
    };
    [
        session(&["rule", "check", TYPO], &mut program(width)),
        run(&["plan", "-no-color", "-input=false"]),
        run(&["console"]),
    ]
    .join("\n")
}

#[test]
#[cfg(unix)]
fn a_rule_with_a_typo_is_shown_to_be_repaired_wherever_it_is_met() {
    assert_screen(&typo(100), 100, snapbox::file!["typo.txt"]);
}
