use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::*;
use crate::emulator::gate::control::ENDPOINTS;
use crate::emulator::{Emulator, Error, Options, Request, Settings};

#[test]
fn the_journal_counts_by_method_template_and_status() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    rig.get(&format!("/v1.0/groups/{group}"));
    rig.get(&format!("/v1.0/groups('{group}')?$select=id"));
    rig.post("/v1.0/$batch", &json!({"requests": [{"id": "1", "method": "GET", "url": format!("/groups/{group}")}]}));
    let (status, body) = rig.get("/_emulator/requests");
    assert_eq!(status, 200);
    let seen: Vec<Request> = body["requests"].as_array().unwrap().iter().map(request).collect();
    let of = |method: &str, path: &str, status, count, in_batch| Request {
        method: method.into(),
        path: path.into(),
        status,
        count,
        in_batch,
        lost: false,
    };
    assert_eq!(
        seen,
        [
            of("POST", "/v1.0/groups", 201, 1, false),
            of("GET", "/v1.0/groups/{id}", 200, 2, false),
            of("GET", "/v1.0/groups/{id}", 200, 1, true),
            of("POST", "/v1.0/$batch", 200, 1, false),
        ]
    );
    assert_eq!(rig.delete("/_emulator/requests").0, 204);
    assert_eq!(rig.get("/_emulator/requests").1, json!({"requests": [], "recent": []}));
}

fn request(value: &Value) -> Request {
    Request {
        method: text(value, "method"),
        path: text(value, "path"),
        status: u16::try_from(value["status"].as_u64().unwrap()).unwrap(),
        count: value["count"].as_u64().unwrap(),
        in_batch: value["in_batch"].as_bool().unwrap(),
        lost: value["lost"].as_bool().unwrap(),
    }
}

#[test]
fn the_clock_is_stepped_and_settings_are_changed_over_http() {
    let mut rig = Rig::new();
    let before = text(&rig.get("/_emulator/clock").1, "now");
    let (status, body) = rig.post("/_emulator/clock", &json!({"advance_seconds": 60}));
    assert_eq!(status, 200);
    assert_ne!(text(&body, "now"), before);
    assert_eq!(rig.post("/_emulator/clock", &json!({"advance_seconds": -1})).0, 400);
    assert_eq!(rig.patch("/_emulator/settings", &json!({"import_seconds": 5})).1["import_seconds"], json!(5));
    assert_eq!(rig.world.settings, Settings { import_seconds: 5, ..Settings::default() });
    assert_eq!(rig.patch("/_emulator/settings", &json!({"nope": 5})).0, 400);
    assert_eq!(rig.get("/_emulator/nope").0, 404);
}

#[test]
fn the_guide_names_every_endpoint_and_every_switch_with_its_default() {
    let guide = include_str!("../../../docs/guides/emulator.md");
    for (switch, default) in json!(Settings::default()).as_object().unwrap() {
        let default = if default == &json!([]) { "none".to_owned() } else { default.to_string() };
        assert!(guide.contains(&format!("| `{switch}` | {default} |")), "{switch}");
    }
    for endpoint in ENDPOINTS {
        assert!(guide.contains(&format!("$E/_emulator/{}", endpoint.path)), "{}", endpoint.path);
    }
}

