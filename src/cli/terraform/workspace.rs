//! A folder in which Terraform meets this provider, and nothing of the user's own set-up.
//!
//! Sources: HashiCorp's "CLI Configuration File" (provider_installation, dev_overrides, filesystem_mirror) and
//! "Environment Variables".

use std::{
    env,
    ffi::{OsStr, OsString},
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{
    mirror::{SOURCE, of_version, packed_name},
    program::Terraform,
};

/// How Terraform comes by the provider's executable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Installation {
    /// From a mirror folder by `terraform init`, as a user would.
    Mirror,
    /// By a development override of the executable's folder: without `init`, and with a warning in each run.
    Override,
}

/// Where Terraform runs, with a configuration file, a data folder and an environment of its own.
#[derive(Clone, Debug)]
pub struct Workspace {
    terraform: Terraform,
    folder: PathBuf,
    environment: Vec<(OsString, OsString)>,
}

impl Workspace {
    /// Lays a workspace out below `home`: the HCL goes into [`Workspace::folder`]. `executable` is the provider;
    /// `settings` are the variables that tell it where its tenant is.
    pub fn new(
        terraform: &Terraform,
        home: &Path,
        executable: &Path,
        installation: Installation,
        settings: &[(String, String)],
    ) -> io::Result<Workspace> {
        // As deep as a scenario of the examples, so that `../../modules` is beside it and nobody else's.
        let folder = home.join("scenarios").join("configuration");
        fs::create_dir_all(&folder)?;
        let method = match installation {
            Installation::Override => dev_override(executable),
            Installation::Mirror => {
                let mirror = home.join("mirror");
                mirror_provider(terraform, &mirror, executable)?;
                format!("  filesystem_mirror {{\n    path = {}\n  }}\n", quote(&mirror))
            }
        };
        let config = home.join("terraform.rc");
        fs::write(&config, format!("disable_checkpoint = true\nprovider_installation {{\n{method}}}\n"))?;

        let mut environment: Vec<(OsString, OsString)> = vec![
            ("TF_CLI_CONFIG_FILE".into(), config.into()),
            ("TF_DATA_DIR".into(), home.join("data").into()),
            ("CHECKPOINT_DISABLE".into(), "1".into()),
        ];
        environment.extend(settings.iter().map(|(name, value)| (name.into(), value.into())));
        Ok(Workspace { terraform: terraform.clone(), folder, environment })
    }

    /// Where the HCL and the state lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The variables that make any Terraform started in [`Workspace::folder`] do as this one does.
    pub fn environment(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.environment.iter().map(|(name, value)| (name, value))
    }

    /// A run of Terraform in the folder, to be given its arguments. It reads no input.
    pub fn command(&self) -> Command {
        self.at_home(self.terraform.command())
    }

    /// A run of a script of the folder, which runs Terraform itself: `TERRAFORM` tells it which.
    pub fn script(&self, name: &str) -> Command {
        let terraform = self.terraform.command();
        let words: Vec<_> = [terraform.get_program()].into_iter().chain(terraform.get_args()).collect();
        let mut command = Command::new("sh");
        command.arg(name).env("TERRAFORM", words.join(OsStr::new(" ")));
        self.at_home(command)
    }

    /// The command in the folder, with the environment that leads to the provider and its tenant, and no other.
    fn at_home(&self, mut command: Command) -> Command {
        command.current_dir(&self.folder).stdin(Stdio::null());
        for (name, _) in env::vars_os().filter(|(name, _)| is_foreign(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        // No questions, and no advice on what to type next.
        command.envs([("TF_INPUT", "0"), ("TF_IN_AUTOMATION", "1")]);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

pub(super) fn dev_override(executable: &Path) -> String {
    format!("  dev_overrides {{\n    {}\n  }}\n", override_of(executable))
}

/// The line of a development override.
pub(super) fn override_of(executable: &Path) -> String {
    format!("\"{SOURCE}\" = {}", quote(folder_of(executable)))
}

/// The folder that an override names.
pub(super) fn folder_of(executable: &Path) -> &Path {
    executable.parent().unwrap_or(Path::new("."))
}

/// Whether a variable would lead Terraform or the provider elsewhere. `TF_LOG` and its kin only tell more.
fn is_foreign(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ours = ["ARM_", "AZURE_", "AUTOPILOT_", "TF_"].iter().any(|prefix| name.starts_with(prefix));
    ours && !name.starts_with("TF_LOG")
}

/// Puts the executable where Terraform looks for a provider in a mirror.
fn mirror_provider(terraform: &Terraform, mirror: &Path, executable: &Path) -> io::Result<()> {
    let folder = of_version(mirror, terraform.product).join(&terraform.platform);
    fs::create_dir_all(&folder)?;
    let place = folder.join(packed_name());
    // A link costs nothing; it needs the same file system.
    fs::hard_link(executable, &place).or_else(|_| fs::copy(executable, &place).map(drop))
}

/// A path as a string of the configuration language.
pub(super) fn quote(path: &Path) -> String {
    serde_json::Value::from(path.to_string_lossy()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_has_set_for_other_tenants_is_kept_out() {
        for name in ["ARM_CLIENT_SECRET", "AZURE_TENANT_ID", "AUTOPILOT_GRAPH_ENDPOINT", "TF_CLI_ARGS_plan", "TF_VAR_x"]
        {
            assert!(is_foreign(name), "{name}");
        }
        for name in ["TF_LOG", "TF_LOG_PATH", "PATH", "HOME", "SSL_CERT_FILE"] {
            assert!(!is_foreign(name), "{name}");
        }
    }

    #[test]
    fn a_path_is_quoted_for_the_configuration_language() {
        assert_eq!(quote(Path::new(r#"C:\a "b""#)), r#""C:\\a \"b\"""#);
    }
}
