//! Who is let in: programs on this machine, and not the web pages that its user looks at.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::emulator::{Emulator, Options};

const EVERYWHERE: [&str; 5] = ["/", "/v1.0/groups", "/_emulator/state", "/common/discovery/instance", "/_emulator/"];

#[test]
fn a_foreign_host_or_origin_is_refused_everywhere() {
    let mut rig = Rig::new();
    for target in EVERYWHERE {
        let mut ask = |host: &str, origin: Option<&str>| {
            let reply = rig.raw(|incoming| {
                incoming.method = "GET".into();
                incoming.target = target.into();
                incoming.host = host.into();
                incoming.origin = origin.map(str::to_owned);
            });
            (reply.status, told(&reply).1["error"]["code"].clone())
        };
        assert_eq!(ask("rebound.example:8080", None), (403, json!("ForeignHost")), "{target}");
        assert_eq!(ask("127.0.0.1:8080", Some("https://evil.example")), (403, json!("ForeignOrigin")), "{target}");
        assert_eq!(ask("127.0.0.1:8080", Some("http://127.0.0.1:8080")).0, 200, "{target}");
        assert_eq!(ask("graph.microsoft.com", None).0, 200, "{target}");
    }
    assert!(rig.world.journal.requests.iter().all(|each| each.status == 200), "who is not let in is not noted");
}

#[test]
fn health_is_told_to_any_host() {
    let mut rig = Rig::new();
    let reply = rig.raw(|incoming| {
        incoming.method = "GET".into();
        incoming.target = "/_emulator/health".into();
        incoming.host = "10.1.2.3:8080".into();
    });
    assert_eq!(told(&reply), (200, json!({"status": "healthy"})));
}

#[tokio::test]
async fn others_reach_it_only_when_they_are_allowed_to() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let options = Options { listen, speed: 0.0, allow_remote: true, ..Options::default() };
    let emulator = Emulator::start(options).await.unwrap();
    let endpoint = emulator.endpoint();
    assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
    let address: std::net::SocketAddr = endpoint.trim_start_matches("http://").parse().unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /_emulator/clock HTTP/1.1\r\nHost: emulator:8080\r\nConnection: close\r\n\r\n").unwrap();
        std::io::read_to_string(stream).unwrap()
    });
    assert!(answer.await.unwrap().starts_with("HTTP/1.1 200"));
    emulator.stop().await;
}

#[tokio::test]
async fn a_long_answer_is_gzipped_for_whoever_takes_it() {
    let emulator = Emulator::start(Options { speed: 0.0, ..Options::default() }).await.unwrap();
    emulator.plant(br#"{"devices": [{"serialNumber": "S", "count": 50}]}"#).unwrap();
    let address: std::net::SocketAddr = emulator.endpoint().trim_start_matches("http://").parse().unwrap();
    let ask = move |accepted: &'static str| {
        let request =
            format!("GET /_emulator/state HTTP/1.1\r\nHost: localhost\r\n{accepted}Connection: close\r\n\r\n");
        tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = Vec::new();
            std::io::Read::read_to_end(&mut stream, &mut answer).unwrap();
            answer
        })
    };
    let (packed, plain) = (ask("Accept-Encoding: gzip\r\n").await.unwrap(), ask("").await.unwrap());
    let is_packed = |answer: &[u8]| String::from_utf8_lossy(answer).contains("content-encoding: gzip");
    assert!(is_packed(&packed) && !is_packed(&plain) && packed.len() < plain.len());
    emulator.stop().await;
}

fn gzip(body: &Value) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(body.to_string().as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn a_gzipped_body_is_read_and_with_the_switch_answered_415() {
    let mut rig = Rig::new();
    let send = |rig: &mut Rig, encoding: &str, body: Vec<u8>| {
        let reply = rig.raw(|incoming| {
            incoming.method = "POST".into();
            incoming.target = "/v1.0/groups".into();
            incoming.content_type = Some("application/json".into());
            incoming.encoding = Some(encoding.into());
            incoming.body = body;
        });
        told(&reply).0
    };
    let group = json!({"displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true});
    assert_eq!(send(&mut rig, "gzip", gzip(&group)), 201);
    assert_eq!(send(&mut rig, "identity", group.to_string().into_bytes()), 201);
    assert_eq!(send(&mut rig, "gzip", gzip(&json!(" ".repeat(5 << 20)))), 413);
    rig.world.settings.gzip_bodies_refused = true;
    assert_eq!(send(&mut rig, "gzip", gzip(&group)), 415);
    assert_eq!(rig.world.tenants[TENANT_ID].groups.len(), 2);
}
