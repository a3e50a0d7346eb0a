//! The emulator as a process of its own: what it promises when many write at once, and when it is killed.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::{Value, json};

/// A running emulator, killed without a word when it is dropped.
struct Server {
    process: Child,
    said: BTreeMap<String, String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Gone already, or about to be: either is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn over(state: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-autopilot"));
        command.arg("emulator").arg("--state").arg(state).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the program starts");
        let mut said = BTreeMap::new();
        for line in BufReader::new(process.stdout.take().expect("piped")).lines() {
            let line = line.expect("text");
            let (name, value) = line.trim_start_matches("export ").split_once('=').expect("a variable");
            let last = name == "TF_CLI_CONFIG_FILE";
            said.insert(name.to_owned(), value.trim_matches('\'').to_owned());
            if last {
                break;
            }
        }
        Server { process, said }
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<(u16, Value)> {
        let address = self.said["AUTOPILOT_GRAPH_ENDPOINT"].trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).ok()?;
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split_whitespace().nth(1)?.parse().ok()?;
        Some((status, serde_json::from_str(body).unwrap_or_default()))
    }

    fn token(&self) -> String {
        let said = |name: &str| &self.said[name];
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}&scope=x/.default",
            said("ARM_CLIENT_ID"),
            said("ARM_CLIENT_SECRET")
        );
        let path = format!("/{}/oauth2/v2.0/token", said("ARM_TENANT_ID"));
        let (_, body) = self.ask("POST", &path, "", &form).expect("an answer");
        body["access_token"].as_str().expect("a token").to_owned()
    }

    /// Makes a group; its id, if that was answered.
    fn make_group(&self, token: &str, name: &str) -> Option<String> {
        let body = json!({"displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true});
        let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        let (status, body) = self.ask("POST", "/v1.0/groups", &headers, &body.to_string())?;
        (status == 201).then(|| body["id"].as_str().expect("an id").to_owned())
    }

    fn groups(&self, token: &str) -> BTreeSet<String> {
        let headers = format!("Authorization: Bearer {token}\r\n");
        let (status, body) = self.ask("GET", "/v1.0/groups?$top=999", &headers, "").expect("an answer");
        assert_eq!(status, 200, "{body}");
        let list = body["value"].as_array().expect("a list");
        list.iter().map(|group| group["id"].as_str().expect("an id").to_owned()).collect()
    }
}

#[test]
fn two_hundred_parallel_writes_lose_none_and_kill_9_loses_nothing_that_was_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("tenant.redb");
    let mut server = Server::over(&state);
    let token = server.token();
    let answered = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for n in 0..200 {
            let (server, token, answered) = (&server, &token, &answered);
            scope.spawn(move || {
                let id = server.make_group(token, &format!("first-{n}")).expect("it answers");
                answered.lock().expect("nobody panicked").insert(id);
            });
        }
    });
    assert_eq!(answered.lock().expect("nobody panicked").len(), 200);
    assert_eq!(server.groups(&token), *answered.lock().expect("nobody panicked"));

    // Sixteen go on writing until the process is gone, which is after fifty more answers.
    let more = AtomicUsize::new(0);
    let pid = rustix::process::Pid::from_raw(i32::try_from(server.process.id()).expect("a process id")).expect("not 0");
    thread::scope(|scope| {
        for thread in 0..16 {
            let (server, token, answered, more) = (&server, &token, &answered, &more);
            scope.spawn(move || {
                let mut n = 0;
                while let Some(id) = server.make_group(token, &format!("second-{thread}-{n}")) {
                    answered.lock().expect("nobody panicked").insert(id);
                    n += 1;
                    if more.fetch_add(1, Ordering::Relaxed) == 50 {
                        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("it runs");
                    }
                }
            });
        }
    });
    assert!(!server.process.wait().expect("an end").success());
    let again = Server::over(&state);
    let kept = again.groups(&again.token());
    let answered = answered.into_inner().expect("nobody panicked");
    assert!(answered.len() > 250, "{}", answered.len());
    assert!(answered.is_subset(&kept), "{} of {} are left", answered.intersection(&kept).count(), answered.len());
}
