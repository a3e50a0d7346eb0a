//! The edge: a loopback listener whose connections can be cut, and the translation between HTTP and [`World`].

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::world::{Incoming, Reply, World};

/// Graph takes four megabytes.
const LONGEST_BODY: usize = 4 * 1024 * 1024;
/// Whoever sends more than this is cut off.
const LONGEST_READ: usize = 64 * 1024 * 1024;

pub(crate) type Shared = Arc<Mutex<World>>;

/// Runs `work` on the world. A panic inside an earlier request does not stop the others.
pub(crate) fn with<T>(world: &Shared, work: impl FnOnce(&mut World) -> T) -> T {
    work(&mut world.lock().unwrap_or_else(PoisonError::into_inner))
}

pub(crate) async fn run(
    listener: TcpListener,
    world: Shared,
    until: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = Router::new().fallback(handle).with_state(world);
    let service = app.into_make_service_with_connect_info::<Scissors>();
    axum::serve(Loopback(listener), service).with_graceful_shutdown(until).await
}

async fn handle(
    State(world): State<Shared>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let (body, too_large) = read(body).await;
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let incoming = Incoming {
        method: parts.method.as_str().to_owned(),
        target,
        host: text(header::HOST).or_else(|| parts.uri.authority().map(ToString::to_string)).unwrap_or_default(),
        scheme: text(HeaderName::from_static("x-forwarded-proto")).unwrap_or_else(|| "http".into()),
        authorization: text(header::AUTHORIZATION),
        client_request_id: text(HeaderName::from_static("client-request-id")),
        eventual: text(HeaderName::from_static("consistencylevel"))
            .is_some_and(|level| level.eq_ignore_ascii_case("eventual")),
        justification: text(HeaderName::from_static("x-msft-approval-justification")),
        content_type: text(header::CONTENT_TYPE),
        body,
        too_large,
    };
    let reply = with(&world, |world| world.serve(&incoming));
    if !reply.wait.is_zero() {
        tokio::time::sleep(reply.wait).await;
    }
    if reply.cut {
        scissors.cut();
    }
    response(reply)
}

/// The body, and whether it was longer than Graph takes. The rest of one that is too long is read and dropped: a client
/// that is still writing would not see the answer.
async fn read(body: Body) -> (Vec<u8>, bool) {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(Ok(chunk)) = stream.next().await {
        length = length.saturating_add(chunk.len());
        if length <= LONGEST_BODY {
            bytes.extend_from_slice(&chunk);
        } else if length > LONGEST_READ {
            break;
        }
    }
    (bytes, length > LONGEST_BODY)
}

fn response(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Cuts one connection: its next read or write fails, and the server drops it without an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scissors(Arc<AtomicBool>);

impl Scissors {
    fn cut(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Connected<IncomingStream<'_, Loopback>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Loopback>) -> Self {
        stream.remote_addr().1.clone()
    }
}

struct Loopback(TcpListener);

impl Listener for Loopback {
    type Io = Connection;
    type Addr = (SocketAddr, Scissors);

    async fn accept(&mut self) -> (Connection, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok((stream, address)) => {
                    // Small answers must not wait for the client's next packet.
                    let _ = stream.set_nodelay(true);
                    let scissors = Scissors::default();
                    return (Connection { stream, scissors: scissors.clone() }, (address, scissors));
                }
                // A connection that went away before it was accepted, or no file handles left for a moment.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok((self.0.local_addr()?, Scissors::default()))
    }
}

struct Connection {
    stream: TcpStream,
    scissors: Scissors,
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.scissors.check()?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.scissors.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.scissors.check()?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
