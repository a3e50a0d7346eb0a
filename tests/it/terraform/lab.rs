//! A tenant, a folder of HCL, and the real Terraform between them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use autopilot::{
    cli::signed_in,
    cli::terraform::{Installation, Terraform, Workspace, make},
    emulator::{self, Emulator, Options},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{
    run::{Plan, Run},
    tenant::Tenant,
};

/// How many times as fast as real time the tenants of tests live.
pub(super) const SPEED: f64 = 100.0;

/// What every configuration begins with; in a file of its own, so that the lines of a test's own text count from 1.
pub(super) const PRELUDE: &str = r#"
terraform {
  required_providers {
    autopilot = { source = "zero-touch/autopilot" }
  }
}
"#;

/// The Terraform that the tests run: found, or made, once.
pub(super) fn terraform() -> &'static Terraform {
    static FOUND: OnceLock<Terraform> = OnceLock::new();
    FOUND.get_or_init(|| Terraform::find(&tell).unwrap_or_else(|missing| panic!("{missing}")))
}

#[expect(clippy::print_stderr, reason = "fetching a Terraform takes its time, and whoever waits wants to know why")]
fn tell(what: &str) {
    eprintln!("{what}");
}

/// The newest Terraform that the provider is tested with: the one that is made where a machine has none.
pub(super) fn newest_terraform() -> &'static Terraform {
    static MADE: OnceLock<Terraform> = OnceLock::new();
    MADE.get_or_init(|| make(&tell).unwrap_or_else(|why| panic!("{why}")))
}

/// One test's own tenant and working folder. Both are gone with it.
pub(super) struct Lab {
    pub(super) tenant: Tenant,
    terraform: &'static Terraform,
    workspace: Workspace,
    pub(super) settings: Vec<(String, String)>,
    pub(super) home: TempDir,
    pub(super) emulator: Emulator,
    // The emulator serves until this is dropped.
    _runtime: Runtime,
}

impl Lab {
    /// An empty tenant and an empty folder.
    pub(super) fn new() -> Lab {
        Lab::running(terraform())
    }

    fn running(terraform: &'static Terraform) -> Lab {
        Lab::at(SPEED, |_| (), terraform)
    }

    /// A tenant that counts requests against the service's limits, at so many times the speed of real time.
    pub(super) fn throttled(speed: f64) -> Lab {
        Lab::at(speed, |settings| settings.throttling = true, terraform())
    }

    fn at(speed: f64, set: impl FnOnce(&mut emulator::Settings), terraform: &'static Terraform) -> Lab {
        let runtime = Runtime::new().expect("threads");
        let options = Options { speed, ..Options::default() };
        let emulator = runtime.block_on(Emulator::start(options)).expect("the emulator starts");
        emulator.configure(set);
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut settings = emulator.environment();
        // For what Graph allows to no application: a provider with `use_login = true`.
        let administrator = runtime.block_on(signed_in::administrator(&emulator, home.path()));
        settings.push(administrator.expect("an administrator can sign in"));
        let workspace = lay_out(terraform, home.path(), &settings);
        let tenant = Tenant::sign_in(&settings);
        Lab { tenant, terraform, workspace, settings, home, emulator, _runtime: runtime }
    }

    /// With this text as the whole configuration.
    pub(super) fn with(text: &str) -> Lab {
        let lab = Lab::new();
        lab.configure(text);
        lab
    }

    /// A folder of the repository's `examples/` as the configuration.
    pub(super) fn of_example(folder: &str) -> Lab {
        Lab::new().with_example(folder)
    }

    /// An empty tenant and an empty folder for [`newest_terraform`].
    pub(super) fn on_newest() -> Lab {
        Lab::running(newest_terraform())
    }

    /// An example, run by [`newest_terraform`].
    pub(super) fn of_example_on_newest(folder: &str) -> Lab {
        Lab::running(newest_terraform()).with_example(folder)
    }

