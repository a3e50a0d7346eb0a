//! What the real Terraform says to it.

use std::{
    fs,
    io::Read,
    net::TcpListener,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use autopilot::cli::terraform::{Installation, Terraform, Workspace, make};
use serde_json::Value;
use tempfile::TempDir;

use crate::ask::on_a_runtime;

pub(crate) const CASES: &[(&str, fn())] = &[
    ("numbers_come_back_as_they_were", numbers_come_back_as_they_were),
    ("nested_values_come_back_as_they_were", nested_values_come_back_as_they_were),
    ("a_text_of_60_mb_passes", a_text_of_60_mb_passes),
    ("secrets_are_in_no_log_and_write_only_ones_nowhere", secrets_are_in_no_log_and_write_only_ones_nowhere),
    ("a_panic_is_told_with_its_place_and_the_next_rpc_answers", a_panic_is_told_with_its_place),
    ("an_older_state_is_upgraded_with_its_numbers_exact", an_older_state_is_upgraded),
    ("ctrl_c_ends_a_create_and_the_state_has_what_exists", ctrl_c_ends_a_create),
    ("an_import_is_planned_empty", an_import_is_planned_empty),
    ("functions_echo_and_refuse", functions_echo_and_refuse),
    ("a_function_refuses_on_its_argument", a_function_refuses_on_its_argument),
    ("an_ephemeral_value_goes_into_a_write_only_attribute", an_ephemeral_value_goes_into_a_write_only_attribute),
    ("an_ephemeral_resource_is_renewed_and_closed", an_ephemeral_resource_is_renewed_and_closed),
    ("an_action_that_fails_or_panics_is_told", an_action_that_fails_or_panics_is_told),
    ("a_list_that_panics_is_told_with_its_place", a_list_that_panics_is_told_with_its_place),
    ("a_core_that_is_given_the_address_finds_it", a_core_that_is_given_the_address_finds_it),
];

/// Exit codes of `plan -detailed-exitcode`.
const EMPTY: i32 = 0;

struct Run {
    workspace: Workspace,
    _home: TempDir,
}

impl Run {
    /// A folder with this configuration, in which this very program is the provider `test`.
    fn of(configuration: &str) -> Run {
        let this = std::env::current_exe().expect("a test has an executable");
        Run::with(&this, "test", configuration)
    }

    fn with(executable: &Path, local_name: &str, configuration: &str) -> Run {
        let terraform = Terraform::find(&|_| {}).unwrap_or_else(|missing| panic!("{missing}"));
        Run::by(&terraform, executable, local_name, configuration)
    }

    /// The same by the newest Terraform that there is.
    fn on_newest(configuration: &str) -> Run {
        let this = std::env::current_exe().expect("a test has an executable");
        let terraform = make(&|_| {}).unwrap_or_else(|why| panic!("{why}"));
        Run::by(&terraform, &this, "test", configuration)
    }

    fn by(terraform: &Terraform, executable: &Path, local_name: &str, configuration: &str) -> Run {
        let home = tempfile::tempdir().expect("there is room");
        let provider = home.path().join("terraform-provider-autopilot");
        std::os::unix::fs::symlink(executable, &provider).expect("there is room");
        let workspace = Workspace::new(terraform, home.path(), &provider, Installation::Override, &[]);
        let run = Run { workspace: workspace.expect("there is room"), _home: home };
        let required = format!(
            "terraform {{\n required_providers {{\n {local_name} = {{ source = \"zero-touch/autopilot\" }}\n }}\n}}\n"
        );
        fs::write(run.file("main.tf"), required + configuration).expect("there is room");
        run
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.workspace.folder().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.workspace.command();
        command.args(arguments).arg("-no-color");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("Terraform starts")
    }

    /// Runs what must succeed and gives its standard output.
    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs what must fail and gives what it complains about, its lines joined.
    fn fail(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?}: {}", text(&output.stdout));
        text(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn apply(&self) -> String {
        self.succeed(&["apply", "-auto-approve"])
    }

    fn assert_planned_empty(&self) {
        let output = self.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(output.status.code(), Some(EMPTY), "{}{}", text(&output.stdout), text(&output.stderr));
    }

    /// The values of the only resource in the state. Numbers keep their text.
    fn values(&self) -> Value {
        let state: Value = serde_json::from_str(&self.succeed(&["show", "-json"])).expect("it is JSON");
        state["values"]["root_module"]["resources"][0]["values"].clone()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn numbers_come_back_as_they_were() {
    let run = Run::of(
        r#"
        resource "test_thing" "a" {
          number   = 0.1
          numbers  = [9007199254740993, -0.5, 18446744073709551616, 3.3333333333333333333]
          anything = { fraction = 0.1, big = 9007199254740993 }
        }
        data "test_mirror" "a" {
          number = 9007199254740993
        }
        output "same" {
          value = data.test_mirror.a.same == 9007199254740993 && test_thing.a.number == 0.1
        }
        output "echoed" {
          value = provider::test::echo(0.1) == 0.1
        }
        "#,
    );
    assert!(run.apply().contains("1 added"));
    run.assert_planned_empty();
    let state = fs::read_to_string(run.file("terraform.tfstate")).expect("there is a state");
    let state: Value = serde_json::from_str(&state).expect("it is JSON");
    assert_eq!(state["outputs"]["same"]["value"], true);
    assert_eq!(state["outputs"]["echoed"]["value"], true);
    let thing = state["resources"].as_array().and_then(|all| all.iter().find(|it| it["type"] == "test_thing"));
    let attributes = &thing.expect("it is there")["instances"][0]["attributes"];
    assert_eq!(attributes["number"].to_string(), "0.1");
    let numbers = "[9007199254740993,-0.5,18446744073709551616,3.3333333333333333333]";
    assert_eq!(attributes["numbers"].to_string(), numbers);
    assert_eq!(attributes["anything"]["value"].to_string(), r#"{"big":9007199254740993,"fraction":0.1}"#);
}

fn nested_values_come_back_as_they_were() {
    let configuration = |on: &str| {
        format!(
            r#"
            resource "test_thing" "a" {{
              anything = ["a", true, null]
              one      = {{ {on} }}
              many     = [{{ name = "b" }}, {{ name = "a" }}]
              some     = [{{ name = "b" }}, {{ name = "a", weight = 2 }}]
            }}
            "#
        )
    };
    let run = Run::of(&configuration(""));
    run.apply();
    run.assert_planned_empty();
    let values = run.values();
    assert_eq!(values["one"].to_string(), r#"{"on":true}"#);
    assert_eq!(values["many"].to_string(), r#"[{"name":"b"},{"name":"a"}]"#);
    assert_eq!(values["some"].to_string(), r#"[{"name":"a","weight":2},{"name":"b","weight":1}]"#);

    // A change in one place is planned there and nowhere else.
    let main = fs::read_to_string(run.file("main.tf")).expect("it is there");
    fs::write(run.file("main.tf"), main.replace("one      = {  }", "one      = { on = false }"))
        .expect("there is room");
    let planned = run.succeed(&["plan"]);
    let changes: Vec<&str> = planned.lines().map(str::trim).filter(|line| line.contains("->")).collect();
    assert_eq!(changes, ["~ on = true -> false"]);
    assert!(planned.contains("0 to add, 1 to change, 0 to destroy"), "{planned}");
}

fn a_text_of_60_mb_passes() {
    let run = Run::of("resource \"test_thing\" \"a\" {\n text = file(\"text\")\n}\n");
    let long = "0123456789".repeat(6_000_000);
    fs::write(run.file("text"), &long).expect("there is room");
    run.apply();
    run.assert_planned_empty();
    let state = fs::read_to_string(run.file("terraform.tfstate")).expect("there is a state");
    assert!(state.contains(&long));
}

fn secrets_are_in_no_log_and_write_only_ones_nowhere() {
    let run = Run::of(
        r#"
        resource "test_thing" "a" {
          secret   = "kept-by-nobody"
          password = "kept-in-the-state"
        }
        "#,
    );
    let output = run.command(&["apply", "-auto-approve"]).env("TF_LOG", "trace").output().expect("Terraform starts");
    let log = text(&output.stderr);
    assert!(output.status.success(), "{log}");
    let ours: Vec<&str> = log.lines().filter(|line| line.contains("autopilot.server.rpc")).collect();
    assert!(!ours.is_empty(), "the provider logs to core");
    for secret in ["kept-by-nobody", "kept-in-the-state"] {
        assert!(!log.contains(secret));
    }
    let complaints = ["produced invalid plan", "produced an unexpected", "tolerating"];
    assert!(!complaints.iter().any(|complaint| log.contains(complaint)));
    let state = fs::read_to_string(run.file("terraform.tfstate")).expect("there is a state");
    assert!(state.contains("kept-in-the-state") && !state.contains("kept-by-nobody"));
    run.succeed(&["plan", "-out=plan"]);
    let plan = run.succeed(&["show", "-json", "plan"]);
    let plan: Value = serde_json::from_str(&plan).expect("it is JSON");
    assert_eq!(plan["planned_values"]["root_module"]["resources"][0]["values"]["secret"], Value::Null);
    run.assert_planned_empty();
}

fn a_panic_is_told_with_its_place() {
    let configuration = |verb| {
        format!("resource \"test_crash\" \"a\" {{\n verb = \"{verb}\"\n}}\nresource \"test_thing\" \"b\" {{\n}}\n")
    };
    for (verb, rpc, command) in [
        ("validate", "ValidateResourceConfig", &["validate"][..]),
        ("plan", "PlanResourceChange", &["plan"]),
        ("create", "ApplyResourceChange", &["apply", "-auto-approve"]),
    ] {
        let run = Run::of(&configuration(verb));
        let told = run.fail(command);
        assert!(told.contains(&format!("The provider crashed in {rpc} at ")), "{told}");
        assert!(told.contains("registry.rs:") && told.contains("on purpose"), "{told}");
        assert!(!told.contains("Stack trace") && !told.contains("did not respond"), "{told}");
        if verb == "create" {
            let state = run.succeed(&["state", "list"]);
            assert!(state.contains("test_thing.b"), "the other one was made: {state}");
        }
    }
}

fn an_older_state_is_upgraded() {
    let run = Run::of("resource \"test_old\" \"a\" {\n name = \"first\"\n size = 9007199254740993\n}\n");
    let state = r#"{
      "version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "a", "outputs": {},
      "resources": [{
        "mode": "managed", "type": "test_old", "name": "a",
        "provider": "provider[\"registry.terraform.io/zero-touch/autopilot\"]",
        "instances": [{
          "schema_version": 0,
          "attributes": {"id": "x", "title": "first", "size": 9007199254740993, "dropped": [1]}
        }]
      }]
    }"#;
    fs::write(run.file("terraform.tfstate"), state).expect("there is room");
    run.assert_planned_empty();
    run.apply();
    let written: Value = serde_json::from_slice(&fs::read(run.file("terraform.tfstate")).expect("there is a state"))
        .expect("it is JSON");
    let instance = &written["resources"][0]["instances"][0];
    assert_eq!(instance["schema_version"], 1);
    let attributes = r#"{"id":"x","name":"first","size":9007199254740993,"timeouts":null}"#;
    assert_eq!(instance["attributes"].to_string(), attributes);

    fs::write(run.file("terraform.tfstate"), state.replace("\"schema_version\": 0", "\"schema_version\": 7"))
        .expect("there is room");
    let told = run.fail(&["plan"]);
    assert!(told.contains("newer provider") || told.contains("newer version"), "{told}");
}

fn ctrl_c_ends_a_create() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there are ports");
    let address = listener.local_addr().expect("it is bound");
    let run = Run::of(&format!("resource \"test_slow\" \"a\" {{\n tell = \"{address}\"\n}}\n"));
    let mut apply = run.command(&["apply", "-auto-approve"]);
    let apply = apply.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("Terraform starts");
    // Connected by the provider from within its create.
    let (mut begun, _) = listener.accept().expect("the provider tells");
    let begin = Instant::now();
    let kill = Command::new("kill").args(["-s", "INT", &apply.id().to_string()]).status();
    assert!(kill.expect("there is kill").success());
    let mut nothing = [0];
    assert_eq!(begun.read(&mut nothing).expect("it hangs up"), 0);
    assert!(begin.elapsed() < Duration::from_secs(1), "the create was cancelled at once");
    let output = apply.wait_with_output().expect("it was started");
    assert!(begin.elapsed() < Duration::from_secs(3), "Terraform has ended");
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("It was half made."), "{}", text(&output.stderr));
    assert_eq!(run.values()["id"], "half");
}

fn an_import_is_planned_empty() {
    let run = Run::of("resource \"test_thing\" \"a\" {\n}\n");
    run.succeed(&["import", "test_thing.a", "known"]);
    assert_eq!(run.values()["id"], "known");
    run.assert_planned_empty();
}

fn functions_echo_and_refuse() {
    let run = Run::of(
        r#"
        output "echoed" {
          value = [provider::test::echo(["a", null]), provider::test::echo(null), provider::test::echo({ n = 0.1 })]
        }
        "#,
    );
    run.apply();
    assert_eq!(run.succeed(&["output", "-json", "echoed"]).trim(), r#"[["a",null],null,{"n":0.1}]"#);

    let run = Run::of("output \"refused\" {\n value = provider::test::echo(\"bad\")\n}\n");
    let told = run.fail(&["plan"]);
    assert!(told.contains("bad is not echoed"), "{told}");
}

fn a_function_refuses_on_its_argument() {
    let run = Run::of("output \"refused\" {\n value = provider::test::join(\"-\", \"a\", null, \"7\")\n}\n");
    let told = run.fail(&["plan"]);
    assert!(told.contains("Invalid value for \"words\" parameter: a number is no word."), "{told}");
    assert!(told.contains("while calling provider::test::join(separator, words...)"), "{told}");
    let run = Run::of("output \"joined\" {\n value = provider::test::join(\"-\", \"a\", null, \"b\")\n}\n");
    run.apply();
    assert_eq!(run.succeed(&["output", "-json", "joined"]).trim(), "\"a---b\"");
}

fn an_ephemeral_value_goes_into_a_write_only_attribute() {
    let run = Run::of(
        r#"
        ephemeral "test_loan" "a" {
          log = "${path.root}/log"
        }
        resource "test_thing" "a" {
          secret = ephemeral.test_loan.a.secret
        }
        "#,
    );
    run.apply();
    let values = run.values();
    assert_eq!(
        (&values["secret"], &values["secret_length"]),
        (&Value::Null, &Value::from(19)),
        "it came, and is not kept"
    );
    let state = fs::read_to_string(run.file("terraform.tfstate")).expect("there is a state");
    assert!(!state.contains("lent-to-nobody-else"), "{state}");
    run.assert_planned_empty();
    // Opened for each plan and each apply, by a process of its own.
    let log = fs::read_to_string(run.file("log")).expect("it was written");
    let count = |what: &str| log.lines().filter(|line| *line == what).count();
    assert_eq!((count("open"), count("close after open")), (3, 3), "{log}");
}

fn an_ephemeral_resource_is_renewed_and_closed() {
    on_a_runtime(async {
        let listen = async || tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("there are ports");
        let (begun, renewed) = (listen().await, listen().await);
        let address = |listener: &tokio::net::TcpListener| listener.local_addr().expect("it is bound").to_string();
        let run = Run::of(&format!(
            r#"
            ephemeral "test_loan" "a" {{
              log          = "${{path.root}}/log"
              tell         = "{}"
              milliseconds = 50
            }}
            resource "test_patient" "a" {{
              tell   = "{}"
              secret = ephemeral.test_loan.a.secret
            }}
            "#,
            address(&renewed),
            address(&begun)
        ));
        let mut apply = tokio::process::Command::from(run.command(&["apply", "-auto-approve"]));
        let apply = apply.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("Terraform starts");
        let mut apply = std::pin::pin!(apply.wait_with_output());
        let mut next = async |listener: &tokio::net::TcpListener| {
            tokio::select! {
                told = listener.accept() => told.expect("somebody connects").0,
                ended = &mut apply => panic!("{}", text(&ended.expect("it was started").stderr)),
            }
        };
        let patient = next(&begun).await;
        let log = || fs::read_to_string(run.file("log")).expect("it was written");
        while !log().contains("renew after renew\n") {
            next(&renewed).await;
        }
        drop(patient);
        let output = apply.await.expect("it was started");
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(log().ends_with("close after open\n"), "closed with what the opening left: {}", log());
    });
}

fn an_action_that_fails_or_panics_is_told() {
    for (how, expected) in
        [("fails", "There is no more paper."), ("panics", "The provider crashed in InvokeAction at ")]
    {
        let run = Run::on_newest(&format!(
            r#"
            action "test_note" "a" {{
              config {{
                text  = "a"
                steps = 2
                {how} = true
              }}
            }}
            resource "test_thing" "b" {{}}
            "#
        ));
        let invoke = ["apply", "-auto-approve", "-invoke=action.test_note.a"];
        let output = run.run(&invoke);
        let told = text(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(!output.status.success() && told.contains(expected), "{told}");
        let told = text(&output.stdout);
        assert!(told.contains("a, step 1") && told.contains("a, step 2"), "{told}");
        run.apply();
    }
}

fn a_list_that_panics_is_told_with_its_place() {
    let run = Run::on_newest("");
    let query = |set: &str| format!("list \"test_row\" \"a\" {{\n provider = test\n config {{\n {set}\n }}\n}}\n");
    fs::write(run.file("a.tfquery.hcl"), query("count = 5\n panics_at = 2")).expect("there is room");
    let told = run.fail(&["query"]);
    assert!(told.contains("The provider crashed in ListResource at ") && told.contains("rows.rs:"), "{told}");
    fs::write(run.file("a.tfquery.hcl"), query("count = 5\n warns = true")).expect("there is room");
    let listed = run.succeed(&["query"]);
    assert!(listed.contains("Row 4"), "{listed}");
    // Without an end of its own it ends at core's limit.
    fs::write(run.file("a.tfquery.hcl"), query("")).expect("there is room");
    let listed = run.succeed(&["query"]);
    assert!(listed.contains("Row 99") && !listed.contains("Row 100"), "{listed}");
}

/// The real provider as a debugger starts it.
fn a_core_that_is_given_the_address_finds_it() {
    use std::io::{BufRead, BufReader};
    let executable = Path::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
    let run = Run::with(executable, "autopilot", "");
    let mut provider = Command::new(executable).arg("-debug").stdout(Stdio::piped()).spawn().expect("it is built");
    let lines = BufReader::new(provider.stdout.take().expect("it is piped")).lines();
    let variable = lines
        .map_while(Result::ok)
        .find_map(|line| Some(line.strip_prefix("TF_REATTACH_PROVIDERS='")?.strip_suffix('\'')?.to_owned()));
    let variable = variable.expect("it prints the variable");
    for _core in 0..2 {
        let mut command = run.command(&["providers", "schema", "-json"]);
        let output = command.env("TF_REATTACH_PROVIDERS", &variable).output().expect("Terraform starts");
        assert!(text(&output.stdout).contains("autopilot_group"), "{}", text(&output.stderr));
    }
    assert_eq!(provider.try_wait().expect("it was started"), None, "cores come and go");
    let kill = Command::new("kill").args(["-s", "INT", &provider.id().to_string()]).status();
    assert!(kill.expect("there is kill").success());
    assert!(provider.wait().expect("it was started").success());
}
