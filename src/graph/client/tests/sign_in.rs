//! A sign-in that fails, or does not end.

use super::*;

/// Refuses after some seconds, each time by another number.
#[derive(Debug, Default)]
struct Failing(AtomicU32);

#[async_trait::async_trait]
impl Credential for Failing {
    async fn fetch(&self, _: &Carrier, _: &str) -> Result<Fetched, Error> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(Duration::from_secs(5)).await;
        let message = format!("sign-in {number}").into();
        Err(Error::Connection { attempted: "POST /token".into(), message, may_have_taken_effect: false })
    }
}

/// Says nothing the first time.
#[derive(Debug, Default)]
struct Hanging(AtomicU32);

#[async_trait::async_trait]
impl Credential for Hanging {
    async fn fetch(&self, _: &Carrier, _: &str) -> Result<Fetched, Error> {
        if self.0.fetch_add(1, Ordering::SeqCst) == 0 {
            std::future::pending::<()>().await;
        }
        Ok(Fetched { token: "e30.eyJ0aWQiOiAidCJ9.c2ln".into(), lifetime: Duration::from_secs(3600) })
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_waited_while_a_sign_in_failed_share_its_failure_and_who_comes_later_signs_in() {
    let (client, scripted) = client_of("http://127.0.0.1:5999", Failing::default(), |_, _| unreachable!());
    let start = Instant::now();
    let asked = futures_util::future::join_all((0..20).map(|_| client.post(GROUPS, &Json::Null))).await;
    let told: Vec<_> = asked.into_iter().map(|result| result.unwrap_err().to_string()).collect();
    assert_eq!(told, vec!["POST /token: sign-in 1"; 20]);
    assert_eq!(Instant::now() - start, Duration::from_secs(5));
    let later = client.post(GROUPS, &Json::Null).await.unwrap_err();
    assert_eq!(later.to_string(), "POST /token: sign-in 2");
    assert!(scripted.seen().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_its_caller_ended_is_not_shared() {
    let (client, _) = client_of("http://127.0.0.1:5999", Hanging::default(), |_, _| Ok(answer(200, &json!({}))));
    let short = client.under(CancellationToken::new(), Instant::now() + Duration::from_secs(3));
    let (stopped, went_on) = tokio::join!(short.claims(), client.claims());
    assert!(matches!(stopped, Err(Error::TimedOut { .. })), "{stopped:?}");
    assert_eq!(went_on.unwrap().tenant_id, "t");
}

#[tokio::test(start_paused = true)]
async fn a_first_sign_in_is_given_ten_seconds_once() {
    let (client, _) = client_of("http://127.0.0.1:5999", Hanging::default(), |_, _| Ok(answer(200, &json!({}))));
    let start = Instant::now();
    let cancel = CancellationToken::new();
    let configure = client.ended_by(&cancel);
    let plan = client.under(cancel, start + Duration::from_secs(300));
    let (first, second) = tokio::join!(configure.signed_in(), plan.signed_in());
    assert!(matches!(first, Err(Error::TimedOut { .. })), "{first:?}");
    assert_eq!((second, Instant::now() - start), (first, Duration::from_secs(10)));
    assert!(plan.signed_in().await.is_err(), "known by then");
    assert!(plan.claims().await.is_ok(), "whoever needs it signs in");
}

#[tokio::test(start_paused = true)]
async fn a_first_sign_in_that_its_caller_ended_is_made_again() {
    let script = |_: usize, _: &Request| Ok(answer(200, &json!({})));
    let (client, _) = client_of("http://127.0.0.1:5999", Hanging::default(), script);
    let short = client.under(CancellationToken::new(), Instant::now() + Duration::from_secs(3));
    assert!(short.signed_in().await.unwrap_err().is_stop());
    assert_eq!(client.signed_in().await.unwrap().tenant_id, "t");
}
