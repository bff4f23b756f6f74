//! Random items for property tests.

use proptest::collection::{hash_map, hash_set, vec};
use proptest::prelude::*;

use super::{Attributes, Value};

/// An item with the key `id`.
pub(crate) fn item() -> impl Strategy<Value = Attributes> {
    let others = hash_map("[a-z:='\",]{1,3}", value(), 0..6);
    ("[^\u{0}]{1,20}", others).prop_map(|(id, others)| {
        let others = others.into_iter().filter(|(name, _)| name != "id");
        std::iter::once(("id".to_owned(), Value::String(id)))
            .chain(others)
            .collect()
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        // Characters with a meaning in one of the formats.
        "['=+@,\"\\\\\r\n\t:{}\\[\\]-]{0,6}",
        Just("😀\u{0}\u{7f}\u{2028}".to_owned()),
        Just(String::new()),
    ]
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,37})",
        "-?[1-9]\\.[0-9]{1,37}(E[+-]?[0-9]{1,2})?",
        Just("9.9999999999999999999999999999999999999E+125".to_owned()),
        Just("-1E-130".to_owned()),
    ]
}

fn base64() -> impl Strategy<Value = String> {
    use base64::Engine as _;
    vec(any::<u8>(), 0..9).prop_map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
}

fn set(element: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<String>> {
    hash_set(element, 1..4).prop_map(|set| set.into_iter().collect())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        text().prop_map(Value::String),
        number().prop_map(Value::Number),
        base64().prop_map(Value::Binary),
        any::<bool>().prop_map(Value::Boolean),
        Just(Value::Null),
        set(text()).prop_map(Value::StringSet),
        set(base64()).prop_map(Value::BinarySet),
        // Integers: two spellings of one number would be a duplicate.
        hash_set(any::<i32>(), 1..4)
            .prop_map(|set| Value::NumberSet(set.iter().map(ToString::to_string).collect())),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::List),
            hash_map(text(), inner, 0..5).prop_map(|map| Value::Map(map.into_iter().collect())),
        ]
    })
}
