//! The list of all devices, read and taken apart once for all imports of a run that are refreshed or planned together.
//!
//! Law: nobody is told what was read before a write of ours that ended before he came, nor what began to be read more than
//! half a minute before he came. Whatever the list does not show is asked for by its id before it is called gone.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::{sync::OnceCell, time::Instant};

use crate::{
    autopilot::devices::{self, Registered},
    graph::{ANSWERS_FOR, Client, Error},
    resource::InProcess,
};

/// One reading of the list. Empty while it is under way.
type Reading = OnceCell<Arc<Registered>>;

static READINGS: InProcess<Mutex<Readings>> = InProcess::new();

/// Every registered device, to be found by id and by serial number, as somebody has read it lately.
pub(super) async fn shared(graph: &Client) -> Result<Arc<Registered>, Error> {
    let readings = READINGS.of(graph, "");
    let reading = readings.lock().unwrap_or_else(PoisonError::into_inner).join(Instant::now(), graph.writes());
    let read = reading.get_or_try_init(|| async { devices::registered(graph).await.map(Arc::new) });
    let what = format!("GET /beta{}", devices::COLLECTION);
    graph.unless_stopped(&what, read).await?.cloned()
}

/// The readings of one tenant.
#[derive(Default)]
struct Readings {
    last: Weak<Reading>,
    /// When it began, and how many writes of ours had ended by then.
    began: Option<(Instant, u64)>,
    /// The last one from the second who asks on. Where there is only one, its devices are let go before its state is told:
    /// thousands take as much memory as the rest of the refresh.
    kept: Option<Arc<Reading>>,
}

impl Readings {
    /// The reading for somebody who comes now, when so many writes of ours have ended.
    fn join(&mut self, now: Instant, writes: u64) -> Arc<Reading> {
        let answers = |(began, before): (Instant, u64)| before == writes && now.duration_since(began) <= ANSWERS_FOR;
        let is_second = self.began.is_some_and(answers);
        let reading = self.last.upgrade().filter(|_| is_second).unwrap_or_else(|| {
            self.began = Some((now, writes));
            Arc::default()
        });
        self.last = Arc::downgrade(&reading);
        self.kept = is_second.then(|| Arc::clone(&reading));
        reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_reading_answers_for_half_a_minute_and_until_a_write_of_ours_has_ended() {
        let (mut readings, began) = (Readings::default(), Instant::now());
        let first = readings.join(began, 3);
        assert!(Arc::ptr_eq(&first, &readings.join(began + ANSWERS_FOR, 3)));
        let after_a_write = readings.join(began + Duration::from_secs(1), 4);
        assert!(!Arc::ptr_eq(&first, &after_a_write));
        let (in_time, late) = (began + Duration::from_secs(31), began + Duration::from_millis(31_001));
        assert!(Arc::ptr_eq(&after_a_write, &readings.join(in_time, 4)));
        assert!(!Arc::ptr_eq(&after_a_write, &readings.join(late, 4)));
    }

    #[test]
    fn what_only_one_asks_for_is_let_go_with_him_and_kept_from_the_second_on() {
        let (mut readings, now) = (Readings::default(), Instant::now());
        let first = Arc::downgrade(&readings.join(now, 0));
        assert!(first.upgrade().is_none());
        let second = Arc::downgrade(&readings.join(now, 0));
        let third = readings.join(now, 0);
        assert!(second.upgrade().is_some_and(|second| Arc::ptr_eq(&second, &third)));
    }
}
