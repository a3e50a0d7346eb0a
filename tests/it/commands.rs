//! What a person meets who starts the program.

use std::process::{Command, Output, Stdio};

fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    // Wide, so that nothing that is looked for is folded.
    program.stdin(Stdio::null()).env("COLUMNS", "200");
    program
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn run(words: &[&str]) -> (Option<i32>, String, String) {
    said(&program().args(words).output().expect("the program starts"))
}

#[test]
fn started_without_terraform_it_says_what_it_is() {
    let (code, stdout, stderr) = run(&[]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("Terraform") && stderr.contains("demo"), "{stderr}");
}

#[test]
fn a_wrong_command_line_is_not_what_a_check_or_doctor_says_by_2() {
    for (words, expected) in [
        (&["export", "--chek"][..], 1),
        (&["doctor", "--jsn"], 1),
        (&["doctor", "--only"], 1),
        (&["login", "--nobody"], 2),
        (&["exprot"], 2),
    ] {
        let (code, stdout, stderr) = run(words);
        assert_eq!((code, stdout.as_str()), (Some(expected), ""), "{words:?}: {stderr}");
        assert!(stderr.contains("error:"), "{stderr}");
    }
    for command in ["export", "doctor"] {
        let (_, help, _) = run(&[command, "--help"]);
        assert!(help.contains("or the command line is wrong"), "{help}");
    }
}

#[test]
#[cfg(unix)]
fn a_recording_that_is_there_is_kept_and_one_of_nothing_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.jsonl");
    let name = file.to_str().expect("text");
    let (code, _, stderr) = run(&["emulator", "--record", name, "--", "true"]);
    assert_eq!((code, file.exists()), (Some(0), false), "{stderr}");
    assert!(stderr.contains("Nothing was asked of the service"), "{stderr}");
    let (code, _, stderr) = run(&["emulator", "--record", name, "--", "no-such-program"]);
    assert_eq!((code, file.exists()), (Some(1), false), "{stderr}");
    std::fs::write(&file, "of last week").expect("it is written");
    let (code, _, stderr) = run(&["emulator", "--record", name, "--", "true"]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("is there already. Record to another file, or remove it first."), "{stderr}");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "of last week");
}