#[test]
fn the_control_paths_are_exact_and_listed() {
    let mut rig = Rig::new();
    let (status, body) = rig.get("/_emulator/");
    assert_eq!((status, body["endpoints"].as_array().unwrap().len()), (200, ENDPOINTS.len()));
    let steps =
        json!({"method": "POST", "path": "/_emulator/clock", "does": r#"Steps the clock: {"advance_seconds": n}"#});
    assert!(body["endpoints"].as_array().unwrap().contains(&steps), "{body}");
    for path in ["/_emulatorstate", "/_emulator"] {
        let (status, body) = rig.get(path);
        assert_eq!((status, code(&body)), (404, "ResourceNotFound"), "{path} is Graph's to refuse");
    }
    for path in ["/_emulator/clock/", "/_emulator//clock", "/_emulator/Clock", "/_emulator/cloc"] {
        let (status, body) = rig.get(path);
        assert_eq!((status, text(&body, "error").contains("GET /_emulator/ lists")), (404, true), "{path}");
    }
    let reply = rig.raw(|incoming| {
        incoming.method = "PUT".into();
        incoming.target = "/_emulator/clock".into();
    });
    assert_eq!((reply.status, reply.headers.last()), (405, Some(&("allow", "GET, POST".to_owned()))));
}

#[test]
fn faults_are_ordered_by_method_and_path() {
    let mut rig = Rig::new();
    let faults = json!({"faults": [{"method": "GET", "path": "/v1.0/groups", "status": 429, "retry_after_seconds": 30, "times": 2}]});
    assert_eq!(rig.call("PUT", "/_emulator/faults", &faults).0, 200);
    let reply = rig.raw(|incoming| {
        incoming.method = "GET".into();
        incoming.target = "/v1.0/groups?$top=1".into();
    });
    assert!(reply.headers.contains(&("retry-after", "30".into())));
    let (status, body) = told(&reply);
    assert_eq!((status, code(&body), message(&body)), (429, "TooManyRequests", "Please retry again later."));
    assert_eq!(rig.get("/v1.0/users").0, 200);
    assert_eq!(rig.get("/v1.0/groups").0, 429);
    assert_eq!(rig.get("/v1.0/groups").0, 200);
    assert_eq!(rig.call("PUT", "/_emulator/faults", &json!({"faults": [{"paht": "/"}]})).0, 400);
}

#[test]
fn a_lost_answer_comes_after_the_write_and_a_reset_before() {
    let mut rig = Rig::new();
    let create = |rig: &mut Rig| {
        rig.raw(|incoming| {
            incoming.method = "POST".into();
            incoming.target = "/v1.0/groups".into();
            incoming.content_type = Some("application/json".into());
            incoming.body =
                json!({"displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true})
                    .to_string()
                    .into_bytes();
        })
    };
    rig.call(
        "PUT",
        "/_emulator/faults",
        &json!({"faults": [{"path": "/v1.0/groups", "reset": true}, {"path": "/v1.0/groups", "lose_answer": true}]}),
    );
    assert!(create(&mut rig).cut);
    assert_eq!(rig.world.tenants[TENANT_ID].groups.len(), 0);
    assert!(create(&mut rig).cut);
    assert_eq!(rig.world.tenants[TENANT_ID].groups.len(), 1);
    assert!(!create(&mut rig).cut);
    let made: Vec<_> = rig.world.journal.made.iter().map(|made| (made.path.as_str(), made.answered)).collect();
    assert_eq!(made, [("/v1.0/groups", false), ("/v1.0/groups", true)]);
    assert!(rig.world.tenants[TENANT_ID].groups.has(&rig.world.journal.made[0].id));
}

#[test]
fn seeding_names_what_is_wrong() {
    let mut rig = Rig::new();
    assert_eq!(rig.post("/_emulator/seed", &json!({"tenant": "nobody.example.com"})).0, 400);
    assert_eq!(rig.post("/_emulator/seed", &json!({"device": []})).0, 400);
    rig.seed(&json!([{"serialNumber": "A1"}]));
    let (status, body) =
        rig.post("/_emulator/seed", &json!({"tenant": "fabrikam.com", "devices": [{"serialNumber": "a1"}]}));
    assert_eq!(status, 400);
    assert!(text(&body, "error").contains("registered already"));
    let user = json!({"users": [{"userPrincipalName": "kim@contoso.com", "department": "Legal", "manager": "adele.vance@contoso.com"}]});
    assert_eq!(rig.post("/_emulator/seed", &user).0, 200);
    let adele = text(&rig.get("/v1.0/users/adele.vance@contoso.com").1, "id");
    let group = rig.group("reports", Some(&format!("Direct Reports for \"{adele}\"")));
    rig.wait(20);
    assert_eq!(rig.members(&group), ["kim@contoso.com"]);
}

#[test]
fn the_state_counts_every_kind_that_people_made_and_no_default() {
    let mut rig = Rig::new();
    let made = |rig: &mut Rig| rig.get("/_emulator/state").1["made"].clone();
    assert_eq!(made(&mut rig), json!({}));
    let filter = rig.filter();
    let (_, tag) = rig.post("/beta/deviceManagement/roleScopeTags", &json!({"displayName": "Berlin"}));
    let group = rig.group("G", None);
    let page =
        json!({"@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": "P"});
    let (_, page) = rig.post(PAGES, &page);
    let all = json!({"assignmentFilters": 1, "roleScopeTags": 1, "groups": 1, "deviceEnrollmentConfigurations": 1});
    assert_eq!(made(&mut rig), all);
    rig.delete(&format!("/beta/deviceManagement/assignmentFilters/{filter}"));
    rig.delete(&format!("/beta/deviceManagement/roleScopeTags/{}", text(&tag, "id")));
    rig.delete(&format!("/v1.0/groups/{group}"));
    rig.delete(&format!("{PAGES}/{}", text(&page, "id")));
    assert_eq!(made(&mut rig), json!({}));
    // What a deployment leaves is nobody's to remove.
    let device = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    assert_eq!(made(&mut rig), json!({"devices": 1, "windowsAutopilotDeviceIdentities": 1}));
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": "A1"})).0, 204);
    rig.delete(&format!("{DEVICES}/{device}"));
    rig.wait(100);
    assert_eq!(values(&rig.get("/beta/deviceManagement/autopilotEvents").1).len(), 1);
    assert_eq!(made(&mut rig), json!({}));
}

#[test]
fn the_state_tells_the_table_and_an_empty_tenant_is_empty() {
    let mut rig = Rig::new();
    let snapshot = |rig: &Rig| crate::emulator::gate::snapshot::take(&rig.world.tenants[TENANT_ID]);
    assert!(snapshot(&rig).is_empty());
    let id = rig
        .seed(&json!([{"serialNumber": "A1", "groupTag": "Kiosk", "userPrincipalName": "adele.vance@contoso.com"}]))
        .remove(0);
    let (group, profile) = (rig.group("All", Some("device.objectId -ne null")), rig.profile("Standard"));
    rig.assign(&profile, &group_target(&group));
    rig.wait(200);
    let (_, state) = rig.get("/_emulator/state?tenant=contoso.com");
    assert_eq!(state["devices"][0]["profile"], json!("Standard"));
    assert_eq!(
        (&state["devices"][0]["status"], &state["devices"][0]["group_tag"]),
        (&json!("assignedUnkownSyncState"), &json!("Kiosk"))
    );
    assert_eq!((&state["groups"][0]["members"], &state["profiles"][0]["assigned_to"]), (&json!(1), &json!(["All"])));
    assert!(!snapshot(&rig).is_empty());
    rig.delete(&format!("{PROFILES}/{profile}/assignments/{profile}_{group}_0"));
    rig.delete(&format!("{PROFILES}/{profile}"));
    rig.delete(&format!("/v1.0/groups/{group}"));
    rig.delete(&format!("{DEVICES}/{id}"));
    assert!(!snapshot(&rig).is_empty());
    rig.wait(30);
    assert!(snapshot(&rig).is_empty());
}

#[test]
fn what_was_answered_is_there_after_a_restart_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.redb");
    let (group, profile, import, later) = {
        let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
        let group = rig.group("kiosks", Some(r#"device.devicePhysicalIds -any (_ -eq "[OrderID]:Kiosk")"#));
        let profile = rig.profile("p");
        rig.assign(&profile, &group_target(&group));
        let mut body = row("A1");
        body["groupTag"] = json!("Kiosk");
        let (_, made) = rig.post(IMPORTS, &body);
        rig.wait(30);
        rig.get("/v1.0/groups");
        (group, profile, text(&made, "id"), rig.world.clock.now())
    };
    // The process is gone without a word; a new one opens the file.
    let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
    assert!(rig.world.clock.now() + 30_000 >= later, "the clock went back");
    assert_eq!(rig.get(&format!("/v1.0/groups/{group}")).0, 200);
    rig.wait(60);
    assert_eq!(rig.get(&format!("{IMPORTS}/{import}")).1["state"]["deviceImportStatus"], json!("complete"));
    rig.wait(400);
    assert_eq!(rig.members(&group), ["A1"]);
    assert_eq!(values(&rig.get(&format!("{PROFILES}/{profile}/assignedDevices")).1).len(), 1);
    let state = std::fs::read(&file).unwrap();
    assert!(!state.windows(40).any(|window| window.iter().all(|byte| *byte == b'A')), "a hardware hash was kept");
}

#[test]
fn retry_after_and_delays_are_divided_by_the_speed() {
    let mut rig = Rig::over(World::open(None, 100.0).unwrap());
    let fault = json!({"path": "/v1.0/users", "status": 503, "retry_after_seconds": 250, "delay_seconds": 10.0});
    rig.call("PUT", "/_emulator/faults", &json!({"faults": [fault]}));
    let reply = rig.raw(|incoming| {
        incoming.method = "GET".into();
        incoming.target = "/v1.0/users".into();
    });
    assert!(reply.headers.contains(&("retry-after", "3".into())));
    assert_eq!(reply.wait, Duration::from_millis(100));
}

/// One request over a real connection; nothing when the connection is cut.
fn over_the_wire(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    match stream.read_to_string(&mut answer) {
        Ok(_) => answer,
        Err(_) => String::new(),
    }
}

async fn ask(emulator: &Emulator, request: String) -> String {
    let address = emulator.endpoint().trim_start_matches("http://").parse().unwrap();
    tokio::task::spawn_blocking(move || over_the_wire(address, &request)).await.unwrap()
}

#[tokio::test]
async fn it_listens_on_loopback_only_and_a_speed_is_no_nonsense() {
    let listen: SocketAddr = "0.0.0.0:0".parse().unwrap();
    let refused = Emulator::start(Options { listen, ..Options::default() }).await;
    assert!(matches!(refused, Err(Error::NotLoopback(address)) if address == listen));
    for speed in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(Emulator::start(Options { speed, ..Options::default() }).await, Err(Error::Speed(_))));
    }
}

#[tokio::test]
async fn it_serves_http_and_cuts_connections_and_stops() {
    let emulator = Emulator::start(Options { speed: 0.0, ..Options::default() }).await.unwrap();
    let form =
        format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}&scope=x/.default");
    let sign_in = format!(
        "POST /{TENANT_ID}/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = ask(&emulator, sign_in.clone()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let list = format!(
        "GET /v1.0/users?$top=1 HTTP/1.1\r\nHost: graph.microsoft.com\r\nX-Forwarded-Proto: https\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\r\n",
        text(&body, "access_token")
    );
    let answer = ask(&emulator, list.clone()).await;
    assert!(
        answer.contains("\"@odata.nextLink\":\"https://graph.microsoft.com/v1.0/users?$top=1&$skiptoken="),
        "{answer}"
    );
    emulator.fail(vec![serde_json::from_value(json!({"path": "/v1.0/users", "lose_answer": true})).unwrap()]);
    assert_eq!(ask(&emulator, list.clone()).await, "");
    assert!(ask(&emulator, list).await.starts_with("HTTP/1.1 200 OK"));
    assert_eq!(emulator.requests().iter().map(|request| request.count).sum::<u64>(), 4);
    let large =
        "POST /v1.0/groups HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 10485760\r\n\r\n"
            .to_owned();
    let address: SocketAddr = emulator.endpoint().trim_start_matches("http://").parse().unwrap();
    assert!(emulator.snapshot().is_empty());
    // Cut off in the middle: the server goes on.
    tokio::task::spawn_blocking(move || TcpStream::connect(address).unwrap().write_all(large.as_bytes()).unwrap())
        .await
        .unwrap();
    assert!(ask(&emulator, sign_in).await.starts_with("HTTP/1.1 200 OK"));
    emulator.stop().await;
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_413_over_the_wire() {
    let emulator = Emulator::start(Options { speed: 0.0, ..Options::default() }).await.unwrap();
    let token = Rig::new().token;
    let request = format!(
        "POST /v1.0/groups HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{}",
        10 << 20,
        " ".repeat(10 << 20)
    );
    assert!(ask(&emulator, request).await.starts_with("HTTP/1.1 413"));
    emulator.stop().await;
}

#[test]
fn a_seed_plants_by_the_thousand_and_objects_of_any_kind() {
    let mut rig = Rig::new();
    let seed = json!({
        "users": [{"userPrincipalName": "temp@contoso.com", "count": 3, "department": "Temps"}],
        "devices": [{"serialNumber": "LAB-", "count": 2500, "groupTag": "Lab"}],
        "objects": [{"path": "/v1.0/groups", "count": 3, "body": {
            "displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true,
        }}],
    });
    let (status, body) = rig.post("/_emulator/seed", &seed);
    assert_eq!((status, body["devices"].as_array().unwrap().len()), (200, 2500));
    assert_eq!(rig.get("/v1.0/users/temp2@contoso.com").0, 200);
    let mut groups =
        values(&rig.get("/v1.0/groups").1).iter().map(|each| text(each, "mailNickname")).collect::<Vec<_>>();
    groups.sort();
    assert_eq!(groups, ["g000000", "g000001", "g000002"]);
    let found = rig.get(&format!("{DEVICES}?$filter=contains(serialNumber,'LAB-002499')"));
    assert_eq!(found.0, 400, "a hyphen in a serial number, as the service");
    let state = rig.get("/_emulator/state?devices=10&names=5").1;
    assert_eq!((&state["counts"]["devices"], state["devices"].as_array().unwrap().len()), (&json!(2500), 10));
    assert_eq!(state["devices"][9]["serial_number"], json!("LAB-000009"));
    let refused = json!({"objects": [{"path": "/v1.0/groups", "body": {}}]});
    let (status, body) = rig.post("/_emulator/seed", &refused);
    assert_eq!(status, 400);
    assert!(text(&body, "error").starts_with("/v1.0/groups: 400"), "{body}");
}

/// One request over TLS to a host name that is not this machine's, straight or by `CONNECT`.
async fn over_tls(address: SocketAddr, authority: &str, host: &'static str, proxied: bool) -> std::io::Result<String> {
    use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes()).unwrap()).unwrap();
    let crypto = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(crypto).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    if proxied {
        stream.write_all(format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n").as_bytes()).await?;
        let mut answer = [0; 39];
        stream.read_exact(&mut answer).await?;
        assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    }
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
    let mut stream = connector.connect(ServerName::try_from(host).unwrap(), stream).await?;
    let path = format!("/{TENANT_ID}/v2.0/.well-known/openid-configuration");
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn with_tls_microsoft_s_host_names_lead_here_straight_and_by_proxy() {
    let emulator = Emulator::start(Options { speed: 0.0, tls: true, ..Options::default() }).await.unwrap();
    let address: SocketAddr = emulator.plain_endpoint().trim_start_matches("http://").parse().unwrap();
    let authority = emulator.certificate_authority().unwrap().to_owned();
    for proxied in [false, true] {
        let answer = over_tls(address, &authority, "login.microsoftonline.com", proxied).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let token = format!("\"token_endpoint\":\"https://login.microsoftonline.com/{TENANT_ID}/oauth2/v2.0/token\"");
        assert!(answer.contains(&token), "{answer}");
    }
    assert!(over_tls(address, &authority, "example.com", false).await.is_err(), "no certificate for others");
    let plain = move |request: &'static str| tokio::task::spawn_blocking(move || over_the_wire(address, request));
    let answer = plain("CONNECT example.com:443 HTTP/1.1\r\n\r\n").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let answer = plain("GET /_emulator/clock HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    emulator.stop().await;
}

#[test]
fn the_state_tells_what_a_device_s_hardware_calls_for_and_its_name() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    rig.post(&format!("{DEVICES}/{id}/updateDeviceProperties"), &json!({"displayName": "KIOSK1"}));
    rig.post("/_emulator/hardware_change", &json!({"serial_number": "A1", "repairable": false}));
    rig.wait(60);
    let device = rig.get("/_emulator/state").1["devices"][0].clone();
    assert_eq!((&device["name"], &device["remediation"]), (&json!("KIOSK1"), &json!("manualRemediationRequired")));
}
