//! Sees through batches: each call in one is a request of its own.
//!
//! Source: Microsoft Graph "Combine multiple HTTP requests using JSON batching".

use serde_json::Value as Json;

/// A call and its answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Call {
    pub(super) method: String,
    /// Path and query, with the version.
    pub(super) target: String,
    pub(super) body: Json,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    /// None where it is no JSON.
    pub(super) answer: Option<Json>,
    /// How long the answer is.
    pub(super) bytes: usize,
}

/// Each call of a batch that was answered; what is no batch, or was refused as a whole, as it is.
pub(super) fn each(call: Call) -> Vec<Call> {
    let path = call.target.split('?').next().unwrap_or_default();
    let Some(version) = path.strip_suffix("/$batch") else { return vec![call] };
    let responses = call.answer.as_ref().and_then(|answer| answer["responses"].as_array());
    let (Some(requests), Some(responses)) = (call.body["requests"].as_array(), responses) else { return vec![call] };
    let paired = requests.iter().filter_map(|request| {
        let response = responses.iter().find(|response| response["id"] == request["id"])?;
        let headers = response["headers"].as_object().into_iter().flatten();
        Some(Call {
            method: request["method"].as_str()?.to_uppercase(),
            target: format!("{version}{}", request["url"].as_str()?),
            body: request["body"].clone(),
            status: response["status"].as_u64()?.try_into().ok()?,
            headers: headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect(),
            answer: response.get("body").cloned(),
            bytes: 0,
        })
    });
    paired.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_batch_is_its_calls_and_a_refused_one_is_itself() {
        let batch = Call {
            method: "POST".into(),
            target: "/v1.0/$batch".into(),
            body: json!({"requests": [
                {"id": "1", "method": "get", "url": "/groups/a"},
                {"id": "2", "method": "PATCH", "url": "/groups/b", "body": {"x": 1}},
            ]}),
            status: 200,
            answer: Some(json!({"responses": [
                {"id": "2", "status": 429, "headers": {"Retry-After": "3"}},
                {"id": "1", "status": 200, "body": {"id": "a"}},
            ]})),
            ..Call::default()
        };
        let calls = each(batch.clone());
        assert_eq!((calls[0].method.as_str(), calls[0].target.as_str()), ("GET", "/v1.0/groups/a"));
        assert_eq!((calls[0].status, &calls[0].answer), (200, &Some(json!({"id": "a"}))));
        assert_eq!((calls[1].status, &calls[1].body), (429, &json!({"x": 1})));
        assert_eq!(calls[1].headers, [("Retry-After".to_owned(), "3".to_owned())]);
        let refused = Call { status: 503, answer: Some(json!({"error": {}})), ..batch };
        assert_eq!(each(refused.clone()), [refused]);
    }
}
