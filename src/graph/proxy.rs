//! Answers that are not of the service that was asked, but of a proxy on the way, or of the network's page for signing in.

#[cfg(feature = "emulator")]
use crate::graph::cloud;
use crate::graph::error::Error;
use crate::graph::transport::Answer;

/// The proxy by which an endpoint is asked: what HTTPS_PROXY, NO_PROXY and the settings of the system say, as the client reads
/// them. Without its user and password.
#[cfg(feature = "emulator")] // only a command tells it
pub(crate) fn proxy_to(endpoint: &str) -> Option<String> {
    let url = cloud::endpoint(endpoint).ok().filter(|url| !cloud::is_near(url))?;
    let matcher = hyper_util::client::proxy::matcher::Matcher::from_system();
    let intercept = matcher.intercept(&url.as_str().parse().ok()?)?;
    Some(intercept.uri().to_string().trim_end_matches('/').to_owned())
}

/// The error, if a proxy answered. Above 499 a page may be of the service's own gateway.
pub(crate) fn answered(attempted: &str, answer: &Answer) -> Option<Error> {
    let body = answer.body.trim_ascii_start();
    let is_page = body.starts_with(b"<") || answer.header("content-type").is_some_and(|kind| kind.contains("html"));
    let is_proxy = answer.status == 407 || (is_page && answer.status < 500);
    let what = if is_page { "a page of HTML" } else { "no answer of the service" };
    is_proxy.then(|| Error::Proxy { attempted: attempted.into(), status: answer.status, what })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::answer;
    use serde_json::json;

    #[test]
    fn a_proxy_is_told_from_the_service() {
        let page = |status: u16| Answer { body: b"\n<!DOCTYPE html><html>".to_vec(), ..answer(status, &json!(null)) };
        for status in [200, 302, 403, 404, 407] {
            let told = answered("POST https://login.example/x", &page(status)).unwrap();
            assert_eq!(told.title(), "A Proxy Answered");
            let text = told.to_string();
            assert!(text.contains(&format!("HTTP {status} with a page of HTML")) && text.contains("a proxy"), "{text}");
        }
        assert!(answered("GET /", &answer(407, &json!(null))).is_some());
        assert!(answered("GET /", &answer(200, &json!({})).with("content-type", "text/html")).is_some());
        for of_the_service in [page(502), answer(404, &json!({"error": {}})), answer(400, &json!(null))] {
            assert_eq!(answered("GET /", &of_the_service), None);
        }
    }
}
