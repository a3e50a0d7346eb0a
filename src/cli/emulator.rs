//! `emulator`: Graph tenants on this machine, for as long as a person or a command needs them.

#![expect(clippy::print_stderr, reason = "a person reads it")]

mod health;

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::{
    beside,
    process::Signals,
    recording, signed_in,
    stopped::{Stopped, block_on},
    terraform,
};
use crate::emulator::{Emulator, Options};

/// What else is good to know.
pub(super) const LONG_HELP: &str = "\
Two tenants, each with an application that may do everything:
  contoso.com   c0a50000-0000-4000-8000-000000000001
                client c0a50000-0000-4000-8000-00000000a001
                secret emulator-only-secret-of-contoso
                for users: client c0a50000-0000-4000-8000-00000000a003
  fabrikam.com  fab00000-0000-4000-8000-000000000002
                client fab00000-0000-4000-8000-00000000a002
                secret emulator-only-secret-of-fabrikam
The variables lead to contoso.com. A seed plants more.

In a container: emulator --listen 0.0.0.0:8080 --allow-remote
emulator --listen 127.0.0.1:8080 --health tells that it serves, by its exit
code; GET /_emulator/ lists what else can be asked.

Example: terraform-provider-autopilot emulator -- terraform test";

/// What is said of tenants on this machine, and has no meaning where there are none.
const OF_TENANTS: [&str; 7] = ["listen", "allow_remote", "tls", "state", "seed", "speed", "throttling"];

/// What the command line says.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen on this machine: a port, or an address and a port. Port 0 is any free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0", value_parser = listen)]
    listen: SocketAddr,
    /// Let others reach it, as in a container: with this, --listen takes any address, such as 0.0.0.0:8080.
    #[arg(long)]
    allow_remote: bool,
    /// Serve TLS as well, with a certificate for Microsoft's host names that is made at the start.
    #[arg(long)]
    tls: bool,
    /// Keep the tenants in this file. Without it they are gone at the end.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Fill the tenant from this file at the start: JSON, as for POST /_emulator/seed.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// How many times as fast as real time the clock runs.
    #[arg(long, value_name = "TIMES", default_value = "1", value_parser = speed)]
    speed: f64,
    /// Count requests against the limits that Microsoft publishes, and answer those beyond by 429. The variables tell the
    /// provider to keep below them.
    #[arg(long)]
    throttling: bool,
    /// In which shell's words to print the variables that lead the provider here.
    #[arg(long, value_name = "SHELL", default_value = "sh", conflicts_with = "command")]
    print_env: Shell,
    /// Serve nothing, and tell by the exit code whether an emulator serves at --listen.
    #[arg(long, requires = "listen", conflicts_with_all = ["allow_remote", "tls", "state", "seed", "speed", "throttling", "print_env", "command"])]
    health: bool,
    /// Run the command on the real service, and write what is asked and answered to this new file, without anything that
    /// names your tenant.
    #[arg(long, value_name = "FILE", requires = "command", conflicts_with_all = OF_TENANTS)]
    record: Option<PathBuf>,
    /// Run the command on such a file: it is answered as it was then.
    #[arg(long, value_name = "FILE", requires = "command", conflicts_with_all = OF_TENANTS, conflicts_with = "record")]
    replay: Option<PathBuf>,
    /// The command to run, with its arguments. Without one, serve until Ctrl-C.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Shell {
    Sh,
    Powershell,
}

impl Shell {
    /// The one that most have on this system.
    pub(super) const USUAL: Shell = if cfg!(windows) { Shell::Powershell } else { Shell::Sh };

    /// The line that sets a variable.
    pub(super) fn line(self, name: &str, value: &str) -> String {
        match self {
            Shell::Sh => format!("export {name}='{}'\n", value.replace('\'', r"'\''")),
            Shell::Powershell => format!("$env:{name} = '{}'\n", value.replace('\'', "''")),
        }
    }
}

/// Reads `8080`, `localhost:8080`, `127.0.0.1:8080` or `[::1]:8080`. What is not loopback needs `--allow-remote`.
fn listen(text: &str) -> Result<SocketAddr, String> {
    let port = |text: &str| text.parse().ok().map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    let (host, rest) = text.rsplit_once(':').unwrap_or(("localhost", text));
    let local = if host.eq_ignore_ascii_case("localhost") || host.is_empty() { port(rest) } else { None };
    local
        .or_else(|| text.parse().ok())
        .ok_or_else(|| "give a port, such as 8080, or an address and a port, such as 127.0.0.1:8080".into())
}

/// A clock that stands still would keep everybody waiting.
fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse::<f64>().ok().filter(|speed| speed.is_finite() && *speed > 0.0);
    speed.ok_or_else(|| "give a number above 0".to_owned())
}

