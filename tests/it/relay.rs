//! Stands between a credential and Entra, and remembers which secrets went over the wire.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What is secret in the form of a sign-in (RFC 6749, 7523, 7636, 8628).
const IN_FORMS: [&str; 6] =
    ["client_secret", "client_assertion", "code", "code_verifier", "device_code", "refresh_token"];

/// What is secret in its answer.
const IN_ANSWERS: [&str; 4] = ["access_token", "id_token", "device_code", "refresh_token"];

type Said = Arc<Mutex<String>>;

/// Everything that it is told goes on, both ways, until the test ends.
pub(crate) struct Relay {
    address: String,
    said: Arc<Mutex<Vec<Said>>>,
}

impl Relay {
    /// To whoever serves at this URL.
    pub(crate) fn to(url: &str) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
        let address = listener.local_addr().expect("an address").to_string();
        let to = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let said = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&said);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = TcpStream::connect(&to).expect("the emulator serves");
                for (from, into) in [(&near, &far), (&far, &near)] {
                    let of_one = Said::default();
                    all.lock().expect("no panic").push(Arc::clone(&of_one));
                    let (from, into) = (from.try_clone().expect("a socket"), into.try_clone().expect("a socket"));
                    thread::spawn(move || pass_on(from, into, &of_one));
                }
            }
        });
        Relay { address, said }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The secrets that went by, by what each is called.
    pub(crate) fn secrets(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut secrets: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for said in self.said.lock().expect("no panic").iter() {
            let text = said.lock().expect("no panic");
            let in_forms = IN_FORMS.iter().flat_map(|name| valued(&text, name, "=", &['&', ' ', '\r', '\n']));
            let in_answers = IN_ANSWERS.iter().flat_map(|name| valued(&text, name, "\":\"", &['"']));
            for (name, value) in in_forms.chain(in_answers) {
                secrets.entry(name).or_default().push(value);
            }
        }
        secrets
    }
}

fn pass_on(mut from: TcpStream, mut into: TcpStream, said: &Said) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        // Nobody is asked to pack an answer: it is to be read here.
        let read = String::from_utf8_lossy(&buffer[..read]).replace("accept-encoding:", "refuse-encoding:");
        // It is remembered before whoever waits for it goes on.
        said.lock().expect("no panic").push_str(&read);
        if into.write_all(read.as_bytes()).is_err() {
            break;
        }
    }
    let _ = into.shutdown(Shutdown::Write);
}

/// The values of a name, wherever it stands as a whole.
fn valued(text: &str, name: &'static str, joint: &str, ends: &[char]) -> Vec<(&'static str, String)> {
    let whole = |at: usize| !text[..at].ends_with(|before: char| before == '_' || before.is_ascii_alphanumeric());
    let begin = format!("{name}{joint}");
    let found = text.match_indices(&begin).filter(|(at, _)| whole(*at));
    let values = found.map(|(at, begin)| text[at + begin.len()..].split(ends).next().unwrap_or_default());
    values.filter(|value| !value.is_empty()).map(|value| (name, value.to_owned())).collect()
}
