//! The verbs of HTTP over JSON.

use crate::graph::client::{Client, Outgoing};
use crate::graph::error::Error;
use crate::graph::judge::attempted;
use crate::graph::retry::Kind;
use crate::graph::transport::Method;
use serde_json::Value as Json;

impl Client {
    /// Reads one object. `path` holds version and query, such as `/beta/deviceManagement/x?$expand=assignments`.
    pub async fn get(&self, path: &str) -> Result<Json, Error> {
        let answer = self.send(&Outgoing::new(Method::GET, Kind::Read, path, None)).await?;
        answer.body.ok_or_else(|| Error::Unexpected {
            attempted: attempted(&Method::GET, path),
            status: answer.status,
            message: "the answer is empty".into(),
        })
    }

    /// Reads one object; none where Graph answers 404.
    pub async fn get_optional(&self, path: &str) -> Result<Option<Json>, Error> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes something. It is not sent again unless it is known to have done nothing; when [`Error::is_lost`], look the
    /// object up before calling again.
    pub async fn post(&self, path: &str, body: &Json) -> Result<Option<Json>, Error> {
        Ok(self.send(&Outgoing::new(Method::POST, Kind::Once, path, Some(body))).await?.body)
    }

    /// A POST that leads to the same state however often it is sent, such as `/assign`: repeated like a PATCH. A body of
    /// null is no body.
    pub async fn action(&self, path: &str, body: &Json) -> Result<Option<Json>, Error> {
        Ok(self.send(&Outgoing::new(Method::POST, Kind::Idempotent, path, Some(body))).await?.body)
    }

    /// A POST that asks and changes nothing.
    pub async fn query(&self, path: &str, body: &Json) -> Result<Option<Json>, Error> {
        let outgoing = Outgoing::new(Method::POST, Kind::Idempotent, path, Some(body));
        Ok(self.send(&Outgoing { changes: false, ..outgoing }).await?.body)
    }

    /// The same as [`Client::action`] where a 429 says more than "slow down", such as "someone did that a minute ago": it is told, not waited
    /// for. See [`Error::retry_after`].
    pub async fn try_action(&self, path: &str, body: &Json) -> Result<Option<Json>, Error> {
        let outgoing = Outgoing::new(Method::POST, Kind::Idempotent, path, Some(body));
        Ok(self.send(&Outgoing { waits: false, ..outgoing }).await?.body)
    }

    /// Changes the properties that `body` holds.
    pub async fn patch(&self, path: &str, body: &Json) -> Result<Option<Json>, Error> {
        Ok(self.send(&Outgoing::new(Method::PATCH, Kind::Idempotent, path, Some(body))).await?.body)
    }

    /// Replaces the whole object.
    pub async fn put(&self, path: &str, body: &Json) -> Result<Option<Json>, Error> {
        Ok(self.send(&Outgoing::new(Method::PUT, Kind::Idempotent, path, Some(body))).await?.body)
    }

    /// Deletes. A 404 is an error at the first attempt, success when an earlier attempt's answer was lost.
    pub async fn delete(&self, path: &str) -> Result<(), Error> {
        let outgoing = Outgoing::new(Method::DELETE, Kind::Idempotent, path, None);
        self.send(&outgoing).await.map(drop)
    }
}
