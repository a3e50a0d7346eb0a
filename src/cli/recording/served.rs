//! An HTTP server on this machine, for as long as a command needs it.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// Whoever sends more than this is cut off.
const LONGEST: usize = 64 * 1024 * 1024;

/// A request as it came.
pub(super) struct Asked {
    pub(super) method: Method,
    /// Path and query, as sent.
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What goes back.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// What answers.
pub(super) trait Service: Send + Sync + 'static {
    fn answer(&self, asked: Asked) -> impl Future<Output = Answered> + Send;
}

/// An address that is taken, and not served yet.
pub(super) struct Taken {
    listener: TcpListener,
    /// `http://127.0.0.1:PORT`.
    pub(super) root: String,
}

/// A server. Nobody else on the network reaches it.
pub(super) struct Served {
    stop: oneshot::Sender<()>,
    task: JoinHandle<io::Result<()>>,
}

pub(super) async fn take() -> io::Result<Taken> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let root = format!("http://{}", listener.local_addr()?);
    Ok(Taken { listener, root })
}

impl Taken {
    pub(super) fn serve<S: Service>(self, service: Arc<S>) -> Served {
        let (stop, stopped) = oneshot::channel();
        let app = Router::new().fallback(handle::<S>).with_state(service);
        let until = async {
            // A sender that was dropped stops the server too.
            let _ = stopped.await;
        };
        let serving = axum::serve(self.listener, app).with_graceful_shutdown(until);
        Served { stop, task: tokio::spawn(async move { serving.await }) }
    }
}

impl Served {
    /// Waits for requests that are under way, two seconds at most.
    pub(super) async fn stop(self) {
        let Served { stop, mut task } = self;
        drop(stop);
        if tokio::time::timeout(Duration::from_secs(2), &mut task).await.is_err() {
            task.abort();
        }
    }
}

async fn handle<S: Service>(State(service): State<Arc<S>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let answered = match to_bytes(body, LONGEST).await {
        Ok(body) => {
            let (method, headers) = (parts.method, parts.headers);
            service.answer(Asked { method, target, headers, body: body.into() }).await
        }
        Err(_) => Answered { status: StatusCode::PAYLOAD_TOO_LARGE.as_u16(), ..Answered::default() },
    };
    let mut response = Response::new(Body::from(answered.body));
    *response.status_mut() = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::BAD_GATEWAY);
    *response.headers_mut() = answered.headers;
    response
}
