//! The edge: the translation between HTTP and [`World`].

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::StreamExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::listen::{Line, Loopback};
use crate::emulator::call::ApprovalHeaders;
use crate::emulator::gate;
use crate::emulator::gate::encoding::{self, LONGEST_BODY};
use crate::emulator::gate::exchange::{Incoming, Reply};
use crate::emulator::gate::world::World;

/// Whoever sends more than this is cut off.
const LONGEST_READ: usize = 64 * 1024 * 1024;

pub(crate) type Shared = Arc<Mutex<World>>;

/// Runs `work` on the world. A panic inside an earlier request does not stop the others.
pub(crate) fn with<T>(world: &Shared, work: impl FnOnce(&mut World) -> T) -> T {
    work(&mut world.lock().unwrap_or_else(PoisonError::into_inner))
}

pub(crate) async fn run(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    world: Shared,
    until: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let app = Router::new().fallback(handle).with_state(world);
    let service = app.into_make_service_with_connect_info::<Line>();
    let (listener, accepting) = Loopback::new(listener, acceptor)?;
    let served = axum::serve(listener, service).with_graceful_shutdown(until).await;
    // The address is free when this returns. The task does nothing but accept, so it does not fail.
    let _ = accepting.await;
    served
}

async fn handle(State(world): State<Shared>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let longest = if target.starts_with("/_emulator/") { LONGEST_READ } else { LONGEST_BODY };
    let (body, too_large) = read(body, longest).await;
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let incoming = Incoming {
        method: parts.method.as_str().to_owned(),
        target,
        host: text(header::HOST).or_else(|| parts.uri.authority().map(ToString::to_string)).unwrap_or_default(),
        scheme: text(HeaderName::from_static("x-forwarded-proto"))
            .unwrap_or_else(|| if line.secure { "https" } else { "http" }.into()),
        accept: text(header::ACCEPT),
        prefer: text(HeaderName::from_static("prefer")),
        authorization: text(header::AUTHORIZATION),
        client_request_id: text(HeaderName::from_static("client-request-id")),
        user_agent: text(header::USER_AGENT),
        eventual: text(HeaderName::from_static("consistencylevel"))
            .is_some_and(|level| level.eq_ignore_ascii_case("eventual")),
        approval: ApprovalHeaders {
            justification: text(HeaderName::from_static("x-msft-approval-justification")),
            code: text(HeaderName::from_static("x-msft-approval-code")),
        },
        content_type: text(header::CONTENT_TYPE),
        encoding: text(header::CONTENT_ENCODING),
        origin: text(header::ORIGIN),
        body,
        too_large,
    };
    let reply = with(&world, |world| gate::serve(world, &incoming));
    if !reply.wait.is_zero() {
        tokio::time::sleep(reply.wait).await;
    }
    if reply.cut {
        line.scissors.cut();
    }
    let gzip = text(header::ACCEPT_ENCODING).is_some_and(|accepted| encoding::takes_gzip(&accepted));
    response(reply, gzip)
}

/// The body, and whether it was longer than Graph takes. The rest of one that is too long is read and dropped: a client
/// that is still writing would not see the answer.
async fn read(body: Body, longest: usize) -> (Vec<u8>, bool) {
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(Ok(chunk)) = stream.next().await {
        length = length.saturating_add(chunk.len());
        if length <= longest {
            bytes.extend_from_slice(&chunk);
        } else if length > LONGEST_READ {
            break;
        }
    }
    (bytes, length > longest)
}

fn response(reply: Reply, gzip: bool) -> Response {
    let packed = if gzip { encoding::pack(&reply.body) } else { None };
    let encoded = packed.is_some();
    let mut response = Response::new(Body::from(packed.unwrap_or(reply.body)));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
