//! What holds of every command there is: all that the help names, and what the help of these names.

use std::process::{Command, Output, Stdio};

fn program(words: &[String]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    program.args(words).stdin(Stdio::null()).env("COLUMNS", "80").env_remove("NO_COLOR");
    program
}

fn ended(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8(text).expect("UTF-8"));
    (status.code(), stdout, stderr)
}

fn with(words: &[String], more: &str) -> Vec<String> {
    words.iter().cloned().chain([more.to_owned()]).collect()
}

/// The words of the commands right below this one, as its help names them.
fn below(words: &[String]) -> Vec<Vec<String>> {
    let (_, help, _) = ended(&mut program(&with(words, "--help")));
    let commands = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest);
    let named = commands.lines().take_while(|line| !line.is_empty());
    let names = named.filter_map(|line| line.strip_prefix("  ").filter(|name| !name.starts_with(' ')));
    let names = names.filter_map(|name| name.split(' ').next()).filter(|name| *name != "help");
    names.map(|name| with(words, name)).collect()
}

/// The program itself and every command below it.
fn all() -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut at = 0;
    while let Some(words) = all.get(at).cloned() {
        all.extend(below(&words));
        at += 1;
    }
    all
}

/// The commands that do something: none is below them.
pub(crate) fn doing() -> Vec<Vec<String>> {
    let mut all = all();
    let above: Vec<_> = all.iter().filter_map(|words| Some(words.split_last()?.1.to_vec())).collect();
    all.retain(|words| !above.contains(words));
    all
}

#[test]
fn each_is_found_by_the_help() {
    let names: Vec<_> = doing().iter().map(|words| words.join(" ")).collect();
    for name in ["demo", "emulator", "csv check", "hash decode", "hash make", "rule check", "version"] {
        assert!(names.iter().any(|found| found == name), "{name} is not among {names:?}");
    }
    assert!(!names.iter().any(|found| found == "csv" || found.is_empty()), "{names:?}");
}

#[test]
fn the_help_of_each_fits_80_columns_and_has_no_colours_where_none_are_wanted() {
    for words in all() {
        for option in ["--help", "-h"] {
            let words = with(&words, option);
            let (code, help, stderr) = ended(&mut program(&words));
            assert_eq!((code, stderr.as_str()), (Some(0), ""), "{words:?}");
            let wide: Vec<_> = help.lines().filter(|line| line.chars().count() > 80).collect();
            assert_eq!(wide, [""; 0], "{words:?}");
            let forced = |command: &mut Command| ended(command.env("CLICOLOR_FORCE", "1")).1.contains('\x1b');
            // Without the first, the second would not say anything.
            assert!(forced(&mut program(&words)), "{words:?}");
            assert!(!forced(program(&words).env("NO_COLOR", "1")), "{words:?}");
        }
    }
}

#[test]
fn a_wrong_option_of_each_is_told_in_80_columns_and_without_colours_where_none_are_wanted() {
    for words in all() {
        let words = with(&words, "--no-such-option");
        let (code, stdout, stderr) = ended(program(&words).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"));
        assert!(matches!(code, Some(1 | 2)), "{words:?}: {code:?}");
        // A rule may begin with a hyphen: of `rule check` it is one, and what is wrong with it goes to standard output.
        let told = stdout + &stderr;
        assert!(told.contains("--no-such-option") && !told.contains('\x1b'), "{words:?}: {told}");
        assert!(told.lines().all(|line| line.chars().count() <= 80), "{words:?}: {told}");
    }
}

#[test]
#[cfg(unix)]
fn each_ends_quietly_when_nobody_reads_its_help_or_its_complaint() {
    let closed = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        writer
    };
    for words in all() {
        let help = program(&with(&words, "--help")).stdout(closed()).output().expect("the program starts");
        assert_eq!((help.status.code(), help.stderr.as_slice()), (Some(0), &b""[..]), "{words:?}");
        let wrong = with(&words, "--no-such-option");
        let read = ended(&mut program(&wrong)).0;
        let unread = program(&wrong).stdout(closed()).stderr(closed()).status().expect("the program starts");
        assert_eq!(unread.code(), read, "{words:?}");
    }
}
