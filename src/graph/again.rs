//! A POST that is sent again where it made nothing: for what can be told by a look, such as one assignment of a policy.

use crate::graph::client::Client;
use crate::graph::error::Error;
use crate::graph::wait::Patience;
use serde_json::Value as Json;
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// So often it is sent at most.
const SENDINGS: usize = 8;

impl Client {
    /// Makes what `look` finds once it is there. Where the answer is not known it looks, and sends again where nothing is
    /// there. What stands in the way of a second one is the first, which reads show `within` so much time.
    pub async fn post_unless_there<F, Look>(
        &self,
        path: &str,
        body: &Json,
        within: Duration,
        mut look: F,
    ) -> Result<Json, Error>
    where
        F: FnMut() -> Look + Send,
        Look: Future<Output = Result<Option<Json>, Error>> + Send,
    {
        let mut patience = Patience::default();
        let mut sendings = 0;
        loop {
            sendings += 1;
            let error = match self.post(path, body).await {
                Ok(made) => return Ok(made.unwrap_or_default()),
                Err(error) => error,
            };
            let until = match error.status() {
                Some(400) if sendings > 1 => Instant::now() + within,
                Some(409) => Instant::now() + within,
                _ if error.is_lost() && !error.is_stop() => Instant::now(),
                _ => return Err(error),
            };
            let mut looking = Patience::default();
            loop {
                if let Some(found) = look().await? {
                    return Ok(found);
                }
                if Instant::now() >= until {
                    break;
                }
                self.pause(&mut looking, "looking for what was made", &error.to_string()).await?;
            }
            if !error.is_lost() || sendings == SENDINGS {
                return Err(error);
            }
            self.pause(&mut patience, "sending again", &error.to_string()).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{answer, client};
    use serde_json::json;

    const PATH: &str = "/beta/things/1/assignments";
    const WITHIN: Duration = Duration::from_secs(30);

    /// Sends where POSTs are answered so, and a look finds it from the n-th on. Gives what it came to and how many POSTs.
    async fn sent(answers: &'static [u16], seen_at_look: usize) -> (Result<Json, Error>, usize) {
        let (client, scripted) = client(|number, _| Ok(answer(answers[number.min(answers.len() - 1)], &json!({}))));
        let mut looks = 0;
        let look = || {
            looks += 1;
            let found = (looks >= seen_at_look).then_some(json!("found"));
            async move { Ok(found) }
        };
        let made = client.post_unless_there(PATH, &json!({}), WITHIN, look).await;
        (made, scripted.seen().len())
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_lost_post_made_is_found_and_not_made_twice() {
        assert_eq!(sent(&[504], 1).await, (Ok(json!("found")), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_made_nothing_is_sent_again() {
        assert_eq!(sent(&[502, 503, 201], usize::MAX).await, (Ok(json!({})), 3));
        assert_eq!(sent(&[503], usize::MAX).await.1, SENDINGS);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_there_and_not_seen_yet_stands_in_the_way_of_a_second_one() {
        assert_eq!(sent(&[504, 400], 5).await, (Ok(json!("found")), 2));
        assert_eq!(sent(&[409], 3).await, (Ok(json!("found")), 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_final() {
        let (refused, posts) = sent(&[400], 1).await;
        assert_eq!((refused.unwrap_err().status(), posts), (Some(400), 1));
        assert_eq!(sent(&[409], usize::MAX).await.0.unwrap_err().status(), Some(409));
    }
}
