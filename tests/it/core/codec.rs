//! The wire form of values, case by case.
//!
//! Facts: Terraform's `docs/plugin-protocol/object-wire-format.md`, and what go-cty's msgpack package sends and takes.

use autopilot::{
    value::{Number, Type, Value},
    wire::{decode, encode, from_json},
};
use proptest::prelude::*;
use serde_json::json;

const NIL: u8 = 0xc0;
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

fn text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short text");
    let head = if length < 32 { vec![0xa0 | length] } else { vec![0xd9, length] };
    [head, text.as_bytes().to_vec()].concat()
}

fn bin(text: &str) -> Vec<u8> {
    [vec![0xc4, u8::try_from(text.len()).expect("a short text")], text.as_bytes().to_vec()].concat()
}

fn array(elements: &[Vec<u8>]) -> Vec<u8> {
    [vec![0x90 | u8::try_from(elements.len()).expect("a few")], elements.concat()].concat()
}

fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let entries: Vec<_> = entries.iter().map(|(key, value)| [text(key), value.clone()].concat()).collect();
    [vec![0x80 | u8::try_from(entries.len()).expect("a few")], entries.concat()].concat()
}

fn object(attributes: &[(&str, Type)]) -> Type {
    Type::Object(attributes.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect())
}

fn number(text: &str) -> Value {
    Value::Number(text.parse().expect("a number"))
}

fn dynamic(ty: Type, value: Value) -> Value {
    Value::Dynamic(Box::new((ty, value)))
}

/// A known value of each type, and its bytes.
fn known() -> Vec<(Type, Value, Vec<u8>)> {
    let of = |ty: Type| Box::new(ty);
    vec![
        (Type::Bool, true.into(), vec![0xc3]),
        (Type::Number, 7.into(), vec![7]),
        (Type::String, "ä".into(), text("ä")),
        (Type::Dynamic, dynamic(Type::Bool, true.into()), array(&[bin("\"bool\""), vec![0xc3]])),
        (Type::List(of(Type::Bool)), Value::List(vec![true.into()]), array(&[vec![0xc3]])),
        (Type::Set(of(Type::Bool)), Value::set(vec![true.into()]), array(&[vec![0xc3]])),
        (Type::Map(of(Type::Bool)), Value::object([("k", true.into())]), map(&[("k", vec![0xc3])])),
        (object(&[("a", Type::Bool)]), Value::object([("a", true.into())]), map(&[("a", vec![0xc3])])),
        (Type::Tuple(vec![Type::Bool]), Value::List(vec![true.into()]), array(&[vec![0xc3]])),
    ]
}

fn holds(ty: &Type, value: &Value, bytes: &[u8]) {
    assert_eq!(encode(value, ty).as_deref(), Ok(bytes), "{value:?} of {}", ty.to_json());
    assert_eq!(decode(bytes, ty).as_ref(), Ok(value), "{bytes:x?} of {}", ty.to_json());
}

#[test]
fn null_unknown_and_known_at_the_root_and_inside_everything() {
    for (ty, known, bytes) in known() {
        let values = [(Value::Null, vec![NIL]), (Value::Unknown, UNKNOWN.to_vec()), (known, bytes)];
        for (value, bytes) in values {
            holds(&ty, &value, &bytes);
            let of = || Box::new(ty.clone());
            holds(&Type::List(of()), &Value::List(vec![value.clone()]), &array(std::slice::from_ref(&bytes)));
            holds(&Type::Set(of()), &Value::set(vec![value.clone()]), &array(std::slice::from_ref(&bytes)));
            holds(&Type::Map(of()), &Value::object([("k", value.clone())]), &map(&[("k", bytes.clone())]));
            holds(&object(&[("a", ty.clone())]), &Value::object([("a", value.clone())]), &map(&[("a", bytes.clone())]));
            holds(
                &Type::Tuple(vec![ty.clone()]),
                &Value::List(vec![value.clone()]),
                &array(std::slice::from_ref(&bytes)),
            );
            let inside = array(&[bin(&ty.to_json().to_string()), bytes]);
            holds(&Type::Dynamic, &dynamic(ty.clone(), value), &inside);
        }
    }
}

