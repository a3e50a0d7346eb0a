//! `install`, as a user has it: then `init` finds the provider, with modules, a backend and another provider beside it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{lab::Lab, run::Run};

const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    autopilot = { source = "zero-touch/autopilot" }
    other     = { source = "contoso/other" }
  }
  backend "local" { path = "states/team.tfstate" }
}
provider "other" {}
module "team" { source = "./team" }
resource "autopilot_group" "beside" {
  provider     = other
  display_name = "Made by another provider"
}
"#;

const MODULE: &str = r#"
terraform {
  required_providers {
    autopilot = { source = "zero-touch/autopilot" }
  }
}
resource "autopilot_group" "team" { display_name = "Team" }
"#;

/// A user with a home folder, and a tenant.
struct User {
    lab: Lab,
    home: PathBuf,
    settings: PathBuf,
}

impl User {
    fn new(lab: Lab) -> User {
        let home = lab.home.path().join("home");
        fs::create_dir_all(&home).expect("a folder");
        let settings = home.join("settings.tfrc");
        fs::write(&settings, "disable_checkpoint = true\n").expect("a file");
        User { lab, home, settings }
    }

    fn at_home<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("HOME", &self.home).env("TF_CLI_CONFIG_FILE", &self.settings).env_remove("XDG_DATA_HOME")
    }

    fn terraform(&self, words: &[&str]) -> Run {
        Run::of(self.at_home(&mut self.lab.command(words)))
    }

    /// `install`, by this build of the program.
    fn install(&self, program: &Path, words: &[&str]) -> Run {
        let mut command = Command::new(program);
        command.arg("install").args(words).env("COLUMNS", "400").current_dir(self.lab.folder());
        Run::of(self.at_home(&mut command)).succeeds()
    }

    /// The same, for what it says: its lines are folded.
    fn told(&self, program: &Path, words: &[&str]) -> String {
        in_one_line(&self.install(program, words).stdout)
    }

    fn plugins(&self) -> PathBuf {
        self.home.join(".local/share/terraform/plugins")
    }

    /// Another build of the same version.
    fn rebuilt(&self) -> PathBuf {
        let program = self.home.join("terraform-provider-autopilot");
        let mut bytes = fs::read(ours()).expect("it can be read");
        bytes.push(0);
        fs::write(&program, bytes).expect("a file");
        fs::set_permissions(&program, fs::metadata(ours()).expect("a file").permissions()).expect("it may run");
        program
    }
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

fn ours() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"))
}

/// Lays the same program as a provider of somebody else's.
fn lay_another(plugins: &Path) {
    for host in ["registry.terraform.io", "registry.opentofu.org"] {
        let of_ours = fs::read_dir(plugins.join(host).join("zero-touch/autopilot/0.1.0")).expect("it is installed");
        let platform = of_ours.map(|entry| entry.expect("an entry").file_name()).next().expect("a platform");
        let folder = plugins.join(host).join("contoso/other/0.1.0").join(platform);
        fs::create_dir_all(&folder).expect("a folder");
        std::os::unix::fs::symlink(ours(), folder.join("terraform-provider-other_v0.1.0")).expect("a link");
    }
}

fn is_found_with_all_that_stands_beside_it(lab: Lab) {
    let user = User::new(lab);
    let told = user.install(ours(), &[]);
    assert!(told.stdout.contains("Installed version 0.1.0 for Terraform and OpenTofu."), "{told}");
    assert!(!told.stdout.contains("Warning"), "{told}");
    lay_another(&user.plugins());
    fs::create_dir(user.lab.folder().join("team")).expect("a folder");
    user.lab.write("team/main.tf", MODULE);
    user.lab.write("main.tf", CONFIGURATION);
    user.terraform(&["init", "-no-color"]).succeeds();
    user.terraform(&["apply", "-auto-approve", "-no-color"]).succeeds();
    assert!(user.lab.folder().join("states/team.tfstate").is_file());
    let plan = user.terraform(&["plan", "-detailed-exitcode", "-no-color"]);
    assert_eq!(plan.code, Some(0), "{plan}");
}

#[test]
fn installed_it_is_found_with_a_module_a_backend_and_another_provider() {
    is_found_with_all_that_stands_beside_it(Lab::new());
}

#[test]
fn installed_it_is_found_by_the_newest_terraform_too() {
    is_found_with_all_that_stands_beside_it(Lab::on_newest());
}

