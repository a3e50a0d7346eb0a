//! The way back from the browser: a port of this machine that waits for one answer.

use std::fmt::{self, Debug};
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// A port, on each address that `localhost` may stand for: whoever held the other one would get the answer.
pub(super) struct Port {
    listeners: Vec<TcpListener>,
    pub(super) number: u16,
}

/// How often another free port is tried where only one of the addresses has it.
const TRIES: u32 = 10;

/// Opens a port; 0 is any free one.
pub(super) async fn open(number: u16) -> io::Result<Port> {
    let mut tries = 1;
    loop {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, number)).await?;
        let bound = first.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)).await {
            Ok(second) => return Ok(Port { listeners: vec![first, second], number: bound }),
            Err(error) if error.kind() == ErrorKind::AddrInUse && (number != 0 || tries == TRIES) => return Err(error),
            Err(error) if error.kind() == ErrorKind::AddrInUse => tries += 1,
            // A machine without IPv6.
            Err(_) => return Ok(Port { listeners: vec![first], number: bound }),
        }
    }
}

/// What the browser brought.
#[derive(PartialEq, Eq)]
pub(super) enum Brought {
    /// A code. Never shown.
    Code(String),
    /// `error` and `error_description`.
    Refused(String, String),
}

impl Debug for Brought {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Brought::Code(_) => f.write_str("Code"),
            Brought::Refused(word, text) => f.debug_tuple("Refused").field(word).field(text).finish(),
        }
    }
}

struct Awaited {
    state: String,
    answer: Mutex<Option<oneshot::Sender<Brought>>>,
}

/// Whoever is still being answered has so long.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Waits for the answer that has this state. What has another one, or none, is refused and changes nothing: any page that
/// the browser shows may ask this port.
pub(super) async fn answer(port: Port, state: &str) -> Option<Brought> {
    let (sender, receiver) = oneshot::channel();
    let awaited = Arc::new(Awaited { state: state.to_owned(), answer: Mutex::new(Some(sender)) });
    let over = CancellationToken::new();
    let mut serving = JoinSet::new();
    for listener in port.listeners {
        let app = Router::new().fallback(serve).with_state(Arc::clone(&awaited));
        let until = over.clone().cancelled_owned();
        serving.spawn(async move { axum::serve(listener, app).with_graceful_shutdown(until).await });
    }
    let brought = receiver.await.ok();
    over.cancel();
    // A browser may keep a connection on which it has not asked anything yet.
    let _ = tokio::time::timeout(LAST_WORDS, async { while serving.join_next().await.is_some() {} }).await;
    brought
}

async fn serve(State(awaited): State<Arc<Awaited>>, method: Method, uri: Uri) -> Response {
    if method != Method::GET || uri.path() != "/" {
        return page(StatusCode::NOT_FOUND, "There is nothing here", "");
    }
    let query = uri.query().unwrap_or_default();
    let part = |name: &str| {
        let found = form_urlencoded::parse(query.as_bytes()).find(|(each, _)| each == name);
        found.map(|(_, value)| value.into_owned())
    };
    let stray = || {
        let text = "It belongs to another sign-in, or that was answered already. Begin again with the address that the command \
                    shows.";
        page(StatusCode::BAD_REQUEST, "This answer is not awaited", text)
    };
    if part("state").as_deref() != Some(awaited.state.as_str()) {
        return stray();
    }
    let brought = match (part("error"), part("code")) {
        (Some(error), _) => Brought::Refused(error, part("error_description").unwrap_or_default()),
        (None, Some(code)) => Brought::Code(code),
        (None, None) => return stray(),
    };
    let shown = match &brought {
        Brought::Code(_) => page(StatusCode::OK, "You are signed in", "You may close this page. The terminal goes on."),
        Brought::Refused(..) => {
            page(StatusCode::OK, "You are not signed in", "You may close this page. The terminal tells why.")
        }
    };
    let awaiting = awaited.answer.lock().unwrap_or_else(PoisonError::into_inner).take();
    match awaiting.map(|sender| sender.send(brought)) {
        Some(Ok(())) => shown,
        _ => stray(),
    }
}

/// A page of this program's own words only: what came from elsewhere is told in the terminal.
fn page(status: StatusCode, title: &str, text: &str) -> Response {
    const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:15vh auto;padding:0 1rem}h1{font-size:1.3rem}";
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n<h1>{title}</h1>\n<p>{text}</p>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        // The address holds the code.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONNECTION, "close"),
    ];
    (status, headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[test]
    fn a_code_is_never_shown() {
        assert_eq!(format!("{:?}", Brought::Code("c-1".into())), "Code");
    }

    async fn get(number: u16, host: &str, target: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect((host, number)).await.unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost:{number}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn an_answer_with_another_state_is_refused_and_the_right_one_still_awaited() {
        let port = open(0).await.unwrap();
        let number = port.number;
        let waiting = tokio::spawn(answer(port, "right"));
        for wrong in ["/?code=stolen&state=wrong", "/?code=stolen", "/?state=right", "/favicon.ico", "/?error=x&state="]
        {
            let answer = get(number, "127.0.0.1", wrong).await;
            assert!(answer.starts_with("HTTP/1.1 40") && !answer.contains("stolen"), "{answer}");
        }
        let told = get(number, "127.0.0.1", "/?code=c%26c&state=right").await;
        assert!(told.contains("You may close this page") && !told.contains("c%26c"), "{told}");
        assert_eq!(waiting.await.unwrap(), Some(Brought::Code("c&c".into())));
    }

    #[tokio::test]
    async fn a_refusal_comes_back_with_its_words_and_the_page_does_not_repeat_them() {
        let port = open(0).await.unwrap();
        let number = port.number;
        let waiting = tokio::spawn(answer(port, "right"));
        let told = get(number, "127.0.0.1", "/?error=access_denied&error_description=%3Cscript%3E&state=right").await;
        assert!(told.contains("You are not signed in") && !told.contains("script"), "{told}");
        assert_eq!(waiting.await.unwrap(), Some(Brought::Refused("access_denied".into(), "<script>".into())));
    }

    #[tokio::test]
    async fn both_addresses_of_localhost_are_served_where_there_are_two() {
        let port = open(0).await.unwrap();
        let number = port.number;
        if port.listeners.len() == 1 {
            assert!(TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_err(), "only a machine without IPv6 has one");
            return;
        }
        let waiting = tokio::spawn(answer(port, "right"));
        assert!(get(number, "::1", "/?code=c&state=right").await.starts_with("HTTP/1.1 200"));
        assert!(waiting.await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_not_shared() {
        let held = open(0).await.unwrap();
        assert_eq!(open(held.number).await.err().map(|error| error.kind()), Some(ErrorKind::AddrInUse));
    }
}
