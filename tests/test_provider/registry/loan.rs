//! Something that is opened, renewed and closed, and writes down when.

use std::{
    fs::OpenOptions,
    io::Write,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use autopilot::{
    diagnostic::Diagnostic,
    resource::{Cx, Ephemeral, EphemeralSpec, Opened, Result},
    schema::{boolean, integer, plain, string},
    value::{Type, Value},
};
use tokio::net::TcpStream;

/// A secret on loan.
pub(crate) struct Loan;

#[async_trait]
impl Ephemeral for Loan {
    fn spec(&self) -> EphemeralSpec {
        let mut spec = EphemeralSpec::new(
            "loan",
            "Lends a secret.",
            vec![
                string("log", "The file to write down in what is done.").required(),
                string("tell", "Where to connect to when it is renewed."),
                integer("milliseconds", "After how long it has to be renewed."),
                boolean("refused", "Whether nothing is lent."),
                string("secret", "What is lent.").read_only().sensitive(),
                plain("given", "Any value.", Type::Dynamic),
            ],
        );
        spec.noun = "loan";
        spec
    }

    async fn open(&self, cx: &mut Cx, config: &Value) -> Result<Opened> {
        let log = config.get("log").as_str().unwrap_or_default();
        if config.get("refused").as_bool() == Some(true) {
            write_down(log, "refused");
            return Err(Diagnostic::error("Nothing Lent", "The loan was refused.").into());
        }
        write_down(log, "open");
        cx.private.set("log", log);
        cx.private.set("by", "open");
        cx.private.set("tell", config.get("tell").as_str());
        cx.private.set("milliseconds", config.get("milliseconds").as_i64());
        let mut result = config.clone();
        result.insert("secret", "lent-to-nobody-else".into());
        Ok(Opened { result, renew_at: due(cx) })
    }

    async fn renew(&self, cx: &mut Cx) -> Result<Option<SystemTime>> {
        write_down(text(cx, "log"), &format!("renew after {}", text(cx, "by")));
        cx.private.set("by", "renew");
        let tell = text(cx, "tell");
        if !tell.is_empty() {
            TcpStream::connect(tell).await.expect("the test listens");
        }
        Ok(due(cx))
    }

    async fn close(&self, cx: &mut Cx) -> Result<()> {
        write_down(text(cx, "log"), &format!("close after {}", text(cx, "by")));
        Ok(())
    }
}

fn text<'a>(cx: &'a Cx, name: &str) -> &'a str {
    cx.private.get(name).and_then(|value| value.as_str()).unwrap_or_default()
}

fn due(cx: &Cx) -> Option<SystemTime> {
    let after = cx.private.get("milliseconds")?.as_u64()?;
    SystemTime::now().checked_add(Duration::from_millis(after))
}

fn write_down(log: &str, what: &str) {
    let file = OpenOptions::new().create(true).append(true).open(log);
    file.and_then(|mut file| writeln!(file, "{what}")).expect("the test says where");
}