fn another_build_is_refused_until_the_lock_file_knows_it(lab: Lab) {
    let user = User::new(lab);
    user.install(ours(), &[]);
    user.lab.write("main.tf", MODULE);
    user.terraform(&["init", "-no-color"]).succeeds();
    let again = user.install(ours(), &[]);
    assert!(again.stdout.contains("This build of version 0.1.0 was installed already."), "{again}");

    let told = user.install(&user.rebuilt(), &[]);
    assert!(told.stdout.contains("Installed this build of version 0.1.0 in place of another one."), "{told}");
    let refused = user.terraform(&["init", "-no-color"]);
    assert_eq!(refused.code, Some(1), "{refused}");
    let why = "doesn't match any of the checksums";
    assert!(in_one_line(&told.stdout).contains(why), "{told}");
    let said = in_one_line(&[refused.stdout.as_str(), refused.stderr.as_str()].concat());
    assert!(said.contains(why), "{refused}");

    // What it says is to be done.
    let command = told.stdout.lines().find_map(|line| line.trim().strip_prefix("terraform providers lock "));
    let command = command.unwrap_or_else(|| panic!("no remedy: {told}"));
    let words: Vec<_> = ["providers", "lock"].into_iter().chain(command.split_whitespace()).collect();
    user.terraform(&words).succeeds();
    user.terraform(&["init", "-no-color"]).succeeds();
    let told = user.install(&user.home.join("terraform-provider-autopilot"), &[]);
    assert!(!told.stdout.contains("Warning"), "{told}");
}

#[test]
fn another_build_of_the_same_version_is_refused_and_the_remedy_told() {
    another_build_is_refused_until_the_lock_file_knows_it(Lab::new());
}

#[test]
fn another_build_of_the_same_version_is_refused_by_the_newest_terraform_too() {
    another_build_is_refused_until_the_lock_file_knows_it(Lab::on_newest());
}

