//! Lists: an event for each object, no more than are wanted.

use std::sync::atomic::Ordering;

use autopilot::{
    schema::object_type,
    server::proto::tfplugin6::{self as proto, list_resource::Event, provider_server::Provider},
    value::{Type, Value},
};
use tokio_stream::StreamExt;
use tonic::Request;

use crate::{
    ask::{answer, decoded, encoded_as, error, filled, id_of, on_a_runtime, service, told},
    registry::{MADE, registry},
};

pub(crate) const CASES: &[(&str, fn())] = &[
    ("a_list_tells_each_object", || on_a_runtime(a_list_tells_each_object())),
    ("a_list_gives_whole_objects_when_asked", || on_a_runtime(a_list_gives_whole_objects_when_asked())),
    ("a_list_ends_at_its_limit_and_where_it_is_dropped", || on_a_runtime(a_list_ends_at_its_limit())),
    ("an_error_ends_a_list", || on_a_runtime(an_error_ends_a_list())),
    ("a_panic_ends_a_list", || on_a_runtime(a_panic_ends_a_list())),
    ("a_warning_of_a_list_has_no_identity", || on_a_runtime(a_warning_of_a_list_has_no_identity())),
    ("an_object_without_an_id_is_told_as_our_bug", || on_a_runtime(an_object_without_an_id_is_told())),
    ("the_configuration_of_a_list_is_validated", || on_a_runtime(the_configuration_of_a_list_is_validated())),
    ("what_has_no_list_says_so", || on_a_runtime(what_has_no_list_says_so())),
];

fn ty() -> Type {
    let registry = registry();
    object_type(registry.resource("test_row").and_then(|it| it.list.as_ref()).expect("it is listed"))
}

fn request(set: &[(&str, Value)], limit: i64) -> proto::list_resource::Request {
    proto::list_resource::Request {
        type_name: "test_row".to_owned(),
        config: encoded_as(&ty(), &filled(&ty(), set)),
        include_resource_object: false,
        limit,
    }
}

async fn events(request: proto::list_resource::Request) -> Vec<Event> {
    let stream = answer(service().list_resource(Request::new(request)).await);
    stream.map(|event| event.expect("failures are diagnostics")).collect().await
}

async fn a_list_tells_each_object() {
    assert_eq!(events(request(&[("count", 0.into())], 100)).await, []);
    let rows = events(request(&[("count", 3.into())], 100)).await;
    let names: Vec<_> = rows.iter().map(|row| row.display_name.as_str()).collect();
    assert_eq!(names, ["Row 0", "Row 1", "Row 2"]);
    for (number, row) in rows.into_iter().enumerate() {
        assert_eq!((row.diagnostic, row.resource_object), (vec![], None));
        assert_eq!(id_of(row.identity), number.to_string().into());
    }
}

async fn a_list_gives_whole_objects_when_asked() {
    let request = request(&[("count", 1.into())], 100);
    let rows = events(proto::list_resource::Request { include_resource_object: true, ..request }).await;
    let state = decoded("test_row", rows[0].resource_object.clone());
    assert_eq!((state.get("id"), state.get("text")), (&"0".into(), &"a row".into()));
    assert_eq!(state.get("secret"), &Value::Null, "a secret does not get out");
}

/// The only test that lists rows without an end.
async fn a_list_ends_at_its_limit() {
    for limit in [0, -1] {
        assert_eq!(events(request(&[], limit)).await, [], "core always says how many it takes");
    }
    for limit in [1, 3, 100] {
        let rows = events(request(&[], limit)).await;
        assert_eq!(rows.len(), usize::try_from(limit).expect("it is small"));
        assert!(rows.iter().all(|row| row.diagnostic.is_empty()));
    }
    MADE.store(0, Ordering::Relaxed);
    let mut stream = answer(service().list_resource(Request::new(request(&[], i64::MAX))).await);
    assert!(stream.next().await.is_some());
    drop(stream);
    tokio::task::yield_now().await;
    assert!(MADE.load(Ordering::Relaxed) < 5, "nothing is made for nobody");
}

async fn an_error_ends_a_list() {
    let mut rows = events(request(&[("count", 5.into()), ("fails_at", 2.into())], 100)).await;
    let last = rows.pop().expect("it says why");
    assert_eq!(rows.len(), 2);
    assert_eq!(error(&last.diagnostic), "List Broken: The list broke off.");
    assert_eq!(last.identity, None);
}

async fn a_panic_ends_a_list() {
    let mut rows = events(request(&[("count", 5.into()), ("panics_at", 1.into())], 100)).await;
    let last = rows.pop().expect("it says why");
    assert_eq!(rows.len(), 1);
    assert!(error(&last.diagnostic).contains("The provider crashed in ListResource at "), "{last:?}");
}

async fn a_warning_of_a_list_has_no_identity() {
    let rows = events(request(&[("count", 1.into()), ("warns", true.into())], 100)).await;
    assert_eq!(told(&rows[0].diagnostic), ["warning Some Are Hidden: Not all can be seen."]);
    assert_eq!((&rows[0].identity, rows[0].display_name.as_str()), (&None, ""));
    assert_eq!(rows[1].display_name, "Row 0");
    assert_eq!(rows.len(), 2);
}

async fn an_object_without_an_id_is_told() {
    let mut rows = events(request(&[("count", 5.into()), ("nameless_at", 1.into())], 100)).await;
    let last = rows.pop().expect("it says why");
    assert_eq!(rows.len(), 1);
    assert!(error(&last.diagnostic).starts_with("Incomplete Identity"), "{last:?}");
}

async fn the_configuration_of_a_list_is_validated() {
    let validate = async |set: &[(&str, Value)]| {
        let request = proto::validate_list_resource_config::Request {
            type_name: "test_row".to_owned(),
            config: encoded_as(&ty(), &filled(&ty(), set)),
            ..Default::default()
        };
        told(&answer(service().validate_list_resource_config(Request::new(request)).await).diagnostics)
    };
    assert_eq!(validate(&[("count", Value::Unknown)]).await, Vec::<String>::new());
    let wrong = validate(&[("count", 1001.into())]).await;
    assert_eq!(wrong, ["error Invalid Attribute Value: Attribute count must be from 0 to 1000, got: 1001."]);
}

async fn what_has_no_list_says_so() {
    let schema = answer(service().get_provider_schema(Request::new(Default::default())).await);
    assert_eq!(schema.list_resource_schemas.keys().collect::<Vec<_>>(), ["test_row"]);
    let rows = events(proto::list_resource::Request { type_name: "test_thing".to_owned(), ..request(&[], 1) }).await;
    let [only] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(error(&only.diagnostic), "Unknown List Resource: The provider has no list of \"test_thing\".");
}