#[test]
fn a_program_reads_which_build_this_is() {
    let (code, stdout, stderr) = run(&["version", "--json"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let told: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(told["name"], "terraform-provider-autopilot");
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["protocol"], 6);
    assert_eq!(told.get("commit").map(|commit| commit.as_str().expect("text")), option_env!("AUTOPILOT_COMMIT"));
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    assert_eq!(told["platform"], "linux_amd64");
}

#[test]
#[cfg(unix)]
fn a_shell_completes_commands_and_their_options() {
    // What Bash offers after these words: it calls the function that the script has registered for the program.
    let bash = |words: &str| {
        let script = format!(
            "source <(\"$0\" completions bash)
             function=$(complete -p terraform-provider-autopilot | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
             COMP_WORDS=(terraform-provider-autopilot {words} ''); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
             $function \"${{COMP_WORDS[0]}}\" '' \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let mut bash = Command::new("bash");
        bash.args(["-c", &script, env!("CARGO_BIN_EXE_terraform-provider-autopilot")]);
        let (code, stdout, stderr) = said(&bash.output().expect("bash starts"));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{words}");
        stdout
    };
    let commands = bash("");
    tells(&commands, &["demo", "emulator", "install", "csv", "completions", "version"]);
    assert!(!commands.contains("docs"), "{commands}");
    tells(&bash("demo"), &["--list", "--keep", "pre-provisioned-entra-join"]);
    tells(&bash("csv"), &["check"]);
    tells(&bash("csv check"), &["--json"]);
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        let (code, stdout, stderr) = run(&["completions", shell]);
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{shell}");
        tells(&stdout, &["terraform-provider-autopilot", "emulator"]);
        assert!(!stdout.contains("docs"), "{shell}");
    }
}

#[test]
fn no_color_is_obeyed_by_whatever_is_shown() {
    let check = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/screens/devices.csv");
    for words in [&["--help"][..], &["demo", "--list"], &["csv", "check", check], &["rule", "check", "(device.x -eq)"]]
    {
        let coloured = |no: &[(&str, &str)]| {
            let mut program = program();
            program.args(words).env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1").envs(no.iter().copied());
            let (_, stdout, stderr) = said(&program.output().expect("the program starts"));
            (stdout + &stderr).contains('\x1b')
        };
        // Without the first, the second would not say anything.
        assert!(coloured(&[]), "{words:?}");
        assert!(!coloured(&[("NO_COLOR", "1")]), "{words:?}");
    }
}

#[test]
fn a_machine_without_terraform_and_python_is_told_what_to_install() {
    let empty = tempfile::tempdir().expect("a folder");
    let mut demo = program();
    demo.arg("demo").env("PATH", empty.path()).env("XDG_CACHE_HOME", empty.path()).env_remove("AUTOPILOT_TERRAFORM");
    let (code, _, stderr) = said(&demo.output().expect("the program starts"));
    assert_eq!(code, Some(1), "{stderr}");
    for part in ["terraform: not on the PATH", "tofu: not on the PATH", "Terraform 1.11.0 or newer", "Python 3.9"] {
        assert!(stderr.contains(part), "{part:?} is missing in\n{stderr}");
    }
}

#[test]
fn a_terraform_that_is_none_is_named() {
    let mut demo = program();
    demo.arg("demo").env("AUTOPILOT_TERRAFORM", "no-such-terraform");
    let (code, _, stderr) = said(&demo.output().expect("the program starts"));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("AUTOPILOT_TERRAFORM is set to \"no-such-terraform\""), "{stderr}");
}

/// The variables that lead the provider to the emulator.
const LEADING: [&str; 6] = [
    "AUTOPILOT_GRAPH_ENDPOINT",
    "AUTOPILOT_AUTHORITY_HOST",
    "ARM_TENANT_ID",
    "ARM_CLIENT_ID",
    "ARM_CLIENT_SECRET",
    "AUTOPILOT_LOGIN_FILE",
];

#[test]
#[cfg(unix)]
fn the_emulator_runs_a_command_with_its_variables_and_ends_as_it_does() {
    let script = format!("{}; exit 7", LEADING.map(|name| format!("echo {name}=${name}")).join("; "));
    let (code, stdout, stderr) = run(&["emulator", "--speed", "100", "--", "sh", "-c", &script]);
    assert_eq!(code, Some(7), "{stderr}");
    for (name, line) in LEADING.iter().zip(stdout.lines()) {
        assert!(line.strip_prefix(&format!("{name}=")).is_some_and(|value| !value.is_empty()), "{stdout}");
    }
    assert_eq!(stdout.lines().count(), LEADING.len(), "nothing is printed but what the command prints");
}

#[test]
#[cfg(unix)]
fn an_emulator_that_throttles_tells_the_provider_to_keep_its_pace() {
    for (options, pace) in
        [(["--speed", "20"].as_slice(), "pace=\n"), (&["--speed", "20", "--throttling"], "pace=20\n")]
    {
        let command = ["--", "sh", "-c", "echo pace=$AUTOPILOT_GRAPH_PACE"];
        let (code, stdout, stderr) = run(&[&["emulator"], options, &command].concat());
        assert_eq!((code, stdout.as_str()), (Some(0), pace), "{stderr}");
    }
}

#[test]
#[cfg(unix)]
fn a_command_beside_the_emulator_gets_this_provider_and_what_makes_it_trusted() {
    let folder = tempfile::tempdir().expect("a folder");
    let seed = folder.path().join("seed.json");
    std::fs::write(&seed, r#"{"devices": [{"serialNumber": "S", "count": 3}]}"#).expect("a file");
    let script = "cat $TF_CLI_CONFIG_FILE; echo $AUTOPILOT_GRAPH_ENDPOINT; grep -c BEGIN $AUTOPILOT_EMULATOR_CA_FILE; \
                  test -s $SSL_CERT_FILE && echo trusted";
    let own = folder.path().join("own.rc");
    std::fs::write(&own, "provider_installation {\n  direct {}\n}\n").expect("a file");
    let mut emulator = program();
    emulator.args(["emulator", "--tls", "--seed"]).arg(seed).args(["--", "sh", "-c", script]);
    let (code, stdout, stderr) = said(&emulator.env("TF_CLI_CONFIG_FILE", own).output().expect("the program starts"));
    assert_eq!(code, Some(0), "{stderr}");
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot")).parent().expect("a folder");
    let line = format!("\"zero-touch/autopilot\" = \"{}\"", folder.display());
    tells(&stdout, &["dev_overrides", &line, "direct {}", "https://127.0.0.1:", "1\n", "trusted"]);
}

#[test]
fn the_emulator_runs_terraform_s_own_tests_from_any_folder() {
    let terraform = autopilot::cli::terraform::Terraform::find(&|_| ()).unwrap_or_else(|why| panic!("{why}"));
    let mut command = program();
    let scenario = concat!("-chdir=", env!("CARGO_MANIFEST_DIR"), "/examples/scenarios/user-driven-entra-join");
    command.args(["emulator", "--speed", "100", "--"]).arg(terraform.command().get_program());
    command.args(terraform.command().get_args()).args([scenario, "test", "-no-color"]);
    let (code, stdout, stderr) = said(&command.output().expect("the program starts"));
    assert_eq!(code, Some(0), "{stdout}\n{stderr}");
    assert!(stdout.contains("Success! 4 passed, 0 failed."), "{stdout}");
}

#[test]
#[cfg(unix)]
fn the_emulator_serves_until_it_is_asked_to_stop() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::io::{BufRead, BufReader};

    for signal in [Signal::INT, Signal::TERM] {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("own.rc");
        std::fs::write(&own, "plugin_cache_dir = \"/mine\"\n").expect("a file");
        let mut emulator = program();
        emulator.arg("emulator").stdout(Stdio::piped()).stderr(Stdio::null());
        emulator.env("TF_CLI_CONFIG_FILE", own).env("XDG_CACHE_HOME", folder.path());
        let mut emulator = emulator.spawn().expect("the program starts");
        let lines = BufReader::new(emulator.stdout.take().expect("piped")).lines();
        let lines: Vec<_> = lines.take(LEADING.len() + 1).map(|line| line.expect("text")).collect();
        assert!(lines.iter().all(|line| line.starts_with("export ")), "{lines:?}");
        let pid = Pid::from_raw(i32::try_from(emulator.id()).expect("a process id")).expect("not 0");
        kill_process(pid, signal).expect("a signal");
        assert_eq!(emulator.wait().expect("an end").code(), Some(0));
        // A shell that took the variables outlives the emulator, and its Terraform finds the user's settings and ours.
        let config = lines.last().and_then(|line| line.strip_prefix("export TF_CLI_CONFIG_FILE='")).expect("the last");
        let config = std::fs::read_to_string(config.trim_end_matches('\'')).expect("the file is kept");
        tells(&config, &["plugin_cache_dir = \"/mine\"", "provider_installation {", "\"zero-touch/autopilot\" = "]);
    }
}

#[test]
#[cfg(unix)]
fn the_program_itself_tells_whether_an_emulator_serves() {
    let script = "\"$0\" emulator --listen \"${AUTOPILOT_GRAPH_ENDPOINT#http://}\" --health";
    let (code, _, stderr) =
        run(&["emulator", "--", "sh", "-c", script, env!("CARGO_BIN_EXE_terraform-provider-autopilot")]);
    assert_eq!(code, Some(0), "{stderr}");
    // Nothing listens on port 1.
    let (code, _, stderr) = run(&["emulator", "--listen", "127.0.0.1:1", "--health"]);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains("No emulator serves at 127.0.0.1:1: "), "{stderr}");
}

