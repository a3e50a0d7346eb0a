//! The clients of the server: who gets in, and whether one is there.

use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{mpsc, watch},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;
use tracing::{debug, warn};

use super::system::{Listener, Parent, Stream};

/// How long a client may take to shake hands.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How long after the start the first client may come: as long as go-plugin waits for the handshake line.
const FIRST: Duration = Duration::from_secs(60);

/// How long to wait for a client to come back. Core never does; this is for one that lost its connection.
const AGAIN: Duration = Duration::from_secs(2);

/// Counts the clients that are connected.
#[derive(Clone, Debug)]
pub(super) struct Presence(Arc<watch::Sender<usize>>);

impl Presence {
    pub(super) fn new() -> Presence {
        Presence(Arc::new(watch::Sender::new(0)))
    }

    /// Counts one until the answer is dropped.
    fn enter(&self) -> Present {
        self.0.send_modify(|count| *count += 1);
        Present(Arc::clone(&self.0))
    }

    /// Until nobody is left to serve: core has died, or hung up without a Shutdown.
    pub(super) async fn abandoned(&self, parent: Parent) {
        let mut count = self.0.subscribe();
        let mut patience = FIRST;
        loop {
            // The sender lives in `self`: waiting cannot fail.
            if timeout(patience, count.wait_for(|count| *count > 0)).await.is_err() {
                return;
            }
            let _ = count.wait_for(|count| *count == 0).await;
            if parent.is_gone() {
                return;
            }
            patience = AGAIN;
        }
    }
}

#[derive(Debug)]
struct Present(Arc<watch::Sender<usize>>);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A client that got in.
pub(super) struct Client {
    io: Box<dyn Io>,
    _present: Present,
}

impl Connected for Client {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Client {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Client {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().io).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_shutdown(cx)
    }
}

/// Accepts clients until the answer is dropped. Each shakes hands in a task of its own, and one that fails is left
/// out: tonic might end the server on an error of the stream.
pub(super) fn accept(
    listener: Listener,
    tls: Option<TlsAcceptor>,
    presence: Presence,
) -> ReceiverStream<Result<Client, Infallible>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let stream = tokio::select! {
                stream = listener.accept() => stream,
                () = sender.closed() => return,
            };
            match stream {
                Ok(stream) => {
                    let (tls, presence, sender) = (tls.clone(), presence.clone(), sender.clone());
                    tokio::spawn(async move {
                        match admit(stream, tls, &presence).await {
                            // Dropped if the server is ending.
                            Ok(client) => drop(sender.send(Ok(client)).await),
                            Err(error) => warn!(%error, "a client was refused"),
                        }
                    });
                }
                Err(error) => {
                    // Out of file descriptors, mostly: give the others time to close theirs.
                    warn!(%error, "cannot accept a client");
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
}

async fn admit(stream: Stream, tls: Option<TlsAcceptor>, presence: &Presence) -> io::Result<Client> {
    let io: Box<dyn Io> = match tls {
        Some(tls) => Box::new(timeout(HANDSHAKE, tls.accept(stream)).await??),
        None => Box::new(stream),
    };
    debug!("a client is connected");
    Ok(Client { io, _present: presence.enter() })
}
