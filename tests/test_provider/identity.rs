//! Identities: their schemas, and one with every answer that has a state.

use autopilot::{
    server::proto::tfplugin6::{self as proto, provider_server::Provider},
    value::Value,
};
use tonic::Request;

use crate::ask::{answer, decoded, encoded, error, id_of, identity, object, on_a_runtime, service, told};

pub(crate) const CASES: &[(&str, fn())] = &[
    ("each_identity_is_an_id_and_a_tenant", || on_a_runtime(each_identity_is_an_id_and_a_tenant())),
    ("an_older_identity_is_upgraded_and_a_newer_refused", || on_a_runtime(an_older_identity_is_upgraded())),
    ("a_plan_knows_the_identity_of_what_is_there", || on_a_runtime(a_plan_knows_the_identity_of_what_is_there())),
    ("an_apply_and_a_read_give_the_identity", || on_a_runtime(an_apply_and_a_read_give_the_identity())),
    ("one_object_does_not_become_another", || on_a_runtime(one_object_does_not_become_another())),
    ("what_does_not_fit_is_told_and_does_not_lose_the_rest", || on_a_runtime(what_does_not_fit_is_told())),
    ("a_leaked_secret_does_not_get_out", || on_a_runtime(a_leaked_secret_does_not_get_out())),
];

