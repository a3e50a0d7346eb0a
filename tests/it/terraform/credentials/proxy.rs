//! A proxy, or the page on which a network asks for a sign-in, in place of Microsoft.

use super::{READ, Settings, plan, refused, who};
use crate::stand_in::{StandIn, json, page};
use crate::terraform::lab::Lab;

fn asking(lab: &Lab, variables: &[(&'static str, &str)]) -> crate::terraform::run::Run {
    lab.configure(READ);
    let secret: Settings<'static> = vec![("ARM_CLIENT_SECRET", lab.emulator.client_secret().to_owned())];
    plan(lab, &[who(), secret].concat(), false, variables).fails()
}

#[test]
fn a_proxy_that_answers_for_the_sign_in_is_told_as_one() {
    let lab = Lab::new();
    let secret = lab.emulator.client_secret().to_owned();
    let wants_a_sign_in = StandIn::new(|_| page(407));
    let told = asking(&lab, &[("AUTOPILOT_AUTHORITY_HOST", &wants_a_sign_in.url(""))]);
    refused(&told, &["A Proxy Answered", "HTTP 407 with a page of HTML", "not Microsoft"], &[&secret]);
    assert_eq!(wants_a_sign_in.seen().len(), 1, "it is not asked again");
    let portal = StandIn::new(|_| page(200));
    let told = asking(&lab, &[("AUTOPILOT_AUTHORITY_HOST", &portal.url(""))]);
    refused(&told, &["A Proxy Answered", "HTTP 200 with a page of HTML", "/oauth2/v2.0/token"], &[&secret]);
}

#[test]
fn a_proxy_that_answers_for_graph_is_told_as_one() {
    let lab = Lab::new();
    let portal = StandIn::new(|_| page(200));
    let told = asking(&lab, &[("AUTOPILOT_GRAPH_ENDPOINT", &portal.url(""))]);
    refused(&told, &["A Proxy Answered", "HTTP 200 with a page of HTML", "GET /beta/deviceManagement"], &[]);
}

#[test]
fn a_proxy_that_opens_no_tunnel_is_told_with_what_to_do() {
    let lab = Lab::new();
    for (status, said) in [(407, "a proxy answered HTTP 407"), (403, "a proxy refused to open a tunnel")] {
        let proxy = StandIn::new(move |_| json(status, &serde_json::Value::Null));
        let url = proxy.url("");
        let told = asking(
            &lab,
            &[
                ("AUTOPILOT_AUTHORITY_HOST", "https://login.example.invalid"),
                ("AUTOPILOT_GRAPH_ENDPOINT", "https://graph.example.invalid"),
                ("HTTPS_PROXY", &url),
                ("https_proxy", &url),
                ("NO_PROXY", ""),
                ("no_proxy", ""),
            ],
        );
        refused(&told, &[said, "HTTPS_PROXY", "NO_PROXY"], &[]);
        assert!(proxy.seen()[0].starts_with("CONNECT login.example.invalid:443"), "{:?}", proxy.seen());
    }
}