#[test]
fn an_unknown_value_may_carry_refinements() {
    let refined = |payload: &[u8]| {
        let length = u16::try_from(payload.len()).expect("short").to_be_bytes();
        [&[0xc8][..], &length, &[12], payload].concat()
    };
    let long = [map(&[]), vec![NIL; 1023]].concat();
    let payloads = [
        vec![],
        vec![0x81, 1, 0xc2],
        [vec![0x81, 2], text("boop:")].concat(),
        vec![0x82, 3, 0x92, 1, 0xc3, 4, 0x92, 9, 0xc2],
        vec![0x82, 5, 0, 6, 3],
        vec![0x81, 99, NIL],
        long,
    ];
    for payload in payloads {
        for (ty, _, _) in known() {
            assert_eq!(decode(&refined(&payload), &ty), Ok(Value::Unknown), "{payload:x?}");
        }
    }
    // Any other code is unknown too, whatever its length.
    for bytes in [vec![0xd4, 5, 0], vec![0xd5, 0, 0, 0], vec![0xc7, 0, 0], vec![0xc7, 0, 12]] {
        assert_eq!(decode(&bytes, &Type::String), Ok(Value::Unknown), "{bytes:x?}");
    }
}

#[test]
fn a_dynamic_value_is_a_pair_of_its_type_and_itself() {
    let pair = |ty: &[u8], value: &[u8]| array(&[ty.to_vec(), value.to_vec()]);
    let spaced = r#"[ "list", "bool" ]"#;
    let list = Type::List(Type::Bool.into());
    for (bytes, value) in [
        (vec![NIL], Value::Null),
        (UNKNOWN.to_vec(), Value::Unknown),
        (pair(&bin("\"string\""), &[NIL]), dynamic(Type::String, Value::Null)),
        (pair(&bin("\"string\""), &UNKNOWN), dynamic(Type::String, Value::Unknown)),
        (pair(&text("\"string\""), &text("a")), dynamic(Type::String, "a".into())),
        (pair(&bin(spaced), &array(&[vec![0xc3]])), dynamic(list, Value::List(vec![true.into()]))),
        (pair(&bin("\"dynamic\""), &[NIL]), dynamic(Type::Dynamic, Value::Null)),
    ] {
        assert_eq!(decode(&bytes, &Type::Dynamic), Ok(value), "{bytes:x?}");
    }
    let many = Type::List(Type::Dynamic.into());
    let mixed = Value::List(vec![dynamic(Type::Bool, true.into()), dynamic(Type::String, "a".into()), Value::Unknown]);
    let bytes = encode(&mixed, &many).expect("it fits");
    assert_eq!(decode(&bytes, &many), Ok(mixed));
    let broken: [&[u8]; 6] = [
        &array(&[bin("\"string\"")]),
        &pair(&bin("\"text\""), &[NIL]),
        &pair(&bin("no JSON"), &[NIL]),
        &pair(&[7], &[NIL]),
        &pair(&bin("\"string\""), &[7]),
        &text("a"),
    ];
    for bytes in broken {
        assert!(decode(bytes, &Type::Dynamic).is_err(), "{bytes:x?}");
    }
}

