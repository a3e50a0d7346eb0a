//! Waiting for something to become true: 200 milliseconds doubling to 15 seconds, until a deadline, ended at once by a
//! cancellation.

use crate::graph::client::Client;
use crate::graph::error::Error;
use std::future::Future;
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(15);

/// The pauses of one wait. For loops that keep something between looks; [`Client::wait`] is for those that do not.
#[derive(Debug, Clone)]
pub struct Patience {
    next: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience { next: FIRST }
    }
}

impl Patience {
    /// The next pause, twice as long as the one before.
    fn next(&mut self) -> Duration {
        let pause = self.next;
        self.next = (self.next * 2).min(LONGEST);
        pause
    }
}

impl Client {
    /// Pauses before the next look. `what` says in the error what is waited for, `last` what was seen.
    pub async fn pause(&self, patience: &mut Patience, what: &str, last: &str) -> Result<(), Error> {
        tracing::info!(last, "{what}");
        let pause = tokio::time::sleep(patience.next());
        match self.until_stopped(pause).await {
            Ok(()) => Ok(()),
            Err(stop) => Err(stop.error(what, last, false)),
        }
    }

    /// Waits for something else than Graph, until the caller is told to stop. `what` says in the error what.
    pub async fn unless_stopped<F: Future>(&self, what: &str, future: F) -> Result<F::Output, Error> {
        self.until_stopped(future).await.map_err(|stop| stop.error(what, "", false))
    }

    /// Looks until `look` answers something. `what` says in the error what is waited for, such as
    /// `waiting for group 1`.
    pub async fn wait<T, F, Look>(&self, what: &str, mut look: F) -> Result<T, Error>
    where
        F: FnMut() -> Look + Send,
        Look: Future<Output = Result<Option<T>, Error>> + Send,
    {
        let mut patience = Patience::default();
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            self.pause(&mut patience, what, "").await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::silent;
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_from_200_ms_to_15_s() {
        let start = Instant::now();
        let mut looks = Vec::new();
        let found = silent()
            .wait("a test", || {
                looks.push((Instant::now() - start).as_millis());
                let found = (looks.len() == 10).then_some("it");
                async move { Ok(found) }
            })
            .await;
        assert_eq!(found, Ok("it"));
        assert_eq!(looks, [0, 200, 600, 1400, 3000, 6200, 12600, 25400, 40400, 55400]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_ends_a_wait_and_says_what_was_waited_for() {
        let start = Instant::now();
        let client = silent().under(CancellationToken::new(), start + Duration::from_secs(5));
        let error = client.wait("waiting for the moon", || async { Ok(None::<()>) }).await.unwrap_err();
        assert_eq!(error.to_string(), "waiting for the moon: timed out");
        assert_eq!(Instant::now() - start, Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancellation_ends_a_wait_at_once() {
        let cancel = CancellationToken::new();
        let start = Instant::now();
        let client = silent().under(cancel.clone(), start + Duration::from_secs(3600));
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            cancel.cancel();
        });
        let error = client.wait("waiting", || async { Ok(None::<()>) }).await.unwrap_err();
        assert!(error.is_cancelled());
        assert_eq!(Instant::now() - start, Duration::from_secs(60));
    }
}
