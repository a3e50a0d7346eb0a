//! Everything that depends on the operating system: sockets, signals, the parent process.
//!
//! A unix socket where there is one, TCP on loopback on Windows and wherever it is asked for.

use std::{
    fs, io,
    ops::RangeInclusive,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

use super::handshake::Place;

/// A bound socket.
#[derive(Debug)]
pub(super) enum Listener {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    Tcp(TcpListener),
}

/// A bound socket as core is told of it. Dropping this removes the file of a unix socket, wherever the listener is.
#[derive(Debug)]
pub(super) struct Address {
    /// The network in go-plugin's words.
    pub(super) network: &'static str,
    /// The path of the socket, or host and port.
    pub(super) address: String,
}

impl Drop for Address {
    fn drop(&mut self) {
        if self.network == "unix" {
            // Nothing to do where it is gone already.
            let _ = fs::remove_file(&self.address);
        }
    }
}

impl Listener {
    /// Binds. Fails with the system's error, with `AddrInUse` when no port of the range is free.
    pub(super) async fn bind(place: &Place) -> io::Result<(Listener, Address)> {
        match place {
            #[cfg(unix)]
            Place::Unix(Some(directory)) => unix::bind(directory),
            #[cfg(unix)]
            Place::Unix(None) => match unix::bind(&std::env::temp_dir()) {
                // Too long a path, as TMPDIR on macOS may give.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => unix::bind("/tmp".as_ref()),
                bound => bound,
            },
            #[cfg(not(unix))]
            Place::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
            Place::Tcp(ports) => bind_tcp(ports.clone()).await,
        }
    }

    /// The next client.
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match self {
            #[cfg(unix)]
            Listener::Unix(listener) => listener.accept().await.map(|(stream, _)| Stream::Unix(stream)),
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
        }
    }
}

async fn bind_tcp(ports: RangeInclusive<u16>) -> io::Result<(Listener, Address)> {
    for port in ports {
        match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => {
                let address = Address { network: "tcp", address: listener.local_addr()?.to_string() };
                return Ok((Listener::Tcp(listener), address));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

/// A client's connection.
#[derive(Debug)]
pub(super) enum Stream {
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
    Tcp(TcpStream),
}

/// Calls the same method of whichever stream there is.
macro_rules! either {
    ($stream:expr, $method:ident($($argument:expr),*)) => {
        match $stream.get_mut() {
            #[cfg(unix)]
            Stream::Unix(stream) => Pin::new(stream).$method($($argument),*),
            Stream::Tcp(stream) => Pin::new(stream).$method($($argument),*),
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        either!(self, poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, poll_shutdown(cx))
    }
}

#[cfg(unix)]
pub(super) use unix::{Parent, Signals};
#[cfg(windows)]
pub(super) use windows::{Parent, Signals};

#[cfg(unix)]
mod unix {
    use std::{
        fs, io,
        os::unix::{fs::PermissionsExt, process::parent_id},
        path::Path,
    };

    use tokio::{
        net::UnixListener,
        signal::unix::{Signal, SignalKind, signal},
    };

    use super::{Address, Listener};

    /// Binds a path that nobody has, for the owner only. It is kept short: macOS takes 104 bytes.
    pub(super) fn bind(directory: &Path) -> io::Result<(Listener, Address)> {
        let name = uuid::Uuid::new_v4().simple().to_string();
        let path = directory.join(format!("plugin-{}", &name[..12]));
        let path = path.into_os_string().into_string().map_err(|_| io::ErrorKind::InvalidFilename)?;
        let listener = UnixListener::bind(&path)?;
        let address = Address { network: "unix", address: path };
        fs::set_permissions(&address.address, fs::Permissions::from_mode(0o600))?;
        Ok((Listener::Unix(listener), address))
    }

    /// Ctrl-C and the wish to terminate, both caught from the moment this exists.
    #[derive(Debug)]
    pub(in super::super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
    }

    impl Signals {
        pub(in super::super) fn catch() -> io::Result<Signals> {
            Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
        }

        /// Until somebody wants this process to end. Ctrl-C counts only when asked for: it reaches the whole process
        /// group, and core, which got it too, calls StopProvider and Shutdown as it sees fit.
        pub(in super::super) async fn ending(&mut self, interrupt_ends: bool) {
            loop {
                tokio::select! {
                    _ = self.interrupt.recv() => if interrupt_ends { return },
                    _ = self.terminate.recv() => return,
                }
            }
        }
    }

    /// The process that started this one.
    #[derive(Clone, Copy, Debug)]
    pub(in super::super) struct Parent(u32);

    impl Parent {
        pub(in super::super) fn now() -> Parent {
            Parent(parent_id())
        }

        /// Whether it has ended: orphans are given another parent.
        pub(in super::super) fn is_gone(self) -> bool {
            parent_id() != self.0
        }
    }
}

#[cfg(windows)]
mod windows {
    use std::io;

    use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};

    /// Ctrl-C and Ctrl-Break, both caught from the moment this exists.
    #[derive(Debug)]
    pub(in super::super) struct Signals {
        interrupt: CtrlC,
        terminate: CtrlBreak,
    }

    impl Signals {
        pub(in super::super) fn catch() -> io::Result<Signals> {
            Ok(Signals { interrupt: ctrl_c()?, terminate: ctrl_break()? })
        }

        /// Until somebody wants this process to end. Ctrl-C counts only when asked for, as on unix.
        pub(in super::super) async fn ending(&mut self, interrupt_ends: bool) {
            loop {
                tokio::select! {
                    _ = self.interrupt.recv() => if interrupt_ends { return },
                    _ = self.terminate.recv() => return,
                }
            }
        }
    }

    /// The process that started this one. Windows does not tell when it has ended: the lost connection does.
    #[derive(Clone, Copy, Debug)]
    pub(in super::super) struct Parent;

    impl Parent {
        pub(in super::super) fn now() -> Parent {
            Parent
        }

        pub(in super::super) fn is_gone(self) -> bool {
            false
        }
    }
}
