//! How core and the provider find each other: a cookie and wishes by environment, an answer of one line on stdout.
//!
//! Source: hashicorp/go-plugin, `server.go` and `client.go`; hashicorp/terraform, `internal/plugin6/serve.go`.

use std::{
    io::{self, Write},
    ops::RangeInclusive,
    path::PathBuf,
};

use super::error::Error;

/// What core puts into the environment of each provider it starts. It is no secret: it tells a start by core from a
/// start by a person.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// The major version of the plugin protocol. Core offers a list of versions; whatever is in it we answer 6, and core
/// says what is wrong if it does not have that.
pub const PROTOCOL: u8 = 6;

/// Reads a variable of the environment. Set to nothing counts as not set, as in go-plugin.
#[expect(clippy::disallowed_methods, reason = "this is where go-plugin's variables are read")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether core started this process.
pub(super) fn started_by_core() -> bool {
    variable(COOKIE.0).as_deref() == Some(COOKIE.1)
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On a socket in this directory, or in the one for temporary files.
    Unix(Option<PathBuf>),
    /// On the first free port of these on 127.0.0.1.
    Tcp(RangeInclusive<u16>),
}

/// What core wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wishes {
    /// Where to listen.
    pub(super) place: Place,
    /// The one client to serve, PEM. Without it there is no TLS.
    pub(super) client_certificate: Option<String>,
    /// Whether core understands a seventh field, which says if connections are shared among brokered services.
    pub(super) asks_multiplexing: bool,
}

impl Wishes {
    /// Reads them from the environment, given as a function from name to value.
    ///
    /// `AUTOPILOT_PLUGIN_NETWORK=tcp` is ours: it takes the way that Windows takes on the other systems too.
    pub(super) fn read(get: impl Fn(&str) -> Option<String>) -> Result<Wishes, Error> {
        let tcp = cfg!(not(unix)) || get("AUTOPILOT_PLUGIN_NETWORK").as_deref() == Some("tcp");
        let place = if tcp {
            Place::Tcp(ports(get("PLUGIN_MIN_PORT"), get("PLUGIN_MAX_PORT"))?)
        } else {
            Place::Unix(get("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from))
        };
        Ok(Wishes {
            place,
            client_certificate: get("PLUGIN_CLIENT_CERT"),
            asks_multiplexing: get("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }
}

/// Core gives 10000 to 25000. Without both ends the system chooses a port.
fn ports(min: Option<String>, max: Option<String>) -> Result<RangeInclusive<u16>, Error> {
    let (Some(min), Some(max)) = (min, max) else { return Ok(0..=0) };
    match (min.parse(), max.parse()) {
        (Ok(min), Ok(max)) if min <= max => Ok(min..=max),
        _ => Err(Error::Ports(min, max)),
    }
}

/// The answer: `1|6|unix|/tmp/plugin-1|grpc|MIIB…`.
#[derive(Clone, Debug)]
pub(super) struct Answer<'a> {
    /// `unix` or `tcp`.
    pub(super) network: &'a str,
    /// The path of the socket, or host and port.
    pub(super) address: &'a str,
    /// The certificate to trust: DER in base64 without padding, or nothing.
    pub(super) certificate: &'a str,
    /// Whether to say that connections are not shared.
    pub(super) answers_multiplexing: bool,
}

impl Answer<'_> {
    fn line(&self) -> String {
        let Answer { network, address, certificate, .. } = self;
        let multiplexing = if self.answers_multiplexing { "|false" } else { "" };
        format!("1|{PROTOCOL}|{network}|{address}|grpc|{certificate}{multiplexing}\n")
    }

    /// Prints the line. Core waits for it, and drops whatever else is written to stdout.
    pub(super) fn print(&self) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(self.line().as_bytes())?;
        stdout.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wishes(variables: &[(&str, &str)]) -> Result<Wishes, Error> {
        Wishes::read(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_in_the_directory_that_is_asked_for() {
        let wishes = wishes(&[("PLUGIN_UNIX_SOCKET_DIR", "/run/x"), ("PLUGIN_MIN_PORT", "10000")]);
        assert_eq!(wishes.map(|wishes| wishes.place).ok(), Some(Place::Unix(Some("/run/x".into()))));
    }

    #[test]
    fn tcp_when_asked_for_on_the_ports_that_core_gives() {
        let tcp = ("AUTOPILOT_PLUGIN_NETWORK", "tcp");
        let place = |variables: &[_]| wishes(variables).map(|wishes| wishes.place).ok();
        let given = [tcp, ("PLUGIN_MIN_PORT", "10000"), ("PLUGIN_MAX_PORT", "25000")];
        assert_eq!(place(&given), Some(Place::Tcp(10000..=25000)));
        assert_eq!(place(&[tcp]), Some(Place::Tcp(0..=0)));
        assert_eq!(place(&[tcp, ("PLUGIN_MIN_PORT", "9"), ("PLUGIN_MAX_PORT", "8")]), None);
        assert_eq!(place(&[tcp, ("PLUGIN_MIN_PORT", "one"), ("PLUGIN_MAX_PORT", "8")]), None);
    }

    #[test]
    fn a_line_of_six_fields_and_of_seven_when_core_understands_the_seventh() {
        let answer = |answers_multiplexing| Answer {
            network: "tcp",
            address: "127.0.0.1:10000",
            certificate: "TUlJ",
            answers_multiplexing,
        };
        assert_eq!(answer(false).line(), "1|6|tcp|127.0.0.1:10000|grpc|TUlJ\n");
        assert_eq!(answer(true).line(), "1|6|tcp|127.0.0.1:10000|grpc|TUlJ|false\n");
    }

    /// What a variable may hold: anything, or nearly what it should.
    fn given() -> impl Strategy<Value = Option<String>> {
        let nearly = ["6", "5,6", "10000", "25000", "-1", "65536", "tcp", "unix", "true", "/tmp", ""];
        let certificate = "(-----BEGIN CERTIFICATE-----)?\n[A-Za-z0-9+/=\n]{0,200}(-----END CERTIFICATE-----)?\n?";
        prop_oneof![
            Just(None),
            ".{0,40}".prop_map(Some),
            proptest::sample::select(nearly.to_vec()).prop_map(|text| Some(text.to_owned())),
            certificate.prop_map(Some),
        ]
    }

    const VARIABLES: [&str; 7] = [
        "PLUGIN_PROTOCOL_VERSIONS",
        "PLUGIN_MIN_PORT",
        "PLUGIN_MAX_PORT",
        "PLUGIN_CLIENT_CERT",
        "PLUGIN_UNIX_SOCKET_DIR",
        "PLUGIN_MULTIPLEX_GRPC",
        "AUTOPILOT_PLUGIN_NETWORK",
    ];

    proptest! {
        #[test]
        fn whatever_core_gives_is_understood_or_refused(values in proptest::collection::vec(given(), VARIABLES.len())) {
            let variable = |name: &str| {
                let at = VARIABLES.iter().position(|known| *known == name)?;
                values.get(at).cloned().flatten()
            };
            if let Ok(Wishes { place: Place::Tcp(ports), .. }) = Wishes::read(variable) {
                prop_assert!(ports.start() <= ports.end());
            }
            crate::server::understands(variable);
        }
    }
}
