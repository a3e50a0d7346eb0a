//! Tables of every shape, beside those of the resources: what the framework offers and no resource may use yet.

use autopilot::{
    resource::{Spec, body},
    schema::{
        self, Attribute, boolean, id, integer, list_of, map_of, number, object, plain, set_of, string, strings,
        timestamp,
    },
    value::Type,
};

/// Each by a name.
pub(super) fn all() -> Vec<(&'static str, Spec)> {
    let spec = |attributes| Spec::new("thing", "A thing.").attributes(attributes);
    vec![
        ("plain types", spec(plain_types())),
        ("roles", spec(roles())),
        ("nested", spec(nested(&leaves()))),
        ("nested twice", spec(nested(&nested(&leaves())))),
        ("defaults in sets", spec(defaults_in_sets())),
        ("computed objects", spec(computed_objects())),
        ("whole updates", spec(nested(&leaves())).update_whole()),
        ("one property, several attributes", spec(shared_property())),
    ]
}

fn plain_types() -> Vec<Attribute> {
    let map = |ty: Type| Type::Map(ty.into());
    let point = Type::Object([("x".into(), Type::Number), ("y".into(), Type::Number)].into());
    vec![
        id(),
        string("text", "A."),
        boolean("flag", "A.").inverted(),
        number("amount", "A."),
        integer("count", "A.").range(0, 5),
        strings("names", "A."),
        timestamp("seen", "A.").read_only(),
        plain("texts", "A.", Type::List(Type::String.into())),
        plain("numbers", "A.", Type::Set(Type::Number.into())),
        plain("lists", "A.", Type::Set(Type::List(Type::String.into()).into())).off_graph(),
        plain("tags", "A.", map(Type::String)).off_graph(),
        plain("deep", "A.", map(Type::List(map(Type::Bool).into()))).off_graph(),
        plain("any", "A.", Type::Dynamic).off_graph(),
        plain("point", "A.", point).off_graph(),
        plain("pair", "A.", Type::Tuple(vec![Type::String, Type::Bool])).off_graph(),
    ]
}

fn roles() -> Vec<Attribute> {
    vec![
        id(),
        string("required", "A.").required(),
        string("optional", "A."),
        string("computed", "A.").computed(),
        string("read_only", "A.").read_only(),
        string("stable", "A.").computed().stable(),
        string("unmanaged", "A.").unmanaged_when_unset(),
        strings("unmanaged_set", "A.").unmanaged_when_unset().force_new(),
        string("defaulted", "A.").default("a"),
        strings("defaulted_set", "A.").default_strings(&["0"]),
        string("blank", "A.").default(""),
        string("once", "A.").force_new(),
        string("word", "A.").values(&[("a", "theirs"), ("b", "")]),
        string("alias", "A.").aliases(&[("user-select", "")]).default("os-default"),
        string("secret", "A.").write_only(),
        string("required_secret", "A.").required().write_only().force_new(),
        string("hidden", "A.").sensitive(),
    ]
}

fn leaves() -> Vec<Attribute> {
    vec![
        string("optional", "A."),
        string("computed", "A.").computed(),
        string("read_only", "A.").read_only(),
        string("stable", "A.").read_only().stable(),
        boolean("defaulted", "A.").default(true),
        string("once", "A.").force_new(),
    ]
}

fn nested(leaves: &[Attribute]) -> Vec<Attribute> {
    let with = |more: Attribute| leaves.iter().cloned().chain([more]).collect::<Vec<_>>();
    let secret = || string("secret", "A.").write_only();
    let fits_in_set = |leaf: &&Attribute| schema::lint(&[set_of("set", "A.").of(vec![(*leaf).clone()])]).is_empty();
    let in_set = leaves.iter().filter(fits_in_set).cloned().collect();
    vec![
        id(),
        string("name", "A.").required(),
        object("one", "A.").of(with(secret())),
        object("one_required", "A.").required().of(with(strings("names", "A."))),
        list_of("list", "A.").of(with(secret())),
        set_of("set", "A.").of(in_set),
        map_of("map", "A.").off_graph().of(with(secret())),
        object("one_once", "A.").force_new().of(leaves.to_vec()),
    ]
}

fn defaults_in_sets() -> Vec<Attribute> {
    vec![
        id(),
        set_of("rows", "A.").of(vec![
            string("first", "A.").default("1"),
            string("second", "A.").default("2"),
            boolean("third", "A.").default(false),
            string("key", "A."),
            string("state", "A.").read_only(),
        ]),
    ]
}

fn computed_objects() -> Vec<Attribute> {
    let inner = || vec![string("optional", "A."), string("computed", "A.").computed()];
    let defaulted = || {
        vec![
            boolean("hidden", "A.").default(true),
            string("title", "A."),
            string("kind", "A.").computed(),
            string("state", "A.").read_only(),
        ]
    };
    vec![
        string("name", "A.").required(),
        object("one", "A.").computed().of(inner()),
        list_of("list", "A.").computed().of(inner()),
        set_of("set", "A.").computed().of(inner()),
        map_of("map", "A.").computed().off_graph().of(inner()),
        object("read_only", "A.").read_only().of(inner()),
        list_of("read_only_list", "A.").read_only().of(inner()),
        set_of("unmanaged", "A.").unmanaged_when_unset().of(inner()),
        object("defaulted", "A.").of(defaulted()).default_of_nested(),
    ]
}

fn shared_property() -> Vec<Attribute> {
    vec![
        id(),
        string("kind", "A.").required().values(&[("a", "#a"), ("b", "#b")]).graph(body::ODATA_TYPE),
        string("usage", "A.").graph("setting/usage"),
        string("mode", "A.").default("x").graph("setting/inner/mode"),
        object("screen", "A.").graph("setting").of(vec![boolean("hidden", "A.").default(true), string("title", "A.")]),
        object("other", "A.").graph("setting/other").of(vec![string("title", "A.")]),
        string("device_type", "A.").default("pc").create_only(),
    ]
}

#[test]
fn core_would_load_every_table() {
    for (name, spec) in all() {
        assert_eq!(schema::lint(&spec.attributes), Vec::<String>::new(), "{name}");
    }
}
