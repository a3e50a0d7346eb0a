//! What time it is at the service: its own `Date`, since this machine's clock may be wrong.

use crate::graph::transport::{Answer, Broken, Request, Transport};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Carries requests, and notes when the service last said what time it is.
#[derive(Debug)]
pub(crate) struct Dated {
    transport: Arc<dyn Transport>,
    latest: Mutex<Option<SystemTime>>,
}

impl Dated {
    pub(crate) fn new(transport: Arc<dyn Transport>) -> Dated {
        Dated { transport, latest: Mutex::default() }
    }

    /// The latest `Date`: no later than now at the service.
    pub(crate) fn latest(&self) -> Option<SystemTime> {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Transport for Dated {
    async fn send(&self, request: Request) -> Result<Answer, Broken> {
        let sent = self.transport.send(request).await;
        let date = sent.as_ref().ok().and_then(|answer| httpdate::parse_http_date(answer.header("date")?).ok());
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = date.max(*latest);
        sent
    }
}