async fn each_identity_is_an_id_and_a_tenant() {
    let request = Request::new(proto::get_resource_identity_schemas::Request {});
    let identities = answer(service().get_resource_identity_schemas(request).await);
    assert_eq!(identities.diagnostics, []);
    let schema = answer(service().get_provider_schema(Request::new(Default::default())).await);
    let names: Vec<_> = identities.identity_schemas.keys().collect();
    assert_eq!(names, schema.resource_schemas.keys().collect::<Vec<_>>());
    for (name, identity) in &identities.identity_schemas {
        let parts = identity.identity_attributes.iter().map(|part| {
            assert_eq!(part.r#type, b"\"string\"", "core takes no map, set or object");
            assert!(part.required_for_import != part.optional_for_import && part.description.ends_with('.'));
            (part.name.as_str(), part.required_for_import)
        });
        assert_eq!(parts.collect::<Vec<_>>(), [("id", true), ("tenant_id", false)], "{name}");
    }
    assert_eq!(identities.identity_schemas["test_old"].version, 1);
}

async fn an_older_identity_is_upgraded() {
    let service = service();
    let upgrade = async |type_name: &str, version, json: &[u8]| {
        let request = proto::upgrade_resource_identity::Request {
            type_name: type_name.to_owned(),
            version,
            raw_identity: Some(proto::RawState { json: json.to_vec(), ..Default::default() }),
        };
        answer(service.upgrade_resource_identity(Request::new(request)).await)
    };
    let upgraded = upgrade("test_old", 0, br#"{"number": 9007199254740993}"#).await;
    assert_eq!(upgraded.diagnostics, []);
    assert_eq!(id_of(upgraded.upgraded_identity).as_str(), Some("9007199254740993"));
    let same = upgrade("test_old", 1, br#"{"id": "a", "tenant_id": null}"#).await;
    assert_eq!(id_of(same.upgraded_identity).as_str(), Some("a"));
    for (version, json, why) in [
        (0, &br#"{"id": "a"}"#[..], "it has no number"),
        (2, br#"{"id": "a"}"#, "written by a newer provider"),
        (1, br#"{"id": 1}"#, "id is not text"),
        (1, b"{", "it is no JSON"),
    ] {
        let refused = upgrade("test_old", version, json).await;
        assert!(error(&refused.diagnostics).contains(why), "{refused:?}");
        assert_eq!(refused.upgraded_identity, None);
    }
}

fn plan_of(
    prior: &Value,
    planned: &Value,
    known: Option<proto::ResourceIdentityData>,
) -> proto::plan_resource_change::Request {
    let type_name = "test_wrong";
    proto::plan_resource_change::Request {
        type_name: type_name.to_owned(),
        prior_state: encoded(type_name, prior),
        proposed_new_state: encoded(type_name, planned),
        config: encoded(type_name, planned),
        prior_identity: known,
        ..Default::default()
    }
}

/// An object that makes this mistake.
fn wrong(id: impl Into<Value>, mistake: &str) -> Value {
    let flags = Value::List(Vec::new());
    object("test_wrong", &[("id", id.into()), ("mistake", mistake.into()), ("flags", flags)])
}

fn config(mistake: &str) -> Value {
    object("test_wrong", &[("mistake", mistake.into())])
}

async fn a_plan_knows_the_identity_of_what_is_there() {
    let service = service();
    let plan = async |prior: &Value, config: &Value, known| {
        let answer = answer(service.plan_resource_change(Request::new(plan_of(prior, config, known))).await);
        assert_eq!(told(&answer.diagnostics), Vec::<String>::new());
        answer.planned_identity
    };
    assert_eq!(plan(&wrong("made", "none"), &config("other"), identity("made")).await, identity("made"));
    assert_eq!(plan(&wrong("made", "none"), &Value::Null, identity("made")).await, identity("made"));
    // A state of before there were identities.
    assert_eq!(plan(&wrong("made", "none"), &config("none"), None).await, identity("made"));
    // Terraform 1.15.5 cannot show a plan with an identity that is not known.
    assert_eq!(plan(&Value::Null, &config("none"), None).await, None);
    // The second plan of a replacement has no state before, and the identity of the first plan.
    assert_eq!(plan(&Value::Null, &config("none"), identity("made")).await, None);
}

async fn apply(
    prior: &Value,
    planned: &Value,
    known: Option<proto::ResourceIdentityData>,
) -> proto::apply_resource_change::Response {
    let type_name = "test_wrong";
    let request = proto::apply_resource_change::Request {
        type_name: type_name.to_owned(),
        prior_state: encoded(type_name, prior),
        planned_state: encoded(type_name, planned),
        config: encoded(type_name, planned),
        planned_identity: known,
        ..Default::default()
    };
    answer(service().apply_resource_change(Request::new(request)).await)
}

async fn read(state: &Value, known: Option<proto::ResourceIdentityData>) -> proto::read_resource::Response {
    let request = proto::read_resource::Request {
        type_name: "test_wrong".to_owned(),
        current_state: encoded("test_wrong", state),
        current_identity: known,
        ..Default::default()
    };
    answer(service().read_resource(Request::new(request)).await)
}

async fn an_apply_and_a_read_give_the_identity() {
    let made = apply(&Value::Null, &wrong(Value::Unknown, "none"), identity(Value::Unknown)).await;
    assert_eq!((told(&made.diagnostics), id_of(made.new_identity)), (vec![], "made".into()));
    let changed = apply(&wrong("made", "none"), &wrong("made", "any"), identity("made")).await;
    assert_eq!((told(&changed.diagnostics), id_of(changed.new_identity)), (vec![], "made".into()));
    let deleted = apply(&wrong("made", "none"), &Value::Null, identity("made")).await;
    assert_eq!((told(&deleted.diagnostics), deleted.new_identity), (vec![], None));
    for known in [None, identity("made"), identity("MADE")] {
        let read = read(&wrong("made", "none"), known).await;
        assert_eq!((told(&read.diagnostics), id_of(read.new_identity)), (vec![], "made".into()));
    }
}

async fn one_object_does_not_become_another() {
    let read_another = read(&wrong("made", "read:other"), identity("made")).await.diagnostics;
    let updated_another = apply(&wrong("made", ""), &wrong("made", "update:other"), identity("made")).await.diagnostics;
    let request = Request::new(plan_of(&wrong("made", "none"), &config("none"), identity("another")));
    let planned_another = answer(service().plan_resource_change(request).await).diagnostics;
    for told in [read_another, updated_another, planned_another] {
        let error = error(&told);
        assert!(error.starts_with("Identity Changed: Terraform knows this wrong by the id"), "{error}");
    }
    for nameless in [
        read(&wrong("made", "read:nameless"), None).await.diagnostics,
        apply(&Value::Null, &wrong(Value::Unknown, "create:nameless"), None).await.diagnostics,
    ] {
        assert!(error(&nameless).starts_with("Incomplete Identity: The provider gave a wrong without the id"));
    }
}

async fn what_does_not_fit_is_told() {
    for (mistake, place) in [("create:type", "flags"), ("create:surplus", "surplus")] {
        let made = apply(&Value::Null, &wrong(Value::Unknown, mistake), None).await;
        let error = error(&made.diagnostics);
        assert!(error.contains(&format!("This was left out: {place}. It is a bug in the provider")), "{error}");
        assert_eq!(decoded("test_wrong", made.new_state).get("id"), &"made".into(), "it is not orphaned");
        assert_eq!(id_of(made.new_identity), "made".into());
    }
    for mistake in ["create:nothing", "create:text"] {
        let made = apply(&Value::Null, &wrong(Value::Unknown, mistake), None).await;
        assert!(error(&made.diagnostics).starts_with("State Missing after Apply"), "{made:?}");
        assert_eq!(decoded("test_wrong", made.new_state), Value::Null);
    }
    let lost = apply(&wrong("made", ""), &wrong("made", "update:nothing"), None).await;
    assert!(error(&lost.diagnostics).starts_with("State Missing after Apply"), "{lost:?}");
    assert_eq!(decoded("test_wrong", lost.new_state), wrong("made", ""), "the state is as it was");

    let unknown = apply(&Value::Null, &wrong(Value::Unknown, "create:unknown"), None).await;
    assert!(error(&unknown.diagnostics).starts_with("Unknown Value after Apply"), "{unknown:?}");
    let unfit = read(&wrong("made", "read:type"), None).await;
    assert!(error(&unfit.diagnostics).starts_with("State Does Not Fit"), "{unfit:?}");
    let request = Request::new(plan_of(&Value::Null, &config("plan:type"), None));
    let planned = answer(service().plan_resource_change(request).await);
    assert!(error(&planned.diagnostics).starts_with("State Does Not Fit"), "{planned:?}");
}

async fn a_leaked_secret_does_not_get_out() {
    let secret = |state| decoded("test_wrong", state).get("secret").clone();
    let made = apply(&Value::Null, &wrong(Value::Unknown, "create:secret"), None).await;
    let changed = apply(&wrong("made", ""), &wrong("made", "update:secret"), None).await;
    let read = read(&wrong("made", "read:secret"), None).await;
    let request = Request::new(plan_of(&Value::Null, &config("plan:secret"), None));
    let planned = answer(service().plan_resource_change(request).await);
    let request = proto::upgrade_resource_state::Request {
        type_name: "test_wrong".to_owned(),
        raw_state: Some(proto::RawState { json: br#"{"id": "a", "secret": "kept"}"#.to_vec(), ..Default::default() }),
        ..Default::default()
    };
    let upgraded = answer(service().upgrade_resource_state(Request::new(request)).await);
    for state in [made.new_state, changed.new_state, read.new_state, planned.planned_state, upgraded.upgraded_state] {
        assert_eq!(secret(state), Value::Null);
    }
}
