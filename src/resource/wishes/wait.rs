//! Waits until nothing else of this process goes on, so that whoever wants something has said so. What waits for an approval
//! goes on: whoever depends on it may want something yet.

use std::sync::Arc;

use tokio::time::{Instant, sleep_until};

use super::{quiet::QUIET, table::Table};
use crate::graph::Client;

/// A read, a plan or an apply that goes on.
pub(crate) struct Busy(Arc<Table>);

impl Busy {
    pub(crate) fn begin(graph: &Client) -> Busy {
        let table = Table::of(graph);
        table.change(|state| state.quiet.note(|quiet| quiet.busy += 1));
        Busy(table)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.change(|state| state.quiet.note(|quiet| quiet.busy -= 1));
    }
}

/// Something that goes on and waits.
struct Waiting<'a> {
    table: &'a Table,
    round: u64,
}

impl Waiting<'_> {
    /// Whether it is let through, or when to look again.
    fn look(&self) -> Result<(), Option<Instant>> {
        let mut state = self.table.state();
        let quiet = &mut state.quiet;
        if quiet.round != self.round {
            return Ok(());
        }
        let until = quiet.since.map(|since| since + QUIET);
        if until.is_none_or(|until| Instant::now() < until) {
            return Err(until);
        }
        // All that wait go on together: none of them has anything new to want.
        quiet.note(|quiet| {
            quiet.round += 1;
            quiet.waiting = 0;
        });
        Ok(())
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let round = self.round;
        self.table.change(|state| {
            if state.quiet.round == round {
                state.quiet.note(|quiet| quiet.waiting -= 1);
            }
        });
    }
}

/// Waits until nothing else has gone on for half a second, other waiters not counted. Whoever calls it is [`Busy`].
pub(super) async fn until_quiet(table: &Table) {
    let mut changes = table.changes();
    let waiting = table.change(|state| {
        state.quiet.note(|quiet| quiet.waiting += 1);
        Waiting { table, round: state.quiet.round }
    });
    while let Err(until) = waiting.look() {
        let quiet = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = quiet => {}
            _ = changes.changed() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::graph::client::tests::silent;

    async fn waited(graph: &Client) -> Duration {
        let _busy = Busy::begin(graph);
        let start = Instant::now();
        until_quiet(&Table::of(graph)).await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn alone_it_waits_half_a_second() {
        assert_eq!(waited(&silent()).await, QUIET);
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_for_what_goes_on_and_for_what_begins_meanwhile() {
        let graph = silent();
        let others = async {
            let first = Busy::begin(&graph);
            tokio::time::sleep(Duration::from_secs(7)).await;
            drop(first);
            tokio::time::sleep(Duration::from_millis(400)).await;
            let _second = Busy::begin(&graph);
            tokio::time::sleep(Duration::from_secs(2)).await;
        };
        let (waited, ()) = tokio::join!(waited(&graph), others);
        assert_eq!(waited, Duration::from_millis(9400) + QUIET);
    }

    #[tokio::test(start_paused = true)]
    async fn those_that_wait_go_on_together() {
        let graph = silent();
        assert_eq!(tokio::join!(waited(&graph), waited(&graph)), (QUIET, QUIET));
        let later = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            waited(&graph).await
        };
        assert_eq!(tokio::join!(waited(&graph), later), (Duration::from_millis(700), QUIET), "it may want something");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_given_up_does_not_count() {
        let graph = silent();
        {
            let given_up = waited(&graph);
            let _ = tokio::time::timeout(Duration::from_millis(100), given_up).await;
        }
        assert_eq!(waited(&graph).await, QUIET);
    }
}
