//! What go-plugin's client does: starts the process, reads the line, connects, ends it.

use std::{collections::BTreeMap, path::Path, process::Stdio, sync::Arc, time::Duration};

use autopilot::server::proto::{
    health::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient},
    plugin::{Empty, grpc_controller_client::GrpcControllerClient},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore, client::ResolvesClientCert, crypto::ring, pki_types::ServerName,
    sign::SingleCertAndKey,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, BufReader},
    net::{TcpStream, UnixStream},
    process::{Child, ChildStderr, ChildStdout, Command},
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tonic::{
    Status,
    transport::{Channel, Endpoint},
};

use super::certificate::Certificate;

/// Nothing here takes long: whatever is not there by then never comes.
pub(super) const SOON: Duration = Duration::from_secs(20);

pub(super) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// The command to start the provider as go-plugin does, without TLS, and with nothing of this process's own settings.
pub(crate) fn provider() -> Command {
    provider_at(Path::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot")))
}

/// The same for any provider.
pub(super) fn provider_at(executable: &Path) -> Command {
    let mut command = Command::new(executable);
    command
        .env(COOKIE.0, COOKIE.1)
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_MIN_PORT", "10000")
        .env("PLUGIN_MAX_PORT", "25000");
    for name in ["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_PROVIDER_AUTOPILOT", "PLUGIN_CLIENT_CERT"] {
        command.env_remove(name);
    }
    command
}

/// A process that has printed its line.
pub(crate) struct Plugin {
    pub(super) child: Child,
    pub(super) line: String,
    stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    /// Where the socket is, unless the test says where: a killed process leaves its own behind.
    _sockets: TempDir,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    /// What came after the line.
    pub(super) stdout: String,
    pub(crate) stderr: String,
}

impl Plugin {
    /// Starts it and reads the line, which is empty if there was none.
    pub(crate) async fn start(command: &mut Command) -> Plugin {
        let sockets = tempfile::tempdir().expect("there is room");
        if !command.as_std().get_envs().any(|(name, _)| name == "TMPDIR") {
            command.env("TMPDIR", sockets.path());
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let stderr = child.stderr.take().expect("it is piped");
        let mut line = String::new();
        timeout(SOON, stdout.read_line(&mut line)).await.expect("it answers soon").expect("the line is text");
        Plugin { child, line: line.trim_end().to_owned(), stdout, stderr, _sockets: sockets }
    }

    pub(super) fn fields(&self) -> Vec<&str> {
        self.line.split('|').collect()
    }

    pub(super) fn network(&self) -> &str {
        self.fields()[2]
    }

    pub(super) fn address(&self) -> &str {
        self.fields()[3]
    }

    /// A connection as it is, without TLS.
    pub(super) async fn dial(&self) -> Box<dyn Io> {
        dial(self.network(), self.address()).await.expect("it listens")
    }

    /// Shakes hands as go-plugin does: trusts the certificate of the line only, for the name `localhost`.
    pub(super) async fn shake_hands(&self, client: Option<&Certificate>) -> std::io::Result<TlsStream<Box<dyn Io>>> {
        self.shake_hands_by(client, rustls::ALL_VERSIONS).await
    }

    pub(super) async fn shake_hands_by(
        &self,
        client: Option<&Certificate>,
        versions: &[&'static rustls::SupportedProtocolVersion],
    ) -> std::io::Result<TlsStream<Box<dyn Io>>> {
        let certificate = STANDARD_NO_PAD.decode(self.fields()[5]).expect("it is base64 without padding");
        let mut roots = RootCertStore::empty();
        roots.add(certificate.into()).expect("it is a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .expect("ring has them")
            .with_root_certificates(roots);
        let mut config = match client {
            Some(client) => config.with_client_cert_resolver(present(client)),
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        let name = ServerName::try_from("localhost").expect("it is a name");
        TlsConnector::from(Arc::new(config)).connect(name, self.dial().await).await
    }

    /// A gRPC channel over TLS.
    pub(crate) async fn connect(&self, client: &Certificate) -> Channel {
        let stream = self.shake_hands(Some(client)).await.expect("the client is the right one");
        channel(stream).await.expect("it speaks HTTP/2")
    }

    /// A gRPC channel without TLS.
    pub(super) async fn connect_plain(&self) -> Channel {
        channel(self.dial().await).await.expect("it speaks HTTP/2")
    }

    /// Waits for the end.
    pub(super) async fn ended(mut self) -> Ended {
        timeout(SOON, async {
            let (mut stdout, mut stderr) = (String::new(), String::new());
            self.stdout.read_to_string(&mut stdout).await.expect("stdout is text");
            self.stderr.read_to_string(&mut stderr).await.expect("stderr is text");
            let status = self.child.wait().await.expect("it was started");
            Ended { code: status.code(), stdout, stderr }
        })
        .await
        .expect("it ends soon")
    }

    /// Ends it as go-plugin does.
    pub(crate) async fn shutdown(self, channel: Channel) -> Ended {
        let answer = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
        answer.expect("Shutdown is answered");
        self.ended().await
    }
}

/// go-plugin's Ping.
pub(super) async fn ping(channel: Channel) -> Result<ServingStatus, Status> {
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer = timeout(SOON, HealthClient::new(channel).check(request)).await.expect("it answers soon")?;
    Ok(answer.into_inner().status())
}

pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

pub(super) async fn dial(network: &str, address: &str) -> std::io::Result<Box<dyn Io>> {
    Ok(match network {
        "unix" => Box::new(UnixStream::connect(address).await?),
        _ => Box::new(TcpStream::connect(address).await?),
    })
}

/// Speaks gRPC over a connection that is there already, and never makes another.
pub(super) async fn channel(stream: impl Io + 'static) -> Result<Channel, tonic::transport::Error> {
    let mut stream = Some(TokioIo::new(stream));
    let connector = tower::service_fn(move |_| {
        let stream = stream.take();
        async move { stream.ok_or_else(|| std::io::Error::other("the connection is lost")) }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connector).await
}

fn present(client: &Certificate) -> Arc<dyn ResolvesClientCert> {
    Arc::new(SingleCertAndKey::from(client.certified_key()))
}

/// The JSON objects among the lines of a log.
pub(super) fn json_lines(stderr: &str) -> Vec<BTreeMap<String, serde_json::Value>> {
    stderr.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}
