//! Whoever else a credential asks: GitHub, Azure DevOps, the metadata service of a machine, a proxy.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What is answered: a status, a content type, a body.
pub(crate) type Answer = (u16, &'static str, String);

pub(crate) fn json(status: u16, body: &serde_json::Value) -> Answer {
    (status, "application/json", body.to_string())
}

pub(crate) fn page(status: u16) -> Answer {
    (status, "text/html", "<!DOCTYPE html><html><body>Please sign in to the network</body></html>".to_owned())
}

/// It answers each request as it is told to, until the test ends.
pub(crate) struct StandIn {
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl StandIn {
    /// `answer` is given the head of a request.
    pub(crate) fn new(answer: impl Fn(&str) -> Answer + Send + 'static) -> StandIn {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("an address").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let heads = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // Whoever hangs up early has asked nothing.
                let _ = serve(stream, &answer, &heads);
            }
        });
        StandIn { address, seen }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of all requests so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no panic").clone()
    }
}

fn serve(stream: TcpStream, answer: &dyn Fn(&str) -> Answer, heads: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    reader.read_exact(&mut vec![0; length.unwrap_or(0)])?;
    let (status, kind, body) = answer(&head);
    heads.lock().expect("no panic").push(head);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let mut stream = reader.into_inner();
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}
