//! A panic is a bug of ours. Inside an RPC it becomes a diagnostic and the server goes on; outside it ends up as the
//! crash report that core makes of a line beginning with `panic: `.
//!
//! Source: hashicorp/go-plugin `client.go` (crash capture), hashicorp/terraform `internal/logging/panic.go`.

use std::{
    backtrace::Backtrace,
    io::{self, Write},
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::FutureExt;

use crate::diagnostic::Diagnostic;

tokio::task_local! {
    /// Where the running RPC puts its panic.
    static CRASH: Arc<Mutex<Option<Crash>>>;
}

/// Where and why code of ours panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Crash {
    /// File, line and column.
    place: String,
    /// The text of the panic, if it is fixed: one put together at run time may quote a secret.
    text: Option<&'static str>,
}

const UNKNOWN: &str = "an unknown place";

impl Crash {
    fn unknown() -> Crash {
        Crash { place: UNKNOWN.to_owned(), text: None }
    }

    fn of(panic: &PanicHookInfo<'_>) -> Crash {
        Crash {
            place: panic.location().map_or_else(|| UNKNOWN.to_owned(), ToString::to_string),
            text: panic.payload().downcast_ref::<&'static str>().copied(),
        }
    }

    /// What the user is told.
    pub(super) fn diagnostic(&self, rpc: &str) -> Diagnostic {
        let text = self.text.map(|text| format!(": {text}")).unwrap_or_default();
        let Crash { place, .. } = self;
        Diagnostic::error(
            "The Provider Crashed",
            format!(
                "The provider crashed in {rpc} at {place}{text}. This is a bug in the provider: please report it with \
                 this message and the configuration that led to it."
            ),
        )
    }
}

/// Replaces the hook of the process: a panic inside an RPC is kept for [`catch`], any other goes to `otherwise`.
pub(super) fn install_hook(otherwise: impl Fn(&PanicHookInfo<'_>) + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |panic| {
        let crash = Crash::of(panic);
        let kept = CRASH.try_with(|slot| *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(crash.clone()));
        match kept {
            Ok(()) => {
                let backtrace = Backtrace::capture();
                tracing::error!(place = crash.place, text = crash.text, %backtrace, "the provider crashed in an RPC");
            }
            Err(_) => otherwise(panic),
        }
    }));
}

/// Writes what core shows the user as a crash report.
pub(super) fn report(panic: &PanicHookInfo<'_>) {
    let Crash { place, text } = Crash::of(panic);
    let text = text.unwrap_or("the provider crashed");
    // Nobody is left to tell if stderr is gone.
    let _ = writeln!(io::stderr().lock(), "panic: {text}\n\n{place}:\n{}", Backtrace::capture());
}

/// Runs an RPC, and catches its panic.
pub(super) async fn catch<T>(rpc: impl Future<Output = T>) -> Result<T, Crash> {
    let slot = Arc::new(Mutex::new(None));
    let caught = CRASH.scope(Arc::clone(&slot), AssertUnwindSafe(rpc).catch_unwind()).await;
    caught.map_err(|_| slot.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_else(Crash::unknown))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// The crash of a panicking RPC. Panics of other tests are reported as ever.
    async fn crash_of(rpc: impl Future<Output = Infallible>) -> Crash {
        install_hook(panic::take_hook());
        catch(rpc).await.expect_err("it panics")
    }

    #[tokio::test]
    async fn a_panic_is_an_error_with_its_place() {
        let crash = crash_of(async { panic!("on purpose") }).await;
        assert!(crash.place.contains("crash.rs:"), "{crash:?}");
        let detail = crash.diagnostic("ReadResource").detail;
        assert!(detail.contains("in ReadResource at ") && detail.contains(": on purpose."), "{detail}");
    }

    #[tokio::test]
    async fn a_text_put_together_at_run_time_is_not_told() {
        let secret = String::from("hunter2");
        let crash = crash_of(async { panic!("with {secret}") }).await;
        assert!(!crash.diagnostic("ReadResource").detail.contains("hunter2"));
    }
}