#[test]
fn numbers_come_back_as_they_were() {
    let fraction = format!("0.{}1", "3".repeat(150));
    let forms: [(&str, Vec<u8>); 13] = [
        ("0", vec![0]),
        ("-1", vec![0xff]),
        ("127", vec![0x7f]),
        ("-9223372036854775808", [vec![0xd3], i64::MIN.to_be_bytes().to_vec()].concat()),
        ("9223372036854775807", [vec![0xcf], i64::MAX.to_be_bytes().to_vec()].concat()),
        ("9223372036854775808", [vec![0xcf], (1_u64 << 63).to_be_bytes().to_vec()].concat()),
        ("18446744073709551615", [vec![0xcf], u64::MAX.to_be_bytes().to_vec()].concat()),
        ("18446744073709551616", text("18446744073709551616")),
        ("9007199254740993", [vec![0xcf], 9_007_199_254_740_993_u64.to_be_bytes().to_vec()].concat()),
        ("0.1", text("0.1")),
        ("3.3333333333333333333", text("3.3333333333333333333")),
        ("-0.0001", text("-0.0001")),
        (&fraction, text(&fraction)),
    ];
    for (decimal, bytes) in forms {
        holds(&Type::Number, &number(decimal), &bytes);
    }
    let large = number("1e308");
    assert_eq!(decode(&encode(&large, &Type::Number).expect("it fits"), &Type::Number), Ok(large));
}

#[test]
fn numbers_are_read_in_every_form() {
    let double = |float: f64| [vec![0xcb], float.to_be_bytes().to_vec()].concat();
    let single = |float: f32| [vec![0xca], float.to_be_bytes().to_vec()].concat();
    for (bytes, decimal) in [
        (vec![0xd0, 0xff], "-1"),
        (vec![0xcc, 0xff], "255"),
        (vec![0xd1, 0xff, 0xfe], "-2"),
        (double(0.5), "0.5"),
        (double(0.1), "0.1"),
        (double(2_f64.powi(80)), "1208925819614629174706176"),
        (double(-0.0), "0"),
        (single(0.5), "0.5"),
        (single(16_777_216.0), "16777216"),
        (text("1e3"), "1000"),
        (text("1E-2"), "0.01"),
        (text("-0"), "0"),
        (text("0.10"), "0.1"),
    ] {
        assert_eq!(decode(&bytes, &Type::Number), Ok(number(decimal)), "{bytes:x?}");
    }
    let none =
        [double(f64::INFINITY), double(f64::NEG_INFINITY), double(f64::NAN), text("Inf"), text("0x10"), text("")];
    for bytes in none {
        assert!(decode(&bytes, &Type::Number).is_err(), "{bytes:x?}");
    }
}

#[test]
fn an_object_has_exactly_its_attributes() {
    let ty = object(&[("a", Type::Bool), ("b", Type::String)]);
    let value = Value::object([("a", true.into()), ("b", "x".into())]);
    assert_eq!(decode(&map(&[("b", text("x")), ("a", vec![0xc3])]), &ty), Ok(value));
    for bytes in [
        map(&[("a", vec![0xc3])]),
        map(&[("a", vec![0xc3]), ("a", vec![0xc3])]),
        map(&[("a", vec![0xc3]), ("b", text("x")), ("c", vec![NIL])]),
        array(&[vec![0xc3], text("x")]),
        [vec![0x81, 7], vec![0xc3]].concat(),
    ] {
        assert!(decode(&bytes, &ty).is_err(), "{bytes:x?}");
    }
    let tuple = Type::Tuple(vec![Type::Bool, Type::Bool]);
    for bytes in [array(&[vec![0xc3]]), array(&[vec![0xc3], vec![0xc3], vec![0xc3]])] {
        assert!(decode(&bytes, &tuple).is_err(), "{bytes:x?}");
    }
    let surplus = Value::object([("a", true.into()), ("b", "x".into()), ("c", Value::Null)]);
    assert!(encode(&surplus, &ty).is_err());
}

#[test]
fn a_set_has_neither_order_nor_duplicates() {
    let ty = Type::Set(Type::String.into());
    let [one, other] = [["b", "a", "b"], ["a", "b", "a"]].map(|texts| decode(&array(&texts.map(text)), &ty));
    assert_eq!(one, other);
    assert_eq!(one, Ok(Value::set(vec!["a".into(), "b".into()])));
    let unknown = decode(&array(&[UNKNOWN.to_vec(), text("a"), UNKNOWN.to_vec()]), &ty);
    assert_eq!(unknown.map(|set| set.elements().len()), Ok(3));
}

