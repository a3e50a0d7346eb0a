//! Between an object of a table and the JSON that Graph has of it.

mod read;
mod setting;
mod settle;
mod words;
mod write;

pub use read::read;
pub use settle::settle;
pub use words::ODATA_TYPE;
pub use write::{change, create, element, merged, written_properties};

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::{
        resource::Spec,
        schema::{boolean, id, integer, list_of, object, set_of, string, strings, timestamp},
        value::Value,
    };

    fn spec() -> Spec {
        Spec::new("thing", "A thing.").attributes(vec![
            id(),
            string("display_name", "").required(),
            string("description", ""),
            string("join_type", "").values(&[("entra", "#a"), ("hybrid", "#b")]).graph("@odata.type"),
            string("usage", "").default("single").graph("setting/deviceUsage"),
            boolean("block_device_use", "").default(true).inverted().graph("allowRetry"),
            integer("minutes", "").default(60),
            strings("tag_ids", "").default_strings(&["0"]),
            string("device_type", "").default("pc").create_only(),
            object("screen", "").graph("setting").of(vec![boolean("hidden", "").default(true), string("title", "")]),
            timestamp("seen", "").read_only(),
        ])
    }

    fn state() -> Value {
        Value::object([
            ("id", "1".into()),
            ("display_name", "a".into()),
            ("description", "text".into()),
            ("join_type", "entra".into()),
            ("usage", "single".into()),
            ("block_device_use", true.into()),
            ("minutes", 60.into()),
            ("tag_ids", Value::set(vec!["0".into()])),
            ("device_type", "pc".into()),
            ("screen", Value::object([("hidden", true.into()), ("title", "t".into())])),
            ("seen", Value::Null),
            ("timeouts", Value::Null),
        ])
    }

    fn graph() -> Json {
        json!({
            "@odata.type": "#a", "id": "1", "displayName": "a", "description": "text", "allowRetry": false,
            "minutes": 60, "tagIds": ["0"], "deviceType": "pc", "seen": "0001-01-01T00:00:00Z",
            "setting": {"deviceUsage": "single", "hidden": true, "title": "t"}
        })
    }

    #[test]
    fn a_post_holds_what_is_set_in_graphs_words() {
        let mut expected = graph();
        let read_only = ["id", "seen"];
        expected.as_object_mut().expect("an object").retain(|name, _| !read_only.contains(&name.as_str()));
        assert_eq!(create(&spec(), &state()), expected);
    }

    #[test]
    fn what_is_written_is_read() {
        let spec = spec();
        assert_eq!(read(&spec.attributes, &graph(), Some(&state())), state());
    }

    #[test]
    fn nothing_changed_is_nothing_sent() {
        assert_eq!(change(&spec(), &state(), &state()), None);
    }

    #[test]
    fn a_change_holds_the_type_and_what_changed() {
        let mut planned = state();
        planned.insert("block_device_use", false.into());
        planned.insert("description", Value::Null);
        let expected = json!({"@odata.type": "#a", "allowRetry": true, "description": null});
        assert_eq!(change(&spec(), &state(), &planned), Some(expected));
    }

    #[test]
    fn a_part_of_an_object_is_sent_with_the_whole_object() {
        let mut planned = state();
        planned.insert("screen", Value::object([("hidden", false.into()), ("title", Value::Null)]));
        let setting = json!({"deviceUsage": "single", "hidden": false, "title": null});
        assert_eq!(change(&spec(), &state(), &planned), Some(json!({"@odata.type": "#a", "setting": setting})));
    }

    #[test]
    fn what_graph_takes_at_creation_only_is_in_no_change() {
        let mut planned = state();
        planned.insert("device_type", "hololens".into());
        assert_eq!(change(&spec(), &state(), &planned), None);
    }

    #[test]
    fn blank_in_other_words_is_no_drift() {
        let mut json = graph();
        json["description"] = "".into();
        for blank in [Value::Null, "".into()] {
            let mut prior = state();
            prior.insert("description", blank.clone());
            assert_eq!(read(&spec().attributes, &json, Some(&prior)).get("description"), &blank);
        }
        assert_eq!(read(&spec().attributes, &json, Some(&state())).get("description"), &"".into());
        assert_eq!(read(&spec().attributes, &json, None).get("description"), &Value::Null);
    }

    #[test]
    fn of_two_words_for_one_of_graphs_the_one_of_before_is_kept() {
        let attributes = vec![string("locale", "").aliases(&[("user-select", "")])];
        for word in ["", "user-select"] {
            let prior = Value::object([("locale", word.into())]);
            assert_eq!(read(&attributes, &json!({"locale": ""}), Some(&prior)), prior);
        }
    }

    #[test]
    fn the_words_of_before_are_kept_inside_lists_and_sets() {
        let row = || vec![string("tag", ""), string("note", ""), string("state", "").read_only()];
        let attributes = vec![list_of("list", "").of(row()), set_of("set", "").of(row())];
        let element = |tag: &str, note: Value, state: Value| {
            Value::object([("tag", tag.into()), ("note", note), ("state", state)])
        };
        let rows = |state: Value| vec![element("a", "".into(), state.clone()), element("b", Value::Null, state)];
        let state = |state: &str| {
            let rows = rows(state.into());
            Value::object([("list", Value::List(rows.clone())), ("set", Value::set(rows))])
        };
        let row = |tag: &str| json!({"tag": tag, "note": "", "state": "new"});
        let answer = json!({"list": [row("a"), row("b")], "set": [row("b"), row("a")]});
        assert_eq!(read(&attributes, &answer, Some(&state("old"))), state("new"));
    }

    #[test]
    fn an_object_that_shares_its_property_is_not_there_where_nothing_of_it_is() {
        let mut prior = state();
        prior.insert("screen", Value::Null);
        let mut json = graph();
        json["setting"] = json!({"deviceUsage": "single"});
        assert_eq!(read(&spec().attributes, &json, Some(&prior)).get("screen"), &Value::Null);
    }

    #[test]
    fn after_a_write_nothing_is_unknown_whatever_graph_answers() {
        let planned = Value::object([("rows", Value::List(vec![Value::object([("id", Value::Unknown)])]))]);
        let settled = Value::object([("rows", Value::List(vec![Value::object([("id", Value::Null)])]))]);
        assert_eq!(settle(&planned, &Value::Null), settled);
    }

    #[test]
    fn after_a_write_each_element_of_a_set_is_filled_from_its_own() {
        let element = |name: Value, id: Value| Value::object([("name", name), ("id", id)]);
        // The first could be either of the answered ones, the second only one.
        let planned = Value::set(vec![element(Value::Unknown, Value::Unknown), element("a".into(), Value::Unknown)]);
        let answered = Value::set(vec![element("a".into(), "1".into()), element("b".into(), "2".into())]);
        assert_eq!(settle(&planned, &answered), answered);
        // Graph's own elements are drift, not part of this state.
        let other = Value::set(vec![element("c".into(), "3".into())]);
        let unfilled = Value::set(vec![element("a".into(), Value::Null)]);
        assert_eq!(settle(&Value::set(vec![element("a".into(), Value::Unknown)]), &other), unfilled);
    }

    #[test]
    fn after_a_write_the_plan_holds_and_the_unknown_is_filled() {
        let planned = Value::object([("a", "planned".into()), ("b", Value::Unknown)]);
        let answered = Value::object([("a", "other".into()), ("b", "answered".into())]);
        assert_eq!(settle(&planned, &answered), Value::object([("a", "planned".into()), ("b", "answered".into())]));
    }
}