#[test]
fn an_installation_block_that_hides_it_is_told_and_the_remedy_helps() {
    let user = User::new(Lab::new());
    let elsewhere = user.home.join("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    let hiding = format!("provider_installation {{\n  filesystem_mirror {{\n    path = {elsewhere:?}\n  }}\n}}\n");
    fs::write(&user.settings, hiding).expect("a file");
    user.lab.write("main.tf", MODULE);
    let told = user.install(ours(), &[]);
    let why = "says where providers come from, and this folder is not among it";
    assert!(in_one_line(&told.stdout).contains(why), "{told}");
    assert_eq!(user.terraform(&["init", "-no-color"]).code, Some(1));

    let begin = told.stdout.find("  filesystem_mirror {").unwrap_or_else(|| panic!("no remedy: {told}"));
    let end = told.stdout[begin..].find("\n\n").map_or(told.stdout.len(), |end| begin + end);
    fs::write(&user.settings, format!("provider_installation {{\n{}\n}}\n", &told.stdout[begin..end])).expect("a file");
    user.terraform(&["init", "-no-color"]).succeeds();
    let told = user.install(ours(), &[]);
    assert!(!told.stdout.contains("Warning"), "{told}");
}

#[test]
fn a_source_that_takes_it_too_is_told_until_it_excludes_it() {
    let user = User::new(Lab::new());
    let told = |settings: &str| {
        fs::write(&user.settings, settings).expect("a file");
        user.install(ours(), &[]).stdout
    };
    let hidden = told("provider_installation {\n  direct {}\n}\n");
    let said = in_one_line(&hidden);
    assert!(said.contains("Its direct would be asked for this provider too. Add to it:"), "{hidden}");
    assert!(!hidden.contains("direct {"), "{hidden}");
    let exclusion = "exclude = [\"zero-touch/autopilot\"]";
    assert!(said.contains(exclusion), "{hidden}");

    let begin = hidden.find("  filesystem_mirror {").unwrap_or_else(|| panic!("no remedy: {hidden}"));
    let end = hidden[begin..].find("\n\n").map_or(hidden.len(), |end| begin + end);
    let with = |direct: &str| format!("provider_installation {{\n{}\n  {direct}\n}}\n", &hidden[begin..end]);
    let shared = in_one_line(&told(&with("direct {}")));
    assert!(shared.contains("init asks direct for this provider too"), "{shared}");
    let well = told(&with(&format!("direct {{ {exclusion} }}")));
    assert!(!well.contains("Warning"), "{well}");
    user.lab.write("main.tf", MODULE);
    user.terraform(&["init", "-no-color"]).succeeds();
}

#[test]
fn a_configuration_in_json_or_in_the_folder_of_settings_is_read_and_a_broken_one_told() {
    let user = User::new(Lab::new());
    let installed = || {
        let mut command = Command::new(ours());
        command.args(["install"]).env("COLUMNS", "400").current_dir(user.lab.folder());
        let told = Run::of(user.at_home(&mut command).env_remove("TF_CLI_CONFIG_FILE").env_remove("XDG_CONFIG_HOME"));
        in_one_line(&told.succeeds().stdout)
    };
    fs::create_dir(user.home.join(".terraform.d")).expect("a folder");
    let file = user.home.join(".terraform.d/company.tfrc.json");
    fs::write(&file, "{\"provider_installation\": [{\"direct\": [{}]}]}").expect("a file");
    let told = installed();
    assert!(told.contains(&format!("{} says where providers come from", file.display())), "{told}");
    assert!(
        told.contains("\"filesystem_mirror\": [{") && told.contains("\"exclude\": [\"zero-touch/autopilot\"]"),
        "{told}"
    );

    fs::write(&file, "{\"provider_installation\": ").expect("a file");
    let told = installed();
    assert!(told.contains(&format!("{} cannot be read: EOF", file.display())), "{told}");
    fs::remove_file(&file).expect("it is there");
    assert!(!installed().contains("Warning"));
}

#[test]
fn an_override_of_the_user_s_own_gives_way_inside_the_emulator() {
    let user = User::new(Lab::new());
    user.lab.write("main.tf", MODULE);
    for own in [
        "provider_installation {\n  dev_overrides {\n    \"zero-touch/autopilot\" = \"/nowhere\"\n  }\n  direct {}\n}\n",
        "{\"provider_installation\": [{\"dev_overrides\": [{\"zero-touch/autopilot\": \"/nowhere\"}], \"direct\": [{}]}]}",
        "{\"disable_checkpoint\": true}",
    ] {
        fs::write(&user.settings, own).expect("a file");
        let terraform = user.lab.command(&["plan", "-no-color"]);
        let mut command = Command::new(ours());
        command.args(["emulator", "--"]).arg(terraform.get_program()).args(terraform.get_args());
        let planned = Run::of(user.at_home(command.current_dir(user.lab.folder()))).succeeds();
        assert!(planned.stdout.contains("Plan: 1 to add"), "{own}: {planned}");
    }
}

#[test]
fn under_another_file_name_it_is_found_inside_the_emulator() {
    let user = User::new(Lab::new());
    let renamed = user.home.join("autopilot");
    fs::rename(user.rebuilt(), &renamed).expect("it can be renamed");
    user.lab.write("main.tf", MODULE);
    let inside = |words: &[&str]| {
        let terraform = user.lab.command(words);
        let mut command = Command::new(&renamed);
        command.args(["emulator", "--speed", "100", "--"]).arg(terraform.get_program()).args(terraform.get_args());
        Run::of(user.at_home(command.current_dir(user.lab.folder())))
    };
    // An override alone does for all but `init`.
    inside(&["apply", "-auto-approve", "-no-color"]).succeeds();
    fs::remove_file(user.lab.folder().join("terraform.tfstate")).expect("a state");
    user.install(&renamed, &[]);
    inside(&["init", "-no-color"]).succeeds();
    let planned = inside(&["plan", "-no-color"]).succeeds();
    assert!(planned.stdout.contains("Plan: 1 to add"), "{planned}");
}

#[test]
fn what_hides_it_otherwise_is_told() {
    let user = User::new(Lab::new());
    fs::write(
        &user.settings,
        "provider_installation {\n  dev_overrides {\n    \"zero-touch/autopilot\" = \"/built\"\n  }\n}\n",
    )
    .expect("a file");
    let told = user.told(ours(), &[]);
    assert!(told.contains("Terraform uses the program in /built, and not this one."), "{told}");

    fs::write(&user.settings, "").expect("a file");
    let earlier = user.home.join(".terraform.d/plugins");
    user.install(&user.rebuilt(), &["--dir", earlier.to_str().expect("text")]);
    let told = user.told(ours(), &[]);
    let first = format!("Another build of version 0.1.0 lies in {}, which is searched first.", earlier.display());
    assert!(told.contains(&first), "{told}");

    user.install(ours(), &["--remove", "--dir", earlier.to_str().expect("text")]);
    assert!(!user.install(ours(), &[]).stdout.contains("Warning"));
    let told = user.told(ours(), &["--remove"]);
    assert!(told.contains("Removed version 0.1.0 from"), "{told}");
    assert!(user.plugins().is_dir() && fs::read_dir(user.plugins()).expect("a folder").next().is_none());
    assert!(user.told(ours(), &["--remove"]).contains("is not installed in"));
}