    fn with_example(self, folder: &str) -> Lab {
        copy(&examples().join(folder), self.folder());
        // Where the example finds them: it stands as deep below the examples as its folder says.
        let modules = self.folder().join("../".repeat(folder.matches('/').count() + 1)).join("modules");
        if examples().join("modules").exists() && !modules.exists() {
            copy(&examples().join("modules"), &modules);
        }
        let calls = |file: &Path| fs::read_to_string(file).is_ok_and(|text| text.contains("\"../../modules/"));
        if files(self.folder()).iter().any(|file| calls(file)) {
            // With a development override `init` is not to be run, but modules have to be found.
            self.run(&["get"]).succeeds();
        }
        self
    }

    /// The tenant as its administrator sees it, who may look at what no application may.
    pub(super) fn administrator(&self) -> Tenant {
        let answer = self.emulator.sign_in(emulator::PUBLIC_CLIENT_ID).expect("an administrator can sign in");
        self.tenant.by_token(answer["access_token"].as_str().expect("a token"))
    }

    /// Where the configuration and the state lie.
    pub(super) fn folder(&self) -> &Path {
        self.workspace.folder()
    }

    /// Replaces the configuration.
    pub(super) fn configure(&self, text: &str) {
        self.write("prelude.tf", PRELUDE);
        self.write("main.tf", text);
    }

    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder().join(name), content).expect("the folder can be written");
    }

    /// Sets a variable that the provider reads, for all later runs.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.settings.retain(|(set, _)| set != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self.workspace = lay_out(self.terraform, self.home.path(), &self.settings);
    }

    /// What the provider is told of this name.
    pub(super) fn setting(&self, name: &str) -> &str {
        self.settings.iter().find(|(set, _)| set == name).map_or("", |(_, value)| value)
    }

    /// Leads all later runs to the emulator's other tenant.
    pub(super) fn sign_in_elsewhere(&mut self) {
        self.tenant = self.sign_in_to_other_tenant();
        for (name, value) in elsewhere() {
            self.set(name, value);
        }
    }

    /// The emulator's other tenant, as an administrator there sees it.
    pub(super) fn sign_in_to_other_tenant(&self) -> Tenant {
        let elsewhere = elsewhere().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Tenant::sign_in(&[self.settings.as_slice(), &elsewhere].concat())
    }

    /// Lets the same executable stand for another provider too: `hashicorp/azuread`.
    pub(super) fn stands_for(&self, source: &str) {
        let folder = self.home.path().join("stand-in").join(source);
        if folder.exists() {
            return;
        }
        fs::create_dir_all(&folder).expect("a folder");
        let name = format!("terraform-provider-{}", source.rsplit('/').next().unwrap_or_default());
        std::os::unix::fs::symlink(executable(), folder.join(name)).expect("a link");
        let file = self.home.path().join("terraform.rc");
        let overrides = fs::read_to_string(&file).expect("the workspace has written it");
        let ours = "dev_overrides {\n";
        assert!(overrides.contains(ours), "{overrides}");
        let more = format!("{ours}    \"{source}\" = {:?}\n", folder.display().to_string());
        fs::write(&file, overrides.replace(ours, &more)).expect("the folder can be written");
    }

    /// Lets a device be switched on by its user: it enrols.
    pub(super) fn enroll(&self, serial_number: &str) {
        self.tenant.post("/_emulator/enroll", &serde_json::json!({ "serial_number": serial_number }));
    }

    /// Puts the scenario's 25 devices beside the configuration.
    pub(super) fn copy_devices(&self) {
        let devices = examples().join("scenarios/user-driven-entra-join/devices.csv");
        fs::copy(devices, self.folder().join("devices.csv")).expect("a copy");
    }

    /// What the tenant was asked to change so far: how often each method and path, by the status of the answer.
    pub(super) fn writes(&self) -> BTreeMap<String, u64> {
        let mut writes = BTreeMap::new();
        for request in self.emulator.requests() {
            // The one action that reads.
            let asks = request.path.ends_with("/retrieveEnrollmentTimeDeviceMembershipTarget");
            let reads = request.method == "GET" || request.path.ends_with("/token") || request.path.ends_with("$batch");
            if !reads && !asks {
                *writes.entry(format!("{} {} {}", request.method, request.path, request.status)).or_default() +=
                    request.count;
            }
        }
        writes
    }

    /// What it was asked to change since then.
    pub(super) fn writes_since(&self, before: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
        let more = |(what, count): (String, u64)| {
            let more = count - before.get(&what).copied().unwrap_or(0);
            (more > 0).then_some((what, more))
        };
        self.writes().into_iter().filter_map(more).collect()
    }

    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = self.workspace.command();
        command.args(words);
        command
    }

    /// A script of the example, which runs Terraform.
    #[cfg(unix)]
    pub(super) fn script(&self, name: &str) -> Command {
        self.workspace.script(name)
    }

    pub(super) fn run(&self, words: &[&str]) -> Run {
        Run::of(&mut self.command(words))
    }

    /// Plans. Whether it worked is to be asked of the run.
    pub(super) fn plan_run(&self) -> Run {
        self.run(&["plan", "-json", "-input=false", "-detailed-exitcode", "-out=lab.tfplan"])
    }

    /// The plan, which has to be possible.
    #[track_caller]
    pub(super) fn plan(&self) -> Plan {
        let run = self.plan_run();
        assert!(matches!(run.code, Some(0 | 2)), "{run}");
        let shown = self.run(&["show", "-json", "lab.tfplan"]).succeeds();
        Plan { run, json: serde_json::from_str(&shown.stdout).expect("a plan is JSON") }
    }

    pub(super) fn apply_run(&self) -> Run {
        self.run(&["apply", "-auto-approve", "-json", "-input=false"])
    }

    #[track_caller]
    pub(super) fn apply(&self) -> Run {
        self.apply_run().succeeds()
    }

    #[track_caller]
    pub(super) fn destroy(&self) -> Run {
        self.run(&["destroy", "-auto-approve", "-json", "-input=false"]).succeeds()
    }

    #[track_caller]
    pub(super) fn import(&self, address: &str, id: &str) -> Run {
        self.run(&["import", "-no-color", "-input=false", address, id]).succeeds()
    }

    /// Forgets everything without touching the tenant.
    pub(super) fn forget_state(&self) {
        for name in ["terraform.tfstate", "terraform.tfstate.backup"] {
            let _ = fs::remove_file(self.folder().join(name));
        }
    }

    /// The text of the state.
    pub(super) fn state_text(&self) -> String {
        fs::read_to_string(self.folder().join("terraform.tfstate")).expect("there is a state")
    }

    /// The attributes of a resource in the state.
    #[track_caller]
    pub(super) fn state_of(&self, address: &str) -> Value {
        let shown = self.run(&["show", "-json"]).succeeds();
        let state: Value = serde_json::from_str(&shown.stdout).expect("a state is JSON");
        let resources = state["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        let found = resources.into_iter().find(|resource| resource["address"] == address);
        found.unwrap_or_else(|| panic!("{address} is not in the state"))["values"].clone()
    }

    /// An output's value.
    #[track_caller]
    pub(super) fn output(&self, name: &str) -> Value {
        let shown = self.run(&["output", "-json", name]).succeeds();
        serde_json::from_str(&shown.stdout).expect("an output is JSON")
    }

    #[cfg(unix)]
    /// Starts Terraform in a process group of its own, and goes on.
    pub(super) fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("terraform starts")
    }
}

/// What stands in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// Copies a folder with all that is in it.
pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for path in files(from) {
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("a copy");
        }
    }
}

/// What leads to the emulator's other tenant.
fn elsewhere() -> [(&'static str, &'static str); 3] {
    [
        ("ARM_TENANT_ID", emulator::OTHER_TENANT_ID),
        ("ARM_CLIENT_ID", emulator::OTHER_CLIENT_ID),
        ("ARM_CLIENT_SECRET", emulator::OTHER_CLIENT_SECRET),
    ]
}

pub(super) fn lay_out(terraform: &Terraform, home: &Path, settings: &[(String, String)]) -> Workspace {
    Workspace::new(terraform, home, executable(), Installation::Override, settings).expect("the folder can be written")
}

/// The provider.
pub(super) fn executable() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"))
}

/// The repository's examples.
pub(super) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}
