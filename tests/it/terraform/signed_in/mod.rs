//! `login`, `logout`, and Terraform with nothing but the sign-in of an administrator.

pub(super) mod login;
mod use_login;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};

use autopilot::emulator::PUBLIC_CLIENT_ID;
use serde_json::Value;

use super::{
    lab::{Lab, executable},
    run::Run,
};

pub(super) const ADMINISTRATOR: &str = "nestor.wilke@contoso.com";

pub(super) const GROUP: &str =
    "provider \"autopilot\" {}\n\nresource \"autopilot_group\" \"g\" {\n  display_name = \"by an administrator\"\n}\n";

/// A tenant, a configuration, and no credential but what somebody signs in with.
pub(super) fn lab(text: &str) -> Lab {
    let mut lab = Lab::with(text);
    lab.settings.retain(|(name, _)| name != "ARM_CLIENT_SECRET");
    lab.set("ARM_CLIENT_ID", PUBLIC_CLIENT_ID);
    lab.set("AUTOPILOT_USE_LOGIN", "true");
    let file = file(&lab).display().to_string();
    lab.set("AUTOPILOT_LOGIN_FILE", &file);
    lab
}

fn file(lab: &Lab) -> PathBuf {
    lab.home.path().join("signed-in-here.json")
}

fn refresh_token(lab: &Lab) -> String {
    let kept: Value = serde_json::from_str(&fs::read_to_string(file(lab)).expect("a file")).expect("JSON");
    kept["sign_ins"][0]["refresh_token"].as_str().expect("a token").to_owned()
}

pub(super) fn program(lab: &Lab, words: &[&str]) -> Command {
    let mut program = Command::new(executable());
    program.args(words).stdin(Stdio::null()).env("COLUMNS", "200");
    program.envs(lab.settings.iter().map(|(name, value)| (name, value)));
    program
}

/// A `login` that waits for a person.
pub(super) struct Waiting {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    said: String,
}

impl Waiting {
    fn begin(mut command: Command) -> Waiting {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        Waiting { child, lines, said: String::new() }
    }

    /// The next line that begins so.
    fn line(&mut self, beginning: &str) -> String {
        for line in self.lines.by_ref().map_while(Result::ok) {
            self.said.push_str(&format!("{line}\n"));
            if line.starts_with(beginning) {
                return line;
            }
        }
        panic!("no line begins with {beginning:?} in\n{}", self.said);
    }

    pub(super) fn end(mut self) -> Run {
        let rest: Vec<_> = self.lines.by_ref().map_while(Result::ok).collect();
        let mut stderr = String::new();
        self.child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("text");
        let code = self.child.wait().expect("an end").code();
        Run { code, stdout: self.said + &rest.join("\n"), stderr }
    }
}

/// What a browser does: one request, and its status, where it leads, and its page.
pub(super) fn browse(method: &str, url: &str, form: &str) -> (u16, String, String) {
    let rest = url.strip_prefix("http://").expect("plain http");
    let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let slash = if target.starts_with('/') { "" } else { "/" };
    let mut stream = TcpStream::connect(host).expect("somebody listens");
    let length = form.len();
    let head = format!(
        "{method} {slash}{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n"
    );
    stream.write_all(format!("{head}\r\n{form}").as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (head, page) = answer.split_once("\r\n\r\n").expect("a head");
    let led = head.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, led.to_owned(), page.to_owned())
}

/// The page of the emulator, answered.
fn answer_page(address: &str, with: &str) -> (u16, String, String) {
    let (page, asked) = address.split_once('?').expect("a query");
    browse("POST", page, &format!("{asked}&{with}"))
}

pub(super) fn begin_in_browser(lab: &Lab) -> (Waiting, String) {
    let words = ["login", "--tenant", "contoso.com", "--client-id", PUBLIC_CLIENT_ID, "--no-browser"];
    let mut waiting = Waiting::begin(program(lab, &words));
    let address = waiting.line("http://");
    (waiting, address)
}

/// Somebody signs in, and nobody is asked.
pub(super) fn sign_in(lab: &Lab) -> Run {
    let (waiting, address) = begin_in_browser(lab);
    let (status, back, _) = browse("GET", &address, "");
    assert_eq!(status, 302);
    assert_eq!(browse("GET", &back, "").0, 200);
    waiting.end().succeeds()
}