/// Serves until Ctrl-C; with a command, until that ends, and then ends as it did.
pub(super) fn run(arguments: Arguments) -> Result<ExitCode, Stopped> {
    let Arguments {
        listen,
        allow_remote,
        tls,
        state,
        seed,
        speed,
        throttling,
        print_env,
        health,
        record,
        replay,
        command,
    } = arguments;
    if health {
        return match health::check(listen) {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(why) => Err(Stopped::because(format!("No emulator serves at {listen}: {why}."))),
        };
    }
    if let Some(file) = record {
        return recording::record(&file, &command);
    }
    if let Some(file) = replay {
        return recording::replay(&file, &command);
    }
    block_on(async {
        let emulator = Emulator::start(Options { listen, state, speed, allow_remote, tls }).await;
        let emulator = emulator.map_err(Stopped::while_doing("The emulator did not start"))?;
        if let Some(file) = seed {
            plant(&emulator, &file)?;
        }
        emulator.configure(|settings| settings.throttling |= throttling);
        let code = if command.is_empty() {
            let home = lasting_folder(&emulator);
            let home = home.map_err(Stopped::while_doing("Cannot make a folder for Terraform's configuration"))?;
            serve(&emulator, &written(&emulator, &home).await?, print_env).await?
        } else {
            let home = tempfile::tempdir().map_err(Stopped::while_doing("Cannot make a temporary folder"))?;
            beside::run(&command, written(&emulator, home.path()).await?).await?
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

/// Where what a shell's variables name is kept, one folder for each port. It is not removed at the end: the shell may outlive the
/// emulator, and Terraform with a configuration file or curl with certificates that are gone would fail there.
fn lasting_folder(emulator: &Emulator) -> io::Result<PathBuf> {
    let endpoint = emulator.plain_endpoint();
    let name = endpoint.rsplit(':').next().unwrap_or_default();
    let cache = terraform::cache_folder().unwrap_or_else(|| env::temp_dir().join("terraform-provider-autopilot"));
    let folder = cache.join("emulator").join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

async fn written(emulator: &Emulator, home: &Path) -> Result<Vec<(String, OsString)>, Stopped> {
    environment(emulator, home).await.map_err(Stopped::while_doing("Cannot write what leads Terraform to the emulator"))
}

/// What leads Terraform to this provider, the provider to the tenant, and other clients to trust it.
async fn environment(emulator: &Emulator, home: &Path) -> io::Result<Vec<(String, OsString)>> {
    let mut all: Vec<(String, OsString)> =
        emulator.environment().into_iter().map(|(name, value)| (name, value.into())).collect();
    let (name, file) = signed_in::administrator(emulator, home).await?;
    all.push((name, file.into()));
    all.push(terraform::led_here(home)?);
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

async fn serve(emulator: &Emulator, environment: &[(String, OsString)], shell: Shell) -> Result<ExitCode, Stopped> {
    let mut signals = Signals::new().map_err(Stopped::while_doing("Cannot wait for Ctrl-C"))?;
    // The variables go to standard output, to be read by a shell; what is for a person does not.
    eprintln!(
        "The emulator serves at {0}/ until you press Ctrl-C. Open that in a browser to see the tenant.\n\
         These variables lead the provider to it:\n",
        emulator.endpoint()
    );
    let lines = environment.iter().map(|(name, value)| shell.line(name, &value.to_string_lossy()));
    // In one piece: whoever reads may take the lines it wants and go away, which is no reason to stop serving.
    let _ = io::stdout().write_all(lines.collect::<String>().as_bytes());
    let _ = io::stdout().flush();
    signals.next().await;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_each_tenant_with_its_credentials() {
        use crate::emulator::*;
        for word in [
            TENANT_ID,
            CLIENT_ID,
            CLIENT_SECRET,
            PUBLIC_CLIENT_ID,
            OTHER_TENANT_ID,
            OTHER_CLIENT_ID,
            OTHER_CLIENT_SECRET,
        ] {
            assert!(LONG_HELP.contains(word), "{word}");
        }
    }

    #[test]
    fn a_variable_is_set_in_the_words_of_the_shell() {
        assert_eq!(Shell::Sh.line("A", "it's"), "export A='it'\\''s'\n");
        assert_eq!(Shell::Powershell.line("A", "it's"), "$env:A = 'it''s'\n");
    }

    #[test]
    fn a_port_alone_is_on_this_machine() {
        for text in ["8080", ":8080", "localhost:8080", "LocalHost:8080", "127.0.0.1:8080"] {
            assert_eq!(listen(text), Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))), "{text}");
        }
        assert_eq!(listen("[::1]:80").map(|address| address.to_string()), Ok("[::1]:80".to_owned()));
        assert_eq!(listen("0.0.0.0:80").map(|address| address.ip().is_loopback()), Ok(false));
        for text in ["", "host", "graph.example:80", "localhost:", "99999", "localhost:http"] {
            assert!(listen(text).is_err(), "{text}");
        }
    }
}