#[test]
fn what_is_of_another_type_is_refused() {
    for (ty, _, _) in known() {
        for (other, _, bytes) in known() {
            let alike = matches!(
                (&ty, &other),
                (Type::List(_) | Type::Set(_) | Type::Tuple(_), Type::List(_) | Type::Set(_) | Type::Tuple(_))
            );
            if ty != other && !alike && !matches!((&ty, &other), (Type::Map(_), Type::Object(_))) {
                assert!(decode(&bytes, &ty).is_err(), "{} is no {}", other.to_json(), ty.to_json());
            }
        }
    }
    assert!(decode(&[0xa1, 0xff], &Type::String).is_err(), "it is not UTF-8");
    assert!(decode(&[], &Type::String).is_err(), "there is nothing");
    assert!(decode(&[NIL, NIL], &Type::String).is_err(), "there is more");
}

#[test]
fn a_state_is_read_from_json() {
    let ty = object(&[
        ("any", Type::Dynamic),
        ("large", Type::Number),
        ("exact", Type::Number),
        ("names", Type::Set(Type::String.into())),
        ("rows", Type::List(object(&[("tag", Type::String)]).into())),
        ("new", Type::String),
    ]);
    let state = r#"{"any": {"value": ["a"], "type": ["list", "string"]}, "large": 9007199254740993, "exact": 0.1,
                    "names": ["b", "a"], "rows": null, "removed": {"x": 1}}"#;
    let read = from_json(serde_json::from_str(state).expect("it is JSON"), &ty).expect("it is of the type");
    let any = dynamic(Type::List(Type::String.into()), Value::List(vec!["a".into()]));
    assert_eq!(read.get("any"), &any);
    assert_eq!(read.get("large"), &number("9007199254740993"));
    assert_eq!(read.get("exact"), &number("0.1"));
    assert_eq!(read.get("names"), &Value::set(vec!["a".into(), "b".into()]));
    assert_eq!((read.get("rows"), read.get("new")), (&Value::Null, &Value::Null));
    for broken in [json!({"large": "1"}), json!({"names": "a"}), json!({"rows": [1]}), json!({"any": "a"}), json!([])] {
        assert!(from_json(broken.clone(), &ty).is_err(), "{broken}");
    }
}

#[test]
fn declared_lengths_and_depth_are_bounded() {
    let claims: [&[u8]; 4] =
        [&[0xdd, 0xff, 0xff, 0xff, 0xff], &[0xdf, 0xff, 0xff, 0xff, 0xff], &[0xdb, 0xff, 0xff, 0xff, 0xff], &[0xc9; 6]];
    for bytes in claims {
        for (ty, _, _) in known() {
            assert!(decode(bytes, &ty).is_err(), "{bytes:x?}");
        }
    }
    let deep = [vec![0x91; 1 << 20], vec![NIL]].concat();
    assert!(decode(&deep, &Type::List(Type::Bool.into())).is_err());
    let deep = format!("{}null{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
    assert!(serde_json::from_str::<serde_json::Value>(&deep).is_err(), "JSON bounds its depth by itself");
}

proptest! {
    /// What is nearly right reaches further than noise.
    #[test]
    fn one_wrong_byte_never_panics(which in 0_usize..9, at: proptest::sample::Index, byte: u8) {
        let (ty, _, mut bytes) = known().swap_remove(which);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(value) = decode(&bytes, &ty) {
            prop_assert!(encode(&value, &ty).is_ok());
        }
    }

    #[test]
    fn a_float_is_the_number_that_core_takes_it_for(float: f64) {
        let bytes = [vec![0xcb], float.to_be_bytes().to_vec()].concat();
        match decode(&bytes, &Type::Number) {
            Ok(Value::Number(number)) => {
                prop_assert_eq!(number.to_string().parse(), Ok(float + 0.0));
                prop_assert_eq!(Some(number), Number::from_f64(float));
            }
            other => prop_assert!(other.is_err() && !float.is_finite()),
        }
    }
}