/// The parts stand in the text, in this order.
#[track_caller]
fn tells(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let found = rest.find(part).unwrap_or_else(|| panic!("{part:?} is missing, or not in its place, in\n{text}"));
        rest = &rest[found + part.len()..];
    }
}

const DEMO: [&str; 9] = [
    "# autopilot_device_import.fleet will be created",
    "Plan: 8 to add, 0 to change, 0 to destroy.",
    "Warning: Targeted Devices Become Registered: User driven Entra join",
    "autopilot_device_import.fleet: Creation complete after",
    "Apply complete! Resources: 8 added, 0 changed, 0 destroyed.",
    "No changes.",
    "25 devices, and the profile",
    "Resources: 0 added, 0 changed, 8 destroyed.",
    "The tenant is empty again.",
];

#[test]
fn the_demo_shows_a_tenant_from_empty_to_empty() {
    let (code, stdout, stderr) = run(&["demo"]);
    assert_eq!(code, Some(0), "{stdout}\n{stderr}");
    tells(&stdout, &DEMO);
    assert!(!stdout.contains("display_name"), "no attributes of what is planned");
    // What is shown in short is whole in the file.
    let file = stdout.lines().find(|line| line.ends_with(".txt")).expect("the file is named");
    let whole = std::fs::read_to_string(file).expect("the file is kept");
    std::fs::remove_file(file).expect("it can be removed");
    tells(
        &whole,
        &["$ terraform init", "+ display_name ", "Outputs:", "PF5KT0XA ", "$ terraform apply destroy.tfplan"],
    );
    assert_eq!(whole.matches(" Assigned ").count(), 25, "each device has its row in the table");
    assert!(!whole.contains('\x1b'), "a file has no colours");
    assert!(!stdout.contains('\x1b'), "no colours where nobody sees them");
}

