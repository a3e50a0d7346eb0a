//! A running emulator: it listens, serves, and can be asked and changed by whoever started it.
//!
//! What a request means is not known here; the gate takes it as it came off the wire.

mod listen;
mod serve;
mod tls;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use tls::TlsError;

use super::gate::control;
use super::gate::fault::Fault;
use super::gate::journal::{Made, Request};
use super::gate::seed;
use super::gate::snapshot::{self, Snapshot};
use super::gate::tenants::{CLIENT_ID, CLIENT_SECRET, TENANT_ID};
use super::gate::token;
use super::gate::world::World;
use super::settings::Settings;
use super::store::StoreError;

/// How to start an emulator.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen: a loopback address, unless others are allowed; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The file that keeps the tenants; without one they live in memory.
    pub state: Option<PathBuf>,
    /// How many times as fast as real time the clock runs; 0 stands still and is stepped.
    pub speed: f64,
    /// Whether to listen on an address that others reach, and answer to any host name.
    pub allow_remote: bool,
    /// Whether to speak TLS too, with a certificate made at the start.
    pub tls: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            state: None,
            speed: 1.0,
            allow_remote: false,
            tls: false,
        }
    }
}

/// Why an emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It serves this machine only, unless it is told otherwise.
    #[error("the emulator listens on loopback only, not on {0}, unless others may reach it (--allow-remote)")]
    NotLoopback(SocketAddr),
    /// A speed has to be a number, not below zero.
    #[error("the speed of the clock cannot be {0}")]
    Speed(f64),
    /// The address is taken, or not of this machine.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The state file cannot be used.
    #[error("cannot use the state file")]
    State(#[from] StoreError),
    /// No certificate could be made.
    #[error("cannot make a certificate")]
    Tls(#[from] TlsError),
}

/// A running emulator. Dropping it stops the server without waiting.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    authority: Option<String>,
    world: Shared,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

/// Keeps the tenants out of debug output.
struct Shared(serve::Shared);

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl Emulator {
    /// Opens the state, binds the address and serves in a task of its own.
    pub async fn start(options: Options) -> Result<Emulator, Error> {
        if !options.listen.ip().is_loopback() && !options.allow_remote {
            return Err(Error::NotLoopback(options.listen));
        }
        if !options.speed.is_finite() || options.speed < 0.0 {
            return Err(Error::Speed(options.speed));
        }
        let mut world = World::open(options.state.as_deref(), options.speed)?;
        world.open_to_others = options.allow_remote;
        let (acceptor, authority) = match options.tls.then(tls::make).transpose()? {
            Some(tls) => (Some(tls.acceptor), Some(tls.authority)),
            None => (None, None),
        };
        let failed = |error| Error::Listen(options.listen, error);
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let mut address = listener.local_addr().map_err(failed)?;
        // All addresses are none to go to.
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        let world = Arc::new(Mutex::new(world));
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&world);
        let server = tokio::spawn(async move {
            let until = async {
                // A sender that was dropped stops the server too.
                let _ = stopped.await;
            };
            if let Err(error) = serve::run(listener, acceptor, shared, until).await {
                tracing::error!(%error, "the emulator's server ended");
            }
        });
        Ok(Emulator { address, authority, world: Shared(world), stop: Some(stop), server })
    }

    /// `http://127.0.0.1:PORT`; `https://` with TLS.
    pub fn endpoint(&self) -> String {
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// `http://127.0.0.1:PORT`: where plain HTTP is spoken, with TLS too. With TLS it is also a proxy that leads Microsoft's
    /// host names here.
    pub fn plain_endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// With TLS, the certificate (PEM) of the authority that clients have to trust.
    pub fn certificate_authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// The id of the tenant that clients are pointed at.
    pub fn tenant_id(&self) -> &str {
        TENANT_ID
    }

    /// The client id of its application.
    pub fn client_id(&self) -> &str {
        CLIENT_ID
    }

    /// That application's secret, which opens nothing but emulators.
    pub fn client_secret(&self) -> &str {
        CLIENT_SECRET
    }

    /// The environment that points the provider here, and tells it to keep the budgets where they are counted.
    pub fn environment(&self) -> Vec<(String, String)> {
        let pace =
            serve::with(&self.world.0, |world| world.settings.throttling.then(|| world.clock.speed().to_string()));
        let here = [
            ("AUTOPILOT_GRAPH_ENDPOINT", self.endpoint()),
            ("AUTOPILOT_AUTHORITY_HOST", self.endpoint()),
            ("ARM_TENANT_ID", TENANT_ID.into()),
            ("ARM_CLIENT_ID", CLIENT_ID.into()),
            ("ARM_CLIENT_SECRET", CLIENT_SECRET.into()),
        ];
        let pace = pace.map(|speed| ("AUTOPILOT_GRAPH_PACE", speed));
        here.into_iter().chain(pace).map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// What the token endpoint answers when the tenant's administrator has signed in by this public application; none where
    /// nobody can.
    pub fn sign_in(&self, client_id: &str) -> Option<serde_json::Value> {
        let root = self.endpoint();
        serve::with(&self.world.0, |world| token::administrator_signs_in(world, &root, TENANT_ID, client_id))
    }

    /// Plants a seed (JSON), as `POST /_emulator/seed` does. The error says what is wrong with it.
    pub fn plant(&self, seed: &[u8]) -> Result<(), String> {
        serve::with(&self.world.0, |world| {
            seed::plant(world, seed)?;
            world.save().map_err(|error| error.to_string())
        })
    }

    /// Switches a laptop on, as `POST /_emulator/enroll` does with this body (JSON). The error says why that cannot be.
    pub fn enroll(&self, body: &[u8]) -> Result<(), String> {
        serve::with(&self.world.0, |world| {
            control::enroll(world, body)?;
            world.save().map_err(|error| error.to_string())
        })
    }

    /// The journal: every request so far.
    pub fn requests(&self) -> Vec<Request> {
        serve::with(&self.world.0, |world| world.journal.requests.clone())
    }

    /// What POSTs have made so far, in their order.
    pub fn made(&self) -> Vec<Made> {
        serve::with(&self.world.0, |world| world.journal.made.clone())
    }

    /// Begins the journal anew.
    pub fn forget_requests(&self) {
        serve::with(&self.world.0, |world| world.journal.clear());
    }

    /// What the default tenant holds now.
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot_of(TENANT_ID).unwrap_or_default()
    }

    /// What a tenant holds now, by id or domain.
    pub fn snapshot_of(&self, tenant: &str) -> Option<Snapshot> {
        serve::with(&self.world.0, |world| {
            world.catch_up();
            let id = world.tenant_named(tenant)?;
            world.tenants.get(&id).map(snapshot::take)
        })
    }

    /// What each tenant holds now, by the tenant's name.
    pub fn snapshots(&self) -> Vec<(String, Snapshot)> {
        serve::with(&self.world.0, |world| {
            world.catch_up();
            let all = world.tenants.values().map(|tenant| (tenant.name.clone(), snapshot::take(tenant)));
            let mut all: Vec<_> = all.collect();
            all.sort_by(|left, right| left.0.cmp(&right.0));
            all
        })
    }

    /// Steps the clock.
    pub fn advance(&self, by: Duration) {
        serve::with(&self.world.0, |world| {
            world.clock.step(by);
            world.catch_up();
        });
    }

    /// Changes the switches.
    pub fn configure(&self, change: impl FnOnce(&mut Settings)) {
        serve::with(&self.world.0, |world| change(&mut world.settings));
    }

    /// Orders faults, in the place of those ordered before.
    pub fn fail(&self, faults: Vec<Fault>) {
        serve::with(&self.world.0, |world| world.faults.ordered = faults);
    }

    /// Stops serving and waits for requests that are under way, two seconds at most.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if tokio::time::timeout(Duration::from_secs(2), &mut self.server).await.is_err() {
            self.server.abort();
        }
    }
}
