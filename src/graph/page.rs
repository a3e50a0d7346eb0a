//! Lists that come in pages.
//!
//! Source: Microsoft Graph "paging": follow `@odata.nextLink` as it is until there is none; a page may be empty.

use crate::graph::client::Client;
use crate::graph::client::Outgoing;
use crate::graph::error::Error;
use crate::graph::judge::attempted;
use crate::graph::listed::parts;
use crate::graph::retry::Kind;
use crate::graph::transport::Method;
use serde_json::Value as Json;
use std::collections::HashSet;

/// A part of a collection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// What is in it; may be nothing although there is more.
    pub items: Vec<Json>,
    /// Where the next one is, if there is one.
    pub next: Option<String>,
}

impl Client {
    /// Reads a whole collection, page after page.
    pub async fn list(&self, path: &str) -> Result<Vec<Json>, Error> {
        self.list_as(path, Some).await
    }

    /// The same, keeping of each item what `take` makes of it: of a large collection one page is held at a time.
    pub async fn list_as<T: Send>(
        &self,
        path: &str,
        mut take: impl FnMut(Json) -> Option<T> + Send,
    ) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        let mut seen = HashSet::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.page(&path).await?;
            items.extend(page.items.into_iter().filter_map(&mut take));
            next = page.next;
            if !seen.insert(path.clone()) {
                return Err(in_a_circle(&path));
            }
        }
        Ok(items)
    }

    /// Reads one page of a collection: the first by the collection's path, another by the `next` of the one before.
    pub async fn page(&self, path: &str) -> Result<Page, Error> {
        let answer = self.persist(&Outgoing::new(Method::GET, Kind::Read, path, None)).await?;
        let Some((items, next)) = answer.body.and_then(parts) else { return Err(no_list(path, answer.status)) };
        if next.as_deref() == Some(path) {
            return Err(in_a_circle(path));
        }
        Ok(Page { items, next })
    }
}

fn no_list(path: &str, status: u16) -> Error {
    Error::Unexpected { attempted: attempted(&Method::GET, path), status, message: "the answer is not a list".into() }
}

fn in_a_circle(path: &str) -> Error {
    Error::Unexpected {
        attempted: attempted(&Method::GET, path),
        status: 200,
        message: "a page leads back to an earlier one".into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::client::tests::{answer, client};
    use serde_json::json;

    const PATH: &str = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";

    #[tokio::test(start_paused = true)]
    async fn pages_are_followed_verbatim_also_after_an_empty_one() {
        let (client, scripted) = client(|number, _| {
            let next = |token: &str| format!("http://127.0.0.1:5999{PATH}?$skiptoken={token}");
            Ok(match number {
                0 => answer(200, &json!({"value": [1, 2], "@odata.nextLink": next("a%2Bb")})),
                1 => answer(200, &json!({"value": [], "@odata.nextLink": next("c")})),
                _ => answer(200, &json!({"value": [3]})),
            })
        });
        assert_eq!(client.list(PATH).await.unwrap(), [json!(1), json!(2), json!(3)]);
        let queries: Vec<_> = scripted.seen().iter().map(|r| r.url.query().map(str::to_owned)).collect();
        assert_eq!(queries, [None, Some("$skiptoken=a%2Bb".to_owned()), Some("$skiptoken=c".to_owned())]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_next_link_to_another_host_is_not_followed() {
        for elsewhere in ["https://evil.example/x", "http://127.0.0.1:6000/x", "https://127.0.0.1:5999/x", "x:y"] {
            let (client, scripted) =
                client(move |_, _| Ok(answer(200, &json!({"value": [], "@odata.nextLink": elsewhere}))));
            let error = client.list(PATH).await.unwrap_err().to_string();
            assert!(error.contains("leads away from Graph"), "{error}");
            assert_eq!(scripted.seen().len(), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pages_in_a_circle_and_answers_without_values_are_errors() {
        let circle = format!("http://127.0.0.1:5999{PATH}?$skiptoken=a");
        let (client, _) = client(move |_, _| Ok(answer(200, &json!({"value": [], "@odata.nextLink": circle}))));
        assert!(client.list(PATH).await.unwrap_err().to_string().contains("earlier one"));
        let (client, _) = crate::graph::client::tests::client(|_, _| Ok(answer(200, &json!({"id": "1"}))));
        assert!(client.list(PATH).await.unwrap_err().to_string().contains("not a list"));
    }
}