#[test]
#[cfg(target_os = "linux")]
fn on_a_terminal_the_demo_shows_how_the_devices_go_on() {
    // `script` gives it a terminal.
    let mut script = Command::new("script");
    let demo = format!("'{}' demo --quiet", env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    script.args(["--quiet", "--return", "--command", &demo, "/dev/null"]).stdin(Stdio::null());
    let (code, stdout, stderr) = said(&script.env("COLUMNS", "80").env("NO_COLOR", "1").output().expect("it starts"));
    assert_eq!(code, Some(0), "{stdout}\n{stderr}");
    // The line is taken back before anything else is written.
    let line = stdout.find("Assigned 25\r").unwrap_or_else(|| panic!("the line is missing in {stdout:?}"));
    let result = stdout.find("2 of 7: Apply: ").expect("the result of the apply");
    assert!(line < result, "{stdout:?}");
    assert!(stdout[..result].ends_with(&format!("\r{}\r✓ ", " ".repeat("Assigned 25".len()))), "{stdout:?}");
    assert!(!stdout[result..].contains("Assigned 25\r"), "nothing waits for a profile any more: {stdout:?}");
    assert!(!stdout.contains('\x1b'), "NO_COLOR is set: {stdout:?}");
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_the_demo_and_its_terraform() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::{
        io::{BufRead, BufReader},
        time::{Duration, Instant},
    };

    // Where what Terraform says is kept.
    let folder = tempfile::tempdir().expect("a folder");
    let mut demo = program();
    demo.arg("demo").env("TMPDIR", folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut demo = demo.spawn().expect("it starts");
    let mut lines = BufReader::new(demo.stdout.take().expect("piped")).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains(": Creation complete")), "the apply has begun");
    let asked = Instant::now();
    let pid = Pid::from_raw(i32::try_from(demo.id()).expect("a process id")).expect("not 0");
    kill_process(pid, Signal::INT).expect("a signal");
    assert_eq!(demo.wait().expect("an end").code(), Some(1));
    // The pipe ends when nobody is left who could write to it.
    assert_eq!(lines.filter(|line| line.contains("Apply complete!")).count(), 0);
    assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
}
