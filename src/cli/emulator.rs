//! `emulator`: Graph tenants on this machine, for as long as a person or a command needs them.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    Stopped, block_on,
    process::{self, Signals},
    terraform,
};
use crate::emulator::{Emulator, Options};

/// What the command line says.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; loopback only. Port 0 is any free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Speak TLS too, by a certificate for Microsoft's host names that is made at the start.
    #[arg(long)]
    tls: bool,
    /// Keep the tenants in this file. Without it they are gone at the end.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// What is in the tenant from the start: JSON as for POST /_emulator/seed.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// How many times as fast its clock runs.
    #[arg(long, value_name = "TIMES", default_value = "1", value_parser = speed)]
    speed: f64,
    /// The command to run, with its arguments.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// A clock that stands still would keep everybody waiting.
fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| speed.is_finite() && *speed > 0.0);
    speed.ok_or_else(|| "it has to be a number above 0".to_owned())
}

/// Serves until Ctrl-C; with a command, until that ends, and then ends as it did.
pub(super) fn run(arguments: Arguments) -> Result<ExitCode, Stopped> {
    let Arguments { listen, tls, state, seed, speed, command } = arguments;
    block_on(async {
        let emulator = Emulator::start(Options { listen, state, speed, tls }).await;
        let emulator = emulator.map_err(Stopped::while_doing("The emulator did not start"))?;
        if let Some(file) = seed {
            plant(&emulator, &file)?;
        }
        let home = tempfile::tempdir().map_err(Stopped::while_doing("There is no place for temporary files"))?;
        let environment = environment(&emulator, home.path());
        let environment = environment.map_err(Stopped::while_doing("Cannot write what the command needs"))?;
        let code = match command.split_first() {
            None => serve(&emulator, &environment).await?,
            Some((program, words)) => {
                let mut command = std::process::Command::new(program);
                command.args(words).envs(environment);
                run_beside(command, &program.to_string_lossy()).await?
            }
        };
        emulator.stop().await;
        Ok(code)
    })
}

/// Plants a seed once: a tenant that was kept has it already.
fn plant(emulator: &Emulator, file: &Path) -> Result<(), Stopped> {
    let name = file.display();
    let seed = fs::read(file).map_err(|error| Stopped::because(format!("The seed {name} cannot be read: {error}.")))?;
    if !emulator.snapshot().is_empty() {
        return Ok(());
    }
    emulator.plant(&seed).map_err(|why| Stopped::because(format!("The seed {name} cannot be planted: {why}.")))
}

/// What leads Terraform to this provider, the provider to the tenant, and other clients to trust it.
fn environment(emulator: &Emulator, home: &Path) -> io::Result<Vec<(String, OsString)>> {
    let mut all: Vec<(String, OsString)> =
        emulator.environment().into_iter().map(|(name, value)| (name, value.into())).collect();
    let config = home.join("terraform.rc");
    terraform::write_override(&config, &env::current_exe()?)?;
    all.push(("TF_CLI_CONFIG_FILE".into(), config.into()));
    if let Some(authority) = emulator.certificate_authority() {
        let (own, bundle) = (home.join("emulator-ca.pem"), home.join("ca-bundle.pem"));
        fs::write(&own, authority)?;
        fs::write(&bundle, trusted_with(authority))?;
        all.push(("AUTOPILOT_EMULATOR_CA_FILE".into(), own.clone().into()));
        all.push(("AUTOPILOT_EMULATOR_PROXY".into(), emulator.plain_endpoint().into()));
        for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
            all.push((name.into(), bundle.clone().into()));
        }
        all.push(("NODE_EXTRA_CA_CERTS".into(), own.into()));
    }
    Ok(all)
}

/// The certificates that this machine trusts, and the emulator's: what is named in the environment takes the place of the
/// machine's own, and a command may talk to others besides.
fn trusted_with(authority: &str) -> String {
    let named = env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    let usual = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];
    let mut files = named.into_iter().chain(usual.into_iter().map(PathBuf::from));
    let trusted = files.find_map(|file| fs::read_to_string(file).ok()).unwrap_or_default();
    format!("{trusted}\n{authority}")
}

async fn serve(emulator: &Emulator, environment: &[(String, OsString)]) -> Result<ExitCode, Stopped> {
    let mut signals = Signals::new().map_err(Stopped::while_doing("Cannot wait for Ctrl-C"))?;
    // The variables go to standard output, to be read by a shell; what is for a person does not.
    eprintln!(
        "Graph tenants at {0}, until Ctrl-C. To see them: {0}/\nTo lead the provider there:\n",
        emulator.endpoint()
    );
    let lines = environment.iter().map(|(name, value)| format!("export {name}='{}'\n", value.to_string_lossy()));
    // In one piece: whoever reads may take the lines it wants and go away, which is no reason to stop serving.
    let _ = io::stdout().write_all(lines.collect::<String>().as_bytes());
    let _ = io::stdout().flush();
    signals.next().await;
    Ok(ExitCode::SUCCESS)
}

async fn run_beside(command: std::process::Command, name: &str) -> Result<ExitCode, Stopped> {
    let ended = process::run_in_front(command).await.map_err(|error| {
        Stopped::because(match error.kind() {
            io::ErrorKind::NotFound => format!("There is no program {name:?} on the PATH."),
            _ => format!("{name} did not start: {error}."),
        })
    })?;
    // A program that a signal ended has no code of its own.
    Ok(ended.status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
