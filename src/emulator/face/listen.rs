//! The listener: connections that can be cut, plain or with TLS, straight or through `CONNECT`.
//!
//! With TLS the first byte of a connection tells what the client speaks. A plain `CONNECT host:443` for one of the names
//! that the certificate is good for is answered as a proxy would, and served here; for any other host it is refused.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::emulator::gate::visitor;

/// A client that has not shaken hands by then is dropped.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest head of a `CONNECT`.
const LONGEST_HEAD: usize = 8 * 1024;
/// How a TLS connection begins: a handshake record.
const HANDSHAKE: u8 = 0x16;

/// Cuts one connection: its next read or write fails, and the server drops it without an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Scissors(Arc<AtomicBool>);

impl Scissors {
    pub(super) fn cut(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

/// What is known of a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) scissors: Scissors,
    /// Whether the client speaks TLS.
    pub(super) secure: bool,
}

impl Connected<IncomingStream<'_, Loopback>> for Line {
    fn connect_info(stream: IncomingStream<'_, Loopback>) -> Self {
        stream.remote_addr().1.clone()
    }
}

/// Accepts connections; handshakes run beside each other.
pub(super) struct Loopback {
    address: SocketAddr,
    ready: mpsc::Receiver<Accepted>,
}

type Accepted = (Connection, (SocketAddr, Line));

impl Loopback {
    /// The second is the task that accepts; it ends after the first is gone, and closes the socket.
    pub(super) fn new(
        listener: TcpListener,
        acceptor: Option<TlsAcceptor>,
    ) -> io::Result<(Loopback, tokio::task::JoinHandle<()>)> {
        let address = listener.local_addr()?;
        let (sender, ready) = mpsc::channel(64);
        let accepting = tokio::spawn(accept(listener, acceptor, sender));
        Ok((Loopback { address, ready }, accepting))
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, sender: mpsc::Sender<Accepted>) {
    loop {
        let accepted = tokio::select! {
            () = sender.closed() => return,
            accepted = listener.accept() => accepted,
        };
        // A connection that went away before it was accepted, or no file handles left for a moment.
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Small answers must not wait for the client's next packet.
        let _ = stream.set_nodelay(true);
        let sender = sender.clone();
        match &acceptor {
            None => hand_over(&sender, Stream::Plain(stream), peer).await,
            Some(acceptor) => {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, greet(stream, &acceptor)).await {
                        hand_over(&sender, stream, peer).await;
                    }
                });
            }
        }
    }
}

async fn hand_over(sender: &mpsc::Sender<Accepted>, stream: Stream, peer: SocketAddr) {
    let line = Line { secure: matches!(stream, Stream::Tls(_)), ..Line::default() };
    let connection = Connection { stream, scissors: line.scissors.clone() };
    // Nobody takes it when the server has stopped.
    let _ = sender.send((connection, (peer, line))).await;
}

/// Finds out what a client speaks.
async fn greet(mut stream: TcpStream, acceptor: &TlsAcceptor) -> io::Result<Stream> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    match first {
        [HANDSHAKE] => return Ok(Stream::Tls(Box::new(acceptor.accept(stream).await?))),
        // Of the methods that HTTP clients use, only CONNECT begins like this.
        [b'C'] => {}
        _ => return Ok(Stream::Plain(stream)),
    }
    let head = read_head(&mut stream).await?;
    let host = head.split_whitespace().nth(1).and_then(|target| target.rsplit_once(':')).map_or("", |(host, _)| host);
    if !visitor::is_known(visitor::name(host)) {
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await?;
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    Ok(Stream::Tls(Box::new(acceptor.accept(stream).await?)))
}

/// The head of a request, byte by byte: what follows belongs to somebody else.
async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

impl Listener for Loopback {
    type Io = Connection;
    type Addr = (SocketAddr, Line);

    async fn accept(&mut self) -> (Connection, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            // The task that accepts ends with this listener only.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok((self.address, Line::default()))
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A connection with its scissors.
pub(super) struct Connection {
    stream: Stream,
    scissors: Scissors,
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.scissors.check()?;
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.scissors.check()?;
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.scissors.check()?;
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
