//! The log: one JSON object a line on stderr, as hclog writes them. Core gives them on at their level.
//!
//! Source: hashicorp/go-plugin `log_entry.go`, hashicorp/terraform-plugin-go `internal/logging`. `@timestamp` must have
//! six fractional digits, or core takes the line for plain text; `@message` and `@level` must be strings, or core panics;
//! a line of more than 64 KiB is cut in pieces.

use std::{
    fmt,
    io::{self, Write},
};

use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::BorrowedFormatItem, macros::format_description};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};
use tracing_subscriber::{
    Layer,
    filter::Targets,
    layer::{Context, SubscriberExt},
    registry::LookupSpan,
};

/// Which variable decides, the first that is set.
const VARIABLES: [&str; 3] = ["TF_LOG_PROVIDER_AUTOPILOT", "TF_LOG_PROVIDER", "TF_LOG"];

const TIMESTAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// A text longer than this is cut, so that a line stays below core's 64 KiB.
const LONGEST: usize = 8 * 1024;

/// Fields that would make a line longer than this many bytes are left out, for the same reason.
const WIDEST: usize = 60 * 1024;

/// Starts to log, if the environment, given as a function from name to value, asks for it.
pub(super) fn start(get: impl Fn(&str) -> Option<String>) {
    let level = level(get);
    if level == LevelFilter::OFF {
        return;
    }
    // Other crates know nothing of our secrets: what they say about requests in passing stays unsaid.
    let filter = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("autopilot", level);
    let layer = Lines(io::stderr).with_filter(filter);
    // Fails only if there is a log already.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
}

/// Like core: what is not understood means everything, and so does `JSON`.
fn level(get: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let Some(value) = VARIABLES.iter().find_map(|name| get(name)) else { return LevelFilter::OFF };
    match value.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// Writes each event as a line, to what the function gives.
struct Lines<F>(F);

impl<S, W, F> Layer<S> for Lines<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: Fn() -> W + 'static,
    W: Write,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.0.extend(of_span.0.clone());
            }
        }
        event.record(&mut fields);
        let line = line(*event.metadata().level(), event.metadata().target(), fields.0, OffsetDateTime::now_utc());
        // Nobody is left to tell if stderr is gone.
        let _ = (self.0)().write_all(line.as_bytes());
    }
}

/// One line, with the newline.
fn line(level: Level, target: &str, mut fields: Map<String, Value>, now: OffsetDateTime) -> String {
    let message = match fields.remove("message") {
        Some(Value::String(message)) => message,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let mut entry = Map::new();
    entry.insert("@level".into(), level.as_str().to_ascii_lowercase().into());
    entry.insert("@message".into(), message.into());
    entry.insert("@module".into(), target.replace("::", ".").into());
    entry.insert("@timestamp".into(), now.format(TIMESTAMP).unwrap_or_default().into());
    let mut line = Value::Object(entry).to_string();
    line.pop();
    for (name, value) in fields {
        let field = format!(",{}:{value}", Value::from(name));
        if line.len() + field.len() < WIDEST {
            line += &field;
        }
    }
    line + "}\n"
}

/// The fields of an event or a span.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        // A name of ours must not take the place of one that core reads.
        self.0.insert(field.name().trim_start_matches('@').to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let mut end = value.len().min(LONGEST);
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        self.put(field, value[..end].into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().map_err(|_| io::ErrorKind::Other)?.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that `work` logs.
    fn logged(work: impl FnOnce()) -> Vec<Value> {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::registry().with(Lines(move || writer.clone()));
        tracing::subscriber::with_default(subscriber, work);
        let bytes = written.0.lock().expect("nothing panicked").clone();
        let text = String::from_utf8(bytes).expect("JSON is UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    #[test]
    fn a_line_is_what_hclog_writes() {
        let lines = logged(|| {
            let _span = tracing::info_span!("rpc", tf_rpc = "ReadResource").entered();
            tracing::warn!(status = 429, "slow\ndown");
        });
        let [line] = &lines[..] else { panic!("one line, got: {lines:?}") };
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "slow\ndown");
        assert_eq!(line["@module"], "autopilot.server.log.tests");
        assert_eq!((&line["status"], &line["tf_rpc"]), (&Value::from(429), &Value::from("ReadResource")));
        let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
        let timestamp = line["@timestamp"].as_str().expect("core wants a string");
        assert!(time::PrimitiveDateTime::parse(timestamp, form).is_ok(), "{timestamp}");
    }

    #[test]
    fn a_message_is_a_string_whatever_was_logged() {
        let lines = logged(|| tracing::info!(message = 5));
        assert_eq!(lines[0]["@message"], "5");
        assert_eq!(logged(|| tracing::info!(n = 1))[0]["@message"], "");
    }

    #[test]
    fn a_line_is_shorter_than_core_cuts() {
        let long = "\u{1}ö".repeat(50_000);
        let line = logged(|| tracing::info!(a = long, b = long, c = 7, "{long}")).remove(0);
        assert!(line.to_string().len() < 64 * 1024);
        assert_eq!(line["c"], 7, "what fits is still there");
    }

    #[test]
    fn the_narrowest_variable_decides() {
        let level = |variables: &[(&str, &str)]| {
            level(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(level(&[]), LevelFilter::OFF);
        assert_eq!(level(&[("TF_LOG", "json")]), LevelFilter::TRACE);
        assert_eq!(level(&[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "Warn")]), LevelFilter::WARN);
        assert_eq!(level(&[("TF_LOG_PROVIDER_AUTOPILOT", "off"), ("TF_LOG_PROVIDER", "warn")]), LevelFilter::OFF);
    }
}
